"""The model card beside the parameters, as far as serving needs it: which parameters these are."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path


class UnusableParameters(ValueError):
    """The parameters or their card are missing, damaged, or not of the same training."""


def card_path(parameters: Path) -> Path:
    """The path of the card that describes a file of parameters."""
    return parameters.with_suffix(".json")


@dataclass(frozen=True, slots=True, kw_only=True)
class ServedCard:
    """The part of a model card that serving needs."""

    version: str
    temperature: float
    """The divisor of logits before they become probabilities."""
    threshold: float
    """The score from which something counts as a digit."""


def verified_card(parameters: Path) -> ServedCard:
    """The card of the parameters, whose digest has been compared with the card's.

    Raises UnusableParameters, which names the file and its fault.
    """
    try:
        card = json.loads(card_path(parameters).read_bytes())
        expected = card["parameters"]["sha256"]
        served = ServedCard(
            version=str(card["version"]),
            temperature=float(card["calibration"]["temperature"]),
            threshold=float(card["calibration"]["threshold"]),
        )
        actual = hashlib.sha256(parameters.read_bytes()).hexdigest()
    except OSError as error:
        raise UnusableParameters(f"{error.filename} cannot be read: {error.strerror}.") from error
    except (ValueError, KeyError, TypeError) as error:
        raise UnusableParameters(f"{card_path(parameters)} is not a model card: {error!r}.") from error
    if actual != expected:
        raise UnusableParameters(f"{parameters} is not the file that {card_path(parameters)} describes.")
    return served
