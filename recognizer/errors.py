"""Errors of drawings and of the recogniser."""

from django.utils.translation import gettext_lazy as _

from mnistsite.types import DomainError


class NotAnImage(DomainError):
    code = "not_an_image"
    text = _("The picture is not a PNG or JPEG image, or it is damaged.")


class DrawingTooLarge(DomainError):
    code = "drawing_too_large"
    text = _("The picture is larger than {limit} bytes. Send a smaller one.")


class TooManyPixels(DrawingTooLarge):
    code = "too_many_pixels"
    text = _("The picture has more than {limit} pixels. Send a smaller one.")


class SideTooLong(DrawingTooLarge):
    code = "side_too_long"
    text = _("The picture is wider or taller than {limit} pixels. Send a smaller one.")


class BlankDrawing(DomainError):
    code = "blank_drawing"
    text = _("No ink was found. Write a digit, or choose another picture.")


class NoSuchDigit(DomainError):
    code = "no_such_digit"
    text = _("“digit” is out of range. It counts from 0; digits in this drawing: {digits}.")


class Busy(DomainError):
    code = "busy"
    text = _("Too many drawings are waiting to be recognised. Please try again.")


class NotReady(DomainError):
    """Only an operator can put this right."""

    code = "not_ready"
    text = _("The recogniser is not ready: its trained parameters are missing or damaged.")
