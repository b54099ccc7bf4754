"""The model that gives the history a name, permissions and a place in Django's admin.

It has no table: the records are not in Django's database.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class NoRecords(models.Manager["HistoryRecord"]):
    """Returns no records, to commands that read all models, such as `dumpdata`."""

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
