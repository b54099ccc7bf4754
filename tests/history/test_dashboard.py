"""The admin's dashboard: its permission, its facts and its figures."""

import re
import time
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from django.test import Client
from pytest_django import Settings

from history.admin.dashboard import outbox_fact
from history.statistics.counts import Counts, DailyCounts
from history.statistics.metrics import METRICS, counts_of, counts_of_label, facts_of, figures_of
from history.statistics.metrics.base import Figure
from history.statistics.plots.formatting import duration
from history.statistics.plots.svg import Scale, element, round_above, share_below, text
from history.stores import open_store
from history.stores.outbox import Backlog, open_outbox
from tests.history.records import a_record
from tests.history.staff import staff_client

pytestmark = pytest.mark.django_db
PATH = "/admin/history/historyrecord/dashboard/"
FIRST = date(2026, 2, 1)


def today() -> date:
    return datetime.now(UTC).date()


def count(day: date, counts: Counts, *, source: str = "a process") -> None:
    open_store().put_statistics(day, source, counts.to_json())


def days_of(*several: Counts) -> DailyCounts:
    return {FIRST + timedelta(days=number): counts for number, counts in enumerate(several)}


def labelled(text: str, *, digits: tuple[int, ...] = (7,)) -> Counts:
    record = a_record(digits=digits)
    return counts_of(record) + counts_of_label(record, text)


def figure(days: DailyCounts, title: str) -> Figure:
    return next(each for each in figures_of(days) if each.title == title)


def facts(answer: Any) -> dict[str, str]:
    return {fact.name: fact.value for fact in answer.context["facts"]}


def parts(figure: Figure, name: str, kind: str = "") -> list[ElementTree.Element]:
    """The elements of the figure's plot with this name and class."""
    assert figure.plot is not None
    return [each for each in ElementTree.fromstring(figure.plot).iter(name) if kind in each.get("class", "")]  # noqa: S314 -- our own


def test_the_dashboard_requires_the_permission_to_view(client: Client) -> None:
    assert client.get(PATH).status_code == 302
    assert staff_client().get(PATH).status_code == 403
    assert staff_client("view", name="ben").get(PATH).status_code == 200


def test_a_history_without_drawings_says_so() -> None:
    answer = staff_client("view").get(PATH)
    assert "No drawings in this period." in answer.content.decode()
    assert facts(answer) == {}
    assert b"<svg" not in answer.content.partition(b'class="dashboard"')[2].partition(b"</main>")[0]


def test_the_counts_of_all_processes_are_summed() -> None:
    count(today(), counts_of(a_record()))
    count(today(), labelled("1", digits=(3,)), source="another")
    count(today() - timedelta(days=5), labelled("7"))
    answer = staff_client("view").get(PATH)
    assert facts(answer) == {
        "Drawings": "3",
        "Mean probability": "62.7%",
        "Agreement with labels": "50%",
        "Median latency": "1.3 ms",
    }
    assert "today 2" in answer.content.decode()


def test_a_period_of_7_30_or_90_days_is_chosen_by_a_link() -> None:
    for age in (6, 7, 29, 30, 89, 90):
        count(today() - timedelta(days=age), counts_of(a_record()))
    client = staff_client("view")
    shown = {days: facts(client.get(f"{PATH}?days={days}"))["Drawings"] for days in (7, 30, 90)}
    assert shown == {7: "1", 30: "3", 90: "5"}
    assert facts(client.get(PATH))["Drawings"] == "3"
    assert b'<a href="?days=30" aria-current="page">' in client.get(PATH).content
    for days in ("8", "", "-7", "many"):
        assert client.get(f"{PATH}?days={days}").status_code == 404


def test_every_figure_has_a_caption_a_plot_and_a_table() -> None:
    figures = figures_of(days_of(labelled("7"), labelled("1")))
    assert [each.title for each in figures] == [
        "Drawings per day",
        "Digits",
        "Mean probability",
        "Latency",
        "Agreement with labels",
        "Confusion matrix",
    ]
    for each in figures:
        assert each.plot is not None
        picture = ElementTree.fromstring(each.plot)  # noqa: S314 -- our own
        assert (picture.get("role"), picture.get("aria-label")) == ("img", each.caption)
        assert {len(row) for row in each.table.rows} == {len(each.table.columns)}


def test_figures_and_their_tables_in_full() -> None:
    def day(count: int, *, ms: float, probability: float, right: int = 0, wrong: int = 0) -> Counts:
        record = replace(a_record(probability=probability), latency_ms=ms)
        labels = [counts_of_label(record, "7")] * right + [counts_of_label(record, "1")] * wrong
        return Counts.total([*([counts_of(record)] * count), *labels])

    busy = day(1_200, ms=5, probability=0.9, right=1_100, wrong=20) + day(90, ms=1_500, probability=0.5)
    shown = figures_of(days_of(day(10, ms=200, probability=0.75, wrong=3), Counts(), busy))
    assert {each.title: each.caption for each in shown[:5]} == {
        "Drawings per day": "1,300 in total. Busiest day: February 3 (1,290).",
        "Digits": "Most common: 7 (100%). Least common: 0 (0%).",
        "Mean probability": "87.1% on average",
        "Latency": "Median 5.2 ms, 95th percentile 1.6 s",
        "Agreement with labels": "98% of 1,123 labels agree with the result",
    }
    tables = {each.title: [each.table.columns, *each.table.rows] for each in shown}
    assert tables["Drawings per day"] == [
        ["Day", "Drawings"],
        ["2026-02-03", "1290"],
        ["2026-02-02", "0"],
        ["2026-02-01", "10"],
    ]
    assert tables["Digits"][0] == ["Digit", "Times read", "Share"]
    assert tables["Digits"][7:9] == [["6", "0", "0%"], ["7", "1300", "100%"]]
    assert tables["Mean probability"] == [
        ["Day", "Mean probability"],
        ["2026-02-03", "87.2%"],
        ["2026-02-02", "–"],
        ["2026-02-01", "75%"],
    ]
    assert tables["Latency"] == [
        ["Day", "Median", "P95"],
        ["2026-02-03", "5.2 ms", "1.6 s"],
        ["2026-02-02", "–", "–"],
        ["2026-02-01", "191 ms", "191 ms"],
    ]
    assert tables["Agreement with labels"] == [
        ["Day", "Labels", "Agreement"],
        ["2026-02-03", "1120", "98.2%"],
        ["2026-02-02", "0", "–"],
        ["2026-02-01", "3", "0%"],
    ]
    assert tables["Confusion matrix"][0] == [
        "Label", *(f"read as {digit}" for digit in "0123456789–")
    ]  # fmt: skip
    assert tables["Confusion matrix"][2] == ["1", *"0000000", "23", *"000"]
    levels = {
        each.title: [text.text for text in parts(each, "text")][:2] for each in (*shown[:1], *shown[2:5])
    }
    assert levels == {
        "Drawings per day": ["0", "1,500"],
        "Mean probability": ["70%", "100%"],
        "Latency": ["0 ms", "2 s"],
        "Agreement with labels": ["0%", "100%"],
    }


@pytest.mark.parametrize(
    ("ms", "said"),
    [
        (None, "–"),
        (0, "0 ms"),
        (1.25, "1.2 ms"),
        (9.94, "9.9 ms"),
        (10, "10 ms"),
        (10.6, "11 ms"),
        (999, "999 ms"),
        (1000, "1 s"),
        (1250, "1.2 s"),
        (90_000, "90 s"),
    ],
)
def test_a_duration_below_a_second_is_in_milliseconds(ms: float | None, said: str) -> None:
    assert duration(ms) == said


def test_the_facts_in_full() -> None:
    quick = replace(a_record(), latency_ms=2.0)
    slow = replace(a_record(probability=0.5), latency_ms=800.0)
    whole = Counts.total(
        [counts_of(quick)] * 2_000 + [counts_of(slow)] * 150 + [counts_of_label(slow, "1")] * 3
    )
    found = facts_of(days_of(Counts(), whole, counts_of(quick) + counts_of_label(quick, "7")))
    assert [(fact.name, fact.value, fact.note) for fact in found] == [
        ("Drawings", "2,151", "today 1"),
        ("Mean probability", "90.9%", ""),
        ("Median latency", "1.9 ms", "95th percentile 776 ms"),
        ("Agreement with labels", "25%", "of 4 labels"),
    ]
    waiting = outbox_fact(Backlog(depth=1_234, oldest_age_s=90.0))
    assert (waiting.value, waiting.note) == ("1,234", "oldest: 90 s")


def test_a_page_has_neither_styles_nor_scripts_of_its_own() -> None:
    count(today(), labelled("7"))
    page = staff_client("view").get(PATH).content.decode()
    assert not re.search(r"\sstyle=|<style|<script(?![^>]*\bsrc=)(?![^>]*json)", page)


def test_columns_start_at_zero_and_have_the_height_of_their_values() -> None:
    shown = figure(days_of(Counts({"drawings": 10}), Counts(), Counts({"drawings": 40})), "Drawings per day")
    bars = parts(shown, "rect", "data")
    heights = [float(bar.get("height", "")) for bar in bars]
    assert heights[2] == pytest.approx(4 * heights[0], abs=0.2)
    assert heights[1] == 0
    ends = {float(bar.get("y", "")) + height for bar, height in zip(bars, heights, strict=True)}
    assert max(ends) - min(ends) < 0.2
    assert shown.caption == "50 in total. Busiest day: February 3 (40)."
    assert shown.table.rows == [["2026-02-03", "40"], ["2026-02-02", "0"], ["2026-02-01", "10"]]
    hints = [hint.text for hint in parts(shown, "title")]
    assert hints == ["February 1: 10", "February 2: 0", "February 3: 40"]


def test_a_day_without_a_value_interrupts_a_line() -> None:
    known = counts_of(a_record())
    shown = figure(days_of(known, known, Counts(), known), "Mean probability")
    assert len(parts(shown, "polyline")) == 1
    assert len(parts(shown, "circle")) == 1
    assert [row[1] for row in shown.table.rows] == ["94%", "–", "94%", "94%"]


def test_lines_are_named_at_their_ends_and_the_names_stay_apart() -> None:
    shown = figure(days_of(*[counts_of(a_record())] * 3), "Latency")
    ends = parts(shown, "text", "end")
    assert {str(end.text).partition(" ")[0] for end in ends} == {"P95", "Median"}
    upper, lower = (float(end.get("y", "")) for end in ends)
    assert lower - upper >= 13


def test_errors_and_correct_results_have_different_colours() -> None:
    several = [labelled("7")] * 5 + [labelled("1")] * 3 + [labelled("")]
    shown = figure(days_of(*several), "Confusion matrix")
    shades = [float(cell.get("fill-opacity", "")) for cell in parts(shown, "rect", "wrong")]
    assert sorted(shades)[-2:] == [0.0, 0.5]
    assert sum(shade > 0 for shade in shades) == 1
    assert {number.text for number in parts(shown, "text", "count")} == {"5", "3", "1"}
    assert shown.caption == "Most common error: 1 read as 7 (3 times)"
    assert shown.table.rows[1][8] == "3"
    assert (shown.table.rows[10][0], shown.table.rows[10][11]) == ("–", "1")


def test_a_cell_without_room_for_its_number_shows_it_rounded() -> None:
    names = {
        f"label {digit} {digit}": number for digit, number in zip("123", (999, 1234, 56789), strict=True)
    }
    shown = figure(days_of(Counts({"drawings": 1, **names})), "Confusion matrix")
    assert [number.text for number in parts(shown, "text", "count")] == ["999", "1.2k", "57k"]
    assert shown.table.rows[3][4] == "56789"
    assert shown.caption == "No errors"


def test_without_labels_there_is_no_plot_of_them() -> None:
    days = days_of(counts_of(a_record()))
    agreement, confusion = (figure(days, title) for title in ("Agreement with labels", "Confusion matrix"))
    assert (agreement.plot, agreement.caption) == (None, "No labels yet")
    assert (confusion.plot, confusion.caption) == (None, "No labels yet")
    of_another_length = days_of(labelled("77"))
    assert figure(of_another_length, "Agreement with labels").plot is not None
    assert figure(of_another_length, "Confusion matrix").plot is None


def test_a_decrement_before_its_increment_is_harmless() -> None:
    below = Counts() - labelled("") - counts_of(a_record())
    assert len(figures_of(days_of(below, Counts({"drawings": 3})))) == len(METRICS)


def test_the_backlog_is_shown(settings: Settings, tmp_path: Path) -> None:
    settings.HISTORY_OUTBOX = {"path": tmp_path / "outbox.sqlite3", "max_bytes": 10**7}
    open_outbox.cache_clear()
    client, outbox = staff_client("view"), open_outbox()
    assert outbox is not None
    assert facts(client.get(PATH))["Waiting to be stored on this host"] == "0"
    outbox.add(a_record())
    time.sleep(0.001)
    answer = client.get(PATH)
    assert facts(answer)["Waiting to be stored on this host"] == "1"
    assert "oldest: " in answer.content.decode()


def test_the_backlog_is_shown_while_the_store_does_not_answer(
    failing_history: None, settings: Settings, tmp_path: Path
) -> None:
    settings.HISTORY_OUTBOX = {"path": tmp_path / "outbox.sqlite3", "max_bytes": 10**7}
    open_outbox.cache_clear()
    answer = staff_client("view").get(PATH)
    assert answer.status_code == 503
    assert "cannot be read at the moment" in answer.content.decode()
    assert facts(answer) == {"Waiting to be stored on this host": "0"}


def test_the_dashboard_is_translated_into_simplified_chinese() -> None:
    count(today(), labelled("7"))
    page = staff_client("view").get(PATH, headers={"accept-language": "zh-hans"}).content.decode()
    assert "每日书写记录数" in page
    assert "混淆矩阵" in page
    assert f"{today().day}日" in page


@pytest.mark.parametrize(
    ("value", "end"),
    [
        (0, 1), (1, 1), (1.1, 1.2), (1.4, 1.5), (1.9, 2), (2.2, 2.5), (2.9, 3), (3.1, 4), (4.1, 5), (5.1, 6),
        (7, 8), (9, 10), (11, 12), (21, 25), (1149, 1200), (0.3, 0.3), (0.025, 0.025),
    ],
)  # fmt: skip
def test_an_axis_ends_with_a_round_number(value: float, end: float) -> None:
    assert round_above(value) == pytest.approx(end)


@pytest.mark.parametrize(("shares", "start"), [([0.97, 1.0], 0.9), ([1.0], 0.9), ([0.72], 0.7), ([], 0.9)])
def test_an_axis_of_shares_begins_at_a_tenth(shares: list[float], start: float) -> None:
    assert share_below(shares) == start


def test_a_scale_is_a_straight_line() -> None:
    scale = Scale(0, 10, 100, 20)
    assert [scale(value) for value in (0, 5, 10)] == [100, 60, 20]


def test_the_content_of_an_element_is_escaped() -> None:
    assert text("<b>", 1, 2.25, text_anchor="end") == '<text x="1" y="2.2" text-anchor="end">&lt;b&gt;</text>'
    assert element("g", element("a"), class_='"') == '<g class="&quot;"><a></a></g>'
