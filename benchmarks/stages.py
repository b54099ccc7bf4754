"""Where a recognition's time goes, as shares of the whole, on a digit as the page's canvas sends it.

    .venv/bin/python -m benchmarks.stages

Each stage is timed in rounds that take turns, so that a busy machine slows all of them alike; the median of
the rounds counts.
"""

import os
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mnistsite.settings")

import django
import numpy as np

django.setup()

from django.conf import settings  # noqa: E402
from django.test import Client  # noqa: E402

from history.records import Drawing  # noqa: E402
from history.stores.embedded import EmbeddedStore  # noqa: E402
from recognizer.decoding import decode, grey_levels  # noqa: E402
from recognizer.predictor import shared_predictor  # noqa: E402
from recognizer.preprocessing import normalize  # noqa: E402
from tests.drawings import data_url, encoded, on_canvas  # noqa: E402
from tests.history.records import a_record  # noqa: E402

ROUNDS, CALLS = 15, 20
DIGITS = Path("tests/data/mnist-test-100.npz")


def main() -> None:
    content = encoded(on_canvas(np.load(DIGITS)["images"][0]).convert("RGBA"))
    image = decode(content, max_pixels=settings.MAX_DRAWING_PIXELS).image
    grey = next(grey_levels(image))
    field = normalize(grey).field
    body = {"data": data_url(content)}
    with tempfile.TemporaryDirectory() as folder:
        settings.HISTORY_STORE["OPTIONS"]["path"] = Path(folder) / "history.sqlite3"
        store, client = EmbeddedStore(Path(folder) / "other.sqlite3"), Client(SERVER_NAME="localhost")
        stages: dict[str, Callable[[], object]] = {
            "decode the PNG": lambda: decode(content, max_pixels=settings.MAX_DRAWING_PIXELS),
            "grey levels": lambda: next(grey_levels(image)),
            "preprocess": lambda: normalize(grey),
            "network, alone": lambda: shared_predictor().probabilities(field),
            "keep, synced": lambda: store.add(replace(a_record(), drawing=Drawing(content, "image/png"))),
            "whole request": lambda: client.post("/api/v1/identify", body, content_type="application/json"),
        }
        report(measured(stages))


def measured(stages: dict[str, Callable[[], object]]) -> dict[str, float]:
    """Microseconds of one call of each stage."""
    times: dict[str, list[float]] = {name: [] for name in stages}
    for stage in stages.values():
        stage()
    for _ in range(ROUNDS):
        for name, stage in stages.items():
            start = time.perf_counter()
            for _ in range(CALLS):
                stage()
            times[name].append((time.perf_counter() - start) / CALLS * 1e6)
    return {name: statistics.median(values) for name, values in times.items()}


def report(microseconds: dict[str, float]) -> None:
    whole = microseconds["whole request"]
    for name, value in microseconds.items():
        print(f"{name:<16}{value:8.0f} µs {value / whole:7.1%}")


if __name__ == "__main__":
    main()
