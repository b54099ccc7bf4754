"""The parameters that are measured, and what their card says of them."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from management.training.errors import TrainingError
from recognizer.card import UnusableParameters, card_path, verified_card


class EvaluationError(TrainingError):
    """The parameters cannot be measured, or what was measured cannot be kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """Parameters of any origin."""

    path: Path
    sha256: str
    card: dict[str, Any]
    """Empty where no card vouches for them."""
    note: str
    """Why there is no card, or empty."""

    @property
    def version(self) -> str:
        return f"lenet-{self.sha256[:12]}"

    @property
    def threshold(self) -> float | None:
        """Of the score, below which the site refuses; None for parameters that have none."""
        threshold = self.card.get("calibration", {}).get("threshold")
        return None if threshold is None else float(threshold)

    @property
    def temperature(self) -> float:
        """What the site divides logits by."""
        return float(self.card.get("calibration", {}).get("temperature") or 1)


def read_subject(parameters: Path) -> Subject:
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
    return Subject(path=parameters, sha256=digest, card=card, note=note)
