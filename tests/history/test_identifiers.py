from datetime import UTC, datetime, timedelta
from uuid import RFC_4122, UUID

from history.identifiers import created_at, from_time_ordered, new_id, time_ordered


def test_an_id_is_a_time_based_uuid_of_no_network_card() -> None:
    record_id = new_id()
    assert (record_id.version, record_id.variant) == (1, RFC_4122)
    assert record_id.node >> 40 & 1 == 1


def test_an_id_tells_when_it_was_made() -> None:
    assert abs(created_at(new_id()) - datetime.now(UTC)) < timedelta(seconds=2)


def test_the_time_of_a_known_id() -> None:
    # The example of RFC 9562, appendix A.1.
    assert created_at(UUID("C232AB00-9414-11EC-B3C8-9F6BDECED846")) == datetime(
        2022, 2, 22, 19, 22, 22, tzinfo=UTC
    )


def test_ids_are_all_different_even_in_one_moment() -> None:
    assert len({new_id() for _ in range(10_000)}) == 10_000


def test_time_order_is_byte_order() -> None:
    earlier = UUID("ffffffff-0000-1000-8000-000000000000")
    later = UUID("00000000-0001-1000-8000-000000000000")
    assert time_ordered(earlier) < time_ordered(later)
    assert earlier > later


def test_the_time_ordered_form_goes_back() -> None:
    record_id = new_id()
    assert from_time_ordered(time_ordered(record_id)) == record_id
