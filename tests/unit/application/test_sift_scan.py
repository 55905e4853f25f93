"""What a scan found and nobody has to be told of is left out."""

from dataclasses import replace

import pytest
from tests.support.builders import CHAT, A, accepted, message_seen, person, received
from tests.support.world import World, memory_world

from switchboard.application.sift_scan import SiftScan
from switchboard.domain.channel_events import MessageSeen
from switchboard.domain.message import MessageStatus


@pytest.fixture
def w() -> World:
    return memory_world()


def sifted(w: World, *found: MessageSeen) -> list[MessageSeen]:
    return SiftScan(w.inbox, w.messages)(A, found)


def own(w: World, wa_hex: str, ack: int | None) -> MessageSeen:
    seen = message_seen(w.clock.now())
    return replace(seen, wa_id=f"true_{CHAT}_{wa_hex}", from_me=True, ack=ack)


def test_a_contacts_message_is_told_until_it_is_stored(w: World) -> None:
    known, new = (message_seen(w.clock.now(), number) for number in (1, 2))
    received(w, person(w), 1)
    assert sifted(w, known, new, new) == [new, new]


def test_an_own_message_is_told_when_its_ack_says_more(w: World) -> None:
    entry = accepted(w, 1)
    message = w.messages.read(A, entry.message_id)
    assert w.messages.advance(message, MessageStatus.SENT, w.clock.now())
    told = [own(w, entry.wa_hex, ack) for ack in (None, -1, 0, 1, 2, 3)]
    assert [seen.ack for seen in sifted(w, *told)] == [2, 3]


def test_what_was_typed_on_the_phone_is_told(w: World) -> None:
    typed = own(w, "3EB0000000000000000042", 1)
    assert sifted(w, typed) == [typed]


def test_an_id_of_an_unknown_kind_is_left_to_the_function(w: World) -> None:
    odd = replace(message_seen(w.clock.now()), wa_id="odd")
    assert sifted(w, odd) == [odd]
