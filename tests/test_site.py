"""The whole site as `script/server` runs it: gunicorn, its workers, and a real HTTP client."""

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import requests
from django.conf import settings

from history.stores.sqlite.store import SQLiteStore
from recognizer.model_card import verified_card
from testbed.drawings import CORNERS, data_url, encoded, on_canvas
from testbed.sites import wait_for_compiled_code
from tests.conftest import Digits, Site, get, running_site

IDENTIFY = "/api/mnist/identify"


def test_a_hundred_digits_over_http(site: Site, test_digits: Digits) -> None:
    drawings = [encoded(on_canvas(image)) for image in test_digits.images]
    answers = [post(site, drawing) for drawing in drawings]
    assert count_right(answers, test_digits) >= 98
    assert all(answer["stored"] for answer in answers)
    store = SQLiteStore(site.state / "history.sqlite3")
    assert [store.get(UUID(answer["id"])).drawing.content for answer in answers] == drawings


def test_small_digits_in_the_corners_are_read_as_well(site: Site, test_digits: Digits) -> None:
    answers = [
        post(site, encoded(on_canvas(image, size=112, corner=CORNERS[index % 4])))
        for index, image in enumerate(test_digits.images)
    ]
    assert count_right(answers, test_digits) >= 97


def test_health_names_the_model(site: Site) -> None:
    answer = get(site, "/api/health")
    version = verified_card(settings.MNIST_PARAMETERS).version
    waiting = {"network": 0, "keeper": 0}
    of_worker = {"compiled": answer.json()["compiled"], "waiting": waiting}
    assert answer.json() == {
        "ready": True,
        "model": version,
        "history": "stored",
        "outbox": None,
        **of_worker,
    }


def test_a_site_soon_reads_with_compiled_code(site: Site) -> None:
    wait_for_compiled_code(site)


def test_scripts_are_served_under_hashed_names_that_import_hashed_names(site: Site) -> None:
    paths = get(site, "/static/staticfiles.json").json()["paths"]
    script = get(site, f"/static/{paths['js/draw.js']}")
    assert "immutable" in script.headers["Cache-Control"]
    assert f'"./canvas/{Path(paths["js/canvas/canvas.js"]).name}"' in script.text


def test_a_body_in_chunks_is_asked_for_its_length(site: Site) -> None:
    def chunks() -> Iterator[bytes]:
        yield from (b'{"data": ', b'"AAAA"}')

    answer = requests.post(site.url + IDENTIFY, chunks(), timeout=30)
    assert (answer.status_code, answer.json()["code"]) == (411, "length_required")


def test_an_unknown_host_costs_one_line_of_the_log(tmp_path: Path) -> None:
    with running_site(tmp_path) as site:
        before = len(site.log.read_text().splitlines())
        answer = requests.get(site.url, headers={"Host": "example.org"}, timeout=30)
        assert answer.status_code == 400
        lines = site.log.read_text().splitlines()[before:]
        assert ["Invalid HTTP_HOST header" in line for line in lines] == [True]


def test_records_outlive_a_restart(tmp_path: Path, test_digits: Digits) -> None:
    drawing = encoded(on_canvas(test_digits.images[0]))
    with running_site(tmp_path) as site:
        cookies = requests.post(
            site.url + IDENTIFY, json={"data": data_url(drawing)}, headers={"Origin": site.url}, timeout=30
        ).cookies
    with running_site(tmp_path) as site:
        (kept,) = requests.get(f"{site.url}/api/v1/recognitions", cookies=cookies, timeout=30).json()[
            "recognitions"
        ]
        assert requests.get(site.url + kept["drawing"], cookies=cookies, timeout=30).content == drawing


def test_without_parameters_the_page_opens_and_says_it_is_not_ready(tmp_path: Path) -> None:
    with running_site(tmp_path, MNIST_SERVER_PARAMETERS=str(tmp_path / "none.params")) as site:
        assert "<canvas" in get(site, "/").text
        health = get(site, "/api/health")
        assert (health.status_code, health.json()["ready"]) == (503, False)


def post(site: Site, drawing: bytes) -> dict:
    answer = requests.post(site.url + IDENTIFY, json={"data": data_url(drawing)}, timeout=30)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def count_right(answers: list[dict], digits: Digits) -> int:
    return sum(answer["predict"] == label for answer, label in zip(answers, digits.labels, strict=True))


def test_the_log_has_no_token_of_a_link(tmp_path: Path) -> None:
    """Neither that of a valid link nor that of one that works no longer."""
    with running_site(tmp_path) as site:
        for path in ("/shared/abcdefghijklmnopqrstuv.x/", "/shared/abcdefghijklmnopqrstuv.x/drawing?y"):
            assert get(site, path).status_code == 404
        log = site.log.read_text()
    assert "Not Found: /shared/…/\n" in log
    assert "Not Found: /shared/…/drawing\n" in log
    assert "abcdefghijklmnopqrstuv" not in log


def test_the_site_starts_without_django_s_variable(tmp_path: Path) -> None:
    """A module that gunicorn loads before the application must not need the settings."""
    with running_site(tmp_path, through=("env", "-u", "DJANGO_SETTINGS_MODULE")) as site:
        assert get(site, "/api/health").json()["ready"]
