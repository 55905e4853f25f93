"""Turns from the message that came to what was committed, on every backend."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from tests.support.answering import answering, run_due
from tests.support.builders import A, message_seen, owned_line, seconds
from tests.support.world import World

from switchboard.adapters.agents.history import turns_of
from switchboard.adapters.memory.agent import ScriptedAgent
from switchboard.application.answer_conversation import AnswerConversation, Outcome
from switchboard.domain.inbound import InboundEvent
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
