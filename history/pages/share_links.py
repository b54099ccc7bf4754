"""Links that share one drawing. Nobody can guess a link, and it gives access to no other drawing."""

import base64
from uuid import UUID

from django.core.signing import BadSignature, Signer


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
