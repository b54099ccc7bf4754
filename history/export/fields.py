"""What the network saw of a record. The recogniser knows that; settings name it in HISTORY_FIELDS."""

from collections.abc import Callable
from typing import cast

import numpy as np
from django.conf import settings
from django.utils.module_loading import import_string

from history.records import Record

SIDE = 28
"""Of a field, in pixels."""

FieldsOf = Callable[[Record], np.ndarray]
"""(n, 28, 28) uint8, ink 255 and paper 0, for the n digits found. Raises FieldsLost."""


class FieldsLost(ValueError):
    """The drawing does not show any more what was found in it."""


def fields_reader() -> FieldsOf:
    return cast(FieldsOf, import_string(settings.HISTORY_FIELDS))
