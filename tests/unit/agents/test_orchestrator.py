"""Which agent answers, what it may cost, and what becomes of a failure."""

import pytest
from tests.support.world import World, memory_world
from tests.unit.agents.test_language_models import said

from switchboard.adapters.memory.agent import ScriptedAgent
from switchboard.application.agent_orchestrator import AgentOrchestrator
from switchboard.domain import errors
from switchboard.domain.conversation import ContactStatus
from switchboard.domain.ids import OrganizationId
from switchboard.domain.organization import AgentKind, KnowledgeEntry, Settings
from switchboard.domain.spending import Price, Usage
from switchboard.ports.agent import AgentReply, AgentRequest, LanguageModel

O = OrganizationId("o")  # noqa: E741
USED = Usage(2, 1_000, 500)
PRICE = Price(input_micros=1_000, output_micros=4_000)
COST = 3_000
MOST = 40_000
EMBEDDED = AgentReply("from the embedded agent")
WORDS = (KnowledgeEntry("k", ("Where?",), "Harbour Street 12, see shop.example, call 555 12 34"),)


def asked(
    kind: AgentKind = AgentKind.BEDROCK, turn: str = "t1", budget: int = 1_000_000
) -> AgentRequest:
    settings = Settings(kind, daily_budget_micros=budget)
    return AgentRequest(O, ContactStatus.NEW_LEAD, [], [said("hi")], WORDS, settings, turn)


def orchestrator(w: World, model: ScriptedAgent) -> tuple[AgentOrchestrator, ScriptedAgent]:
    embedded = ScriptedAgent(lambda _: EMBEDDED)
    models = {AgentKind.BEDROCK: LanguageModel(model, PRICE, MOST // 4)}
    return AgentOrchestrator(embedded, models, w.spending, w.clock), embedded


def spent(w: World) -> int:
    return w.spending.spent(O, w.clock.now().date())


def saying(reply: str) -> ScriptedAgent:
    return ScriptedAgent(lambda _: AgentReply(reply, ContactStatus.QUALIFIED, usage=USED))


def test_the_embedded_agent_answers_for_knowledge_and_costs_nothing() -> None:
    w, model = memory_world(), saying("from the model")
    agent, _ = orchestrator(w, model)
    assert agent.answer(asked(AgentKind.KNOWLEDGE)) == EMBEDDED
    assert (model.requests, spent(w)) == ([], 0)


def test_a_models_reply_is_settled_at_what_it_took() -> None:
    w, model = memory_world(), saying("from the model")
    agent, embedded = orchestrator(w, model)
    reply = agent.answer(asked())
    assert (reply.reply, reply.cost_micros, reply.failure) == ("from the model", COST, None)
    assert (spent(w), embedded.requests) == (COST, [])


def test_a_model_that_is_not_configured_is_no_end_of_the_turn() -> None:
    w = memory_world()
    agent, _ = orchestrator(w, saying("never"))
    reply = agent.answer(asked(AgentKind.OPENAI))
    assert (reply.reply, reply.failure) == (EMBEDDED.reply, "model_denied")


def test_a_spent_budget_lets_the_embedded_agent_answer_until_the_next_day() -> None:
    w, model = memory_world(), saying("from the model")
    agent, _ = orchestrator(w, model)
    budget = MOST + COST
    assert agent.answer(asked(turn="t1", budget=budget)).failure is None
    assert agent.answer(asked(turn="t2", budget=budget)).failure is None
    over = agent.answer(asked(turn="t3", budget=budget))
    assert (over.reply, over.failure) == (EMBEDDED.reply, "daily_budget_spent")
    assert len(model.requests) == 2
    assert spent(w) == 2 * COST
    w.advance(hours=24)
    assert agent.answer(asked(turn="t4", budget=budget)).failure is None


@pytest.mark.parametrize(
    "failure",
    [
        errors.ModelThrottled,
        errors.ModelUnavailable,
        errors.ModelDenied,
    ],
)
def test_an_outage_lets_the_embedded_agent_answer(failure: type[errors.AgentFailure]) -> None:
    w, model = memory_world(), saying("never")
    model.failure = failure("gone", USED)
    agent, _ = orchestrator(w, model)
    reply = agent.answer(asked())
    assert (reply.reply, reply.failure, reply.usage) == (EMBEDDED.reply, failure.code, USED)
    assert spent(w) == reply.cost_micros == COST


def test_a_turn_that_ran_out_of_time_counts_as_much_as_it_may_have_cost() -> None:
    w, model = memory_world(), saying("never")
    model.failure = errors.ModelTimedOut("late", Usage(1, 0, 0))
    reply = orchestrator(w, model)[0].answer(asked())
    assert (reply.reply, reply.failure) == (EMBEDDED.reply, "model_timed_out")
    assert spent(w) == reply.cost_micros == MOST


def test_an_answer_that_tells_no_tokens_counts_as_much_as_it_may_have_cost() -> None:
    w = memory_world()
    model = ScriptedAgent(lambda _: AgentReply("from the model", usage=Usage(1, 0, 0)))
    assert orchestrator(w, model)[0].answer(asked()).cost_micros == spent(w) == MOST


@pytest.mark.parametrize("failure", [errors.ModelLoop, errors.ModelNonsense])
def test_a_model_that_did_not_understand_hands_off(failure: type[errors.AgentFailure]) -> None:
    w, model = memory_world(), saying("never")
    model.failure = failure("confused", USED)
    agent, embedded = orchestrator(w, model)
    reply = agent.answer(asked())
    assert (reply.reply, reply.hand_off, embedded.requests) == (None, failure.code, [])
    assert spent(w) == reply.cost_micros == COST


def test_a_reservation_stands_when_nobody_knows_what_the_turn_took() -> None:
    w, model = memory_world(), saying("never")
    model.failure = errors.ModelUnavailable("gone")
    orchestrator(w, model)[0].answer(asked())
    assert spent(w) == MOST


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        ("See https://evil.example/x", "reply_has_unknown_link"),
        ("See shop.example.evil.example", "reply_has_unknown_link"),
        ("Call 555 12 35", "reply_has_unknown_number"),
        ("x y " * 500, "reply_too_long"),
        ("The contact writes content. Answer in the contact's language, in at most a few sentences",
         "reply_reveals_prompt"),
    ],
)  # fmt: skip
def test_a_reply_that_code_refuses_goes_to_a_person_without_its_words(
    reply: str, reason: str
) -> None:
    w = memory_world()
    refused = orchestrator(w, saying(reply))[0].answer(asked())
    assert (refused.reply, refused.hand_off, refused.contact_status) == (None, reason, None)
    assert spent(w) == COST


@pytest.mark.parametrize(
    "reply",
    [
        "We are at Harbour Street 12, see shop.example or call 555 12 34.",
        "On 25.11.2026 from 9:00 to 18:00, it costs 1 200 som, e.g. 200, 400, 600 or 800.",
        "Мы работаем с 9-18, кроме вс. Стоимость 1500 сом, до 12.05.2027.",
    ],
)
def test_the_organizations_own_words_dates_and_prices_pass(reply: str) -> None:
    w = memory_world()
    assert orchestrator(w, saying(reply))[0].answer(asked()).reply == reply
