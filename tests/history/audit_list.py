"""What the audit list says."""

from history.models import AuditEntry


def entries() -> list[str]:
    """Its entries, the oldest first, each in a sentence."""
    return [str(entry) for entry in AuditEntry.objects.order_by("pk")]
