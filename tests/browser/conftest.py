"""A real Chromium, and the drawing page in it."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import pytest
from selenium.webdriver import Chrome, ChromeOptions, ChromeService

from tests.browser import pen
from tests.browser.drawing_page import DrawingPage

ARGUMENTS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--lang=en",
    "--force-prefers-reduced-motion",
    # A machine without a mouse would show the page of a phone.
    "--blink-settings=primaryHoverType=2,availableHoverTypes=2,primaryPointerType=4,availablePointerTypes=4",
    "--window-size=1280,900",
)


class Site(Protocol):
    """A running site."""

    url: str


@pytest.fixture(scope="session")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chrome]:
    """One Chromium for all tests, with a profile of its own."""
    with running_chromium(tmp_path_factory.mktemp("chromium")) as driver:
        yield driver


@contextmanager
def running_chromium(profile: Path) -> Iterator[Chrome]:
    """A Chromium until the block ends."""
    options = ChromeOptions()
    options.binary_location = _installed(os.environ.get("CHROMIUM", "chromium"))
    for argument in (*ARGUMENTS, f"--user-data-dir={profile}"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    service = ChromeService(_installed(os.environ.get("CHROMEDRIVER", "chromedriver")))
    driver = Chrome(options=options, service=service)
    try:
        yield driver
    finally:
        driver.quit()


@pytest.fixture
def browser(chromium: Chrome) -> Iterator[Chrome]:
    """A fresh tab without cookies. A test fails when the console has an error or a CSP violation left."""
    open_fresh_tab(chromium)
    yield chromium
    assert chromium.get_log("browser") == []


def open_fresh_tab(chromium: Chrome) -> None:
    """Another tab instead of the one before, without its cookies and its log."""
    previous = chromium.current_window_handle
    chromium.switch_to.new_window("tab")
    fresh = chromium.current_window_handle
    chromium.switch_to.window(previous)
    chromium.close()
    chromium.switch_to.window(fresh)
    chromium.execute_cdp_cmd("Network.clearBrowserCookies", {})
    chromium.get_log("browser")  # Reading the log empties it.


@pytest.fixture
def page(browser: Chrome, site: Site) -> DrawingPage:
    """The drawing page, open."""
    page = DrawingPage(browser, site.url)
    page.cdp("Storage.clearDataForOrigin", origin=site.url, storageTypes="local_storage")
    page.open()
    return page


@pytest.fixture
def stranger(site: Site, tmp_path: Path) -> Iterator[DrawingPage]:
    """The browser of somebody else, who never saw the site: another profile, without a cookie."""
    with running_chromium(tmp_path / "chromium") as driver:
        yield DrawingPage(driver, site.url)
        assert driver.get_log("browser") == []


@pytest.fixture
def record(page: DrawingPage) -> DrawingPage:
    """The page of a drawing of two strokes, as its visitor comes to it."""
    page.draw(pen.ONE_AND_SEVEN)
    page.recognise()
    page.open_newest()
    page.wait_until(lambda: page.element("player").is_displayed())
    return page


def _installed(program: str) -> str:
    path = shutil.which(program)
    if path is None or not Path(path).exists():
        pytest.fail(
            f"The browser tests need {program}: apt-get install chromium chromium-driver", pytrace=False
        )
    return path
