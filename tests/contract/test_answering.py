"""Turns from the message that came to what was committed, on every backend."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from tests.support.answering import answering, run_due
from tests.support.builders import (
    CHAT,
    LID,
    PHONE,
    A,
    incoming,
    message_number,
    message_seen,
    owned_line,
    person,
    received,
    seconds,
)
from tests.support.world import World

from switchboard.adapters.agents.history import turns_of
from switchboard.adapters.memory.agent import ScriptedAgent
from switchboard.adapters.memory.blocking import InlineBlocking
from switchboard.application.answer_conversation import (
    HAND_OFF_SILENCE,
    AnswerConversation,
    Outcome,
)
from switchboard.application.backlog import Backlog
from switchboard.application.finish_outbound import FinishOutbound
from switchboard.application.hold_proactive import HoldProactive
from switchboard.application.last_check import LastCheck
from switchboard.domain.addresses import Addresses
from switchboard.domain.conversation import Contact, ContactStatus, Conversation
from switchboard.domain.inbound import InboundEvent
from switchboard.domain.message import MessageStatus
from switchboard.ports.agent import AgentReply, AgentRequest
from switchboard.ports.turns import Commit

DONE = (Outcome.DISCARDED, Outcome.ANSWERED, Outcome.HANDED_OFF, Outcome.SILENT)


@pytest.fixture
def w(backend: World) -> World:
    owned_line(backend)
    return backend


def hear(w: World, text: str, at: datetime | None = None, **more: object) -> None:
    number = next(w.numbers)
    seen = message_seen(at or w.clock.now(), number, body=text, **more)
    w.receive(InboundEvent(A, 1, seen))


def after(w: World, wait: float, answer: AnswerConversation) -> list[Outcome]:
    w.advance(seconds=wait)
    return run_due(w, answer)


def shown(agent: ScriptedAgent) -> list[list[str]]:
    return [[message.content for message in one.burst] for one in agent.requests]


def while_drafting(*events: Callable[[], None]) -> ScriptedAgent:
    """An agent that lets something happen during each of its first drafts."""
    left = list(events)

    def script(request: AgentRequest) -> AgentReply:
        if left:
            left.pop(0)()
        return AgentReply(f"re: {request.burst[-1].content}")

    return ScriptedAgent(script)


@pytest.mark.parametrize("ahead", [0, 3, -3])
def test_a_question_that_comes_during_the_draft_is_asked_next(w: World, ahead: int) -> None:
    def writes(text: str) -> Callable[[], None]:
        return lambda: hear(w, text, w.clock.now() - seconds(ahead))

    agent = while_drafting(writes("two"), writes("three"))
    answer = answering(w, agent)
    writes("one")()
    outcomes = [one for _ in range(6) for one in after(w, 4.2, answer)]
    assert [one for one in outcomes if one in DONE] == [
        Outcome.DISCARDED,
        Outcome.ANSWERED,
        Outcome.ANSWERED,
    ]
    assert shown(agent) == [["one"], ["one", "two"], ["three"]]


@pytest.mark.parametrize("stamped", [seconds(0.9), seconds(3)])
def test_a_message_that_looks_older_than_the_reply_is_put_to_the_agent(
    w: World, stamped: timedelta
) -> None:
    """WhatsApp's stamps are whole seconds, and our clock may be ahead of its."""
    agent = ScriptedAgent()
    answer = answering(w, agent)
    hear(w, "one")
    after(w, 5, answer)
    w.advance(seconds=0.6)
    hear(w, "two", w.clock.now() - stamped)
    assert after(w, 5, answer) == [Outcome.ANSWERED]
    assert shown(agent) == [["one"], ["two"]]
    assert [message.content for message in agent.requests[-1].history][-1] == "re: one"


def test_a_picture_is_put_to_a_model_in_words(w: World) -> None:
    agent = ScriptedAgent()
    answer = answering(w, agent)
    hear(w, "", type="image")
    hear(w, "", type="ptt")
    assert Outcome.ANSWERED in after(w, 5, answer)
    (request,) = agent.requests
    assert turns_of(request.history, request.burst) == ("[image]\n[voice message]", [])


def test_a_long_burst_is_shown_whole_and_in_the_order_in_which_it_came(w: World) -> None:
    agent = ScriptedAgent()
    answer = answering(w, agent)
    hear(w, "before")
    after(w, 5, answer)
    now = w.clock.now()
    for number in range(35):
        hear(w, f"m{number}", now - seconds(number))
    after(w, 15, answer)
    assert shown(agent)[-1] == [f"m{number}" for number in range(35)]
    assert agent.requests[-1].history == []


def contact_of(w: World) -> Contact:
    found = w.inbox.contact_at(A, CHAT)
    assert found is not None
    return found


def during(w: World, event: Callable[[], object], reply: AgentReply) -> AnswerConversation:
    """An agent whose first model call takes so long that something happens meanwhile."""
    left = [event]

    def script(_: AgentRequest) -> AgentReply:
        while left:
            left.pop()()
        return reply

    return answering(w, ScriptedAgent(script))


def test_a_status_that_a_person_sets_during_the_turn_stands(w: World) -> None:
    def person_moves() -> None:
        for status in (ContactStatus.IN_PROGRESS, ContactStatus.CUSTOMER):
            assert w.inbox.set_contact_status(contact_of(w), status)

    reply = AgentReply("hi", ContactStatus.IN_PROGRESS)
    answer = during(w, person_moves, reply)
    hear(w, "hello")
    assert after(w, 5, answer) == [Outcome.ANSWERED]
    assert contact_of(w).status is ContactStatus.CUSTOMER


def test_a_person_who_answers_by_phone_during_the_turn_needs_no_hand_off(w: World) -> None:
    def types() -> None:
        own = f"true_{CHAT}_3A{99:018d}"
        hear(w, "I am here", from_me=True, wa_id=own)

    answer = during(w, types, AgentReply(hand_off="no_answer"))
    hear(w, "hello")
    assert after(w, 5, answer) == [Outcome.SILENT]
    assert w.outbox.load(A) == []
    assert w.operators.told == []
    (conversation,) = w.inbox.conversations(A, None, 10).items
    assert (conversation.needs_human, conversation.unanswered) == (False, False)


@pytest.mark.parametrize("came", [True, False])
async def test_a_notice_of_a_person_to_come_is_not_sent_once_one_is_there(
    w: World, *, came: bool
) -> None:
    answer = answering(w, ScriptedAgent(lambda _: AgentReply(hand_off="no_answer")))
    hear(w, "hello")
    assert after(w, 5, answer) == [Outcome.HANDED_OFF]
    if came:
        hear(w, "I am here", from_me=True, wa_id=f"true_{CHAT}_3A{99:018d}")
    (entry,) = w.outbox.load(A)
    backlog = Backlog()
    backlog.fill([entry])
    check = LastCheck(
        outbox=w.outbox,
        messages=w.messages,
        inbox=w.inbox,
        finish=FinishOutbound(w.messages, w.outbox, w.dead_letters, w.clock, w.failed, w.metrics),
        clock=w.clock,
        blocking=InlineBlocking(),
        hold=HoldProactive(w.organizations, w.inbox, w.clock),
    )
    message = await check(backlog, entry)
    assert (message is None) is came
    status = MessageStatus.CANCELLED if came else MessageStatus.QUEUED
    assert w.messages.read(A, entry.message_id).status is status


def test_a_contact_who_opts_out_during_the_turn_hears_nothing_more(w: World) -> None:
    answer = during(w, lambda: hear(w, "STOP"), AgentReply("hi"))
    hear(w, "hello")
    assert after(w, 5, answer) == [Outcome.SILENT]
    assert w.outbox.load(A) == []


BY_PHONE = {"phone": PHONE, "lid": None}
BY_LID = {"chat_id": LID, "phone": None, "lid": LID}
BOTH = {"phone": PHONE, "lid": LID}


def learn(w: World) -> Contact:
    """Somebody tells that phone and LID are one person."""
    return w.inbox.resolve(A, Addresses(CHAT, PHONE, LID), w.clock.now())


def conversation_of(w: World) -> Conversation:
    (conversation,) = w.inbox.conversations(A, None, 10).items
    return conversation


def test_one_person_over_phone_and_lid_gets_one_reply(w: World) -> None:
    agent = ScriptedAgent()
    answer = answering(w, agent)
    for text, addresses in (("one", BY_PHONE), ("two", BY_LID), ("three", BOTH)):
        hear(w, text, **addresses)
        w.advance(seconds=0.5)
    outcomes = [*after(w, 6, answer), *after(w, 80, answer)]
    assert outcomes.count(Outcome.ANSWERED) == 1
    assert shown(agent) == [["one", "two", "three"]]
    assert len(w.outbox.load(A)) == 1
    assert list(w.turns.unanswered(w.clock.now(), 10)) == []
    assert (conversation_of(w).unanswered, conversation_of(w).unread) == (False, 3)


def test_what_waited_under_the_lid_is_answered_though_nobody_wrote_again(w: World) -> None:
    agent = ScriptedAgent()
    answer = answering(w, agent)
    hear(w, "before", **BY_PHONE)
    after(w, 5, answer)
    hear(w, "answered", **BY_LID)
    after(w, 5, answer)
    hear(w, "waits", **BY_LID)
    learn(w)
    assert set(after(w, 5, answer)) == {Outcome.NOTHING_TO_ANSWER}
    assert Outcome.ANSWERED in after(w, 5, answer)
    assert shown(agent) == [["before"], ["answered"], ["waits"]]
    assert conversation_of(w).moved == ()


def test_a_hand_off_follows_the_person_whom_a_merge_leaves(w: World) -> None:
    answer = answering(w, ScriptedAgent(lambda _: AgentReply(hand_off="complaint")))
    hear(w, "before", **BY_PHONE)
    w.turns.claim(conversation_of(w), "t", w.clock.now(), w.clock.now())
    w.turns.commit(conversation_of(w), "t", Commit(1, None, None, None, None), w.clock.now())
    w.advance(seconds=1)
    hear(w, "this is a disgrace", **BY_LID)
    assert Outcome.HANDED_OFF in after(w, 5, answer)
    learn(w)
    assert (conversation_of(w).needs_human, conversation_of(w).hand_off_reason) == (
        True,
        "complaint",
    )
    hear(w, "well?", **BOTH)
    assert after(w, 5, answer) == [Outcome.SILENT]


def test_a_turn_during_which_its_contact_is_merged_goes_on_under_the_other(w: World) -> None:
    reply = AgentReply(None, ContactStatus.QUALIFIED, "complaint")
    answer = during(w, lambda: learn(w), reply)
    hear(w, "before", **BY_PHONE)
    w.turns.claim(conversation_of(w), "t", w.clock.now(), w.clock.now())
    w.turns.commit(conversation_of(w), "t", Commit(1, None, None, None, None), w.clock.now())
    w.advance(seconds=1)
    hear(w, "this is a disgrace", **BY_LID)
    assert Outcome.LOST in after(w, 5, answer)
    assert w.outbox.load(A) == []
    assert Outcome.HANDED_OFF in after(w, 5, answer)
    person = contact_of(w)
    assert (person.status, person.human_until) == (
        ContactStatus.QUALIFIED,
        w.clock.now() + HAND_OFF_SILENCE,
    )
    assert len(w.outbox.load(A)) == 1


@pytest.mark.parametrize("spoken", [True, False])
def test_a_message_that_races_with_a_merge_comes_to_the_person(w: World, *, spoken: bool) -> None:
    """The contact was resolved, then merged away before its message was stored."""
    person(w, chat=CHAT)
    w.advance(seconds=1)
    newer = person(w, chat=LID)
    if spoken:
        received(w, newer, 1, answerable=False)
    as_read = w.inbox.open_conversation(newer, w.clock.now())
    learn(w)
    assert w.inbox.receive(newer, incoming(w, newer, 2), answerable=True)
    assert conversation_of(w).in_version == 1
    assert w.messages.read(A, message_number(2)).conversation_id == conversation_of(w).id
    assert not w.turns.claim(as_read, "t", w.clock.now(), w.clock.now())
    assert w.inbox.open_conversation(newer, w.clock.now()).id == conversation_of(w).id


def test_a_machine_that_sends_several_messages_a_turn_ends_as_well(w: World) -> None:
    answer = answering(w, ScriptedAgent())
    outcomes = []
    for turn in range(12):
        for part in range(5):
            hear(w, f"message {turn}.{part}")
        outcomes += [one for one in after(w, 5, answer) if one in DONE]
    assert outcomes[:9] == [Outcome.ANSWERED] * 8 + [Outcome.HANDED_OFF]
    assert set(outcomes[9:]) == {Outcome.SILENT}


@pytest.mark.parametrize(("hours", "outcome"), [(0.9, Outcome.ANSWERED), (10, Outcome.SILENT)])
def test_a_timer_that_comes_late_answers_nothing_stale(
    w: World, hours: float, outcome: Outcome
) -> None:
    answer = answering(w, ScriptedAgent())
    hear(w, "hello")
    assert after(w, hours * 3600, answer) == [outcome]
    hear(w, "hello?")
    assert after(w, 5, answer) == [Outcome.ANSWERED]


def test_what_a_person_has_answered_needs_no_other_answer(w: World) -> None:
    """The takeover is over, or was given back, when the timer comes at last."""
    answer = answering(w, ScriptedAgent())
    hear(w, "hello")
    w.advance(minutes=2)
    hear(w, "I am here", from_me=True, wa_id=f"true_{CHAT}_3A{99:018d}")
    w.inbox.set_human_until(contact_of(w), None)
    assert after(w, 60, answer) == [Outcome.SILENT]
    hear(w, "and another question")
    assert after(w, 5, answer) == [Outcome.ANSWERED]
