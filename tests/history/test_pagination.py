"""Pages of a list link to one another, from either end."""

from uuid import UUID

import pytest

from history.filters import ListFilter
from history.pagination import Page, page_after, page_before
from history.stores import open_store
from tests.history.records import a_record

EVERYTHING = ListFilter()


@pytest.fixture
def newest_first() -> list[UUID]:
    """The ids of eight stored records."""
    records = [a_record() for _ in range(8)]
    for record in records:
        open_store().add(record)
    return [record.id for record in reversed(records)]


def ids(page: Page) -> list[UUID]:
    return [summary.id for summary in page.records]


def before(cursor: str | None) -> Page:
    assert cursor is not None
    return page_before(EVERYTHING, cursor, limit=3)


def after(cursor: str | None) -> Page:
    assert cursor is not None
    return page_after(EVERYTHING, cursor, limit=3)


def test_pages_from_the_newest_link_to_the_oldest_and_back(newest_first: list[UUID]) -> None:
    first = before("")
    second = before(first.older)
    third = before(second.older)
    assert [ids(page) for page in (first, second, third)] == [
        newest_first[:3], newest_first[3:6], newest_first[6:]
    ]  # fmt: skip
    assert (first.newer, third.older) == (None, None)
    assert after(third.newer) == second
    assert after(second.newer) == first


def test_pages_from_the_oldest_link_to_the_newest_and_back(newest_first: list[UUID]) -> None:
    last = after("")
    second = after(last.newer)
    assert [ids(page) for page in (last, second)] == [newest_first[5:], newest_first[2:5]]
    assert last.older is None
    assert ids(before(second.older)) == ids(last)


def test_a_list_of_one_full_page_has_no_other_page() -> None:
    for record in (records := [a_record() for _ in range(3)]):
        open_store().add(record)
    for page in (before(""), after("")):
        assert ids(page) == [record.id for record in reversed(records)]
        assert (page.older, page.newer) == (None, None)


def test_a_partial_page_before_the_cursor_becomes_the_first_page(newest_first: list[UUID]) -> None:
    last = after("")
    first = after(after(last.newer).newer)
    assert ids(first) == newest_first[:3]
    assert first == before("")
