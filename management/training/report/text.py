"""The metrics of a set as lines of text."""

from collections.abc import Iterator

from management.training.metrics import RecognitionMetrics, RefusalMetrics, SetMetrics, wilson_interval

WRITERS_SHOWN = 10
"""Only the writers who are read least well are shown; the JSON has all of them."""


def summary_of(metrics: SetMetrics) -> str:
    """The most important metrics of a set, as a line."""
    parts = []
    if (read := metrics.recognition) is not None:
        parts.append(f"{read.right} of {read.digits} digits right: {read.accuracy:.2%}")
        parts.append(f"calibration error {read.expected_calibration_error:.4f}")
    if (refused := metrics.refusal) is not None and refused.digits_refused is not None:
        parts.append(f"{1 - refused.digits_refused:.2%} of digits accepted")
    if refused is not None and refused.auroc is not None:
        parts.append(f"AUROC {refused.auroc:.4f} against {refused.others} others")
    return ", ".join(parts)


def report(name: str, metrics: SetMetrics) -> Iterator[str]:
    """All metrics of a set, a line at a time."""
    yield f"{name}:"
    for reason, count in metrics.skipped.items():
        yield f"  left out: {count} {reason}"
    if metrics.recognition:
        yield from _recognition(metrics.recognition)
    if metrics.refusal:
        yield from _refusal(metrics.refusal)


def _recognition(metrics: RecognitionMetrics) -> Iterator[str]:
    low, high = metrics.accuracy_interval
    yield f"  {metrics.right} of {metrics.digits} digits right: {metrics.accuracy:.2%}"
    yield f"  95 % interval (Wilson)        {low:.2%} to {high:.2%}"
    yield f"  among the first two answers   {metrics.top_2_accuracy:.2%}"
    yield f"  mean log loss                 {metrics.log_loss:.4f} nats"
    yield f"  expected calibration error    {metrics.expected_calibration_error:.2%}"
    yield "  Labels in rows, answers in columns, and the share of each label that is right:"
    yield "        " + "".join(f"{digit:6}" for digit in range(len(metrics.confusion_matrix)))
    for label, (row, recall) in enumerate(zip(metrics.confusion_matrix, metrics.recall, strict=True)):
        share = "none" if recall is None else f"{recall:.2%}"
        yield f"  {label:6}" + "".join(f"{count or '.':>6}" for count in row) + f"{share:>10}"
    weakest = sorted(metrics.writers.items(), key=lambda item: (item[1].accuracy, item[0]))
    if weakest:
        lowest, highest = weakest[0][1].accuracy, weakest[-1][1].accuracy
        yield f"  {len(weakest)} writers, from {lowest:.2%} to {highest:.2%} right; those read least well:"
    for name, writer in weakest[:WRITERS_SHOWN]:
        low, high = wilson_interval(writer.right, writer.digits)
        counts = f"{writer.right:6} of {writer.digits:5}"
        yield f"    {name:16.16} {counts} {writer.accuracy:8.2%}  ({low:.2%} to {high:.2%})"
    if len(weakest) > WRITERS_SHOWN:
        yield f"    and {len(weakest) - WRITERS_SHOWN} who are read better"


def _refusal(metrics: RefusalMetrics) -> Iterator[str]:
    if metrics.others:
        yield f"  {metrics.others} non-digits"
    if metrics.auroc is not None:
        yield f"  AUROC of the score            {metrics.auroc:.4f}"
    if metrics.threshold is not None:
        yield f"  refused below a score of {metrics.threshold:g}:"
        for kind, share in (("digits", metrics.digits_refused), ("others", metrics.others_refused)):
            if share is not None:
                yield f"    of the {kind:21}  {share:.2%}"


def percent(share: float | None) -> str:
    """A share for people, a dash where it is None."""
    return "–" if share is None else f"{100 * share:.2f} %"
