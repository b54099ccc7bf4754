"""The command, from a history to files that this project's own training and evaluation read."""

import hashlib
import json
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any
from uuid import UUID
from zipfile import ZipFile

import numpy as np
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.test import Client

from history.export.formats.idx import IMAGES, LABELS
from history.records import Label
from history.stores import open_store
from history.stores.sqlite.store import SQLiteStore
from management.training.datasets.labelled import LabelledSet
from management.training.datasets.reading import read_dataset
from recognizer import lenet
from testbed.drawings import CORNERS, data_url, encoded, on_canvas
from tests.conftest import ROOT, Digits, site_environment
from tests.history.audit_list import entries
from tests.history.exported import bars, kept
from tests.history.records import a_record

pytestmark = pytest.mark.django_db

STROKE = [[[100, 104], [40, 240], [0, 90], [0.5, 0.5]]]


def export(out: Path, *arguments: str) -> str:
    printed = StringIO()
    call_command("export_history", str(out), *arguments, stdout=printed)
    return printed.getvalue()


def read(path: Path) -> LabelledSet:
    return read_dataset(path)


def evaluated(source: Path) -> dict[str, Any]:
    """What `evaluate_lenet` says of an export with the parameters that ship."""
    figures = source.with_name("figures.json")
    call_command("evaluate_lenet", str(source), json=figures, stdout=StringIO())
    (of_set,) = json.loads(figures.read_bytes())["sets"].values()
    return dict(of_set["recognition"])


@pytest.fixture
def right(client: Client, test_digits: Digits) -> int:
    """MNIST's test digits, drawn in the corners, read through the API and labelled: how many were right.

    Those that are read as a number are not labelled: no label says which of its parts is the digit.
    """
    right = 0
    for i, (image, label) in enumerate(zip(test_digits.images, test_digits.labels, strict=True)):
        drawing = encoded(on_canvas(image, size=70 + i, corner=CORNERS[i % 4]))
        body = {"data": data_url(drawing), "strokes": STROKE}
        answer = client.post("/api/v1/identify", body, content_type="application/json").json()
        if len(answer["digits"]) == 1:
            right += answer["predict"] == label
            record_id = UUID(answer["id"])
            open_store().put_label(
                Label(record_id=record_id, text=str(label), given_by="anna", given_at_us=10**15)
            )
    return right


@pytest.mark.parametrize("name", ["idx", "png"])
def test_the_network_reads_an_export_as_well_as_it_read_the_drawings(
    tmp_path: Path, right: int, name: str
) -> None:
    export(tmp_path / "mine", f"--format={name}")
    figures = evaluated(tmp_path / "mine")
    assert figures["digits"] > 90
    assert figures["right"] == right


def test_the_network_says_of_npz_what_it_said_of_the_drawings(tmp_path: Path, right: int) -> None:
    export(tmp_path / "mine.npz", "--format=npz")
    answers = {str(each.id): each.predict for each in open_store().newest(limit=200)}
    with np.load(tmp_path / "mine.npz") as arrays:
        inputs, labels, ids = arrays["images"] / np.float32(255), arrays["labels"], arrays["ids"]
    forward = lenet.Forward(lenet.load(settings.MNIST_PARAMETERS))
    logits = np.concatenate([forward.logits(inputs[i : i + 25]) for i in range(0, len(inputs), 25)])
    said = logits.argmax(axis=1)
    assert said.tolist() == [answers[each.decode()] for each in ids]
    assert (said == labels).sum() == right


def test_ndjson_is_read_by_training_and_evaluation(tmp_path: Path) -> None:
    open_store().add(a_record())
    for label in ("1", "", "17"):
        kept(7, label=label)
    export(tmp_path / "mine.ndjson", "--format=ndjson")
    labelled = read(tmp_path / "mine.ndjson")
    assert labelled.labels.tolist() == [-1, 1]
    assert labelled.skipped == {"drawings of several digits": 1, "drawings without a label": 1}
    assert len(set(labelled.writers)) == 1


def test_an_archive_holds_what_the_folder_holds(tmp_path: Path) -> None:
    kept(1, 7, label="14")
    kept(7, label="")
    export(tmp_path / "mine", "--format=png")
    export(tmp_path / "mine.zip", "--format=png")
    with ZipFile(tmp_path / "mine.zip") as archive:
        archive.extractall(tmp_path / "unpacked")
    contents = [
        {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*.png")}
        for folder in (tmp_path / "mine", tmp_path / "unpacked")
    ]
    assert contents[0] == contents[1]
    assert read(tmp_path / "mine").labels.tolist() == [1, 4, -1]


def test_what_was_written_is_told_with_its_digest(tmp_path: Path) -> None:
    kept(7, label="1")
    kept(7)
    printed = export(tmp_path / "mine.csv", "--format=csv")
    content = (tmp_path / "mine.csv").read_bytes()
    assert f"2 records read, 2 lines written to {tmp_path}/mine.csv." in printed
    assert f"{len(content)} bytes. SHA-256: {hashlib.sha256(content).hexdigest()}" in printed
    printed = export(tmp_path / "mine", "--format=idx")
    assert "2 records read, 1 digits written" in printed
    assert "Left out: 1 without a label." in printed
    lines = subprocess.run(["sha256sum", IMAGES, LABELS], cwd=tmp_path / "mine", capture_output=True).stdout
    assert f"SHA-256 of the 2 files' digests: {hashlib.sha256(lines).hexdigest()}" in printed


def test_days_label_and_model_select(tmp_path: Path) -> None:
    record = kept(7, label="1", model="lenet-this")
    kept(7, label="1")
    kept(7, model="lenet-this")
    day = f"{record.created_at:%Y-%m-%d}"
    selected = ("--label=1", "--model=lenet-this", f"--from={day}", f"--to={day}")
    export(tmp_path / "mine.ndjson", "--format=ndjson", *selected)
    (line,) = (tmp_path / "mine.ndjson").read_text().splitlines()
    assert json.loads(line)["key_id"] == str(record.id)
    assert entries() == ["export_history exported 1 drawings (completed)"]


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--format=tape"], "invalid choice: 'tape'"),
        (["--format=csv", "--from=yesterday"], "'yesterday' is not a day such as 2026-01-31"),
        (
            ["--format=csv", "--from=2026-02-01", "--to=2026-01-31"],
            "--from 2026-02-01 is after --to 2026-01-31",
        ),
        (["--format=csv", "--label=seven"], "the label 'seven' is unknown"),
        (["--format=csv", "--label=٣"], "is unknown"),
        (["--format=csv", "--answers"], "--answers is for training formats"),
        (["--format=csv", "--label=9"], "Nothing was written: no record is selected"),
        (["--format=idx", "--model=other"], "Nothing was written: no record is selected"),
        (["--format=idx"], "Nothing was written: of 1 records, 1 without a label"),
        (["--format=png"], "Nothing was written: of 1 records, 1 without a label"),
    ],
)
def test_a_wrong_argument_is_a_clear_error_and_leaves_nothing(
    tmp_path: Path, arguments: list[str], complaint: str
) -> None:
    kept(7)
    out = tmp_path / "out"
    out.mkdir()
    with pytest.raises(CommandError, match=complaint):
        export(out / "mine", *arguments)
    assert list(out.iterdir()) == []


def test_what_is_there_is_replaced_only_by_force(tmp_path: Path) -> None:
    kept(7, label="1")
    for name, form in (("mine.csv", "csv"), ("mine", "png")):
        export(tmp_path / name, f"--format={form}")
        kept(7, label="4")
        with pytest.raises(CommandError, match="already exists: --force replaces it"):
            export(tmp_path / name, f"--format={form}")
        export(tmp_path / name, f"--format={form}", "--force")
    assert len((tmp_path / "mine.csv").read_text().splitlines()) == 3
    assert read(tmp_path / "mine").labels.tolist() == [1, 4, 4]
    assert {path.name for path in tmp_path.iterdir()} == {"history.sqlite3", "mine.csv", "mine"} | {
        f"history.sqlite3-{other}" for other in ("wal", "shm", "reserve")
    }


def test_no_force_replaces_what_no_export_has_made(tmp_path: Path) -> None:
    kept(7, label="1")
    photos = tmp_path / "photos"
    photos.mkdir()
    (photos / "summer.jpg").touch()
    for form, complaint in (
        ("png", "holds summer.jpg, which is not part"),
        ("csv", "is a folder"),
    ):
        with pytest.raises(CommandError, match=complaint):
            export(photos, f"--format={form}", "--force")
    with pytest.raises(CommandError, match="is not a folder"):
        export(tmp_path / "nowhere" / "mine.csv", "--format=csv")
    assert [path.name for path in photos.iterdir()] == ["summer.jpg"]


@pytest.mark.usefixtures("failing_history")
def test_a_history_that_cannot_be_read_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("history.stores.retry.RETRIES", 0)
    with pytest.raises(CommandError, match=r"/dev/null/history.sqlite3: .* Nothing was written"):
        export(tmp_path / "mine.csv", "--format=csv")
    assert entries() == ["export_history exported 0 drawings (stopped)"]


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The state of a site with more than can be exported in a moment."""
    state = tmp_path_factory.mktemp("state")
    store = SQLiteStore(state / "history.sqlite3")

    drawing = bars()

    def add(_: int) -> None:
        record = replace(a_record(), drawing=drawing)
        store.add(record)
        store.put_label(Label(record_id=record.id, text="1", given_by="anna", given_at_us=1))

    with ThreadPoolExecutor(64) as threads:
        list(threads.map(add, range(4_000)))
    migrate = [sys.executable, "manage.py", "migrate", "--verbosity=0"]
    subprocess.run(migrate, cwd=ROOT, env=site_environment(state), check=True, timeout=60)
    return state


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_stop_leaves_what_was_there(tmp_path: Path, large: Path, number: signal.Signals) -> None:
    out = tmp_path / "out"
    (out / "mine" / "7").mkdir(parents=True)
    command = [sys.executable, "manage.py", "export_history", str(out / "mine"), "--format=idx", "--force"]
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env=site_environment(large),
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    ) as run:
        while len(list(out.iterdir())) < 2:
            assert run.poll() is None, run.communicate()
            time.sleep(0.01)
        run.send_signal(number)
        _, complaint = run.communicate(timeout=60)
    assert run.returncode == 128 + number
    assert complaint.strip() == f"CommandError: Stopped by {number.name}. Nothing was written."
    assert [path.name for path in out.iterdir()] == ["mine"]
    assert [path.name for path in (out / "mine").iterdir()] == ["7"]
