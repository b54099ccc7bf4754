"""Backups of the state folder: made while the site runs, verified, and put back.

A backup is a tar file with a copy of each database, the secret key, and a manifest with the size and the
SHA-256 of each file and the number of rows of each table.
"""

import hashlib
import json
import os
import secrets
import shutil
import sqlite3
import tarfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

from history.ids import from_time_ordered
from history.stores import rows
from history.stores.base import StoreUnavailable
from history.stores.process_lock import process_lock
from history.stores.sqlite.store import PUT_SHARE, SQLiteStore, deleted_among
from management.atomic import sync_folder

DATABASES = ("history.sqlite3", "outbox.sqlite3", "site.sqlite3")
SECRET_KEY = "secret-key"  # noqa: S105 -- a file's name
NAMES = (*DATABASES, SECRET_KEY)
MANIFEST = "manifest.json"
FORMAT = 1
OPENED = ".restore-"
"""How the names of folders with the files of an opened backup begin."""
IN_USE = {
    "history.sqlite3": ("recognitions",),
    "outbox.sqlite3": ("recognitions",),
    "site.sqlite3": ("auth_user", "django_session", "history_auditentry"),
}
"""The tables in whose rows a database is more than an empty one."""

Counts = dict[str, int]
"""The number of rows by table."""


class BackupError(Exception):
    """The backup was not made or not restored; nothing was changed."""


class UnfinishedRestore(Exception):
    """A restore failed after its first change, and so did the attempt to undo it."""


def back_up(state: Path, file: Path) -> dict[str, Counts]:
    """Write a backup of a state folder to a new file; return the counts of each database.

    Reads each database as it is at one moment; the site goes on writing. Raises BackupError and OSError.
    """
    if file.exists():
        raise BackupError(f"{file} exists already")
    if not file.parent.exists():
        raise BackupError(f"{file.parent} does not exist")
    with TemporaryDirectory(prefix=f".{file.name}.", suffix=".partial", dir=file.parent) as folder:
        copies = Path(folder)
        counts = {name: _copy(state / name, copies / name) for name in DATABASES if (state / name).exists()}
        names = list(counts)
        if (state / SECRET_KEY).exists():
            shutil.copyfile(state / SECRET_KEY, copies / SECRET_KEY)
            names.append(SECRET_KEY)
        manifest = {
            "format": FORMAT,
            "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "files": {name: {"sha256": _sha256(copies / name)} for name in names},
            "counts": counts,
        }
        (copies / MANIFEST).write_text(json.dumps(manifest, indent=1))
        whole = copies / "backup.tar"
        whole.touch(mode=0o600)  # It has the secret key.
        with whole.open("wb") as stream:
            with tarfile.open(fileobj=stream, mode="w") as tar:
                for name in (MANIFEST, *names):
                    tar.add(copies / name, arcname=name)
            stream.flush()
            os.fsync(stream.fileno())
        with opened(whole):
            pass
        try:
            os.link(whole, file)  # Unlike a rename, it replaces nothing.
        except FileExistsError as error:
            raise BackupError(f"{file} exists already") from error
        sync_folder(file.parent)
    return counts


@contextmanager
def opened(file: Path, *, within: Path | None = None) -> Iterator[tuple[Path, dict[str, Any]]]:
    """A folder with a backup's verified files, and its manifest. Raises BackupError if it is damaged."""
    if not file.exists():
        raise BackupError(f"{file} does not exist")
    with TemporaryDirectory(prefix=OPENED, dir=within or file.parent) as folder:
        copies = Path(folder)
        try:
            with tarfile.open(file, mode="r:") as tar:
                known = [each for each in tar if each.isreg() and each.name in (MANIFEST, *NAMES)]
                tar.extractall(folder, members=known, filter="data")
            manifest = _checked(json.loads((copies / MANIFEST).read_text()))
            files = manifest["files"]
            is_whole = {each.name for each in known} == {MANIFEST, *files} and all(
                _sha256(copies / name) == each["sha256"] for name, each in files.items()
            )
        except (tarfile.TarError, OSError, ValueError, RecursionError) as error:
            raise BackupError(f"{file} is not a backup, or is damaged: {error}") from error
        if not is_whole:
            raise BackupError(f"{file} is damaged")
        for name, counts in manifest["counts"].items():
            if _verified_counts(copies / name) != counts:
                raise BackupError(f"{file} is damaged: {name} has other rows than the manifest says")
        yield copies, manifest


def _checked(manifest: Any) -> dict[str, Any]:
    """The manifest, if it has the form that `back_up` writes. Raises ValueError."""
    match manifest:
        case {"format": int(version)} if version > FORMAT:
            raise ValueError("a later version has written it")
        case {"format": version, "made_at": str(), "files": dict(files), "counts": dict(counts)}:
            are_known = (
                version == FORMAT and set(files) <= set(NAMES) and set(counts) == set(files) - {SECRET_KEY}
            )
            if are_known and all(isinstance(each, dict) and "sha256" in each for each in files.values()):
                return dict(manifest)
    raise ValueError(f"its {MANIFEST} is not as `backup` writes it")


def restore(file: Path, state: Path, *, force: bool) -> tuple[dict[str, Any], int | None, Path | None]:
    """Put a backup's files into a state folder.

    Returns the manifest; the number of drawings left out because they were deleted after the backup, or None
    if the current history remembers no deletions or cannot be read; and the folder with the files that were
    replaced, if there were any. Raises BackupError and OSError, and UnfinishedRestore.
    """
    with process_lock(state / "serving-lock") as is_held:
        if not is_held:
            raise BackupError("the site is running; stop it first")
        for left in state.glob(f"{OPENED}*"):  # By a process that was killed.
            shutil.rmtree(left, ignore_errors=True)
        with opened(file, within=state) as (copies, manifest):
            if not force and (used := [name for name in DATABASES if _is_used(state / name)]):
                raise BackupError(f"{state} has a {' and a '.join(used)} with content; --force replaces them")
            left_out = _merge_later_changes(copies, state)
            new = [name for name in NAMES if (copies / name).exists()]
            aside = _exchange(copies, new, state)
    return manifest, left_out, aside


def _exchange(copies: Path, new: list[str], state: Path) -> Path | None:
    """Put the new files into the places of the old ones, and return the folder with the old ones, if any.

    The old files are linked into the folder first. So a process that dies in between leaves each database
    complete, either the old or the new one. Raises OSError if nothing has changed, and UnfinishedRestore.
    """
    for name in DATABASES:
        _empty_log(state / name)
    with_logs = [f"{name}{end}" for name in DATABASES for end in ("", "-wal", "-journal")]
    old = [name for name in (*with_logs, SECRET_KEY) if (state / name).exists()]
    aside = state / f"before-restore-{datetime.now(UTC):%Y%m%dT%H%M%S}-{secrets.token_hex(2)}"
    for name in new:
        (copies / name).chmod(0o600)
        with (copies / name).open("rb+") as file:
            os.fsync(file.fileno())
    try:
        if old:
            aside.mkdir(mode=0o700)
            for name in old:
                os.link(state / name, aside / name)
            sync_folder(aside)
            sync_folder(state)
        _replace(state, copies, new)
    except BaseException:
        try:
            _put_back(state, aside, old, new)
        except OSError as error:
            raise UnfinishedRestore(f"{error}. The files that were there before are in {aside}") from error
        raise
    return aside if old else None


def _replace(state: Path, copies: Path, new: list[str]) -> None:
    for name in NAMES:
        for end in ("-wal", "-shm", "-journal"):  # SQLite would apply an old log to the new database.
            (state / f"{name}{end}").unlink(missing_ok=True)
        if name in new:
            (copies / name).replace(state / name)
        else:
            (state / name).unlink(missing_ok=True)
    sync_folder(state)


def _put_back(state: Path, aside: Path, old: list[str], new: list[str]) -> None:
    for name in old:  # A database before its log.
        if (aside / name).exists():
            (aside / name).replace(state / name)
    for name in set(new).difference(old):
        (state / name).unlink(missing_ok=True)
    sync_folder(state)
    shutil.rmtree(aside, ignore_errors=True)  # The other names of unchanged files.


def _empty_log(database: Path) -> None:
    """Move the content of a database's log into the database, unless it is damaged."""
    if database.exists():
        with suppress(sqlite3.Error), closing(sqlite3.connect(database)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _copy(source: Path, target: Path) -> Counts:
    try:
        with (
            closing(sqlite3.connect(f"{source.as_uri()}?mode=rw", uri=True, timeout=30)) as origin,
            closing(sqlite3.connect(target)) as copy,
        ):
            origin.backup(copy)  # In one step: with several it would begin anew after each write of the site.
            copy.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.Error as error:
        raise BackupError(f"{source}: {error}") from error
    return _verified_counts(target)


def _verified_counts(path: Path) -> Counts:
    """The counts of a database, after a complete check. Raises BackupError if it is damaged."""
    names = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
    try:
        with closing(sqlite3.connect(path)) as connection:
            found = connection.execute("PRAGMA integrity_check").fetchone()[0]
            if found != "ok":
                raise BackupError(f"{path.name} is damaged: {found}")
            tables = [name for (name,) in connection.execute(names)]
            count = 'SELECT COUNT(*) FROM "{}"'
            return {name: connection.execute(count.format(name)).fetchone()[0] for name in tables}
    except sqlite3.Error as error:
        raise BackupError(f"{path.name} is damaged: {error}") from error


def _is_used(path: Path) -> bool:
    if not path.exists():
        return False
    try:
        counts = _verified_counts(path)
    except BackupError:
        return True
    return any(counts.get(table) for table in IN_USE[path.name])


def _merge_later_changes(copies: Path, state: Path) -> int | None:
    """Delete from the copy what the current history remembers as deleted, and let the copy remember it.

    The copy also takes over later changes of sharing: a link that has been stopped must not work again. It
    takes over those of drawings that it lacks, too, in case a later backup is restored after it, and gets a
    history for all this if it has none. Returns the number of deleted drawings, or None if the current
    history cannot be read.
    """
    current, copy = state / "history.sqlite3", copies / "history.sqlite3"
    if not current.exists():
        return 0
    ids: list[UUID] = []
    try:
        if copy.exists():
            with closing(sqlite3.connect(copy)) as connection:
                ids = [
                    from_time_ordered(key) for (key,) in connection.execute("SELECT key FROM recognitions")
                ]
    except (sqlite3.Error, ValueError, TypeError) as error:
        raise BackupError(f"the drawings cannot be read: {error}") from error
    try:
        with closing(sqlite3.connect(current)) as connection:
            deletions = connection.execute("SELECT id_sha256, deleted_at_us FROM deletions").fetchall()
            deleted = list(deleted_among(connection, ids))
            shares = _shares(connection)
    except sqlite3.Error:
        return None
    if not copy.exists() and not deletions and not shares:
        return 0
    store = SQLiteStore(copy)
    try:
        store.newest(limit=1)  # This upgrades a copy of an earlier version.
        store.remove(deleted)
        with closing(sqlite3.connect(copy)) as connection:
            with connection:
                connection.executemany("INSERT OR REPLACE INTO deletions VALUES (?, ?)", deletions)
                connection.executemany(PUT_SHARE, shares)
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except (StoreUnavailable, sqlite3.Error) as error:
        raise BackupError(f"the later deletions and changes of sharing cannot be merged: {error}") from error
    return len(deleted)


def _shares(connection: sqlite3.Connection) -> list[dict[str, Any]]:
    """The rows of all shares but those of deleted drawings; a history of an earlier version has none."""
    if not connection.execute("SELECT 1 FROM sqlite_schema WHERE name = 'shares'").fetchone():
        return []
    names = ("key", *rows.SHARE_COLUMNS)
    found = connection.execute(f"SELECT {', '.join(names)} FROM shares").fetchall()  # noqa: S608 -- the names are the store's
    gone = deleted_among(connection, [from_time_ordered(row[0]) for row in found])
    return [dict(zip(names, row, strict=True)) for row in found if from_time_ordered(row[0]) not in gone]


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
