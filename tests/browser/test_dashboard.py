"""The dashboard in a real browser: on a phone, in the dark, with the keyboard."""

import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import requests
from selenium.webdriver import Chrome, Keys
from selenium.webdriver.common.by import By

from history.statistics.metrics import counts_of, counts_of_label
from history.stores.sqlite.store import SQLiteStore
from tests.conftest import ROOT, Site, site_environment
from tests.history.records import a_record

PATH = "/admin/history/historyrecord/dashboard/"
PASSWORD = "seven ones and a nine"  # noqa: S105 -- of a site that lives as long as its test


@pytest.fixture(scope="session")
def staff_session(site: Site) -> str:
    """The session of a member of staff who sees all, on a site on which something was counted."""
    environment = site_environment(site.state, DJANGO_SUPERUSER_PASSWORD=PASSWORD)
    command = [sys.executable, "manage.py", "createsuperuser", "--noinput", "--username=anna", "--email="]
    subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True, timeout=60)
    record, store = a_record(), SQLiteStore(site.state / "history.sqlite3")
    counts = counts_of(record) + counts_of_label(record, "1")
    for age in range(90):
        day = datetime.now(UTC).date() - timedelta(days=age)
        store.put_statistics(day, "a process", counts.to_json())
    with requests.Session() as session:
        page = session.get(f"{site.url}/admin/login/", timeout=30)
        form = {"username": "anna", "password": PASSWORD, "csrfmiddlewaretoken": page.cookies["csrftoken"]}
        session.post(f"{site.url}/admin/login/?next={PATH}", data=form, timeout=30).raise_for_status()
        return str(session.cookies["sessionid"])


@pytest.fixture
def dashboard(browser: Chrome, site: Site, staff_session: str) -> Iterator[Chrome]:
    """The dashboard, open."""
    browser.get(site.url)
    browser.add_cookie({"name": "sessionid", "value": staff_session})
    browser.get(site.url + PATH)
    yield browser
    browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})


def emulate(browser: Chrome, *, width: int, scheme: str) -> None:
    screen = {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": False}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", screen)
    feature = {"name": "prefers-color-scheme", "value": scheme}
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [feature]})


@pytest.mark.parametrize("width", [320, 360, 1280])
def test_it_fits_its_screen_and_its_letters_are_large_enough(dashboard: Chrome, width: int) -> None:
    emulate(dashboard, width=width, scheme="light")
    dashboard.execute_script("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
    script = "return document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    assert dashboard.execute_script(script)
    heights = dashboard.execute_script(
        "return [...document.querySelectorAll('.figures text')].map((t) => t.getBoundingClientRect().height)"
    )
    assert len(heights) > 50
    assert min(heights) >= 10


def test_a_table_is_opened_with_the_keyboard(dashboard: Chrome) -> None:
    summary = dashboard.find_element(By.CSS_SELECTOR, ".figures summary")
    assert not dashboard.find_element(By.CSS_SELECTOR, ".figures table").is_displayed()
    summary.send_keys(Keys.ENTER)
    table = dashboard.find_element(By.CSS_SELECTOR, ".figures table")
    assert table.is_displayed()
    assert len(table.find_elements(By.CSS_SELECTOR, "tbody tr")) == 30


def test_the_headers_of_tables_do_not_wrap_on_a_phone_in_chinese(dashboard: Chrome) -> None:
    dashboard.add_cookie({"name": "django_language", "value": "zh-hans"})
    dashboard.refresh()
    emulate(dashboard, width=360, scheme="light")
    dashboard.execute_script("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
    headers = dashboard.find_elements(By.CSS_SELECTOR, ".figures thead th")
    assert "识别为 7" in [header.text for header in headers]
    lines = """
        const range = document.createRange();
        range.selectNodeContents(arguments[0]);
        return new Set([...range.getClientRects()].map(({ top }) => top)).size;
    """
    assert {dashboard.execute_script(lines, header) for header in headers} == {1}


def test_a_period_is_chosen_with_the_keyboard(dashboard: Chrome) -> None:
    dashboard.find_element(By.LINK_TEXT, "7 days").send_keys(Keys.ENTER)
    current = dashboard.find_element(By.CSS_SELECTOR, ".periods [aria-current]")
    assert current.text == "7 days"
    assert len(dashboard.find_elements(By.CSS_SELECTOR, "section:first-child .data")) == 7


def test_its_colours_follow_the_admin_s_own_switch(dashboard: Chrome) -> None:
    def colours() -> list[str]:
        return [
            str(dashboard.find_element(By.CSS_SELECTOR, found).value_of_css_property("fill"))
            for found in (".figures .data", ".figures .name")
        ]

    emulate(dashboard, width=1280, scheme="light")
    light = colours()
    dashboard.execute_script("document.documentElement.dataset.theme = 'dark'")
    dark = colours()
    assert all(before != after for before, after in zip(light, dark, strict=True))
