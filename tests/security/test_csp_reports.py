"""Browsers' reports about the Content Security Policy, and their lines in the log."""

import json
import logging
from typing import Any

import pytest
import requests
from django.test import Client

from mnistsite import csp_reports, rate_limiter
from tests.conftest import Site

PATH = "/csp-report/"
REPORT = {
    "csp-report": {
        "document-uri": "https://digits.example/shared/SECRET-TOKEN/?before=SECRET",
        "referrer": "https://digits.example/SECRET",
        "effective-directive": "script-src-elem",
        "original-policy": "default-src 'self'",
        "blocked-uri": "https://SECRET:SECRET@evil.example:8443/SECRET?cookie=SECRET",
        "source-file": "https://digits.example/static/js/draw.js",
        "line-number": 7,
    }
}
LINE = (
    "A browser reports a violation of the Content Security Policy: 'script-src-elem' blocked "
    "'https://evil.example' on '/shared', by line '7' of 'https://digits.example'"
)


@pytest.fixture(autouse=True)
def _no_reports_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csp_reports, "limiter", rate_limiter.RateLimiter())


def report(client: Client, body: Any) -> int:
    content = body if isinstance(body, bytes) else json.dumps(body)
    return client.post(PATH, content, content_type="application/csp-report").status_code


def test_a_report_is_a_line_of_the_log_without_secrets(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    assert report(client, REPORT) == 204
    assert [(record.levelno, record.getMessage()) for record in caplog.records] == [(logging.WARNING, LINE)]


@pytest.mark.parametrize(
    ("blocked", "said"),
    [
        ("inline", "'inline'"),
        ("eval", "'eval'"),
        ("data", "'data'"),
        ("data:text/plain,SECRET", "'data'"),
        ("/shared/SECRET", "''"),
        ("blob:https://digits.example/SECRET", "'blob'"),
        (None, "'None'"),
    ],
)
def test_a_word_is_written_as_it_is_and_an_address_without_its_path(
    client: Client, caplog: pytest.LogCaptureFixture, blocked: str | None, said: str
) -> None:
    report(client, {"csp-report": {"blocked-uri": blocked}})
    assert f"blocked {said} on" in caplog.text
    assert "SECRET" not in caplog.text


def test_a_value_that_is_no_text_is_written_as_a_short_one(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    assert report(client, {"csp-report": {"blocked-uri": {"a": ["b" * 1_000]}}}) == 204
    (message,) = caplog.messages
    assert len(message) < 5 * csp_reports.MAX_TEXT_LENGTH


def test_a_report_cannot_forge_a_line_nor_make_one_long(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    forged = "x\r\n2026-01-01 00:00:00 ERROR django: forged \x1b\u2028 ü' " + "\U0001f600" * 120
    names = ("document-uri", "effective-directive", "blocked-uri", "source-file", "line-number")
    for prefix in ("", "https://", "https://host.example/"):
        assert report(client, {"csp-report": dict.fromkeys(names, prefix + forged)}) == 204
    assert len(caplog.messages) == 3
    for message in caplog.messages:
        assert message.isascii()
        assert message.isprintable()
        assert len(message) < 5 * 10 * csp_reports.MAX_TEXT_LENGTH


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"null", b"1", b'"csp-report"', {}, [], [{}], [1], {"csp-report": 1}, {"csp-report": []},
     b"[" * 16_000, b"\xff", {"csp-report": {"blocked-uri": "https://[::1"}}],
)  # fmt: skip
def test_an_invalid_report_is_refused_without_a_line(
    client: Client, caplog: pytest.LogCaptureFixture, body: Any
) -> None:
    assert report(client, body) == 400
    assert [message for message in caplog.messages if "violation" in message] == []


def test_a_report_has_at_most_16_kb(client: Client) -> None:
    spare = csp_reports.MAX_REPORT_BYTES - len(json.dumps(REPORT))
    assert report(client, json.dumps(REPORT).encode() + b" " * spare) == 204
    assert report(client, json.dumps(REPORT).encode() + b" " * (spare + 1)) == 413


def test_there_are_ten_lines_a_minute(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    assert {report(client, REPORT) for _ in range(50)} == {204}
    assert caplog.messages == [LINE] * 10


def test_only_post_reports(client: Client) -> None:
    assert client.get(PATH).status_code == 405


def test_a_page_of_another_site_cannot_read_anything_there_and_no_token_is_needed(site: Site) -> None:
    headers = {"Content-Type": "application/csp-report", "Origin": "https://stranger.example"}
    answer = requests.post(site.url + PATH, json=REPORT, headers=headers, timeout=30)
    assert (answer.status_code, answer.content) == (204, b"")
    assert "Access-Control-Allow-Origin" not in answer.headers
    assert LINE in site.log.read_text()


def test_a_body_without_its_length_is_refused(site: Site) -> None:
    answer = requests.post(site.url + PATH, iter([b"{", b"}"]), timeout=30)
    assert answer.status_code == 400
