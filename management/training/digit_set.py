"""Digits in the form that the network takes, prepared as they are when it serves."""

from dataclasses import dataclass

import numpy as np

from management.progress import Progress
from management.training.idx import IdxError
from management.training.mnist import LabelledImages
from recognizer.preprocessing import normalize_single
from recognizer.preprocessing.ink import NoInk


@dataclass(frozen=True, slots=True)
class DigitSet:
    """Digits and the truth about them."""

    fields: np.ndarray
    """(n, 28, 28) float32 in [0, 1], ink 1, paper 0."""
    labels: np.ndarray
    """(n,) uint8, 0 to 9."""

    def __len__(self) -> int:
        return len(self.labels)

    def hold_out(self, count: int) -> tuple["DigitSet", "DigitSet"]:
        """What is trained on, and the last `count` digits, which are not. Raises IdxError if none is left."""
        kept = len(self) - count
        if kept < 1:
            raise IdxError(f"{count} of {len(self)} training digits are to be held out, which leaves none")
        return DigitSet(self.fields[:kept], self.labels[:kept]), DigitSet(
            self.fields[kept:], self.labels[kept:]
        )


def prepare(images: LabelledImages, *, progress: Progress, description: str) -> DigitSet:
    """Bring every image into the network's field, as serving does. Raises IdxError for one without ink."""
    names = ", ".join(images.digests)
    fields = np.empty(images.images.shape, np.float32)
    for i, image in enumerate(progress(images.images, total=len(fields), description=description)):
        try:
            fields[i] = normalize_single(image).field
        except NoInk as error:
            raise IdxError(f"{names}: image {i}, counted from 0, has no ink") from error
    return DigitSet(fields, images.labels)
