"""`manage.py sync_cassandra`: create the history's keyspace and tables, or bring them up to this version."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    help = "Create the keyspace and the tables in Cassandra, or apply the migrations that they lack."
    requires_system_checks = ()

    def handle(self, **options: Any) -> None:
        if "cassandra" not in settings.DATABASES:
            raise CommandError(
                "MNIST_SERVER_DB_ADDRESS is not set: this site's history is in its embedded store."
            )
        from history.stores.cassandra.schema import SyncFailed, sync

        try:
            sync(settings.DATABASES["cassandra"], report=self.stdout.write)
        except SyncFailed as error:
            raise CommandError(str(error)) from error
