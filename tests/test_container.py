"""The image's command writes only to its state and to temporary files: all else can be read-only."""

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import requests

from testbed.drawings import data_url, encoded, on_canvas
from testbed.processes import children
from testbed.sites import STAFF, employ
from tests.conftest import ROOT, Digits, Site, free_port, site_environment, wait_until_it_answers

DOCKERFILE = (ROOT / "Dockerfile").read_text()
CHANGES = (
    "creat,open,openat,openat2,mkdir,mkdirat,mknod,mknodat,rename,renameat,renameat2,link,linkat,symlink,"
)
CHANGES += "symlinkat,unlink,unlinkat,rmdir,truncate,chmod,fchmodat,chown,lchown,fchownat,utimensat"
READING = re.compile(r"O_RDONLY(?!.*(O_CREAT|O_TRUNC))|O_PATH")
CALL = re.compile(r"^\d+ +(\w+)\((.*)\) += \d")
PATH = re.compile(r'(?:AT_FDCWD<([^>]*)>, |\d+<([^>]*)>, )?"([^"]*)"')
WRITABLE = ("/dev/shm", "/dev/null")  # noqa: S108
"""In every container. gunicorn's heartbeats are in the first."""


def test_the_site_writes_only_to_its_state_and_to_temporary_files(
    site: Site, tmp_path: Path, test_digits: Digits
) -> None:
    """The other site has collected the static files."""
    state, temporary, log = tmp_path / "state", tmp_path / "tmp", tmp_path / "strace"
    (command,) = re.findall(r'^CMD \["sh", "-c", "(.*)"\]$', DOCKERFILE, re.MULTILINE)
    assert "/state/" in command
    environment = site_environment(state, MNIST_SERVER_PORT=str(free_port()), WEB_CONCURRENCY="1")
    environment |= {"PYTHONDONTWRITEBYTECODE": "1", "HOME": str(state), "TMPDIR": str(temporary)}
    environment["PATH"] = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    assert "PYTHONDONTWRITEBYTECODE=1" in DOCKERFILE
    state.mkdir()
    temporary.mkdir()
    strace = ["strace", "-f", "-y", "--seccomp-bpf", "-o", str(log), "-e", f"trace={CHANGES}"]
    with (tmp_path / "log").open("wb") as output:
        process = subprocess.Popen(
            [*strace, "sh", "-c", command.replace("/state/", f"{state}/")],
            cwd=ROOT, env=environment, stdout=output, stderr=output,
        )  # fmt: skip
    traced = Site(f"http://127.0.0.1:{environment['MNIST_SERVER_PORT']}", state, tmp_path / "log", process)
    try:
        wait_until_it_answers(traced)
        employ(traced)
        use(traced, test_digits)
    finally:
        # strace ignores SIGTERM. The shell has become gunicorn.
        (server,) = children(process.pid)
        os.kill(server, signal.SIGTERM)
        process.wait(timeout=60)
    written = changed(log.read_text())
    assert f"{state}/history.sqlite3" in written
    allowed = (state, temporary, *WRITABLE)
    assert [path for path in written if not any(Path(path).is_relative_to(each) for each in allowed)] == []


def use(site: Site, digits: Digits) -> None:
    """Pages, exports, and a drawing from its recognition to its deletion."""
    body = {"data": data_url(encoded(on_canvas(digits.images[0])))}
    client = requests.Session()
    client.headers["Origin"] = site.url
    drawn = client.post(f"{site.url}/api/v1/identify", json=body, timeout=60).json()
    record = f"{site.url}/api/v1/recognitions/{drawn['id']}"
    assert client.put(f"{record}/label", json={"text": "7"}, timeout=60).status_code == 200
    share = client.get(record, timeout=60).json()["share_url"]
    for path in (
        "/",
        "/history/",
        share,
        drawn["page_url"],
        "/admin/login/",
        "/static/css/site.css",
        "/nothing",
    ):
        client.get(site.url + path, timeout=60)
    for action in ("again", "inside", "drawing"):
        assert client.get(f"{record}/{action}", timeout=60).status_code == 200
    login = f"{site.url}/admin/login/"
    form = {**STAFF, "csrfmiddlewaretoken": client.cookies["csrftoken"], "next": "/admin/"}
    assert client.post(login, form, headers={"Referer": login}, timeout=60).status_code == 200
    for action in ("", "dashboard/", "export/?format=npz", "export/?format=csv"):
        page = client.get(f"{site.url}/admin/history/historyrecord/{action}", timeout=60)
        assert page.status_code == 200
        assert page.content
        assert "/login/" not in page.url
    client.headers["X-CSRFToken"] = client.cookies["csrftoken"]
    assert client.delete(record, timeout=60).status_code == 204
    time.sleep(1)  # For the threads in the background.


def changed(trace: str) -> set[str]:
    """The paths that calls have changed, or opened to change them."""
    found = set()
    for name, arguments in re.findall(CALL.pattern, trace, re.MULTILINE):
        if name.startswith("open") and READING.search(arguments):
            continue
        for here, folder, path in PATH.findall(arguments):
            found.add(os.path.normpath(os.path.join(here or folder or ROOT, path)))  # noqa: PTH118
    return found
