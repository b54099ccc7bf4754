"""A visitor has the site forget their browser, and no cache keeps what they deleted."""

import sqlite3
from contextlib import closing
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from pytest_django import Settings

from history import services
from history.ids import new_id
from history.stores import open_store
from tests.history.records import keep
from tests.history.staff import ALL, staff_client
from tests.history.visitors import with_visitor_of_an_earlier_version

pytestmark = pytest.mark.django_db


def forget(client: Client, drawings: str) -> Any:
    return client.post("/history/forget/", {"drawings": drawings})


def test_forgetting_deletes_all_of_the_visitor_s_drawings_and_the_cookie(visitor: Client) -> None:
    (hers,) = keep(visitor="another")
    keep(30)  # More than a page.
    answer = forget(visitor, "deleted")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/history/?forgotten=deleted")
    assert answer.cookies["visitor"]["max-age"] == 0
    assert [record.id for record in open_store().newest(limit=2)] == [hers.id]


def test_forgetting_leaves_the_drawings_without_an_owner_if_asked(visitor: Client) -> None:
    (kept,) = keep()
    link = visitor.get(f"/api/v1/recognitions/{kept.id}").json()["share_url"]
    answer = forget(visitor, "kept")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/history/?forgotten=kept")
    assert open_store().get(kept.id) == kept
    assert visitor.get(f"/history/{kept.id}/").status_code == 404
    assert visitor.delete(f"/api/v1/recognitions/{kept.id}").status_code == 404
    assert staff_client("view").get(f"/history/{kept.id}/").status_code == 200
    assert visitor.get(link).status_code == 200


@pytest.mark.parametrize(
    ("drawings", "text"),
    [("deleted", "your drawings are permanently deleted"), ("kept", "still on the server")],
)
def test_the_page_afterwards_says_so_and_gives_no_cookie(visitor: Client, drawings: str, text: str) -> None:
    keep()
    page = visitor.get(forget(visitor, drawings).headers["Location"])
    assert text in page.text
    assert "visitor" not in page.cookies
    assert "visitor" in visitor.get("/").cookies  # A new one, which has no drawings.
    assert list(visitor.get("/history/").context["rows"]) == []


def test_a_link_to_that_page_tells_a_visitor_nothing(visitor: Client) -> None:
    keep()
    page = visitor.get("/history/?forgotten=deleted")
    assert "forgotten" not in page.text.partition("<main")[2]
    assert len(page.context["rows"]) == 1


def test_a_visitor_of_an_earlier_version_is_forgotten_with_the_session_s_token(client: Client) -> None:
    with_visitor_of_an_earlier_version(client, "visitor")
    keep()
    forget(client, "kept")
    assert "visitor" not in Session.objects.get().get_decoded()
    assert list(client.get("/history/").context["rows"]) == []


def test_staff_delete_no_other_drawings_and_stay_logged_in(visitor: Client) -> None:
    (hers,) = keep(visitor="another")
    keep()
    staff = staff_client(*ALL)
    staff.cookies["visitor"] = visitor.cookies["visitor"].value
    assert forget(staff, "deleted").status_code == 302
    assert [record.id for record in open_store().newest(limit=2)] == [hers.id]
    assert staff.get(f"/history/{hers.id}/").status_code == 200


@pytest.mark.parametrize("drawings", ["", "nonsense"])
def test_an_unclear_wish_changes_nothing(visitor: Client, drawings: str) -> None:
    (mine,) = keep()
    answer = forget(visitor, drawings)
    assert answer.status_code == 400
    assert "visitor" not in answer.cookies
    assert open_store().get(mine.id) == mine


def test_another_site_s_page_cannot_have_it_forgotten(visitor: Client) -> None:
    keep()
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = visitor.cookies
    assert forget(strict, "deleted").status_code == 403
    assert len(open_store().newest(limit=2)) == 1


def test_the_cookie_stays_while_a_drawing_is_not_deleted(visitor: Client, settings: Settings) -> None:
    options = settings.HISTORY_STORES["embedded"]["OPTIONS"]
    options["busy_timeout_s"] = 0.01
    keep(2)
    with closing(sqlite3.connect(options["path"])) as other:
        other.execute("BEGIN IMMEDIATE")
        page = forget(visitor, "deleted")
        other.rollback()
    assert page.status_code == 503
    assert "Not all drawings are deleted yet. Please try again in a moment." in page.text
    assert forget(visitor, "deleted").status_code == 302
    assert open_store().newest(limit=1) == []


def test_a_deletion_that_takes_too_long_is_continued(
    visitor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep()
    with monkeypatch.context() as impatient:
        impatient.setattr(services, "DELETION_TIME_S", -1.0)
        assert forget(visitor, "deleted").status_code == 503
    assert len(visitor.get("/history/").context["rows"]) == 1
    assert forget(visitor, "deleted").status_code == 302


def test_the_page_of_the_form_itself_is_the_list(visitor: Client) -> None:
    assert visitor.get("/history/forget/").headers["Location"] == "/history/"


def test_the_list_offers_it_to_who_has_drawn(visitor: Client) -> None:
    assert "Forget this browser" not in visitor.get("/history/").text
    keep()
    assert "Forget this browser" in visitor.get("/history/").text


def test_no_cache_keeps_what_shows_a_drawing(visitor: Client) -> None:
    (record,) = keep()
    api = f"/api/v1/recognitions/{record.id}"
    link = visitor.get(api).json()["share_url"]
    for path in ("/history/", f"/history/{record.id}/", link, f"{link}drawing"):
        assert visitor.get(path).headers["Cache-Control"] == "private, no-store", path
    for path in (f"/history/{new_id()}/", f"/api/v1/recognitions/{new_id()}", "/shared/x/", "/nothing"):
        missing = visitor.get(path)
        assert (missing.status_code, missing.headers["Cache-Control"]) == (404, "private, no-store"), path
    for path in ("/api/v1/recognitions", api, f"{api}/drawing", f"{api}/again", f"{api}/inside"):
        assert visitor.get(path).headers["Cache-Control"] == "private, no-store", path
