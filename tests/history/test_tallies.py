"""What is counted of each day: by whom, when, and how it adds up."""

import random
import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
import requests
from pytest_django import Settings

from history import own_tallies as own_tallies_module
from history import services
from history.outbox import open_outbox
from history.outbox.draining import Drainer
from history.own_tallies import OwnTallies, TallyThread, own_tallies
from history.records import Label, Record
from history.selectors import Viewer, tallies_of
from history.services import Kept, LabelNotKept, NotDeleted, delete, give_label, record
from history.stores import open_store
from history.stores.base import RecordNotFound, StoreUnavailable
from history.stores.embedded import EmbeddedStore
from history.tallies import ACCURACY, NO_DIGIT, Tally
from testbed.drawings import data_url, encoded, on_canvas
from tests.conftest import Digits, running_site
from tests.history.interleaved import Interleaved
from tests.history.records import a_record, made_at

VIEWER = Viewer(visitor="visitor")


def today() -> date:
    return datetime.now(UTC).date()


def counted() -> Tally:
    """What this process's and every other's counts of the last days come to."""
    own_tallies().write(open_store())
    days = tallies_of(first=today() - timedelta(days=1), last=today())
    return Tally.total(days.values())


def accepted(kept: Record) -> Record:
    return replace(kept, digits=tuple(replace(digit, accepted=True) for digit in kept.digits))


def test_a_tally_is_written_as_what_is_kept_of_it_has_been_read_ever_since() -> None:
    number = accepted(a_record(digits=(4, 7)))
    tally = Tally.of(replace(number, latency_ms=100.0)) + Tally.of_label(number, "49")
    assert tally.to_json() == (
        '{"digit 4":1,"digit 7":1,"drawings":1,"label 4 4":1,"label 9 7":1,"labelled":1,"latency 47":1}'
    )
    sure = Tally.of(replace(a_record(), latency_ms=0.0)) + Tally.of_label(a_record(), "")
    assert sure.to_json() == (
        '{"agreeing":1,"digit 7":1,"drawings":1,"label none none":1,"labelled":1,"latency -46":1,'
        '"probability":940000}'
    )


def test_a_tally_has_what_a_record_adds() -> None:
    tally = Tally.of(a_record(digits=(7, 1, 7)))
    assert tally.drawings == 1
    assert tally.digits == [0, 1, 0, 0, 0, 0, 0, 2, 0, 0]
    assert tally.mean_probability == 0.0  # As sure as the least sure digit.
    assert Tally.of(a_record()).mean_probability == 0.94
    assert (tally.labelled, tally.agreement) == (0, None)


def test_an_empty_tally_says_nothing() -> None:
    nothing = Tally()
    assert (nothing.drawings, nothing.mean_probability, nothing.agreement) == (0, None, None)
    assert nothing.latency_ms(0.5) is None


def test_what_is_added_and_taken_off_again_leaves_nothing() -> None:
    records = [a_record(probability=probability) for probability in (0.1, 0.2, 0.3, 1 / 3)]
    tally = Tally.total(Tally.of(one) + Tally.of_label(one, "1") for one in records)
    for one in records:
        tally = tally - Tally.of(one) - Tally.of_label(one, "1")
    assert tally == Tally()


def test_the_order_of_adding_changes_nothing() -> None:
    tallies = [Tally.of(a_record(probability=number / 40)) for number in range(40)]
    shuffled = random.Random(6).sample(tallies, k=40)  # noqa: S311 -- no secret
    assert Tally.total(tallies) == Tally.total(shuffled)
    assert Tally.from_json(Tally.total(tallies).to_json()) == Tally.total(tallies)


@pytest.mark.parametrize("share", [0.0, 0.5, 0.95, 1.0])
def test_a_quantile_of_the_latency_is_as_accurate_as_promised(share: float) -> None:
    numbers = random.Random(3)  # noqa: S311 -- no secret
    took = sorted(numbers.lognormvariate(2, 1) for _ in range(1001))
    found = Tally.total(Tally.of(replace(a_record(), latency_ms=ms)) for ms in took).latency_ms(share)
    assert found == pytest.approx(took[round(share * 1000)], rel=ACCURACY)


def test_a_latency_that_no_clock_could_measure_counts_too() -> None:
    assert Tally.of(replace(a_record(), latency_ms=0.0)).latency_ms(0.5) == pytest.approx(0.01, rel=ACCURACY)


def test_labels_are_held_against_digits_one_by_one() -> None:
    number = accepted(a_record(digits=(4, 7)))
    tally = Tally.of_label(number, "47") + Tally.of_label(number, "49")
    assert (tally.labelled, tally.agreement) == (2, 0.5)
    assert (tally.read("4", "4"), tally.read("7", "7"), tally.read("9", "7")) == (2, 1, 1)
    of_another_length = Tally.of_label(number, "4")
    assert (of_another_length.labelled, of_another_length.agreement) == (1, 0.0)
    assert of_another_length.read("4", "4") == 0


def test_what_is_no_digit_is_right_where_the_network_said_so_too() -> None:
    doubted = Tally.of_label(a_record(), "")
    assert (doubted.agreement, doubted.read(NO_DIGIT, NO_DIGIT)) == (1.0, 1)
    believed = Tally.of_label(accepted(a_record()), "")
    assert (believed.agreement, believed.read(NO_DIGIT, "7")) == (0.0, 1)


def test_what_is_kept_labelled_and_deleted_is_counted() -> None:
    kept = a_record()
    record(kept)
    record(a_record(digits=(3,)))
    assert (counted().drawings, counted().digits[7], counted().digits[3]) == (2, 1, 1)
    give_label(VIEWER, kept.id, "1")
    assert (counted().labelled, counted().agreement, counted().read("1", "7")) == (1, 0.0, 1)
    give_label(VIEWER, kept.id, "7")
    give_label(VIEWER, kept.id, "7")
    assert (counted().labelled, counted().agreement, counted().read("1", "7")) == (1, 1.0, 0)
    delete(VIEWER, kept.id)
    assert (counted().drawings, counted().digits[7], counted().labelled) == (1, 0, 0)


def test_a_later_label_holds_is_answered_and_counts_alone() -> None:
    """One by a host whose clock is ahead."""
    kept = a_record()
    record(kept)
    later = Label(record_id=kept.id, text="7", given_by="ben", given_at_us=2**62)
    open_store().put_label(later)
    before = counted()
    assert give_label(VIEWER, kept.id, "1") == later
    assert open_store().label(kept.id) == later
    assert counted() == before


def test_of_two_labels_of_one_microsecond_the_second_holds_and_counts_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """No clock can be stopped for the two in another way."""
    monkeypatch.setattr(services, "time", SimpleNamespace(time_ns=lambda: 10**18))
    kept = a_record()
    record(kept)
    for text in ("1", "7"):
        assert give_label(VIEWER, kept.id, text).text == text
    held = open_store().label(kept.id)
    assert held is not None
    assert (held.text, held.given_at_us) == ("7", 10**15)
    assert (counted().labelled, counted().agreement, counted().read("1", "7")) == (1, 1.0, 0)


def test_a_record_is_counted_on_its_own_day() -> None:
    kept = made_at(datetime(2026, 2, 28, 23, 59, tzinfo=UTC))
    open_store().add(kept)
    give_label(VIEWER, kept.id, "7")
    own_tallies().write(open_store())
    days = tallies_of(first=date(2026, 2, 27), last=date(2026, 3, 1))
    assert {day.day: tally.labelled for day, tally in days.items()} == {27: 0, 28: 1, 1: 0}


def test_a_drawing_that_waits_is_counted_once(settings: Settings, tmp_path: Path) -> None:
    here = open_store()
    settings.HISTORY_OUTBOX = {"path": tmp_path / "outbox.sqlite3", "max_bytes": 10**7}
    nowhere = {
        "BACKEND": "history.stores.embedded.EmbeddedStore",
        "OPTIONS": {"path": tmp_path / "x" / "history.sqlite3"},
    }
    settings.HISTORY_STORES = {"embedded": nowhere}
    for opened in (open_store, open_outbox):
        opened.cache_clear()
    assert record(a_record()) is Kept.QUEUED
    outbox = open_outbox()
    assert outbox is not None
    assert len(list(Drainer(outbox, here).deliveries())) == 1
    own_tallies().write(here)
    ((_, _, content),) = here.tallies(today() - timedelta(days=1), today())
    assert Tally.from_json(content).drawings == 1


def test_several_who_label_and_delete_the_same_at_once_are_counted_once() -> None:
    records = [a_record() for _ in range(20)]
    for each in records:
        record(each)
    with ThreadPoolExecutor(4) as threads:
        given = [threads.submit(give_label, VIEWER, each.id, "1") for each in records * 4]
        assert [each.exception() for each in given] == [None] * 80
        assert counted().labelled == 20
        gone = [threads.submit(delete, VIEWER, each.id) for each in records * 4]
        assert {type(each.exception()) for each in gone} <= {type(None), RecordNotFound}
    assert counted() == Tally()


def test_what_is_not_kept_is_not_counted(failing_history: None, tmp_path: Path) -> None:
    with pytest.raises(Exception, match="could not be saved"):
        record(a_record())
    here = EmbeddedStore(tmp_path / "other.sqlite3")
    own_tallies().write(here)
    assert here.tallies(date(2020, 1, 1), today()) == []


def test_a_label_or_a_deletion_that_failed_is_not_counted(settings: Settings) -> None:
    kept = a_record()
    record(kept)
    before = counted()
    path = settings.HISTORY_STORES["embedded"]["OPTIONS"]["path"]
    with closing(sqlite3.connect(path)) as connection:
        for event in ("INSERT", "DELETE"):
            connection.execute(
                f"CREATE TRIGGER refuse_{event} BEFORE {event} ON recognitions_by_list"
                " BEGIN SELECT RAISE(ABORT, 'no'); END"
            )
    with pytest.raises(LabelNotKept):
        give_label(VIEWER, kept.id, "7")
    with pytest.raises(NotDeleted):
        delete(VIEWER, kept.id)
    assert counted() == before


def test_a_row_is_written_whole_and_only_when_it_changed(tmp_path: Path) -> None:
    store, tallies, day = EmbeddedStore(tmp_path / "store.sqlite3"), OwnTallies(), date(2026, 2, 28)
    tallies.add(day, Tally({"drawings": 1}))
    for _ in range(2):
        tallies.write(store)
    ((_, source, content),) = store.tallies(day, day)
    assert content == '{"drawings":1}'
    store.put_tally(day, source, "{}")
    tallies.write(store)
    assert store.tallies(day, day) == [(day, source, "{}")]
    tallies.add(day, Tally({"drawings": 2}))
    tallies.write(store)
    assert store.tallies(day, day) == [(day, source, '{"drawings":3}')]


def test_a_store_that_fails_costs_nothing_but_a_later_writing(tmp_path: Path) -> None:
    store, tallies = Interleaved(EmbeddedStore(tmp_path / "store.sqlite3")), OwnTallies()
    days = [date(2026, 2, 27), date(2026, 2, 28)]
    for day in days:
        tallies.add(day, Tally({"drawings": 1}))

    def fail() -> None:
        raise StoreUnavailable("it does not answer")

    store.before["put_tally"] = fail
    with pytest.raises(StoreUnavailable):
        tallies.write(store)  # type: ignore[arg-type] # it is one but for its class
    assert store.tallies(*days) == []
    store.after["put_tally"] = lambda: store.before.update(put_tally=fail)
    with pytest.raises(StoreUnavailable):
        tallies.write(store)  # type: ignore[arg-type] # likewise
    assert len(store.tallies(*days)) == 1
    tallies.write(store)  # type: ignore[arg-type] # likewise
    assert [content for _, _, content in store.tallies(*days)] == ['{"drawings":1}'] * 2


@pytest.mark.parametrize("moment", ["before", "after"])
def test_what_is_counted_while_counts_are_written_is_written_the_next_time(
    tmp_path: Path, moment: str
) -> None:
    store, tallies, day = (
        Interleaved(EmbeddedStore(tmp_path / "store.sqlite3")),
        OwnTallies(),
        date(2026, 2, 28),
    )
    tallies.add(day, Tally({"drawings": 1}))
    getattr(store, moment)["put_tally"] = lambda: tallies.add(day, Tally({"drawings": 10}))
    for content in ('{"drawings":1}', '{"drawings":11}', '{"drawings":11}'):
        tallies.write(store)  # type: ignore[arg-type] # it is one but for its class
        assert [row[2] for row in store.tallies(day, day)] == [content]


def test_a_process_writes_what_it_counted_every_second_and_when_it_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    store, tallies, day = (
        Interleaved(EmbeddedStore(tmp_path / "store.sqlite3")),
        OwnTallies(),
        date(2026, 2, 28),
    )
    waits: list[float] = []
    fails = [StoreUnavailable("it does not answer"), OSError("whatever it is")]

    def fail() -> None:
        raise fails.pop()

    class Process:
        """Ends in its fourth second: a test that waits costs four."""

        def is_alive(self) -> bool:
            return len(waits) < 4

        def join(self, timeout: float) -> None:
            waits.append(timeout)
            tallies.add(day, Tally({"drawings": 1}))
            if len(waits) in (2, 3):
                store.before["put_tally"] = fail

    process = Process()
    threads = SimpleNamespace(main_thread=lambda: process, Thread=threading.Thread)
    monkeypatch.setattr(own_tallies_module, "threading", threads)
    thread = TallyThread(tallies, store)  # type: ignore[arg-type] # it is one but for its class
    thread.start()
    thread.join()
    assert waits == [1.0] * 4
    assert fails == []
    assert [content for _, _, content in store.tallies(day, day)] == ['{"drawings":4}']
    assert caplog.messages == ["What was counted could not be written"]
    assert not thread.daemon  # Else a process would end without its last second's.


def test_many_threads_may_count_while_one_writes(tmp_path: Path) -> None:
    store, tallies, day = EmbeddedStore(tmp_path / "store.sqlite3"), OwnTallies(), date(2026, 2, 28)

    def count() -> None:
        for _ in range(200):
            tallies.add(day, Tally({"drawings": 1}))

    threads = [threading.Thread(target=count) for _ in range(8)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        tallies.write(store)
    tallies.write(store)
    assert [content for _, _, content in store.tallies(day, day)] == ['{"drawings":1600}']


def test_what_a_site_counted_is_in_its_store_when_it_has_ended(tmp_path: Path, test_digits: Digits) -> None:
    drawings = [data_url(encoded(on_canvas(image))) for image in test_digits.images[:6]]
    with running_site(tmp_path) as site:
        for drawing in drawings:
            answer = requests.post(f"{site.url}/api/v1/identify", json={"data": drawing}, timeout=30)
            assert answer.status_code == 200
    rows = EmbeddedStore(tmp_path / "history.sqlite3").tallies(today() - timedelta(days=1), today())
    assert Tally.total(Tally.from_json(content) for _, _, content in rows).drawings == 6
    assert "could not be written" not in site.log.read_text()
