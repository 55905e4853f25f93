"""The whole path on the use cases, once on memory and once on DynamoDB (moto)."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import time, timedelta
from pathlib import Path

import pytest
from tests.support import webhooks
from tests.support.answering import answering, run_due
from tests.support.sweeping import sweeper
from tests.support.world import BACKENDS, World, world

from switchboard.adapters.memory.agent import ScriptedAgent
from switchboard.adapters.memory.blocking import InlineBlocking
from switchboard.adapters.memory.notices import MemoryOperators
from switchboard.adapters.memory.phone import Fault
from switchboard.adapters.memory.snapshot_store import MemorySnapshotStore
from switchboard.application.accept_outbound import AcceptRequest
from switchboard.application.answer_conversation import AnswerConversation, Outcome
from switchboard.application.ban_guard import BanGuard
from switchboard.application.create_session import CreateSession
from switchboard.application.deliver_next import Backlog, DeliverNext, Step
from switchboard.application.finish_outbound import FinishOutbound
from switchboard.application.hold_proactive import HoldProactive
from switchboard.application.last_check import LastCheck
from switchboard.application.notify_operators import NotifyOperators
from switchboard.application.read_session import ReadSession
from switchboard.application.recover_sending import RecoverSending
from switchboard.application.take_grant import TakeGrant
from switchboard.application.take_over import TakeOver
from switchboard.domain.channel_events import (
    AckSeen,
    EditSeen,
    MessageSeen,
    ReactionSeen,
    RevocationSeen,
)
from switchboard.domain.conversation import ContactStatus
from switchboard.domain.delivery import LaneKey
from switchboard.domain.errors import Conflict, LeaseLost, NotFound, StaleEpoch
from switchboard.domain.ids import ChatId, HostId, OrganizationId
from switchboard.domain.inbound import InboundEvent
from switchboard.domain.message import MessageStatus, Source
from switchboard.domain.organization import OnUnknown, Settings
from switchboard.domain.outbox import EntryState
from switchboard.domain.pacing import Pacing, SteadyTime
from switchboard.domain.quiet_hours import QuietHours
from switchboard.domain.rate_limit import Limits
from switchboard.domain.session import (
    Lease,
    Reason,
    SessionState,
    SessionStatus,
    Wanted,
)
from switchboard.domain.snapshot import Snapshot
from switchboard.ports.agent import AgentReply
from switchboard.ports.rate_gate import Granted, Refused

A = OrganizationId("alpha")
B = OrganizationId("beta")
HOST = HostId("host-1")
CHAT = ChatId("15550001111@c.us")
OTHER_CHAT = ChatId("15550002222@c.us")
PROFILE = Path("unused")


@pytest.fixture(params=BACKENDS)
def w(request: pytest.FixtureRequest) -> Iterator[World]:
    with world(request.param) as made:
        made.sessions.create(A, made.clock.now())
        made.sessions.create(B, made.clock.now())
        yield made


def owned(w: World, organization: OrganizationId = A, host: HostId = HOST) -> Lease:
    w.sessions.want(organization, Wanted.RUNNING, w.clock.now())
    lease = w.sessions.acquire(organization, host, f"memory://hosts/{host}", w.clock.now())
    assert lease is not None
    return lease


def heard(w: World, body: str, number: int, chat: str = CHAT, **more: object) -> InboundEvent:
    seen = MessageSeen(
        wa_id=f"false_{chat}_3A{number:018d}",
        from_me=False,
        chat_id=ChatId(chat),
        phone=chat.split("@", maxsplit=1)[0] if chat.endswith("c.us") else None,
        lid=None,
        author=None,
        body=body,
        type="chat",
        at=w.clock.now(),
        push_name="Customer",
    )
    return InboundEvent(A, 1, replace(seen, **more))


def answerer(w: World, *replies: AgentReply) -> AnswerConversation:
    return answering(w, ScriptedAgent(lambda _: replies[0]))


def test_a_burst_is_stored_once_and_answered_once(w: World) -> None:
    owned(w)
    for number, text in enumerate(("hello", "one question", "when do you open?")):
        w.receive(heard(w, text, number))
        w.receive(heard(w, text, number))  # redelivered
        w.advance(seconds=1)
    w.advance(seconds=4)
    answer = answerer(w, AgentReply("we open at nine", ContactStatus.IN_PROGRESS))
    outcomes = []
    while timer := w.timers.receive():
        outcomes.append(answer(timer.organization_id, timer.conversation_id, timer.in_version))
    assert outcomes.count(Outcome.ANSWERED) == 1
    assert len(w.send_queue.sent) == 1
    contact = w.inbox.contact_at(A, CHAT)
    assert contact.status is ContactStatus.IN_PROGRESS
    conversation = w.inbox.conversations(A, None, 10).items[0]
    assert (conversation.in_version, conversation.answered_version) == (3, 3)
    page = w.messages.page(A, [conversation.id], None, 50)
    assert [message.content for message in page.items] == [
        "we open at nine",
        "when do you open?",
        "one question",
        "hello",
    ]
    assert w.inbox.conversations(B, None, 10).items == []


async def test_a_reply_travels_to_read(w: World) -> None:
    lease = owned(w)
    accepted = w.accept(AcceptRequest(A, CHAT, "hi", idempotency_key="k1")).message
    w.dispatch(A, accepted.id)
    page = await linked_page(w)
    deliver = delivery(w, lease)
    backlog = Backlog()
    await deliver.load(backlog)
    progress = await deliver(backlog, page)
    assert progress.step is Step.SENT
    assert w.outbox.load(A) == []
    stored = w.messages.read(A, accepted.id)
    assert stored.status is MessageStatus.SENT
    assert stored.sent_at is not None
    for ack, status in (
        (2, MessageStatus.DELIVERED),
        (3, MessageStatus.READ),
        (2, MessageStatus.READ),
    ):
        w.receive(InboundEvent(A, 1, AckSeen(stored.whatsapp_message_id, CHAT, ack, w.clock.now())))
        assert w.messages.read(A, accepted.id).status is status


def test_an_ack_that_names_the_chat_by_its_lid_leaves_the_key_as_it_was_told(w: World) -> None:
    accepted = w.accept(AcceptRequest(A, CHAT, "hi")).message
    by_lid = f"true_111110001111@lid_{accepted.wa_hex}"
    for ack in (1, 2, 3):
        w.receive(InboundEvent(A, 1, AckSeen(by_lid, ChatId(CHAT), ack, w.clock.now())))
    stored = w.messages.read(A, accepted.id)
    assert stored.status is MessageStatus.READ
    assert (
        stored.whatsapp_message_id
        == accepted.whatsapp_message_id
        == f"true_{CHAT}_{accepted.wa_hex}"
    )


async def test_an_ack_that_nobody_heard_is_learned_from_a_scan(w: World) -> None:
    lease, page = owned(w), await linked_page(w)
    accepted = w.accept(AcceptRequest(A, CHAT, "hi")).message
    w.dispatch(A, accepted.id)
    deliver, backlog = delivery(w, lease), Backlog()
    await deliver.load(backlog)
    assert (await deliver(backlog, page)).step is Step.SENT
    sent = {"wa_id": accepted.whatsapp_message_id, "from_me": True, "backfill": True}
    for ack, status in ((1, MessageStatus.SENT), (3, MessageStatus.READ), (2, MessageStatus.READ)):
        w.receive(heard(w, "hi", 1, **sent, ack=ack))
        assert w.messages.read(A, accepted.id).status is status
    assert len(list(w.messages.page(A, [accepted.conversation_id], None, 50).items)) == 1


async def test_a_message_keeps_to_its_times(w: World) -> None:
    lease, page = owned(w), await linked_page(w)
    now = w.clock.now()
    later, soon = now + timedelta(hours=1), now + timedelta(minutes=5)
    scheduled = w.accept(AcceptRequest(A, CHAT, "in an hour", send_at=later)).message
    perishable = w.accept(AcceptRequest(A, CHAT, "now or never", expires_at=soon)).message
    for message in (scheduled, perishable):
        w.outbox.mark_ready(A, message.id)
    deliver, backlog = delivery(w, lease), Backlog()
    await w.clock.sleep(timedelta(minutes=6))
    await deliver.load(backlog)
    assert (await deliver(backlog, page)).step is Step.SETTLED
    assert w.messages.read(A, perishable.id).status is MessageStatus.EXPIRED
    waiting = await deliver(backlog, page)
    assert (waiting.step, waiting.wake_at) == (Step.WAIT, later)
    await w.clock.sleep(later - w.clock.now())
    assert (await deliver(backlog, page)).step is Step.SENT
    assert w.messages.read(A, scheduled.id).status is MessageStatus.SENT


async def test_refused_new_chats_pause_the_sending_and_keep_the_queue(w: World) -> None:
    lease, page = owned(w), await linked_page(w)
    deliver, backlog = delivery(w, lease), Backlog()
    page.phone.fault = Fault.REJECT
    for number in range(3):
        request = AcceptRequest(A, ChatId(f"1555000222{number}@c.us"), "hello")
        w.outbox.mark_ready(A, w.accept(request).message.id)
    await deliver.load(backlog)
    steps = [(await deliver(backlog, page)).step for _ in range(4)]
    assert steps[:3] == [Step.RETRY] * 3
    assert w.sessions.read(A).pause_reason == "new_chats_refused"
    assert [notice.code for notice in w.notices.of(A)] == ["new_chats_refused"]
    await w.clock.sleep(timedelta(seconds=5))
    assert (await deliver(backlog, page)).step is Step.WAIT
    assert len(w.outbox.load(A)) == 3


def test_accepting_twice_under_one_key_is_one_message(w: World) -> None:
    request = AcceptRequest(A, CHAT, "hi", idempotency_key="k1")
    first = w.accept(request)
    again = w.accept(request)
    assert again.duplicate
    assert again.message.id == first.message.id
    assert len(w.outbox.load(A)) == 1
    with pytest.raises(Conflict):
        w.accept(replace(request, text="other"))
    assert not w.accept(replace(request, organization_id=B)).duplicate


def test_accepting_for_an_unknown_or_deleted_organization_is_refused(w: World) -> None:
    with pytest.raises(NotFound):
        w.accept(AcceptRequest(OrganizationId("nobody"), CHAT, "hi"))
    w.sessions.want(B, Wanted.DELETED, w.clock.now())
    with pytest.raises(NotFound):
        w.accept(AcceptRequest(B, CHAT, "hi"))


def test_only_one_host_acquires_and_the_epoch_grows(w: World) -> None:
    first = owned(w)
    assert w.sessions.acquire(A, HostId("host-2"), "q", w.clock.now()) is None
    assert w.sessions.owned_by(HOST) == [A]
    assert w.sessions.release(first, SessionStatus.DISCONNECTED, Reason.HOST_STOPPED, w.clock.now())
    assert not w.sessions.release(
        first, SessionStatus.DISCONNECTED, Reason.HOST_STOPPED, w.clock.now()
    )
    second = w.sessions.acquire(A, HOST, "q", w.clock.now())
    assert second.epoch == first.epoch + 1
    state = SessionState(SessionStatus.CONNECTED, Reason.LINKED)
    with pytest.raises(StaleEpoch):
        w.sessions.record(first, state, w.clock.now())
    with pytest.raises(StaleEpoch):
        w.gate.grant(first, w.clock.now(), urgent=False)
    w.sessions.record(second, state, w.clock.now())
    assert w.sessions.read(A).connected_at == w.clock.now()
    with pytest.raises(LeaseLost):
        w.sessions.record(replace(second, owner=HostId("host-9")), state, w.clock.now())


def test_the_gate_grants_no_more_than_the_limit_and_obeys_pauses(w: World) -> None:
    lease = owned(w)
    w.sessions.set_limits(A, Limits(5, 200, 1000), w.clock.now())
    granted = []
    for _ in range(400):
        answer = w.gate.grant(lease, w.clock.now(), urgent=False)
        if isinstance(answer, Granted):
            granted.append(w.clock.now())
        w.advance(seconds=1)
    for start in granted:
        assert sum(start <= at < start + timedelta(seconds=60) for at in granted) <= 5
    assert len(granted) >= 25
    until = w.clock.now() + timedelta(hours=1)
    w.sessions.pause(A, until, "temporary_ban", w.clock.now())
    w.advance(seconds=300)
    refused = w.gate.grant(lease, w.clock.now(), urgent=True)
    assert isinstance(refused, Refused)
    assert refused.paused
    assert w.sessions.resume(A, until, w.clock.now())
    assert isinstance(w.gate.grant(lease, w.clock.now(), urgent=True), Granted)


def test_limits_are_changed_live(w: World) -> None:
    lease = owned(w)
    w.sessions.set_limits(A, Limits(1, 200, 1000), w.clock.now())
    assert isinstance(w.gate.grant(lease, w.clock.now(), urgent=False), Granted)
    assert isinstance(w.gate.grant(lease, w.clock.now(), urgent=False), Refused)
    w.sessions.set_limits(A, Limits(3, 200, 1000), w.clock.now())
    assert isinstance(w.gate.grant(lease, w.clock.now(), urgent=False), Granted)


async def unknown_outcome(w: World) -> tuple[DeliverNext, Backlog, RecoverSending, str]:
    """A message that a lost owner had claimed, seen by the next owner."""
    old = owned(w)
    accepted = w.accept(AcceptRequest(A, CHAT, "hi")).message
    w.dispatch(A, accepted.id)
    entry = w.outbox.load(A)[0]
    assert w.outbox.claim(entry, old, "claim-1") is not None
    assert w.outbox.claim(entry, old, "claim-2") is None
    w.sessions.release(old, SessionStatus.DISCONNECTED, Reason.HOST_LOST, w.clock.now())
    lease = w.sessions.acquire(A, HostId("host-2"), "q", w.clock.now())
    deliver, backlog = delivery(w, lease), Backlog()
    await deliver.load(backlog)
    stores = (w.outbox, w.messages, w.organizations, deliver.finish, w.gate)
    recover = RecoverSending(
        lease, *stores, deliver.guard, w.clock, InlineBlocking(), lambda: "claim-3"
    )
    return deliver, backlog, recover, accepted.id


async def test_a_failed_line_is_recovered_under_the_next_epoch(w: World) -> None:
    deliver, backlog, recover, accepted = await unknown_outcome(w)
    page = await linked_page(w)
    await recover(backlog, page)
    assert (await deliver(backlog, page)).step is Step.SENT
    assert w.messages.read(A, accepted).status is MessageStatus.SENT


async def test_an_unknown_outcome_is_charged_before_anything_goes(w: World) -> None:
    w.sessions.set_limits(A, Limits(1, 100, 100), w.clock.now())
    deliver, backlog, recover, accepted = await unknown_outcome(w)
    page = await linked_page(w)
    await recover(backlog, page)
    assert [window.used for window in w.gate.usage(A, w.clock.now())] == [1, 1, 1]
    assert (await deliver(backlog, page)).step is Step.WAIT
    assert page.phone.wire == []
    w.advance(seconds=70)
    assert (await deliver(backlog, page)).step is Step.SENT
    assert w.messages.read(A, accepted).status is MessageStatus.SENT


async def test_an_unknown_outcome_is_not_sent_again_when_the_organization_says_so(w: World) -> None:
    w.organizations.set_settings(A, Settings(on_unknown=OnUnknown.UNCONFIRMED))
    deliver, backlog, recover, accepted = await unknown_outcome(w)
    page = await linked_page(w)
    await recover(backlog, page)
    assert (await deliver(backlog, page)).step is Step.WAIT
    assert page.phone.wire == []
    assert w.messages.read(A, accepted).status is MessageStatus.UNCONFIRMED
    assert [letter.code for letter in w.dead_letters.sent] == ["outcome_unknown"]
    stored = w.messages.read(A, accepted)
    w.receive(InboundEvent(A, 1, AckSeen(stored.whatsapp_message_id, CHAT, 2, w.clock.now())))
    lifted = w.messages.read(A, accepted)
    assert (lifted.status, lifted.error_code) == (MessageStatus.DELIVERED, None)
    assert w.failed.read(lifted) is None


@pytest.mark.parametrize(
    ("on_unknown", "said"), [(OnUnknown.UNCONFIRMED, True), (OnUnknown.RESEND, False)]
)
async def test_only_what_is_sending_and_not_wanted_twice_must_not_be_repeated(
    w: World, on_unknown: OnUnknown, *, said: bool
) -> None:
    w.organizations.set_settings(A, Settings(on_unknown=on_unknown))
    _, backlog, recover, _ = await unknown_outcome(w)
    assert await recover.must_not_repeat() is said
    await recover(backlog, await linked_page(w))
    assert not await recover.must_not_repeat()


def test_the_sweeper_finds_what_was_left(w: World) -> None:
    w.accept(AcceptRequest(A, CHAT, "hi"))
    w.receive(heard(w, "hello", 1))
    w.sessions.want(A, Wanted.RUNNING, w.clock.now())
    sweep = sweeper(w)
    w.lanes.open(webhooks.delivery(w), w.clock.now())
    assert sweep() == type(sweep())(0, 0, 0, 0, 0, 0)
    w.advance(seconds=61)
    swept = sweep()
    assert (swept.pending, swept.unanswered, swept.unowned, swept.parked) == (1, 1, 1, 1)
    assert w.lane_timers.receive() == LaneKey(A, webhooks.delivery(w).lane)


def test_the_sweeper_announces_a_line_that_a_host_of_another_time_freed(w: World) -> None:
    lease, hours_ahead = owned(w), w.clock.now() + timedelta(hours=3)
    assert w.sessions.release(lease, SessionStatus.DISCONNECTED, Reason.HOST_LOST, hours_ahead)
    assert sweeper(w)().unowned == 1
    assert w.session_starts.take(timedelta()).organization_id == A


def test_the_sweeper_deletes_what_a_deleted_line_left(w: World, tmp_path: Path) -> None:
    store, pack = MemorySnapshotStore(), tmp_path / "pack"
    pack.write_bytes(b"sealed")
    old, other = Snapshot(A, w.sessions.read(A).epoch, "01OLD"), Snapshot(B, 1, "01OTHER")
    for snapshot in (old, other):
        store.put(snapshot, pack)
        store.complete(snapshot, {snapshot.generation: 6})
    sweep = sweeper(w, snapshots=store)
    w.sessions.want(A, Wanted.DELETED, w.clock.now())
    assert sweep().disposed == 0, "its last owner may still be at it"
    w.advance(seconds=61)
    assert sweep().disposed == 1
    assert set(store.stored) == set(store.manifests) == {other.key}
    assert sweep().disposed == 0


def test_what_a_deleted_line_had_queued_ends_with_a_reason(w: World) -> None:
    lease = owned(w)
    waiting, scheduled, handed_over, other = (
        w.accept(AcceptRequest(organization, CHAT, str(number))).message
        for number, organization in enumerate((A, A, A, B))
    )
    assert w.outbox.mark_ready(A, handed_over.id)
    assert w.outbox.claim(w.outbox.read(A, handed_over.id), lease, "claim-1")
    w.sessions.want(A, Wanted.DELETED, w.clock.now())
    sweep = sweeper(w)
    w.advance(seconds=61)
    sweep()
    assert w.outbox.load(A) != [], "its owner is still at it"
    w.sessions.release(lease, SessionStatus.STOPPED, Reason.STOPPED_BY_USER, w.clock.now())
    w.advance(seconds=61)
    sweep()
    assert w.outbox.load(A) == []
    ended = [w.messages.read(A, each.id) for each in (waiting, scheduled, handed_over)]
    assert [(each.status, each.error_code) for each in ended] == [
        (MessageStatus.CANCELLED, "line_deleted"),
        (MessageStatus.CANCELLED, "line_deleted"),
        (MessageStatus.UNCONFIRMED, "line_deleted"),
    ]
    assert w.messages.read(B, other.id).status is MessageStatus.QUEUED
    assert len(w.outbox.load(B)) == 1


def test_what_is_accepted_after_a_deleted_line_was_swept_ends_when_it_is_dispatched(
    w: World,
) -> None:
    late, scheduled = (w.accept(AcceptRequest(A, CHAT, text)).message for text in ("late", "later"))
    w.sessions.want(A, Wanted.DELETED, w.clock.now())
    for _ in range(2):  # an answer that got lost brings the queue's message back
        w.dispatch(A, late.id)
    ended = w.messages.read(A, late.id)
    assert (ended.status, ended.error_code) == (MessageStatus.CANCELLED, "line_deleted")
    assert [entry.message_id for entry in w.outbox.load(A)] == [scheduled.id]


def test_what_is_accepted_while_a_deleted_lines_owner_lets_go_is_left_to_the_sweeper(
    w: World,
) -> None:
    owned(w)
    message = w.accept(AcceptRequest(A, CHAT, "hi")).message
    w.sessions.want(A, Wanted.DELETED, w.clock.now())
    w.dispatch(A, message.id)
    assert w.messages.read(A, message.id).status is MessageStatus.QUEUED
    assert [entry.state for entry in w.outbox.load(A)] == [EntryState.READY]


def test_a_crash_between_a_message_and_its_entry_leaves_the_rest_to_the_next_sweep(
    w: World,
) -> None:
    message = w.accept(AcceptRequest(A, CHAT, "hi")).message
    w.sessions.want(A, Wanted.DELETED, w.clock.now())
    w.messages.advance(message, MessageStatus.CANCELLED, w.clock.now(), error_code="line_deleted")
    w.advance(seconds=61)
    sweeper(w)()
    assert w.outbox.load(A) == []
    assert w.messages.read(A, message.id).status is MessageStatus.CANCELLED


def test_a_line_under_a_deleted_ones_name_sends_nothing_of_its(w: World) -> None:
    message = w.accept(AcceptRequest(A, CHAT, "hi")).message
    w.sessions.want(A, Wanted.DELETED, w.clock.now())
    read = ReadSession(w.sessions, w.hosts, w.gate, w.organizations, w.clock)
    CreateSession(w.sessions, w.end_queued, w.belongings, read, w.clock)(A, None)
    assert w.outbox.load(A) == []
    assert w.messages.read(A, message.id) is None


def test_phone_and_lid_become_one_contact(w: World) -> None:
    lid = "111110005551@lid"
    w.receive(heard(w, "from the phone chat", 1))
    w.advance(seconds=1)
    w.receive(heard(w, "from the lid chat", 2, chat=lid))
    w.advance(seconds=1)
    w.receive(heard(w, "both known", 3, chat=lid, phone="15550001111", lid=lid))
    contacts = {w.inbox.contact_at(A, ChatId(chat)).id for chat in (CHAT, lid)}
    assert len(contacts) == 1


def test_what_the_operator_types_is_stored_and_silences_the_agent(w: World) -> None:
    own = heard(w, "I take this one", 7, from_me=True, wa_id=f"true_{CHAT}_3AFFFF0000")
    w.receive(own)
    w.receive(own)
    contact = w.inbox.contact_at(A, CHAT)
    assert contact.human_until > w.clock.now()
    conversation = w.inbox.conversations(A, None, 10).items[0]
    stored = w.messages.page(A, [conversation.id], None, 10).items
    assert [(message.source, message.content) for message in stored] == [
        ("phone", "I take this one")
    ]
    w.receive(heard(w, "thanks", 8))
    w.advance(seconds=5)
    timer = w.timers.receive()
    answer = answerer(w, AgentReply("never"))
    assert answer(timer.organization_id, timer.conversation_id, timer.in_version) is Outcome.SILENT
    assert w.send_queue.sent == []


def test_what_a_former_owner_heard_is_kept_and_said(
    w: World, caplog: pytest.LogCaptureFixture
) -> None:
    w.sessions.release(owned(w), SessionStatus.DISCONNECTED, Reason.HOST_LOST, w.clock.now())
    newer = owned(w, host=HostId("host-2"))
    event = heard(w, "heard before the line went over", 1)
    assert event.epoch < newer.epoch
    w.receive(event)
    assert "inbound.event.stale_epoch" in caplog.messages
    (conversation,) = w.inbox.conversations(A, None, 10).items
    (stored,) = w.messages.page(A, [conversation.id], None, 10).items
    assert stored.content == "heard before the line went over"


def test_listing_goes_on_after_a_cursor(w: World) -> None:
    for number in range(7):
        w.sessions.create(OrganizationId(f"o{number}"), w.clock.now())
    seen: list[str] = []
    cursor = None
    while True:
        page = w.sessions.page(cursor, 2)
        assert len(page.items) <= 2
        seen += [session.organization_id for session in page.items]
        cursor = page.cursor
        if cursor is None:
            break
    assert sorted(seen) == sorted([A, B, *(f"o{number}" for number in range(7))])


def ban_guard(w: World) -> BanGuard:
    notify = NotifyOperators(w.notices, MemoryOperators(), w.clock, w.metrics)
    pacing = Pacing(SteadyTime.since(w.clock.now(), w.clock.monotonic()))
    return BanGuard(A, w.sessions, w.inbox, notify, w.clock, InlineBlocking(), pacing)


def delivery(w: World, lease: Lease) -> DeliverNext:
    finish = FinishOutbound(w.messages, w.outbox, w.dead_letters, w.clock, w.failed, w.metrics)
    hold = HoldProactive(w.organizations, w.inbox, w.clock)
    guard = ban_guard(w)
    return DeliverNext(
        lease=lease,
        outbox=w.outbox,
        last_check=LastCheck(
            w.outbox, w.messages, w.inbox, finish, w.clock, InlineBlocking(), hold
        ),
        take_grant=TakeGrant(
            lease, w.gate, guard, w.clock, w.metrics, InlineBlocking(), lambda: True, lambda: 0.5
        ),
        gate=w.gate,
        finish=finish,
        guard=guard,
        clock=w.clock,
        metrics=w.metrics,
        blocking=InlineBlocking(),
        new_claim_id=w.message_id,
        typing_time=lambda _: timedelta(seconds=1),
        may_write=lambda: True,
        draw=lambda: 0.5,
    )


async def linked_page(w: World):
    from switchboard.adapters.memory.channel_provider import MemoryLinkedPageOpener

    opener = MemoryLinkedPageOpener(w.clock)
    page = await opener.open(A, PROFILE)
    page.scan()
    return page


QUIET = QuietHours(time(23), time(7), "UTC")


async def test_quiet_hours_hold_what_nobody_waits_for_and_nothing_else(w: World) -> None:
    lease = owned(w)
    w.organizations.set_settings(A, Settings(quiet_hours=QUIET))
    w.receive(heard(w, "hello", 1, OTHER_CHAT))
    told = w.accept(AcceptRequest(A, CHAT, "a proposal")).message
    asked = w.accept(AcceptRequest(A, OTHER_CHAT, "as you asked")).message
    by_hand = w.accept(AcceptRequest(A, CHAT, "by hand", source=Source.CONSOLE)).message
    for message in (told, asked, by_hand):
        w.dispatch(A, message.id)
    page, deliver, backlog = await linked_page(w), delivery(w, lease), Backlog()
    await deliver.load(backlog)
    while (progress := await deliver(backlog, page)).step is not Step.WAIT:
        continue
    assert w.messages.read(A, told.id).status is MessageStatus.QUEUED
    assert w.messages.read(A, asked.id).status is MessageStatus.SENT
    assert w.messages.read(A, by_hand.id).status is MessageStatus.SENT
    assert progress.wake_at == QUIET.until(w.clock.now())
    w.advance(hours=8)
    while (await deliver(backlog, page)).step is not Step.WAIT:
        continue
    assert w.messages.read(A, told.id).status is MessageStatus.SENT


def test_an_operator_who_writes_in_the_console_has_the_conversation(w: World) -> None:
    owned(w)
    w.receive(heard(w, "hello", 1))
    w.accept(AcceptRequest(A, CHAT, "I will look into it", source=Source.CONSOLE))
    taken = w.inbox.contact_at(A, CHAT).human_until
    assert taken == w.clock.now() + timedelta(hours=1)
    w.accept(AcceptRequest(A, CHAT, "by a program"))
    assert w.inbox.contact_at(A, CHAT).human_until == taken
    w.advance(seconds=5)
    assert run_due(w, answerer(w, AgentReply("never"))) == [Outcome.SILENT]


@pytest.mark.parametrize("by_hand", ["answer", "take", "release"])
def test_a_person_who_comes_ends_the_wait_for_one(w: World, by_hand: str) -> None:
    owned(w)
    w.receive(heard(w, "this is broken", 1))
    w.advance(seconds=5)
    assert run_due(w, answerer(w, AgentReply(hand_off="complaint"))) == [Outcome.HANDED_OFF]
    (waiting,) = w.inbox.conversations(A, None, 10).items
    assert (waiting.needs_human, waiting.hand_off_reason) == (True, "complaint")
    w.accept(AcceptRequest(A, CHAT, "by a program"))
    (waiting,) = w.inbox.conversations(A, None, 10).items
    assert waiting.needs_human, "a program is not a person"
    if by_hand == "answer":
        w.accept(AcceptRequest(A, CHAT, "I will look into it", source=Source.CONSOLE))
    else:
        TakeOver(w.inbox, w.clock)(A, CHAT, on=by_hand == "take")
    (seen,) = w.inbox.conversations(A, None, 10).items
    assert (seen.needs_human, seen.hand_off_reason, seen.handed_off_at) == (False, None, None)


def test_what_happens_to_a_message_is_recorded_once_and_asks_for_no_answer(w: World) -> None:
    owned(w)
    event = heard(w, "at nine?", 1)
    w.receive(event)
    (conversation,) = w.inbox.conversations(A, None, 10).items
    wa_id, at = event.seen.wa_id, w.clock.now().replace(microsecond=0)
    liked = ReactionSeen(wa_id, ChatId(CHAT), ChatId(CHAT), False, "👍", at)
    loved = replace(liked, text="❤️")
    later = at + timedelta(seconds=1)
    edit, revocation = EditSeen(wa_id, ChatId(CHAT), "at ten?", later), RevocationSeen
    unknown = replace(edit, wa_id=f"false_{CHAT}_3A{99:018d}")
    everything = [liked, loved, edit, edit, revocation(wa_id, ChatId(CHAT), later), unknown]
    for seen in (*everything, loved):
        w.receive(InboundEvent(A, 1, seen))
    (message,) = w.messages.recent(A, [conversation.id], 10)
    assert [(one.text, one.author) for one in message.reactions] == [("❤️", CHAT)]
    assert (message.content, message.edited_at, message.revoked_at) == ("at ten?", later, later)
    assert w.inbox.conversations(A, None, 10).items == [conversation]


def test_a_reaction_to_our_own_message_finds_it(w: World) -> None:
    owned(w)
    sent = w.accept(AcceptRequest(A, CHAT, "hello")).message
    wa_id = f"true_{CHAT}_{sent.wa_hex}"
    w.receive(
        InboundEvent(
            A, 1, ReactionSeen(wa_id, ChatId(CHAT), ChatId(CHAT), False, "👍", sent.created_at)
        )
    )
    assert [one.text for one in w.messages.read(A, sent.id).reactions] == ["👍"]
