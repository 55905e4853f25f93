"""Our own cfn-lint rules: what every queue, alarm and function of this project has.

Loaded by `cfn-lint --append-rules infra/lint`; `tests/infra` breaks each of them once.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from cfnlint.rules import CloudFormationLintRule, RuleMatch
from cfnlint.template import Template

FUNCTION_TYPES = ("AWS::Serverless::Function", "AWS::Lambda::Function")
WITHOUT_RESOURCES = {
    "dynamodb:ListStreams",
    "ecr:GetAuthorizationToken",
    "xray:PutTraceSegments",
    "xray:PutTelemetryRecords",
}
"""Actions that IAM knows only for all resources. Source: service authorization reference."""
KEPT_TYPES = ("AWS::DynamoDB::Table", "AWS::S3::Bucket", "AWS::KMS::Key")


class _HouseRule(CloudFormationLintRule):  # type: ignore[misc]
    """A rule over whole resources."""

    source_url = "docs/house.md"
    tags = ["house"]  # noqa: RUF012 - cfn-lint reads the attribute
    description = ""

    def match(self, cfn: Template) -> list[RuleMatch]:
        """Every breach, at its resource."""
        return [RuleMatch(["Resources", name], text) for name, text in self.breaches(cfn)]

    def breaches(self, cfn: Template) -> Iterator[tuple[str, str]]:
        """Names of resources with what they lack."""
        raise NotImplementedError


class QueueHasDeadLetters(_HouseRule):
    """A message that cannot be worked off must end where a person looks."""

    id = "E9001"
    shortdesc = "Every queue has a dead-letter queue"

    def breaches(self, cfn: Template) -> Iterator[tuple[str, str]]:
        """Queues that neither are a dead-letter queue, also by their name, nor have one.

        The name counts since a stream's on-failure queue is used in another template.
        """
        queues = cfn.get_resources("AWS::SQS::Queue")
        policies = {name: _properties(queue).get("RedrivePolicy") for name, queue in queues.items()}
        targets = json.dumps([policy for policy in policies.values() if policy])
        for name, policy in policies.items():
            is_last = f'"{name}' in targets or name.endswith("DeadLetterQueue")
            if not policy and not is_last:
                yield name, f"{name} needs a RedrivePolicy"


class QueueHasAlarm(_HouseRule):
    """A queue that nobody watches fills unseen."""

    id = "E9002"
    shortdesc = "Every queue is watched by an alarm"

    def breaches(self, cfn: Template) -> Iterator[tuple[str, str]]:
        """Queues that no alarm's dimensions name."""
        alarms = cfn.get_resources("AWS::CloudWatch::Alarm").values()
        watched = json.dumps([_properties(alarm).get("Dimensions") for alarm in alarms])
        for name in cfn.get_resources("AWS::SQS::Queue"):
            if f'"{name}' not in watched:
                yield name, f"{name} needs an alarm on its age or depth"


class AlarmTellsSomebody(_HouseRule):
    """An alarm without an action is a picture."""

    id = "E9003"
    shortdesc = "Every alarm has an action and a description"

    def breaches(self, cfn: Template) -> Iterator[tuple[str, str]]:
        """Alarms that lack one of the two."""
        for name, alarm in cfn.get_resources("AWS::CloudWatch::Alarm").items():
            for wanted in ("AlarmActions", "AlarmDescription"):
                if not _properties(alarm).get(wanted):
                    yield name, f"{name} needs {wanted}"


class FunctionIsBounded(_HouseRule):
    """Logs end, and so does a call that hangs."""

    id = "E9004"
    shortdesc = "Every function has a time-out and a log group of ours"

    def breaches(self, cfn: Template) -> Iterator[tuple[str, str]]:
        """Functions that lack one of the two."""
        for name, function in cfn.get_resources(list(FUNCTION_TYPES)).items():
            properties = _properties(function)
            if not properties.get("Timeout"):
                yield name, f"{name} needs a Timeout"
            if not properties.get("LoggingConfig", {}).get("LogGroup"):
                yield name, f"{name} needs LoggingConfig with a LogGroup"


class LogsEnd(_HouseRule):
    """Logs without an end cost without an end, and outlive what may be kept."""

    id = "E9005"
    shortdesc = "Every log group has a retention and a key"

    def breaches(self, cfn: Template) -> Iterator[tuple[str, str]]:
        """Log groups that lack one of the two."""
        for name, group in cfn.get_resources("AWS::Logs::LogGroup").items():
            for wanted in ("RetentionInDays", "KmsKeyId"):
                if not _properties(group).get(wanted):
                    yield name, f"{name} needs {wanted}"


class DataIsKept(_HouseRule):
    """A deleted stack must not take messages and logins with it."""

    id = "E9006"
    shortdesc = "Tables, buckets and keys are retained"

    def breaches(self, cfn: Template) -> Iterator[tuple[str, str]]:
        """Resources whose deletion or replacement deletes data."""
        for name, resource in cfn.get_resources(list(KEPT_TYPES)).items():
            for wanted in ("DeletionPolicy", "UpdateReplacePolicy"):
                if resource.get(wanted) != "Retain":
                    yield name, f"{name} needs {wanted}: Retain"


class PermissionsAreNamed(_HouseRule):
    """Nobody may do everything, and nothing may be done to everything."""

    id = "E9007"
    shortdesc = "No statement of a role has a bare * as action or resource"

    def breaches(self, cfn: Template) -> Iterator[tuple[str, str]]:
        """Roles and functions with such a statement; key and bucket policies are not roles'."""
        for name, resource in cfn.get_resources(["AWS::IAM::Role", *FUNCTION_TYPES]).items():
            for statement in _statements(_properties(resource).get("Policies", [])):
                bare = set(_listed(statement.get("Action"))) <= WITHOUT_RESOURCES
                for wanted in ("Action",) if bare else ("Action", "Resource"):
                    values = _listed(statement.get(wanted))
                    if "*" in values or any(str(value).endswith(":*") for value in values):
                        yield name, f"{name} allows {wanted} {values}"


class FunctionHasItsOwnRole(_HouseRule):
    """SAM's own role carries managed policies that reach every queue of the account."""

    id = "E9008"
    shortdesc = "Every function names a role of its own"

    def breaches(self, cfn: Template) -> Iterator[tuple[str, str]]:
        """Functions without a role, or with another's."""
        seen: set[str] = set()
        for name, function in cfn.get_resources(list(FUNCTION_TYPES)).items():
            role = json.dumps(_properties(function).get("Role"))
            if role == "null" or role in seen:
                yield name, f"{name} needs a Role of its own, with its permissions and no others"
            seen.add(role)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _properties(resource: dict[str, Any]) -> dict[str, Any]:
    return dict(resource.get("Properties", {}))


def _statements(policies: list[Any]) -> Iterator[dict[str, Any]]:
    """Statements of inline policies, in SAM's form or IAM's."""
    for policy in policies:
        document = policy.get("PolicyDocument", policy) if isinstance(policy, dict) else {}
        yield from document.get("Statement", [])
