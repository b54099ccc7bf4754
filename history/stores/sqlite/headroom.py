"""Disk space that removals need, reserved by a file beside the database.

On a full disk a removal needs space too: SQLite writes changed pages to its log, and the database file may
have to grow when the log is written back.
"""

import os
import shutil
import sqlite3
from pathlib import Path

from history.stores.base import Refused, StoreUnavailable

RESERVE_BYTES = 1 << 23
"""Size of the file that reserves the space."""

OF_A_FULL_DISK = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN}


class Headroom:
    def __init__(self, path: Path) -> None:
        """path: the database."""
        self._path = path
        self._log = path.with_name(f"{path.name}-wal")
        self._reserve = path.with_name(f"{path.name}-reserve")

    def require(self, *, free_in_file: int = 0) -> None:
        """Raise Refused if an addition could use up the space that removals need.

        Removals need the reserve, as much again of free space, and the space by which the log can make the
        file grow. If the file itself has as much free space, it will not grow.
        This also creates the reserve if it is missing.

        free_in_file: bytes in pages of the file that hold nothing any more.
        """
        try:
            free, reserved = shutil.disk_usage(self._path.parent).free, _allocated(self._reserve)
            needed = 2 * RESERVE_BYTES + _allocated(self._log)
            if free + reserved < needed and free_in_file < 2 * RESERVE_BYTES:
                raise Refused(f"{self._path}: the disk is full, except for the reserve for removals")
            if reserved < RESERVE_BYTES:
                file = os.open(self._reserve, os.O_RDWR | os.O_CREAT, 0o600)
                try:
                    os.posix_fallocate(file, 0, RESERVE_BYTES)
                finally:
                    os.close(file)
        except OSError as error:
            raise StoreUnavailable(f"{self._path}: {error}") from error

    def give_up(self) -> None:
        """Delete the reserve. Raises OSError."""
        self._reserve.unlink(missing_ok=True)


def means_a_full_disk(error: BaseException | None) -> bool:
    """Whether a full disk can be the cause of one of SQLite's errors."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in OF_A_FULL_DISK


def _allocated(path: Path) -> int:
    """The disk space of a file, in bytes; after a restore, its zeros may take no space."""
    try:
        return path.stat().st_blocks * 512
    except FileNotFoundError:
        return 0
