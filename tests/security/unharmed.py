"""Checks that requests have not harmed a running site."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import requests

from testbed.sites import ROOT, Site, workers

TABLE = (ROOT / "docs" / "api.md").read_text().partition("| status | code |")[2]
DOCUMENTED = {
    (int(status), code)
    for status, codes in re.findall(r"^\| (\d+) \| ([^|]+) \|", TABLE, re.MULTILINE)
    for code in re.findall(r"`(\w+)`", codes)
}
"""The statuses of errors in docs/api.md, with their codes."""


@contextmanager
def unharmed(site: Site) -> Iterator[None]:
    """Fails if a worker ends or reports an error meanwhile, or if the site is not ready afterwards."""
    before, length = workers(site), site.log.stat().st_size
    yield
    assert workers(site) == before
    with site.log.open() as log:
        log.seek(length)
        written = log.read()
    assert not re.search("Traceback|ERROR|CRITICAL", written), written[-2_000:]
    assert requests.get(f"{site.url}/api/health", timeout=30).json()["ready"]


def assert_is_documented(answer: requests.Response) -> None:
    """A result, or an error that docs/api.md has, and that is the client's."""
    assert answer.status_code < 500, answer.text
    if answer.status_code >= 400:
        assert (answer.status_code, answer.json()["code"]) in DOCUMENTED, answer.text
