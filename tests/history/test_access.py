"""Every route to a record, for each kind of viewer, with the record in the store and in the outbox."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import get_resolver
from pytest_django import Settings

from history.records import Record
from history.stores import open_store
from history.stores.base import HistoryStore
from history.stores.outbox import open_outbox
from tests.history.exported import bars
from tests.history.records import a_record
from tests.history.staff import ALL, staff_client
from tests.history.visitors import with_visitor
from tests.test_docs import routes

pytestmark = pytest.mark.django_db


class Way(NamedTuple):
    """A route to a record, and the statuses that a permitted viewer gets."""

    method: str
    path: str
    stored: int
    queued: int
    needs: str = "view"
    """The permission that staff need besides the permission to view."""
    body: str = ""
    content_type: str = "application/json"

    def go(self, client: Client, record: Record) -> int:
        return int(self.answer(client, record).status_code)

    def answer(self, client: Client, record: Record) -> Any:
        path = self.path.format(record.id)
        return client.generic(self.method, path, self.body, content_type=self.content_type)

    def allowed(self, place: str) -> int:
        return self.stored if place == "stored" else self.queued


FORM = "application/x-www-form-urlencoded"

WAYS = {
    "its page": Way("GET", "/history/{}/", 200, 200),
    "its page's button": Way("POST", "/history/{}/", 302, 302, needs="delete"),
    "its record": Way("GET", "/api/v1/recognitions/{}", 200, 200),
    "its deletion": Way("DELETE", "/api/v1/recognitions/{}", 204, 204, needs="delete"),
    "its drawing": Way("GET", "/api/v1/recognitions/{}/drawing", 200, 200),
    "a second reading": Way("GET", "/api/v1/recognitions/{}/again", 200, 200),
    "a look inside": Way("GET", "/api/v1/recognitions/{}/inside", 200, 200),
    # A waiting record cannot be labelled yet.
    "its label": Way("PUT", "/api/v1/recognitions/{}/label", 200, 503, needs="change", body='{"text": "3"}'),
    # Nor shared. A record that is not shared has no share.
    "its share": Way("GET", "/api/v1/recognitions/{}/share", 404, 404),
    "sharing it": Way("PUT", "/api/v1/recognitions/{}/share", 200, 503, needs="change", body='{"days": 1}'),
    "its sharing's end": Way("DELETE", "/api/v1/recognitions/{}/share", 204, 503, needs="change"),
    "its page's form": Way(
        "POST", "/history/{}/share/", 302, 503, needs="change", body="days=1", content_type=FORM
    ),
    "its page's form's end": Way(
        "POST", "/history/{}/share/", 302, 503, needs="change", body="stop=", content_type=FORM
    ),
}


@pytest.fixture(params=["stored", "queued"])
def place(request: pytest.FixtureRequest, settings: Settings, tmp_path: Path) -> str:
    """Where the requested records are; in either case this host has an outbox."""
    settings.HISTORY_OUTBOX = {"path": tmp_path / "outbox.sqlite3", "max_bytes": 10_000_000}
    return str(request.param)


def store_at(place: str) -> HistoryStore:
    outbox = open_outbox()
    assert outbox is not None
    return open_store() if place == "stored" else outbox


def keep(place: str, visitor: str = "visitor") -> Record:
    """A stored record, with a drawing that can be read."""
    record = replace(a_record(visitor=visitor), drawing=bars())
    store_at(place).add(record)
    return record


def assert_untouched(place: str, record: Record) -> None:
    assert store_at(place).get(record.id) == record
    assert open_store().label(record.id) is None
    assert open_store().share(record.id) is None


def another_visitor() -> Client:
    return with_visitor(Client(), "another")


def superuser_who_is_not_staff() -> Client:
    client = Client()
    client.force_login(User.objects.create_user("eve", is_superuser=True))
    return client


OTHERS: dict[str, Callable[[], Client]] = {
    "a client without a cookie": Client,
    "another visitor": another_visitor,
    "a member with every permission": lambda: staff_client(*ALL, name="ben", is_staff=False),
    "a superuser who is not staff": superuser_who_is_not_staff,
    "staff without a permission": lambda: staff_client(name="carl"),
    "staff without the permission to view": lambda: staff_client("change", "delete", name="dora"),
}


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS.keys())
def test_another_visitor_s_drawing_is_not_found(way: Way, place: str) -> None:
    record = keep(place)
    for name, other in OTHERS.items():
        assert way.go(other(), record) == 404, name
    assert_untouched(place, record)


def test_a_record_without_a_visitor_belongs_to_nobody(place: str) -> None:
    nobody_s = keep(place, visitor="")
    for name, way in WAYS.items():
        assert [way.go(client, nobody_s) for client in (Client(), another_visitor())] == [404, 404], name
    assert_untouched(place, nobody_s)


def test_the_visitor_reaches_a_record_by_every_route(visitor: Client, place: str) -> None:
    answered = {name: way.go(visitor, keep(place)) for name, way in WAYS.items()}
    assert answered == {name: way.allowed(place) for name, way in WAYS.items()}


@pytest.mark.parametrize("permission", ALL)
def test_staff_reach_a_record_with_the_permissions(permission: str, place: str) -> None:
    permitted = {"view", permission}
    staff = staff_client(*permitted)
    answered = {name: way.go(staff, keep(place)) for name, way in WAYS.items()}
    assert answered == {
        name: way.allowed(place) if way.needs in permitted else 404 for name, way in WAYS.items()
    }


def test_sharing_adds_a_drawing_to_no_other_list(place: str) -> None:
    older, hers, newer = (keep(place, visitor=visitor) for visitor in ("another", "visitor", "another"))
    client = another_visitor()
    assert [row.record.id for row in client.get("/history/").context["rows"]] == [newer.id, older.id]
    listed = client.get("/api/v1/recognitions").json()["recognitions"]
    assert [each["id"] for each in listed] == [str(newer.id), str(older.id)]
    assert client.get(f"/history/{older.id}/newer/").headers["Location"] == f"/history/{newer.id}/"
    assert client.get(f"/history/{newer.id}/older/").headers["Location"] == f"/history/{older.id}/"
    assert str(hers.id) not in client.get("/history/").text


def test_others_neither_list_nor_delete_it(place: str) -> None:
    record = keep(place)
    for name, other in OTHERS.items():
        client = other()
        assert list(client.get("/history/").context["rows"]) == [], name
        assert client.get("/api/v1/recognitions").json() == {"recognitions": [], "older": None}, name
        assert client.get(f"/history/{record.id}/older/").headers["Location"] == "/history/", name
        assert client.post("/history/", {"id": [record.id]}).status_code == 302, name
    assert_untouched(place, record)


def test_others_need_the_link(visitor: Client, place: str) -> None:
    record = keep(place)
    link = visitor.get(f"/api/v1/recognitions/{record.id}").json()["share_url"]
    for other in (Client(), another_visitor()):
        assert other.get(link).context["record"] == record
        assert other.get(f"{link}drawing").content == record.drawing.content
        assert other.get(f"/history/{record.id}/").status_code == 404


def token_of(client: Client) -> str:
    """The token that a page's script sends, from the cookie that the page sets."""
    client.get("/history/")
    return str(client.cookies["csrftoken"].value)


CHANGES = {name: way for name, way in WAYS.items() if way.method != "GET"}


def strict_staff() -> Client:
    """A client of staff for which the site checks the token."""
    client = Client(enforce_csrf_checks=True)
    client.cookies = staff_client(*ALL).cookies
    return client


def test_another_site_changes_nothing_on_behalf_of_staff(place: str) -> None:
    record, lured = keep(place), strict_staff()
    assert {way.go(lured, record) for way in CHANGES.values()} == {403}
    assert WAYS["its label"].answer(lured, record).json()["code"] == "permission_denied"
    lured.defaults["HTTP_X_CSRFTOKEN"] = "f" * 32
    assert {way.go(lured, record) for way in CHANGES.values()} == {403}
    assert_untouched(place, record)


def test_this_site_s_pages_change_a_record_with_their_token(place: str) -> None:
    staff = strict_staff()
    staff.defaults["HTTP_X_CSRFTOKEN"] = token_of(staff)
    answered = {name: way.go(staff, keep(place)) for name, way in CHANGES.items()}
    assert answered == {name: way.allowed(place) for name, way in CHANGES.items()}


def test_every_route_to_a_record_is_tested_here() -> None:
    found = {route for route in routes(get_resolver().url_patterns) if "<id>" in route}
    neighbours = {f"/history/<id>/{way}/" for way in ("older", "newer")}
    assert found == {way.path.format("<id>") for way in WAYS.values()} | neighbours
