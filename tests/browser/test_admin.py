"""The history in the admin, as a member of staff uses it."""

from collections.abc import Iterator

import pytest
from selenium.webdriver import Chrome
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select

from testbed.sites import employ
from tests.browser import pen
from tests.browser.drawing_page import DrawingPage
from tests.browser.staff_ways import label_one, log_in
from tests.browser.ways import draw
from tests.conftest import Site, running_site

LIST = "/admin/history/historyrecord/"


@pytest.fixture(scope="module")
def staffed_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site of its own, with a member of staff: everything that is drawn there is in its list."""
    with running_site(tmp_path_factory.mktemp("staffed")) as started:
        employ(started)
        yield started


@pytest.fixture
def admin(browser: Chrome, staffed_site: Site) -> DrawingPage:
    """Three drawings, a 2 newest, then a 3 and a 4, seen by a member of staff who drew none of them."""
    page = DrawingPage(browser, staffed_site.url)
    draw(page, pen.DIGITS["4"], pen.DIGITS["3"], pen.DIGITS["2"])
    page.browser.delete_all_cookies()
    log_in(page)
    return page


def press(page: DrawingPage, *keys: str) -> None:
    ActionChains(page.browser).send_keys(*keys).perform()


def shown(page: DrawingPage) -> str:
    return page.text("result")


def labels(page: DrawingPage) -> list[str]:
    """What the newest three are said to show, as the list has it."""
    page.open(LIST)
    cards = page.browser.find_elements(By.CSS_SELECTOR, ".drawing-grid li")[:3]
    texts = [card.find_element(By.CSS_SELECTOR, ".drawing-facts p:nth-of-type(2)").text for card in cards]
    return [" ".join(text.split()) for text in texts]


def test_a_key_labels_what_is_shown_and_brings_the_next(admin: DrawingPage) -> None:
    admin.open(f"{LIST}labelling/")
    admin.wait_until(lambda: shown(admin).startswith("Read as 2"))
    press(admin, "2")
    admin.wait_until(lambda: shown(admin).startswith("Read as 3"))
    assert admin.text("status") == "Labelled as 2 (1 in total)."
    press(admin, "s")
    admin.wait_until(lambda: shown(admin).startswith("Read as 4"))
    press(admin, "n")
    admin.wait_until(lambda: admin.text("status") == "Labelled as not a digit (2 in total).")
    press(admin, Keys.ARROW_LEFT)
    admin.wait_until(lambda: shown(admin).startswith("Read as 4"))
    assert admin.text("label") == "not a digit"
    assert labels(admin) == ["Label: 2", "no label", "Label: not a digit ≠ differs from the result"]


def test_keys_work_with_caps_lock_too(admin: DrawingPage) -> None:
    admin.open(f"{LIST}labelling/")
    admin.wait_until(lambda: shown(admin).startswith("Read as 2"))
    press(admin, "N")
    admin.wait_until(lambda: admin.text("status") == "Labelled as not a digit (1 in total).")
    press(admin, "S")
    admin.wait_until(lambda: shown(admin).startswith("Read as 4"))


def test_a_number_is_typed(admin: DrawingPage) -> None:
    admin.open(f"{LIST}labelling/")
    admin.wait_until(lambda: shown(admin).startswith("Read as 2"))
    admin.browser.find_element(By.CSS_SELECTOR, "[data-number] input").send_keys("４2", Keys.ENTER)
    admin.wait_until(lambda: admin.text("status") == "Labelled as 42 (1 in total).")
    press(admin, "3")
    admin.wait_until(lambda: admin.text("status") == "Labelled as 3 (2 in total).")
    assert labels(admin)[:2] == ["Label: 42 ≠ differs from the result", "Label: 3"]


def test_a_label_that_is_not_kept_is_said_and_its_drawing_stays(admin: DrawingPage) -> None:
    admin.open(f"{LIST}labelling/")
    admin.wait_until(lambda: shown(admin).startswith("Read as 2"))
    with admin.offline():
        press(admin, "2")
        admin.wait_until(lambda: admin.text("status") == "The server did not respond. Please try again.")
    assert shown(admin).startswith("Read as 2")
    press(admin, "2")
    admin.wait_until(lambda: admin.text("status") == "Labelled as 2 (1 in total).")


def test_what_is_selected_is_counted_labelled_and_deleted(admin: DrawingPage) -> None:
    admin.open(LIST)
    boxes = admin.browser.find_elements(By.NAME, "id")
    boxes[0].click()
    boxes[1].click()
    assert admin.text("selected") == "2 selected"
    admin.browser.find_element(By.CSS_SELECTOR, ".drawing-actions [name=text]").send_keys("9")
    admin.follow("[formaction$='/label/']:not([name])")
    assert "2 drawings were labelled." in admin.browser.find_element(By.CSS_SELECTOR, ".messagelist").text
    assert labels(admin)[:2] == ["Label: 9 ≠ differs from the result", "Label: 9 ≠ differs from the result"]
    admin.browser.find_elements(By.NAME, "id")[0].click()
    admin.follow("[formaction$='/delete/']")
    admin.follow(".danger")
    assert "1 drawing was deleted." in admin.browser.find_element(By.CSS_SELECTOR, ".messagelist").text


def test_what_disagrees_is_marked_down_to_the_end_of_its_card(admin: DrawingPage) -> None:
    label_one(admin, 0, "9")
    make_higher = (
        "document.querySelectorAll('.drawing-model')[1].textContent += ' of a very long name'.repeat(9)"
    )
    admin.run(make_higher)
    (card, *_) = admin.browser.find_elements(By.CSS_SELECTOR, ".drawing-grid li")
    assert "disagrees" in str(card.get_attribute("class"))
    facts = card.find_element(By.CLASS_NAME, "drawing-facts").rect
    assert card.find_element(By.CSS_SELECTOR, "[title='differs from the result']").text.startswith(
        "Label: 9 ≠"
    )
    border_px = 1
    assert facts["y"] + facts["height"] + border_px == pytest.approx(
        card.rect["y"] + card.rect["height"], abs=0.5
    )


def test_filters_are_links_and_pages_keep_them(admin: DrawingPage) -> None:
    admin.open(LIST)
    admin.follow(".list-filters a[href='?digit=3']")
    assert admin.browser.find_element(By.CSS_SELECTOR, "[aria-current='true']").text == "3"
    answers = admin.browser.find_elements(By.CSS_SELECTOR, ".drawing-result span")
    assert {answer.text for answer in answers} == {"3"}
    admin.follow(".list-filters a[href='?']")
    assert admin.browser.find_elements(By.CSS_SELECTOR, "[aria-current='true']") == []


def test_an_export_is_chosen_in_the_list(admin: DrawingPage) -> None:
    admin.open(f"{LIST}?digit=2")
    formats = Select(admin.browser.find_element(By.ID, "export-format"))
    assert [option.text for option in formats.options][:2] == ["MNIST IDX", "NumPy npz"]
    form = admin.browser.find_element(By.CSS_SELECTOR, "form[action$='/export/']")
    assert form.find_element(By.NAME, "digit").get_attribute("value") == "2"
    exports = admin.browser.find_elements(
        By.CSS_SELECTOR, "[action$='/export/'] button, [formaction$='/export/']"
    )
    assert [button.text for button in exports] == ["Export", "Export selected"]
