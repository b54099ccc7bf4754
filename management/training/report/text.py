"""Results as text for people: lines for the terminal, and the Markdown of the model card.

The card's text and tables are in the template `model_card.md` beside this module. Its sections are those of
Mitchell et al., "Model Cards for Model Reporting", FAT* 2019, as far as `lenet.json` has their contents.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

from django.template import Context, Engine, Library

from management.training.hyperparameters import Hyperparameters
from management.training.metrics import RecognitionMetrics, SetMetrics, wilson_interval

register = Library()

SHOWN = 10
"""Writers and errors that are listed, the worst first; the JSON has all of them."""

_CAPTIONS = {
    "curves": "Loss and accuracy by epoch",
    "confusion": "Confusion matrix",
    "mistakes": "Worst mistakes",
    "reliability": "Accuracy by confidence",
    "filters": "Filters of the first layer",
}


def summary_of(metrics: SetMetrics) -> str:
    """The most important metrics of a set, as a line."""
    parts = []
    if (read := metrics.recognition) is not None:
        parts.append(f"{read.right} of {read.digits} digits right: {read.accuracy:.2%}")
        parts.append(f"calibration error {read.expected_calibration_error:.4f}")
    if (refused := metrics.refusal) is not None and refused.digits_refused is not None:
        parts.append(f"{1 - refused.digits_refused:.2%} of digits accepted")
    if refused is not None and refused.auroc is not None:
        parts.append(f"AUROC {refused.auroc:.4f} against {refused.others} non-digits")
    return ", ".join(parts)


def report(name: str, metrics: SetMetrics) -> Iterator[str]:
    """All metrics of a set, a line at a time."""
    yield f"{name}:"
    for reason, count in metrics.skipped.items():
        yield f"  left out: {count} {reason}"
    if metrics.recognition:
        yield from _recognition(metrics.recognition)
    if (refusal := metrics.refusal) is None:
        return
    if refusal.others:
        yield f"  {refusal.others} non-digits"
    if refusal.auroc is not None:
        yield f"  AUROC of the score            {refusal.auroc:.4f}"
    if refusal.threshold is not None:
        yield f"  refused below a score of {refusal.threshold:g}:"
        for kind, share in (("digits", refusal.digits_refused), ("non-digits", refusal.others_refused)):
            if share is not None:
                yield f"    of the {kind:21}  {share:.2%}"


def _recognition(metrics: RecognitionMetrics) -> Iterator[str]:
    low, high = metrics.accuracy_interval
    yield f"  {metrics.right} of {metrics.digits} digits right: {metrics.accuracy:.2%}"
    yield f"  95 % interval (Wilson)        {low:.2%} to {high:.2%}"
    yield f"  top-2 accuracy                {metrics.top_2_accuracy:.2%}"
    yield f"  mean log loss                 {metrics.log_loss:.4f} nats"
    yield f"  expected calibration error    {metrics.expected_calibration_error:.2%}"
    yield "  Labels in rows, results in columns, recall at the end of each row:"
    yield "        " + "".join(f"{digit:6}" for digit in range(len(metrics.confusion_matrix)))
    for label, (row, recall) in enumerate(zip(metrics.confusion_matrix, metrics.recall, strict=True)):
        share = "none" if recall is None else f"{recall:.2%}"
        yield f"  {label:6}" + "".join(f"{count or '.':>6}" for count in row) + f"{share:>10}"
    weakest = sorted(metrics.writers.items(), key=lambda item: (item[1].accuracy, item[0]))
    if weakest:
        lowest, highest = weakest[0][1].accuracy, weakest[-1][1].accuracy
        yield f"  {len(weakest)} writers, from {lowest:.2%} to {highest:.2%} right; the lowest:"
    for name, writer in weakest[:SHOWN]:
        low, high = wilson_interval(writer.right, writer.digits)
        counts = f"{writer.right:6} of {writer.digits:5}"
        yield f"    {name:16.16} {counts} {writer.accuracy:8.2%}  ({low:.2%} to {high:.2%})"
    if len(weakest) > SHOWN:
        yield f"    and {len(weakest) - SHOWN} more writers"


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
    explanations = {field.name: field.metadata.get("help", "") for field in fields(Hyperparameters)}
    context = {
        "card": card,
        "holdout": holdout or card,
        "files": sorted(card["data"]["files"].items()),
        "hyperparameters": [
            (name, value, explanations.get(name, "")) for name, value in card["recipe"].items()
        ],
        "last_epoch": epochs[-1] if epochs else None,
        "minutes": sum(each["seconds"] for each in epochs) / 60,
        "digits": digits,
        "recalls_by_digit": list(zip(*(each["recall"] for each in digits.values()), strict=True)),
        "refusals": {name: each["refusal"] for name, each in test_sets.items() if each["refusal"]},
        "weaknesses": [_weaknesses(name, each) for name, each in digits.items()],
        "plots": plots,
        "versions": sorted(card["versions"].items()),
    }
    engine = Engine(dirs=[str(Path(__file__).parent)], builtins=[__name__])
    return engine.get_template("model_card.md").render(Context(context, autoescape=False))


def _weaknesses(name: str, figures: Mapping[str, Any]) -> dict[str, Any]:
    """The digits and writers of a set with the lowest accuracy, and its most common errors."""
    recalls = [(digit, recall) for digit, recall in enumerate(figures["recall"]) if recall is not None]
    errors = [
        (label, result, count)
        for label, row in enumerate(figures["confusion_matrix"])
        for result, count in enumerate(row)
        if count and label != result
    ]
    writers = sorted(figures["writers"].items(), key=lambda item: (item[1]["accuracy"], item[0]))
    return {
        "name": name,
        "digits": sorted(recalls, key=lambda pair: pair[1])[:3],
        "errors": sorted(errors, key=lambda error: -error[2])[:SHOWN],
        "writers": writers[:SHOWN],
        "writer_count": len(writers),
    }


@register.filter
def percent(share: float | None) -> str:
    """A share for people, a dash where it is None."""
    return "–" if share is None else f"{100 * share:.2f} %"


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


@register.filter
def caption(path: str) -> str:
    """The caption of a plot, from the path of its file."""
    folder, _, file = path.rpartition("/")
    name, _, kind = file.rpartition(".")[0].rpartition("-")
    run = "holdout run" if folder.endswith("-rehearsal-pictures") else ""
    return ": ".join(filter(None, (run, name, _CAPTIONS[kind])))
