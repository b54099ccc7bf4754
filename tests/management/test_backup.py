"""`manage.py backup` beside a running site, and `restore`: all of it, or nothing."""

import errno
import io
import json
import re
import shutil
import signal
import sqlite3
import stat
import subprocess
import sys
import tarfile
import threading
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from types import SimpleNamespace
from uuid import UUID

import pytest
import requests
from django.core.management import CommandError, call_command
from pytest_django import Settings

from history.records import Label, Record, Share
from history.stores.outbox import Outbox
from history.stores.sqlite import store as store_module
from history.stores.sqlite.store import SQLiteStore
from management import backup
from testbed.drawings import data_url, encoded, on_canvas
from tests.conftest import ROOT, Digits, running_site, site_environment
from tests.history.records import a_record, made_at
from tests.management.test_atomic import DYING
from tests.tracing import traced


@pytest.fixture
def state(settings: Settings, tmp_path: Path) -> Path:
    state = tmp_path / "state"
    state.mkdir()
    (state / "secret-key").write_text("a secret")
    settings.STATE_DIR = state
    return state


@pytest.fixture
def records(state: Path) -> list[Record]:
    store = history_of(state)
    made = [a_record() for _ in range(5)]
    for record in made:
        store.add(record)
    store.put_label(Label(record_id=made[0].id, text="7", given_by="anna", given_at_us=10**15))
    return made


def run(*arguments: str) -> str:
    said = io.StringIO()
    call_command(*arguments, stdout=said)
    return said.getvalue()


def history_of(state: Path) -> SQLiteStore:
    return SQLiteStore(state / "history.sqlite3")


def kept(state: Path) -> list[Record]:
    store = history_of(state)
    return [store.get(found.id) for found in store.oldest(limit=99)]


def test_all_is_restored_into_an_empty_folder(
    state: Path, records: list[Record], tmp_path: Path, settings: Settings
) -> None:
    Outbox(state / "outbox.sqlite3", max_bytes=10**7).add(waits := a_record())
    file = tmp_path / "backup.tar"
    assert "history.sqlite3: 5 drawings" in run("backup", str(file))
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    settings.STATE_DIR = tmp_path / "another"
    settings.STATE_DIR.mkdir()
    (settings.STATE_DIR / "secret-key").write_text("made at the first start")
    said = run("restore", str(file))
    assert "is restored" in said
    (aside,) = settings.STATE_DIR.glob("before-restore-*")
    assert f"The folder had only a secret key before, which is now in {aside}." in said
    assert "files that were there" not in said
    assert kept(settings.STATE_DIR) == records
    store = SQLiteStore(settings.STATE_DIR / "history.sqlite3")
    assert store.label(records[0].id) is not None
    assert Outbox(settings.STATE_DIR / "outbox.sqlite3", max_bytes=10**7).get(waits.id) == waits
    assert (settings.STATE_DIR / "secret-key").read_text() == "a secret"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["another", "backup.tar", "state"]


def test_a_file_that_exists_is_not_overwritten(state: Path, records: list[Record], tmp_path: Path) -> None:
    file = tmp_path / "backup.tar"
    file.write_text("precious")
    with pytest.raises(CommandError, match="exists already"):
        run("backup", str(file))
    assert file.read_text() == "precious"


def test_content_is_replaced_only_by_force_and_put_aside(
    state: Path, records: list[Record], tmp_path: Path
) -> None:
    file = tmp_path / "backup.tar"
    run("backup", str(file))
    history_of(state).add(later := a_record())
    with pytest.raises(CommandError, match=r"history\.sqlite3 with content"):
        run("restore", str(file))
    assert kept(state) == [*records, later]
    said = run("restore", str(file), "--force")
    assert kept(state) == records
    (aside,) = state.glob("before-restore-*")
    assert f"The files that were there before are in {aside};" in said
    assert kept(aside) == [*records, later]


def test_an_audit_list_is_replaced_only_by_force(
    state: Path, records: list[Record], tmp_path: Path, settings: Settings
) -> None:
    file, table = tmp_path / "backup.tar", "CREATE TABLE history_auditentry (id INTEGER PRIMARY KEY)"
    with closing(sqlite3.connect(state / "site.sqlite3")) as connection, connection:
        connection.execute(table)
        connection.execute("INSERT INTO history_auditentry VALUES (7)")
    run("backup", str(file))
    settings.STATE_DIR = tmp_path / "another"
    settings.STATE_DIR.mkdir()
    run("restore", str(file))
    with pytest.raises(
        CommandError, match=r"another has a history\.sqlite3 and a site\.sqlite3 with content"
    ):
        run("restore", str(file))
    with closing(sqlite3.connect(settings.STATE_DIR / "site.sqlite3")) as connection:
        assert connection.execute("SELECT id FROM history_auditentry").fetchall() == [(7,)]


def test_what_was_deleted_after_the_backup_stays_deleted(
    state: Path, records: list[Record], tmp_path: Path
) -> None:
    file = tmp_path / "backup.tar"
    run("backup", str(file))
    history_of(state).delete(records[2])
    for _ in range(2):  # The restored history remembers it, too.
        assert "1 drawings that have been deleted since were left out" in run("restore", str(file), "--force")
        assert kept(state) == [*records[:2], *records[3:]]
        assert history_of(state).deleted([each.id for each in records]) == {records[2].id}


def test_a_link_that_was_stopped_after_the_backup_stays_stopped(
    state: Path, records: list[Record], tmp_path: Path
) -> None:
    file, store = tmp_path / "backup.tar", history_of(state)
    stopped, later, gone, earlier = (record.id for record in records[:4])
    for each in (stopped, gone, earlier):
        store.put_share(Share(record_id=each, changed_at_us=2))
    run("backup", str(file))
    store.put_share(Share(record_id=stopped, until_us=0, changed_at_us=3))
    store.put_share(Share(record_id=later, key="k" * 22, until_us=9, changed_at_us=3))
    store.delete(records[2])
    run("restore", str(file), "--force")
    restored = history_of(state)
    assert restored.share(stopped) == Share(record_id=stopped, until_us=0, changed_at_us=3)
    assert restored.share(later) == Share(record_id=later, key="k" * 22, until_us=9, changed_at_us=3)
    assert restored.share(gone) is None
    assert restored.share(earlier) == Share(record_id=earlier, changed_at_us=2)


def test_an_earlier_backup_in_between_revives_no_link_that_was_stopped(
    state: Path, records: list[Record], tmp_path: Path
) -> None:
    first, second = tmp_path / "first.tar", tmp_path / "second.tar"
    run("backup", str(first))
    store, record = history_of(state), a_record()
    store.add(record)
    store.put_share(Share(record_id=record.id, key="k" * 22, changed_at_us=2))
    run("backup", str(second))
    store.put_share(stopped := Share(record_id=record.id, key="k" * 22, until_us=0, changed_at_us=3))
    for each in (first, first, second):
        run("restore", str(each), "--force")
    restored = history_of(state)
    assert record.id in {found.id for found in kept(state)}
    assert restored.share(record.id) == stopped
    restored.delete(record)
    for each in (first, second):
        run("restore", str(each), "--force")
    restored = history_of(state)
    assert restored.share(record.id) is None
    assert kept(state) == records


def test_the_sharing_of_a_drawing_that_a_backup_lacks_is_forgotten_with_its_day(
    state: Path, records: list[Record], tmp_path: Path
) -> None:
    file, store, old = tmp_path / "backup.tar", history_of(state), made_at(datetime(2026, 2, 28, tzinfo=UTC))
    run("backup", str(file))
    store.add(old)
    store.put_share(Share(record_id=old.id, until_us=0, changed_at_us=3))
    run("restore", str(file), "--force")
    assert history_of(state).share(old.id) is not None
    history_of(state).purge(old.created_at.date())
    run("restore", str(file), "--force")
    assert history_of(state).share(old.id) is None


def test_an_earlier_change_of_sharing_replaces_no_later_one(
    state: Path, records: list[Record], tmp_path: Path
) -> None:
    """The clock was set back, or an older history is in place."""
    file, store = tmp_path / "backup.tar", history_of(state)
    shared = Share(record_id=records[0].id, key="k" * 22, changed_at_us=3)
    store.put_share(shared)
    run("backup", str(file))
    with closing(sqlite3.connect(state / "history.sqlite3")) as connection, connection:
        connection.execute("UPDATE shares SET changed_at_us = 2, until_us = 0")
    run("restore", str(file), "--force")
    assert history_of(state).share(records[0].id) == shared


def test_a_backup_without_a_history_in_between_brings_nothing_back(
    state: Path, records: list[Record], tmp_path: Path, settings: Settings
) -> None:
    without, file, store = tmp_path / "without.tar", tmp_path / "backup.tar", history_of(state)
    settings.STATE_DIR = tmp_path / "of Cassandra"
    settings.STATE_DIR.mkdir()
    (settings.STATE_DIR / "secret-key").write_text("a secret")
    run("backup", str(without))
    settings.STATE_DIR = state
    run("backup", str(file))
    store.delete(records[2])
    store.put_share(stopped := Share(record_id=records[0].id, until_us=0, changed_at_us=3))
    run("restore", str(without), "--force")
    assert kept(state) == []
    assert "1 drawings that have been deleted since were left out" in run("restore", str(file))
    assert kept(state) == [*records[:2], *records[3:]]
    assert history_of(state).share(records[0].id) == stopped
    settings.STATE_DIR = tmp_path / "without deletions"
    settings.STATE_DIR.mkdir()
    history_of(settings.STATE_DIR).add(a_record())
    run("restore", str(without), "--force")
    assert not (settings.STATE_DIR / "history.sqlite3").exists()


def test_a_history_of_an_earlier_version_without_shares_is_replaced(
    state: Path, records: list[Record], tmp_path: Path
) -> None:
    file = tmp_path / "backup.tar"
    run("backup", str(file))
    history_of(state).delete(records[2])
    with closing(sqlite3.connect(state / "history.sqlite3")) as connection:
        connection.execute("DROP TABLE shares")
    assert "1 drawings that have been deleted since were left out" in run("restore", str(file), "--force")
    assert kept(state) == [*records[:2], *records[3:]]


def test_days_that_were_purged_after_the_backup_stay_deleted(
    state: Path, records: list[Record], tmp_path: Path
) -> None:
    file, store = tmp_path / "backup.tar", history_of(state)
    store.add(old := made_at(datetime(2026, 2, 28, tzinfo=UTC)))
    run("backup", str(file))
    store.purge(old.created_at.date())
    for _ in range(2):
        assert "1 drawings that have been deleted since were left out" in run("restore", str(file), "--force")
        assert kept(state) == records


def test_a_drawing_of_a_purged_day_is_restored_if_the_history_has_it(
    state: Path, records: list[Record], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The clock was ahead, and today was purged."""
    file, store = tmp_path / "backup.tar", history_of(state)
    with monkeypatch.context() as ahead:
        ahead.setattr(store_module, "time", AHEAD)
        store.purge(records[0].created_at.date())
    store.add(later := a_record())
    run("backup", str(file))
    assert "were left out" not in run("restore", str(file), "--force")
    assert kept(state) == [later]


AHEAD = SimpleNamespace(time_ns=lambda: time.time_ns() + 10**16, monotonic=time.monotonic, sleep=time.sleep)


@pytest.mark.parametrize("position", [0.1, 0.5, 0.75])
def test_a_damaged_backup_changes_nothing(
    state: Path, records: list[Record], tmp_path: Path, position: float
) -> None:
    file = tmp_path / "backup.tar"
    run("backup", str(file))
    content = bytearray(file.read_bytes())
    start = int(len(content) * position)
    content[start : start + 600] = b"?" * 600
    file.write_bytes(content)
    with pytest.raises(CommandError, match=r"Nothing was restored: .*damaged"):
        run("restore", str(file), "--force")
    assert kept(state) == records
    assert not list(state.glob("before-restore-*"))


@pytest.fixture
def forged(state: Path, records: list[Record], tmp_path: Path) -> Callable[..., Path]:
    """Writes a backup of the state with a changed manifest and further files."""
    file = tmp_path / "backup.tar"
    run("backup", str(file))
    with tarfile.open(file) as tar:
        tar.extractall(tmp_path / "files", filter="data")
    original = json.loads((tmp_path / "files" / "manifest.json").read_text())

    def write(manifest: object = None, *further: tuple[str, bytes], **changed: object) -> Path:
        written = {**original, **changed} if manifest is None else manifest
        content = written if isinstance(written, bytes) else json.dumps(written).encode()
        files = {path.name: path.read_bytes() for path in (tmp_path / "files").iterdir()}
        with tarfile.open(file, "w") as tar:
            for name, each in ({**files, "manifest.json": content} | dict(further)).items():
                entry = tarfile.TarInfo(name)
                entry.size = len(each)
                tar.addfile(entry, io.BytesIO(each))
        return file

    return write


MANIFESTS: dict[str, dict[str, object]] = {
    "a list": {"manifest": []},
    "a word": {"manifest": "manifest"},
    "deep": {"manifest": b"[" * 100_000},
    "no text": {"manifest": b"\xff"},
    "empty": {"manifest": {}},
    "of a later version": {"format": 2},
    "without a time": {"made_at": None},
    "without files": {"files": None},
    "with a list of files": {"files": ["history.sqlite3"]},
    "with a file without a checksum": {"files": {"history.sqlite3": "x", "secret-key": {}}},
    "without counts": {"counts": None},
    "with counts of no file": {"counts": {"history.sqlite3": {}, "../outside.sqlite3": {}}},
    "with counts of too few files": {"counts": {}},
    "with too few files": {"files": {}, "counts": {}},
}


@pytest.mark.parametrize("changed", MANIFESTS.values(), ids=MANIFESTS)
def test_a_manifest_of_another_form_changes_nothing(
    state: Path, records: list[Record], forged: Callable[..., Path], changed: dict[str, object]
) -> None:
    file = forged(**changed)
    with pytest.raises(
        CommandError, match=r"Nothing was restored: .* is (damaged|not a backup, or is damaged)"
    ):
        run("restore", str(file), "--force")
    assert kept(state) == records
    assert not list(state.glob("before-restore-*"))


def test_an_unchanged_manifest_is_restored(
    state: Path, records: list[Record], forged: Callable[..., Path]
) -> None:
    """The other tests of forged manifests fail because of their changes."""
    run("restore", str(forged()), "--force")
    assert kept(state) == records


@pytest.mark.parametrize("name", ["../../victim.txt", "serving-lock", "history.sqlite3-wal"])
def test_a_backup_cannot_name_other_files(
    state: Path, records: list[Record], tmp_path: Path, forged: Callable[..., Path], name: str
) -> None:
    victim = tmp_path / "victim.txt"
    victim.write_text("precious")
    manifest = {
        "format": 1,
        "made_at": "2026-11-27",
        "files": {name: {"sha256": sha256(b"precious").hexdigest()}},
        "counts": {},
    }
    with pytest.raises(CommandError, match="Nothing was restored"):
        run("restore", str(forged(manifest, (name, b"precious"))), "--force")
    assert victim.read_text() == "precious"
    assert kept(state) == records


def test_a_file_that_the_manifest_does_not_name_is_refused(
    state: Path, records: list[Record], forged: Callable[..., Path]
) -> None:
    with pytest.raises(CommandError, match="is damaged"):
        run("restore", str(forged(None, ("outbox.sqlite3", b"unverified"))), "--force")
    assert kept(state) == records


def test_a_missing_file_or_folder_is_named(state: Path, records: list[Record], tmp_path: Path) -> None:
    missing = tmp_path / "nowhere" / "backup.tar"
    with pytest.raises(CommandError, match=rf"^Nothing was restored: {missing} does not exist\.$"):
        run("restore", str(missing), "--force")
    with pytest.raises(CommandError, match=rf"^No backup was made: {missing.parent} does not exist\.$"):
        run("backup", str(missing))


def test_a_cut_backup_or_another_file_changes_nothing(
    state: Path, records: list[Record], tmp_path: Path
) -> None:
    file = tmp_path / "backup.tar"
    run("backup", str(file))
    for content in (file.read_bytes()[:5000], b"", b"no tar" * 1000):
        file.write_bytes(content)
        with pytest.raises(CommandError, match="damaged"):
            run("restore", str(file), "--force")
    assert kept(state) == records


def test_a_damaged_database_is_not_backed_up(state: Path, records: list[Record], tmp_path: Path) -> None:
    path = state / "history.sqlite3"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    content = bytearray(path.read_bytes())
    content[2 * 4096 : 3 * 4096] = b"?" * 4096
    path.write_bytes(content)
    with pytest.raises(CommandError, match="No backup was made"):
        run("backup", str(tmp_path / "backup.tar"))
    assert [each.name for each in tmp_path.iterdir()] == ["state"]


def test_a_damaged_history_is_replaced_by_force(state: Path, records: list[Record], tmp_path: Path) -> None:
    file = tmp_path / "backup.tar"
    run("backup", str(file))
    (state / "history.sqlite3-wal").unlink(missing_ok=True)
    (state / "history.sqlite3").write_bytes(b"damaged" * 1000)
    with pytest.raises(CommandError, match="with content"):
        run("restore", str(file))
    assert "The deletions since are unknown" in run("restore", str(file), "--force")
    assert kept(state) == records


def contents(state: Path) -> dict[str, bytes]:
    """The files of a state folder but those that SQLite makes at will, and the names of its folders."""
    return {
        path.name: path.read_bytes() if path.is_file() else b"a folder"
        for path in state.iterdir()
        if not path.name.endswith(("-wal", "-shm", "serving-lock"))
    }


@pytest.fixture
def whole(state: Path, records: list[Record], tmp_path: Path) -> Path:
    """A backup of all files; the state has other ones now."""
    Outbox(state / "outbox.sqlite3", max_bytes=10**7).add(a_record())
    with closing(sqlite3.connect(state / "site.sqlite3")) as connection, connection:
        connection.execute("CREATE TABLE auth_user (id INTEGER PRIMARY KEY)")
    run("backup", str(tmp_path / "whole.tar"))
    history_of(state).add(a_record())
    Outbox(state / "outbox.sqlite3", max_bytes=10**7).add(a_record())
    with closing(sqlite3.connect(state / "site.sqlite3")) as connection, connection:
        connection.execute("INSERT INTO auth_user VALUES (7)")
    (state / "secret-key").write_text("another secret")
    return tmp_path / "whole.tar"


@pytest.mark.parametrize("failing", ["history.sqlite3", "outbox.sqlite3", "site.sqlite3", "secret-key"])
def test_a_restore_that_fails_midway_puts_everything_back(
    state: Path, whole: Path, failing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = kept(state)
    backup._empty_log(state / "history.sqlite3")
    backup._empty_log(state / "outbox.sqlite3")
    files, really = contents(state), Path.replace

    def replace(path: Path, target: Path) -> Path:
        if target == state / failing and path.parent.name.startswith(".restore-"):
            raise OSError(errno.EBUSY, "Device or resource busy")
        return really(path, target)

    with monkeypatch.context() as busy:
        busy.setattr(Path, "replace", replace)
        with pytest.raises(CommandError, match=r"Nothing was restored: .*busy"):
            run("restore", str(whole), "--force")
    assert contents(state) == files
    assert kept(state) == before
    run("restore", str(whole), "--force")
    assert len(kept(state)) == 5


def test_a_restore_that_cannot_be_undone_names_the_folder_with_the_old_files(
    state: Path, whole: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    really = Path.replace

    def replace(path: Path, target: Path) -> Path:
        if target.name == "secret-key" or path.parent.name.startswith("before-restore-"):
            raise OSError(errno.EIO, "Input/output error")
        return really(path, target)

    monkeypatch.setattr(Path, "replace", replace)
    with pytest.raises(CommandError, match=r"could not be undone: .* are in .*before-restore-\S+\.$"):
        run("restore", str(whole), "--force")
    (aside,) = state.glob("before-restore-*")
    assert len(kept(aside)) == 6


RESTORING = """
import sys
from pathlib import Path
from management import backup
backup.restore(Path(sys.argv[1]), Path(sys.argv[1]).parent / "state", force=True)
"""


@pytest.mark.parametrize("renames", [0, 1, 2, 3])
def test_a_restore_that_is_killed_leaves_complete_databases_and_can_be_repeated(
    state: Path, whole: Path, renames: int
) -> None:
    before = kept(state)
    killed = subprocess.run(
        [sys.executable, "-c", DYING + RESTORING, str(whole), str(renames)],
        cwd=ROOT,
        env=site_environment(state),
    )
    assert killed.returncode == -signal.SIGKILL
    assert len(kept(state)) == (6 if renames == 0 else 5)
    for name in ("outbox.sqlite3", "site.sqlite3"):
        assert backup._verified_counts(state / name)
    (aside,) = state.glob("before-restore-*")
    assert kept(aside) == before
    assert (aside / "secret-key").read_text() == "another secret"
    run("restore", str(whole), "--force")
    assert len(kept(state)) == 5
    assert (state / "secret-key").read_text() == "a secret"
    assert not list(state.glob(".restore-*"))


def test_a_log_is_not_applied_to_the_restored_database(
    state: Path, records: list[Record], tmp_path: Path
) -> None:
    file, path = tmp_path / "backup.tar", state / "history.sqlite3"
    run("backup", str(file))
    (state / "history.sqlite3-journal").write_bytes(b"of a damaged history")
    path.write_bytes(b"damaged" * 1000)
    run("restore", str(file), "--force")
    assert not (state / "history.sqlite3-journal").exists()
    (aside,) = state.glob("before-restore-*")
    assert (aside / "history.sqlite3-journal").read_bytes() == b"of a damaged history"
    assert kept(state) == records


def test_restored_files_are_on_disk_before_they_are_in_their_place_and_the_place_is_afterwards(
    state: Path, whole: Path
) -> None:
    calls = traced(RESTORING.replace("sys.argv[1]", "sys.argv[1].replace('state', 'whole.tar')"), state).calls
    calls = [re.sub(r"\.restore-\w+", "new", re.sub("before-restore-[^ ]+", "old", call)) for call in calls]
    (first, *_, last) = (number for number, call in enumerate(calls) if call.startswith("rename new/"))
    for name in ("history.sqlite3", "outbox.sqlite3", "site.sqlite3", "secret-key"):
        assert f"fsync new/{name}" in calls[:first]
        assert f"rename new/{name} {name}" in calls[first:]
    assert calls[first - 2 : first] == ["fsync old", "fsync ."]
    assert calls[last + 1 :] == ["fsync ."]


def test_a_running_site_goes_on_while_it_is_backed_up_and_nothing_is_restored_meanwhile(
    settings: Settings, tmp_path: Path, test_digits: Digits
) -> None:
    file, stop = tmp_path / "backup.tar", threading.Event()
    settings.STATE_DIR = tmp_path / "state"
    settings.STATE_DIR.mkdir()
    bodies = [{"data": data_url(encoded(on_canvas(image)))} for image in test_digits.images[:20]]
    answers: list[requests.Response] = []
    with running_site(settings.STATE_DIR) as site:

        def draw() -> None:
            while not stop.is_set():
                body = bodies[len(answers) % len(bodies)]
                answers.append(requests.post(f"{site.url}/api/v1/identify", json=body, timeout=30))

        drawing = threading.Thread(target=draw)
        drawing.start()
        while len(answers) < 10:
            stop.wait(0.05)
        before = [UUID(each.json()["id"]) for each in answers[:]]
        run("backup", str(file))
        during = len(answers)
        with pytest.raises(CommandError, match="the site is running"):
            run("restore", str(file), "--force")
        while len(answers) < during + 5:
            stop.wait(0.05)
        stop.set()
        drawing.join()
    assert {each.status_code for each in answers} == {200}
    shutil.rmtree(settings.STATE_DIR)
    settings.STATE_DIR.mkdir()
    run("restore", str(file))
    restored = {record.id for record in kept(settings.STATE_DIR)}
    assert set(before) <= restored
    with running_site(settings.STATE_DIR) as site:
        assert requests.post(f"{site.url}/api/v1/identify", json=bodies[0], timeout=30).status_code == 200
