"""How good parameters are: read labelled digits, have them answered, and measure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from management.progress import Progress
from management.training.evaluated import Evaluated
from management.training.labelled import LabelledSet
from management.training.labelled.reading import read_source
from management.training.measuring import MeasuredSet, measure
from management.training.subject import EvaluationError, Subject
from recognizer.types import MAX_MINIBATCH


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """What to measure, and on what."""

    subject: Subject
    sources: Sequence[Path]
    threshold: float | None
    """Of the score: what scores less is refused. None for no refusing."""
    temperature: float
    """What logits are divided by before they become probabilities."""
    progress: Progress

    def run(self) -> Evaluated:
        """Measure on each source. Raises errors.TrainingError naming the file and what is wrong with it."""
        answering = Answering(self.subject.path)
        sets = _named_apart(read_source(path, progress=self.progress) for path in self.sources)
        return Evaluated(
            subject=self.subject,
            threshold=self.threshold,
            temperature=self.temperature,
            first_filters=answering.first_filters,
            sets=tuple(self._measured(labelled, answering) for labelled in sets),
        )

    def _measured(self, labelled: LabelledSet, answering: "Answering") -> MeasuredSet:
        logits = answering.logits(labelled, progress=self.progress)
        return measure(labelled, logits, threshold=self.threshold, temperature=self.temperature)


class Answering:
    """The network with the parameters that are measured. Raises EvaluationError where they are none."""

    def __init__(self, parameters: Path) -> None:
        from recognizer.network import Forward, load  # Late: it takes a second or two to load MXNet.

        try:
            network = load(parameters)
        except (OSError, ValueError) as error:
            raise EvaluationError(str(error)) from error
        self.first_filters: np.ndarray = network[0].weight.data().asnumpy()
        self._forward = Forward(network)

    def logits(self, labelled: LabelledSet, *, progress: Progress) -> np.ndarray:
        """(n, 10) float32 logits of a set's items."""
        starts = range(0, len(labelled), MAX_MINIBATCH)
        shown = progress(starts, total=len(starts), description=f"answering {labelled.name}")
        return np.concatenate(
            [self._forward.logits(labelled.fields[start : start + MAX_MINIBATCH]) for start in shown]
        )


def _named_apart(sets: Iterator[LabelledSet]) -> list[LabelledSet]:
    """The sets, with a number after the name of one that is called as one before it."""
    apart: dict[str, LabelledSet] = {}
    for labelled in sets:
        name, number = labelled.name, 1
        while name in apart:
            number += 1
            name = f"{labelled.name}-{number}"
        apart[name] = replace(labelled, name=name)
    return list(apart.values())
