"""Responses that no cache may keep."""

from django.utils.decorators import method_decorator
from django.views.decorators.cache import cache_control

never_stored = method_decorator(cache_control(private=True, no_store=True), name="dispatch")
"""For views of drawings: a deletion is complete, and somebody else may use the same browser."""
