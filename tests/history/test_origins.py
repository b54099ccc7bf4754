"""The origins of pages: which are this site's, which have lists, and what a foreign page may not do."""

import pytest
from django.contrib.auth.models import User
from django.test import Client, RequestFactory
from pytest_django import Settings

from history.origins import allowed_origin, listed_origin
from history.stores import open_store
from tests.history.records import a_record
from tests.history.staff import ALL, staff_client

pytestmark = pytest.mark.django_db
FRIEND = "https://friend.example"


def origins(origin: str, *, host: str = "testserver", **forwarded: str) -> tuple[str, str]:
    """The allowed and the listed origin of a request."""
    request = RequestFactory().post("/", headers={"Origin": origin, "Host": host, **forwarded})
    return allowed_origin(request), listed_origin(request)


@pytest.mark.parametrize(
    "origin", ["x://localhost:1", "=cmd|calc://localhost:1", "://localhost:1", "http://localhost:1/", "null"]
)
def test_only_http_and_https_are_this_site_s_schemes(origin: str) -> None:
    assert origins(origin, host="localhost:1") == ("", "")


@pytest.mark.parametrize("host", ["localhost:1", "localhost:8889", "localhost.", "localhost:08888"])
def test_a_client_invents_no_list_by_its_host(host: str) -> None:
    """The page is this site's as far as anyone can tell, so its visitor gets a cookie."""
    assert origins(f"http://{host}", host=host) == (f"http://{host}", "")


@pytest.mark.parametrize("host", ["localhost", "localhost:8888", "[::1]:8888", "testserver"])
def test_the_site_s_own_names_have_lists(host: str) -> None:
    for scheme in ("http", "https"):
        assert origins(f"{scheme}://{host}", host=host) == (f"{scheme}://{host}",) * 2


def test_a_host_has_one_origin_however_it_is_written() -> None:
    assert origins("http://localhost", host="LocalHost:80") == ("http://localhost",) * 2
    assert origins("https://localhost", host="localhost:443") == ("https://localhost",) * 2
    assert origins("http://LocalHost", host="LocalHost") == ("", "")


@pytest.mark.parametrize("pattern", ["*", ".example"])
def test_a_name_that_the_settings_do_not_have_in_full_has_no_list(settings: Settings, pattern: str) -> None:
    settings.ALLOWED_HOSTS = [pattern, "named.example"]
    assert origins("http://any.example", host="any.example") == ("http://any.example", "")
    assert origins("http://named.example", host="named.example") == ("http://named.example",) * 2


def test_an_allowed_origin_has_a_list(settings: Settings) -> None:
    settings.CORS_ALLOWED_ORIGINS = [FRIEND]
    assert origins(FRIEND) == (FRIEND, FRIEND)
    assert origins(FRIEND.upper()) == ("", "")


def test_the_scheme_is_the_request_s_own_where_a_proxy_names_it(settings: Settings) -> None:
    """A page without HTTPS may have been changed on its way."""
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    for scheme, other in (("http", "https"), ("https", "http")):
        assert origins(f"{scheme}://testserver", X_Forwarded_Proto=scheme) == (f"{scheme}://testserver",) * 2
        assert origins(f"{other}://testserver", X_Forwarded_Proto=scheme) == ("", "")


WAYS = (
    ("DELETE", "/api/v1/recognitions/{}", 204),
    ("PUT", "/api/v1/recognitions/{}/label", 200),
    ("PUT", "/api/v1/recognitions/{}/share", 200),
    ("DELETE", "/api/v1/recognitions/{}/share", 204),
)
BODY = '{"text": "3", "days": 1}'
FOREIGN = ("https://stranger.example", "null", "http://testserver:8000", "http://testserver.stranger.example")


@pytest.mark.parametrize("origin", FOREIGN)
@pytest.mark.parametrize(("method", "path", "_status"), WAYS)
def test_a_foreign_page_changes_nothing(
    visitor: Client, method: str, path: str, _status: int, origin: str
) -> None:
    record = a_record(visitor="visitor")
    open_store().add(record)
    for client in (visitor, staff_client(*ALL)):
        answer = client.generic(method, path.format(record.id), BODY, headers={"Origin": origin})
        assert (answer.status_code, answer.json()["code"]) == (403, "foreign_origin")
    assert open_store().get(record.id) == record
    assert open_store().label(record.id) is None
    assert open_store().share(record.id) is None


@pytest.mark.parametrize("origin", ["http://testserver", FRIEND, ""])
@pytest.mark.parametrize(("method", "path", "status"), WAYS)
def test_other_pages_and_clients_change_their_visitor_s_drawing(
    visitor: Client, settings: Settings, method: str, path: str, status: int, origin: str
) -> None:
    settings.CORS_ALLOWED_ORIGINS = [FRIEND]
    record = a_record(visitor="visitor")
    open_store().add(record)
    headers = {"Origin": origin} if origin else {}
    answer = visitor.generic(method, path.format(record.id), BODY, headers=headers)
    assert answer.status_code == status


@pytest.mark.parametrize(("method", "path", "status"), WAYS)
def test_on_an_allowed_page_staff_are_visitors(
    visitor: Client, settings: Settings, method: str, path: str, status: int
) -> None:
    """They change their own drawings there without a token, and no others."""
    settings.CORS_ALLOWED_ORIGINS = [FRIEND]
    mine, hers = a_record(visitor="visitor"), a_record(visitor="another")
    for record in (mine, hers):
        open_store().add(record)
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = visitor.cookies
    strict.force_login(User.objects.create_superuser("anna"))
    for record, expected in ((mine, status), (hers, 404)):
        answer = strict.generic(method, path.format(record.id), BODY, headers={"Origin": FRIEND})
        assert answer.status_code == expected
    assert strict.get(f"/api/v1/recognitions/{hers.id}", headers={"Origin": FRIEND}).status_code == 404
    assert strict.get(f"/api/v1/recognitions/{hers.id}").status_code == 200
