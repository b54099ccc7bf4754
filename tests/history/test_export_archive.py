"""The ZIP archive, which is streamed while its files are read."""

from collections.abc import Iterator
from io import BytesIO
from zipfile import ZipFile

from history.export.files import File, joined
from history.export.zip_stream import zipped

CONTENTS = {"7/a.png": b"\x89PNG" + bytes(100_000), "none/b.png": b"", "digits.txt": b"7"}


def files(contents: dict[str, bytes]) -> list[File]:
    return [File(name, iter([content[:5], content[5:]])) for name, content in contents.items()]


def archive(contents: dict[str, bytes]) -> bytes:
    return b"".join(zipped(files(contents)))


def test_an_archive_contains_its_files() -> None:
    with ZipFile(BytesIO(archive(CONTENTS))) as read:
        assert read.testzip() is None
        assert {name: read.read(name) for name in read.namelist()} == CONTENTS
        assert read.getinfo("7/a.png").compress_size < 1_000


def test_its_files_have_mode_644() -> None:
    with ZipFile(BytesIO(archive(CONTENTS))) as read:
        for file in read.infolist():
            unix = 3
            assert (file.create_system, file.external_attr >> 16) == (unix, 0o100644)
            assert file.date_time == (1980, 1, 1, 0, 0, 0)


def test_small_pieces_are_joined_to_64_kilobytes() -> None:
    pieces = [bytes([number]) * 30_000 for number in range(7)]
    together = list(joined(iter(pieces)))
    assert [len(piece) for piece in together] == [90_000, 90_000, 30_000]
    assert b"".join(together) == b"".join(pieces)
    assert [len(piece) for piece in joined([b"7" * 65_535, b"7", b"7"])] == [65_536, 1]
    assert list(joined([])) == []


def test_an_empty_archive_is_valid() -> None:
    with ZipFile(BytesIO(archive({}))) as read:
        assert read.namelist() == []


def test_an_archive_may_have_more_than_65535_files() -> None:
    many = {f"{number}.png": b"%d" % number for number in range(66_000)}
    with ZipFile(BytesIO(archive(many))) as read:
        assert len(read.namelist()) == 66_000
        assert read.read("65999.png") == b"65999"


def test_the_same_files_give_the_same_bytes() -> None:
    assert archive(CONTENTS) == archive(CONTENTS)


def test_the_first_piece_comes_before_everything_is_read() -> None:
    def endless() -> Iterator[File]:
        while True:
            yield File("a", iter([b"x" * 100_000]))

    assert next(zipped(endless())).startswith(b"PK\3\4")
