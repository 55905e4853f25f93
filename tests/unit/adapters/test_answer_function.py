"""What the API asks of the answer function."""

import base64
import io
import json
from collections.abc import Callable
from typing import Any

import pytest

from switchboard.adapters.functions.answer_function import AnswerFunction
from switchboard.domain.errors import DependencyUnavailable
from switchboard.domain.examination import Candidate, Examination, Verdict, to_wire
from switchboard.domain.ids import OrganizationId

FOUND = Examination(Verdict.MENU, 0.6, 0.9, 0.5, "1. a", [Candidate("a", "how", 0.5)])


class Invoked:
    """boto3's Lambda client as far as it is used: the vendor's side, not ours."""

    def __init__(self, answer: Callable[[Any], dict[str, Any]]) -> None:
        self.answer = answer
        self.asked: list[Any] = []

    def invoke(self, *, FunctionName: str, Payload: bytes) -> dict[str, Any]:  # noqa: N803
        self.asked.append((FunctionName, json.loads(Payload)))
        return self.answer(json.loads(Payload))


def payload(body: object, **more: object) -> dict[str, Any]:
    return {"Payload": io.BytesIO(json.dumps(body).encode()), **more}


def test_vectors_travel_as_they_are() -> None:
    client = Invoked(lambda _: payload({"vectors": base64.b64encode(b"1234").decode()}))
    assert AnswerFunction(client, "answer").embed(["one", "zwei"]) == b"1234"
    assert client.asked == [("answer", {"embed": ["one", "zwei"]})]


def test_a_trial_comes_back_whole() -> None:
    client = Invoked(lambda _: payload(to_wire(FOUND)))
    found = AnswerFunction(client, "answer")(OrganizationId("shop"), "how?", drafts=True)
    assert found == FOUND
    trial = {"organization_id": "shop", "question": "how?", "drafts": True}
    assert client.asked == [("answer", {"try": trial})]


@pytest.mark.parametrize(
    "answer",
    [
        payload({"errorMessage": "boom"}, FunctionError="Unhandled"),
        {"Payload": io.BytesIO(b"not json")},
        payload([1]),
    ],
)
def test_a_function_that_fails_is_unavailable(answer: dict[str, Any]) -> None:
    with pytest.raises(DependencyUnavailable):
        AnswerFunction(Invoked(lambda _: answer), "answer").embed(["x"])
