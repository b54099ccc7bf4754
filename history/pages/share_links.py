"""Links to one drawing that nobody can guess: whoever was given one may see that drawing, and no other."""

import base64
from uuid import UUID

from django.core.signing import BadSignature, Signer


class ShareTokenConverter:
    """A record's id in a route, signed: 22 characters of the id, a dot, and 43 of its HMAC-SHA256 in full.

    No table says what is shared, so every web machine that has the secret key knows a token; and what is
    none is no route at all, so that no store is asked for it.
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
