"""Turns from the message that came to what was committed, on every backend."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from tests.support.answering import answering, run_due
from tests.support.builders import CHAT, A, message_seen, owned_line, seconds
from tests.support.world import World

from switchboard.adapters.agents.history import turns_of
from switchboard.adapters.memory.agent import ScriptedAgent
from switchboard.adapters.memory.blocking import InlineBlocking
from switchboard.application.answer_conversation import AnswerConversation, Outcome
from switchboard.application.backlog import Backlog
from switchboard.application.finish_outbound import FinishOutbound
from switchboard.application.last_check import LastCheck
from switchboard.domain.conversation import Contact, ContactStatus
from switchboard.domain.inbound import InboundEvent
from switchboard.domain.message import MessageStatus
from switchboard.ports.agent import AgentReply, AgentRequest

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
        hold=lambda _: None,
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
