"""The confusion matrix of labels and results, digit by digit."""

from collections import Counter
from collections.abc import Mapping

from django.utils.translation import gettext as _

from history.statistics.counts import Counts, DailyCounts
from history.statistics.metrics.base import DataTable, Figure, Metric
from history.statistics.plots.digits import matrix
from history.statistics.plots.formatting import NOTHING, number
from mnistsite.types import DIGITS, NON_DIGIT_NAME, Prediction

SHOWN = {**{str(digit): str(digit) for digit in range(DIGITS)}, NON_DIGIT_NAME: NOTHING}
"""The rows and columns of the matrix, with their headings."""


class ConfusionMatrix(Metric):
    def count_label(self, prediction: Prediction, text: str) -> Mapping[str, int]:
        """Counts a number digit by digit, if label and result have the same number of digits."""
        if not text:
            read = prediction.text if prediction.accepted else [NON_DIGIT_NAME]
            return Counter(f"label {NON_DIGIT_NAME} {each}" for each in read)
        if len(text) != len(prediction.digits):
            return {}
        return Counter(f"label {label} {read}" for label, read in zip(text, prediction.text, strict=True))

    def figure(self, days: DailyCounts, total: Counts) -> Figure:
        counts = {
            (SHOWN[one], SHOWN[other]): times_read(total, one, other) for one in SHOWN for other in SHOWN
        }
        names = list(SHOWN.values())
        rows = [[one, *(str(counts[one, other]) for other in names)] for one in names]
        columns = [_("Label"), *(_("read as {digit}").format(digit=name) for name in names)]
        table, title = DataTable(columns, rows), _("Confusion matrix")
        if not any(counts.values()):
            return Figure(title, _("No labels yet"), table)
        caption = _most_common_error(counts)
        plot = matrix(names, counts, label=_("Label"), read=_("read as (– is not a digit)"), caption=caption)
        return Figure(title, caption, table, plot)


def times_read(counts: Counts, label: str, digit: str) -> int:
    """How often the network read `digit` in drawings labelled `label`; both may be NON_DIGIT_NAME."""
    return counts[f"label {label} {digit}"]


def _most_common_error(counts: dict[tuple[str, str], int]) -> str:
    errors = {pair: count for pair, count in counts.items() if pair[0] != pair[1] and count}
    if not errors:
        return _("No errors")
    label, read = max(errors, key=errors.__getitem__)
    return _("Most common error: {label} read as {digit} ({count} times)").format(
        label=label, digit=read, count=number(errors[label, read])
    )
