"""Fetching MNIST's files from the first mirror that has them, each checked before it is kept."""

import zlib
from collections.abc import Callable, Sequence
from pathlib import Path

from management import atomic
from management.training.datasets import idx
from management.training.datasets.mirrors import Mirror, MirrorError
from management.training.datasets.mnist import FILES, MnistFile
from management.training.errors import TrainingError


class FetchError(TrainingError):
    """No mirror had all the files. The message names the fault of each."""


def fetch(
    folder: Path,
    *,
    mirrors: Sequence[Mirror],
    report: Callable[[str], None],
    files: Sequence[MnistFile] = FILES,
) -> None:
    """Put the files into a folder, decompressed; those that are already there and correct are kept.

    Each mirror is asked for the files that the ones before it did not give.
    Raises FetchError when some are missing in the end, and OSError when the folder cannot be written to.
    """
    if folder.exists() and not folder.is_dir():
        raise FetchError(f"{folder} is not a folder.")
    folder.mkdir(parents=True, exist_ok=True)
    missing = [file for file in files if not is_right(folder, file)]
    for file in files:
        if file not in missing:
            report(f"{file.name} is already there, and correct.")
    failures = []
    for mirror in mirrors:
        if not missing:
            break
        report(f"Asking {mirror.name} …")
        try:
            for file, content in mirror.contents(tuple(missing)):
                _keep(folder, file, content)
                missing.remove(file)
                report(f"{file.name} fetched, {len(content)} bytes, and correct.")
        except MirrorError as error:
            failures.append(f"{mirror.name}: {error}")
            report(f"It failed: {error}")
    if missing:
        raise FetchError(_advice(folder, missing=missing, failures=failures))


def is_right(folder: Path, file: MnistFile) -> bool:
    """Whether the folder holds the file, plain or compressed, with the content that it should have."""
    try:
        with idx.open_plain_or_gzip(idx.find(folder, file.name)) as stream:
            return file.fault_of(stream.read(file.size_bytes + 1)) is None
    except (idx.IdxError, OSError, EOFError, zlib.error):
        return False


def _keep(folder: Path, file: MnistFile, content: bytes) -> None:
    """Write a file. Raises MirrorError if its content is not what it should be."""
    if fault := file.fault_of(content):
        raise MirrorError(f"{file.name} {fault}")
    atomic.replace({folder / file.name: content})


def _advice(folder: Path, *, missing: Sequence[MnistFile], failures: Sequence[str]) -> str:
    names = ", ".join(file.name for file in missing)
    return "\n".join(
        (
            f"{folder} still lacks {names}.",
            *failures,
            (
                "By hand: put these files, plain or as .gz, into a folder. fetch_mnist --data FOLDER checks "
                "them and train_lenet --data FOLDER uses them."
            ),
        )
    )
