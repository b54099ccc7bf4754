"""What a benchmark needs besides the site's own packages, and where to get it."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import requests
from django.conf import settings

from management.training.errors import UnusableDataset


@contextmanager
def explained() -> Iterator[None]:
    """Exit with a sentence instead of a traceback if digits or a running site are missing."""
    try:
        yield
    except UnusableDataset as error:
        sys.exit(str(error))
    except requests.ConnectionError as error:
        asked = error.request.url if error.request else "its address"
        sys.exit(f"No site answers at {asked}. script/server starts one.")


def need_cassandra() -> None:
    if "cassandra" not in settings.DATABASES:
        sys.exit(
            "Cassandra is needed: script/cassandra start, and MNIST_SERVER_DB_ADDRESS=127.0.0.1 before this."
        )


def need_collected_files() -> None:
    if not (settings.STATIC_ROOT / "staticfiles.json").exists():
        sys.exit("The site's static files are needed: script/server collects them whenever it starts.")
