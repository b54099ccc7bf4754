"""What is known of digits by people who were not learned from: thresholds, and honest figures.

The network that is served learns from every writer, so nobody is left to measure it with. A rehearsal is the
same training without some of them: on some it chooses temperature and threshold, and on the others, which
are read once, it is measured.
"""

from collections.abc import Callable, Sequence

import numpy as np

from management.training.calibration import Calibration, calibrate
from management.training.conditions import CONDITIONS, labelled_set
from management.training.drawings import LabelledDrawing
from management.training.labelled import NO_DIGIT, LabelledSet
from management.training.measuring import MeasuredSet, measure
from management.training.rendered import draw
from management.training.scribbles import scribbles_and_dots
from recognizer.preprocessing.normalization import find_box, normalize

Logits = Callable[[np.ndarray], np.ndarray]

SCRIBBLES = 1_000


def choose(logits: Logits, choosing: Sequence[LabelledDrawing], files: dict[str, str]) -> Calibration:
    """Temperature and threshold, on digits in all conditions alike."""
    digits = [drawing for drawing in choosing if drawing.label != NO_DIGIT]
    sets = [labelled_set(digits, name, files) for name in CONDITIONS]
    writers = sorted({drawing.writer for drawing in digits})
    return calibrate(
        logits=np.concatenate([logits(each.fields) for each in sets]),
        labels=np.concatenate([each.labels for each in sets]),
        chosen_on=", ".join(writers),
    )


def test(
    logits: Logits, testing: Sequence[LabelledDrawing], files: dict[str, str], calibration: Calibration
) -> list[MeasuredSet]:
    """All conditions together, the same among what is no digit, and each condition by itself."""
    digits = [drawing for drawing in testing if drawing.label != NO_DIGIT]
    letters = [drawing for drawing in testing if drawing.label == NO_DIGIT]
    conditions = [labelled_set(digits, name, files) for name in CONDITIONS]
    together = _joined("pen digits in all conditions", conditions)
    mixed = [
        _joined(f"{together.name}, and {others.name}", [together, others])
        for others in (_letters(letters, files), _scribbles())
    ]
    return [
        measure(
            each,
            logits(each.fields),
            threshold=calibration.threshold,
            temperature=calibration.temperature,
        )
        for each in (together, *mixed, *conditions)
    ]


def _letters(letters: Sequence[LabelledDrawing], files: dict[str, str]) -> LabelledSet:
    random = np.random.default_rng(100)
    inks = [draw(letter.strokes, random) for letter in letters]
    return _others(inks, "letters", files)


def _scribbles() -> LabelledSet:
    random = np.random.default_rng(101)
    strokes = scribbles_and_dots(SCRIBBLES, random)
    return _others([draw(each, random) for each in strokes], "scribbles and dots", {})


def _others(inks: Sequence[np.ndarray], name: str, files: dict[str, str]) -> LabelledSet:
    return LabelledSet(
        name=name,
        fields=np.stack([normalize(ink, find_box(ink)).field for ink in inks]),
        labels=np.full(len(inks), NO_DIGIT, np.int8),
        writers=("",) * len(inks),
        files=files,
    )


def _joined(name: str, sets: Sequence[LabelledSet]) -> LabelledSet:
    return LabelledSet(
        name=name,
        fields=np.concatenate([each.fields for each in sets]),
        labels=np.concatenate([each.labels for each in sets]),
        writers=tuple(writer for each in sets for writer in each.writers),
        files={name: digest for each in sets for name, digest in each.files.items()},
    )
