"""What was drawn, as its visitor finds it."""

from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement

from tests.browser import pen
from tests.browser.drawing_page import DrawingPage
from tests.browser.test_correction import thanked


def figures(page: DrawingPage) -> list[WebElement]:
    return page.browser.find_elements(By.CSS_SELECTOR, ".drawings figure")


def draw_and_recognise(page: DrawingPage, strokes: list[pen.Stroke]) -> None:
    page.draw(strokes)
    page.recognise()
    page.press("clear")


def test_a_new_visitor_is_invited_to_draw(page: DrawingPage) -> None:
    page.open("/history/")
    assert figures(page) == []
    page.browser.find_element(By.LINK_TEXT, "Write a digit").click()
    page.wait_until(lambda: page.element("canvas").is_displayed())


def test_the_list_shows_what_was_drawn_newest_first(page: DrawingPage) -> None:
    draw_and_recognise(page, pen.SEVEN)
    draw_and_recognise(page, pen.ONE)
    page.element("stored").find_element(By.TAG_NAME, "a").click()
    page.wait_until(lambda: len(figures(page)) == 2)
    images = [figure.find_element(By.TAG_NAME, "img") for figure in figures(page)]
    page.wait_until(lambda: all(image.get_property("naturalWidth") == 280 for image in images))
    assert [image.get_attribute("alt") for image in images] == [
        "A drawing recognised as 1",
        "A drawing recognised as 7",
    ]
    for figure in figures(page):
        assert figure.find_element(By.TAG_NAME, "data").text.endswith("%")
        assert figure.find_element(By.TAG_NAME, "time").text


def test_the_list_speaks_simplified_chinese(page: DrawingPage) -> None:
    draw_and_recognise(page, pen.SEVEN)
    page.open("/history/")
    page.choose_language("zh-hans")
    (figure,) = figures(page)
    assert figure.find_element(By.TAG_NAME, "img").get_attribute("alt") == "识别为 7 的书写记录"
    assert "年" in figure.find_element(By.TAG_NAME, "time").text


def test_a_long_list_goes_on_with_older_drawings(page: DrawingPage) -> None:
    page.draw(pen.SEVEN)
    page.recognise()
    page.browser.execute_async_script("""
        const done = arguments[0];
        const post = () => fetch(document.querySelector("[data-url]").dataset.url,
          { method: "POST", body: JSON.stringify(window.sent[0]) });
        Promise.all(Array.from({ length: 24 }, post)).then(() => done());
    """)
    page.open("/history/")
    assert len(figures(page)) == 24
    page.browser.find_element(By.LINK_TEXT, "Older").click()
    page.wait_until(lambda: len(figures(page)) == 1)
    page.browser.find_element(By.LINK_TEXT, "Newest").click()
    page.wait_until(lambda: len(figures(page)) == 24)


def test_another_visitor_does_not_see_the_drawings(page: DrawingPage) -> None:
    draw_and_recognise(page, pen.SEVEN)
    page.cdp("Network.clearBrowserCookies")
    page.open("/history/")
    assert figures(page) == []


def choices(page: DrawingPage) -> list[WebElement]:
    return page.browser.find_elements(By.CSS_SELECTOR, ".choose input")


def test_the_keyboard_selects_some_and_deletes_them(page: DrawingPage) -> None:
    for strokes in (pen.SEVEN, pen.ONE, pen.SEVEN):
        draw_and_recognise(page, strokes)
    page.open("/history/")
    assert not page.element("deletion").is_displayed()
    first, _, last = choices(page)
    first.send_keys(Keys.SPACE)
    last.send_keys(Keys.SPACE)
    page.wait_until(lambda: page.text("selected") == "2 selected")
    page.element("deletion").find_element(By.TAG_NAME, "summary").send_keys(Keys.ENTER)
    page.element("deletion").find_element(By.TAG_NAME, "button").send_keys(Keys.ENTER)
    page.wait_until(lambda: len(figures(page)) == 1)
    assert figures(page)[0].find_element(By.CLASS_NAME, "digit").text == "1"


def test_all_of_a_page_are_selected_at_once_and_nothing_is_deleted_unasked(page: DrawingPage) -> None:
    for strokes in (pen.SEVEN, pen.ONE):
        draw_and_recognise(page, strokes)
    page.open("/history/")
    choices(page)[0].click()
    page.press("select-all")
    assert page.text("selected") == "2 selected"
    page.element("deletion").find_element(By.TAG_NAME, "summary").click()
    for choice in choices(page):
        choice.click()
    assert not page.element("deletion").is_displayed()
    choices(page)[0].click()
    assert not page.element("deletion").find_element(By.TAG_NAME, "button").is_displayed()
    assert len(figures(page)) == 2


def test_a_checkbox_is_inside_its_card_beside_a_card_with_a_label(page: DrawingPage) -> None:
    draw_and_recognise(page, pen.SEVEN)
    page.draw(pen.ONE)
    page.recognise()
    page.keys("7")
    assert thanked(page, "7")
    page.open("/history/")
    assert [len(figure.find_elements(By.CLASS_NAME, "label")) for figure in figures(page)] == [1, 0]
    for figure, choice in zip(figures(page), choices(page), strict=True):
        card, box = figure.rect, choice.rect
        assert card["y"] < box["y"]
        assert box["y"] + box["height"] < card["y"] + card["height"]


def test_a_result_leads_to_its_drawing_s_own_page(page: DrawingPage) -> None:
    page.draw(pen.SEVEN)
    page.recognise()
    page.element("record-link").click()
    page.wait_until(lambda: page.browser.find_elements(By.CSS_SELECTOR, "[data-record-page]"))
    assert page.browser.find_element(By.TAG_NAME, "h1").text == "Read as 7"
