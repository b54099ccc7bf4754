"""The audit list: which work leaves an entry, what it says, how long it stays, and its page in the admin."""

import re
import sqlite3
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple

import pytest
import requests
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test import Client
from django.utils import timezone

from history import audit, services
from history.audit import audited
from history.models import AuditEntry
from history.permissions import Viewer
from history.records import Record
from history.stores import open_store
from history.stores.sqlite.store import SQLiteStore
from testbed.sites import STAFF, employ
from tests.conftest import running_site
from tests.disks import FILL, run_on_a_small_disk
from tests.history.audit_list import entries
from tests.history.records import a_record, keep
from tests.history.staff import ALL, staff_client
from tests.history.visitors import with_visitor

pytestmark = pytest.mark.django_db

ADMIN, PAGE = "/admin/history/historyrecord/", "/admin/history/auditentry/"
Deleted = AuditEntry.Action.DELETED


def staff(*permissions: str) -> Client:
    """Staff who have drawn as the visitor “anna's”."""
    return with_visitor(staff_client(*(permissions or ALL)), "anna's")


def put(client: Client, record: Record) -> Any:
    return client.put(
        f"/api/v1/recognitions/{record.id}/label", {"text": "3"}, content_type="application/json"
    )


# Which work leaves an entry.


class Work(NamedTuple):
    do: Callable[[Client, list[Record]], Any]
    entry: str
    """Empty for none."""


def ids(records: list[Record]) -> dict[str, Any]:
    return {"id": [record.id for record in records]}


WORK_OF_STAFF = {
    "a label of several": Work(
        lambda client, of: client.post(f"{ADMIN}label/", {**ids(of), "text": "3"}),
        "anna labelled 2 drawings (completed)",
    ),
    "a deletion of several": Work(
        lambda client, of: client.post(f"{ADMIN}delete/", {**ids(of), "sure": "1"}),
        "anna deleted 2 drawings (completed)",
    ),
    "a deletion on a drawing's page": Work(
        lambda client, of: client.post(f"/history/{of[0].id}/"), "anna deleted 1 drawings (completed)"
    ),
    "a deletion by the API": Work(
        lambda client, of: client.delete(f"/api/v1/recognitions/{of[0].id}"),
        "anna deleted 1 drawings (completed)",
    ),
    "a share on a drawing's page": Work(
        lambda client, of: client.post(f"/history/{of[0].id}/share/", {"days": "7"}),
        "anna shared 1 drawings (completed)",
    ),
    "the end of a share": Work(
        lambda client, of: client.post(f"/history/{of[0].id}/share/", {"stop": ""}), ""
    ),
    "a deletion in the visitors' list": Work(
        lambda client, of: client.post("/history/", ids(of)), "anna deleted 2 drawings (completed)"
    ),
    "an export of a list": Work(
        lambda client, of: b"".join(client.get(f"{ADMIN}export/?format=csv")),
        "anna exported 2 drawings (completed)",
    ),
    "an export of a selection": Work(
        lambda client, of: b"".join(client.post(f"{ADMIN}export/", {**ids(of[:1]), "format": "npz"})),
        "anna exported 1 drawings (completed)",
    ),
    "an export of nothing": Work(
        lambda client, of: b"".join(client.get(f"{ADMIN}export/?format=csv&digit=0")),
        "anna exported 0 drawings (completed)",
    ),
    "the question before a deletion": Work(lambda client, of: client.post(f"{ADMIN}delete/", ids(of)), ""),
    "an export that does not begin": Work(lambda client, of: client.get(f"{ADMIN}export/?format=x"), ""),
    "a single label, which says who gave it": Work(lambda client, of: put(client, of[0]), ""),
    "a look at a drawing": Work(lambda client, of: client.get(f"/history/{of[0].id}/"), ""),
}


@pytest.mark.parametrize("work", WORK_OF_STAFF.values(), ids=WORK_OF_STAFF)
def test_what_staff_do_leaves_one_entry(work: Work) -> None:
    records = keep(2)
    work.do(staff(), records)
    assert entries() == ([work.entry] if work.entry else [])


def test_one_drawing_of_their_own_is_deleted_without_an_entry() -> None:
    client = staff()
    for way in (client.post, client.delete):
        (own,) = keep(visitor="anna's")
        way(f"/history/{own.id}/" if way == client.post else f"/api/v1/recognitions/{own.id}")
    assert open_store().newest(limit=1) == []
    assert entries() == []


WORK_OF_VISITORS = {
    "a deletion in the list": Work(
        lambda client, of: client.post("/history/", ids(of)), "visitor deleted 2 drawings (completed)"
    ),
    "a deletion of all": Work(
        lambda client, of: client.post("/history/forget/", {"drawings": "deleted"}),
        "visitor deleted 2 drawings (completed)",
    ),
    "letting go of all": Work(lambda client, of: client.post("/history/forget/", {"drawings": "kept"}), ""),
    "a single deletion": Work(lambda client, of: client.post(f"/history/{of[0].id}/"), ""),
    "a single deletion by the API": Work(
        lambda client, of: client.delete(f"/api/v1/recognitions/{of[0].id}"), ""
    ),
    "a correction": Work(lambda client, of: put(client, of[0]), ""),
    "a share": Work(lambda client, of: client.post(f"/history/{of[0].id}/share/", {"days": "7"}), ""),
}


@pytest.mark.parametrize("work", WORK_OF_VISITORS.values(), ids=WORK_OF_VISITORS)
def test_what_visitors_do_with_several_leaves_an_entry(work: Work, visitor: Client) -> None:
    work.do(visitor, keep(2))
    assert entries() == ([work.entry] if work.entry else [])


def test_what_changes_nothing_leaves_no_entry(visitor: Client) -> None:
    (hers,) = keep(visitor="another")
    assert visitor.post("/history/", ids([hers, a_record()])).status_code == 302
    visitor.post("/history/forget/", {"drawings": "deleted"})
    assert staff("view").post(f"/history/{hers.id}/").status_code == 404
    assert entries() == []


def test_an_entry_names_no_drawing_and_no_visitor(visitor: Client) -> None:
    records = keep(2)
    visitor.post("/history/", ids(records))
    fields = {field.name for field in AuditEntry._meta.get_fields()}
    assert fields == {"id", "at", "by", "name", "action", "drawings", "outcome"}
    entry = AuditEntry.objects.get()
    assert (entry.by, entry.name, entry.action, entry.drawings) == ("visitor", "", "deleted", 2)
    assert abs(timezone.now() - entry.at) < timedelta(minutes=1)


def test_a_user_called_visitor_is_no_visitor() -> None:
    (record,) = keep()
    staff_client(*ALL, name="visitor").post(f"/history/{record.id}/")
    assert AuditEntry.objects.get().by == AuditEntry.By.STAFF


def test_all_that_is_deleted_in_time_is_counted(visitor: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    records = keep(3)
    clock = iter([0.0, 1.0, 2.0])
    monkeypatch.setattr(services, "time", SimpleNamespace(monotonic=lambda: next(clock, 99.0)))
    assert visitor.post("/history/forget/", {"drawings": "deleted"}).status_code == 503
    assert [each.id for each in open_store().newest(limit=9)] == [records[0].id]
    assert entries() == ["visitor deleted 2 drawings (stopped)"]


def test_an_export_that_is_not_read_to_its_end_has_an_entry_from_its_start() -> None:
    keep(400)
    answer = staff().get(f"{ADMIN}export/?format=ndjson")
    assert entries() == []
    next(iter(answer))
    assert entries() == ["anna exported 0 drawings (unfinished)"]
    answer.close()
    entry = AuditEntry.objects.get()
    assert entry.outcome == AuditEntry.Outcome.STOPPED
    assert 0 < entry.drawings < 400


def test_an_export_whose_client_leaves_is_stopped(tmp_path: Path) -> None:
    """Against a running site, which exports in a thread of its own."""
    store = SQLiteStore(tmp_path / "history.sqlite3")
    long_stroke = [[0.123456 + number for number in range(50_000)]] * 3
    for _ in range(40):
        store.add(replace(a_record(), strokes=(long_stroke,)))
    with running_site(tmp_path, WEB_CONCURRENCY="1") as site:
        employ(site)
        browser = requests.Session()
        browser.get(f"{site.url}/admin/login/", timeout=30)
        token = browser.cookies["csrftoken"]
        browser.post(f"{site.url}/admin/login/", {**STAFF, "csrfmiddlewaretoken": token}, timeout=30)
        with browser.get(f"{site.url}{ADMIN}export/?format=ndjson", stream=True, timeout=30) as answer:
            next(answer.iter_content(1))
            assert stored_entries(tmp_path) == [("ada", "exported", 0, "unfinished")]
        deadline = time.monotonic() + 60
        while stored_entries(tmp_path)[0][3] == "unfinished" and time.monotonic() < deadline:
            time.sleep(0.1)
        ((name, action, count, outcome),) = stored_entries(tmp_path)
        assert (name, action, outcome) == ("ada", "exported", "stopped")
        assert 0 < count < 40


def stored_entries(state: Path) -> list[tuple[str, str, int, str]]:
    with closing(sqlite3.connect(state / "site.sqlite3")) as connection:
        return connection.execute("SELECT name, action, drawings, outcome FROM history_auditentry").fetchall()


# An entry that cannot be written.


def test_a_failure_to_write_an_entry_is_logged_and_nothing_else(
    visitor: Client, caplog: pytest.LogCaptureFixture
) -> None:
    records = keep(2)
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE history_auditentry")  # As before the migration.
    assert visitor.post("/history/", ids(records)).status_code == 302
    assert open_store().newest(limit=1) == []
    assert caplog.messages[-1] == (
        "The audit list could not note that visitor deleted 2 drawings (completed): "
        "no such table: history_auditentry"
    )
    keep(3)
    assert len(b"".join(staff().get(f"{ADMIN}export/?format=csv")).splitlines()) == 4
    assert "not note that anna exported 3 drawings (completed)" in caplog.messages[-1]


ON_A_FULL_DISK = (
    FILL
    + """
from django.conf import settings
from django.core.management import call_command
settings.STATE_DIR, settings.DATABASES["default"]["NAME"] = folder, folder / "site.sqlite3"
settings.HISTORY_STORES["embedded"]["OPTIONS"]["path"] = folder / "history.sqlite3"
call_command("migrate", verbosity=0)
from history.models import AuditEntry
from history.permissions import Viewer
from history.services import delete_each
from history.stores import open_store
from tests.history.records import a_record
for _ in range(100):
    open_store().add(a_record())
while pair := [each.id for each in open_store().newest(limit=2)]:
    fill()
    deleted = delete_each(Viewer(name="anna", views_all=True, deletes_all=True), pair)
    assert (deleted.ids, deleted.fault) == (pair, None)
assert AuditEntry.objects.count() < 50
"""
)


def test_drawings_are_deleted_on_a_full_disk_even_without_an_entry(tmp_path: Path) -> None:
    run_on_a_small_disk(tmp_path, ON_A_FULL_DISK, size_mb=40, timeout_s=120)


# How long entries stay.


def note(by: Viewer | str = "a test", count: int = 1) -> None:
    for _ in range(count):
        with audited(Deleted, by=by) as entry:
            entry.drawings = 1


def test_entries_are_kept_for_400_days() -> None:
    now = timezone.now()
    for days in (401, 399):
        AuditEntry.objects.create(at=now - timedelta(days=days), by="staff", name=f"{days}", action=Deleted)
    note()
    assert [entry.name for entry in AuditEntry.objects.order_by("at")] == ["399", "a test"]


def test_a_wrong_clock_deletes_few_entries() -> None:
    note(count=50)
    AuditEntry.objects.update(at=timezone.now() - timedelta(days=401))
    note()
    assert AuditEntry.objects.count() == 41


def test_of_one_name_the_newest_entries_are_kept_and_push_out_no_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(audit, "MOST_ENTRIES", 5)
    note(Viewer(name="anna"), 2)
    note("retention", 2)
    first = AuditEntry.objects.order_by("pk")[0].pk
    note(Viewer(visitor="a token"), 9)
    note(Viewer(visitor="another token"), 9)
    note(Viewer(name="ben"), 9)
    counted = Counter(AuditEntry.objects.values_list("by", "name"))
    assert counted == {
        ("staff", "anna"): 2, ("staff", "ben"): 5, ("task", "retention"): 2, ("visitor", ""): 5
    }  # fmt: skip
    newest = AuditEntry.objects.filter(name="ben").order_by("-pk").values_list("pk", flat=True)
    assert list(newest) == [first + 30, first + 29, first + 28, first + 27, first + 26]


# Its page in the admin.


def auditor(*permissions: str) -> Client:
    user = User.objects.create_user("carl", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    client = Client()
    client.force_login(user)
    return client


def test_the_page_shows_all_entries_the_newest_first() -> None:
    note(Viewer(name="anna"))
    note(Viewer(visitor="a token"))
    note("retention")
    page = auditor("view_auditentry").get(PAGE)
    rows = re.findall(r"<tr>(.*?)</tr>", page.text.partition("<tbody>")[2], re.DOTALL)
    shown = [re.findall(r"field-(\w+)[^>]*>([^<]*)<", row)[1:] for row in rows]
    assert [dict(row)["name"] for row in shown] == ["retention", "-", "anna"]
    assert [dict(row)["by"] for row in shown] == ["task", "visitor", "staff"]
    assert {dict(row)["drawings"] for row in shown} == {"1"}
    assert "<h1>Audit entries</h1>" in page.text
    assert re.findall(r'href="\?name=(\w*)"', page.text) == [
        "anna",
        "retention",
    ]  # And no link without a text.


@pytest.mark.parametrize(
    ("query", "names"),
    [("action__exact=exported", ["ben"]), ("by__exact=task", ["retention"]), ("name=anna", ["anna"])],
)
def test_the_page_filters(query: str, names: list[str]) -> None:
    note(Viewer(name="anna"))
    note("retention")
    AuditEntry.objects.create(by="staff", name="ben", action=AuditEntry.Action.EXPORTED)
    page = auditor("view_auditentry").get(f"{PAGE}?{query}")
    assert [entry.name for entry in page.context["cl"].result_list] == names


def test_the_page_needs_its_permission() -> None:
    assert auditor("view_historyrecord", "change_historyrecord").get(PAGE).status_code == 403
    assert Client().get(PAGE).status_code == 302


def test_nobody_changes_the_list() -> None:
    note()
    (entry,) = AuditEntry.objects.values()
    root = Client()
    root.force_login(User.objects.create_superuser("root"))
    for path in (f"{PAGE}add/", f"{PAGE}{entry['id']}/delete/", f"{PAGE}{entry['id']}/change/"):
        assert root.post(path, {"name": "nobody", "post": "yes"}).status_code == 403, path
    selected = {"action": "delete_selected", "_selected_action": [entry["id"]], "post": "yes"}
    root.post(PAGE, selected)
    assert list(AuditEntry.objects.values()) == [entry]
    assert AuditEntry._meta.default_permissions == ("view",)


def test_the_list_of_drawings_leads_there() -> None:
    link = f'href="{PAGE}"'
    assert link in auditor("view_historyrecord", "view_auditentry").get(ADMIN).text
    assert link not in staff(*ALL).get(ADMIN).text
