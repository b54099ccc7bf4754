"""What was measured, as lines of text for people."""

from collections.abc import Iterator

from management.training.measuring import MeasuredFigures, RefusalFigures, SetFigures
from management.training.metrics import wilson_interval

WRITERS_SHOWN = 10
"""Those who are read least well; all of them are in the JSON."""


def summary_of(figures: SetFigures) -> str:
    """The most important of a set's figures, as a line."""
    parts = []
    if (read := figures.recognition) is not None:
        parts.append(f"{read.right} of {read.digits} digits right: {read.accuracy:.2%}")
        parts.append(f"calibration error {read.expected_calibration_error:.4f}")
    if (refused := figures.refusal) is not None and refused.digits_refused is not None:
        parts.append(f"{1 - refused.digits_refused:.2%} of digits accepted")
    if refused is not None and refused.auroc is not None:
        parts.append(f"AUROC {refused.auroc:.4f} against {refused.others} others")
    return ", ".join(parts)


def report(name: str, figures: SetFigures) -> Iterator[str]:
    """One set's figures, a line at a time."""
    yield f"{name}:"
    for reason, count in figures.skipped.items():
        yield f"  left out: {count} {reason}"
    if figures.recognition:
        yield from _recognition(figures.recognition)
    if figures.refusal:
        yield from _refusal(figures.refusal)


def _recognition(figures: MeasuredFigures) -> Iterator[str]:
    low, high = figures.accuracy_interval
    yield f"  {figures.right} of {figures.digits} digits right: {figures.accuracy:.2%}"
    yield f"  95 % interval (Wilson)        {low:.2%} to {high:.2%}"
    yield f"  among the first two answers   {figures.top_2_accuracy:.2%}"
    yield f"  mean log loss                 {figures.log_loss:.4f} nats"
    yield f"  expected calibration error    {figures.expected_calibration_error:.2%}"
    yield "  Labels in rows, answers in columns, and the share of each label that is right:"
    yield "        " + "".join(f"{digit:6}" for digit in range(len(figures.confusion_matrix)))
    for label, (row, recall) in enumerate(zip(figures.confusion_matrix, figures.recall, strict=True)):
        share = "none" if recall is None else f"{recall:.2%}"
        yield f"  {label:6}" + "".join(f"{count or '.':>6}" for count in row) + f"{share:>10}"
    yield from _writers(figures)


def _writers(figures: MeasuredFigures) -> Iterator[str]:
    weakest = sorted(figures.writers.items(), key=lambda item: (item[1].accuracy, item[0]))
    if not weakest:
        return
    lowest, highest = weakest[0][1].accuracy, weakest[-1][1].accuracy
    yield f"  {len(weakest)} writers, from {lowest:.2%} to {highest:.2%} right; those read least well:"
    for name, writer in weakest[:WRITERS_SHOWN]:
        low, high = wilson_interval(writer.right, writer.digits)
        counts = f"{writer.right:6} of {writer.digits:5}"
        yield f"    {name:16.16} {counts} {writer.accuracy:8.2%}  ({low:.2%} to {high:.2%})"
    if len(weakest) > WRITERS_SHOWN:
        yield f"    and {len(weakest) - WRITERS_SHOWN} who are read better"


def _refusal(figures: RefusalFigures) -> Iterator[str]:
    if figures.others:
        yield f"  {figures.others} items that are no digit"
    if figures.auroc is not None:
        yield f"  AUROC of the score            {figures.auroc:.4f}"
    if figures.threshold is not None:
        yield f"  refused below a score of {figures.threshold:g}:"
        for kind, share in (("digits", figures.digits_refused), ("others", figures.others_refused)):
            if share is not None:
                yield f"    of the {kind:21}  {share:.2%}"
