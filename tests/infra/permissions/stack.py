"""The templates with their values filled in: which ARN, URL or name a reference stands for."""

import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.infra.templates import ROOT, template

REGION, ACCOUNT = "eu-west-1", "123456789012"
PSEUDO = {
    "AWS::Partition": "aws",
    "AWS::Region": REGION,
    "AWS::AccountId": ACCOUNT,
    "AWS::URLSuffix": "amazonaws.com",
    "AWS::StackName": "switchboard",
    "AWS::NoValue": "",
}
ARNS = {
    "AWS::Serverless::Function": "arn:aws:lambda:{r}:{a}:function:{n}",
    "AWS::SQS::Queue": "arn:aws:sqs:{r}:{a}:{n}",
    "AWS::SNS::Topic": "arn:aws:sns:{r}:{a}:{n}",
    "AWS::DynamoDB::Table": "arn:aws:dynamodb:{r}:{a}:table/{n}",
    "AWS::S3::Bucket": "arn:aws:s3:::{n}",
    "AWS::KMS::Key": "arn:aws:kms:{r}:{a}:key/{n}",
    "AWS::Logs::LogGroup": "arn:aws:logs:{r}:{a}:log-group:{n}:*",
    "AWS::SecretsManager::Secret": "arn:aws:secretsmanager:{r}:{a}:secret:{n}",
    "AWS::Events::EventBus": "arn:aws:events:{r}:{a}:event-bus/{n}",
}
NAMES = ("QueueName", "TopicName", "TableName", "BucketName", "Name")


@dataclass
class Stack:
    """One template with its parameters; nested stacks are stacks of their own."""

    path: Path
    parameters: dict[str, Any]
    known: dict[str, str]
    """Physical ids that only the cloud can give, by logical id: those of keys."""
    nested: dict[str, "Stack"] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.body = template(self.path).template
        for name, declared in self.body.get("Parameters", {}).items():
            self.parameters.setdefault(name, declared.get("Default", ""))

    def resource(self, name: str) -> dict[str, Any]:
        return dict(self.body["Resources"][name])

    def child(self, name: str) -> "Stack":
        if name not in self.nested:
            properties = self.resource(name)["Properties"]
            given = {key: self.value(v) for key, v in properties.get("Parameters", {}).items()}
            self.nested[name] = Stack(ROOT / properties["TemplateURL"], given, self.known)
        return self.nested[name]

    def physical(self, name: str) -> str:
        """The name that the cloud would give; templates that name nothing get the logical id."""
        if name in self.known:
            return self.known[name]
        properties = self.resource(name).get("Properties", {})
        given = next((properties[key] for key in NAMES if key in properties), None)
        return str(self.value(given)) if given is not None else f"switchboard-{name.lower()}"

    def ref(self, name: str) -> Any:
        if name in PSEUDO:
            return PSEUDO[name]
        if name in self.parameters:
            return self.parameters[name]
        kind = self.resource(name)["Type"]
        if kind == "AWS::SQS::Queue":
            return f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/{self.physical(name)}"
        return self.arn(name) if kind == "AWS::SNS::Topic" else self.physical(name)

    def arn(self, name: str) -> str:
        kind = self.resource(name)["Type"]
        known = ARNS.get(kind, f"arn:aws:{kind.split('::')[1].lower()}:{{r}}:{{a}}:{{n}}")
        return known.format(r=REGION, a=ACCOUNT, n=self.physical(name))

    def attribute(self, name: str, attribute: str) -> Any:
        if attribute.startswith("Outputs."):
            child = self.child(name)
            output = child.body["Outputs"][attribute.removeprefix("Outputs.")]
            return child.value(output["Value"])
        if attribute == "StreamArn":
            return f"{self.arn(name)}/stream/*"
        return self.arn(name) if attribute.endswith("Arn") else self.physical(name)

    def value(self, given: Any) -> Any:
        """Any value of the template with its references filled in."""
        if isinstance(given, list):
            return [self.value(one) for one in given]
        if not isinstance(given, dict):
            return given
        filled = {
            "Ref": self.ref,
            "Fn::GetAtt": self._get,
            "Fn::Join": lambda given: str(given[0]).join(map(str, self.value(given[1]))),
            "Fn::Sub": self.substituted,
            "Fn::If": lambda given: self.value(given[1]),
        }
        if len(given) == 1 and (name := next(iter(given))) in filled:
            return filled[name](given[name])
        return {key: self.value(one) for key, one in given.items()}

    def _get(self, path: str | list[str]) -> Any:
        whole = path if isinstance(path, str) else ".".join(path)
        name, _, attribute = whole.partition(".")
        return self.attribute(name, attribute)

    def substituted(self, text: Any) -> str:
        template_text, more = text if isinstance(text, list) else (text, {})

        def fill(match: re.Match[str]) -> str:
            name, _, attribute = match[1].partition(".")
            if name in more:
                return str(self.value(more[name]))
            return str(self.attribute(name, attribute) if attribute else self.ref(name))

        return re.sub(r"\${([^!}][^}]*)}", fill, template_text)

    def all_of(self, kind: str) -> dict[str, "Stack"]:
        """Logical ids of a type, here and in nested stacks, with the stack that has them."""
        found = {n: self for n, one in self.body["Resources"].items() if one["Type"] == kind}
        for name, one in self.body["Resources"].items():
            if one["Type"] == "AWS::CloudFormation::Stack":
                found |= self.child(name).all_of(kind)
        return found


def statements(stack: Stack, role: str) -> list[dict[str, Any]]:
    """What a role's inline policies say, or a managed policy, filled in."""
    properties = stack.resource(role)["Properties"]
    policies = properties.get("Policies") or [properties]
    found = [one for policy in policies for one in policy["PolicyDocument"]["Statement"]]
    return [json.loads(json.dumps(stack.value(one))) for one in found]
