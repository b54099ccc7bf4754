"""The tour of docs/tour.md: every screen in both languages and colour schemes, on a phone and on a desktop.

script/tour takes all pictures anew, script/tour NAME... those of some screens; the page is of all of them.
"""

import base64
import os
import sys
import tempfile
from collections.abc import Iterator
from io import BytesIO
from itertools import product
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mnistsite.settings")

import django

django.setup()

from PIL import Image

from tests.browser.conftest import open_fresh_tab, running_chromium
from tests.browser.drawing_page import DrawingPage
from tests.browser.screens import LANGUAGES, SCHEMES, SCREENS, WIDTHS, Screen
from tests.browser.sites import running_sites
from tests.conftest import ROOT

PAGE, PICTURES = ROOT / "docs/tour.md", ROOT / "docs/tour"
LANGUAGE_NAMES = {"en": "English", "zh-hans": "简体中文"}
HEIGHTS = {360: 640, 1280: 800}
"""Pixels of a window of each width. A picture is as high as the page, up to TALLEST."""
TALLEST = 1600
COLOURS = 128

IMAGES_IN_VIEW_ARE_THERE = """
return [...document.images]
  .filter((image) => image.getBoundingClientRect().top < innerHeight)
  .every((image) => image.complete);
"""
INTRODUCTION = """# A tour of the site

Every screen of the site in a real Chromium. `script/tour` takes these pictures from a running site. The tests
check the same screens (`tests/browser/screens.py`) with axe-core and the Tab key.
"""


def main(names: list[str]) -> None:
    PICTURES.mkdir(exist_ok=True)
    if unknown := set(names) - {screen.name for screen in SCREENS}:
        sys.exit(f"There is no screen named {', '.join(sorted(unknown))}.")
    chosen = [screen for screen in SCREENS if not names or screen.name in names]
    with (
        tempfile.TemporaryDirectory() as folder,
        running_sites(Path(folder)) as sites,
        running_chromium(Path(folder, "chromium")) as browser,
    ):
        for screen, language in product(chosen, LANGUAGES):
            open_fresh_tab(browser)
            page = DrawingPage(browser, sites[screen.site].url)
            screen.open(page, language)
            take_pictures(page, screen, language)
    for path in set(PICTURES.iterdir()) - set(pictures()):
        path.unlink()
    PAGE.write_text(written())


def take_pictures(page: DrawingPage, screen: Screen, language: str) -> None:
    page.cdp("Emulation.setScrollbarsHidden", hidden=True)
    page.cdp("Input.dispatchMouseEvent", type="mouseMoved", x=0, y=0)  # Nothing is pointed at.
    for scheme, width_px in product(SCHEMES, WIDTHS):
        page.set_colour_scheme(scheme)
        page.set_window(width_px, HEIGHTS[width_px])
        page.set_window(width_px, min(page.height(), TALLEST))
        page.wait_until(lambda: page.run(IMAGES_IN_VIEW_ARE_THERE))
        page.wait_until(lambda: page.run("return document.getAnimations().length === 0"))
        taken = base64.b64decode(page.cdp("Page.captureScreenshot", format="png")["data"])
        save(Image.open(BytesIO(taken)), picture(screen, language, scheme, width_px))


def save(image: Image.Image, path: Path) -> None:
    """Few colours: those that cover all that there are, so that a word in red stays red."""
    palette = image.convert("RGB").quantize(COLOURS, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    palette.convert("RGB").save(path, lossless=True)


def picture(screen: Screen, language: str, scheme: str, width_px: int) -> Path:
    return PICTURES / f"{screen.name}-{language}-{scheme}-{width_px}.webp"


def pictures() -> Iterator[Path]:
    for each in product(SCREENS, LANGUAGES, SCHEMES, WIDTHS):
        yield picture(*each)


def written() -> str:
    """docs/tour.md."""
    return "\n".join([INTRODUCTION, *(section(screen) for screen in SCREENS)])


def section(screen: Screen) -> str:
    views = list(product(SCHEMES, WIDTHS))
    rows = [
        ["", *(f"{scheme}, {width_px} px" for scheme, width_px in views)],
        ["---"] * (1 + len(views)),
        *([LANGUAGE_NAMES[code], *(shown(screen, code, *view) for view in views)] for code in LANGUAGES),
    ]
    table = "".join(f"| {' | '.join(row)} |\n" for row in rows)
    return f"## {screen.name}\n\n{screen.sentence}\n\n{table}"


def shown(screen: Screen, language: str, scheme: str, width_px: int) -> str:
    path = picture(screen, language, scheme, width_px)
    alternative = f"{screen.name}, {LANGUAGE_NAMES[language]}, {scheme}, {width_px} px"
    return f"![{alternative}]({path.relative_to(PAGE.parent)})"


if __name__ == "__main__":
    main(sys.argv[1:])
