"""The model card beside the parameters: what says which parameters these are."""

import hashlib
import json
from pathlib import Path


class UnusableParameters(ValueError):
    """The parameters or their card are missing, damaged, or not of the same training."""


def card_path(parameters: Path) -> Path:
    """Where the card of a parameters file lies."""
    return parameters.with_suffix(".json")


def verified_version(parameters: Path) -> str:
    """The version of the parameters, after their digest was compared with the card's.

    Raises UnusableParameters, naming the file and what is wrong with it.
    """
    try:
        card = json.loads(card_path(parameters).read_bytes())
        expected, version = card["parameters"]["sha256"], card["version"]
        actual = hashlib.sha256(parameters.read_bytes()).hexdigest()
    except OSError as error:
        raise UnusableParameters(f"{error.filename} cannot be read: {error.strerror}.") from error
    except (ValueError, KeyError, TypeError) as error:
        raise UnusableParameters(f"{card_path(parameters)} is not a model card: {error!r}.") from error
    if actual != expected:
        raise UnusableParameters(f"{parameters} is not the file that {card_path(parameters)} describes.")
    return str(version)
