"""The whole way of somebody who has never seen the site: with a mouse, a finger, or the keyboard alone."""

from abc import ABC, abstractmethod

import pytest
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement

from tests.browser import pen
from tests.browser.drawing_page import DrawingPage
from tests.browser.test_keyboard import draw_a_one, go_to_the_canvas


class Person(ABC):
    """Somebody with one device."""

    def __init__(self, page: DrawingPage) -> None:
        self.page = page

    @abstractmethod
    def draw_a_one(self) -> None: ...

    @abstractmethod
    def press(self, selector: str) -> None: ...

    def find(self, selector: str) -> WebElement:
        return self.page.browser.find_element(By.CSS_SELECTOR, selector)

    def follow(self, selector: str) -> None:
        """Press what leads to another page, and wait for it."""
        self.page.run("window.isOld = true")
        self.press(selector)
        self.page.wait_until(
            lambda: self.page.run("return !window.isOld && document.readyState === 'complete'")
        )


class WithMouse(Person):
    def draw_a_one(self) -> None:
        self.page.draw(pen.ONE)

    def press(self, selector: str) -> None:
        self.find(selector).click()


class WithFinger(Person):
    def draw_a_one(self) -> None:
        self.page.draw(pen.ONE, "touch")

    def press(self, selector: str) -> None:
        target = self.find(selector)
        self.page.run("arguments[0].scrollIntoView({ block: 'center', behavior: 'instant' })", target)
        place = self.page.run("return arguments[0].getBoundingClientRect().toJSON()", target)
        centre = {"x": place["x"] + place["width"] / 2, "y": place["y"] + place["height"] / 2}
        tap = {name: round(value) for name, value in centre.items()} | {"button": "left", "clickCount": 1}
        for event in ("mousePressed", "mouseReleased"):
            self.page.cdp("Input.emulateTouchFromMouseEvent", type=event, **tap)


class WithKeyboard(Person):
    def draw_a_one(self) -> None:
        go_to_the_canvas(self.page)
        draw_a_one(self.page)

    def press(self, selector: str) -> None:
        """Go there by Tab, from wherever the focus is, and press Enter."""
        target = self.find(selector)
        for _ in range(200):
            if self.page.run("return document.activeElement === arguments[0]", target):
                break
            ActionChains(self.page.browser).send_keys(Keys.TAB).perform()
        else:
            pytest.fail(f"Tab does not come to {selector}.")
        ActionChains(self.page.browser).send_keys(Keys.ENTER).perform()


@pytest.mark.parametrize("person_with", [WithMouse, WithFinger, WithKeyboard])
def test_who_has_never_seen_it_draws_corrects_replays_shares_and_deletes(
    page: DrawingPage, stranger: DrawingPage, person_with: type[Person]
) -> None:
    person = person_with(page)
    person.draw_a_one()
    page.wait_for_preview()
    person.press("[data-recognise]")
    page.wait_for_result()
    assert page.text("result-text") == "1"
    person.press("[data-correct][value='7']")
    page.wait_until(lambda: page.text("correction-status") == "Thanks. Saved as 7.")
    person.follow("nav a[href='/history/']")
    assert "labelled 7" in page.browser.find_element(By.CSS_SELECTOR, ".drawings").text
    person.follow(".drawings a")
    page.wait_until(lambda: page.element("player").is_displayed())
    drawn = page.ink("replay")
    person.press("[data-step-back]")
    page.wait_until(lambda: page.ink("replay") < drawn)
    person.press("[data-play]")
    page.wait_until(lambda: page.ink("replay") == pytest.approx(drawn))
    person.press(".sharing summary")
    person.follow("[data-share]")
    page.wait_until(lambda: page.element("share-link").is_displayed())
    link = str(page.element("share-link").get_property("value"))
    stranger.browser.get(link)
    assert stranger.browser.find_element(By.TAG_NAME, "h1").text == "Read as 1"
    person.press(".deletion summary")
    person.follow(".deletion .danger")
    assert page.browser.current_url == f"{page.url}/history/"
    assert page.browser.find_elements(By.CSS_SELECTOR, ".drawings a") == []
    stranger.browser.get(link)
    assert stranger.browser.find_element(By.TAG_NAME, "h1").text == "Page not found"
    stranger.forgive_console()
