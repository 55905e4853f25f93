"""The answer function's use cases over any backend and any agent."""

from datetime import timedelta

from tests.support.world import World

from switchboard.application.answer_conversation import AnswerConversation, Outcome
from switchboard.application.notify_operators import NotifyOperators
from switchboard.application.propose_reply import ProposeReply
from switchboard.application.report_turn import ReportTurn
from switchboard.ports.agent import Agent

PATIENCE = timedelta(seconds=50)


def answering(w: World, agent: Agent) -> AnswerConversation:
    notify = NotifyOperators(w.notices, w.operators, w.clock, w.metrics)
    return AnswerConversation(
        inbox=w.inbox,
        turns=w.turns,
        propose=ProposeReply(w.organizations, w.inbox, w.messages, agent, w.clock),
        report=ReportTurn(w.metrics, notify, w.clock),
        timers=w.timers,
        send_queue=w.send_queue,
        clock=w.clock,
        metrics=w.metrics,
        patience=PATIENCE,
    )


def run_due(w: World, answer: AnswerConversation) -> list[Outcome]:
    """Work off every timer that is due by now."""
    outcomes = []
    while timer := w.timers.receive():
        outcomes.append(answer(timer.organization_id, timer.conversation_id, timer.in_version))
    return outcomes
