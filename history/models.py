"""What Django itself knows of the history: a name, permissions, and a place in its admin.

The records are not in Django's database, so there is no table behind this.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class NoRecords(models.Manager["HistoryRecord"]):
    """For what goes through all models, as `dumpdata` does: there are none in Django's database."""

    def get_queryset(self) -> models.QuerySet["HistoryRecord"]:
        return super().get_queryset().none()


class HistoryRecord(models.Model):
    id = models.UUIDField(primary_key=True)
    objects = NoRecords()

    class Meta:
        managed = False
        default_permissions = ("view", "change", "delete")
        verbose_name = _("drawing")
        verbose_name_plural = _("drawings")
