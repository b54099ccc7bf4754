"""How long work shows how far it is."""

from collections.abc import Iterable
from typing import TypeVar

from tqdm import tqdm

Item = TypeVar("Item")


def bars(items: Iterable[Item], *, total: int | None, description: str) -> Iterable[Item]:
    """A bar with the time left, on stderr where that is a terminal and nowhere otherwise."""
    # `disable=None` is tqdm's way to say: where there is a terminal.
    shown: Iterable[Item] = tqdm(items, total=total, desc=description, disable=None, leave=False)
    return shown
