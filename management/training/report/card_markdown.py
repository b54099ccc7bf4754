"""The model card for people: what `lenet.json` holds, as the Markdown of `lenet.md` beside it.

Its parts are those of Mitchell et al., "Model Cards for Model Reporting", FAT* 2019, as far as the card
knows of them.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from typing import Any
from urllib.parse import quote

from management.training.hyperparameters import Hyperparameters
from management.training.report.card_metrics import figures_section, weaknesses_section
from management.training.report.markdown import joined, percent, table

_CAPTIONS = {
    "curves": "Loss and accuracy by epoch",
    "confusion": "What is taken for what",
    "mistakes": "The worst mistakes",
    "reliability": "How often an answer is right, by how sure it is",
    "filters": "What the first layer has learned to look for",
}


def to_markdown(card: Mapping[str, Any], *, plots: Sequence[str] = ()) -> str:
    """The text of a card in the form of its JSON. pictures: their files' paths, relative to the text's."""
    text = joined(
        [
            f"# {card['version']}",
            _introduction(card),
            _data(card),
            _recipe(card),
            figures_section(card),
            weaknesses_section(card),
            _plots(plots),
            _versions(card),
        ]
    )
    return f"{text}\n"


def _introduction(card: Mapping[str, Any]) -> str:
    network, parameters = card["network"], card["parameters"]
    return joined(
        [
            (
                f"A {network['name']} of {network['parameters']:,} parameters. It reads one "
                "hand-drawn digit, 0 to 9, from a field of 28×28 pixels "
                "into which the site's preprocessing has brought it."
            ),
            table(["layer", "parameters"], _layers(network), numbers=True),
            (
                f"`{parameters['file']}`, {parameters['size_bytes']:,} bytes, "
                f"SHA-256 `{parameters['sha256']}`, trained until {card['date']}."
            ),
            _serving(card),
        ]
    )


def _layers(network: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for layer in network["layers"]:
        yield layer["kind"], f"{layer['parameters']:,}"


def _serving(card: Mapping[str, Any]) -> str:
    """What the site does to the network's answers."""
    calibration = card["calibration"]
    return (
        f"Logits are divided by {calibration['temperature']:.4g} before they become probabilities, and what "
        f"scores below {calibration['threshold']:.4g} is refused as no digit. Both were chosen on digits by "
        f"writers who were not learned from: {calibration['chosen_on']}."
    )


def _data(card: Mapping[str, Any]) -> str:
    """What was learned from and measured on, and what of it only in the rehearsal."""
    data, rehearsal = card["data"], card["rehearsal"]
    sources = (f"- **{each['name']}**: {each['source']}. {each['licence']}" for each in data["sources"])
    files = ((name, f"`{digest}`") for name, digest in sorted(data["files"].items()))
    return joined(
        [
            "## Data",
            "\n".join(sources),
            table(["", "number"], _counts(data), numbers=True),
            _held_out(rehearsal or card),
            table(["file", "SHA-256 of its content"], files),
        ]
    )


def _counts(data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for kind, count in data["drawings"].items():
        yield kind, f"{count:,}"


def _held_out(card: Mapping[str, Any]) -> str:
    """Of the rehearsal, which learned from all but these."""
    counts = ", ".join(f"{count:,} {name}" for name, count in card["data"]["held_out"].items())
    return (
        f"The parameters that are served learn from all of these. In the rehearsal, {card['version']}, the "
        f"same recipe left out: {counts}. Figures of pen digits are the rehearsal's."
    )


def _recipe(card: Mapping[str, Any]) -> str:
    explanations = {field.name: field.metadata.get("help", "") for field in fields(Hyperparameters)}
    rows = ((f"`{name}`", value, explanations.get(name, "")) for name, value in card["recipe"].items())
    return joined(["## Recipe", table(["", "value", "what it is"], rows), _training(card)])


def _training(card: Mapping[str, Any]) -> str:
    if not card["epochs"]:
        return ""
    last, minutes = card["epochs"][-1], sum(each["seconds"] for each in card["epochs"]) / 60
    return (
        f"{len(card['epochs'])} epochs in {minutes:.0f} minutes on {card['device']}. After the last: loss "
        f"{last['loss']:.4f}, {percent(last['training_accuracy'])} of the training digits right as they were "
        "learned from."
    )


def _plots(paths: Sequence[str]) -> str:
    links = [f"![{_caption(path)}]({quote(path)})" for path in paths]
    return joined(["## Pictures", *links]) if links else ""


def _caption(path: str) -> str:
    folder, _, file = path.rpartition("/")
    name, _, kind = file.rpartition(".")[0].rpartition("-")
    when = "the rehearsal" if folder.endswith("-rehearsal-pictures") else ""
    return ": ".join(filter(None, (when, name, _CAPTIONS[kind])))


def _versions(card: Mapping[str, Any]) -> str:
    return joined(["## Made with", table(["", "version"], sorted(card["versions"].items()))])
