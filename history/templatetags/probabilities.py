"""Probabilities as percentages, in the form of static/js/common/text.js, for pages without scripts."""

from django import template

register = template.Library()

NEARLY_CERTAIN = 0.999
"""No network is certain: a probability that would round to 100 % is shown as above this value."""


@register.filter
def percent(probability: float) -> str:
    if probability >= NEARLY_CERTAIN + 0.0005:
        return f">{NEARLY_CERTAIN:.1%}"
    return f"{probability:.1%}"
