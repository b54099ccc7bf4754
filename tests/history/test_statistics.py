"""The counts of each day: increments, decrements, writes and sums."""

import random
import sqlite3
import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
import requests
from pytest_django import Settings

from history import services
from history.background import statistics_thread
from history.permissions import Viewer
from history.records import Label, Record, StorageOutcome
from history.selectors import daily_counts
from history.services import LabelNotSaved, NotDeleted, delete, give_label, keep_record
from history.statistics import metrics
from history.statistics.counts import Counts, StatisticsRecorder, statistics_recorder
from history.statistics.metrics import counts_of, counts_of_label
from history.statistics.metrics.agreement import agreement
from history.statistics.metrics.confusion_matrix import times_read
from history.statistics.metrics.digits import digits_read
from history.statistics.metrics.latency import ACCURACY, Latency, latency_ms
from history.statistics.metrics.probability import mean_probability
from history.stores import open_store
from history.stores.base import RecordNotFound, StoreUnavailable
from history.stores.drainer import Drainer
from history.stores.outbox import open_outbox
from history.stores.sqlite.store import SQLiteStore
from mnistsite.types import NON_DIGIT_NAME, Prediction
from testbed.drawings import data_url, encoded, on_canvas
from tests.conftest import Digits, running_site
from tests.history.interleaved import Interleaved, interleaved
from tests.history.periodic import waits_of
from tests.history.records import a_record, made_at

VIEWER = Viewer(visitor="visitor")


def today() -> date:
    return datetime.now(UTC).date()


def counted() -> Counts:
    """The sum of all processes' counts of today and yesterday."""
    statistics_recorder().write(open_store())
    days = daily_counts(first=today() - timedelta(days=1), last=today())
    return Counts.total(days.values())


def accepted(kept: Record) -> Record:
    return replace(kept, digits=tuple(replace(digit, accepted=True) for digit in kept.digits))


def test_stored_counts_keep_their_form() -> None:
    number = accepted(a_record(digits=(4, 7)))
    counts = counts_of(replace(number, latency_ms=100.0)) + counts_of_label(number, "49")
    assert counts.to_json() == (
        '{"digit 4":1,"digit 7":1,"drawings":1,"label 4 4":1,"label 9 7":1,"labelled":1,"latency 47":1}'
    )
    sure = counts_of(replace(a_record(), latency_ms=0.0)) + counts_of_label(a_record(), "")
    assert sure.to_json() == (
        '{"agreeing":1,"digit 7":1,"drawings":1,"label none none":1,"labelled":1,"latency -46":1,'
        '"probability":940000}'
    )


def test_a_record_adds_its_counts() -> None:
    counts = counts_of(a_record(digits=(7, 1, 7)))
    assert counts.drawings == 1
    assert digits_read(counts) == [0, 1, 0, 0, 0, 0, 0, 2, 0, 0]
    assert mean_probability(counts) == 0.0  # That of the least probable digit.
    assert mean_probability(counts_of(a_record())) == 0.94
    assert (counts.labels, agreement(counts)) == (0, None)


def test_empty_counts_have_no_means() -> None:
    nothing = Counts()
    assert (nothing.drawings, mean_probability(nothing), agreement(nothing)) == (0, None, None)
    assert latency_ms(nothing, 0.5) is None


def test_a_latency_that_was_only_subtracted_does_not_count() -> None:
    assert latency_ms(Counts() - counts_of(a_record()), 0.5) is None


def test_a_failing_metric_does_not_fail_the_request(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    class Broken(Latency):
        def count(self, prediction: Prediction) -> Mapping[str, int]:
            raise ZeroDivisionError

        count_label = None  # type: ignore[assignment] # calling it fails, too

    kept = a_record()
    monkeypatch.setattr(metrics, "METRICS", (Broken(),))
    assert keep_record(kept) is StorageOutcome.STORED
    assert give_label(VIEWER, kept.id, "7").text == "7"
    delete(VIEWER, kept.id)
    assert open_store().newest(limit=1) == []
    assert caplog.text.count("was not counted") == 3


def test_counts_added_and_subtracted_leave_nothing() -> None:
    records = [a_record(probability=probability) for probability in (0.1, 0.2, 0.3, 1 / 3)]
    counts = Counts.total(counts_of(one) + counts_of_label(one, "1") for one in records)
    for one in records:
        counts = counts - counts_of(one) - counts_of_label(one, "1")
    assert counts == Counts()


def test_the_order_of_adding_changes_nothing() -> None:
    recorder = [counts_of(a_record(probability=number / 40)) for number in range(40)]
    shuffled = random.Random(6).sample(recorder, k=40)  # noqa: S311 -- no secret
    assert Counts.total(recorder) == Counts.total(shuffled)
    assert Counts.from_json(Counts.total(recorder).to_json()) == Counts.total(recorder)


@pytest.mark.parametrize("share", [0.0, 0.5, 0.95, 1.0])
def test_a_quantile_of_the_latency_is_as_accurate_as_promised(share: float) -> None:
    numbers = random.Random(3)  # noqa: S311 -- no secret
    took = sorted(numbers.lognormvariate(2, 1) for _ in range(1001))
    counts = Counts.total(counts_of(replace(a_record(), latency_ms=ms)) for ms in took)
    assert latency_ms(counts, share) == pytest.approx(took[round(share * 1000)], rel=ACCURACY)


def test_a_latency_of_zero_is_counted() -> None:
    counts = counts_of(replace(a_record(), latency_ms=0.0))
    assert latency_ms(counts, 0.5) == pytest.approx(0.01, rel=ACCURACY)


def test_labels_are_compared_with_results_digit_by_digit() -> None:
    number = accepted(a_record(digits=(4, 7)))
    counts = counts_of_label(number, "47") + counts_of_label(number, "49")
    assert (counts.labels, agreement(counts)) == (2, 0.5)
    assert (times_read(counts, "4", "4"), times_read(counts, "7", "7"), times_read(counts, "9", "7")) == (
        2,
        1,
        1,
    )
    of_another_length = counts_of_label(number, "4")
    assert (of_another_length.labels, agreement(of_another_length)) == (1, 0.0)
    assert times_read(of_another_length, "4", "4") == 0


def test_a_non_digit_label_agrees_with_an_unaccepted_result() -> None:
    doubted = counts_of_label(a_record(), "")
    assert (agreement(doubted), times_read(doubted, NON_DIGIT_NAME, NON_DIGIT_NAME)) == (1.0, 1)
    believed = counts_of_label(accepted(a_record()), "")
    assert (agreement(believed), times_read(believed, NON_DIGIT_NAME, "7")) == (0.0, 1)


def test_stored_labelled_and_deleted_records_are_counted() -> None:
    kept = a_record()
    keep_record(kept)
    keep_record(a_record(digits=(3,)))
    assert (counted().drawings, digits_read(counted())[7], digits_read(counted())[3]) == (2, 1, 1)
    give_label(VIEWER, kept.id, "1")
    assert (counted().labels, agreement(counted()), times_read(counted(), "1", "7")) == (1, 0.0, 1)
    give_label(VIEWER, kept.id, "7")
    give_label(VIEWER, kept.id, "7")
    assert (counted().labels, agreement(counted()), times_read(counted(), "1", "7")) == (1, 1.0, 0)
    delete(VIEWER, kept.id)
    assert (counted().drawings, digits_read(counted())[7], counted().labels) == (1, 0, 0)


def test_a_label_replaces_one_from_a_clock_that_is_ahead() -> None:
    kept = a_record()
    keep_record(kept)
    ahead_us = 2 * 10**15
    open_store().put_label(Label(record_id=kept.id, text="1", given_by="ben", given_at_us=ahead_us))
    assert give_label(VIEWER, kept.id, "7").text == "7"
    held = open_store().label(kept.id)
    assert held is not None
    assert (held.text, held.given_at_us) == ("7", ahead_us + 1)


def test_of_two_labels_at_once_only_the_later_is_in_force_returned_and_counted(settings: Settings) -> None:
    """The later label comes from another host, between the moments in which this one reads and writes."""
    kept = a_record()
    keep_record(kept)
    later = Label(record_id=kept.id, text="7", given_by="ben", given_at_us=2 * 10**15)
    store = interleaved(settings, open_store())
    store.before["put_label"] = lambda: open_store().put_label(later)
    before = counted()
    assert give_label(VIEWER, kept.id, "1") == later
    assert open_store().label(kept.id) == later
    assert counted() == before


def test_of_two_labels_in_one_microsecond_only_the_second_is_counted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The clock is stopped."""
    monkeypatch.setattr(services, "time", SimpleNamespace(time_ns=lambda: 10**18))
    kept = a_record()
    keep_record(kept)
    for text in ("1", "7"):
        assert give_label(VIEWER, kept.id, text).text == text
    held = open_store().label(kept.id)
    assert held is not None
    assert (held.text, held.given_at_us) == ("7", 10**15 + 1)
    assert (counted().labels, agreement(counted()), times_read(counted(), "1", "7")) == (1, 1.0, 0)


def test_a_record_is_counted_on_its_own_day() -> None:
    kept = made_at(datetime(2026, 2, 28, 23, 59, tzinfo=UTC))
    open_store().add(kept)
    give_label(VIEWER, kept.id, "7")
    statistics_recorder().write(open_store())
    days = daily_counts(first=date(2026, 2, 27), last=date(2026, 3, 1))
    assert {day.day: counts.labels for day, counts in days.items()} == {27: 0, 28: 1, 1: 0}


def test_a_drawing_that_waits_is_counted_once(settings: Settings, tmp_path: Path) -> None:
    here = open_store()
    settings.HISTORY_OUTBOX = {"path": tmp_path / "outbox.sqlite3", "max_bytes": 10**7}
    nowhere = {
        "BACKEND": "history.stores.sqlite.store.SQLiteStore",
        "OPTIONS": {"path": tmp_path / "x" / "history.sqlite3"},
    }
    settings.HISTORY_STORES = {"embedded": nowhere}
    for opened in (open_store, open_outbox):
        opened.cache_clear()
    assert keep_record(a_record()) is StorageOutcome.QUEUED
    outbox = open_outbox()
    assert outbox is not None
    assert len(list(Drainer(outbox, here).deliveries())) == 1
    statistics_recorder().write(here)
    ((_, _, content),) = here.statistics(today() - timedelta(days=1), today())
    assert Counts.from_json(content).drawings == 1


def test_concurrent_labels_and_deletions_are_counted_once() -> None:
    records = [a_record() for _ in range(20)]
    for each in records:
        keep_record(each)
    with ThreadPoolExecutor(4) as threads:
        given = [threads.submit(give_label, VIEWER, each.id, "1") for each in records * 4]
        assert [each.exception() for each in given] == [None] * 80
        assert counted().labels == 20
        gone = [threads.submit(delete, VIEWER, each.id) for each in records * 4]
        assert {type(each.exception()) for each in gone} <= {type(None), RecordNotFound}
    assert counted() == Counts()


def test_a_record_that_is_not_stored_is_not_counted(failing_history: None, tmp_path: Path) -> None:
    with pytest.raises(Exception, match="could not be saved"):
        keep_record(a_record())
    here = SQLiteStore(tmp_path / "other.sqlite3")
    statistics_recorder().write(here)
    assert here.statistics(date(2020, 1, 1), today()) == []


def test_a_label_or_a_deletion_that_failed_is_not_counted(settings: Settings) -> None:
    kept = a_record()
    keep_record(kept)
    before = counted()
    path = settings.HISTORY_STORES["embedded"]["OPTIONS"]["path"]
    with closing(sqlite3.connect(path)) as connection:
        for event in ("INSERT", "DELETE"):
            connection.execute(
                f"CREATE TRIGGER refuse_{event} BEFORE {event} ON recognitions_by_list"
                " BEGIN SELECT RAISE(ABORT, 'no'); END"
            )
    with pytest.raises(LabelNotSaved):
        give_label(VIEWER, kept.id, "7")
    with pytest.raises(NotDeleted):
        delete(VIEWER, kept.id)
    assert counted() == before


def test_a_row_is_written_whole_and_only_when_it_changed(tmp_path: Path) -> None:
    store, recorder, day = SQLiteStore(tmp_path / "store.sqlite3"), StatisticsRecorder(), date(2026, 2, 28)
    recorder.add(day, Counts({"drawings": 1}))
    for _ in range(2):
        recorder.write(store)
    ((_, source, content),) = store.statistics(day, day)
    assert content == '{"drawings":1}'
    store.put_statistics(day, source, "{}")
    recorder.write(store)
    assert store.statistics(day, day) == [(day, source, "{}")]
    recorder.add(day, Counts({"drawings": 2}))
    recorder.write(store)
    assert store.statistics(day, day) == [(day, source, '{"drawings":3}')]


def test_after_a_failure_counts_are_written_later(tmp_path: Path) -> None:
    store, recorder = Interleaved(SQLiteStore(tmp_path / "store.sqlite3")), StatisticsRecorder()
    days = [date(2026, 2, 27), date(2026, 2, 28)]
    for day in days:
        recorder.add(day, Counts({"drawings": 1}))

    def fail() -> None:
        raise StoreUnavailable("it does not answer")

    store.before["put_statistics"] = fail
    with pytest.raises(StoreUnavailable):
        recorder.write(store)  # type: ignore[arg-type] # it behaves like one
    assert store.statistics(*days) == []
    store.after["put_statistics"] = lambda: store.before.update(put_statistics=fail)
    with pytest.raises(StoreUnavailable):
        recorder.write(store)  # type: ignore[arg-type] # likewise
    assert len(store.statistics(*days)) == 1
    recorder.write(store)  # type: ignore[arg-type] # likewise
    assert [content for _, _, content in store.statistics(*days)] == ['{"drawings":1}'] * 2


@pytest.mark.parametrize("moment", ["before", "after"])
def test_counts_added_during_a_write_are_written_the_next_time(tmp_path: Path, moment: str) -> None:
    store, recorder, day = (
        Interleaved(SQLiteStore(tmp_path / "store.sqlite3")),
        StatisticsRecorder(),
        date(2026, 2, 28),
    )
    recorder.add(day, Counts({"drawings": 1}))
    getattr(store, moment)["put_statistics"] = lambda: recorder.add(day, Counts({"drawings": 10}))
    for content in ('{"drawings":1}', '{"drawings":11}', '{"drawings":11}'):
        recorder.write(store)  # type: ignore[arg-type] # it behaves like one
        assert [row[2] for row in store.statistics(day, day)] == [content]


def test_a_process_writes_its_counts_every_second_and_when_it_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    store, recorder, day = (
        Interleaved(SQLiteStore(tmp_path / "store.sqlite3")),
        StatisticsRecorder(),
        date(2026, 2, 28),
    )
    fails = [StoreUnavailable("it does not answer"), OSError("whatever it is")]

    def fail() -> None:
        raise fails.pop()

    def meanwhile(second: int) -> None:
        recorder.add(day, Counts({"drawings": 1}))
        if second in (2, 3):
            store.before["put_statistics"] = fail

    thread = statistics_thread(recorder, store)  # type: ignore[arg-type] # it behaves like one
    assert waits_of(thread, monkeypatch, count=4, meanwhile=meanwhile) == [1] * 4
    assert fails == []
    assert [content for _, _, content in store.statistics(day, day)] == ['{"drawings":4}']
    failure = "Statistics are not written yet"
    assert caplog.messages == [failure]  # Once a minute is enough.
    assert not thread.daemon  # Otherwise a process would end without its last second's counts.


def test_many_threads_may_count_while_one_writes(tmp_path: Path) -> None:
    store, recorder, day = SQLiteStore(tmp_path / "store.sqlite3"), StatisticsRecorder(), date(2026, 2, 28)

    def count() -> None:
        for _ in range(200):
            recorder.add(day, Counts({"drawings": 1}))

    threads = [threading.Thread(target=count) for _ in range(8)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        recorder.write(store)
    recorder.write(store)
    assert [content for _, _, content in store.statistics(day, day)] == ['{"drawings":1600}']


def test_a_site_s_counts_are_in_its_store_when_it_has_ended(tmp_path: Path, test_digits: Digits) -> None:
    drawings = [data_url(encoded(on_canvas(image))) for image in test_digits.images[:6]]
    with running_site(tmp_path) as site:
        for drawing in drawings:
            answer = requests.post(f"{site.url}/api/v1/identify", json={"data": drawing}, timeout=30)
            assert answer.status_code == 200
    rows = SQLiteStore(tmp_path / "history.sqlite3").statistics(today() - timedelta(days=1), today())
    assert Counts.total(Counts.from_json(content) for _, _, content in rows).drawings == 6
    assert "not written yet" not in site.log.read_text()
