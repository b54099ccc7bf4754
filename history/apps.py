from django.apps import AppConfig
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from mnistsite.serving import serves


class HistoryConfig(AppConfig):
    name = "history"
    verbose_name = _("History")

    def ready(self) -> None:
        from history.outbox import open_outbox
        from history.outbox.worker import DrainingThread
        from history.own_tallies import TallyThread, own_tallies
        from history.retention import RetentionThread
        from history.stores import open_store

        if not serves():
            return
        if settings.HISTORY_KEEP_DAYS:
            lock = settings.STATE_DIR / "retention-lock"
            RetentionThread(keep_days=settings.HISTORY_KEEP_DAYS, lock=lock).start()
        TallyThread(own_tallies(), open_store()).start()
        if outbox := open_outbox():
            DrainingThread(outbox, open_store()).start()
