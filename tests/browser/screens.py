"""Every screen of the site, and how to get there. The checks of all screens and the tour use this list.

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
    """The screen's caption in the tour, in English."""
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
    Screen("draw-result", "A digit with its probabilities.", lambda page: draw(page, pen.SEVEN)),
    Screen("draw-number", "A number, each digit in its box.", lambda page: draw(page, pen.ONE_AND_SEVEN)),
    Screen("draw-doubtful", "A drawing that may not be a digit.", lambda page: draw(page, pen.SCRIBBLE)),
    Screen("draw-empty", "Recognise was pressed on an empty canvas.", lambda page: page.press("recognise")),
    Screen("draw-preview", "A result while writing, not saved yet.", ways.preview),
    Screen("draw-picture", "A photograph was dropped onto the canvas.", ways.show_a_photograph),
    Screen("draw-eraser", "The eraser has removed the end of a stroke.", ways.erase),
    Screen("draw-keys", "Writing with the keyboard alone.", ways.draw_by_keys),
    Screen("draw-help", "The keys and their functions.", ways.ask_for_the_keys),
    Screen("draw-inspection", "How a digit was recognised, layer by layer.", ways.inspect_a_number),
    Screen(
        "draw-unreachable", "The server cannot be reached; the drawing is not lost.", ways.lose_the_server
    ),
    Screen(
        "draw-queued",
        "The database does not answer: the drawing waits in the outbox.",
        lambda page: draw(page, pen.SEVEN),
        site="without database",
    ),
    Screen(
        "history-empty", "The list of a visitor who has drawn nothing.", lambda page: page.open("/history/")
    ),
    Screen("history", "A visitor's drawings, newest first.", ways.fill_history),
    Screen("history-selection", "Some drawings are selected, and about to be deleted.", ways.select_some),
    Screen("history-forget", "The choice before the site forgets this browser.", ways.ask_to_be_forgotten),
    Screen("history-forgotten", "The site has forgotten this browser.", ways.be_forgotten),
    Screen("record", "A drawing with its replay and its result.", ways.open_record),
    Screen("record-strokes", "The result after each stroke.", ways.predict_strokes),
    Screen("record-label", "A corrected result.", ways.correct_a_record),
    Screen("record-sharing", "A shared drawing, with its link.", ways.share_a_record),
    Screen("record-not-shared", "The choice before a drawing is shared.", ways.ask_to_share_a_record),
    Screen("record-inspection", "How a stored digit was recognised.", ways.inspect_a_record),
    Screen("shared", "The shared page, for anyone with the link.", ways.open_what_was_shared),
    Screen(
        "record-picture",
        "A drawing that was sent as a picture, without strokes.",
        ways.open_record_of_a_picture,
    ),
    Screen("not-found", "A page that does not exist.", ways.ask_for_nothing),
    Screen("not-allowed", "A form sent without its cookie.", ways.ask_without_cookies),
    Screen("bad-request", "The site under a host name that is not its own.", ways.ask_by_another_name),
    Screen(
        "unavailable",
        "The list while the database does not answer.",
        ways.look_for_what_cannot_be_read,
        site="without database",
    ),
    Screen("admin-login", "The login page for staff.", lambda page: page.open("/admin/login/")),
    Screen("admin", "Django's admin.", lambda page: page.open("/admin/"), who="staff"),
    Screen(
        "admin-list",
        "All drawings of one digit; a label may differ from the result.",
        lambda page: staff_ways.fill_admin(page, "?digit=7"),
        who="staff",
    ),
    Screen(
        "admin-list-empty",
        "A day without drawings.",
        lambda page: page.open(f"{staff_ways.ADMIN_LIST}?day=2000-01-01"),
        who="staff",
    ),
    Screen(
        "admin-deletion",
        "The confirmation before drawings are deleted.",
        staff_ways.ask_whether_to_delete,
        who="staff",
    ),
    Screen(
        "admin-labelling", "Labelling one drawing after another.", staff_ways.label_one_by_one, who="staff"
    ),
    Screen(
        "admin-dashboard",
        "Statistics of the last days.",
        staff_ways.open_dashboard,
        who="staff",
    ),
    Screen(
        "admin-audit",
        "Actions on drawings, with their times, actors and numbers of drawings.",
        staff_ways.open_audit_list,
        who="staff",
    ),
)
