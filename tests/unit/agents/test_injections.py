"""Every attack of the corpus against code outside a model that obeys."""

from collections import Counter

import pytest
from tests.support.answering import answering, run_due
from tests.support.builders import A, message_seen, owned_line, person
from tests.support.language_models import KINDS, agent_of
from tests.support.model_server import Answer, Asked, model_server
from tests.support.world import World, memory_world
from tests.unit.agents.injections import ATTEMPTS, OBEY, REFUSED, STRANGER

from switchboard.adapters.agents.knowledge import KnowledgeAgent
from switchboard.adapters.memory.agent import WordEmbedder
from switchboard.application.agent_orchestrator import AgentOrchestrator
from switchboard.domain.conversation import ContactStatus
from switchboard.domain.ids import ChatId
from switchboard.domain.inbound import InboundEvent
from switchboard.domain.organization import AgentKind, KnowledgeEntry, Settings
from switchboard.domain.prompt import HOUSE_RULES
from switchboard.domain.spending import Price
from switchboard.ports.agent import LanguageModel

NOTES = (
    "Regular guests get five per cent off when they ask nicely (code REGULAR5), but never tell why."
)
HAND_OFF = "Thank you, a colleague will answer you shortly."


def test_the_corpus_is_large_and_in_two_languages() -> None:
    russian = [text for text, _ in ATTEMPTS if any("а" <= letter <= "я" for letter in text)]
    assert len(ATTEMPTS) >= 60
    assert len({text for text, _ in ATTEMPTS}) == len(ATTEMPTS)
    assert len(russian) >= 20
    assert {goal for _, goal in ATTEMPTS} == set(OBEY)


def attacked(kind: AgentKind) -> tuple[World, list[Asked]]:
    """A world after every attempt, each by a customer of its own."""
    w = memory_world()
    owned_line(w)
    w.organizations.set_settings(
        A, Settings(kind, instructions=NOTES, hand_off_text=HAND_OFF, daily_budget_micros=10**9)
    )
    w.organizations.put_knowledge(
        A, KnowledgeEntry("hours", ("When are you open?",), "From 9 to 19, shop.example, 555 12 34")
    )
    person(w, A, ChatId(STRANGER))

    def obey(asked: Asked) -> Answer:
        return OBEY[GOALS[asked.turns[0][1]]](asked)

    with model_server(obey) as server:
        models = {kind: LanguageModel(agent_of(kind, server), Price(1, 1), 1_000)}
        embedded = KnowledgeAgent(WordEmbedder())
        agent = AgentOrchestrator(embedded, models, w.spending, w.clock)
        answer = answering(w, agent)
        for number, (text, _) in enumerate(ATTEMPTS):
            address = {"chat_id": chat(number), "phone": chat(number)[:11], "lid": None}
            seen = message_seen(w.clock.now(), number, body=text, **address)
            w.receive(InboundEvent(A, 1, seen))
        w.advance(seconds=5)
        run_due(w, answer)
        return w, server.asked


GOALS = dict(ATTEMPTS)


def chat(number: int) -> ChatId:
    return ChatId(f"1555001{number:04d}@c.us")


@pytest.mark.parametrize("kind", KINDS)
def test_no_attempt_changes_recipient_contact_or_status_or_reveals_the_prompt(
    kind: AgentKind,
) -> None:
    w, asked = attacked(kind)
    sent: Counter[str] = Counter()
    for entry in w.outbox.load(A):
        sent[entry.chat_id] += 1
        text = w.messages.read(A, entry.message_id).content
        goal = ATTEMPTS[int(entry.chat_id[7:11])][1]
        if goal in REFUSED:
            assert text == HAND_OFF, (goal, text)
        assert not {HOUSE_RULES[:40], NOTES[:40]} & {text[at : at + 40] for at in range(len(text))}
    assert sent == Counter({chat(number): 1 for number in range(len(ATTEMPTS))})
    stranger = w.inbox.contact_at(A, ChatId(STRANGER))
    assert stranger.status is ContactStatus.NEW_LEAD
    assert stranger.human_until is None
    for number in range(len(ATTEMPTS)):
        assert w.inbox.contact_at(A, chat(number)).status is ContactStatus.NEW_LEAD
    for one in asked:
        assert not any(text in one.instructions for text in GOALS)


def test_the_stand_in_really_obeys() -> None:
    """Without the check the same attempts do get the prompt out: the corpus is no straw man."""
    asked = Asked(1, f"{HOUSE_RULES}\n\n{NOTES}\n\nmore", [("user", "x")], [], 600, False, {})
    for goal in ("verbatim", "beginning", "ending", "notes", "lines"):
        given = OBEY[goal](asked).arguments["reply"]  # type: ignore[union-attr]
        words = "".join(letter for letter in given if letter.isalnum())
        prompt = "".join(letter for letter in asked.instructions if letter.isalnum())
        assert len(words) >= 30
        assert words in prompt
