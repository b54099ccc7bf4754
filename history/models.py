"""The history's models in Django's admin. The records themselves are not in Django's database."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class NoRecords(models.Manager["HistoryRecord"]):
    """Returns no records, to commands that read all models, such as `dumpdata`."""

    def get_queryset(self) -> models.QuerySet["HistoryRecord"]:
        return super().get_queryset().none()


class HistoryRecord(models.Model):
    """Gives the records a name, permissions and a place in the admin. It has no table."""

    id = models.UUIDField(primary_key=True)
    objects = NoRecords()

    class Meta:
        managed = False
        default_permissions = ("view", "change", "delete")
        verbose_name = _("drawing")
        verbose_name_plural = _("drawings")


class AuditEntry(models.Model):
    """One action on drawings: its time, actor, count and outcome. history.audit writes it."""

    class By(models.TextChoices):
        STAFF = "staff", _("staff")
        VISITOR = "visitor", _("visitor")
        TASK = "task", _("task")

    class Action(models.TextChoices):
        DELETED = "deleted", _("deleted")
        LABELLED = "labelled", _("labelled")
        EXPORTED = "exported", _("exported")
        PURGED = "purged", _("purged")
        SHARED = "shared", _("shared")

    class Outcome(models.TextChoices):
        UNFINISHED = "unfinished", _("not finished")
        COMPLETED = "completed", _("completed")
        STOPPED = "stopped", _("stopped")

    at = models.DateTimeField(_("time"), default=timezone.now)
    by = models.CharField(_("actor"), choices=By, max_length=10)
    name = models.CharField(_("name"), max_length=150, blank=True)
    """Of the user or the task; empty for a visitor."""
    action = models.CharField(_("action"), choices=Action, max_length=10)
    drawings = models.PositiveIntegerField(_("drawings"), default=0)
    outcome = models.CharField(_("outcome"), choices=Outcome, max_length=10, default=Outcome.UNFINISHED)
    """Unfinished while the work goes on, and also if its process has ended before."""

    class Meta:
        default_permissions = ("view",)
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit entries")
        ordering = ("-at",)
        indexes = (
            models.Index(fields=("at",), name="history_audit_at"),
            models.Index(fields=("by", "name"), name="history_audit_by_name"),
        )

    def __str__(self) -> str:
        return f"{self.name or self.by} {self.action} {self.drawings} drawings ({self.outcome})"
