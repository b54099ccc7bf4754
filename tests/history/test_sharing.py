"""Links that share one drawing: permissions and content."""

import base64
import logging
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from django.core.signing import Signer
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from history import records, services
from history.ids import new_id
from history.records import Label, Record, Share, ShareLink
from history.services import MAX_SHARE_DAYS
from history.stores import open_store
from history.stores.base import StoreUnavailable
from history.stores.drainer import Drainer
from history.stores.outbox import open_outbox
from tests.history.interleaved import interleaved
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


def share_on_page(client: Client, record: Record, **fields: str) -> Any:
    return client.post(f"/history/{record.id}/share/", fields or {"days": "7"})


def share_by_api(client: Client, record: Record, days: object = None) -> Any:
    """The response to a request to share a drawing."""
    return client.put(f"{api(record)}/share", {"days": days}, content_type="application/json")


def api(record: Record) -> str:
    return f"/api/v1/recognitions/{record.id}"


def set_clock(monkeypatch: pytest.MonkeyPatch, *, days_later: float) -> None:
    """Set the clock of services and records."""
    now_ns = time.time_ns() + int(days_later * 86_400e9)
    for module in (services, records):
        monkeypatch.setattr(module, "time", SimpleNamespace(time_ns=lambda: now_ns))


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
    assert "data-share-link" not in visitor.get(f"/history/{record.id}/").text
    share_on_page(visitor, record)
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
    link = reverse("history:shared", args=[ShareLink(new_id())])
    assert stranger.get(link).status_code == 503
    made_up = link[:-2] + ("A" if link[-2] != "A" else "B") + "/"
    assert stranger.get(made_up).status_code == 404


def test_the_site_s_signature_of_something_else_is_not_a_token(stranger: Client, record: Record) -> None:
    encoded = reverse("history:shared", args=[ShareLink(record.id)]).split("/")[2].partition(".")[0]
    assert stranger.get(f"/shared/{Signer(sep='.').sign(encoded)}/").status_code == 404


def test_a_link_of_this_year_stays_valid(stranger: Client, settings: Settings) -> None:
    """People have passed links on: only another secret key may end them."""
    settings.SECRET_KEY = "k" * 50
    shared = replace(a_record(), id=UUID("c232ab00-9414-11ec-b3c8-9f6bdeced846"))
    open_store().add(shared)
    link = "/shared/wjKrAJQUEeyzyJ9r3s7YRg.r9jQ3oAHWEMmpZ3O_aOORtPPPdQxNpVZrIG8HuiB_0I/"
    assert stranger.get(link).context["record"] == shared
    assert reverse("history:shared", args=[ShareLink(shared.id)]) == link


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
    headers: Any = stranger.get(reverse("history:shared", args=[ShareLink(record.id)]) + path).headers
    assert headers["X-Robots-Tag"] == "noindex"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cache-Control"] == "private, no-store"


def test_a_drawing_is_shared_for_some_days(
    visitor: Client, stranger: Client, record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    shared = share_by_api(visitor, record, 7).json()
    left = datetime.fromisoformat(shared["until"]).timestamp() - time.time()
    assert left == pytest.approx(7 * 86_400, abs=60)
    assert share_url(visitor, record) == shared["url"]
    assert visitor.get(f"{api(record)}/share").json() == shared
    set_clock(monkeypatch, days_later=6.9)
    assert stranger.get(shared["url"]).context["record"] == record
    set_clock(monkeypatch, days_later=7.1)
    for path in ("", "drawing"):
        assert stranger.get(shared["url"] + path).status_code == 404
    assert visitor.get(f"{api(record)}/share").status_code == 404
    assert visitor.get(api(record)).json()["share_url"] is None


def test_a_drawing_is_shared_without_an_end(
    visitor: Client, stranger: Client, record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    shared = share_by_api(visitor, record).json()
    assert shared["until"] is None
    set_clock(monkeypatch, days_later=4000)
    assert stranger.get(shared["url"]).status_code == 200


def stop_by_api(client: Client, record: Record) -> int:
    return int(client.delete(f"{api(record)}/share").status_code)


def stop_on_page(client: Client, record: Record) -> int:
    return int(share_on_page(client, record, stop="").status_code)


@pytest.mark.parametrize(("stop", "status"), [(stop_by_api, 204), (stop_on_page, 302)])
@pytest.mark.parametrize("days", [7, None])
def test_stopping_ends_the_link_and_sharing_again_gives_another(
    visitor: Client,
    stranger: Client,
    record: Record,
    stop: Callable[[Client, Record], int],
    status: int,
    days: int | None,
) -> None:
    ended: list[str] = []
    for _ in range(3):
        link = share_by_api(visitor, record, days).json()["url"]
        assert link not in ended
        assert stranger.get(link).context["record"] == record
        assert stop(visitor, record) == stop(visitor, record) == status
        ended.append(link)
        for former in ended:
            assert stranger.get(former).status_code == 404
            assert stranger.get(f"{former}drawing").status_code == 404
        assert visitor.get(api(record)).json()["share_url"] is None
        assert visitor.get(f"{api(record)}/share").status_code == 404
    share_by_api(visitor, record, days)
    assert {stranger.get(former).status_code for former in ended} == {404}


def test_a_link_of_an_earlier_version_works_until_the_drawing_is_shared(
    visitor: Client, stranger: Client, record: Record
) -> None:
    earlier = reverse("history:shared", args=[ShareLink(record.id)])
    assert stranger.get(earlier).status_code == 200
    link = share_by_api(visitor, record).json()["url"]
    assert [stranger.get(each).status_code for each in (earlier, link)] == [404, 200]
    stop_by_api(visitor, record)
    assert [stranger.get(each).status_code for each in (earlier, link)] == [404, 404]


def test_a_link_of_an_earlier_version_is_ended_by_sharing_and_stopping(
    visitor: Client, stranger: Client, record: Record
) -> None:
    earlier = share_url(visitor, record)
    page = visitor.get(f"/history/{record.id}/").text
    assert 'name="stop"' not in page
    share_on_page(visitor, record, days="1")
    stop_on_page(visitor, record)
    assert stranger.get(earlier).status_code == 404
    assert "Its former link does not work" in visitor.get(f"/history/{record.id}/").text


def test_each_time_the_drawing_gets_another_link(visitor: Client, stranger: Client, record: Record) -> None:
    first, second = (share_by_api(visitor, record, days).json()["url"] for days in (30, 1))
    assert [stranger.get(each).status_code for each in (first, second)] == [404, 200]


def test_a_link_with_a_key_is_signed_as_a_whole(visitor: Client, stranger: Client, record: Record) -> None:
    other = a_record()
    open_store().add(other)
    for each in (record, other):
        stop_by_api(visitor, each)
    token, of_other = (share_by_api(visitor, each).json()["url"].split("/")[2] for each in (record, other))
    assert len(token) == 88
    for wrong in changed(token):
        assert stranger.get(f"/shared/{wrong}/").status_code == 404
    assert stranger.get(f"/shared/{token[:22]}{of_other[22:44]}{token[44:]}/").status_code == 404
    assert stranger.get(f"/shared/{token}/").status_code == 200


def test_a_former_secret_key_still_opens_links(
    visitor: Client, stranger: Client, record: Record, settings: Settings
) -> None:
    stop_by_api(visitor, record)
    links = [share_by_api(visitor, record).json()["url"]]
    open_store().add(other := a_record())
    links.append(share_url(visitor, other))
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = settings.SECRET_KEY[::-1], [settings.SECRET_KEY]
    assert [stranger.get(link).status_code for link in links] == [200, 200]
    settings.SECRET_KEY_FALLBACKS = []
    assert [stranger.get(link).status_code for link in links] == [404, 404]


@pytest.mark.parametrize("hours", [-1, 1])
def test_stopping_prevails_when_the_clock_is_set(
    visitor: Client, stranger: Client, record: Record, monkeypatch: pytest.MonkeyPatch, hours: int
) -> None:
    link = share_by_api(visitor, record, 1).json()["url"]
    set_clock(monkeypatch, days_later=hours / 24)
    assert stop_by_api(visitor, record) == 204
    assert stranger.get(link).status_code == 404
    set_clock(monkeypatch, days_later=-2)
    assert stranger.get(link).status_code == 404


@pytest.mark.parametrize("changed_at_us", [1, 2 * 10**15], ids=["a right clock", "after one that was ahead"])
@pytest.mark.parametrize("moment", ["after share", "before put_share", "after put_share"])
@pytest.mark.parametrize("is_stopped_first", [True, False])
def test_two_changes_at_once_open_no_former_link(
    visitor: Client,
    stranger: Client,
    record: Record,
    settings: Settings,
    changed_at_us: int,
    moment: str,
    is_stopped_first: bool,
) -> None:
    former = Share(record_id=record.id, key="k" * 22, changed_at_us=changed_at_us)
    open_store().put_share(former)
    link = reverse("history:shared", args=[former.link])
    assert stranger.get(link).status_code == 200
    changes: list[Callable[[Client, Record], object]] = [share_by_api, stop_by_api]
    meanwhile, first = changes if is_stopped_first else changes[::-1]
    when, asked = moment.split()
    getattr(interleaved(settings, open_store()), when)[asked] = lambda: meanwhile(visitor, record)
    first(visitor, record)
    assert stranger.get(link).status_code == 404


def test_a_link_in_an_answer_works(
    visitor: Client, stranger: Client, record: Record, settings: Settings
) -> None:
    """It is that of another change at the same time, or there is none."""
    store = interleaved(settings, open_store())
    store.after["put_share"] = lambda: share_by_api(visitor, record)
    assert stranger.get(share_by_api(visitor, record).json()["url"]).status_code == 200
    store.after["put_share"] = lambda: stop_by_api(visitor, record)
    assert share_by_api(visitor, record).json()["code"] == "not_shared"


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("asked", ["share", "put_share"])
def test_a_deletion_meanwhile_leaves_nothing(
    visitor: Client, stranger: Client, record: Record, settings: Settings, moment: str, asked: str
) -> None:
    link, store = share_url(visitor, record), interleaved(settings, open_store())
    getattr(store, moment)[asked] = lambda: visitor.delete(api(record))
    assert share_by_api(visitor, record).status_code in {200, 503}
    assert stranger.get(link).status_code == 404
    assert share_by_api(visitor, record).status_code == 404
    assert store.share(record.id) is None


@pytest.mark.parametrize(
    ("days", "code"),
    [(0, "min_value"), (-1, "min_value"), (3651, "max_value"), (10**30, "max_value"), (1.5, "invalid"),
     ("", "invalid"), ("x", "invalid"), (True, "invalid"), ([], "invalid"),
     ("9" * 2000, "max_string_length")],
)  # fmt: skip
def test_an_impossible_number_of_days_is_refused(
    visitor: Client, record: Record, days: object, code: str
) -> None:
    response = share_by_api(visitor, record, days)
    assert response.status_code == 400
    assert response.json() == {
        "code": code,
        "detail": f"“days” must be a whole number from 1 to {MAX_SHARE_DAYS}, or null for no end.",
        "field": "days",
    }
    assert open_store().share(record.id) is None


def test_the_days_are_required(visitor: Client, record: Record) -> None:
    response = visitor.put(f"{api(record)}/share", {}, content_type="application/json")
    assert (response.status_code, response.json()["code"]) == (400, "required")


@pytest.mark.parametrize("days", ["", "0", "8", "-7", "٧", "7.0", "9" * 999])
def test_the_form_takes_only_its_own_choices(visitor: Client, record: Record, days: str) -> None:
    assert share_on_page(visitor, record, days=days).status_code == 400
    assert open_store().share(record.id) is None


def test_the_page_says_until_when_it_is_shared(visitor: Client, record: Record) -> None:
    answer = share_on_page(visitor, record, days="30")
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/history/{record.id}/#sharing")
    share, page = open_store().share(record.id), visitor.get(f"/history/{record.id}/").text
    assert share is not None
    assert share.until is not None
    assert f'datetime="{share.until.isoformat()}"' in page
    share_on_page(visitor, record, days="unlimited")
    page = visitor.get(f"/history/{record.id}/").text
    assert "The link works until you stop sharing or delete the drawing." in page
    assert "data-stop-sharing" in page


def test_the_page_of_the_form_itself_is_the_drawing_s(visitor: Client, record: Record) -> None:
    assert visitor.get(f"/history/{record.id}/share/").headers["Location"] == f"/history/{record.id}/"


def test_staff_who_may_not_change_a_drawing_cannot_share_it(record: Record) -> None:
    staff = staff_client("view", "delete")
    assert share_by_api(staff, record).status_code == stop_by_api(staff, record) == 404
    assert "data-sharing" not in staff.get(f"/history/{record.id}/").text
    assert open_store().share(record.id) is None


@pytest.mark.parametrize("fields", [{"days": "7"}, {"stop": ""}])
def test_a_store_that_does_not_answer_is_told_of(
    visitor: Client, record: Record, settings: Settings, fields: dict[str, str]
) -> None:
    def fail() -> None:
        raise StoreUnavailable("it does not answer")

    store = interleaved(settings, open_store())
    store.before["put_share"] = fail
    page = share_on_page(visitor, record, **fields)
    assert page.status_code == 503
    text = "Sharing could not be changed"
    assert f'role="alert">{text}. Please try again in a moment.' in page.text
    assert f'<form method="post" action="/history/{record.id}/">' in page.text  # It still deletes.
    store.before["put_share"] = fail
    response = visitor.delete(f"{api(record)}/share") if "stop" in fields else share_by_api(visitor, record)
    assert (response.status_code, response.json()["code"]) == (503, "not_shared")
    assert response.headers["Retry-After"] == "5"


def test_a_waiting_drawing_cannot_be_shared_yet(
    visitor: Client, stranger: Client, settings: Settings, tmp_path: Path
) -> None:
    settings.HISTORY_OUTBOX = {"path": tmp_path / "outbox.sqlite3", "max_bytes": 10**7}
    outbox = open_outbox()
    assert outbox is not None
    outbox.add(waiting := a_record())
    assert share_by_api(visitor, waiting).json() == {
        "code": "not_shared",
        "detail": "Sharing could not be changed. Please try again in a moment.",
    }
    assert outbox.share(waiting.id) is None
    list(Drainer(outbox, open_store()).deliveries())
    assert share_by_api(visitor, waiting).status_code == 200


def test_a_waiting_drawing_s_link_works_on_its_host_while_the_store_does_not_answer(
    visitor: Client, stranger: Client, record: Record, settings: Settings, tmp_path: Path
) -> None:
    settings.HISTORY_OUTBOX = {"path": tmp_path / "outbox.sqlite3", "max_bytes": 10**7}
    outbox = open_outbox()
    assert outbox is not None
    outbox.add(waiting := a_record())
    links = {each.id: share_url(visitor, each) for each in (waiting, record)}
    store = interleaved(settings, open_store())

    def fail() -> None:
        raise StoreUnavailable("it does not answer")

    for each, status in ((waiting, 200), (record, 503)):
        store.before["share"] = fail
        assert stranger.get(links[each.id]).status_code == status


def test_a_stopped_link_does_not_work_again_with_a_restored_outbox(
    visitor: Client, stranger: Client, record: Record, settings: Settings, tmp_path: Path
) -> None:
    link = share_url(visitor, record)
    stop_by_api(visitor, record)
    settings.HISTORY_OUTBOX = {"path": tmp_path / "outbox.sqlite3", "max_bytes": 10**7}
    open_outbox.cache_clear()
    outbox = open_outbox()
    assert outbox is not None
    outbox.add(record)
    assert stranger.get(link).status_code == 404
    assert visitor.get(api(record)).json()["share_url"] is None
    assert "is no longer shared" in visitor.get(f"/history/{record.id}/").text


def test_the_log_names_the_drawing_and_the_person_and_never_the_link(
    visitor: Client, record: Record, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    stop_by_api(visitor, record)
    share_by_api(staff_client("view", "change"), record)
    share = open_store().share(record.id)
    assert share is not None
    assert f"Record {record.id} is shared, by anna" in caplog.text
    assert f"Record {record.id} is no longer shared, by its visitor" in caplog.text
    assert share.key
    assert share.key not in caplog.text
    assert "/shared/" not in caplog.text


def test_a_key_has_128_random_bits(visitor: Client, record: Record) -> None:
    stop_by_api(visitor, record)
    share_by_api(visitor, record)
    share = open_store().share(record.id)
    assert share is not None
    assert len(base64.urlsafe_b64decode(f"{share.key}==")) == 16
