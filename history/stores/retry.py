"""Retries for long operations, so that they survive a brief failure of the store."""

import time
from collections.abc import Callable
from typing import TypeVar

from history.stores.base import StoreUnavailable

RETRIES = 5
"""How often to retry a store that does not answer, a second apart."""

Result = TypeVar("Result")


def retrying(ask: Callable[[], Result]) -> Result:
    for _ in range(RETRIES):
        try:
            return ask()
        except StoreUnavailable:
            time.sleep(1)
    return ask()
