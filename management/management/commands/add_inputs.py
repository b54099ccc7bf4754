"""`manage.py add_inputs`: give old records the inputs that the network had."""

from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from history.stores import open_store
from history.stores.base import StoreUnavailable
from management.inputs import add_inputs
from management.progress import bars
from recognizer.errors import Busy, NotReady


class Command(BaseCommand):
    help = (
        "Add the network's inputs to records from before these were kept, which exports of digits leave out. "
        "It reads each drawing again. It may be stopped and run again."
    )

    def handle(self, **options: Any) -> None:
        counts: Counter[bool | None] = Counter()
        try:
            for found in bars(add_inputs(open_store()), total=None, description="Reading"):
                counts[found] += 1
        except (StoreUnavailable, Busy, NotReady) as error:
            raise CommandError(f"{error}. Run this again for the rest.") from error
        except KeyboardInterrupt as error:
            raise CommandError("Stopped. Run this again for the rest.", returncode=130) from error
        self.stdout.write(
            f"{counts[True]} records were given their inputs, {counts[None]} have them; "
            f"{counts[False]} are read otherwise today, and stay without."
        )
