"""How threads bring results to the event loop."""

import asyncio
from collections import deque
from typing import Any, Generic, TypeVar, cast

Result = TypeVar("Result")


class Mailbox:
    """Brings results to futures of an event loop: all that are there, with one wake-up of the loop.

    `asyncio.wrap_future` wakes it for each of them, which costs more than most of the work on a result.
    """

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._posted: deque[Awaited[Any]] = deque()
        self._is_waking = False

    def post(self, awaited: "Awaited[Any]") -> None:
        """Deliver soon. May be called from any thread."""
        self._posted.append(awaited)
        if not self._is_waking:
            self._is_waking = True
            self._loop.call_soon_threadsafe(self._deliver)

    def _deliver(self) -> None:
        self._is_waking = False  # Before the first is taken, so that one that comes now wakes the loop again.
        while self._posted:
            self._posted.popleft().deliver()


class Awaited(Generic[Result]):
    """A Settable whose result a coroutine awaits, in its `future`."""

    __slots__ = ("_exception", "_mailbox", "_result", "future")

    def __init__(self, mailbox: Mailbox) -> None:
        self.future: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._mailbox = mailbox

    def set_result(self, result: Result, /) -> None:
        self._result: Result | None = result
        self._exception: BaseException | None = None
        self._mailbox.post(self)

    def set_exception(self, exception: BaseException, /) -> None:
        self._exception = exception
        self._mailbox.post(self)

    def deliver(self) -> None:
        """Called by the mailbox, in the loop."""
        if self.future.cancelled():
            return
        if self._exception is None:
            self.future.set_result(cast(Result, self._result))
        else:
            self.future.set_exception(self._exception)
