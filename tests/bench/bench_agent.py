"""The embedded agent's cost and quality, as JSON lines: `python -m tests.bench.bench_agent`."""

import os
import resource
import statistics
import time
from datetime import UTC, datetime

os.environ.setdefault("OMP_NUM_THREADS", "1")  # read when the engine loads

from tests.bench.figures import figure
from tests.unit.agents.measure import Measured, measure
from tests.unit.agents.questions import Questions, held_out, near_held_out

from switchboard.adapters.agents.embedding import NanoEmbedder
from switchboard.adapters.agents.knowledge import KnowledgeAgent
from switchboard.domain.conversation import ContactStatus
from switchboard.domain.ids import ChatId, ConversationId, MessageId, OrganizationId
from switchboard.domain.message import Direction, Message, MessageStatus, Source
from switchboard.ports.agent import AgentRequest

REPEATED = 9


def main() -> None:
    """Measure on organizations and questions that nothing was fitted on."""
    agent = KnowledgeAgent(NanoEmbedder())
    parts = held_out()
    figure("agent_first_answer_cpu", _cpu_ms(agent, parts[0], "How can I pay?"), "ms")
    costs = sorted(_cpu_ms(agent, part, text) for part in parts for text, _ in part.asked)
    figure("agent_answer_cpu_p50", statistics.median(costs), "ms")
    figure("agent_answer_cpu_p95", costs[int(len(costs) * 0.95)], "ms")
    long_story = "I have a question about my stay with you, please. " * 20
    costs = sorted(_cpu_ms(agent, parts[0], long_story[:1_000]) for _ in range(REPEATED))
    figure("agent_answer_cpu_1000_characters", statistics.median(costs), "ms")
    figure("agent_resident_peak", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, "MiB")
    for name, some in (("agent", parts), ("agent_near", near_held_out())):
        _print_quality(name, measure([one for part in some for one in part.rank(agent.retriever)]))


def _print_quality(name: str, found: Measured) -> None:
    figure(f"{name}_questions_in_scope", found.inside, "questions")
    figure(f"{name}_questions_out_of_scope", found.outside, "questions")
    figure(f"{name}_top_1", found.first, "questions")
    figure(f"{name}_top_3", found.among_three, "questions")
    figure(f"{name}_answered_right", found.answered_right, "questions")
    figure(f"{name}_menu_holds_the_answer", found.menus_right, "questions")
    figure(f"{name}_out_of_scope_answered", found.answered_outside, "questions")
    figure(f"{name}_out_of_scope_menus", found.menus_outside, "questions")
    figure(f"{name}_precision", found.precision, "ratio")
    figure(f"{name}_coverage", found.coverage, "ratio")


def _cpu_ms(agent: KnowledgeAgent, part: Questions, text: str) -> float:
    request = AgentRequest(
        OrganizationId("o"), ContactStatus.NEW_LEAD, (), (_said(text),), part.knowledge
    )
    started = time.process_time()
    agent.answer(request)
    return (time.process_time() - started) * 1000


def _said(text: str) -> Message:
    return Message(
        MessageId("m"),
        OrganizationId("o"),
        ConversationId("c"),
        ChatId("15550001111@c.us"),
        text,
        Direction.INCOMING,
        Source.CONTACT,
        MessageStatus.RECEIVED,
        datetime(2026, 1, 1, tzinfo=UTC),
        "1",
    )


if __name__ == "__main__":
    main()
