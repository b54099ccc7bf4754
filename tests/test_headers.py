"""What every answer says to browsers, in full, with HTTPS and without: headers and cookies; and redirects."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests

from mnistsite.headers import PERMISSIONS_POLICY
from testbed.drawings import data_url, encoded, on_canvas
from tests.conftest import ROOT, Digits, Site, running_site, site_environment

FRIEND = "https://friend.example"

EVERYWHERE = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": PERMISSIONS_POLICY,
}
POLICY = {
    "default-src": ["'self'"],
    "img-src": ["'self'", "blob:", "data:"],
    "object-src": ["'none'"],
    "base-uri": ["'none'"],
    "form-action": ["'self'"],
    "frame-ancestors": ["'none'"],
    "report-uri": ["/csp-report/"],
}
ASKED = (
    *EVERYWHERE,
    "X-Frame-Options",
    "Strict-Transport-Security",
    "Access-Control-Allow-Origin",
    "Cross-Origin-Resource-Policy",
)


@dataclass(frozen=True)
class Visit:
    """A running site, and a drawing there."""

    url: str
    https: bool
    """Whether it is set to be behind a proxy that speaks HTTPS."""
    cookie: str
    record_id: str
    share_url: str
    given: list[str]
    """The cookies that came with the drawing's answer, as they were set."""

    def ask(self, path: str, method: str = "GET", **headers: str) -> requests.Response:
        """As the proxy passes on what was asked of it over HTTPS, unless it is told otherwise."""
        forwarded = {"X-Forwarded-Proto": "https"} if self.https else {}
        sent = forwarded | {name.replace("_", "-"): value for name, value in headers.items()}
        return requests.request(method, self.url + path, headers=sent, timeout=30, allow_redirects=False)

    def paths(self) -> dict[str, int]:
        """Pages and parts of the API, each with its status for whoever asks without a cookie."""
        return {
            "/": 200,
            "/history/": 200,
            self.share_url: 200,
            f"{self.share_url}drawing": 200,
            "/admin/login/": 200,
            "/admin/": 302,
            f"/history/{self.record_id}/": 404,
            "/nothing": 404,
            "/api/nothing": 404,
            "/api/health": 200,
            "/api/v1/recognitions": 200,
            f"/api/v1/recognitions/{self.record_id}": 404,
            "/api/v1/identify": 405,
        }


def visit(site: Site, digits: Digits, *, https: bool) -> Visit:
    scheme = "https" if https else "http"
    headers = {"Origin": site.url.replace("http", scheme, 1), "X-Forwarded-Proto": scheme}
    body = {"data": data_url(encoded(on_canvas(digits.images[0])))}
    drawn = requests.post(f"{site.url}/api/v1/identify", json=body, headers=headers, timeout=30)
    given = drawn.raw.headers.getlist("Set-Cookie")
    cookie = f"visitor={SimpleCookie(given[0])['visitor'].value}"
    path = f"{site.url}/api/v1/recognitions/{drawn.json()['id']}"
    sent = headers | {"Cookie": cookie}
    requests.put(f"{path}/share", json={"days": None}, headers=sent, timeout=30).raise_for_status()
    record = requests.get(path, headers=sent, timeout=30).json()
    return Visit(site.url, https, cookie, record["id"], record["share_url"], given)


@pytest.fixture(scope="module")
def plain(site: Site, test_digits: Digits) -> Visit:
    """The site as it is without any setting."""
    return visit(site, test_digits, https=False)


@pytest.fixture(scope="module")
def secure(tmp_path_factory: pytest.TempPathFactory, test_digits: Digits) -> Iterator[Visit]:
    """The site behind HTTPS, with an origin that may call its API."""
    state = tmp_path_factory.mktemp("secure")
    with running_site(
        state, MNIST_SERVER_HTTPS="1", MNIST_SERVER_CORS_ORIGINS=FRIEND, WEB_CONCURRENCY="1"
    ) as started:
        yield visit(started, test_digits, https=True)


@pytest.fixture(params=["plain", "secure"])
def either(request: pytest.FixtureRequest) -> Visit:
    """Each of the two."""
    found: Visit = request.getfixturevalue(request.param)
    return found


def policy_of(answer: requests.Response) -> dict[str, list[str]]:
    directives = [each.split() for each in answer.headers["Content-Security-Policy"].split(";")]
    return {name: sorted(sources) for name, *sources in directives}


def said(answer: requests.Response) -> dict[str, str]:
    """What an answer has of the headers that are asked for here."""
    return {name: answer.headers[name] for name in ASKED if name in answer.headers}


def embeddable(visit: Visit, path: str) -> dict[str, str]:
    """Whose pages may show an answer as a picture, or as another part of theirs.

    Anybody's may show what is shared; a friend's the drawings of their visitor.
    """
    is_for_others = path.startswith("/shared/") or (visit.https and path.startswith("/api/"))
    return {"Cross-Origin-Resource-Policy": "cross-origin" if is_for_others else "same-origin"}


def test_every_page_and_the_api_have_these_headers(either: Visit) -> None:
    over_https = {"Strict-Transport-Security": "max-age=31536000"} if either.https else {}
    for path, status in either.paths().items():
        answer = either.ask(path)
        assert answer.status_code == status, path
        assert said(answer) == {
            **EVERYWHERE, "X-Frame-Options": "DENY", **over_https, **embeddable(either, path)
        }, path  # fmt: skip
        assert policy_of(answer) == POLICY, path
        assert "Content-Security-Policy-Report-Only" not in answer.headers, path


def test_the_device_is_closed_to_pages_but_for_what_they_use() -> None:
    closed = PERMISSIONS_POLICY.split(", ")
    assert {"camera=()", "microphone=()", "geolocation=()", "usb=()", "payment=()"} <= set(closed)
    assert all(feature.endswith("=()") for feature in closed)
    # static/js/record/sharing.js
    assert not {"clipboard-write=()", "web-share=()"} & set(closed)


def test_static_files_have_these_headers(either: Visit) -> None:
    over_https = {"Strict-Transport-Security": "max-age=31536000"} if either.https else {}
    (script,) = re.findall(r'src="(/static/js/draw\.[0-9a-f]+\.js)"', either.ask("/").text)
    # Anybody's page may load them: there is nothing of anybody's in them.
    assert said(either.ask(script)) == {
        **EVERYWHERE,
        **over_https,
        "Access-Control-Allow-Origin": "*",
        "Cross-Origin-Resource-Policy": "cross-origin",
    }


def test_a_name_that_is_not_the_site_s_is_refused_with_them_too(either: Visit) -> None:
    answer = either.ask("/", Host="stranger.example")
    assert answer.status_code == 400
    assert policy_of(answer) == POLICY
    assert EVERYWHERE.items() <= said(answer).items()


WITHOUT_HTTPS = ("http", "", "ftp")


def test_what_came_to_the_proxy_without_https_is_not_told_to_stay_with_it(secure: Visit) -> None:
    for proto in WITHOUT_HTTPS:
        assert "Strict-Transport-Security" not in secure.ask("/", X_Forwarded_Proto=proto).headers


def test_pages_are_redirected_to_https(secure: Visit) -> None:
    https = secure.url.replace("http://", "https://")
    for proto in WITHOUT_HTTPS:
        for path in ("/", "/history/?before=x%20y", "/admin/login/", "/nothing", secure.share_url):
            for method in ("GET", "HEAD"):
                answer = secure.ask(path, method, X_Forwarded_Proto=proto)
                assert (answer.status_code, answer.headers["Location"]) == (301, https + path)


@pytest.mark.parametrize("path", ["//stranger.example/", "/%2F/stranger.example", "/\\stranger.example"])
def test_a_redirect_to_https_leads_to_this_site(secure: Visit, path: str) -> None:
    host = secure.url.removeprefix("http://")
    answer = secure.ask(path, X_Forwarded_Proto="http", X_Forwarded_Host="stranger.example")
    assert answer.status_code == 301
    assert urlsplit(answer.headers["Location"])[:2] == ("https", host)
    assert secure.ask(path, X_Forwarded_Proto="http", Host="stranger.example").status_code == 400


def test_the_api_refuses_what_came_without_https(secure: Visit) -> None:
    """A client that follows a redirect loses the body, or goes on sending drawings in clear."""
    for proto in WITHOUT_HTTPS:
        for path in (path for path in secure.paths() if path.startswith("/api/") and path != "/api/health"):
            for method in ("GET", "POST", "PUT", "DELETE"):
                answer = secure.ask(path, method, X_Forwarded_Proto=proto)
                assert (answer.status_code, answer.json()["code"]) == (403, "https_required"), (method, path)


def test_a_health_check_on_the_machine_itself_needs_no_https(secure: Visit) -> None:
    """As the image's HEALTHCHECK asks."""
    answer = requests.get(f"{secure.url}/api/health", timeout=30, allow_redirects=False)
    assert (answer.status_code, answer.json()["ready"]) == (200, True)


def test_without_the_setting_nothing_requires_https(plain: Visit) -> None:
    for proto in WITHOUT_HTTPS:
        for path, status in plain.paths().items():
            assert plain.ask(path, X_Forwarded_Proto=proto).status_code == status, path


def link_on_page(visit: Visit, **headers: str) -> str:
    """Where the drawing's own page says that others can see it: as the site takes itself to be called."""
    page = visit.ask(f"/history/{visit.record_id}/", Cookie=visit.cookie, **headers)
    (link,) = re.findall(rf'value="([^"]*{re.escape(visit.share_url)})"', page.text)
    return str(link)


def test_the_proxy_s_word_for_https_is_taken_where_settings_say_that_there_is_one(secure: Visit) -> None:
    https = secure.url.replace("http://", "https://")
    assert link_on_page(secure) == https + secure.share_url


def test_nobody_s_word_for_https_is_taken_without_a_proxy(plain: Visit) -> None:
    answer = plain.ask("/", X_Forwarded_Proto="https")
    assert "Strict-Transport-Security" not in answer.headers
    assert link_on_page(plain, X_Forwarded_Proto="https") == plain.url + plain.share_url
    assert link_on_page(plain, X_Forwarded_Ssl="on") == plain.url + plain.share_url


def test_nobody_s_word_for_the_host_is_taken(either: Visit) -> None:
    link = link_on_page(either, X_Forwarded_Host="stranger.example", X_Forwarded_Port="1")
    assert link == link_on_page(either)


def attributes(cookies: list[str], name: str) -> dict[str, Any]:
    """A cookie's, as they were set, without when it ends by the clock."""
    (found,) = (parsed[name] for parsed in map(SimpleCookie, cookies) if name in parsed)
    return {key: value for key, value in found.items() if value and key != "expires"}


def test_the_visitor_s_cookie_is_for_this_site_and_no_script(plain: Visit) -> None:
    assert attributes(plain.given, "visitor") == {
        "path": "/", "max-age": "15552000", "httponly": True, "samesite": "Lax"
    }  # fmt: skip


def test_the_visitor_s_cookie_goes_over_https_alone_and_to_the_friend_s_page(secure: Visit) -> None:
    assert attributes(secure.given, "visitor") == {
        "path": "/", "max-age": "15552000", "httponly": True, "samesite": "None", "secure": True
    }  # fmt: skip


def test_the_token_s_cookie_is_for_this_site(either: Visit) -> None:
    over_https = {"secure": True} if either.https else {}
    given = either.ask("/").raw.headers.getlist("Set-Cookie")
    assert attributes(given, "csrftoken") == {
        "path": "/", "max-age": "31449600", "samesite": "Lax", **over_https
    }  # fmt: skip


LOGIN = """
import json
import django
django.setup()
from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client
call_command("migrate", verbosity=0)
User.objects.create_superuser("anna", password="a word")
client = Client(SERVER_NAME="localhost", headers={"X-Forwarded-Proto": "https"})
client.get("/")
client.post("/admin/login/", {"username": "anna", "password": "a word"})
print(json.dumps([cookie.OutputString() for cookie in client.cookies.values()]))
"""


@pytest.mark.parametrize(
    ("given", "same_site", "over_https"),
    [
        ({"MNIST_SERVER_HTTPS": "1"}, "Lax", {"secure": True}),
        # Browsers would not keep “None” without HTTPS.
        ({"MNIST_SERVER_CORS_ORIGINS": FRIEND}, "Lax", {}),
        ({"MNIST_SERVER_HTTPS": "1", "MNIST_SERVER_CORS_ORIGINS": FRIEND}, "None", {"secure": True}),
    ],
    ids=["https alone", "a friend without https", "a friend with https"],
)
def test_other_sites_get_the_visitor_s_cookie_along_alone_and_only_with_a_friend_and_https(
    tmp_path: Path, given: dict[str, str], same_site: str, over_https: dict[str, Any]
) -> None:
    """Staff are logged in for half a day."""
    environment = site_environment(tmp_path, **given)
    command = [sys.executable, "-c", LOGIN]
    run = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, check=True, timeout=60)
    cookies = json.loads(run.stdout)
    always = {"path": "/", **over_https}
    assert attributes(cookies, "visitor") == {
        **always, "max-age": "15552000", "httponly": True, "samesite": same_site
    }  # fmt: skip
    assert attributes(cookies, "sessionid") == {
        **always, "max-age": "43200", "httponly": True, "samesite": "Lax"
    }  # fmt: skip
    assert attributes(cookies, "csrftoken") == {**always, "max-age": "31449600", "samesite": "Lax"}


def leave(answer: requests.Response) -> dict[str, str]:
    """What an answer allows pages of other origins."""
    return {
        name.lower(): value
        for name, value in answer.headers.items()
        if name.lower().startswith("access-control-")
    }


PREFLIGHT = {"Access_Control_Request_Method": "PUT", "Access_Control_Request_Headers": "content-type"}


def test_a_friend_s_page_may_call_the_api_with_its_visitor_s_cookie(secure: Visit) -> None:
    allowed = {"access-control-allow-origin": FRIEND, "access-control-allow-credentials": "true"}
    for path in (path for path in secure.paths() if path.startswith("/api/")):
        assert leave(secure.ask(path, Origin=FRIEND)) == allowed, path
        answer = secure.ask(path, "OPTIONS", Origin=FRIEND, **PREFLIGHT)
        assert leave(answer) == {
            **allowed,
            "access-control-allow-headers": "accept, authorization, content-type, user-agent, x-csrftoken, "
            "x-requested-with",
            "access-control-allow-methods": "DELETE, GET, OPTIONS, PATCH, POST, PUT",
            "access-control-max-age": "86400",
        }, path


def test_a_friend_s_page_may_read_nothing_but_the_api(secure: Visit) -> None:
    for path in (path for path in secure.paths() if not path.startswith("/api/")):
        assert leave(secure.ask(path, Origin=FRIEND)) == {}, path
        assert leave(secure.ask(path, "OPTIONS", Origin=FRIEND, **PREFLIGHT)) == {}, path


@pytest.mark.parametrize(
    "origin",
    [
        "https://stranger.example",
        "http://friend.example",
        "https://friend.example.stranger.example",
        "https://strangefriend.example",
        "https://a.friend.example",
        "https://friend.example:8443",
        "null",
    ],
)
def test_a_stranger_s_page_may_read_nothing(secure: Visit, origin: str) -> None:
    for path in secure.paths():
        assert leave(secure.ask(path, Origin=origin)) == {}, path
        assert leave(secure.ask(path, "OPTIONS", Origin=origin, **PREFLIGHT)) == {}, path


def test_without_the_setting_no_page_of_another_origin_may(plain: Visit) -> None:
    for path in plain.paths():
        for origin in (FRIEND, "null", "http://127.0.0.1"):
            assert leave(plain.ask(path, Origin=origin)) == {}, path
