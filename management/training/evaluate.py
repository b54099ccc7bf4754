"""Evaluating parameters: the network reads labelled digits, and its results are measured."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from management.progress import bars, check_stop
from management.training.datasets.labelled import LabelledSet
from management.training.datasets.reading import read_dataset
from management.training.errors import TrainingError
from management.training.metrics import EpochMetrics, MeasuredSet, measure
from recognizer.model_card import UnusableParameters, card_path, verified_card
from recognizer.outputs import MAX_MINIBATCH


class EvaluationError(TrainingError):
    """The parameters cannot be measured, or the results cannot be written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluatedModel:
    """Parameters of any origin, and their card."""

    path: Path
    sha256: str
    card: dict[str, Any]
    """Empty where no card vouches for the parameters."""
    note: str
    """Why there is no card, or empty."""

    @property
    def version(self) -> str:
        return f"lenet-{self.sha256[:12]}"

    @property
    def threshold(self) -> float | None:
        """The site refuses a lower score. None for parameters without a threshold."""
        threshold = self.card.get("calibration", {}).get("threshold")
        return None if threshold is None else float(threshold)

    @property
    def temperature(self) -> float:
        """The site divides logits by this."""
        return float(self.card.get("calibration", {}).get("temperature") or 1)


def read_evaluated_model(parameters: Path) -> EvaluatedModel:
    """The parameters, and their card if one vouches for them. Raises EvaluationError if there are none."""
    try:
        digest = hashlib.sha256(parameters.read_bytes()).hexdigest()
    except OSError as error:
        raise EvaluationError(f"{parameters} cannot be read: {error.strerror}.") from error
    try:
        verified_card(parameters)
        card, note = json.loads(card_path(parameters).read_bytes()), ""
    except UnusableParameters as error:
        card, note = {}, str(error)
    return EvaluatedModel(path=parameters, sha256=digest, card=card, note=note)


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """A model and its metrics on each set."""

    model: EvaluatedModel
    threshold: float | None
    temperature: float
    first_filters: np.ndarray
    """(20, 1, 5, 5): the weights of the first convolution."""
    sets: tuple[MeasuredSet, ...]
    """No two of them have the same name."""

    def as_json(self) -> bytes:
        """Keys sorted, indented, and with a line's end, so that two can be compared line by line."""
        content = {
            "parameters": {
                "file": self.model.path.name,
                "sha256": self.model.sha256,
                "version": self.model.version,
            },
            "temperature": self.temperature,
            "threshold": self.threshold,
            "sets": {each.labelled.name: asdict(each.metrics) for each in self.sets},
        }
        return (json.dumps(content, indent=2, sort_keys=True, allow_nan=False) + "\n").encode()

    def draw_plots(self) -> dict[str, bytes]:
        """All plots, by the name of their file."""
        from management.training.report import plots  # Late: it takes a second to load Matplotlib.

        return plots.draw_plots(
            epochs=[EpochMetrics(**each) for each in self.model.card.get("epochs", [])],
            first_filters=self.first_filters,
            sets=self.sets,
            temperature=self.temperature,
        )


def evaluate(
    model: EvaluatedModel, datasets: Iterable[Path], *, threshold: float | None, temperature: float
) -> Evaluation:
    """Measure a model on each dataset.

    threshold: the score below which an item is refused; None to refuse nothing. temperature: the divisor of
    the logits before they become probabilities.
    Raises TrainingError naming the file and what is wrong with it.
    """
    from recognizer.lenet import Forward, load  # Late: it takes a second or two to load MXNet.

    try:
        network = load(model.path)
    except (OSError, ValueError) as error:
        raise EvaluationError(str(error)) from error
    forward, measured = Forward(network), []
    sets: dict[str, LabelledSet] = {}
    for labelled in map(read_dataset, datasets):
        name, number = labelled.name, 1
        while name in sets:  # A number tells two sets of one name apart.
            number += 1
            name = f"{labelled.name}-{number}"
        sets[name] = replace(labelled, name=name)
    for labelled in sets.values():
        logits = []
        starts = range(0, len(labelled), MAX_MINIBATCH)
        for start in bars(starts, total=len(starts), description=f"reading {labelled.name}"):
            check_stop()
            logits.append(forward.logits(labelled.inputs[start : start + MAX_MINIBATCH]))
        measured.append(
            measure(labelled, np.concatenate(logits), threshold=threshold, temperature=temperature)
        )
    return Evaluation(
        model=model,
        threshold=threshold,
        temperature=temperature,
        first_filters=network[0].weight.data().asnumpy(),
        sets=tuple(measured),
    )
