"""The permissions that each page of the admin requires: one row for each page and method."""

from typing import Any, NamedTuple

import pytest
from django.contrib.admin import site
from django.contrib.auth.models import User
from django.test import Client

from history.models import HistoryRecord
from history.records import Record
from history.stores import open_store
from tests.history.records import a_record
from tests.history.staff import ALL, staff_client

pytestmark = pytest.mark.django_db

LIST = "/admin/history/historyrecord/"


class Page(NamedTuple):
    method: str
    place: str
    needs: set[str]
    """Permissions: together they suffice, and each of them is necessary."""
    answers: int
    form: dict[str, str] = {}

    def ask(self, client: Client, record: Record) -> int:
        if self.method == "GET":
            return int(client.get(LIST + self.place, self.form).status_code)
        return int(client.post(LIST + self.place, {"id": record.id, **self.form}).status_code)


PAGES = {
    "list": Page("GET", "", {"view"}, 200),
    "dashboard": Page("GET", "dashboard/", {"view"}, 200),
    "export of a list": Page("GET", "export/", {"view"}, 200, {"format": "csv"}),
    "export of what is selected": Page("POST", "export/", {"view"}, 200, {"format": "csv"}),
    "labelling": Page("GET", "labelling/", {"view", "change"}, 200),
    "queue": Page("GET", "labelling/queue/", {"view", "change"}, 200),
    "label of what is selected": Page("POST", "label/", {"view", "change"}, 302, {"text": "3"}),
    "question before a deletion": Page("POST", "delete/", {"view", "delete"}, 200),
    "deletion of what is selected": Page("POST", "delete/", {"view", "delete"}, 302, {"sure": "1"}),
}

each_page = pytest.mark.parametrize("page", PAGES.values(), ids=PAGES.keys())


@pytest.fixture
def record() -> Record:
    kept = a_record()
    open_store().add(kept)
    return kept


def assert_untouched(record: Record) -> None:
    assert open_store().get(record.id) == record
    assert open_store().label(record.id) is None


@each_page
def test_a_page_requires_no_more_than_its_permissions(page: Page, record: Record) -> None:
    assert page.ask(staff_client(*page.needs), record) == page.answers


@each_page
def test_a_page_requires_each_of_its_permissions(page: Page, record: Record) -> None:
    for missing in page.needs:
        others = set(ALL) - {missing}
        assert page.ask(staff_client(*others, name=f"without {missing}"), record) == 403
    assert_untouched(record)


@each_page
def test_a_page_redirects_others_to_the_login(page: Page, record: Record) -> None:
    superuser = Client()
    superuser.force_login(User.objects.create_user("eve", is_superuser=True))
    for client in (Client(), staff_client(*ALL, name="ben", is_staff=False), superuser):
        assert page.ask(client, record) == 302
        assert client.get(LIST + page.place).headers["Location"].startswith("/admin/login/?next=")
    assert_untouched(record)


@pytest.mark.parametrize("page", [page for page in PAGES.values() if page.method == "POST"])
def test_a_form_from_another_site_does_nothing(page: Page, record: Record) -> None:
    lured = Client(enforce_csrf_checks=True)
    lured.cookies = staff_client(*ALL).cookies
    assert page.ask(lured, record) == 403
    assert_untouched(record)


def test_a_page_accepts_no_other_method() -> None:
    client = staff_client(*ALL)
    for place in places():
        taken = {page.method for page in PAGES.values() if page.place == place}
        refused = {method for method in ("GET", "POST", "PUT", "PATCH", "DELETE") if method not in taken}
        answered = {method: client.generic(method, LIST + place).status_code for method in refused}
        assert answered == dict.fromkeys(refused, 405), place


def places() -> set[str]:
    """The routes of the history's pages in the admin."""
    return {str(each.pattern) for each in site.get_model_admin(HistoryRecord).get_urls()}


def test_every_page_is_in_this_table() -> None:
    assert places() == {page.place for page in PAGES.values()}


def shown_in_index(client: Client) -> dict[str, bool] | None:
    """The actions that the admin's index offers for the history; None if the index does not list it."""
    apps: list[dict[str, Any]] = client.get("/admin/").context["app_list"]
    models = [model for app in apps for model in app["models"] if model["object_name"] == "HistoryRecord"]
    return models[0]["perms"] if models else None


@pytest.mark.parametrize(
    ("permissions", "shown"),
    [
        ((), None),
        (("change", "delete"), None),
        (("view",), {"add": False, "change": False, "delete": False, "view": True}),
        (("view", "change"), {"add": False, "change": True, "delete": False, "view": True}),
        (("view", "delete"), {"add": False, "change": False, "delete": True, "view": True}),
    ],
)
def test_the_index_offers_the_permitted_pages(
    permissions: tuple[str, ...], shown: dict[str, bool] | None
) -> None:
    assert shown_in_index(staff_client(*permissions)) == shown


def test_nobody_adds_a_drawing_in_the_admin() -> None:
    root = Client()
    root.force_login(User.objects.create_superuser("root"))
    assert shown_in_index(root) == {"add": False, "change": True, "delete": True, "view": True}
    assert root.get(f"{LIST}add/").status_code == 404
