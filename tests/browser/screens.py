"""Every screen of the site, and how to get there: what the checks of all screens and the tour go through.

A new screen is one entry of SCREENS. It is reached in the language that the browser has chosen already.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from tests.browser import pen, staff_ways, ways
from tests.browser.drawing_page import DrawingPage
from tests.browser.sites import SiteName
from tests.browser.ways import draw

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
            staff_ways.log_in(page)
        self.reach(page)


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
    Screen("draw-preview", "An answer while one draws: it is not kept yet.", ways.preview),
    Screen("draw-picture", "A photograph was dropped onto the sheet.", ways.show_a_photograph),
    Screen("draw-eraser", "The eraser, which took the end of a stroke.", ways.erase),
    Screen("draw-keys", "Drawing by keys alone.", ways.draw_by_keys),
    Screen("draw-help", "What each key does.", ways.ask_for_the_keys),
    Screen("draw-inside", "How the network came to its answer, layer by layer.", ways.look_inside_a_number),
    Screen("draw-unreachable", "The server cannot be reached: nothing is lost.", ways.lose_the_server),
    Screen(
        "draw-queued",
        "The database does not answer: the drawing waits in the outbox.",
        lambda page: draw(page, pen.SEVEN),
        site="without database",
    ),
    Screen(
        "history-empty", "The list of a visitor who has drawn nothing.", lambda page: page.open("/history/")
    ),
    Screen("history", "What a visitor drew, newest first.", ways.fill_history),
    Screen("history-selection", "Some are selected, and are they to be deleted?", ways.select_some),
    Screen("record", "A drawing, its replay, and what was read.", ways.open_record),
    Screen("record-strokes", "How the answer changed from stroke to stroke.", ways.ask_from_stroke_to_stroke),
    Screen("record-label", "What the drawing really shows was said.", ways.correct_a_record),
    Screen("record-sharing", "A link to the drawing.", ways.share_a_record),
    Screen("record-inside", "How the network read what was kept.", ways.look_inside_a_record),
    Screen("shared", "What somebody sees who has the link.", ways.open_what_was_shared),
    Screen("record-picture", "A drawing that came as a picture alone.", ways.open_record_of_a_picture),
    Screen("not-found", "There is nothing at this address.", ways.ask_for_nothing),
    Screen("not-allowed", "A form that came without its cookie.", ways.ask_without_cookies),
    Screen("bad-request", "The site called by a name that it does not go by.", ways.ask_by_another_name),
    Screen(
        "unavailable",
        "The list while the database does not answer.",
        ways.look_for_what_cannot_be_read,
        site="without database",
    ),
    Screen("admin-login", "Where the staff log in.", lambda page: page.open("/admin/login/")),
    Screen("admin", "Django's admin.", lambda page: page.open("/admin/"), who="staff"),
    Screen(
        "admin-list",
        "What everybody drew, one digit of it: an answer and its label may differ.",
        lambda page: staff_ways.fill_admin(page, "?digit=7"),
        who="staff",
    ),
    Screen(
        "admin-list-empty",
        "A day on which nobody drew.",
        lambda page: page.open(f"{staff_ways.ADMIN_LIST}?day=2000-01-01"),
        who="staff",
    ),
    Screen("admin-deletion", "Are these to be deleted?", staff_ways.ask_whether_to_delete, who="staff"),
    Screen(
        "admin-labelling", "Labelling one drawing after the other.", staff_ways.label_one_by_one, who="staff"
    ),
    Screen(
        "admin-dashboard",
        "What was drawn in the last days, and how well.",
        staff_ways.open_dashboard,
        who="staff",
    ),
)
