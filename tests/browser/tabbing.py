"""A page by the Tab key alone."""

from typing import cast

from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys

from tests.browser.drawing_page import DrawingPage

# All that takes the focus, in the order of the page, or of the dialog open before it. Of radio buttons
# with one name Tab takes one.
MARK_ALL = """
const all = [...(document.querySelector("dialog:modal") ?? document).querySelectorAll(
  "a[href], button, input, select, textarea, summary, iframe, [tabindex], [contenteditable]")];
const taken = all.filter((element) => element.tabIndex >= 0 && !element.matches(":disabled, [type=hidden]") &&
  element.checkVisibility({ visibilityProperty: true })).filter((element) => {
  const group = element.type === "radio" ? [...document.getElementsByName(element.name)] : [element];
  return element === (group.find((each) => each.checked) ?? group[0]);
});
taken.forEach((element, index) => {
  element.dataset.tabbed = `${index}: ${element.outerHTML.slice(0, 120)}`;
});
return taken.map((element) => element.dataset.tabbed);
"""
# The next Tab goes to the first of them, wherever the pointer has been. Where the focus comes to is noted.
START = """
const start = document.querySelector("dialog:modal") ?? document.body;
start.tabIndex = -1;
start.focus();
start.removeAttribute("tabindex");
const hasOutline = (element) => {
  const { outlineStyle, outlineWidth } = getComputedStyle(element);
  return outlineStyle !== "none" && parseFloat(outlineWidth) > 0;
};
window.places = [];
window.note = ({ target }) => {
  // The canvas's container has its outline, or the outline would be drawn on.
  const isSeen = hasOutline(target) || hasOutline(target.parentElement);
  const place = target.dataset.tabbed ?? `unforeseen: ${target.outerHTML.slice(0, 120)}`;
  places.push(isSeen ? place : `no outline: ${place}`);
};
document.addEventListener("focusin", note);
// A date has its day, its month, its year and its calendar to go through.
return document.querySelectorAll("[type=date]").length * 3;
"""
PLACES = """
document.removeEventListener("focusin", note);
return places;
"""
POINTER_ONLY = """
const native = "a[href], button, input, select, textarea, summary, label, option";
return [...document.querySelectorAll("body *")]
  .filter((element) => getComputedStyle(element).cursor === "pointer" && !element.closest(native))
  .map((element) => element.outerHTML.slice(0, 120));
"""


def mark_all(page: DrawingPage) -> list[str]:
    """What Tab is to come to, in this order."""
    return cast(list[str], page.run(MARK_ALL))


def tour(page: DrawingPage, *, steps: int) -> list[str]:
    """What it does come to."""
    within = cast(int, page.run(START))
    ActionChains(page.browser).send_keys(Keys.TAB * (steps + within)).perform()
    return cast(list[str], page.run(PLACES))[:steps]


def pointer_only(page: DrawingPage) -> list[str]:
    """What looks as if it could be pressed, and is nothing that takes Enter or the space bar."""
    return cast(list[str], page.run(POINTER_ONLY))
