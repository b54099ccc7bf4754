"""The model card for people: what `lenet.json` holds, as the Markdown of `lenet.md` beside it.

Its parts are those of Mitchell et al., "Model Cards for Model Reporting", FAT* 2019, as far as the card
knows of them.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from typing import Any
from urllib.parse import quote

from management.training.hyperparameters import Hyperparameters
from management.training.metrics import wilson_interval
from management.training.report.markdown import joined, percent, table
from mnistsite.types import DIGITS

Figures = Mapping[str, Any]
"""RecognitionMetrics as JSON has them."""

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
    links = [f"![{_caption(path)}]({quote(path)})" for path in plots]
    text = joined(
        [
            f"# {card['version']}",
            _introduction(card),
            _data(card),
            _recipe(card),
            _figures(card),
            _weaknesses(card),
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


def _figures(card: Mapping[str, Any]) -> str:
    """All metrics of all test sets."""
    recognitions = _recognitions(card)
    overview = ([name, *map(text, recognitions.values())] for name, text in _MEASURES.items())
    recalls = (
        [f"{digit}", *(percent(figures["recall"][digit]) for figures in recognitions.values())]
        for digit in range(DIGITS)
    )
    parts = [
        "## Figures",
        table(["", *recognitions], overview, numbers=True),
        "Right, by digit:",
        table(["digit", *recognitions], recalls, numbers=True),
        _refusals(card),
    ]
    for name, figures in recognitions.items():
        rows = ([f"**{label}**", *row] for label, row in enumerate(figures["confusion_matrix"]))
        parts.append(f"{name}, labels in rows, answers in columns:")
        parts.append(table(["", *map(str, range(DIGITS))], rows, numbers=True))
    return joined(parts)


def _weaknesses(card: Mapping[str, Any]) -> str:
    """The digits and writers that are read least well."""
    parts = ["## Known weaknesses"]
    for name, figures in _recognitions(card).items():
        recalls = {digit: recall for digit, recall in enumerate(figures["recall"]) if recall is not None}
        digits = sorted(recalls, key=lambda digit: recalls[digit])[:3]
        weakest = ", ".join(f"{digit} ({percent(recalls[digit])} right)" for digit in digits)
        confusions = ", ".join(_worst_confusions(figures["confusion_matrix"])) or "none"
        parts.append(
            f"{name}: the digits that are read least well are {weakest}. Most often confused: {confusions}."
        )
        parts.append(_weakest_writers(figures["writers"]))
    return joined(parts)


def _test_sets(card: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """Every test set's metrics by its name, those of the holdout run among them."""
    return {**card["test"], **(card.get("rehearsal") or {}).get("test", {})}


def _recognitions(card: Mapping[str, Any]) -> dict[str, Figures]:
    """The metrics of each set of digits. Sets with non-digits, which refusal alone is about, repeat them."""
    return {
        name: figures["recognition"]
        for name, figures in _test_sets(card).items()
        if figures["recognition"] and not (figures["refusal"] or {}).get("others")
    }


def _interval(figures: Figures) -> str:
    low, high = wilson_interval(figures["right"], figures["digits"])
    return f"{100 * low:.2f} to {100 * high:.2f} %"


_MEASURES: dict[str, Callable[[Figures], str]] = {
    "digits": lambda figures: f"{figures['digits']:,}",
    "right": lambda figures: f"{figures['right']:,}",
    "accuracy": lambda figures: percent(figures["accuracy"]),
    "its 95 % interval (Wilson)": _interval,
    "among the first two answers": lambda figures: percent(figures["top_2_accuracy"]),
    "mean log loss, in nats": lambda figures: f"{figures['log_loss']:.4f}",
    "expected calibration error": lambda figures: percent(figures["expected_calibration_error"]),
}


def _refusals(card: Mapping[str, Any]) -> str:
    """How well digits are told from non-digits, in the sets where that was measured."""
    found = {name: each["refusal"] for name, each in _test_sets(card).items() if each.get("refusal")}
    rows = (
        [
            *(name, each["others"], _score(each["auroc"]), _score(each["threshold"])),
            *(percent(each["others_refused"]), percent(each["digits_refused"])),
        ]
        for name, each in found.items()
    )
    header = ("what is no digit", "items", "AUROC", "threshold", "refused", "digits refused")
    return table(header, rows, numbers=True)


def _score(value: float | None) -> str:
    return "–" if value is None else f"{value:.4g}"


def _worst_confusions(matrix: list[list[int]]) -> list[str]:
    counts = {
        (label, answer): count
        for label, row in enumerate(matrix)
        for answer, count in enumerate(row)
        if count and label != answer
    }
    worst = sorted(counts, key=lambda pair: (-counts[pair], pair))[:SHOWN]
    return [f"{label} read as {answer} ({counts[label, answer]})" for label, answer in worst]


def _weakest_writers(writers: Mapping[str, Figures]) -> str:
    """The writers who are read least well, the weakest first."""
    weakest = sorted(writers.items(), key=lambda item: (item[1]["accuracy"], item[0]))[:SHOWN]
    rows = ((name, each["digits"], percent(each["accuracy"]), _interval(each)) for name, each in weakest)
    return table([f"writer ({len(writers)} in all)", "digits", "right", "95 % interval"], rows, numbers=True)


def _caption(path: str) -> str:
    folder, _, file = path.rpartition("/")
    name, _, kind = file.rpartition(".")[0].rpartition("-")
    when = "the rehearsal" if folder.endswith("-rehearsal-pictures") else ""
    return ": ".join(filter(None, (when, name, _CAPTIONS[kind])))
