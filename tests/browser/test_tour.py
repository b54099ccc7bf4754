"""docs/tour.md shows the screens that there are, and its pictures are those of docs/tour."""

from tests.browser import tour
from tests.browser.screens import SCREENS


def test_the_tour_shows_every_screen() -> None:
    written = tour.PAGE.read_text()
    assert written == tour.written()
    for screen in SCREENS:
        assert f"## {screen.name}\n\n{screen.sentence}\n" in written


def test_every_picture_is_there_and_none_that_is_not_shown() -> None:
    assert set(tour.PICTURES.iterdir()) == set(tour.pictures())


def test_a_screen_has_one_name() -> None:
    assert len({screen.name for screen in SCREENS}) == len(SCREENS)


def test_the_tour_is_small() -> None:
    assert sum(path.stat().st_size for path in tour.pictures()) < 8_000_000
