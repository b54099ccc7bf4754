"""What can be wrong with a drawing or with the recogniser, each with a stable code.

They are DRF exceptions, so that a view answers them as they are.
"""

from typing import ClassVar

from django.utils.translation import gettext_lazy as _
from rest_framework import status
from rest_framework.exceptions import APIException


class NotAnImage(APIException):
    status_code = status.HTTP_400_BAD_REQUEST
    default_code = "not_an_image"
    default_detail = _("The picture is not a PNG or JPEG image, or it is damaged.")


class DrawingTooLarge(APIException):
    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_code = "drawing_too_large"
    default_detail = _("The picture is larger than {limit} bytes. Send a smaller one.")

    def __init__(self, *, limit: int) -> None:
        super().__init__(self.default_detail.format(limit=f"{limit:,}"))


class TooManyPixels(DrawingTooLarge):
    default_code = "too_many_pixels"
    default_detail = _("The picture has more than {limit} pixels. Send a smaller one.")


class SideTooLong(DrawingTooLarge):
    default_code = "side_too_long"
    default_detail = _("The picture is wider or taller than {limit} pixels. Send a smaller one.")


class BlankDrawing(APIException):
    status_code = status.HTTP_422_UNPROCESSABLE_ENTITY
    default_code = "blank_drawing"
    default_detail = _("No ink was found. Write a digit, or choose another picture.")


class NoSuchDigit(APIException):
    status_code = status.HTTP_422_UNPROCESSABLE_ENTITY
    default_code = "no_such_digit"
    default_detail = _("“digit” is out of range. It counts from 0; digits in this drawing: {digits}.")

    def __init__(self, *, digits: int) -> None:
        super().__init__(self.default_detail.format(digits=digits))


class Busy(APIException):
    status_code = status.HTTP_503_SERVICE_UNAVAILABLE
    default_code = "busy"
    default_detail = _("Too many drawings are waiting to be recognised. Please try again.")
    wait: ClassVar[int] = 1
    """Seconds, as DRF's handler puts them into Retry-After."""


class NotReady(APIException):
    """It takes an operator to mend this, so there is no time to try again after."""

    status_code = status.HTTP_503_SERVICE_UNAVAILABLE
    default_code = "not_ready"
    default_detail = _("The recogniser is not ready: its trained parameters are missing or damaged.")
