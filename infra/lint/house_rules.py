"""Our own cfn-lint rules: what every queue, alarm and function of this project has.

Loaded by `cfn-lint --append-rules infra/lint`; `tests/infra` breaks each of them once.
"""

from __future__ import annotations

import json
import re
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
EXPLAINED_RESOURCES = {
    "arn:${AWS::Partition}:sqs:${AWS::Region}:${AWS::AccountId}:switchboard-${Stage}-host-*": (
        "hosts make their queues themselves; the number of hosts is not known here"
    ),
    "arn:${AWS::Partition}:s3:::${SessionBucketName}/profiles/*": "one object a login",
    "${Data.Outputs.SessionBucketArn}/profiles/*": "one object a login",
    "arn:${AWS::Partition}:ecs:${AWS::Region}:${AWS::AccountId}:task/${Cluster}/*": (
        "a task's id is made when it starts"
    ),
    "arn:${AWS::Partition}:ecr:${AWS::Region}:*:repository/switchboard/*": (
        "the image may stand in another account's registry"
    ),
    "arn:${AWS::Partition}:cloudformation:${AWS::Region}:${AWS::AccountId}:"
    "stack/${AWS::StackName}/*": ("CloudFormation adds an id to a stack's name"),
    "arn:${AWS::Partition}:bedrock:*::foundation-model/*": (
        "an inference profile takes its model from any of its regions; which one is a parameter"
    ),
    "arn:${AWS::Partition}:bedrock:${AWS::Region}:${AWS::AccountId}:inference-profile/*": (
        "which one is a parameter"
    ),
}
"""The only resources with a wildcard that a policy may name, as the template writes them."""
EXPLAINED_POLICIES = {
    "arn:${AWS::Partition}:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs": (
        "API Gateway takes no other role for its logs"
    ),
    "arn:${AWS::Partition}:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForBackup": (
        "AWS Backup's own, which follows what that service needs"
    ),
}
"""The only policies of AWS's that a role may have."""
POLICY_TYPES = (
    "AWS::IAM::Role",
    "AWS::IAM::ManagedPolicy",
    "AWS::IAM::Policy",
    "AWS::IAM::RolePolicy",
    *FUNCTION_TYPES,
)
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
    shortdesc = "Every queue has a dead-letter queue of its own"

    def breaches(self, cfn: Template) -> Iterator[tuple[str, str]]:
        """Queues without one of their own; the last ones are known by their name.

        The name counts since a stream's on-failure queue is used in another template.
        """
        for name, queue in cfn.get_resources("AWS::SQS::Queue").items():
            last = f"{name.removesuffix('Queue')}DeadLetterQueue"
            policy = _properties(queue).get("RedrivePolicy")
            if not name.endswith("DeadLetterQueue") and not _names(last, policy):
                yield name, f"{name} needs a RedrivePolicy to {last}"


class QueueHasAlarm(_HouseRule):
    """A queue that nobody watches fills unseen."""

    id = "E9002"
    shortdesc = "Every queue is watched by an alarm"

    def breaches(self, cfn: Template) -> Iterator[tuple[str, str]]:
        """Queues that no alarm's dimensions name."""
        alarms = cfn.get_resources("AWS::CloudWatch::Alarm").values()
        watched = [_properties(alarm).get("Dimensions") for alarm in alarms]
        for name in cfn.get_resources("AWS::SQS::Queue"):
            if not _names(name, watched):
                yield name, f"{name} needs an alarm on its age or depth"


class AlarmTellsSomebody(_HouseRule):
    """An alarm without an action is a picture."""

    id = "E9003"
    shortdesc = "Every alarm has an action, which is on, and a description"

    def breaches(self, cfn: Template) -> Iterator[tuple[str, str]]:
        """Alarms that lack one of the two, or keep their action to themselves."""
        for name, alarm in cfn.get_resources("AWS::CloudWatch::Alarm").items():
            if "ActionsEnabled" in _properties(alarm):
                yield name, f"{name} needs no ActionsEnabled: they always are"
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
    """Nobody may do more than is written out, nor to more than is explained here."""

    id = "E9007"
    shortdesc = "Policies name their actions, and their resources but for the explained patterns"

    def breaches(self, cfn: Template) -> Iterator[tuple[str, str]]:
        """Roles, policies and functions that allow more."""
        for name, resource in cfn.get_resources(list(POLICY_TYPES)).items():
            properties = _properties(resource)
            for policy in _texts(properties.get("ManagedPolicyArns", [])):
                if policy not in EXPLAINED_POLICIES:
                    yield name, f"{name} has {policy}: not in EXPLAINED_POLICIES"
            for statement in _statements([*properties.get("Policies", []), properties]):
                for broad in _broad(statement):
                    yield name, f"{name} allows {broad}"


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


def _broad(statement: dict[str, Any]) -> Iterator[str]:
    """What a statement allows without naming it."""
    yield from (f"all but {key}" for key in ("NotAction", "NotResource") if key in statement)
    actions = [*_texts(statement.get("Action", []))]
    yield from (action for action in actions if _has_wildcard(action))
    known = {"*"} if set(actions) <= WITHOUT_RESOURCES else EXPLAINED_RESOURCES.keys()
    for resource in _texts(statement.get("Resource", [])):
        if _has_wildcard(resource) and resource not in known:
            yield f"{resource}: not in EXPLAINED_RESOURCES"


def _has_wildcard(text: str) -> bool:
    return "*" in text or "?" in text


def _texts(value: Any) -> Iterator[str]:
    """Every text that a value may come to, as the template writes it; what is left as JSON."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one)
    elif isinstance(value.get("Fn::Sub"), str):
        yield value["Fn::Sub"]
    elif "Fn::If" in value:
        yield from _texts(value["Fn::If"][1:])
    else:
        yield json.dumps(value)


def _names(name: str, value: Any) -> bool:
    """Whether a value refers to just this resource, not to one whose name begins like it."""
    return re.search(rf'"{name}[".]', json.dumps(value)) is not None


def _properties(resource: dict[str, Any]) -> dict[str, Any]:
    return dict(resource.get("Properties", {}))


def _statements(policies: list[Any]) -> Iterator[dict[str, Any]]:
    """Statements of policies, in SAM's form or IAM's."""
    for policy in policies:
        document = policy.get("PolicyDocument", policy) if isinstance(policy, dict) else {}
        yield from document.get("Statement", [])
