"""Where a recognition's time goes, as shares of the whole, on a digit as the page's canvas sends it.

    .venv/bin/python -m benchmarks.stages

The stages take turns, as in a request. So a busy machine slows all of them alike, and none finds the
processor's caches warmer than in a request. The medians count.
"""

import argparse
import json
import os
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mnistsite.settings")

import django
import numpy as np

django.setup()

from django.conf import settings
from django.core.handlers.base import BaseHandler
from django.test import RequestFactory

from benchmarks.million import a_record
from history.ids import new_id
from history.stores import open_store
from mnistsite.types import Drawing
from recognizer import compiled
from recognizer.grey_png import read_grey_png
from recognizer.predictor import shared_predictor
from recognizer.preprocessing.ink import find_ink
from recognizer.reader import read
from testbed.drawings import data_url, encoded, on_canvas

WARM_UP = 20
Result = TypeVar("Result")
DIGITS = Path("tests/data/mnist-test-100.npz")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--rounds", type=int, default=300)
    rounds = options.parse_args().rounds
    content = encoded(on_canvas(np.load(DIGITS)["images"][0]).convert("RGBA"))
    with tempfile.TemporaryDirectory() as folder:
        settings.HISTORY_STORES["embedded"]["OPTIONS"]["path"] = Path(folder) / "history.sqlite3"
        compiled.load(*settings.COMPILED_DIRS)
        request = whole_request(content)
        for _ in range(WARM_UP):
            request()
        times: dict[str, list[float]] = defaultdict(list)
        for _ in range(rounds):
            recognition_by_stages(content, times)
            timed("whole request", request, times)
    report({name: statistics.median(values) * 1e6 for name, values in times.items()})


def recognition_by_stages(content: bytes, times: dict[str, list[float]]) -> None:
    """What recognizer.services.recognize does, each stage timed."""
    limit = settings.MAX_DRAWING_PIXELS
    grey = timed("grey levels of the PNG", lambda: read_grey_png(content, max_pixels=limit), times)
    assert grey is not None
    ink = timed("find the ink", lambda: find_ink(grey), times)
    timed("read it, network included", lambda: read(ink, shared_predictor().classify), times)
    record = replace(a_record(0, 1), id=new_id(), drawing=Drawing(content, "image/png"), strokes=())
    timed("keep, synced", lambda: open_store().add(record), times)


def whole_request(content: bytes) -> Callable[[], None]:
    """A request as the WSGI server hands it to Django, with all middleware."""
    body, requests = json.dumps({"data": data_url(content)}), RequestFactory(SERVER_NAME="localhost")
    handler = BaseHandler()
    handler.load_middleware()

    def request() -> None:
        answer = handler.get_response(requests.post("/api/v1/identify", body, content_type="text/plain"))
        assert answer.status_code == 200

    return request


def timed(name: str, stage: Callable[[], Result], times: dict[str, list[float]]) -> Result:
    start = time.perf_counter()
    result = stage()
    times[name].append(time.perf_counter() - start)
    return result


def report(microseconds: dict[str, float]) -> None:
    whole = microseconds.pop("whole request")
    rest = {"Django, DRF, JSON": whole - sum(microseconds.values()), "whole request": whole}
    for name, value in (microseconds | rest).items():
        print(f"{name:<24}{value:7.0f} µs {value / whole:7.1%}")


if __name__ == "__main__":
    main()
