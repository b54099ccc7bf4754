"""The model card for people: what `lenet.json` holds, as the Markdown of `lenet.md` beside it.

The template `model_card.md` beside this module has its text and tables. Its sections are those of Mitchell et
al., "Model Cards for Model Reporting", FAT* 2019, as far as the card has what they need.
"""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.template import Context, Engine, Library

from management.training.hyperparameters import Hyperparameters
from management.training.metrics import wilson_interval
from management.training.report.text import percent

register = Library()
register.filter(percent)

SHOWN = 10
"""Writers and confusions that are listed, the weakest first."""

_CAPTIONS = {
    "curves": "Loss and accuracy by epoch",
    "confusion": "What is taken for what",
    "mistakes": "The worst mistakes",
    "reliability": "How often an answer is right, by how sure it is",
    "filters": "What the first layer has learned to look for",
}


def to_markdown(card: Mapping[str, Any], *, plots: Sequence[str] = ()) -> str:
    """The text of a card in the form of its JSON. plots: their files' paths, relative to the text's."""
    holdout, epochs = card["rehearsal"] or {}, card["epochs"]
    test_sets = {**card["test"], **holdout.get("test", {})}
    # Sets that have non-digits as well repeat the digits of others: they are about refusing alone.
    digits = {
        name: each["recognition"]
        for name, each in test_sets.items()
        if each["recognition"] and not (each["refusal"] or {}).get("others")
    }
    help_texts = {field.name: field.metadata.get("help", "") for field in fields(Hyperparameters)}
    context = {
        "card": card,
        "holdout": holdout or card,
        "files": sorted(card["data"]["files"].items()),
        "recipe": [(name, value, help_texts.get(name, "")) for name, value in card["recipe"].items()],
        "last_epoch": epochs[-1] if epochs else None,
        "minutes": sum(each["seconds"] for each in epochs) / 60,
        "digits": digits,
        "recalls_by_digit": list(zip(*(each["recall"] for each in digits.values()), strict=True)),
        "refusals": {name: each["refusal"] for name, each in test_sets.items() if each["refusal"]},
        "weaknesses": [_weaknesses(name, each) for name, each in digits.items()],
        "plots": [(_caption(path), quote(path)) for path in plots],
        "versions": sorted(card["versions"].items()),
    }
    engine = Engine(dirs=[str(Path(__file__).parent)], builtins=[__name__])
    return engine.get_template("model_card.md").render(Context(context, autoescape=False))


@register.filter
def thousands(number: int) -> str:
    return f"{number:,}"


@register.filter
def interval(figures: Mapping[str, Any]) -> str:
    """Wilson's interval of 95 % for the share of digits that are right."""
    low, high = wilson_interval(figures["right"], figures["digits"])
    return f"{100 * low:.2f} to {100 * high:.2f} %"


@register.filter
def cell(value: object) -> str:
    """A text for a table's cell, which ends neither the cell nor the line."""
    return str(value).replace("|", "\\|").replace("\n", " ")


def _weaknesses(name: str, figures: Mapping[str, Any]) -> dict[str, Any]:
    """The digits and writers of a set that are read least well, and the most frequent confusions."""
    recalls = [(digit, recall) for digit, recall in enumerate(figures["recall"]) if recall is not None]
    confusions = [
        (label, answer, count)
        for label, row in enumerate(figures["confusion_matrix"])
        for answer, count in enumerate(row)
        if count and label != answer
    ]
    writers = sorted(figures["writers"].items(), key=lambda item: (item[1]["accuracy"], item[0]))
    return {
        "name": name,
        "digits": sorted(recalls, key=lambda pair: pair[1])[:3],
        "confusions": sorted(confusions, key=lambda confusion: -confusion[2])[:SHOWN],
        "writers": writers[:SHOWN],
        "writer_count": len(writers),
    }


def _caption(path: str) -> str:
    folder, _, file = path.rpartition("/")
    name, _, kind = file.rpartition(".")[0].rpartition("-")
    when = "the rehearsal" if folder.endswith("-rehearsal-pictures") else ""
    return ": ".join(filter(None, (when, name, _CAPTIONS[kind])))
