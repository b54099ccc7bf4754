"""Browsers' reports about violations of the Content Security Policy, as lines of the log.

Anyone can send them, so the lines are few and short, and have no control characters. Addresses may contain
secrets, such as the token of a link to share, so a line has only their scheme and host, and the first segment
of the page's path.
"""

import json
import logging
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.csrf import csrf_exempt

from mnistsite.rate_limiter import limiter

logger = logging.getLogger(__name__)

MAX_REPORT_BYTES = 16_384
MAX_TEXT_LENGTH = 80
LINES, WINDOW_S = 10, 60
"""At most ten lines a minute, from all clients together and over all workers."""


@method_decorator(csrf_exempt, name="dispatch")  # Browsers send no token with a report.
class CSPReportView(View):
    """`POST /csp-report/`."""

    def post(self, request: HttpRequest) -> HttpResponse:
        if int(request.META.get("CONTENT_LENGTH") or 0) > MAX_REPORT_BYTES:
            return HttpResponse(status=413)
        try:
            violation = violation_in(json.loads(request.body))
        except (OSError, ValueError, RecursionError):
            return HttpResponse(status=400)
        if not limiter.spend("csp reports", 1, limit=LINES, window_s=WINDOW_S).retry_after_s:
            logger.warning("A browser reports a violation of the Content Security Policy: %s", violation)
        return HttpResponse(status=204)


def violation_in(body: Any) -> str:
    """A line about the violation in a report. Raises ValueError if there is none.

    body: `{"csp-report": {…}}`, https://www.w3.org/TR/CSP3/#deprecated-serialize-violation.
    """
    try:
        report = body["csp-report"]
        directive, blocked, page, source, line = (
            str(report.get(name, ""))
            for name in ("effective-directive", "blocked-uri", "document-uri", "source-file", "line-number")
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError("There is no violation.") from error
    place = f"{quoted(first_segment(page))}, by line {quoted(line)} of {quoted(site_of(source))}"
    return f"{quoted(directive)} blocked {quoted(site_of(blocked))} on {place}"


def site_of(address: str) -> str:
    """Scheme and host of an address; a word such as `inline` as it is."""
    parts = urlsplit(address)
    if parts.hostname:
        return f"{parts.scheme}://{parts.hostname}"
    return parts.scheme or parts.path.split("/")[0]


def first_segment(address: str) -> str:
    return "/".join(urlsplit(address).path.split("/")[:2])


def quoted(text: str) -> str:
    """In quotes, in printable ASCII; cut to MAX_TEXT_LENGTH characters."""
    return ascii(text[:MAX_TEXT_LENGTH])
