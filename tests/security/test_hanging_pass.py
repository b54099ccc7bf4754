"""A running site whose network does not answer: a fault that is put into a real worker."""

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import requests

from testbed.drawings import data_url, encoded, on_canvas
from testbed.sites import workers
from tests.conftest import Digits, running_site

FAULT = """
import os, pathlib, sys, threading, time

def wait_and_patch():
    while not hasattr(sys.modules.get("recognizer.lenet"), "Forward"):
        time.sleep(0.01)
    forward = sys.modules["recognizer.lenet"].Forward
    logits, hangs = forward.logits, pathlib.Path({flag!r})
    def maybe_hang(self, inputs):
        while hangs.exists() and hangs.read_text() == str(os.getpid()):
            time.sleep(0.1)
        return logits(self, inputs)
    forward.logits = maybe_hang

os.register_at_fork(after_in_child=lambda: threading.Thread(target=wait_and_patch, daemon=True).start())
"""


def test_a_worker_whose_pass_does_not_end_is_not_ready_and_is_replaced(
    tmp_path: Path, test_digits: Digits
) -> None:
    flag, state, path = tmp_path / "hangs", tmp_path / "state", tmp_path / "path"
    for folder in (state, path):
        folder.mkdir()
    (path / "sitecustomize.py").write_text(FAULT.format(flag=str(flag)))
    drawing = {"data": data_url(encoded(on_canvas(test_digits.images[0])))}
    with running_site(state, WEB_CONCURRENCY="1", PYTHONPATH=str(path)) as site:

        def identify() -> requests.Response:
            return requests.post(f"{site.url}/api/mnist/identify", json=drawing, timeout=60)

        assert identify().json()["stored"]
        (worker,) = workers(site)
        flag.write_text(str(worker))
        started = time.monotonic()
        with ThreadPoolExecutor(6) as threads:
            waiting = [threads.submit(identify) for _ in range(6)]
            time.sleep(6)
            health = requests.get(f"{site.url}/api/health", timeout=60)
            assert (health.status_code, health.json()["ready"]) == (503, False)
            answers = [each.result() for each in waiting]
        assert {(answer.status_code, answer.json()["code"]) for answer in answers} == {(503, "busy")}
        assert time.monotonic() - started < 20
        while Path(f"/proc/{worker}").exists() and time.monotonic() - started < 60:
            time.sleep(0.2)
        while time.monotonic() - started < 90:
            try:
                if requests.get(f"{site.url}/api/health", timeout=60).status_code == 200:
                    break
            except requests.ConnectionError:
                time.sleep(0.2)
        assert identify().json()["stored"]
        assert "A forward pass does not end" in site.log.read_text()
