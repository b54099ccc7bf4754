"""Files that are either old or new, and never half of each, whenever the process or the machine stops."""

import os
import secrets
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory


def replace(contents: Mapping[Path, bytes | Iterable[bytes]]) -> None:
    """Write the files, all of them or none, and rename them into place in the order given.

    Everything that commonly fails, such as a full disk, fails before the first rename. Two renames are not
    one, though: a process that dies between them leaves the first file new and the second old, so the file
    that vouches for the others comes last.
    Raises OSError; the files at these paths are then what they were.
    """
    with ExitStack() as stack:
        written = {
            path: stack.enter_context(_written_beside(path, content)) for path, content in contents.items()
        }
        for path, temporary in written.items():
            temporary.replace(path)
            sync_folder(path.parent)


def replace_folder(folder: Path, contents: Iterable[tuple[str, Iterable[bytes]]]) -> None:
    """Write a folder of files by their names in it, which may name inner folders: all of them or none.

    An earlier folder of this name is replaced. A process that dies between two renames leaves it, whole, in a
    folder called .partial beside its place. Raises OSError; the earlier folder is then untouched.
    """
    with TemporaryDirectory(prefix=f".{folder.name}.", suffix=".partial", dir=folder.parent) as beside:
        new, old = Path(beside) / "new", Path(beside) / "old"
        new.mkdir()
        for name, chunks in contents:
            path = new / name
            path.parent.mkdir(exist_ok=True)
            with path.open("xb") as file:
                file.writelines(chunks)
        os.sync()  # All of them at once: to sync each would take longer than to write it.
        if folder.exists():
            folder.rename(old)
        try:
            new.rename(folder)
        except BaseException:
            if old.exists() and not folder.exists():
                old.rename(folder)  # Or it would be deleted with the temporary folder.
            raise
        sync_folder(folder.parent)


@contextmanager
def _written_beside(path: Path, content: bytes | Iterable[bytes]) -> Iterator[Path]:
    """A new file in the same folder, on disk, and gone afterwards unless it was renamed."""
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}.partial")
    try:
        with temporary.open("xb") as file:
            file.writelines([content] if isinstance(content, bytes) else content)
            file.flush()
            os.fsync(file.fileno())
        yield temporary
    finally:
        temporary.unlink(missing_ok=True)


def sync_folder(folder: Path) -> None:
    """Put a rename itself on disk, where the system lets a folder be synced (Windows does not)."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
