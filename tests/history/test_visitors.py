"""Visitors' cookies: their beginning, their renewal, and the clients that get none."""

import time
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.core.signing import TimestampSigner
from django.db import connection
from django.test import Client
from pytest_django import Settings

from history.stores import open_store
from history.visitors import signer
from testbed.drawings import data_url, encoded, on_canvas
from tests.conftest import Digits
from tests.history.records import a_record
from tests.history.visitors import with_visitor_of_an_earlier_version

pytestmark = pytest.mark.django_db
HOST = "http://testserver"
COOKIE = "visitor"


def draw(client: Client, digits: Digits, **headers: str) -> None:
    body = {"data": data_url(encoded(on_canvas(digits.images[0])))}
    answer = client.post("/api/v1/identify", body, content_type="application/json", headers=headers)
    assert answer.status_code == 200


def test_a_visitor_sees_a_drawing_made_on_the_page(client: Client, test_digits: Digits) -> None:
    draw(client, test_digits, Origin=HOST)
    draw(client, test_digits, Origin=HOST)
    assert len(client.get("/history/").context["rows"]) == 2
    assert Session.objects.count() == 0


def test_two_browsers_are_two_visitors(client: Client, test_digits: Digits) -> None:
    draw(client, test_digits, Origin=HOST)
    other = Client()
    draw(other, test_digits, Origin=HOST)
    assert len(other.get("/history/").context["rows"]) == 1


def test_a_plain_api_client_gets_no_cookie(client: Client, test_digits: Digits) -> None:
    draw(client, test_digits)
    draw(client, test_digits, Origin="https://stranger.example")
    assert not client.cookies
    assert Session.objects.count() == 0


@pytest.mark.parametrize("path", ["/", "/history/"])
def test_a_page_gives_its_visitor_a_cookie(client: Client, path: str) -> None:
    page = client.get(path)
    token = signer().unsign(client.cookies[COOKIE].value)
    assert len(token) == 32
    assert "private" in page.headers["Cache-Control"]
    assert "Cookie" in page.headers["Vary"]
    assert COOKIE not in client.get(path).cookies
    assert signer().unsign(client.cookies[COOKIE].value) == token
    assert Session.objects.count() == 0


def test_the_first_two_drawings_of_a_page_have_one_visitor(client: Client, test_digits: Digits) -> None:
    """Both are sent before either is answered, each with the cookie of the page."""
    client.get("/")
    cookies = client.cookies.output()
    first, second = Client(), Client()
    for one in (first, second):
        one.cookies.load(client.cookies)
        draw(one, test_digits, Origin=HOST)
        assert one.cookies.output() == cookies
    assert len(client.get("/history/").context["rows"]) == 2


def test_pages_that_are_not_a_visitor_s_give_no_cookie(client: Client) -> None:
    record = a_record()
    open_store().add(record)
    page = f"/history/{record.id}/"
    for path in ("/api/health", "/api/v1/recognitions", "/nothing", "/admin/login/", page):
        client.get(path)
    assert COOKIE not in client.cookies


STRANGERS = (
    "https://stranger.example",
    "null",
    "http://eviltestserver",
    "http://evil.testserver",
    "http://testserver.evil.example",
    "http://testserver@evil.example",
    "http://evil.example/testserver",
    "http://testserver:8000",
    "http://testserver/",
    "testserver",
    "://testserver",
    "ftp://testserver",
    "evil://testserver",
    "https://evil.example://testserver",
)


@pytest.mark.parametrize("origin", STRANGERS)
def test_a_drawing_from_a_foreign_origin_has_no_visitor(
    client: Client, test_digits: Digits, origin: str
) -> None:
    """Its origin gets no list either: clients could invent any number of origins."""
    draw(client, test_digits, Origin=HOST)
    draw(client, test_digits, Origin=origin)
    (drawn,) = client.get("/history/").context["rows"]
    nobody_s, mine = open_store().newest(limit=3)
    assert (mine.id, mine.origin) == (drawn.record.id, HOST)
    assert (nobody_s.visitor, nobody_s.origin) == ("", "")
    assert open_store().values("origin", limit=9) == ["", HOST]


def test_the_site_s_own_origin_may_be_https(client: Client, test_digits: Digits) -> None:
    """A proxy may use HTTPS without a header about it."""
    draw(client, test_digits, Origin="https://testserver")
    assert [row.record.origin for row in client.get("/history/").context["rows"]] == ["https://testserver"]


FORGED = ("", "x", "visitor", "visitor:1:x", "a" * 4000)


@pytest.mark.parametrize("cookie", FORGED)
def test_a_cookie_that_the_site_did_not_sign_is_nobody_s(
    client: Client, test_digits: Digits, cookie: str
) -> None:
    open_store().add(a_record(visitor="visitor"))
    client.cookies[COOKIE] = cookie
    assert client.get("/api/v1/recognitions").json()["recognitions"] == []
    draw(client, test_digits, Origin=HOST)
    assert len(client.get("/history/").context["rows"]) == 1


def at_age(monkeypatch: pytest.MonkeyPatch, **age: float) -> None:
    """From now on, a cookie of today is as old as this."""
    later = time.time() + timedelta(**age).total_seconds()
    monkeypatch.setattr("django.core.signing.time.time", lambda: later)


def test_a_cookie_lasts_180_days_and_is_for_this_site_and_no_script(client: Client) -> None:
    client.get("/")
    cookie = client.cookies[COOKIE]
    assert (cookie["max-age"], cookie["httponly"], cookie["samesite"]) == (15_552_000, True, "Lax")


@pytest.mark.parametrize("days", [400, -400])
def test_a_wrong_clock_parts_nobody_from_their_drawings(
    client: Client, monkeypatch: pytest.MonkeyPatch, days: int
) -> None:
    client.get("/")
    token = signer().unsign(client.cookies[COOKIE].value)
    at_age(monkeypatch, days=days)
    client.get("/")
    assert signer().unsign(client.cookies[COOKIE].value) == token


def test_a_cookie_is_renewed_after_a_week(
    client: Client, test_digits: Digits, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw(client, test_digits, Origin=HOST)
    given = client.cookies[COOKIE].value
    at_age(monkeypatch, days=6, hours=23)
    draw(client, test_digits, Origin=HOST)
    assert client.cookies[COOKIE].value == given  # Not each response has one.
    at_age(monkeypatch, days=7, minutes=1)
    draw(client, test_digits, Origin=HOST)
    assert client.cookies[COOKIE].value != given
    client.cookies[COOKIE] = given
    answer = client.get("/api/health")
    assert (COOKIE in answer.cookies, answer.headers["Cache-Control"]) == (True, "private")
    assert "Cookie" in answer.headers["Vary"]
    assert len(client.get("/history/").context["rows"]) == 3


def test_a_visitor_survives_a_new_secret_key_that_has_the_old_one_beside_it(
    client: Client, settings: Settings
) -> None:
    client.get("/")
    given, old = client.cookies[COOKIE].value, settings.SECRET_KEY
    token = signer().unsign(given)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = old[::-1], [old]
    assert COOKIE not in client.get("/").cookies
    assert signer().unsign(given) == token
    settings.SECRET_KEY_FALLBACKS = []
    assert signer().unsign(client.get("/").cookies[COOKIE].value) != token


@pytest.fixture
def site_database_that_takes_nothing() -> Iterator[None]:
    """It can be read, and every write to it fails."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA query_only = ON")
        yield
        cursor.execute("PRAGMA query_only = OFF")


@pytest.mark.usefixtures("site_database_that_takes_nothing")
def test_a_drawing_needs_no_write_to_the_site_s_database(test_digits: Digits) -> None:
    client = Client()
    draw(client, test_digits, Origin=HOST)
    draw(client, test_digits, Origin=HOST)
    assert len(client.get("/history/").context["rows"]) == 2


def test_opening_the_page_creates_no_session(client: Client) -> None:
    client.get("/")
    assert Session.objects.count() == 0


def test_pages_of_an_allowed_origin_have_visitors(
    client: Client, test_digits: Digits, settings: Settings
) -> None:
    settings.CORS_ALLOWED_ORIGINS = ["https://friend.example"]
    draw(client, test_digits, Origin="https://friend.example")
    assert COOKIE in client.cookies


def test_staff_keep_their_drawings_when_they_log_in_and_out(client: Client, test_digits: Digits) -> None:
    draw(client, test_digits, Origin=HOST)
    form = {"username": "anna", "password": "a word"}
    User.objects.create_superuser(**form)
    client.post("/admin/login/", form)
    assert client.session["_auth_user_id"]
    draw(client, test_digits, Origin=HOST)
    client.post("/admin/logout/")
    assert not client.session.keys()
    first, second = client.get("/history/").context["rows"]
    for row in (first, second):
        assert client.delete(f"/api/v1/recognitions/{row.record.id}").status_code == 204


def test_a_visitor_of_an_earlier_version_moves_from_the_session_into_the_cookie() -> None:
    open_store().add(a_record(visitor="visitor"))
    client = with_visitor_of_an_earlier_version(Client(), "visitor")
    assert len(client.get("/history/").context["rows"]) == 1
    assert signer().unsign(client.cookies[COOKIE].value) == "visitor"
    Session.objects.all().delete()
    assert len(client.get("/history/").context["rows"]) == 1


@pytest.mark.parametrize("path", ["/", "/api/v1/recognitions", "/admin/login/", "/nothing"])
def test_the_next_request_moves_it_whichever_it_is(path: str) -> None:
    client = with_visitor_of_an_earlier_version(Client(), "visitor")
    client.get(path)
    assert signer().unsign(client.cookies[COOKIE].value) == "visitor"


def test_a_drawing_of_a_visitor_of_an_earlier_version_is_theirs(test_digits: Digits) -> None:
    client = with_visitor_of_an_earlier_version(Client(), "visitor")
    draw(client, test_digits, Origin=HOST)
    assert open_store().newest(limit=1)[0].visitor == "visitor"
    assert signer().unsign(client.cookies[COOKIE].value) == "visitor"


def test_a_signed_value_for_another_purpose_is_not_a_visitor(client: Client) -> None:
    open_store().add(a_record(visitor="visitor"))
    client.cookies[COOKIE] = TimestampSigner(salt="another").sign("visitor")
    assert client.get("/api/v1/recognitions").json()["recognitions"] == []
