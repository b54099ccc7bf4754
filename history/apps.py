import logging

from django.apps import AppConfig
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from mnistsite.serving import serves

logger = logging.getLogger(__name__)


class HistoryConfig(AppConfig):
    name = "history"
    verbose_name = _("History")

    def ready(self) -> None:
        from history import checks
        from history.background import draining_thread, retention_thread, statistics_thread
        from history.statistics.counts import statistics_recorder
        from history.stores import open_store
        from history.stores.outbox import open_outbox
        from history.stores.process_lock import shared_lock

        if not serves():
            return
        # Held for the life of the process: nothing is restored meanwhile.
        self.serving = shared_lock(settings.STATE_DIR / "serving-lock")
        for found in checks.no_outbox_is_left_behind():  # A serving process does not run the system checks.
            logger.warning("%s %s", found.msg, found.hint)
        if settings.HISTORY_KEEP_DAYS:
            lock = settings.STATE_DIR / "retention-lock"
            retention_thread(keep_days=settings.HISTORY_KEEP_DAYS, lock=lock).start()
        statistics_thread(statistics_recorder(), open_store()).start()
        if outbox := open_outbox():
            draining_thread(outbox, open_store()).start()
