"""What a page tells: states to the line item, messages and acks to the inbound queue."""

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.support.builders import A, ack_seen, incoming, message_seen, person, ready, seconds
from tests.unit.browser_host.host import RunningHost

from browser_host.loops.catching_up import PER_CHAT
from switchboard.domain.channel_events import MessageSeen, QrShown, Restricted, SocketChanged
from switchboard.domain.ids import ChatId, HostId
from switchboard.domain.session import Reason, SessionStatus

LOST = (SessionStatus.DISCONNECTED, Reason.SOCKET_LOST)
LINKED = (SessionStatus.CONNECTED, Reason.LINKED)


def state(host: RunningHost) -> tuple[SessionStatus, Reason]:
    session = host.session(A)
    return session.status, session.reason


async def test_a_socket_that_comes_back_makes_the_same_login_ready_again(
    host: RunningHost,
) -> None:
    await host.take(A)
    account = host.session(A).account
    host.page(A).set_socket("TIMEOUT")
    await host.settle()
    assert state(host) == LOST
    host.page(A).set_socket("CONNECTED")
    await host.settle()
    assert state(host) == LINKED
    assert host.session(A).account == account
    assert host.opened(A) == 1, "the same page"


async def test_what_came_while_the_socket_was_away_is_caught_up_with(host: RunningHost) -> None:
    await host.take(A)
    host.page(A).set_socket("TIMEOUT")
    host.pages.phone(A).chats.append(message_seen(host.clock.now()))
    await host.settle()
    assert host.inbound.sent == []
    host.page(A).set_socket("CONNECTED")
    await host.settle()
    (event,) = host.inbound.sent
    assert event.seen.backfill


async def test_a_chat_is_read_back_to_what_is_known_of_it(host: RunningHost) -> None:
    """120 messages came while nobody listened: more than a scan reads of a chat by itself."""
    await host.take(A)
    start = host.clock.now()
    old = [message_seen(start - timedelta(days=2) + seconds(n), n) for n in range(10)]
    known = message_seen(start - timedelta(hours=9), 10)
    missed = [message_seen(start - timedelta(hours=8) + seconds(n), 11 + n) for n in range(120)]
    contact = person(host.world)
    message = replace(incoming(host.world, contact, 10), received_at=known.at)
    assert host.world.inbox.receive(contact, message, answerable=False)
    host.page(A).set_socket("TIMEOUT")
    host.pages.phone(A).chats += [*old, known, *missed]
    host.page(A).set_socket("CONNECTED")
    await host.pass_(60)
    told = {event.seen.wa_id for event in host.inbound.sent}
    assert {seen.wa_id for seen in missed} <= told
    assert not {seen.wa_id for seen in old} & told


def store(host: RunningHost, *seen: MessageSeen) -> None:
    """The inbound function has had these."""
    contact = person(host.world)
    for one in seen:
        message = incoming(host.world, contact, int(one.wa_id[-18:]))
        assert host.world.inbox.receive(
            contact, replace(message, received_at=one.at), answerable=False
        )


async def test_what_is_stored_is_not_told_again(host: RunningHost) -> None:
    await host.take(A)
    heard = [message_seen(host.clock.now(), number) for number in range(10)]
    store(host, *heard[:9])
    host.page(A).set_socket("TIMEOUT")
    host.pages.phone(A).chats += heard
    host.page(A).set_socket("CONNECTED")
    await host.pass_(60)
    assert [event.seen.wa_id for event in host.inbound.sent] == [heard[9].wa_id]


async def test_what_was_missed_within_the_second_of_the_newest_stored_one_is_found(
    host: RunningHost,
) -> None:
    """A page that is cut off in the middle of a second has told some of it, in any order."""
    await host.take(A)
    start = host.clock.now() - timedelta(minutes=5)
    same_second = [message_seen(start, number) for number in range(12)]
    later = [message_seen(start + seconds(1), number) for number in range(12, 60)]
    store(host, same_second[5])
    host.page(A).set_socket("TIMEOUT")
    host.pages.phone(A).chats += [*same_second, *later]
    host.page(A).set_socket("CONNECTED")
    await host.pass_(60)
    told = {event.seen.wa_id for event in host.inbound.sent}
    assert told == {seen.wa_id for seen in (*same_second, *later)} - {same_second[5].wa_id}


async def test_an_unknown_chat_is_not_read_to_its_beginning(host: RunningHost) -> None:
    await host.take(A)
    host.page(A).set_socket("TIMEOUT")
    host.pages.phone(A).chats += [message_seen(host.clock.now(), n) for n in range(120)]
    host.page(A).set_socket("CONNECTED")
    await host.pass_(60)
    assert len(host.inbound.sent) == PER_CHAT


async def test_catching_up_goes_on_after_a_queue_that_did_not_answer(host: RunningHost) -> None:
    await host.take(A)
    host.page(A).set_socket("TIMEOUT")
    host.pages.phone(A).chats += [message_seen(host.clock.now(), number) for number in (1, 2)]
    host.wire.cut.add("InboundQueue.push")
    host.page(A).set_socket("CONNECTED")
    await host.pass_(5)
    assert state(host) == LINKED
    host.wire.cut.clear()
    await host.pass_(2)
    assert len(host.inbound.sent) == 2


async def test_nothing_is_sent_while_the_socket_is_away_and_all_of_it_after(
    host: RunningHost,
) -> None:
    await host.take(A)
    host.page(A).set_socket("TIMEOUT")
    await host.settle()
    entry = ready(host.world, 1)
    host.world.wake_ups.wake(host.queue_url(A), A, entry.message_id)
    await host.pass_(60)
    phone = host.pages.phone(A)
    assert phone.wire == []
    host.page(A).set_socket("CONNECTED")
    await host.pass_(60)
    assert [message.wa_hex for message in phone.wire] == [entry.wa_hex]
    assert host.world.outbox.read(A, entry.message_id) is None


async def test_a_connected_socket_makes_no_unlinked_page_ready(host: RunningHost) -> None:
    await host.take(A, linked=False)
    host.page(A).emit(SocketChanged("CONNECTED"))
    await host.settle()
    assert host.session(A).status is SessionStatus.WAITING_QR


async def test_a_connected_socket_does_not_bring_a_lost_login_back(host: RunningHost) -> None:
    await host.take(A)
    host.page(A).set_socket("TIMEOUT")
    host.page(A).emit(QrShown("2@again", 1, timedelta(seconds=60)))
    host.page(A).set_socket("CONNECTED")
    await host.settle()
    assert host.session(A).status is SessionStatus.WAITING_QR


async def test_a_connected_socket_of_a_ready_page_changes_nothing(host: RunningHost) -> None:
    await host.take(A)
    before = host.session(A)
    await host.pass_(1)
    host.page(A).set_socket("CONNECTED")
    await host.settle()
    assert host.session(A) == before


async def test_a_lost_socket_is_told_also_when_the_store_did_not_answer_at_first(
    host: RunningHost,
) -> None:
    await host.take(A)
    host.wire.cut.add("SessionStore.record")
    host.page(A).set_socket("TIMEOUT")
    await host.pass_(5)
    assert state(host) == LINKED
    host.wire.cut.clear()
    await host.pass_(2)
    assert state(host) == LOST


@pytest.mark.parametrize(
    ("word", "reason"),
    [
        ("PROXYBLOCK", Reason.PROXY_BLOCKED),
        ("TOS_BLOCK", Reason.TERMS_BLOCKED),
        ("SMB_TOS_BLOCK", Reason.TERMS_BLOCKED),
    ],
)
async def test_a_blocked_stream_is_no_reason_for_another_browser(
    host: RunningHost, word: str, reason: Reason
) -> None:
    await host.take(A)
    host.page(A).set_socket(word)
    await host.pass_(120)
    assert state(host) == (SessionStatus.DISCONNECTED, reason)
    assert host.opened(A) == 1


@pytest.mark.parametrize("word", ["OPENING", "PAIRING", "SOMETHING_NEW"])
async def test_a_socket_on_its_way_leaves_the_state_alone(host: RunningHost, word: str) -> None:
    await host.take(A)
    host.page(A).emit(SocketChanged(word))
    await host.settle()
    assert state(host) == LINKED


@pytest.mark.parametrize("word", ["OPENING", "UNLAUNCHED", "SOMETHING_NEW"])
async def test_a_socket_that_stays_on_its_way_is_told(host: RunningHost, word: str) -> None:
    await host.take(A)
    entry = ready(host.world, 1)
    host.page(A).set_socket(word)
    host.world.wake_ups.wake(host.queue_url(A), A, entry.message_id)
    await host.pass_(31)
    assert state(host) == (SessionStatus.DISCONNECTED, Reason.SOCKET_LOST)
    assert host.session(A).last_error == word
    assert host.pages.phone(A).wire == []
    host.page(A).set_socket("CONNECTED")
    await host.pass_(15)
    assert state(host) == LINKED
    assert [sent.wa_hex for sent in host.pages.phone(A).wire] == [entry.wa_hex]
    assert host.opened(A) == 1


async def test_a_socket_that_passes_through_is_not_told(host: RunningHost) -> None:
    await host.take(A)
    stored = host.session(A)
    host.page(A).set_socket("OPENING")
    await host.pass_(9)
    host.page(A).set_socket("CONNECTED")
    await host.pass_(60)
    assert host.session(A).connected_at == stored.connected_at
    assert host.session(A).disconnected_at is None


async def test_the_age_of_the_last_event_is_known_to_the_minute(host: RunningHost) -> None:
    await host.take(A)
    assert host.session(A).last_event_at is None
    for number in range(1, 10):
        host.page(A).hear(message_seen(host.clock.now(), number))
        await host.pass_(10)
        told = host.session(A).last_event_at
        assert timedelta() <= host.clock.now() - told <= seconds(70)
    quiet = host.session(A)
    await host.pass_(600)
    assert host.session(A) == quiet, "an idle line costs no writes"


@pytest.mark.parametrize("lost", [False, True])
async def test_what_a_quiet_line_hears_is_pushed_whatever_becomes_of_its_item(
    host: RunningHost, *, lost: bool
) -> None:
    await host.take(A)
    if lost:
        host.steal(A, HostId("thief"))
    else:
        host.wire.cut.add("SessionStore.heard")
    for number in range(1, 6):
        host.page(A).hear(message_seen(host.clock.now(), number))
    await host.settle()
    assert len(host.inbound.sent) == 5


async def test_the_versions_of_page_and_bundle_are_stored(host: RunningHost) -> None:
    await host.take(A)
    session = host.session(A)
    assert (session.web_version, session.wa_js_version) == ("2.3000.0", "4.6.0")


async def test_an_outdated_client_is_opened_anew(host: RunningHost) -> None:
    await host.take(A)
    host.page(A).emit(SocketChanged("DEPRECATED_VERSION"))
    await host.settle()
    assert state(host) == (SessionStatus.DISCONNECTED, Reason.CLIENT_OUTDATED)
    await host.pass_(2)
    assert host.opened(A) == 2


async def test_messages_and_acks_go_to_the_queue_in_their_order(host: RunningHost) -> None:
    await host.take(A)
    now = host.clock.now()
    told = [message_seen(now, 1), ack_seen(now), message_seen(now, 2)]
    for seen in told:
        host.page(A).emit(seen)
    await host.settle()
    assert [event.seen for event in host.inbound.sent] == told
    assert {(event.organization_id, event.epoch) for event in host.inbound.sent} == {(A, 1)}


async def test_a_queue_that_does_not_answer_neither_loses_nor_reorders(host: RunningHost) -> None:
    await host.take(A)
    host.wire.cut.add("InboundQueue.push")
    told = [message_seen(host.clock.now(), number) for number in (1, 2, 3)]
    for seen in told:
        host.page(A).emit(seen)
    await host.pass_(10)
    assert host.inbound.sent == []
    host.wire.cut.clear()
    await host.pass_(2)
    assert [event.seen for event in host.inbound.sent] == told


async def test_status_updates_are_nobodys_messages(host: RunningHost) -> None:
    await host.take(A)
    status = replace(message_seen(host.clock.now()), chat_id=ChatId("status@broadcast"))
    host.page(A).hear(status)
    await host.settle()
    assert host.inbound.sent == []


async def test_a_restriction_stops_sending_and_keeps_the_line(host: RunningHost) -> None:
    await host.take(A)
    host.page(A).emit(Restricted("temporary_ban", "101"))
    await host.settle()
    entry = ready(host.world, 1)
    host.world.wake_ups.wake(host.queue_url(A), A, entry.message_id)
    await host.pass_(300)
    assert host.pages.phone(A).wire == []
    assert host.session(A).pause_reason == "temporary_ban"
    assert state(host) == LINKED
