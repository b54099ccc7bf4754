"""The history in Django's admin: its list, the filters and the actions."""

import re
import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from pytest_django import Settings

from history.admin.base import PAGE_SIZE
from history.ids import new_id, time_ordered
from history.records import Label, Record
from history.stores import open_store
from history.stores.base import StoreUnavailable
from history.stores.sqlite.store import SQLiteStore
from tests.history.audit_list import entries
from tests.history.interleaved import interleaved
from tests.history.records import a_record, made_at
from tests.history.staff import ALL, staff_client

pytestmark = pytest.mark.django_db

LIST = "/admin/history/historyrecord/"


@pytest.fixture
def staff() -> Client:
    """Staff with all permissions."""
    return staff_client(*ALL)


def keep(*records: Record) -> list[Record]:
    for record in records:
        open_store().add(record)
    return list(records)


def label(record: Record, text: str) -> None:
    open_store().put_label(Label(record_id=record.id, text=text, given_by="ben", given_at_us=10**15))


def drawn(page: Any) -> list[UUID]:
    return [row.record.id for row in page.context["rows"]]


def ids(records: Sequence[Record]) -> list[UUID]:
    return [record.id for record in records]


def test_staff_with_only_the_permission_to_view_change_nothing() -> None:
    (record,), client = keep(a_record()), staff_client("view")
    page = client.get(LIST)
    assert drawn(page) == [record.id]
    for offer in ("Delete", "Label selected", "one by one"):
        assert offer not in page.text
    assert client.get(f"{LIST}labelling/").status_code == 403
    for action in ("label", "delete"):
        form = {"id": record.id, "text": "1", "sure": "1"}
        assert client.post(f"{LIST}{action}/", form).status_code == 403
    assert open_store().label(record.id) is None
    assert open_store().get(record.id) == record


def test_the_admin_s_index_leads_to_the_list(staff: Client) -> None:
    assert f'href="{LIST}"' in staff.get("/admin/").text


def test_the_admin_has_no_sidebar(staff: Client) -> None:
    assert "nav-sidebar" not in staff.get(LIST).text


def test_the_list_has_all_drawings_with_results_and_labels(staff: Client) -> None:
    right, wrong, nobody_s = keep(a_record(visitor="me"), a_record(visitor="you"), a_record(visitor=""))
    label(right, "7")
    label(wrong, "1")
    page = staff.get(LIST)
    assert drawn(page) == ids([nobody_s, wrong, right])
    assert [row.disagrees for row in page.context["rows"]] == [False, True, False]
    for record in (right, wrong, nobody_s):
        assert f"/api/v1/recognitions/{record.id}/drawing" in page.text
        assert f"/history/{record.id}/" in page.text


def test_an_empty_history_says_so(staff: Client) -> None:
    assert "No drawings yet." in staff.get(LIST).text
    assert "No drawings match these filters." in staff.get(LIST, {"digit": 3}).text


FILTERS = {
    "digit=1": ("other", ["1"]),
    "label=1": ("wrong", ["1"]),
    "label=": ("none", ["not a digit"]),
    "disagreeing=1": ("wrong", ["different"]),
    "below=80": ("unsure", ["&lt; 80%"]),
    "model=lenet-another": ("other", ["lenet-another"]),
    "origin=": ("other", ["none"]),
    "day=2026-02-28": ("of a day", []),
    "day=2026-02-28&digit=7": ("of a day", ["7"]),
    "visitor=another": ("another's", []),
}
"""The record that each query finds, and the choices that are marked."""


@pytest.mark.parametrize(("query", "found"), FILTERS.items(), ids=FILTERS.keys())
def test_a_filter_shows_its_records_and_marks_its_choice(
    staff: Client, query: str, found: tuple[str, list[str]]
) -> None:
    name, chosen = found
    records = {
        "other": replace(a_record(digits=(1,), probability=0.99), model="lenet-another", origin=""),
        "wrong": a_record(),
        "none": a_record(),
        "unsure": a_record(probability=0.7),
        "another's": a_record(visitor="another"),
        "of a day": made_at(datetime(2026, 2, 28, 12, tzinfo=UTC)),
    }
    records["other"] = replace(records["other"], digits=(a_sure_one(),))
    keep(*records.values())
    label(records["wrong"], "1")
    label(records["none"], "")
    page = staff.get(f"{LIST}?{query}")
    assert drawn(page) == [records[name].id]
    assert re.findall(r'aria-current="true">([^<]*)<', page.text) == chosen


def a_sure_one() -> Any:
    (found,) = a_record(digits=(1,)).digits
    return replace(found, probabilities=(0.0, 0.999, *found.probabilities[2:7], 0.001, 0.0, 0.0))


def choices(page: Any, kind: str) -> list[tuple[str, str]]:
    """The links of one kind of filter: each with its text and its query."""
    links = re.findall(r'<a href="\?([^"]*)"[^>]*>([^<]*)</a>', page.text)
    found = [(text, query.replace("&amp;", "&")) for query, text in links]
    return [(text, query) for text, query in found if query.startswith(f"{kind}=")]


def test_another_filter_keeps_the_day(staff: Client) -> None:
    page = staff.get(f"{LIST}?day=2026-02-28&label=1")
    assert choices(page, "below") == [
        (f"&lt; {bound}%", f"below={bound}&day=2026-02-28") for bound in (50, 80, 95, 99)
    ]
    assert choices(page, "digit") == [(digit, f"digit={digit}&day=2026-02-28") for digit in "0123456789"]


def test_fifty_models_are_offered(staff: Client) -> None:
    keep(*(replace(a_record(), model=f"lenet-{number:02}") for number in range(51)))
    assert choices(staff.get(LIST), "model") == [
        (f"lenet-{number:02}", f"model=lenet-{number:02}") for number in range(50)
    ]


@pytest.mark.parametrize("day", ["1970-01-01", "4999-12-31"])
def test_the_first_and_the_last_possible_day_have_lists(staff: Client, day: str) -> None:
    assert staff.get(LIST, {"day": day}).status_code == 200


@pytest.mark.parametrize(
    "query",
    [
        "digit=x",
        "digit=12",
        "digit=10",
        "digit=-1",
        "below=81",
        "day=yesterday",
        "day=9999-12-31",
        "day=5000-01-01",
        "day=1969-12-31",
        "day=0001-01-01",
        "digit=1&label=1",
    ],
)
def test_an_invalid_filter_is_reported_and_dropped(staff: Client, query: str) -> None:
    response = staff.get(f"{LIST}?{query}", follow=True)
    assert response.redirect_chain == [(LIST, 302)]
    assert "Invalid filter." in response.text


def test_an_invalid_cursor_is_not_found(staff: Client) -> None:
    assert staff.get(LIST, {"before": "x"}).status_code == 404


def test_pages_link_to_both_ends_and_back(staff: Client) -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    records = keep(*(made_at(start + timedelta(hours=number)) for number in range(2 * PAGE_SIZE + 10)))
    newest_first = ids(records[::-1])
    first = staff.get(f"{LIST}?digit=7")
    assert drawn(first) == newest_first[:PAGE_SIZE]
    second = staff.get(LIST + link(first, "next"))
    assert drawn(second) == newest_first[PAGE_SIZE : 2 * PAGE_SIZE]
    third = staff.get(LIST + link(second, "next"))
    assert drawn(third) == newest_first[2 * PAGE_SIZE :]
    assert link(third, "next") == ""
    last = staff.get(f"{LIST}?digit=7&last")
    assert drawn(last) == newest_first[-PAGE_SIZE:]
    assert link(last, "next") == ""
    assert drawn(staff.get(LIST + link(last, "prev"))) == newest_first[-2 * PAGE_SIZE : -PAGE_SIZE]
    assert drawn(staff.get(LIST + link(second, "prev"))) == newest_first[:PAGE_SIZE]
    assert link(first, "prev") == ""


def link(page: Any, relation: str) -> str:
    found = re.search(rf'rel="{relation}" href="([^"]*)"', page.text)
    return found[1].replace("&amp;", "&") if found else ""


def test_the_selected_drawings_get_a_label(staff: Client) -> None:
    one, two, other = keep(a_record(), a_record(), a_record())
    back = f"{LIST}?digit=7"
    response = staff.post(f"{LIST}label/", {"id": [one.id, two.id], "text": "3", "back": back}, follow=True)
    assert response.redirect_chain == [(back, 302)]
    assert "2 drawings were labelled." in response.text
    given = open_store().labels([one.id, two.id, other.id])
    assert {record_id: (each.text, each.given_by) for record_id, each in given.items()} == {
        one.id: ("3", "anna"),
        two.id: ("3", "anna"),
    }
    assert entries() == ["anna labelled 2 drawings (completed)"]


def test_the_selected_drawings_are_labelled_as_not_a_digit(staff: Client) -> None:
    (record,) = keep(a_record())
    staff.post(f"{LIST}label/", {"id": record.id, "none": "1", "text": ""})
    given = open_store().label(record.id)
    assert given is not None
    assert given.text == ""
    assert entries() == ["anna labelled 1 drawings (completed)"]


@pytest.mark.parametrize("text", ["", "seven", "7" * 41])
def test_an_invalid_label_is_rejected(staff: Client, text: str) -> None:
    (record,) = keep(a_record())
    response = staff.post(f"{LIST}label/", {"id": record.id, "text": text}, follow=True)
    assert "Enter the label’s digits, or choose “Not a digit”." in response.text
    assert open_store().label(record.id) is None


def test_the_selected_drawings_are_deleted_after_a_confirmation(staff: Client) -> None:
    one, two, other = keep(a_record(), a_record(), a_record())
    label(one, "1")
    question = staff.post(f"{LIST}delete/", {"id": [one.id, two.id], "back": LIST})
    assert "2 drawings, their results and their labels will be permanently deleted." in question.text
    assert drawn(staff.get(LIST)) == ids([other, two, one])
    done = staff.post(f"{LIST}delete/", {"id": [one.id, two.id], "back": LIST, "sure": "1"}, follow=True)
    assert "2 drawings were deleted." in done.text
    assert drawn(done) == [other.id]
    assert open_store().label(one.id) is None
    assert entries() == ["anna deleted 2 drawings (completed)"]


def test_a_record_that_is_already_gone_is_skipped(staff: Client) -> None:
    (record,) = keep(a_record())
    form = {"id": [new_id(), record.id], "sure": "1"}
    assert "1 drawing was deleted." in staff.post(f"{LIST}delete/", form, follow=True).text


def test_a_store_that_fails_halfway_leaves_the_changes_reported(staff: Client, settings: Settings) -> None:
    one, two = keep(a_record(), a_record())
    path = settings.HISTORY_STORES["embedded"]["OPTIONS"]["path"]
    with sqlite3.connect(path) as connection:
        connection.execute(
            "CREATE TRIGGER cut BEFORE DELETE ON recognitions"
            f" WHEN OLD.key = x'{time_ordered(two.id).hex()}' BEGIN SELECT RAISE(ABORT, 'cut'); END"
        )
    connection.close()
    said = staff.post(f"{LIST}delete/", {"id": [one.id, two.id], "sure": "1"}, follow=True).text
    assert "1 drawing was deleted." in said
    assert "The drawing could not be deleted. Please try again in a moment." in said
    assert entries() == ["anna deleted 1 drawings (stopped)"]


CHANGES = {
    "label": ("1 drawing was labelled.", "could not be saved"),
    "delete": ("1 drawing was deleted.", "could not be deleted"),
}


@pytest.mark.parametrize(("action", "said"), CHANGES.items(), ids=CHANGES)
@pytest.mark.usefixtures("failing_history")
def test_changing_several_fails_while_the_history_cannot_be_read(
    staff: Client, action: str, said: tuple[str, str]
) -> None:
    form = {"id": [new_id(), new_id()], "text": "1", "sure": "1", "back": "/admin/"}
    response = staff.post(f"{LIST}{action}/", form, follow=True)
    (message,) = response.context["messages"]
    assert message.level_tag == "error"
    assert said[1] in str(message)
    assert entries() == []


@pytest.mark.parametrize(("action", "said"), CHANGES.items(), ids=CHANGES)
def test_a_history_that_becomes_unreadable_leaves_the_changes_reported(
    staff: Client, settings: Settings, tmp_path: Path, action: str, said: tuple[str, str]
) -> None:
    store = interleaved(settings, SQLiteStore(tmp_path / "store.sqlite3"))
    one, two = keep(a_record(), a_record())

    def fail() -> None:
        raise StoreUnavailable("it does not answer")

    store.after["put_label" if action == "label" else "delete"] = lambda: store.before.update(get=fail)
    form = {"id": [one.id, two.id], "text": "1", "sure": "1"}
    response = staff.post(f"{LIST}{action}/", form, follow=True)
    done, failed = response.context["messages"]
    assert (done.level_tag, str(done)) == ("success", said[0])
    assert failed.level_tag == "error"
    assert said[1] in str(failed)
    assert entries() == [f"anna {action}{'led' if action == 'label' else 'd'} 1 drawings (stopped)"]
    assert (store.get(two.id), store.label(two.id)) == (two, None)


def test_an_empty_selection_is_reported(staff: Client) -> None:
    for action in ("label", "delete"):
        assert "Select drawings first." in staff.post(f"{LIST}{action}/", {"text": "1"}, follow=True).text


@pytest.mark.parametrize(
    "back", ["https://elsewhere.example/", "//elsewhere.example", "foo", "history:list", ""]
)
def test_no_form_redirects_to_another_site(staff: Client, back: str) -> None:
    assert staff.post(f"{LIST}label/", {"back": back, "text": "1"}).headers["Location"] == LIST


def test_a_page_has_fifty_drawings_which_can_be_changed_at_once(staff: Client) -> None:
    records = keep(*(a_record() for _ in range(51)))
    assert len(drawn(staff.get(LIST))) == 50
    many: dict[str, Any] = {"id": ids(records), "text": "1", "format": "csv", "sure": "1"}
    for action in ("label", "export", "delete"):
        assert staff.post(f"{LIST}{action}/", many).status_code == 400
    assert len(open_store().newest(limit=60)) == 51
    assert open_store().labels(many["id"]) == {}
    many["id"].pop()
    assert len(b"".join(staff.post(f"{LIST}export/", many)).splitlines()) == 51  # With the heading.
    for action in ("label", "delete"):
        assert staff.post(f"{LIST}{action}/", many).status_code == 302
    assert [record.id for record in open_store().newest(limit=60)] == [records[-1].id]
    assert open_store().label(records[-1].id) is None


@pytest.mark.parametrize("record_id", ["seven", "", "919108f7-52d1-4320-9bac-f847db4148a8"])
def test_a_selection_of_an_invalid_id_is_rejected(staff: Client, record_id: str) -> None:
    form = {"id": record_id, "text": "1", "format": "csv", "sure": "1"}
    for action in ("label", "export", "delete"):
        assert staff.post(f"{LIST}{action}/", form).status_code == 400


def test_the_queue_continues_page_by_page(staff: Client) -> None:
    records = keep(*(a_record() for _ in range(PAGE_SIZE + 1)))
    label(records[-1], "1")
    first = staff.get(f"{LIST}labelling/queue/", {"digit": 7}).json()
    assert len(first["records"]) == PAGE_SIZE
    assert first["records"][0]["id"] == str(records[-1].id)
    assert first["records"][0]["label"]["text"] == "1"
    assert first["records"][1]["label"] is None
    shown = first["records"][1]
    assert shown["probability"] == 0.94
    assert shown["label_url"] == f"/api/v1/recognitions/{records[-2].id}/label"
    assert shown["page"] == f"/history/{records[-2].id}/"
    second = staff.get(f"{LIST}labelling/queue/", {"digit": 7, "before": first["older"]}).json()
    assert [each["id"] for each in second["records"]] == [str(records[0].id)]
    assert second["older"] is None
    assert staff.get(f"{LIST}labelling/queue/", {"digit": "x"}).status_code == 400


def test_a_list_and_a_selection_can_be_exported(staff: Client) -> None:
    one, two, other = keep(a_record(), a_record(), a_record(digits=(1,)))
    listed = staff.get(f"{LIST}export/?digit=7&format=csv")
    assert listed.headers["Content-Disposition"].startswith("attachment")
    lines = b"".join(listed).decode().splitlines()
    assert [line.split(",")[0] for line in lines[1:]] == [str(two.id), str(one.id)]
    chosen = staff.post(f"{LIST}export/", {"id": [other.id], "format": "csv"})
    lines = b"".join(chosen).decode().splitlines()
    assert [line.split(",")[0] for line in lines[1:]] == [str(other.id)]


@pytest.mark.parametrize(
    ("name", "filename", "media_type"),
    [
        ("idx", "digits-idx.zip", "application/zip"),
        ("npz", "digits.npz", "application/zip"),
        ("ndjson", "drawings.ndjson", "application/x-ndjson"),
        ("csv", "history.csv", "text/csv; charset=utf-8"),
        ("png", "digits-png.zip", "application/zip"),
    ],
)
def test_an_export_is_a_file_with_a_name(staff: Client, name: str, filename: str, media_type: str) -> None:
    headers = staff.get(f"{LIST}export/", {"format": name}).headers
    assert headers["Content-Disposition"] == f'attachment; filename="{filename}"'
    assert headers["Content-Type"] == media_type


def test_an_export_without_a_selection_or_a_format_is_reported(staff: Client) -> None:
    said = staff.post(f"{LIST}export/", {"format": "csv"}, follow=True)
    assert "Select drawings first." in said.text
    assert "Unknown format." in staff.get(f"{LIST}export/", {"format": "x"}, follow=True).text
    assert "Invalid filter." in staff.get(f"{LIST}export/", {"digit": "x"}, follow=True).text


@pytest.mark.usefixtures("failing_history")
def test_an_unreadable_history_is_reported(staff: Client) -> None:
    assert staff.get(LIST).status_code == 503
