"""Whether a send that a page does not begin is the message's fault."""

from switchboard.domain.ids import MessageId
from switchboard.domain.stalls import FORGIVEN_FOR, STUCK_AFTER, Stalls

ONE, OTHER = MessageId("one"), MessageId("other")
HOUR, STUCK = FORGIVEN_FOR.total_seconds(), STUCK_AFTER.total_seconds()


def fault(stalls: Stalls, message_id: MessageId, now: float) -> bool:
    return stalls.stalled(message_id, now).own_fault


def test_a_page_that_begins_nothing_fails_nothing_for_an_hour() -> None:
    stalls = Stalls()
    assert not any(fault(stalls, one, at) for at in (0.0, 60.0, HOUR - 1) for one in (ONE, OTHER))
    assert fault(stalls, ONE, HOUR)


def test_a_message_that_stalls_while_others_go_is_to_blame() -> None:
    stalls = Stalls()
    assert not fault(stalls, ONE, 0.0), "the others may have gone before the page stuck"
    stalls.begun(OTHER)
    assert fault(stalls, ONE, 30.0)
    assert not fault(stalls, ONE, 60.0), "nothing has gone since"
    assert stalls.known[ONE].times == 3


def test_a_message_that_went_is_not_held_to_what_it_was() -> None:
    stalls = Stalls()
    stalls.stalled(ONE, 0.0)
    stalls.begun(ONE)
    assert not fault(stalls, ONE, HOUR)


def test_what_waits_no_more_is_forgotten() -> None:
    stalls = Stalls()
    for one in (ONE, OTHER):
        stalls.stalled(one, 0.0)
    stalls.keep({ONE})
    assert not stalls.looks_stuck, "one that waits may be to blame"
    assert not fault(stalls, OTHER, HOUR), "it is as if it were new"
    assert fault(stalls, ONE, HOUR)


def stuck_at(stalls: Stalls, *messages: MessageId, first: float = 0.0) -> list[float]:
    """When the page is found stuck, of stalls one after the other through its time."""
    moments = [first + STUCK * part / 4 for part in range(5)]
    found = []
    for number, moment in enumerate(moments):
        stalls.stalled(messages[number % len(messages)], moment)
        if stalls.page_is_stuck(moment):
            found.append(moment)
    return found


def test_a_page_is_stuck_when_no_message_gets_through_for_its_time() -> None:
    stalls = Stalls()
    assert stuck_at(stalls, ONE, OTHER) == [STUCK]
    stalls.page_is_fresh()
    assert stuck_at(stalls, ONE, OTHER, first=HOUR) == [HOUR + STUCK]
    assert fault(stalls, ONE, HOUR), "what is known of a message outlives the page"


def test_one_message_alone_is_worth_one_page() -> None:
    stalls = Stalls()
    assert stuck_at(stalls, ONE) == [STUCK]
    stalls.page_is_fresh()
    assert stuck_at(stalls, ONE, first=STUCK) == []


def test_hours_in_which_nothing_was_tried_prove_nothing() -> None:
    stalls = Stalls()
    stalls.stalled(ONE, 0.0)
    stalls.stalled(OTHER, 3 * HOUR)
    assert not stalls.page_is_stuck(3 * HOUR)


def test_a_page_that_begins_a_send_is_not_stuck() -> None:
    stalls = Stalls()
    stuck_at(stalls, ONE, OTHER)
    stalls.begun(OTHER)
    stalls.stalled(ONE, STUCK + 1)
    assert not stalls.page_is_stuck(STUCK + 1)
    assert stalls.in_a_row == 1
