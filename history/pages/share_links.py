"""Links that share one drawing, and their pages, which show it to anyone who has the link.

Nobody can guess a link, and it gives access to no other drawing. It works until sharing ends.
"""

import base64
from uuid import UUID

from django.core.signing import BadSignature, Signer
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from history.pages.views import RecordView, drawing_file
from history.records import ShareLink
from history.selectors import shared_record

SHARED = {"X-Robots-Tag": "noindex"}
"""Keeps search engines from storing the page.

On all pages, Django's SECURE_REFERRER_POLICY keeps browsers from sending the link to other sites.
"""


class ShareTokenConverter:
    """A link in a route: 22 characters of the record's id, its key, a dot, and 43 of their full HMAC-SHA256.

    A key has 22 characters, or none. Every web machine with the secret key recognises a token. A forged token
    matches no route, so no store is asked for it.
    """

    regex = r"(?:[A-Za-z0-9_-]{22}){1,2}\.[A-Za-z0-9_-]{43}"

    def to_python(self, token: str) -> ShareLink:
        try:
            signed = _signer().unsign(token)
        except BadSignature as error:
            raise ValueError(token) from error
        return ShareLink(UUID(bytes=base64.urlsafe_b64decode(f"{signed[:22]}==")), signed[22:])

    def to_url(self, link: ShareLink) -> str:
        return _signer().sign(base64.urlsafe_b64encode(link.record_id.bytes).decode().rstrip("=") + link.key)


def _signer() -> Signer:
    return Signer(sep=".", salt="history.share", algorithm="sha256")


class SharedPageView(RecordView):
    """A shared drawing: its replay and its result."""

    def get(self, request: HttpRequest, link: ShareLink) -> HttpResponse:
        record = shared_record(link)
        context = {"record": record, "strokes": list(record.strokes), "link": link}
        return HttpResponse(render_to_string("history/shared.html", context, request), headers=SHARED)


class SharedDrawingView(RecordView):
    """The file of a shared drawing."""

    def get(self, request: HttpRequest, link: ShareLink) -> HttpResponse:
        return drawing_file(shared_record(link), headers=SHARED)
