"""From a contact's message to a reply, a silence or a person, over the memory adapters."""

from datetime import timedelta

import pytest
from tests.support.answering import answering, run_due
from tests.support.builders import CHAT, GROUP, A, message_seen, owned_line
from tests.support.world import World, memory_world

from switchboard.adapters.memory.agent import ScriptedAgent
from switchboard.application.answer_conversation import AnswerConversation, Outcome
from switchboard.domain.conversation import ContactStatus
from switchboard.domain.ids import ChatId
from switchboard.domain.inbound import InboundEvent
from switchboard.domain.message import Message, MessageStatus
from switchboard.domain.metric import Metric
from switchboard.domain.notice import NoticeKind
from switchboard.domain.organization import AgentKind, Settings
from switchboard.domain.spending import Usage
from switchboard.ports.agent import AgentReply


@pytest.fixture
def w() -> World:
    world = memory_world()
    owned_line(world)
    return world


def write(w: World, text: str, number: int, **more: object) -> None:
    w.advance(seconds=1)
    w.receive(InboundEvent(A, 1, message_seen(w.clock.now(), number, body=text, **more)))


def after_quiet(w: World, answer: AnswerConversation) -> list[Outcome]:
    w.advance(seconds=5)
    return run_due(w, answer)


def replies(w: World) -> list[str]:
    stored = (w.messages.read(A, entry.message_id) for entry in w.outbox.load(A))
    return [message.content for message in sorted(stored, key=lambda one: one.position)]


def stored(w: World) -> list[Message]:
    pages = (
        w.messages.page(A, one.id, None, 100) for one in w.inbox.conversations(A, None, 100).items
    )
    return [message for page in pages for message in page.items]


def test_stop_is_kept_and_nobody_answers_until_start(w: World) -> None:
    answer = answering(w, ScriptedAgent())
    write(w, "STOP", 1)
    assert after_quiet(w, answer) == []
    assert w.inbox.contact_at(A, CHAT).opted_out
    write(w, "when do you open?", 2)
    assert after_quiet(w, answer) == [Outcome.SILENT]
    write(w, "START", 3)
    assert after_quiet(w, answer) == [Outcome.ANSWERED]
    assert replies(w) == ["re: START"]
    w.receive(InboundEvent(A, 1, message_seen(w.clock.now(), 1, body="STOP", backfill=True)))
    assert not w.inbox.contact_at(A, CHAT).opted_out


def test_stop_in_a_group_opts_nobody_out(w: World) -> None:
    w.organizations.set_settings(A, Settings(groups=True))
    write(w, "STOP", 1, chat_id=GROUP, phone=None, lid=None)
    assert not w.inbox.contact_at(A, GROUP).opted_out
    assert after_quiet(w, answering(w, ScriptedAgent())) == []


@pytest.mark.parametrize("kind", list(AgentKind))
def test_only_off_is_silent(w: World, kind: AgentKind) -> None:
    w.organizations.set_settings(A, Settings(kind))
    agent = ScriptedAgent()
    write(w, "hello", 1)
    expected = Outcome.SILENT if kind is AgentKind.OFF else Outcome.ANSWERED
    assert after_quiet(w, answering(w, agent)) == [expected]


def test_a_hand_off_reaches_a_person_and_keeps_the_agent_silent(w: World) -> None:
    answer = answering(w, ScriptedAgent(lambda _: AgentReply(hand_off="complaint")))
    write(w, "this is a disgrace", 1)
    assert after_quiet(w, answer) == [Outcome.HANDED_OFF]
    assert replies(w) == [Settings().hand_off_text]
    (conversation,) = w.inbox.conversations(A, None, 10).items
    assert (conversation.needs_human, conversation.hand_off_reason) == (True, "complaint")
    (notice,) = w.operators.told
    assert (notice.kind, notice.code) == (NoticeKind.HAND_OFF, "complaint")
    assert w.metrics.total(Metric.HAND_OFFS) == 1
    write(w, "well?", 2)
    assert after_quiet(w, answer) == [Outcome.SILENT]
    w.advance(hours=1)
    write(w, "well??", 3)
    assert after_quiet(w, answer) == [Outcome.HANDED_OFF]


def test_a_release_lets_the_agent_answer_at_once(w: World) -> None:
    says = [AgentReply(hand_off="complaint"), AgentReply("gladly")]
    answer = answering(w, ScriptedAgent(lambda _: says.pop(0)))
    write(w, "a person please", 1)
    after_quiet(w, answer)
    w.inbox.set_human_until(w.inbox.contact_at(A, CHAT), None)
    write(w, "never mind", 2)
    assert after_quiet(w, answer) == [Outcome.ANSWERED]
    (conversation,) = w.inbox.conversations(A, None, 10).items
    assert not conversation.needs_human


def test_an_operator_on_the_phone_silences_the_agent_for_an_hour(w: World) -> None:
    answer = answering(w, ScriptedAgent())
    write(w, "hello", 1)
    own = message_seen(w.clock.now(), 2, from_me=True, wa_id=f"true_{CHAT}_3A{2:018d}")
    w.receive(InboundEvent(A, 1, own))
    assert after_quiet(w, answer) == [Outcome.SILENT]
    w.advance(minutes=61)
    write(w, "hello again", 3)
    assert after_quiet(w, answer) == [Outcome.ANSWERED]


def test_two_machines_do_not_talk_for_ever(w: World) -> None:
    answer = answering(w, ScriptedAgent(lambda _: AgentReply("I am a machine")))
    outcomes = []
    for number in range(20):
        write(w, "I am away. This is an automatic reply.", number)
        outcomes += after_quiet(w, answer)
    assert outcomes[:3] == [Outcome.ANSWERED, Outcome.ANSWERED, Outcome.HANDED_OFF]
    assert set(outcomes[3:]) == {Outcome.SILENT}
    (conversation,) = w.inbox.conversations(A, None, 10).items
    assert conversation.hand_off_reason == "bot_loop"


def test_a_machine_that_varies_its_words_ends_as_well(w: World) -> None:
    answer = answering(w, ScriptedAgent())
    outcomes = []
    for number in range(20):
        write(w, f"message {number}", number)
        outcomes += after_quiet(w, answer)
    assert outcomes.count(Outcome.ANSWERED) == 8
    assert outcomes[8] is Outcome.HANDED_OFF


def test_a_status_outside_the_table_is_left_out(w: World) -> None:
    status = ContactStatus.CUSTOMER
    write(w, "hello", 1)
    after_quiet(w, answering(w, ScriptedAgent(lambda _: AgentReply("hi", status))))
    assert w.inbox.contact_at(A, CHAT).status is ContactStatus.NEW_LEAD
    assert replies(w) == ["hi"]


def test_tokens_cost_and_failures_are_counted_for_their_organization(w: World) -> None:
    reply = AgentReply("hi", usage=Usage(2, 300, 40), cost_micros=77, failure="model_unavailable")
    write(w, "hello", 1)
    after_quiet(w, answering(w, ScriptedAgent(lambda _: reply)))
    counted = {
        Metric.MODEL_REQUESTS: 2,
        Metric.MODEL_INPUT_TOKENS: 300,
        Metric.MODEL_OUTPUT_TOKENS: 40,
        Metric.MODEL_COST: 77,
    }
    assert {metric: w.metrics.total(metric) for metric in counted} == counted
    assert w.metrics.total(Metric.AGENT_FAILURES, "model_unavailable") == 1
    assert w.metrics.total(Metric.REPLY_TIME) == timedelta(seconds=5) / timedelta(milliseconds=1)
    assert {one.organization_id for one in w.metrics.noted if one.metric in counted} == {A}
    assert [one.kind for one in w.operators.told] == [NoticeKind.AGENT_FAILING]


@pytest.mark.parametrize("backfill", [True, False], ids=["found_by_the_scan", "handed_over_late"])
def test_three_hundred_messages_after_an_absence(w: World, *, backfill: bool) -> None:
    """300 rows whatever is told twice, one reply a conversation, none to what is stale.

    WhatsApp hands a page that was away its queue as if it came live: the scan is not all there is.
    """
    now = w.clock.now()
    events = []
    for number in range(300):
        chat = number % 60
        hours = timedelta(hours=2) if chat < 30 else timedelta()
        seen = message_seen(
            now - hours - timedelta(seconds=300 - number),
            number,
            body=f"message {number}",
            chat_id=ChatId(f"1555002{chat:04d}@c.us"),
            phone=f"1555002{chat:04d}",
            lid=None,
            backfill=backfill,
        )
        events.append(InboundEvent(A, 1, seen))
    for event in (*events, *events[100:], *events):
        w.receive(event)
    answer = answering(w, ScriptedAgent())
    for _ in range(8):
        after_quiet(w, answer)
    assert len(stored(w)) == 300 + 30
    conversations = w.inbox.conversations(A, None, 100).items
    assert len(conversations) == 60
    answered = [entry.chat_id for entry in w.outbox.load(A)]
    assert len(answered) == len(set(answered)) == 30
    assert not any(int(chat[7:11]) < 30 for chat in answered)
    assert not any(conversation.unanswered for conversation in conversations)
    assert {m.status for m in stored(w)} == {MessageStatus.RECEIVED, MessageStatus.QUEUED}
