"""A running site whose clock jumps by years, to and fro."""

import os
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests

from testbed.drawings import data_url
from testbed.hostile import ONE, draw, encode
from testbed.sites import ROOT, Site, running_site, site_environment
from tests.security.unharmed import unharmed

DAYS = (0, 400, -400, -20_000, 30_000, 100_000, 1, 0)
"""How wrong the clock is: from 1972 to 2300."""

SetClock = Callable[[int], None]


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """For a process whose clock follows a file."""
    return {
        "PYTHONPATH": str(Path(__file__).parent / "clock"),
        "CLOCK_OFFSET_FILE": str(tmp_path / "offset"),
        "MNIST_SERVER_KEEP_DAYS": "30",
    }


@pytest.fixture
def set_clock(tmp_path: Path) -> SetClock:
    def set_to(days: int) -> None:
        new = tmp_path / "new"
        new.write_text(str(days * 86_400))
        new.replace(tmp_path / "offset")
        time.sleep(0.5)  # Each process looks now and then.

    set_to(0)
    return set_to


@pytest.fixture
def clocked_site(tmp_path: Path, environment: dict[str, str], set_clock: SetClock) -> Iterator[Site]:
    with running_site(tmp_path, wait=True, port=0, through=(), **environment) as site:
        yield site


def test_a_clock_that_jumps_loses_nothing_and_stops_nothing(clocked_site: Site, set_clock: SetClock) -> None:
    browser, url = requests.Session(), clocked_site.url
    browser.headers["Origin"] = url
    browser.get(url, timeout=30)
    body = {"data": data_url(encode(draw(ONE), "grey"))}
    results, years = [], set[str]()
    with unharmed(clocked_site):
        for days in DAYS:
            set_clock(days)
            answer = browser.post(f"{url}/api/v1/identify", json=body, timeout=30)
            years.add(answer.headers["Date"][12:16])
            results.append(answer.json())
            assert browser.get(url + results[-1]["page_url"], timeout=30).status_code == 200
            label = browser.put(url + results[0]["label_url"], json={"text": str(abs(days))}, timeout=30)
            assert label.json()["text"] == str(abs(days))  # The latest, whatever the time of the others.
    assert len(years) > 3
    listed = browser.get(f"{url}/api/v1/recognitions", timeout=30).json()["recognitions"]
    assert {each["id"] for each in listed} == {each["id"] for each in results}
    for each in results:
        assert browser.get(f"{url}/api/v1/recognitions/{each['id']}/drawing", timeout=30).status_code == 200


def test_old_drawings_are_not_deleted_by_a_clock_that_is_ahead(
    clocked_site: Site, environment: dict[str, str], set_clock: SetClock
) -> None:
    body = {"data": data_url(encode(draw(ONE), "grey"))}
    requests.post(f"{clocked_site.url}/api/v1/identify", json=body, timeout=30)
    set_clock(400)
    purge = [str(ROOT / "script" / "manage"), "purge_history", "--no-input"]
    variables = {**os.environ, **site_environment(clocked_site.state, **environment)}
    ended = subprocess.run(purge, env=variables, capture_output=True, text=True, timeout=60)
    assert ended.returncode == 1
    assert "as if the clock were ahead" in ended.stderr
