"""The pen digits and letters that come with the product."""

from management.training.datasets import drawings
from management.training.datasets.drawings import LabelledDrawing
from mnistsite.types import NON_DIGIT

FOLDER = drawings.FOLDER


def read_all(name: str) -> tuple[LabelledDrawing, ...]:
    return drawings.read(FOLDER / name).drawings


def test_there_are_pen_digits_of_thirty_writers() -> None:
    pen = read_all("pen-digits.ndjson.gz")
    assert len(pen) == 7494
    assert len({drawing.writer for drawing in pen}) == 30
    assert {drawing.label for drawing in pen} == set(range(10))


def test_every_font_of_the_letters_has_its_author_and_licence() -> None:
    letters = read_all("letters.ndjson.gz")
    readme = (FOLDER / "README.md").read_text()
    assert len(letters) > 2000
    assert {drawing.label for drawing in letters} == {NON_DIGIT}
    for font in {drawing.writer for drawing in letters}:
        assert f"| {font} |" in readme
    assert "CC BY 4.0" in readme
    assert "Alpaydin" in readme
