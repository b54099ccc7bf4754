"""The model card for people: what `lenet.json` holds, as the Markdown of `lenet.md` beside it.

Its parts are those of Mitchell et al., "Model Cards for Model Reporting", FAT* 2019, as far as the card
knows of them.
"""

from collections.abc import Mapping, Sequence
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
    """The text of a card in the form of its JSON. plots: their files' paths, relative to the text's."""
    links = [f"![{_caption(path)}]({quote(path)})" for path in plots]
    text = joined(
        [
            f"# {card['version']}",
            _introduction(card),
            _data(card),
            _recipe(card),
            figures_section(card),
            weaknesses_section(card),
            joined(["## Pictures", *links]) if links else "",
            "## Made with",
            table(["", "version"], sorted(card["versions"].items())),
        ]
    )
    return f"{text}\n"


def _introduction(card: Mapping[str, Any]) -> str:
    network, parameters, calibration = card["network"], card["parameters"], card["calibration"]
    layers = ((layer["kind"], f"{layer['parameters']:,}") for layer in network["layers"])
    return joined(
        [
            (
                f"A {network['name']} of {network['parameters']:,} parameters. It reads one "
                "hand-drawn digit, 0 to 9, from a field of 28×28 pixels "
                "into which the site's preprocessing has brought it."
            ),
            table(["layer", "parameters"], layers, numbers=True),
            (
                f"`{parameters['file']}`, {parameters['size_bytes']:,} bytes, "
                f"SHA-256 `{parameters['sha256']}`, trained until {card['date']}."
            ),
            (
                f"Logits are divided by {calibration['temperature']:.4g} before they become probabilities, "
                f"and what scores below {calibration['threshold']:.4g} is refused as no digit. Both were "
                f"chosen on digits by writers who were not learned from: {calibration['chosen_on']}."
            ),
        ]
    )


def _data(card: Mapping[str, Any]) -> str:
    """The data of the training and of the tests, and the part that the holdout run left out."""
    data, holdout = card["data"], card["rehearsal"] or card
    sources = (f"- **{each['name']}**: {each['source']}. {each['licence']}" for each in data["sources"])
    counts = ((kind, f"{count:,}") for kind, count in data["drawings"].items())
    held_out = ", ".join(f"{count:,} {name}" for name, count in holdout["data"]["held_out"].items())
    files = ((name, f"`{digest}`") for name, digest in sorted(data["files"].items()))
    return joined(
        [
            "## Data",
            "\n".join(sources),
            table(["", "number"], counts, numbers=True),
            (
                "The parameters that are served learn from all of these. In the rehearsal, "
                f"{holdout['version']}, the same recipe left out: {held_out}. Figures of pen digits are the "
                "rehearsal's."
            ),
            table(["file", "SHA-256 of its content"], files),
        ]
    )


def _recipe(card: Mapping[str, Any]) -> str:
    explanations = {field.name: field.metadata.get("help", "") for field in fields(Hyperparameters)}
    rows = ((f"`{name}`", value, explanations.get(name, "")) for name, value in card["recipe"].items())
    parts = ["## Recipe", table(["", "value", "what it is"], rows)]
    if card["epochs"]:
        last, minutes = card["epochs"][-1], sum(each["seconds"] for each in card["epochs"]) / 60
        parts.append(
            f"{len(card['epochs'])} epochs in {minutes:.0f} minutes on {card['device']}. After the last: "
            f"loss {last['loss']:.4f}, {percent(last['training_accuracy'])} of the training digits right as "
            "they were learned from."
        )
    return joined(parts)


def _caption(path: str) -> str:
    folder, _, file = path.rpartition("/")
    name, _, kind = file.rpartition(".")[0].rpartition("-")
    when = "the rehearsal" if folder.endswith("-rehearsal-pictures") else ""
    return ": ".join(filter(None, (when, name, _CAPTIONS[kind])))
