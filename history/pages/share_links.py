"""Links that share one drawing, and their pages, which show it to anyone who has the link.

Nobody can guess a link, and it gives access to no other drawing.
"""

import base64
from uuid import UUID

from django.core.signing import BadSignature, Signer
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from history.pages.views import DrawingView, RecordView
from history.records import Record
from history.selectors import shared_record

SHARED = {"X-Robots-Tag": "noindex"}
"""Keeps search engines from storing the page.

On all pages, Django's SECURE_REFERRER_POLICY keeps browsers from sending the link to other sites.
"""


class ShareTokenConverter:
    """A record's signed id in a route: 22 characters of the id, a dot, and 43 of its full HMAC-SHA256.

    Sharing stores nothing, so every web machine with the secret key recognises a token. A forged token
    matches no route, so no store is asked for it.
    """

    regex = r"[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}"

    def to_python(self, token: str) -> UUID:
        try:
            encoded = _signer().unsign(token)
        except BadSignature as error:
            raise ValueError(token) from error
        return UUID(bytes=base64.urlsafe_b64decode(f"{encoded}=="))

    def to_url(self, record_id: UUID) -> str:
        return _signer().sign(base64.urlsafe_b64encode(record_id.bytes).decode().rstrip("="))


def _signer() -> Signer:
    return Signer(sep=".", salt="history.share", algorithm="sha256")


class SharedPageView(RecordView):
    """A shared drawing: its replay and its result."""

    def get(self, request: HttpRequest, record_id: UUID) -> HttpResponse:
        record = shared_record(record_id)
        context = {"record": record, "strokes": list(record.strokes)}
        return HttpResponse(render_to_string("history/shared.html", context, request), headers=SHARED)


class SharedDrawingView(DrawingView):
    """The file of a shared drawing."""

    headers = SHARED

    def _find(self, request: HttpRequest, record_id: UUID) -> Record:
        return shared_record(record_id)
