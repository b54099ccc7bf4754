"""The history's pages and its API, for visitors and for staff."""

import base64
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import Settings

from history.ids import new_id
from history.pagination import PAGE_SIZE
from history.records import Label, Record
from history.stores import open_store
from tests.history.records import a_record, keep
from tests.history.staff import staff_client

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff() -> Client:
    return staff_client("view", "change")


def drawn(page: Any) -> list[Record]:
    """The drawings that a page lists."""
    return [row.record for row in page.context["rows"]]


def listed(client: Client, **query: Any) -> Any:
    return client.get("/api/v1/recognitions", query).json()


def test_a_visitor_sees_their_own_drawings(visitor: Client) -> None:
    (mine,), _ = keep(), keep(visitor="another")
    page = visitor.get("/history/")
    assert [record.id for record in drawn(page)] == [mine.id]
    assert f"/api/v1/recognitions/{mine.id}/drawing" in page.text
    assert [record["id"] for record in listed(visitor)["recognitions"]] == [str(mine.id)]


def test_staff_list_their_own_drawings_and_open_all(staff: Client) -> None:
    records = keep() + keep(visitor="another") + keep(visitor="")
    assert listed(staff)["recognitions"] == []
    for record in records:
        assert staff.get(f"/history/{record.id}/").status_code == 200


def test_a_list_shows_labels(visitor: Client) -> None:
    right, wrong, plain = keep(3)
    put_label(visitor, right, "7")
    put_label(visitor, wrong, "1")
    page = visitor.get("/history/")
    said = {row.record.id: (row.label and row.label.text, row.disagrees) for row in page.context["rows"]}
    assert said == {right.id: ("7", False), wrong.id: ("1", True), plain.id: (None, False)}
    assert "labelled 1" in page.text


@pytest.mark.parametrize(
    ("probability", "shown"), [(0.5, "50.0%"), (0.9994, "99.9%"), (0.9995, "&gt;99.9%"), (1.0, "&gt;99.9%")]
)
def test_no_page_calls_a_probability_100_percent(
    visitor: Client, staff: Client, probability: float, shown: str
) -> None:
    """tests/js/text.test.mjs tests the same for scripts."""
    record = a_record(probability=probability)
    open_store().add(record)
    pages = (
        visitor.get("/history/"),
        visitor.get(f"/history/{record.id}/"),
        staff.get("/admin/history/historyrecord/"),
    )
    for page in pages:
        assert f"<data{page.text.partition('<data')[2].partition('</data>')[0]}".endswith(f">{shown}")


def test_a_new_visitor_sees_an_empty_list_and_gets_no_cookie(client: Client) -> None:
    keep(visitor="")
    page = client.get("/history/")
    assert drawn(page) == []
    assert "sessionid" not in page.cookies


@pytest.mark.parametrize("permissions", [(), ("change", "delete")])
def test_staff_without_the_permission_to_view_see_nothing(permissions: tuple[str, ...]) -> None:
    (record,), client = keep(), staff_client(*permissions)
    assert listed(client)["recognitions"] == []
    assert client.get(f"/history/{record.id}/").status_code == 404
    assert put_label(client, record, "5").status_code == 404
    assert client.delete(f"/api/v1/recognitions/{record.id}").status_code == 404
    assert open_store().get(record.id) == record


def test_staff_with_only_the_permission_to_view_neither_label_nor_delete() -> None:
    (record,), client = keep(), staff_client("view")
    assert client.get(f"/history/{record.id}/").status_code == 200
    assert put_label(client, record, "5").status_code == 404
    assert client.delete(f"/api/v1/recognitions/{record.id}").status_code == 404
    assert open_store().label(record.id) is None


def test_staff_with_the_permission_delete() -> None:
    (record,), client = keep(), staff_client("view", "delete")
    assert "Delete permanently" in client.get(f"/history/{record.id}/").text
    assert client.delete(f"/api/v1/recognitions/{record.id}").status_code == 204
    assert client.get(f"/history/{record.id}/").status_code == 404


def test_a_user_who_is_not_staff_sees_no_more_than_a_visitor(client: Client) -> None:
    client.force_login(User.objects.create_user("ben"))
    keep()
    assert listed(client)["recognitions"] == []


def test_the_drawing_comes_back_byte_by_byte(visitor: Client) -> None:
    (record,) = keep()
    answer = visitor.get(f"/api/v1/recognitions/{record.id}/drawing")
    assert answer.content == record.drawing.content
    assert answer.headers["Content-Type"] == "image/png"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_a_record_in_full(visitor: Client) -> None:
    record = replace(a_record(digits=(7, 2)), id=ID)
    sure = replace(record.digits[0], accepted=True, score=-3.0)
    record = replace(record, digits=(sure, record.digits[1]))
    open_store().add(record)
    answer = visitor.get(f"/api/v1/recognitions/{ID}").json()
    assert answer.pop("share_url").startswith("/shared/")
    probabilities = [0.0, 0.0, 0.06, 0.0, 0.0, 0.0, 0.0, 0.94, 0.0, 0.0]
    box = {"x": 1, "y": 2, "width": 30, "height": 40}
    assert answer == {
        "id": "c232ab00-9414-11ec-b3c8-9f6bdeced846",
        "created_at": "2022-02-22T19:22:22+00:00",
        "predict": 72,
        "text": "72",
        "accepted": False,
        "score": -3.0,
        "digits": [
            {
                "digit": 7,
                "probability": 0.94,
                "probabilities": probabilities,
                "box": box,
                "score": -3.0,
                "accepted": True,
            },
            {
                "digit": 2,
                "probability": 0.06,
                "probabilities": probabilities,
                "box": box,
                "score": 12.5,
                "accepted": False,
            },
        ],
        "model": "lenet-0123456789ab",
        "latency_ms": 1.25,
        "drawing": "/api/v1/recognitions/c232ab00-9414-11ec-b3c8-9f6bdeced846/drawing",
        "strokes": [[[1.0, 2.5], [3.0, 4.0], [0, 16], [0.5, 0.5]]],
        "label": None,
    }
    open_store().put_label(Label(record_id=ID, text="7", given_by="anna", given_at_us=10**15))
    label = visitor.get(f"/api/v1/recognitions/{ID}").json()["label"]
    assert label == {"text": "7", "given_at": "2001-09-09T01:46:40+00:00"}


def test_a_record_comes_back_with_its_strokes(visitor: Client) -> None:
    (record,) = keep()
    answer = visitor.get(f"/api/v1/recognitions/{record.id}").json()
    assert answer["strokes"] == list(record.strokes)
    assert (answer["predict"], answer["model"]) == (7, record.model)
    assert answer["created_at"] == record.created_at.isoformat()
    assert "visitor" not in answer


@pytest.mark.parametrize("path", ["/api/v1/recognitions/{}/drawing", "/api/v1/recognitions/{}"])
def test_another_visitor_s_drawing_is_not_found(visitor: Client, path: str) -> None:
    (record,) = keep(visitor="another")
    assert visitor.get(path.format(record.id)).status_code == 404
    assert visitor.get(path.format(new_id())).status_code == 404


def test_a_record_without_a_visitor_is_not_public(client: Client) -> None:
    (record,) = keep(visitor="")
    assert client.get(f"/api/v1/recognitions/{record.id}/drawing").status_code == 404


def test_the_list_pages_to_its_end(visitor: Client) -> None:
    records = keep(2 * PAGE_SIZE + 1)
    seen: list[UUID] = []
    page = visitor.get("/history/")
    while True:
        seen += [record.id for record in drawn(page)]
        if not page.context["older"]:
            break
        page = visitor.get("/history/", {"before": page.context["older"]})
        assert page.context["first_page"] is False
    assert seen == [record.id for record in records[::-1]]


def test_a_full_last_page_has_no_next_page(visitor: Client) -> None:
    keep(PAGE_SIZE)
    assert visitor.get("/history/").context["older"] is None


def test_the_api_pages_by_the_requested_size(visitor: Client) -> None:
    records = keep(5)
    first = listed(visitor, limit=3)
    second = listed(visitor, limit=3, before=first["older"])
    seen = [record["id"] for record in first["recognitions"] + second["recognitions"]]
    assert seen == [str(record.id) for record in records[::-1]]
    assert second["older"] is None


@pytest.mark.parametrize(
    ("limit", "code"),
    [
        ("0", "min_value"),
        ("-1", "min_value"),
        ("201", "max_value"),
        ("9" * 400, "max_value"),
        ("9" * 5000, "max_string_length"),
        ("x", "invalid"),
        ("1.5", "invalid"),
        ("1e2", "invalid"),
        ("\0", "invalid"),
    ],
)
def test_an_invalid_limit_is_reported(visitor: Client, limit: str, code: str) -> None:
    answer = visitor.get("/api/v1/recognitions", {"limit": limit})
    assert answer.status_code == 400
    assert (answer.json()["field"], answer.json()["code"]) == ("limit", code)


def test_a_page_has_1_to_200_records_and_24_by_default(visitor: Client) -> None:
    keep(201)
    lengths = {limit: len(listed(visitor, limit=limit)["recognitions"]) for limit in (1, 200)}
    assert lengths == {1: 1, 200: 200}
    assert len(listed(visitor)["recognitions"]) == len(listed(visitor, limit="")["recognitions"]) == 24
    assert len(drawn(visitor.get("/history/"))) == 24


def coded(content: bytes) -> str:
    """An id's bytes, in the form of a cursor."""
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


ID = UUID("c232ab00-9414-11ec-b3c8-9f6bdeced846")
NO_CURSORS = {
    "a word": "nonsense",
    "another alphabet": "é",
    "one character": "A",
    "padding alone": "====",
    "too few bytes": coded(ID.bytes[:-1]),
    "too many bytes": coded(ID.bytes + b"\0"),
    "very many": "A" * 4_000,
    "a character too few": coded(ID.bytes)[:-1],
    "a character too many": coded(ID.bytes) + "A",
    "padding of its own": coded(ID.bytes) + "==",
    "a space in it": coded(ID.bytes)[:11] + " " + coded(ID.bytes)[11:],
    "a line's end": coded(ID.bytes) + "\n",
    "no character": "\0",
    "a percent sign": "%",
    "half of UTF-8": b"\xff\xfe",
    "an id as people write it": str(ID),
    "an id in hexadecimal": ID.hex,
    "a random id": coded(UUID("919108f7-52d1-4320-9bac-f847db4148a8").bytes),
    "an id of another variant": coded(UUID("c232ab00-9414-11ec-13c8-9f6bdeced846").bytes),
    "an id in another order": coded(UUID("1ec9414c-232a-6b00-b3c8-9f6bdeced846").bytes),
    "nothing but zeros": coded(bytes(16)),
    "nothing but ones": coded(b"\xff" * 16),
    "a statement": "' OR 1=1 --",
    "a path": "../../etc/passwd",
    "null": "null",
}


@pytest.mark.parametrize("cursor", NO_CURSORS.values(), ids=NO_CURSORS.keys())
def test_an_invalid_cursor_is_reported(visitor: Client, cursor: str | bytes) -> None:
    answer = visitor.get("/api/v1/recognitions", {"before": cursor})
    assert answer.status_code == 400
    assert (answer.json()["field"], answer.json()["code"]) == ("before", "bad_cursor")
    assert visitor.get("/history/", {"before": cursor}).status_code == 404


@pytest.mark.parametrize("cursor", NO_CURSORS.values(), ids=NO_CURSORS.keys())
def test_an_invalid_cursor_is_not_found_in_the_admin(staff: Client, cursor: str | bytes) -> None:
    place = "/admin/history/historyrecord/"
    for end in ("before", "after"):
        assert staff.get(place, {end: cursor}).status_code == 404
    queue = staff.get(f"{place}labelling/queue/", {"before": cursor})
    assert (queue.status_code, queue.json()["code"]) == (400, "bad_request")


def test_the_invalid_cursors_differ_from_a_valid_one(visitor: Client) -> None:
    keep(2)
    assert listed(visitor, before=coded(ID.bytes)) == {"recognitions": [], "older": None}
    first = listed(visitor, limit=1)
    assert first["older"] == coded(UUID(first["recognitions"][0]["id"]).bytes)


@pytest.mark.parametrize(("time", "count"), [("00000000-0000-1000", 0), ("ffffffff-ffff-1fff", 2)])
def test_a_cursor_at_the_end_of_time_is_valid(visitor: Client, staff: Client, time: str, count: int) -> None:
    keep(2)
    cursor = coded(UUID(f"{time}-8000-000000000000").bytes)
    assert len(listed(visitor, before=cursor)["recognitions"]) == count
    assert len(drawn(visitor.get("/history/", {"before": cursor}))) == count
    place = "/admin/history/historyrecord/"
    assert len(drawn(staff.get(place, {"before": cursor}))) == count


def put_label(client: Client, record: Record | UUID, text: Any) -> Any:
    record_id = record if isinstance(record, UUID) else record.id
    address = f"/api/v1/recognitions/{record_id}/label"
    return client.put(address, {"text": text}, content_type="application/json")


def test_a_visitor_corrects_a_result_and_the_last_correction_counts(visitor: Client) -> None:
    (mine,) = keep()
    assert visitor.get(f"/api/v1/recognitions/{mine.id}").json()["label"] is None
    for text in ("07", "", "3"):
        answer = put_label(visitor, mine, text)
        assert answer.status_code == 200
        assert answer.json()["text"] == text
        assert visitor.get(f"/api/v1/recognitions/{mine.id}").json()["label"] == answer.json()
    label = open_store().label(mine.id)
    assert label
    assert (label.text, label.given_by) == ("3", "visitor")


def test_a_label_has_the_current_time(visitor: Client) -> None:
    (mine,) = keep()
    before = datetime.now(UTC)
    given_at = datetime.fromisoformat(put_label(visitor, mine, "3").json()["given_at"])
    assert timedelta() <= given_at - before + timedelta(microseconds=1) < timedelta(minutes=1)


def test_staff_label_under_their_own_name(staff: Client) -> None:
    (record,) = keep()
    assert put_label(staff, record, "5").status_code == 200
    label = open_store().label(record.id)
    assert label
    assert label.given_by == "anna"


def test_invisible_drawings_cannot_be_labelled(visitor: Client, client: Client) -> None:
    (hers,) = keep(visitor="another")
    for answer in (
        put_label(visitor, hers, "1"),
        put_label(Client(), hers, "1"),
        put_label(visitor, new_id(), "1"),
    ):
        assert answer.status_code == 404
        assert answer.json()["code"] == "not_found"
    assert open_store().label(hers.id) is None


NO_LABELS = {
    "a letter": ("7a", "invalid"),
    "a sign": ("-1", "invalid"),
    "a space before": (" 7", "invalid"),
    "a space after": ("7 ", "invalid"),
    "a line's end": ("7\n", "invalid"),
    "another script's digit": ("٧", "invalid"),
    "a superscript": ("²", "invalid"),
    "no character": ("\0", "invalid"),
    "half a character": ("\ud800", "invalid"),
    "41 digits": ("1" * 41, "invalid"),
    "null": (None, "null"),
    "a list": ([7], "invalid"),
    "an object": ({"7": 7}, "invalid"),
    "a boolean": (True, "invalid"),
    "a fraction": (7.0, "invalid"),
    "infinity": (float("inf"), "invalid"),
    "a number of 41 digits": (10**40, "invalid"),
}


@pytest.mark.parametrize(("text", "code"), NO_LABELS.values(), ids=NO_LABELS.keys())
def test_a_label_that_is_not_digits_is_rejected_and_not_stored(visitor: Client, text: Any, code: str) -> None:
    (mine,) = keep()
    answer = put_label(visitor, mine, text)
    assert answer.status_code == 400
    assert (answer.json()["field"], answer.json()["code"]) == ("text", code)
    assert open_store().label(mine.id) is None


def test_a_label_of_40_digits_is_kept(visitor: Client) -> None:
    (mine,) = keep()
    assert put_label(visitor, mine, "1234567890" * 4).json()["text"] == "1234567890" * 4


@pytest.mark.parametrize("body", ["", "[]", "7", "{", '{"text": "7"', "[" * 100_000, '{"text":' * 100_000])
def test_a_label_s_body_that_is_not_an_object_is_reported(visitor: Client, body: str) -> None:
    (mine,) = keep()
    address = f"/api/v1/recognitions/{mine.id}/label"
    answer = visitor.put(address, body, content_type="application/json")
    assert answer.status_code == 400
    assert answer.json()["code"] == ("not_json" if body else "required")


def test_a_label_without_a_text_is_rejected(visitor: Client) -> None:
    (mine,) = keep()
    answer = visitor.put(f"/api/v1/recognitions/{mine.id}/label", {}, content_type="application/json")
    assert answer.json()["code"] == "required"


def test_a_label_that_the_store_rejects_is_not_acknowledged(visitor: Client, settings: Settings) -> None:
    settings.HISTORY_STORES["embedded"]["OPTIONS"]["busy_timeout_s"] = 0.01
    (mine,) = keep()
    path = settings.HISTORY_STORES["embedded"]["OPTIONS"]["path"]
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        answer = put_label(visitor, mine, "7")
    assert (answer.status_code, answer.json()["code"]) == (503, "label_not_kept")
    assert answer.headers["Retry-After"] == "5"
    assert open_store().label(mine.id) is None


def test_only_its_visitor_and_staff_see_a_drawing_s_page(visitor: Client, staff: Client) -> None:
    (mine,), (other,) = keep(), keep(visitor="another")
    shown = visitor.get(f"/history/{mine.id}/")
    assert shown.context["record"] == mine
    assert f"/api/v1/recognitions/{mine.id}/drawing" in shown.text
    assert visitor.get(f"/history/{other.id}/").status_code == 404
    assert staff.get(f"/history/{other.id}/").status_code == 200
    assert visitor.get(f"/history/{new_id()}/").status_code == 404


def test_a_drawing_s_page_offers_the_permitted_actions(visitor: Client) -> None:
    (record,) = keep()
    viewers = {
        "visitor": visitor,
        "viewing": staff_client("view"),
        "labelling": staff_client("view", "change", name="ben"),
        "deleting": staff_client("view", "delete", name="carl"),
    }
    offers = ("drew", "may_label", "may_delete")
    offered = {
        name: [client.get(f"/history/{record.id}/").context[offer] for offer in offers]
        for name, client in viewers.items()
    }
    assert offered == {
        "visitor": [True, True, True],
        "viewing": [False, False, False],
        "labelling": [False, True, False],
        "deleting": [False, False, True],
    }


def test_a_drawing_links_to_its_neighbours_and_the_last_ones_to_the_list(visitor: Client) -> None:
    (oldest,), _, (newest,) = keep(), keep(visitor="another"), keep()
    page = visitor.get(f"/history/{newest.id}/").text
    for way, start, end in (("older", newest, oldest), ("newer", oldest, newest)):
        assert f"/history/{newest.id}/{way}/" in page
        assert visitor.get(f"/history/{start.id}/{way}/").headers["Location"] == f"/history/{end.id}/"
        assert visitor.get(f"/history/{end.id}/{way}/").headers["Location"] == "/history/"
        assert Client().get(f"/history/{start.id}/{way}/").headers["Location"] == "/history/"


def test_a_drawing_s_page_shows_its_label(visitor: Client) -> None:
    (mine,) = keep()
    address = f"/api/v1/recognitions/{mine.id}/label"
    visitor.put(address, {"text": "42"}, content_type="application/json")
    assert "<dd>42</dd>" in visitor.get(f"/history/{mine.id}/").text
    visitor.put(address, {"text": ""}, content_type="application/json")
    assert "<dd>not a digit</dd>" in visitor.get(f"/history/{mine.id}/").text


def test_the_visitor_deletes_a_drawing(visitor: Client) -> None:
    mine, another = keep(2)
    address = f"/api/v1/recognitions/{mine.id}"
    assert visitor.delete(address).status_code == 204
    assert visitor.delete(address).status_code == visitor.get(address).status_code == 404
    assert [record["id"] for record in listed(visitor)["recognitions"]] == [str(another.id)]


def test_deletions_are_logged_with_their_user(visitor: Client, caplog: pytest.LogCaptureFixture) -> None:
    mine, other = keep(2)
    visitor.delete(f"/api/v1/recognitions/{mine.id}")
    staff_client("view", "delete", name="carl").delete(f"/api/v1/recognitions/{other.id}")
    assert [line for line in caplog.messages if "deleted" in line] == [
        f"Record {mine.id} was deleted by its visitor",
        f"Record {other.id} was deleted by carl",
    ]


def test_only_the_visitor_deletes_a_drawing(visitor: Client, staff: Client) -> None:
    (record,) = keep(visitor="another")
    (nobody_s,) = keep(visitor="")
    for client, kept in ((visitor, record), (staff, record), (Client(), record), (Client(), nobody_s)):
        assert client.delete(f"/api/v1/recognitions/{kept.id}").status_code == 404
        assert client.post(f"/history/{kept.id}/").status_code == 404
        assert open_store().get(kept.id) == kept


def test_a_drawing_s_page_deletes_it_and_goes_back_to_the_list(visitor: Client, staff: Client) -> None:
    (mine,) = keep()
    assert "Delete permanently" in visitor.get(f"/history/{mine.id}/").text
    assert "Delete permanently" not in staff.get(f"/history/{mine.id}/").text
    response = visitor.post(f"/history/{mine.id}/")
    assert (response.status_code, response.headers["Location"]) == (302, "/history/")
    assert listed(visitor)["recognitions"] == []


def test_several_drawings_are_deleted_and_the_page_is_shown_again(visitor: Client) -> None:
    kept, *selected = keep(3)
    response = visitor.post("/history/?before=AAAA", {"id": [record.id for record in selected]})
    assert (response.status_code, response.headers["Location"]) == (302, "/history/?before=AAAA")
    assert [record["id"] for record in listed(visitor)["recognitions"]] == [str(kept.id)]


def test_missing_and_foreign_records_do_not_stop_a_deletion(visitor: Client, staff: Client) -> None:
    (mine,), (hers,) = keep(), keep(visitor="another")
    assert visitor.post("/history/", {"id": [new_id(), hers.id, mine.id]}).status_code == 302
    assert staff.post("/history/", {"id": [hers.id]}).status_code == 302
    assert [record.id for record in open_store().newest(limit=2)] == [hers.id]


@pytest.mark.parametrize("ids", [["nonsense"], [""], [str(uuid4())], [str(new_id()) for _ in range(24)]])
def test_an_invalid_selection_is_rejected_and_deletes_nothing(visitor: Client, ids: list[str]) -> None:
    (mine,) = keep()
    assert visitor.post("/history/", {"id": [str(mine.id), *ids]}).status_code == 400
    assert open_store().get(mine.id) == mine


def test_all_24_drawings_of_a_page_can_be_deleted_at_once(visitor: Client) -> None:
    records = keep(24)
    assert visitor.post("/history/", {"id": [record.id for record in records]}).status_code == 302
    assert open_store().newest(limit=1) == []


def test_only_the_visitor_s_own_list_offers_deletion(visitor: Client, staff: Client) -> None:
    (mine,) = keep()
    assert f'name="id" value="{mine.id}"' in visitor.get("/history/").text
    assert 'name="id"' not in staff.get("/history/").text


def test_an_id_without_a_time_is_not_found(visitor: Client) -> None:
    other = uuid4()
    assert visitor.get(f"/history/{other}/").status_code == 404
    for way in ("older", "newer"):
        assert visitor.get(f"/history/{other}/{way}/").headers["Location"] == "/history/"
    cursor = base64.urlsafe_b64encode(other.bytes).decode().rstrip("=")
    assert visitor.get("/history/", {"before": cursor}).status_code == 404
    assert visitor.post("/history/", {"id": other}).status_code == 400


def test_another_site_cannot_delete(visitor: Client) -> None:
    (mine,) = keep()
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = visitor.cookies
    assert strict.post(f"/history/{mine.id}/").status_code == 403
    assert strict.post("/history/", {"id": [mine.id]}).status_code == 403
    assert open_store().get(mine.id) == mine


def test_a_deletion_that_the_store_rejects_is_reported(visitor: Client, settings: Settings) -> None:
    options = settings.HISTORY_STORES["embedded"]["OPTIONS"]
    options["busy_timeout_s"] = 0.01
    (mine,) = keep()
    with closing(sqlite3.connect(options["path"])) as other:
        other.execute("BEGIN IMMEDIATE")
        response = visitor.delete(f"/api/v1/recognitions/{mine.id}")
        assert (response.status_code, response.json()["code"]) == (503, "not_deleted")
        assert response.headers["Retry-After"] == "5"
        for page in (visitor.post(f"/history/{mine.id}/"), visitor.post("/history/", {"id": [mine.id]})):
            assert page.status_code == 503
            assert "could not be deleted. Please try again in a moment." in page.text
        other.rollback()
    assert open_store().get(mine.id) == mine
