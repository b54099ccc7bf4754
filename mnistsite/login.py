"""The staff's login: each failure is logged, and after some the address has to wait."""

import logging
import math
from typing import Any

from django.contrib.admin.forms import AdminAuthenticationForm
from django.core.exceptions import ValidationError
from django.utils.translation import ngettext

from mnistsite.rate_limiter import limiter
from mnistsite.rate_limits import client_address

logger = logging.getLogger(__name__)

MAX_FAILURES, WINDOW_S = 10, 900


class LoginForm(AdminAuthenticationForm):
    """Takes ten wrong passwords from an address in a quarter of an hour; afterwards, one in 90 seconds."""

    def clean(self) -> dict[str, Any]:
        # An attempt counts before its password is checked, so that many at once are no way round the limit.
        address = client_address(self.request) if self.request else ""
        client = f"login {address or self.cleaned_data.get('username')}"
        allowance = limiter.spend(client, 1, limit=MAX_FAILURES, window_s=WINDOW_S)
        if allowance.retry_after_s:
            minutes = math.ceil(allowance.retry_after_s / 60)
            message = ngettext(
                "Too many failed attempts. Please try again in %(minutes)s minute.",
                "Too many failed attempts. Please try again in %(minutes)s minutes.",
                minutes,
            )
            raise ValidationError(message % {"minutes": minutes}, code="too_many_failures")
        try:
            found = super().clean()
        except ValidationError:
            logger.warning(
                "Login failed: %r from %s", self.cleaned_data.get("username"), address or "an unknown address"
            )
            raise
        limiter.spend(client, -1, limit=MAX_FAILURES, window_s=WINDOW_S, even_if_refused=True)
        return found
