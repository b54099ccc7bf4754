"""The metrics of the dashboard, one module each. To add a metric, add a module, and its class to METRICS."""

from history.statistics.counts import Counts, DailyCounts
from history.statistics.metrics.agreement import Agreement
from history.statistics.metrics.base import Fact, Figure, Metric
from history.statistics.metrics.confusion_matrix import ConfusionMatrix
from history.statistics.metrics.digits import Digits
from history.statistics.metrics.drawings import Drawings
from history.statistics.metrics.latency import Latency
from history.statistics.metrics.probability import MeanProbability
from mnistsite.types import Prediction

METRICS: tuple[Metric, ...] = (
    Drawings(),
    Digits(),
    MeanProbability(),
    Latency(),
    Agreement(),
    ConfusionMatrix(),
)
"""In the order of the dashboard."""


def counts_of(prediction: Prediction) -> Counts:
    """The counts that a drawing adds to its day."""
    return Counts.total(Counts(metric.count(prediction)) for metric in METRICS)


def counts_of_label(prediction: Prediction, text: str) -> Counts:
    """The counts that a label adds to the day of its drawing."""
    return Counts.total(Counts(metric.count_label(prediction, text)) for metric in METRICS)


def facts_of(days: DailyCounts) -> list[Fact]:
    """Empty when there are no drawings."""
    total = Counts.total(days.values())
    facts = [metric.fact(days, total) for metric in METRICS if total.drawings]
    return [fact for fact in facts if fact is not None]


def figures_of(days: DailyCounts) -> list[Figure]:
    """Empty when there are no drawings."""
    total = Counts.total(days.values())
    return [metric.figure(days, total) for metric in METRICS if total.drawings]
