"""Messages that fail, on the use cases: kept, listed, redriven, lifted by a late ack."""

from datetime import timedelta

import pytest
from tests.contract.test_message_walk import (
    CHAT,
    A,
    B,
    delivery,
    linked_page,
    owned,
    unknown_outcome,
)
from tests.support.world import World

from switchboard.adapters.memory.channel_provider import MemoryLinkedPage
from switchboard.adapters.memory.phone import Fault
from switchboard.application.accept_outbound import AcceptRequest
from switchboard.application.deliver_next import Backlog, DeliverNext, Step
from switchboard.application.failed_messages import ListFailedMessages, RedriveMessage
from switchboard.application.read_message import CancelMessage, ReadMessage
from switchboard.domain.channel_events import AckSeen
from switchboard.domain.errors import Conflict
from switchboard.domain.ids import MessageId
from switchboard.domain.inbound import InboundEvent
from switchboard.domain.message import MessageStatus
from switchboard.domain.organization import OnUnknown, Settings


@pytest.fixture
def w(backend: World) -> World:
    for name in (A, B):
        backend.sessions.create(name, backend.clock.now())
    return backend


async def failed_message(w: World) -> tuple[DeliverNext, Backlog, MemoryLinkedPage, MessageId]:
    """A message that was refused three times; the page is well again."""
    lease, page = owned(w), await linked_page(w)
    poison = w.accept(AcceptRequest(A, CHAT, "poison")).message
    w.outbox.mark_ready(A, poison.id)
    deliver, backlog = delivery(w, lease), Backlog()
    await deliver.load(backlog)
    page.phone.fault = Fault.REJECT
    steps = []
    while backlog.entries:
        steps.append((await deliver(backlog, page)).step)
        await w.clock.sleep(timedelta(seconds=5))
    assert [step for step in steps if step is not Step.WAIT] == [
        Step.RETRY,
        Step.RETRY,
        Step.SETTLED,
    ]
    page.phone.fault = None
    return deliver, backlog, page, poison.id


def redrive(w: World) -> RedriveMessage:
    return RedriveMessage(w.sessions, w.inbox, w.messages, w.failed, w.send_queue, w.clock)


async def test_a_body_that_the_page_refuses_ends_failed_and_holds_nobody_up(w: World) -> None:
    deliver, backlog, page, poison = await failed_message(w)
    after = w.accept(AcceptRequest(A, CHAT, "after")).message
    w.outbox.mark_ready(A, after.id)
    await deliver.load(backlog)
    assert (await deliver(backlog, page)).step is Step.SENT
    assert [message.text for message in page.phone.wire] == ["after"]
    assert w.messages.read(A, poison).status is MessageStatus.FAILED
    (letter,) = w.dead_letters.sent
    assert (letter.code, letter.body["message_id"]) == ("send_rejected", poison)
    (failed,) = ListFailedMessages(w.sessions, w.failed)(A, None, 10).items
    assert (failed.entry.message_id, failed.code) == (poison, "send_rejected")
    assert failed.entry.attempts == 3


async def test_a_redriven_message_goes_the_whole_way_once(w: World) -> None:
    deliver, backlog, page, poison = await failed_message(w)
    fed = len(w.send_queue.sent)
    for _ in range(2):
        assert redrive(w)(A, poison).status is MessageStatus.QUEUED
    assert len(w.send_queue.sent) == fed + 2, "a repetition only repeats the hint"
    assert len(w.outbox.load(A)) == 1
    w.dispatch(A, poison)
    await deliver.load(backlog)
    assert (await deliver(backlog, page)).step is Step.SENT
    assert w.messages.read(A, poison).status is MessageStatus.SENT
    assert ListFailedMessages(w.sessions, w.failed)(A, None, 10).items == []
    with pytest.raises(Conflict):
        redrive(w)(A, poison)


async def test_a_message_that_fails_again_is_listed_again(w: World) -> None:
    deliver, backlog, page, poison = await failed_message(w)
    redrive(w)(A, poison)
    w.dispatch(A, poison)
    await deliver.load(backlog)
    page.phone.unknown_chats.add(CHAT)
    assert (await deliver(backlog, page)).step is Step.SETTLED
    (failed,) = ListFailedMessages(w.sessions, w.failed)(A, None, 10).items
    assert failed.code == "contact_unreachable"


async def test_an_unconfirmed_message_is_sent_again_only_when_a_person_says_so(w: World) -> None:
    w.organizations.set_settings(A, Settings(on_unknown=OnUnknown.UNCONFIRMED))
    deliver, backlog, recover, accepted = await unknown_outcome(w)
    page = await linked_page(w)
    await recover(backlog, page)
    with pytest.raises(Conflict):
        redrive(w)(A, accepted)
    assert redrive(w)(A, accepted, unconfirmed=True).status is MessageStatus.QUEUED
    w.dispatch(A, accepted)
    await deliver.load(backlog)
    assert (await deliver(backlog, page)).step is Step.SENT
    assert w.messages.read(A, accepted).status is MessageStatus.SENT


async def unconfirmed_and_redriven(w: World) -> tuple[DeliverNext, Backlog, MessageId]:
    """A message that may have left with its first page, and that a person sends again."""
    w.organizations.set_settings(A, Settings(on_unknown=OnUnknown.UNCONFIRMED))
    deliver, backlog, recover, accepted = await unknown_outcome(w)
    await recover(backlog, await linked_page(w))
    redrive(w)(A, accepted, unconfirmed=True)
    return deliver, backlog, accepted


async def test_what_may_have_left_before_it_was_redriven_is_not_taken_back(w: World) -> None:
    *_, accepted = await unconfirmed_and_redriven(w)
    cancel = CancelMessage(ReadMessage(w.messages), w.messages, w.outbox, w.clock)
    with pytest.raises(Conflict):
        cancel(A, accepted)
    assert w.messages.read(A, accepted).status is MessageStatus.QUEUED


async def test_what_may_have_left_before_it_was_redriven_ends_unconfirmed(w: World) -> None:
    deliver, backlog, accepted = await unconfirmed_and_redriven(w)
    w.dispatch(A, accepted)
    await deliver.load(backlog)
    page = await linked_page(w)
    page.phone.unknown_chats.add(CHAT)
    assert (await deliver(backlog, page)).step is Step.SETTLED
    assert w.messages.read(A, accepted).status is MessageStatus.UNCONFIRMED


async def test_a_failed_ack_leaves_the_next_attempt_to_the_owner(w: World) -> None:
    lease, page = owned(w), await linked_page(w)
    accepted = w.accept(AcceptRequest(A, CHAT, "hi")).message
    w.dispatch(A, accepted.id)
    deliver, backlog = delivery(w, lease), Backlog()
    await deliver.load(backlog)
    page.phone.fault, page.phone.faults_left = Fault.REJECT, 1
    assert (await deliver(backlog, page)).step is Step.RETRY
    w.receive(InboundEvent(A, 1, AckSeen(accepted.whatsapp_message_id, CHAT, -1, w.clock.now())))
    await w.clock.sleep(timedelta(seconds=5))
    assert (await deliver(backlog, page)).step is Step.SENT


def test_an_ack_for_an_unknown_id_changes_nothing(w: World) -> None:
    owned(w)
    unknown = f"true_{CHAT}_3EB0{'F' * 18}"
    for ack in (-1, 1, 2, 3):
        w.receive(InboundEvent(A, 1, AckSeen(unknown, CHAT, ack, w.clock.now())))
    assert w.inbox.conversations(A, None, 10).items == []
