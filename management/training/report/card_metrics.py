"""The figures of a model card as Markdown: every test set beside the others."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from management.training.metrics import wilson_interval
from management.training.report.markdown import joined, percent, table
from recognizer.fields import DIGITS

Figures = Mapping[str, Any]
"""RecognitionMetrics as JSON has them."""

SHOWN = 10
"""Writers and confusions that are listed, the weakest first."""


def test_sets(card: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """Every test set's figures by its name, those of the rehearsal among them."""
    rehearsed = (card.get("rehearsal") or {}).get("test", {})
    return {**card["test"], **rehearsed}


def figures_section(card: Mapping[str, Any]) -> str:
    """All figures of all test sets."""
    recognitions = _recognitions(card)
    return joined(
        [
            "## Figures",
            table(["", *recognitions], _overview(recognitions), numbers=True),
            "Right, by digit:",
            table(["digit", *recognitions], _recalls(recognitions), numbers=True),
            _refusals(card),
            *(_confusion(name, figures) for name, figures in recognitions.items()),
        ]
    )


def weaknesses_section(card: Mapping[str, Any]) -> str:
    """What is read least well, as the figures have it."""
    parts = (_weaknesses(name, figures) for name, figures in _recognitions(card).items())
    return joined(["## Known weaknesses", *parts])


def _recognitions(card: Mapping[str, Any]) -> dict[str, Figures]:
    """What was measured of each set of digits. Among others, which only refusal is about, they come again."""
    return {
        name: figures["recognition"]
        for name, figures in test_sets(card).items()
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


def _overview(recognitions: Mapping[str, Figures]) -> Iterator[list[str]]:
    for measure, text in _MEASURES.items():
        yield [measure, *(text(figures) for figures in recognitions.values())]


def _recalls(recognitions: Mapping[str, Figures]) -> Iterator[list[str]]:
    for digit in range(DIGITS):
        yield [f"{digit}", *(percent(figures["recall"][digit]) for figures in recognitions.values())]


def _refusals(card: Mapping[str, Any]) -> str:
    """How well digits are told from what is none, of the sets where that was measured."""
    found = {name: each["refusal"] for name, each in test_sets(card).items() if each.get("refusal")}
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


def _confusion(name: str, figures: Figures) -> str:
    rows = ([f"**{label}**", *row] for label, row in enumerate(figures["confusion_matrix"]))
    return f"{name}, labels in rows, answers in columns:\n\n" + table(
        ["", *map(str, range(DIGITS))], rows, numbers=True
    )


def _weaknesses(name: str, figures: Figures) -> str:
    recalls = {digit: recall for digit, recall in enumerate(figures["recall"]) if recall is not None}
    digits = sorted(recalls, key=lambda digit: recalls[digit])[:3]
    weakest = ", ".join(f"{digit} ({percent(recalls[digit])} right)" for digit in digits)
    confusions = ", ".join(_worst_confusions(figures["confusion_matrix"])) or "none"
    return joined(
        [
            f"{name}: the digits that are read least well are {weakest}. Most often confused: {confusions}.",
            _weakest_writers(figures["writers"]),
        ]
    )


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
    """Those who are read least well, the weakest first."""
    weakest = sorted(writers.items(), key=lambda item: (item[1]["accuracy"], item[0]))[:SHOWN]
    rows = ((name, each["digits"], percent(each["accuracy"]), _interval(each)) for name, each in weakest)
    return table([f"writer ({len(writers)} in all)", "digits", "right", "95 % interval"], rows, numbers=True)
