"""How a member of the staff comes to each screen of the admin."""

from selenium.webdriver.common.by import By

from testbed.sites import STAFF
from tests.browser import pen
from tests.browser.drawing_page import DrawingPage
from tests.browser.ways import draw

ADMIN_LIST = "/admin/history/historyrecord/"
LABELS = ("2", "7", "1")
"""Of the second newest drawing and those before it."""
NEWEST_LABELS = """
return [...document.querySelectorAll(".drawing-grid li")].slice(0, 5)
  .map((row) => row.querySelector(".drawing-facts b")?.textContent ?? "");
"""


def log_in(page: DrawingPage) -> None:
    page.open("/admin/login/?next=/admin/")
    for name, value in STAFF.items():
        page.browser.find_element(By.NAME, name).send_keys(value)
    page.follow("[type=submit]")


def fill_admin(page: DrawingPage, query: str = "") -> None:
    """Some drawings of which some have a label, and one of these another one than was read.

    Where the newest are these already, from the screen before, they are taken.
    """
    page.open(ADMIN_LIST)
    if page.run(NEWEST_LABELS) != ["", *LABELS, ""]:
        draw(page, pen.SEVEN, pen.SEVEN, pen.SEVEN, pen.DIGITS["2"], pen.SCRIBBLE)
        for place, label in enumerate(LABELS, start=1):
            label_one(page, place, label)
    page.open(f"{ADMIN_LIST}{query}")


def label_one(page: DrawingPage, place: int, label: str) -> None:
    page.open(ADMIN_LIST)
    page.browser.find_elements(By.NAME, "id")[place].click()
    page.browser.find_element(By.CSS_SELECTOR, ".drawing-actions [name=text]").send_keys(label)
    page.follow("[formaction$='/label/']")


def ask_whether_to_delete(page: DrawingPage) -> None:
    fill_admin(page)
    for choice in page.browser.find_elements(By.NAME, "id")[:3]:
        choice.click()
    page.follow("[formaction$='/delete/']")


def label_one_by_one(page: DrawingPage) -> None:
    fill_admin(page)
    page.open(f"{ADMIN_LIST}labelling/?digit=7")
    page.wait_until(lambda: page.element("drawing").is_displayed())
    page.keys("7")
    page.wait_until(lambda: page.text("status"))


def open_dashboard(page: DrawingPage) -> None:
    fill_admin(page)
    page.open(f"{ADMIN_LIST}dashboard/?days=7")


def open_audit_list(page: DrawingPage) -> None:
    fill_admin(page)
    page.follow("[href$='/auditentry/']")
