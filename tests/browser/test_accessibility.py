"""Every screen, as axe-core and the Tab key find it, and in the widths of all windows."""

from collections.abc import Iterator

import pytest
from selenium.webdriver import Chrome

from tests.browser import axe, tabbing
from tests.browser.conftest import open_fresh_tab
from tests.browser.drawing_page import DrawingPage
from tests.browser.screens import LANGUAGES, SCHEMES, SCREENS, WIDTHS, Screen
from tests.browser.sites import SiteName, running_sites
from tests.conftest import Site

Sites = dict[SiteName, Site]


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sites]:
    with running_sites(tmp_path_factory.mktemp("sites")) as started:
        yield started


@pytest.fixture(scope="module", params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module", params=SCREENS, ids=lambda screen: screen.name)
def shown(
    request: pytest.FixtureRequest, chromium: Chrome, sites: Sites, language: str
) -> Iterator[DrawingPage]:
    """A screen, reached once for all of its tests. The console is clean after them."""
    screen: Screen = request.param
    open_fresh_tab(chromium)
    page = DrawingPage(chromium, sites[screen.site].url)
    screen.open(page, language)
    yield page
    assert chromium.get_log("browser") == []


@pytest.mark.parametrize("width_px", WIDTHS)
@pytest.mark.parametrize("scheme", SCHEMES)
def test_axe_finds_nothing(shown: DrawingPage, scheme: str, width_px: int) -> None:
    shown.set_colour_scheme(scheme)
    shown.set_window(width_px, 900)
    shown.set_window(width_px, shown.height())  # Letters at the edge of the window cannot be judged.
    found = axe.findings(shown.browser)
    assert not found, "\n".join(found)


@pytest.mark.parametrize("width_px", [320, 360, 390, 768, 1280])
def test_it_does_not_scroll_sideways(shown: DrawingPage, width_px: int) -> None:
    shown.set_window(width_px, 640)
    assert shown.run("return document.documentElement.scrollWidth") <= width_px


def test_the_tab_key_reaches_everything_and_shows_where_it_is(shown: DrawingPage) -> None:
    shown.set_window(1280, 900)
    expected = tabbing.mark_all(shown)
    assert tabbing.tour(shown, steps=len(expected)) == expected


def test_whatever_a_pointer_can_press_the_keyboard_can_press(shown: DrawingPage) -> None:
    assert tabbing.pointer_only(shown) == []
