"""Every screen of the site, and how to get there: what the checks of all screens and the tour go through.

A new screen is one entry of SCREENS. It is reached in the language that the browser has chosen already.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from selenium.webdriver.common.by import By

from tests.browser import pen
from tests.browser.drawing_page import DrawingPage
from tests.browser.sites import STAFF, SiteName

LANGUAGES = ("en", "zh-hans")
SCHEMES = ("light", "dark")
WIDTHS = (360, 1280)


@dataclass(frozen=True)
class Screen:
    name: str
    sentence: str
    """What is to be seen, for the tour. One in English."""
    reach: Callable[[DrawingPage], object]
    who: Literal["visitor", "staff"] = "visitor"
    site: SiteName = "whole"

    def open(self, page: DrawingPage, language: str) -> None:
        """Come to the screen as a new visitor would, or a member of the staff."""
        page.open()
        page.choose_language(language)
        if self.who == "staff":
            log_in(page)
        self.reach(page)


def log_in(page: DrawingPage) -> None:
    page.open("/admin/login/?next=/admin/")
    for name, value in STAFF.items():
        page.browser.find_element(By.NAME, name).send_keys(value)
    page.follow("[type=submit]")


def draw(page: DrawingPage, *drawings: list[pen.Stroke]) -> None:
    """Have drawings recognised, one after the other; the last one stays on the paper."""
    page.open()
    for strokes in drawings:
        if page.element("clear").is_enabled():
            page.press("clear")
        page.draw(strokes)
        page.recognise()


def lose_the_server(page: DrawingPage) -> None:
    page.draw(pen.SEVEN)
    with page.offline():
        page.press("recognise")
        page.wait_until(lambda: page.element("retry").is_displayed())


def fill_history(page: DrawingPage) -> None:
    draw(page, *pen.DIGITS.values(), pen.ONE_AND_SEVEN)
    page.open("/history/")


def open_record(page: DrawingPage) -> None:
    draw(page, pen.ONE_AND_SEVEN)
    page.open("/history/")
    page.follow(".drawings a")
    page.wait_until(lambda: page.element("player").is_displayed())


def open_record_of_a_picture(page: DrawingPage) -> None:
    draw(page, pen.DIGITS["5"])
    page.identify_picture(page.sent()[-1]["data"])
    page.open("/history/")
    page.follow(".drawings a")


def ask_for_nothing(page: DrawingPage) -> None:
    page.open("/nowhere/")
    page.forgive_console()


def ask_without_cookies(page: DrawingPage) -> None:
    page.browser.delete_cookie("csrftoken")
    page.follow(".languages button")
    page.forgive_console()


def ask_by_another_name(page: DrawingPage) -> None:
    page.browser.get(page.url.replace("127.0.0.1", "stranger.localhost"))
    page.forgive_console()


def look_for_what_cannot_be_read(page: DrawingPage) -> None:
    draw(page, pen.SEVEN)
    page.open("/history/")
    page.forgive_console()


SCREENS = (
    Screen("draw", "The drawing page, before anything is drawn.", lambda page: page.open()),
    Screen(
        "draw-answered", "A digit, and how sure the network is of it.", lambda page: draw(page, pen.SEVEN)
    ),
    Screen("draw-number", "A number, each digit in its box.", lambda page: draw(page, pen.ONE_AND_SEVEN)),
    Screen(
        "draw-doubtful", "What is perhaps no digit is said to be so.", lambda page: draw(page, pen.SCRIBBLE)
    ),
    Screen(
        "draw-empty", "Nothing was drawn yet, and is to be recognised.", lambda page: page.press("recognise")
    ),
    Screen("draw-unreachable", "The server cannot be reached: nothing is lost.", lose_the_server),
    Screen(
        "draw-queued",
        "The database does not answer: the drawing waits in the outbox.",
        lambda page: draw(page, pen.SEVEN),
        site="without database",
    ),
    Screen(
        "history-empty", "The list of a visitor who has drawn nothing.", lambda page: page.open("/history/")
    ),
    Screen("history", "What a visitor drew, newest first.", fill_history),
    Screen("record", "A drawing, its replay, and what was read.", open_record),
    Screen("record-picture", "A drawing that came as a picture alone.", open_record_of_a_picture),
    Screen("not-found", "There is nothing at this address.", ask_for_nothing),
    Screen("not-allowed", "A form that came without its cookie.", ask_without_cookies),
    Screen("bad-request", "The site called by a name that it does not go by.", ask_by_another_name),
    Screen(
        "unavailable",
        "The list while the database does not answer.",
        look_for_what_cannot_be_read,
        site="without database",
    ),
    Screen("admin-login", "Where the staff log in.", lambda page: page.open("/admin/login/")),
    Screen("admin", "Django's admin.", lambda page: page.open("/admin/"), who="staff"),
)
