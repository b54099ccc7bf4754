"""What an evaluation has found: for machines as JSON, and drawn."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from management.training.figures import EpochFigures
from management.training.measuring import MeasuredSet
from management.training.subject import Subject


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluated:
    """Parameters and how they did."""

    subject: Subject
    threshold: float | None
    temperature: float
    first_filters: np.ndarray
    """(20, 1, 5, 5): the weights of the first convolution."""
    sets: tuple[MeasuredSet, ...]
    """No two of them have one name."""

    def as_json(self) -> bytes:
        """Keys sorted, indented, and with a line's end, so that two can be compared line by line."""
        parameters = {
            "file": self.subject.path.name,
            "sha256": self.subject.sha256,
            "version": self.subject.version,
        }
        content = {
            "parameters": parameters,
            "temperature": self.temperature,
            "threshold": self.threshold,
            "sets": self.figures(),
        }
        return (json.dumps(content, indent=2, sort_keys=True, allow_nan=False) + "\n").encode()

    def figures(self) -> dict[str, Any]:
        """Every set's figures by its name, as JSON has them."""
        return {each.labelled.name: asdict(each.figures) for each in self.sets}

    def drawings(self) -> dict[str, Callable[[], bytes]]:
        """What draws each picture, by the name of its file."""
        from management.training.pictures import album  # Late: it takes a second to load Matplotlib.

        return album.pictures(
            epochs=[EpochFigures(**each) for each in self.subject.card.get("epochs", [])],
            first_filters=self.first_filters,
            sets=self.sets,
            temperature=self.temperature,
        )
