"""What every test may ask for: real digits, a history of its own, and a real running site."""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.test import Client
from django.utils import translation
from pytest_django import Settings

from history.keeper import keeper
from history.statistics.counts import statistics_recorder
from history.stores import open_store
from history.stores.cassandra.schema import sync
from history.stores.circuit_breaker import circuit_breaker
from history.stores.outbox import open_outbox
from testbed.sites import ROOT, Site, free_port, get, running_site, site_environment, wait_until_it_answers
from tests.cluster import LENT, Cluster
from tests.history.visitors import with_visitor
from tests.parts import pytest_configure  # noqa: F401 -- of all runs, also those of one part

__all__ = [
    "ROOT",
    "Digits",
    "Site",
    "free_port",
    "get",
    "running_site",
    "site_environment",
    "wait_until_it_answers",
]


@pytest.hookimpl(tryfirst=True)  # Before what -m leaves out is left out.
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        fixtures = getattr(item, "fixturenames", ())
        if "cluster" in fixtures:
            item.add_marker("cluster")
        if "chromium" in fixtures or "stranger" in fixtures:
            item.add_marker("browser")


@dataclass(frozen=True)
class Digits:
    """MNIST digits: images (n, 28, 28) uint8, light on dark, and labels (n,) uint8."""

    images: np.ndarray
    labels: np.ndarray


@pytest.fixture(scope="session")
def test_digits() -> Digits:
    """The first hundred of MNIST's test set."""
    with np.load(ROOT / "tests" / "data" / "mnist-test-100.npz") as arrays:
        return Digits(images=arrays["images"], labels=arrays["labels"])


@pytest.fixture(autouse=True)
def _own_language() -> Iterator[None]:
    """A request in another language leaves it active in the test's thread."""
    yield
    translation.deactivate()


@pytest.fixture(autouse=True)
def own_history(settings: Settings, tmp_path: Path) -> Iterator[None]:
    """Each test writes into a history of its own, and needs no collected static files.

    Those of the site may be collected at this moment, by a part of the tests that runs beside this one.
    """
    settings.RATE_LIMIT = 0
    settings.STATIC_ROOT = tmp_path / "staticfiles"
    embedded = settings.HISTORY_STORES["embedded"]
    settings.HISTORY_STORES = {
        "embedded": {**embedded, "OPTIONS": {"path": tmp_path / "history.sqlite3"}},
    }
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    for opened in (open_store, open_outbox, circuit_breaker, statistics_recorder, keeper):
        opened.cache_clear()
    yield
    for opened in (open_store, open_outbox, circuit_breaker, statistics_recorder, keeper):
        opened.cache_clear()


@pytest.fixture
def failing_history(settings: Settings) -> None:
    """A history in a place where nothing can be."""
    nowhere = {**settings.HISTORY_STORES["embedded"], "OPTIONS": {"path": Path("/dev/null/history.sqlite3")}}
    settings.HISTORY_STORES = {"embedded": nowhere}


@pytest.fixture
def visitor(client: Client, db: None) -> Client:
    """A browser whose visitor is called “visitor”."""
    return with_visitor(client, "visitor")


@pytest.fixture(scope="session")
def cluster(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """Three nodes of Cassandra, all running when a test begins that asks for them."""
    if LENT in os.environ:
        folder, network = os.environ[LENT].split()
        lent = Cluster(Path(folder), network)
        lent.restore()
        yield lent
        return
    if "not cluster" in request.config.getoption("markexpr"):
        pytest.fail("A test that asks for the cluster in its course has to be marked: pytest.mark.cluster")
    started = Cluster(tmp_path_factory.mktemp("cassandra"))
    try:
        started.start()
        yield started
    finally:
        started.stop()
        shutil.rmtree(started.folder)


@pytest.fixture(scope="session")
def database(cluster: Cluster) -> dict[str, Any]:
    """A keyspace with its tables, for the tests of one session; each empties what it fills."""
    chosen = cluster.database("contract")
    sync(chosen, report=lambda line: None)
    return chosen


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The site as `script/server` runs it: gunicorn, two workers, the parameters that ship."""
    with running_site(tmp_path_factory.mktemp("state")) as started:
        yield started
