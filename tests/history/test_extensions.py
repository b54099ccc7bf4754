"""A filter, a metric and a format of exports are each added in one place, as docs/architecture.md says."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from django.core.management import call_command

from history.background import statistics_thread
from history.export.export import ExportSource, Format
from history.export.files import File
from history.export.formats import FORMATS
from history.filters import CRITERIA, Criterion
from history.permissions import Viewer
from history.services import give_label, keep_record
from history.statistics import metrics
from history.statistics.counts import Counts, DailyCounts, statistics_recorder
from history.statistics.metrics.base import DataTable, Figure, Metric
from history.stores import open_store
from mnistsite.types import Prediction
from tests.history.records import a_record
from tests.history.staff import ALL, staff_client

VIEWER = Viewer(visitor="visitor")
LIST = "/admin/history/historyrecord/"


class MoreThanOneDigit(Metric):
    def count(self, prediction: Prediction) -> Mapping[str, int]:
        return {"numbers": int(len(prediction.digits) > 1)}

    def count_label(self, prediction: Prediction, text: str) -> Mapping[str, int]:
        return {"labelled numbers": int(len(text) > 1)}

    def figure(self, days: DailyCounts, total: Counts) -> Figure:
        caption = f"{total['numbers']} numbers, {total['labelled numbers']} labelled"
        return Figure("Numbers", caption, DataTable(["Numbers"], [[str(total["numbers"])]]))


@pytest.mark.django_db
def test_a_filter(monkeypatch: pytest.MonkeyPatch) -> None:
    of_one = Criterion(
        name="long_label",
        title="Length of the label",
        of_label=lambda prediction, text: ["1"] if len(text) > 1 else [],
        values={"1": "more than one digit"},
        is_flag=True,
    )
    monkeypatch.setitem(CRITERIA, of_one.name, of_one)
    short, long = a_record(), a_record()
    for kept, text in ((short, "7"), (long, "77")):
        keep_record(kept)
        give_label(VIEWER, kept.id, text)
    staff = staff_client(*ALL)
    page = staff.get(f"{LIST}?long_label=1")
    assert [row.record.id for row in page.context["rows"]] == [long.id]
    assert "Length of the label" in page.text
    assert 'aria-current="true">more than one digit<' in page.text
    exported = staff.get(f"{LIST}export/?long_label=1&format=csv").getvalue().decode()
    assert str(long.id) in exported
    assert str(short.id) not in exported


@pytest.mark.django_db
def test_a_metric(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metrics, "METRICS", (*metrics.METRICS, MoreThanOneDigit()))
    number = a_record(digits=(4, 2))
    for kept in (number, a_record()):
        keep_record(kept)
    give_label(VIEWER, number.id, "42")
    statistics_thread(statistics_recorder(), open_store()).attempt()
    page = staff_client(*ALL).get(f"{LIST}dashboard/")
    assert page.context["figures"][-1].title == "Numbers"
    assert "1 numbers, 1 labelled" in page.text


@pytest.mark.django_db
def test_a_format(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def files(source: ExportSource) -> Iterator[File]:
        def lines() -> Iterator[bytes]:
            for kept, _label in source.records():
                source.counts.written += 1
                yield f"{kept.text}\n".encode()

        yield File("digits.txt", lines())

    of_lines = Format(title="Lines", files=files, filename="digits.txt", items="lines")
    monkeypatch.setitem(FORMATS, "txt", of_lines)
    keep_record(a_record(digits=(4, 2)))
    staff = staff_client(*ALL)
    assert '<option value="txt">Lines</option>' in staff.get(LIST).text
    assert staff.get(f"{LIST}export/?format=txt").getvalue() == b"42\n"
    call_command("export_history", tmp_path / "digits.txt", form="txt")
    assert (tmp_path / "digits.txt").read_text() == "42\n"
