"""A running site whose disk fills up again and again, in the middle of its work."""

import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from testbed.drawings import data_url
from testbed.hostile import ONE, draw, encode
from testbed.sites import Site, running_site, workers
from tests.disks import on_a_small_disk

SIZE_MB, ROUNDS, CLIENTS = 60, 4, 4


@pytest.fixture
def site_on_a_small_disk(tmp_path: Path) -> Iterator[Site]:
    """Its log is in the folder below the disk that is mounted over it."""
    with running_site(tmp_path, through=on_a_small_disk(tmp_path, size_mb=SIZE_MB)) as site:
        yield site


def test_a_disk_that_fills_up_loses_nothing_and_stops_nothing(site_on_a_small_disk: Site) -> None:
    site = site_on_a_small_disk
    before, api = workers(site), f"{site.url}/api/v1"
    acknowledged, statuses = set[str](), Counter[tuple[int, str]]()
    has_ended = threading.Event()
    browser = requests.Session()
    browser.headers["Origin"] = site.url
    browser.get(site.url, timeout=30)
    cookies = browser.cookies.get_dict()

    def draw_all_the_time() -> None:
        body = {"data": data_url(encode(draw(ONE), "grey"))}
        session = requests.Session()
        while not has_ended.is_set():
            answer = session.post(
                f"{api}/identify", json=body, headers=browser.headers, cookies=cookies, timeout=60
            )
            found = answer.json()
            statuses[answer.status_code, found.get("code", "")] += 1
            if answer.status_code == 200:
                acknowledged.add(found["id"])

    clients = [threading.Thread(target=draw_all_the_time) for _ in range(CLIENTS)]
    for client in clients:
        client.start()
    try:
        for _ in range(ROUNDS):
            has_ended.wait(1)
            assert browser.get(f"{site.url}/api/health", timeout=30).status_code == 200
            fill(site)
            has_ended.wait(1)
            assert browser.get(f"{site.url}/history/", timeout=30).status_code == 200
            assert browser.get(f"{site.url}/api/health", timeout=30).status_code == 503
            victim = acknowledged.pop()
            assert browser.delete(f"{api}/recognitions/{victim}", timeout=30).status_code == 204
            empty(site)
    finally:
        has_ended.set()
        for client in clients:
            client.join()
    assert set(statuses) == {(200, ""), (503, "not_stored")}
    assert workers(site) == before
    for record_id in acknowledged:
        assert browser.get(f"{api}/recognitions/{record_id}", timeout=30).status_code == 200


def other_file(site: Site) -> Path:
    """Another's file on the site's disk, which this process does not have mounted."""
    return Path(f"/proc/{site.process.pid}/root{site.state}/another's")


def fill(site: Site) -> None:
    with other_file(site).open("ab", buffering=0) as file:
        try:
            while True:
                file.write(bytes(4096))
        except OSError:
            pass


def empty(site: Site) -> None:
    other_file(site).unlink()
