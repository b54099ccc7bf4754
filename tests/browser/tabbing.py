"""A page by the Tab key alone."""

from typing import cast

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
# The next Tab goes to the first of them, wherever the pointer has been.
START = """
const start = document.querySelector("dialog:modal") ?? document.body;
start.tabIndex = -1;
start.focus();
start.removeAttribute("tabindex");
"""
WHERE = """
const element = document.activeElement;
// A date has its day, its month, its year and its calendar to go through.
if (element.type === "date" && element === window.tabbedBefore) return null;
window.tabbedBefore = element;
const hasOutline = (each) => {
  const { outlineStyle, outlineWidth } = getComputedStyle(each);
  return outlineStyle !== "none" && parseFloat(outlineWidth) > 0;
};
// Of the sheet, what surrounds it has the outline, or it would be drawn on.
const isSeen = hasOutline(element) || hasOutline(element.parentElement);
const place = element.dataset.tabbed ?? `unforeseen: ${element.outerHTML.slice(0, 120)}`;
return isSeen ? place : `no outline: ${place}`;
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
    page.run(START)
    places: list[str] = []
    for _ in range(2 * steps):
        page.keys(Keys.TAB)
        if place := page.run(WHERE):
            places.append(cast(str, place))
        if len(places) == steps:
            break
    return places


def pointer_only(page: DrawingPage) -> list[str]:
    """What looks as if it could be pressed, and is nothing that takes Enter or the space bar."""
    return cast(list[str], page.run(POINTER_ONLY))
