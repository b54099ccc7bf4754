"""The two directions in which a list can be read."""

from enum import Enum
from uuid import UUID


class Direction(Enum):
    NEWEST_FIRST = ("<", "DESC", UUID("ffffffff-ffff-1fff-bf7f-7f7f7f7f7f7f"))
    OLDEST_FIRST = (">", "ASC", UUID("00000000-0000-1000-8080-808080808080"))

    def __init__(self, beyond: str, order: str, start: UUID) -> None:
        self.beyond, self.order = beyond, order
        self.start = start
        """The last or first time UUID in Cassandra's order, of the year 5236 or 1582."""

    @property
    def step_days(self) -> int:
        """The step from one day to the next."""
        return -1 if self is Direction.NEWEST_FIRST else 1
