"""What an evaluation has found: for machines as JSON, and drawn."""

import json
import logging
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from management.training.labelled import LabelledSet
from management.training.measuring import SetFigures
from management.training.subject import Subject


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredSet:
    """A set, its answers, and what follows from both."""

    labelled: LabelledSet
    logits: np.ndarray
    """(n, 10) float32."""
    figures: SetFigures


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
        logging.getLogger("matplotlib").setLevel(logging.WARNING)  # It tells of its cache of fonts.
        from management.training.pictures import album  # Late: it takes a second to load Matplotlib.

        epochs = self.subject.card.get("epochs", [])
        drawings = album.pictures_of_training(epochs=epochs, first_filters=self.first_filters)
        for each in self.sets:
            drawings |= album.pictures_of_set(each, temperature=self.temperature)
        return drawings
