"""Ten thousand bodies of all forms, sent to the routes of a running site that take one."""

import json
from typing import Any

import pytest
import requests
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from testbed.drawings import data_url
from testbed.hostile import ONE, draw, encode
from testbed.sites import Site
from tests.security.unharmed import assert_is_documented, unharmed

PICTURE = data_url(encode(draw(ONE), "grey"))

numbers = st.integers() | st.floats() | st.sampled_from([10**400, -1, 1e9, 1e308, 2**63])
values = st.recursive(
    st.none() | st.booleans() | numbers | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
pictures = st.sampled_from(
    [PICTURE, PICTURE[:-7], f" {PICTURE}\n", "data:,", "=", "é", PICTURE.encode().hex()]
)
coordinates = st.floats(-500, 500) | st.integers(-500, 500)


def stroke_of(coordinate: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Lists of one length, as a stroke has them."""
    return st.integers(1, 3).flatmap(
        lambda n: st.lists(st.lists(coordinate, min_size=n, max_size=n), max_size=6)
    )


strokes = st.lists(stroke_of(coordinates) | stroke_of(numbers | st.text(max_size=2)) | values, max_size=3)
fields = st.fixed_dictionaries(
    {},
    optional={
        "data": pictures | values,
        "strokes": strokes | values,
        "digit": st.sampled_from([0, 1, -1, "0", 1e300]) | values,
        "text": st.text(alphabet="0123456789７٣ \0", max_size=45) | values,
        "days": st.sampled_from([1, 30, None]) | values,
        "\ud800": values,
    },
)
whole = st.builds(
    lambda body, ascii_only: json.dumps(body, ensure_ascii=ascii_only), fields | values, st.booleans()
)


@st.composite
def bodies(choose: st.DrawFn) -> bytes:
    """JSON, JSON in another encoding, what is nearly JSON, and what is nothing."""
    text = choose(whole)
    encoding = choose(st.sampled_from(["utf-8"] * 6 + ["utf-8-sig", "utf-16", "utf-32", "utf-7"]))
    content = text.encode(encoding, "surrogatepass")
    if choose(st.integers(0, 3)) == 0:
        start, end = sorted(choose(st.tuples(*[st.integers(0, len(content))] * 2)))
        content = content[:start] + choose(st.binary(max_size=10)) + content[end:]
    return content


@pytest.fixture(scope="module")
def session(site: Site) -> requests.Session:
    """A browser of the site's."""
    browser = requests.Session()
    browser.headers["Origin"] = site.url
    browser.get(site.url, timeout=30)
    return browser


@pytest.fixture(scope="module")
def routes(site: Site, session: requests.Session) -> list[tuple[str, str]]:
    """Each route that takes a body, with its method."""
    result = session.post(f"{site.url}/api/v1/identify", json={"data": PICTURE}, timeout=30).json()
    return [
        ("POST", "/api/mnist/identify"),
        ("POST", "/api/v1/identify"),
        ("POST", "/api/v1/preview"),
        ("POST", "/api/v1/inside"),
        ("PUT", result["label_url"]),
        ("PUT", f"/api/v1/recognitions/{result['id']}/share"),
    ]


def test_no_body_harms_the_site(site: Site, session: requests.Session, routes: list[tuple[str, str]]) -> None:
    statuses = set[int]()

    @given(
        bodies(),
        st.integers(0, len(routes) - 1),
        st.sampled_from(["application/json", "text/plain", "é", ""]),
    )
    @settings(
        max_examples=10_000,
        derandomize=True,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    def send(content: bytes, number: int, media_type: str) -> None:
        method, path = routes[number]
        headers: dict[str, Any] = {"Content-Type": media_type.encode()}
        answer = session.request(method, site.url + path, data=content, headers=headers, timeout=60)
        assert_is_documented(answer)
        statuses.add(answer.status_code)

    with unharmed(site):
        send()
    assert statuses >= {200, 400}
