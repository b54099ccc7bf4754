"""`GET /api/health`: ready when a drawing could be recognised and kept now, and not else."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from history.stores import open_store
from history.stores.outbox import open_outbox
from recognizer import compiled
from recognizer.model_card import verified_card
from recognizer.predictor import shared_predictor
from tests.history.records import a_record

NOTHING = {"depth": 0, "oldest_age_s": None}


@pytest.fixture
def model(settings: Settings) -> str:
    return verified_card(settings.MNIST_PARAMETERS).version


@pytest.fixture
def outbox_path(settings: Settings, tmp_path: Path) -> Path:
    """Of an outbox, which the site has from now on."""
    path = tmp_path / "outbox.sqlite3"
    settings.HISTORY_OUTBOX = {"path": path, "max_bytes": 10_000_000, "busy_timeout_s": 0.1}
    return path


@pytest.fixture
def store_path(settings: Settings) -> Path:
    """Of the store, which waits for nobody for long."""
    options = settings.HISTORY_STORES["embedded"]["OPTIONS"]
    options["busy_timeout_s"] = 0.1
    path: Path = options["path"]
    return path


def written_to_by_another(path: Path) -> closing[sqlite3.Connection]:
    """Somebody writes there for as long as the block: it can be read, and takes nothing."""
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    return closing(other)


def health(client: Client) -> tuple[int, Any]:
    """The answer, without what it tells of this process."""
    answer = client.get("/api/health")
    said = answer.json()
    assert said.pop("waiting") == {"network": 0, "keeper": 0}
    assert said.pop("compiled") is (compiled.kernels is not None)
    return answer.status_code, said


def test_a_site_that_stores_is_ready(client: Client, model: str) -> None:
    assert health(client) == (200, {"ready": True, "model": model, "history": "stored", "outbox": None})


@pytest.mark.usefixtures("failing_history")
def test_a_site_that_can_keep_nothing_is_not_ready(client: Client, model: str) -> None:
    assert health(client) == (503, {"ready": False, "model": model, "history": None, "outbox": None})


def test_a_store_that_can_only_be_read_keeps_nothing(client: Client, model: str, store_path: Path) -> None:
    open_store().add(a_record())
    with written_to_by_another(store_path):
        assert len(open_store().newest(limit=1)) == 1
        assert health(client) == (503, {"ready": False, "model": model, "history": None, "outbox": None})
    assert health(client)[0] == 200


@pytest.mark.usefixtures("failing_history", "outbox_path")
def test_a_site_that_queues_is_ready(client: Client, model: str) -> None:
    assert health(client) == (200, {"ready": True, "model": model, "history": "queued", "outbox": NOTHING})


@pytest.mark.usefixtures("failing_history")
def test_a_site_whose_outbox_takes_nothing_either_is_not_ready(
    client: Client, model: str, outbox_path: Path
) -> None:
    outbox = open_outbox()
    assert outbox is not None
    outbox.add(a_record())
    with written_to_by_another(outbox_path):
        status, said = health(client)
    assert (status, said["ready"], said["model"], said["history"]) == (503, False, model, None)
    assert said["outbox"]["depth"] == 1


@pytest.mark.usefixtures("outbox_path")
def test_what_waits_is_told_while_the_store_takes_records_again(client: Client, model: str) -> None:
    outbox = open_outbox()
    assert outbox is not None
    outbox.add(a_record())
    status, said = health(client)
    assert (status, said["history"], said["outbox"]["depth"]) == (200, "stored", 1)


def test_an_outbox_that_cannot_be_read_hides_nothing_else(
    client: Client, model: str, settings: Settings
) -> None:
    settings.HISTORY_OUTBOX = {"path": Path("/dev/null/outbox.sqlite3"), "max_bytes": 10_000_000}
    assert health(client) == (200, {"ready": True, "model": model, "history": "stored", "outbox": None})


@pytest.fixture
def without_parameters(settings: Settings, tmp_path: Path) -> Iterator[None]:
    settings.MNIST_PARAMETERS = tmp_path / "nothing.params"
    shared_predictor.cache_clear()
    yield
    shared_predictor.cache_clear()


@pytest.mark.usefixtures("without_parameters")
def test_a_site_without_parameters_is_not_ready(client: Client) -> None:
    assert health(client) == (503, {"ready": False, "model": None, "history": "stored", "outbox": None})
