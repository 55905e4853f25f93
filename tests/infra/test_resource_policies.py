"""What other services of AWS may do to our resources: without it they fail, some of them in silence."""

from typing import Any

import pytest
from tests.infra.permissions.stack import Stack, statements
from tests.infra.templates import ROOT

from checks import api_parity

STACK = Stack(ROOT / "template.yaml", {"Stage": "test"}, {})
ALARMING = {"cloudwatch.amazonaws.com", "events.amazonaws.com"}
"""Alarms, and the rule on failed backups."""


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def allowed(document: dict[str, Any], stack: Stack) -> set[tuple[str, str]]:
    """Services with the actions that a policy allows them."""
    return {
        (service, action)
        for one in stack.value(document)["Statement"]
        if one["Effect"] == "Allow"
        for service in listed(one["Principal"].get("Service", []))
        for action in listed(one["Action"])
    }


def test_alarms_and_events_may_tell_the_topic_that_they_name() -> None:
    stack = STACK.child("Observability")
    policy = stack.resource("AlarmTopicPolicy")["Properties"]
    assert stack.value(policy["Topics"]) == [stack.arn("AlarmTopic")]
    assert allowed(policy["PolicyDocument"], stack) == {(one, "sns:Publish") for one in ALARMING}


@pytest.mark.parametrize(
    ("service", "actions"),
    [
        *((one, {"kms:Decrypt", "kms:GenerateDataKey*"}) for one in sorted(ALARMING)),
        (
            "logs.eu-west-1.amazonaws.com",
            {
                "kms:Encrypt*",
                "kms:Decrypt*",
                "kms:ReEncrypt*",
                "kms:GenerateDataKey*",
                "kms:Describe*",
            },
        ),
    ],
)
def test_a_service_may_use_the_key_for_what_it_encrypts(service: str, actions: set[str]) -> None:
    """Source: CloudWatch user guide, 'Encrypted topics'; CloudWatch Logs user guide, 'Key policy'."""
    stack = STACK.child("Data")
    granted = allowed(stack.resource("DataKey")["Properties"]["KeyPolicy"], stack)
    assert {action for who, action in granted if who == service} == actions


def test_nobody_else_may_use_the_key() -> None:
    stack = STACK.child("Data")
    granted = allowed(stack.resource("DataKey")["Properties"]["KeyPolicy"], stack)
    assert {who for who, _ in granted} == {*ALARMING, "logs.eu-west-1.amazonaws.com"}


def test_the_api_may_call_every_function_that_its_definition_names() -> None:
    assert api_parity.called(api_parity.definition()) == {"ApiFunction", "AuthorizerFunction"}
    assert api_parity.uncallable(api_parity.definition(), STACK.body["Resources"]) == []


@pytest.mark.parametrize("name", ["ApiMayInvoke", "ApiMayAuthorize"])
def test_a_function_that_the_api_may_not_call_is_caught(name: str) -> None:
    without = {key: one for key, one in STACK.body["Resources"].items() if key != name}
    (found,) = api_parity.uncallable(api_parity.definition(), without)
    assert found.endswith("API Gateway may not call it")


def test_ecs_may_start_a_host_and_nothing_else() -> None:
    """Source: ECS developer guide, 'Amazon ECS task execution IAM role'."""
    stack = STACK.child("BrowserHost")
    granted = {
        (action, resource)
        for one in statements(stack, "ExecutionRole")
        for action in listed(one["Action"])
        for resource in listed(one["Resource"])
    }
    images = "arn:aws:ecr:eu-west-1:*:repository/switchboard/*"
    pulled = ("BatchCheckLayerAvailability", "BatchGetImage", "GetDownloadUrlForLayer")
    assert granted == {
        ("ecr:GetAuthorizationToken", "*"),
        *((f"ecr:{one}", images) for one in pulled),
        *((f"logs:{one}", stack.arn("Logs")) for one in ("CreateLogStream", "PutLogEvents")),
    }
