"""Which entry goes next."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.builders import entry_of

from switchboard.domain.outbox import (
    LONGEST_DELAY,
    EntryState,
    Next,
    OutboxEntry,
    Priority,
    choose_next,
    is_urgent,
    retry_delay,
    sending_order,
    stall_delay,
)

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
BEFORE = NOW - timedelta(minutes=5)
LATER = NOW + timedelta(seconds=4)


def entry(number: int, conversation: str = "c1", **more: object) -> OutboxEntry:
    return entry_of(number, conversation, **{"at": BEFORE + timedelta(seconds=number), **more})


def test_nothing_waits_in_an_empty_outbox() -> None:
    assert choose_next([], NOW) == Next(None, None)


def test_the_lowest_sequence_number_of_a_conversation_goes_first() -> None:
    first, second = entry(1), entry(2)
    assert choose_next([second, first], NOW) == Next(first)


def test_the_oldest_head_goes_before_the_others() -> None:
    old, new = entry(5, "c1"), entry(6, "c2")
    assert choose_next([new, old], NOW).entry == old


@pytest.mark.parametrize("state", [EntryState.PENDING, EntryState.SENDING])
def test_a_head_that_cannot_go_blocks_its_conversation_only(state: EntryState) -> None:
    head, behind, other = entry(1, state=state), entry(2), entry(3, "c2")
    assert choose_next([head, behind, other], NOW).entry == other
    assert choose_next([head, behind], NOW) == Next(None, None)


def test_a_retry_that_is_not_due_blocks_its_conversation_until_it_is() -> None:
    head = entry(1, state=EntryState.RETRY, due_at=LATER)
    other = entry(3, "c2", state=EntryState.RETRY, due_at=LATER + timedelta(seconds=1))
    assert choose_next([head, entry(2), other], NOW) == Next(None, LATER)
    assert choose_next([head, entry(2), other], LATER) == Next(head)


def test_a_conversation_has_the_highest_priority_in_its_queue() -> None:
    normal, urgent_behind = entry(5, "c2"), entry(6, "c2", priority=Priority.URGENT)
    older = entry(1, "c1")
    assert choose_next([older, normal, urgent_behind], NOW).entry == normal
    bulk = entry(0, "c3", priority=Priority.BULK)
    assert choose_next([bulk, older], NOW).entry == older


def test_is_urgent_looks_at_the_whole_conversation() -> None:
    head, urgent, other = entry(1), entry(2, priority=Priority.URGENT), entry(3, "c2")
    assert is_urgent(head, [head, urgent, other], NOW)
    assert not is_urgent(other, [head, urgent, other], NOW)


def test_a_scheduled_message_neither_goes_nor_blocks_before_its_time() -> None:
    scheduled = replace(entry(1), send_at=LATER)
    assert choose_next([scheduled, entry(2)], NOW).entry == entry(2)
    assert choose_next([scheduled], NOW) == Next(None, LATER)
    assert choose_next([scheduled, entry(2)], LATER).entry == scheduled


def test_a_scheduled_urgent_message_raises_its_conversation_only_when_it_is_due() -> None:
    normal, other = entry(5, "c2"), entry(1, "c1")
    urgent = replace(entry(6, "c2", priority=Priority.URGENT), send_at=LATER)
    assert choose_next([normal, other, urgent], NOW).entry == other
    assert choose_next([normal, other, urgent], LATER).entry == normal
    assert not is_urgent(normal, [normal, urgent], NOW)
    assert is_urgent(normal, [normal, urgent], LATER)


def test_the_order_shown_is_the_order_sent() -> None:
    bulk, normal = entry(1, "c1", priority=Priority.BULK), entry(2, "c2")
    urgent, behind = entry(3, "c3", priority=Priority.URGENT), entry(4, "c2")
    scheduled = replace(entry(0, "c4", priority=Priority.URGENT), send_at=LATER)
    waiting = [bulk, normal, urgent, behind, scheduled]
    shown = sending_order(waiting, NOW)
    assert shown == [urgent, normal, behind, bulk, scheduled]
    sent = []
    while (chosen := choose_next(waiting, NOW)).entry:
        sent.append(chosen.entry)
        waiting.remove(chosen.entry)
    assert sent == shown[:-1]


ENTRIES = st.lists(
    st.builds(
        lambda number, conversation, state, priority, due: entry(
            number,
            conversation,
            state=state,
            priority=priority,
            due_at=NOW + timedelta(seconds=due),
        ),
        st.integers(1, 99),
        st.sampled_from(["c1", "c2", "c3"]),
        st.sampled_from(EntryState),
        st.sampled_from(Priority),
        st.integers(-9, 9),
    ),
    unique_by=lambda made: made.seq,
    max_size=20,
)


@given(ENTRIES, st.randoms())
def test_the_choice_keeps_order_and_does_not_depend_on_how_entries_are_listed(
    entries: list[OutboxEntry], random: object
) -> None:
    chosen = choose_next(entries, NOW)
    shuffled = list(entries)
    random.shuffle(shuffled)
    assert choose_next(shuffled, NOW) == chosen
    if chosen.entry is None:
        assert chosen.wake_at is None or chosen.wake_at > NOW
        return
    assert chosen.entry.state in (EntryState.READY, EntryState.RETRY)
    put_off = chosen.entry.due_at - NOW
    due = put_off <= timedelta() or put_off > 2 * LONGEST_DELAY
    assert chosen.entry.state is EntryState.READY or due
    same = [each for each in entries if each.conversation_id == chosen.entry.conversation_id]
    assert chosen.entry.seq == min(each.seq for each in same)


def test_retries_wait_twice_as_long_each_time() -> None:
    assert [retry_delay(attempts, 0.0).total_seconds() for attempts in (1, 2, 3)] == [2, 4, 8]
    assert retry_delay(2, 0.5).total_seconds() == 4.5


def test_a_message_that_stalls_is_left_alone_longer_each_time() -> None:
    delays = [stall_delay(stalls).total_seconds() for stalls in (1, 2, 3, 4, 100)]
    assert delays == [30, 60, 120, 120, 120]


def test_a_retry_that_a_wrong_clock_put_off_by_hours_is_due() -> None:
    put_off = entry_of(1, at=NOW, state=EntryState.RETRY, due_at=NOW + timedelta(hours=31))
    assert choose_next([put_off], NOW).entry == put_off
