"""The position of every element of the dashboard's plots, in pixels: one line for each element."""

from collections.abc import Callable
from datetime import date
from xml.etree import ElementTree

import pytest
from django.utils.safestring import SafeString

from history.statistics.plots.days import Line, columns, lines
from history.statistics.plots.digits import bars, matrix

DAYS = [date(2026, 2, 1), date(2026, 2, 2), date(2026, 2, 3)]
PLACES = {
    "text": ("x", "y", "text-anchor"),
    "rect": ("x", "y", "width", "height", "fill-opacity"),
    "line": ("x1", "y1", "x2", "y2"),
    "circle": ("cx", "cy", "r"),
    "polyline": ("points",),
}


def read_out(plot: SafeString) -> list[str]:
    """The size of a plot, then each element: its name and class, where it is, and its text or hint."""
    picture = ElementTree.fromstring(plot)  # noqa: S314 -- our own
    size = picture.get("viewBox", "").removeprefix("0 0 ")
    return [size, *(line_of(each) for each in picture)]


def line_of(each: ElementTree.Element) -> str:
    name = ".".join(filter(None, (each.tag, each.get("class", "").replace(" ", "."))))
    places = [value for place in PLACES[each.tag] if (value := each.get(place))]
    said = [f"“{text}”" for text in each.itertext()]
    return " ".join([name, *places, *said])


def a_value(value: float) -> str:
    return f"{value:g}"


def test_columns() -> None:
    plot = columns(DAYS, [10, 0, 40], high=50, write=a_value, caption="three days")
    assert read_out(plot) == [
        "340 170",
        "line.level 40 146 328 146",
        "line.level 40 82 328 82",
        "line.level 40 18 328 18",
        "text 35 150 end “0”",
        "text 35 22 end “50”",
        "text 40 163 “February 1”",
        "text 328 163 end “February 3”",
        # A column takes the middle four fifths of its day's 96 pixels.
        "rect.data 49.6 120.4 76.8 25.6",
        "rect.data 145.6 146 76.8 0",
        "rect.data 241.6 43.6 76.8 102.4",
        "text.peak 280 39.6 middle “40”",
        "rect.hint 40 18 96 128 “February 1: 10”",
        "rect.hint 136 18 96 128 “February 2: 0”",
        "rect.hint 232 18 96 128 “February 3: 40”",
    ]


def test_the_first_of_the_largest_columns_shows_its_number() -> None:
    plot = columns(DAYS, [1, 4, 4], high=4, write=a_value, caption="")
    assert [each for each in read_out(plot) if "peak" in each] == ["text.peak 184 14 middle “4”"]


def test_lines() -> None:
    drawn = [Line([0.6, 0.7, 0.9], "Mean"), Line([0.5, None, 1.0], "Most", kind="line thin")]
    plot = lines(DAYS, drawn, low=0.5, high=1, write=a_value, caption="three days", right=60)
    assert read_out(plot) == [
        "340 170",
        "line.level 40 146 280 146",
        "line.level 40 82 280 82",
        "line.level 40 18 280 18",
        "text 35 150 end “0.5”",
        "text 35 22 end “1”",
        "text 40 163 “February 1”",
        "text 280 163 end “February 3”",
        "polyline.line 80.0,120.4 160.0,94.8 240.0,43.6",
        "circle.data 80 146 2.5",
        "circle.data 240 18 2.5",
        "text.end 246 22 “Most 1”",
        "text.end 246 47.6 “Mean 0.9”",
        "rect.hint 40 18 80 128 “February 1: Mean 0.6, Most 0.5”",
        "rect.hint 120 18 80 128 “February 2: Mean 0.7, Most –”",
        "rect.hint 200 18 80 128 “February 3: Mean 0.9, Most 1”",
    ]


def test_a_thin_line_keeps_its_class_and_ends_with_its_last_known_value() -> None:
    drawn = [Line([0.5, 0.5, None], kind="line thin")]
    plot = lines(DAYS, drawn, low=0, high=1, write=a_value, caption="", right=60)
    parts = [each for each in read_out(plot) if "polyline" in each or "end" in each.split(" ")[0]]
    assert parts == ["polyline.line.thin 80.0,82.0 160.0,82.0", "text.end 166 86 “0.5”"]


def test_names_do_not_overlap() -> None:
    drawn = [Line([0, 0, value], name) for name, value in {"a": 0.5, "b": 0.5, "c": 0.45, "d": 0.1}.items()]
    plot = lines(DAYS, drawn, low=0, high=1, write=a_value, caption="", right=60)
    ends = [each for each in read_out(plot) if each.startswith("text.end")]
    assert ends == [
        "text.end 246 86 “a 0.5”",
        "text.end 246 99 “b 0.5”",
        "text.end 246 112 “c 0.45”",
        "text.end 246 137.2 “d 0.1”",
    ]


@pytest.mark.parametrize(("values", "widths"), [([4, 1, 0], [220, 55, 0]), ([0, 0, 0], [0, 0, 0])])
def test_bars(values: list[int], widths: list[int]) -> None:
    plot = bars(["0", "1", "2"], values, ["80%", "20%", "0%"], caption="three digits")
    assert read_out(plot) == [
        "340 63",
        "text.name 10 15 end “0”",
        f"rect.data 18 3 {widths[0]} 15",
        f"text {24 + widths[0]} 15 “{values[0]} · 80%”",
        "text.name 10 36 end “1”",
        f"rect.data 18 24 {widths[1]} 15",
        f"text {24 + widths[1]} 36 “{values[1]} · 20%”",
        "text.name 10 57 end “2”",
        f"rect.data 18 45 {widths[2]} 15",
        f"text {24 + widths[2]} 57 “{values[2]} · 0%”",
    ]


def test_a_matrix() -> None:
    counts = {("1", "1"): 9, ("1", "7"): 3, ("7", "1"): 1, ("7", "7"): 0}
    plot = matrix(["1", "7"], counts, label="Label", read="read as", caption="two digits")
    assert read_out(plot) == [
        "340 83",
        "text 0 24 “Label”",
        "text 59 10 middle “read as”",
        "text.name 46.5 24 middle “1”",
        "text.name 26 48.5 end “1”",
        "text.name 71.5 24 middle “7”",
        "text.name 26 73.5 end “7”",
        "rect.cell.right 34 32 25 25 0.12",
        "text.count 46.5 48.5 middle “9”",
        # The most common error has the darkest colour, and a count of 1 half of it: ln 2 is half of ln 4.
        "rect.cell.wrong 59 32 25 25 0.50",
        "text.count 71.5 48.5 middle “3”",
        "rect.cell.wrong 34 57 25 25 0.25",
        "text.count 46.5 73.5 middle “1”",
        "rect.cell.right 59 57 25 25 0.12",
    ]


@pytest.mark.parametrize(
    ("count", "shown"), [(999, "999"), (1000, "1.0k"), (9499, "9.5k"), (9500, "10k"), (56_789, "57k")]
)
def test_a_cell_shows_its_count_as_far_as_it_fits(count: int, shown: str) -> None:
    plot = matrix(["1"], {("1", "1"): count}, label="", read="", caption="")
    assert read_out(plot)[-1] == f"text.count 46.5 48.5 middle “{shown}”"


PLOTS: dict[str, Callable[[], SafeString]] = {
    "columns": lambda: columns(DAYS, [1, 2, 3], high=3, write=a_value, caption="1 < 2"),
    "lines": lambda: lines(DAYS, [Line([1, 2, 3])], low=0, high=3, write=a_value, caption="1 < 2", right=9),
    "bars": lambda: bars(["0"], [1], ["100%"], caption="1 < 2"),
    "matrix": lambda: matrix(["1"], {("1", "1"): 1}, label="", read="", caption="1 < 2"),
}


@pytest.mark.parametrize("plot", PLOTS.values(), ids=PLOTS)
def test_a_plot_has_a_description_for_screen_readers(plot: Callable[[], SafeString]) -> None:
    picture = ElementTree.fromstring(plot())  # noqa: S314 -- our own
    assert (picture.get("role"), picture.get("aria-label")) == ("img", "1 < 2")
