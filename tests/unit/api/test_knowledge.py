"""Questions and answers: drafts, trials with their scores, and what goes live."""

import pytest
from tests.support.world import World
from tests.unit.api.api_client import ApiClient
from tests.unit.api.conftest import SHOP

from switchboard.domain.errors import DependencyUnavailable

HOURS = {"phrasings": ["when do you open", "opening hours please"], "answer": "At nine."}
LATER = {"phrasings": ["when do you open"], "answer": "At ten."}
ENTRY = "/api/shop/knowledge/hours"
TRY = "/api/shop/knowledge/try"


def test_an_entry_is_stored_with_its_vectors(api: ApiClient, world: World) -> None:
    answer = api.call("PUT", ENTRY, HOURS)
    assert (answer.status, answer.body) == (200, {"id": "hours", "stage": "live", **HOURS})
    (stored,) = world.organizations.knowledge(SHOP)
    assert len(stored.vectors) == 2 * 64 * 4
    assert api.call("GET", "/api/shop/knowledge").body == [answer.body]


def test_a_draft_leaves_what_is_live_until_it_is_published(api: ApiClient, world: World) -> None:
    api.call("PUT", ENTRY, HOURS)
    api.call("PUT", ENTRY, {**LATER, "draft": True})
    stages = [(one["stage"], one["answer"]) for one in api.call("GET", "/api/shop/knowledge").body]
    assert stages == [("live", "At nine."), ("draft", "At ten.")]
    published = api.call("POST", f"{ENTRY}/publish")
    assert (published.status, published.body["answer"]) == (200, "At ten.")
    (stored,) = world.organizations.knowledge(SHOP)
    assert (stored.answer, len(stored.vectors)) == ("At ten.", 64 * 4)
    assert len(api.call("GET", "/api/shop/knowledge").body) == 1
    assert api.call("POST", f"{ENTRY}/publish").status == 404


def test_deleting_takes_the_draft_along(api: ApiClient) -> None:
    api.call("PUT", ENTRY, HOURS)
    api.call("PUT", ENTRY, {**LATER, "draft": True})
    assert api.call("DELETE", ENTRY).status == 204
    assert api.call("GET", "/api/shop/knowledge").body == []


def test_a_trial_tells_verdict_scores_and_words(api: ApiClient, world: World) -> None:
    api.call("PUT", ENTRY, HOURS)
    api.call("PUT", ENTRY, {**LATER, "draft": True})
    api.call("PUT", "/api/shop/knowledge/pay", {"phrasings": ["how can I pay"], "answer": "Card."})
    found = api.call("POST", TRY, {"question": "When do you open?"}).body
    assert (found["verdict"], found["reply"]) == ("answer", "At ten.")
    assert found["sureness"] >= found["answerFrom"] > found["menuFrom"]
    assert [one["id"] for one in found["candidates"]] == ["hours", "pay"]
    assert found["candidates"][0]["score"] > found["candidates"][1]["score"]
    live = api.call("POST", TRY, {"question": "when do you open", "drafts": False}).body
    assert live["reply"] == "At nine."
    assert world.outbox.load(SHOP) == []


def test_a_trial_without_knowledge_hands_off(api: ApiClient) -> None:
    found = api.call("POST", TRY, {"question": "anything"}).body
    assert (found["verdict"], found["reply"], found["candidates"]) == ("hand_off", None, [])


def test_an_entry_is_stored_when_the_embedder_is_away(
    api: ApiClient, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> bytes:
        raise DependencyUnavailable("away")

    monkeypatch.setattr("switchboard.adapters.memory.agent.WordEmbedder.embed", away)
    assert api.call("PUT", ENTRY, HOURS).status == 200
    assert world.organizations.knowledge(SHOP)[0].vectors == b""
    assert api.call("POST", TRY, {"question": "when"}).status == 503


@pytest.mark.parametrize(
    ("body", "field"),
    [({}, "question"), ({"question": ""}, "question"), ({"question": "x" * 1_001}, "question"),
     ({"question": "x", "drafts": 1}, "drafts")],
)  # fmt: skip
def test_a_wrong_trial_names_its_field(api: ApiClient, body: object, field: str) -> None:
    answer = api.call("POST", TRY, body)
    assert (answer.status, answer.body["field"]) == (422, field)


def test_a_trial_of_nobody_is_not_found(api: ApiClient) -> None:
    assert api.call("POST", "/api/nobody/knowledge/try", {"question": "x"}).status == 404
