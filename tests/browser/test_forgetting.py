"""The site forgets a browser, by the keyboard alone."""

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from tests.browser import pen
from tests.browser.drawing_page import DrawingPage
from tests.browser.test_history_page import draw_and_recognise, figures


def visitor(page: DrawingPage) -> str:
    """The browser's cookie, or empty."""
    return next(
        (str(cookie["value"]) for cookie in page.browser.get_cookies() if cookie["name"] == "visitor"), ""
    )


def main_text(page: DrawingPage) -> str:
    return str(page.run("return document.querySelector('main')?.innerText ?? ''"))


@pytest.fixture
def asked(page: DrawingPage) -> DrawingPage:
    """The list of two drawings, with the form unfolded."""
    page.draw(pen.SEVEN)
    page.recognise()
    draw_and_recognise(page, pen.ONE)
    page.draw(pen.ONE)
    page.open("/history/")
    page.element("forgetting").find_element(By.TAG_NAME, "summary").send_keys(Keys.ENTER)
    return page


def test_the_drawings_are_deleted_and_the_browser_is_a_new_visitor(asked: DrawingPage) -> None:
    before = visitor(asked)
    asked.browser.find_element(By.CSS_SELECTOR, "[data-forgetting] button").send_keys(Keys.ENTER)
    asked.wait_until(lambda: "your drawings are permanently deleted" in main_text(asked))
    assert (figures(asked), visitor(asked)) == ([], "")
    asked.open()
    assert visitor(asked) not in {"", before}
    assert asked.ink() == 0  # What was on the canvas is forgotten, too.
    draw_and_recognise(asked, pen.SEVEN)
    asked.open("/history/")
    assert len(figures(asked)) == 1


def test_the_drawings_stay_if_one_chooses_so(asked: DrawingPage) -> None:
    address = figures(asked)[0].find_element(By.XPATH, "..").get_attribute("href")
    deleted = asked.browser.find_element(By.CSS_SELECTOR, "[data-forgetting] [value=deleted]")
    assert deleted.is_selected()
    deleted.send_keys(Keys.ARROW_DOWN)
    asked.browser.find_element(By.CSS_SELECTOR, "[data-forgetting] button").send_keys(Keys.ENTER)
    asked.wait_until(lambda: "Your drawings are still on the server" in main_text(asked))
    assert (figures(asked), visitor(asked)) == ([], "")
    asked.browser.get(str(address))
    assert asked.browser.find_element(By.TAG_NAME, "h1").text == "Page not found"
    asked.forgive_console()


def test_it_speaks_simplified_chinese(page: DrawingPage) -> None:
    draw_and_recognise(page, pen.SEVEN)
    page.open("/history/")
    page.choose_language("zh-hans")
    form = page.element("forgetting")
    form.find_element(By.TAG_NAME, "summary").click()
    assert form.find_element(By.TAG_NAME, "legend").text == "您的书写记录"
    page.follow("[data-forgetting] button")
    assert "已忘记此浏览器" in main_text(page)
