from datetime import UTC, datetime, timedelta
from uuid import RFC_4122, UUID

import pytest

from history import ids as identifiers
from history.ids import created_at, from_time_ordered, new_id, time_ordered


def test_an_id_is_a_time_based_uuid_without_a_network_card() -> None:
    record_id = new_id()
    assert (record_id.version, record_id.variant) == (1, RFC_4122)
    assert record_id.node >> 40 & 1 == 1


def test_an_id_contains_its_time() -> None:
    assert abs(created_at(new_id()) - datetime.now(UTC)) < timedelta(seconds=2)


def test_the_time_of_a_known_id() -> None:
    # The example of RFC 9562, appendix A.1.
    assert created_at(UUID("C232AB00-9414-11EC-B3C8-9F6BDECED846")) == datetime(
        2022, 2, 22, 19, 22, 22, tzinfo=UTC
    )


def test_ids_are_all_different_even_in_one_moment() -> None:
    assert len({new_id() for _ in range(10_000)}) == 10_000


def test_ids_of_one_instant_share_nothing_but_their_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """As of several processes; the clock is stopped, so all ids have the same time."""
    monkeypatch.setattr(identifiers, "time_ns", lambda: 1_700_000_000_000_000_000)
    ids = [new_id() for _ in range(1000)]
    assert len({record_id.time for record_id in ids}) == 1
    assert len({record_id.node for record_id in ids}) == 1000
    # About 970 of 1000 random numbers below 16,384 differ; practically never fewer than 900.
    assert len({record_id.clock_seq for record_id in ids}) > 900
    for bit in range(48):
        assert {record_id.node >> bit & 1 for record_id in ids} == ({1} if bit == 40 else {0, 1})
    for bit in range(14):
        assert {record_id.clock_seq >> bit & 1 for record_id in ids} == {0, 1}


def test_time_order_is_byte_order() -> None:
    earlier = UUID("ffffffff-0000-1000-8000-000000000000")
    later = UUID("00000000-0001-1000-8000-000000000000")
    assert time_ordered(earlier) < time_ordered(later)
    assert earlier > later


def test_the_time_ordered_form_can_be_inverted() -> None:
    record_id = new_id()
    assert from_time_ordered(time_ordered(record_id)) == record_id
