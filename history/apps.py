from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from mnistsite.serving import serves


class HistoryConfig(AppConfig):
    name = "history"
    verbose_name = _("History")

    def ready(self) -> None:
        from history.outbox import open_outbox
        from history.outbox.worker import DrainingThread
        from history.own_tallies import TallyThread, own_tallies
        from history.stores import open_store

        if not serves():
            return
        TallyThread(own_tallies(), open_store()).start()
        if outbox := open_outbox():
            DrainingThread(outbox, open_store()).start()
