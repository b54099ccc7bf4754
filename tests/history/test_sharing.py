"""Links that share one drawing: permissions and content."""

from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from django.core.signing import Signer
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from history.ids import new_id
from history.records import Label, Record
from history.stores import open_store
from tests.history.records import a_record
from tests.history.staff import staff_client

pytestmark = pytest.mark.django_db


@pytest.fixture
def record() -> Record:
    kept = a_record(visitor="visitor")
    open_store().add(kept)
    return kept


@pytest.fixture
def stranger() -> Client:
    """A browser without a cookie."""
    return Client()


def share_url(client: Client, record: Record) -> str:
    return str(client.get(f"/api/v1/recognitions/{record.id}").json()["share_url"])


def test_anyone_with_the_link_sees_the_drawing(visitor: Client, stranger: Client, record: Record) -> None:
    link = share_url(visitor, record)
    page = stranger.get(link)
    assert page.status_code == 200
    assert page.context["record"] == record
    assert page.context["strokes"] == list(record.strokes)
    assert f'src="{link}drawing"' in page.text
    drawing = stranger.get(f"{link}drawing")
    assert (drawing.content, drawing.headers["Content-Type"]) == (record.drawing.content, "image/png")
    assert not {"sessionid", "visitor"} & stranger.cookies.keys()


def test_the_link_is_on_the_drawing_s_page_as_others_can_open_it(visitor: Client, record: Record) -> None:
    page = visitor.get(f"/history/{record.id}/")
    assert f'value="http://testserver{share_url(visitor, record)}"' in page.text


def test_staff_find_the_link_of_any_drawing(record: Record, stranger: Client) -> None:
    assert stranger.get(share_url(staff_client("view"), record)).context["record"] == record


def test_only_the_visitor_finds_the_link(stranger: Client, record: Record) -> None:
    assert stranger.get(f"/api/v1/recognitions/{record.id}").status_code == 404
    assert stranger.get(f"/history/{record.id}/").status_code == 404


def test_a_shared_page_shows_neither_the_visitor_nor_their_actions(
    visitor: Client, stranger: Client, record: Record
) -> None:
    open_store().put_label(Label(record_id=record.id, text="42", given_by="visitor", given_at_us=1))
    link = share_url(visitor, record)
    for client in (stranger, visitor):
        text = client.get(link).text
        for hidden in (str(record.id), 'value="visitor"', "data-correction", "<dd>42</dd>", "Delete"):
            assert hidden not in text


def test_a_link_opens_nothing_else(visitor: Client, stranger: Client, record: Record) -> None:
    stranger.get(share_url(visitor, record))
    for path in ("", "/drawing", "/again"):
        assert stranger.get(f"/api/v1/recognitions/{record.id}{path}").status_code == 404
    assert stranger.post(share_url(visitor, record)).status_code == 405
    assert stranger.delete(share_url(visitor, record)).status_code == 405


def changed(token: str) -> list[str]:
    """The token with each of its characters replaced in turn, cut short, and made longer."""
    others = [token[:at] + ("A" if token[at] != "A" else "B") + token[at + 1 :] for at in range(len(token))]
    return [*others, token[:-1], f"{token}A", f"{token}%0A", token.partition(".")[0], token.upper()]


def test_a_wrong_token_is_not_found(visitor: Client, stranger: Client, record: Record) -> None:
    token = urlsplit(share_url(visitor, record)).path.split("/")[2]
    assert len(token) == 66
    for wrong in changed(token):
        assert stranger.get(f"/shared/{wrong}/").status_code == 404
        assert stranger.get(f"/shared/{wrong}/drawing").status_code == 404


def test_a_wrong_token_is_rejected_before_the_store_is_read(stranger: Client, failing_history: None) -> None:
    link = reverse("history:shared", args=[new_id()])
    assert stranger.get(link).status_code == 503
    made_up = link[:-2] + ("A" if link[-2] != "A" else "B") + "/"
    assert stranger.get(made_up).status_code == 404


def test_the_site_s_signature_of_something_else_is_not_a_token(stranger: Client, record: Record) -> None:
    encoded = reverse("history:shared", args=[record.id]).split("/")[2].partition(".")[0]
    assert stranger.get(f"/shared/{Signer(sep='.').sign(encoded)}/").status_code == 404


def test_a_link_of_this_year_stays_valid(stranger: Client, settings: Settings) -> None:
    """People have passed links on: only another secret key may end them."""
    settings.SECRET_KEY = "k" * 50
    shared = replace(a_record(), id=UUID("c232ab00-9414-11ec-b3c8-9f6bdeced846"))
    open_store().add(shared)
    link = "/shared/wjKrAJQUEeyzyJ9r3s7YRg.r9jQ3oAHWEMmpZ3O_aOORtPPPdQxNpVZrIG8HuiB_0I/"
    assert stranger.get(link).context["record"] == shared
    assert reverse("history:shared", args=[shared.id]) == link


def test_deleting_a_drawing_disables_its_link(visitor: Client, stranger: Client, record: Record) -> None:
    link = share_url(visitor, record)
    assert visitor.delete(f"/api/v1/recognitions/{record.id}").status_code == 204
    assert stranger.get(link).status_code == 404
    assert stranger.get(f"{link}drawing").status_code == 404


def test_another_secret_key_ends_all_links(
    visitor: Client, stranger: Client, record: Record, settings: Settings
) -> None:
    link = share_url(visitor, record)
    settings.SECRET_KEY = settings.SECRET_KEY[::-1]
    assert stranger.get(link).status_code == 404


@pytest.mark.parametrize("path", ["", "drawing"])
def test_a_link_does_not_leak(stranger: Client, record: Record, path: str) -> None:
    headers: Any = stranger.get(reverse("history:shared", args=[record.id]) + path).headers
    assert headers["X-Robots-Tag"] == "noindex"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cache-Control"] == "private, no-store"
