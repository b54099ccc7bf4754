"""Answers usual drawings in the event loop, without Django's middlewares and views.

Apart from its content, a response depends on its request's headers alone. So the middlewares and the view are
asked once for each kind of request, which is all requests with the same headers. The content is made by the
same functions as in the view.

Django answers everything unusual: bodies that are not valid, pictures that are large or not flat PNGs, staff,
visitors who need a cookie. The fast path hands such a request back before anything is counted or stored.
"""

import asyncio
import time
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import orjson
from django.utils.translation import override
from rest_framework.exceptions import ValidationError

from history.keeper import RECORD_CPU_S, NotStored, keeper
from history.records import StorageOutcome
from mnistsite.errors import error_response
from mnistsite.mailbox import Awaited, Mailbox
from mnistsite.rate_limits import Use
from mnistsite.types import DomainError, Stroke
from recognizer.errors import Busy
from recognizer.grey_png import HEADER, START
from recognizer.outputs import Classification
from recognizer.predictor import INPUT_CPU_S, TIMEOUT_S, ClassificationJob, shared_predictor
from recognizer.preprocessing.ink import ink_of
from recognizer.reader import ReadDigit, Steps, read_in_steps
from recognizer.request_kinds import Kind, RequestKinds
from recognizer.serializers import DataURLField, StrokesField, kept_reading_json, reading_json
from recognizer.services import KeptReading, Reading, to_reading, to_record

MAX_REQUESTS = 512
"""At once. Further ones are refused."""

READ_AT_ONCE = 64
"""Drawings between their bodies and their digits; others wait in line. With more, a drawing that asks the
network several times would wait for all of them each time, and larger minibatches cost little less.
"""

MAX_BODY_BYTES = 65_536

MAX_PIXELS = 1 << 17
"""Of pictures that are read in the event loop. Larger ones would let others wait for too long."""

DATA, STROKES = DataURLField(), StrokesField()

Messages = list[dict[str, Any]]


class SentDrawing(NamedTuple):
    content: bytes
    strokes: tuple[Stroke, ...]


class FastPath:
    """Lives in one event loop."""

    def __init__(self) -> None:
        self._kinds = RequestKinds()
        self._mailbox = Mailbox()
        self._network = Network(self._mailbox)
        self._requests = 0
        self._reading = asyncio.Semaphore(READ_AT_ONCE)

    @property
    def is_full(self) -> bool:
        return self._requests >= MAX_REQUESTS

    async def respond(self, scope: dict[str, Any], body: bytes) -> Messages | None:
        """All messages of the response, or None for a request that Django has to answer."""
        if len(body) > MAX_BODY_BYTES or not shared_predictor().is_loaded:
            return None
        kind = self._kinds.of(scope)
        if kind is None:
            return None
        self._requests += 1
        try:
            return await self._respond(kind, body)
        finally:
            self._requests -= 1

    async def _respond(self, kind: Kind, body: bytes) -> Messages | None:
        async with self._reading:
            started, cpu_started = time.perf_counter(), time.thread_time()
            try:
                drawing = drawing_in(body)
                steps = read_in_steps(ink_in(drawing.content))
                inputs = next(steps)
            except (Unusual, ValidationError, DomainError):
                return None
            use = Use.of(kind.clients)
            if use.retry_after_s:
                return None
            use.add_cpu_time(time.thread_time() - cpu_started)
            try:
                digits = await self._read(steps, inputs, use)
            except DomainError as error:
                return error_messages(error, kind, use)
        reading = to_reading(digits, media_type="image/png", started=started)
        if not kind.is_kept:
            return messages(200, reading_json(reading), kind.headers, use.headers)
        try:
            use.add_cpu_time(RECORD_CPU_S)
            kept = await self._keep(reading, drawing, kind)
        except NotStored as error:
            return error_messages(error, kind, use)
        return messages(200, kept_reading_json(kept), kind.headers, use.headers)

    async def _read(self, steps: Steps, inputs: Sequence[np.ndarray], use: Use) -> list[ReadDigit]:
        """The digits of a drawing. Raises Busy and NotReady."""
        while True:
            classifications = await self._network.classify(inputs)
            resumed = time.thread_time()
            try:
                inputs = steps.send(classifications)
            except StopIteration as end:
                digits: list[ReadDigit] = end.value
                return digits
            finally:
                use.add_cpu_time(time.thread_time() - resumed + len(classifications) * INPUT_CPU_S)

    async def _keep(self, reading: Reading, drawing: SentDrawing, kind: Kind) -> KeptReading:
        """Store a reading. Raises NotStored."""
        record = to_record(
            reading,
            content=drawing.content,
            strokes=drawing.strokes,
            visitor=kind.visitor,
            origin=kind.origin,
        )
        outcome: Awaited[StorageOutcome] = Awaited(self._mailbox)
        keeper().keep(record, outcome)
        return KeptReading(record, await outcome.future, reading)


class Network:
    """Has the predictor classify the inputs of all drawings that one turn of the loop prepares, at once."""

    def __init__(self, mailbox: Mailbox) -> None:
        self._mailbox = mailbox
        self._jobs: list[ClassificationJob] = []

    async def classify(self, inputs: Sequence[np.ndarray]) -> list[Classification]:
        """Raises Busy and NotReady."""
        results: Awaited[list[Classification]] = Awaited(self._mailbox)
        if not self._jobs:
            asyncio.get_running_loop().call_soon(self._submit)
        self._jobs.append(ClassificationJob(inputs, results))
        try:
            async with asyncio.timeout(TIMEOUT_S):
                return await results.future
        except TimeoutError:
            raise Busy from None

    def _submit(self) -> None:
        jobs, self._jobs = self._jobs, []
        try:
            shared_predictor().submit(jobs)
        except DomainError as error:
            for job in jobs:
                job.results.set_exception(type(error)())


class Unusual(Exception):
    """A request that Django has to answer."""


def drawing_in(body: bytes) -> SentDrawing:
    """The drawing in a request's body. Raises Unusual, and the errors of the serializer's fields."""
    try:
        sent = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise Unusual from error
    if not isinstance(sent, dict) or "data" not in sent:
        raise Unusual
    strokes = sent.get("strokes")
    return SentDrawing(
        content=DATA.to_internal_value(sent["data"]),
        strokes=STROKES.to_internal_value(strokes) if strokes is not None else (),
    )


def ink_in(content: bytes) -> np.ndarray:
    """The ink of a small PNG. Raises Unusual for other pictures, and the errors of ink_of()."""
    if not content.startswith(START) or len(content) < len(START) + HEADER.size:
        raise Unusual
    width, height, *_ = HEADER.unpack_from(content, len(START))
    if width * height > MAX_PIXELS:
        raise Unusual
    ink, _media_type = ink_of(content, max_pixels=MAX_PIXELS)
    return ink


def error_messages(error: DomainError, kind: Kind, use: Use) -> Messages:
    with override(kind.language):
        status, content, headers = error_response(error)
    return messages(status, content, kind.headers, headers | use.headers)


def messages(
    status: int, content: dict[str, Any], of_kind: list[tuple[bytes, bytes]], headers: dict[str, str]
) -> Messages:
    """All messages of a response."""
    body = orjson.dumps(content)
    headers["Content-Length"] = str(len(body))
    encoded = [(name.encode("ascii"), value.encode("latin-1")) for name, value in headers.items()]
    return [
        {"type": "http.response.start", "status": status, "headers": of_kind + encoded},
        {"type": "http.response.body", "body": body},
    ]
