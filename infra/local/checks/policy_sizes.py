"""Policies that grow until a deployment fails, which no emulator tells.

Source: Lambda developer guide, 'Lambda quotas' (resource-based policy: 20 KB); IAM user guide, 'IAM
and STS quotas' (inline policies of a role: 10,240 characters, white space not counted).
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import boto3
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator
from samtranslator.yaml_helper import yaml_parse

from checks.api_parity import definition

FUNCTION_POLICY_BYTES = 20_480
ROLE_POLICY_CHARACTERS = 10_240
_ARN_CHARACTERS = 90
"""An ARN filled in, in the place of a reference."""


def translated(template: Path) -> dict[str, Any]:
    """The template as CloudFormation gets it, nested stacks left alone."""
    parsed = yaml_parse(template.read_text(encoding="utf8"))
    for resource in parsed["Resources"].values():
        properties = resource.get("Properties", {})
        if "CodeUri" in properties:
            properties["CodeUri"] = "s3://code/function.zip"
        if "ContentUri" in properties:
            properties["ContentUri"] = "s3://code/layer.zip"
        if "DefinitionBody" in properties:
            properties["DefinitionBody"] = definition()  # AWS::Include, done
    # every function has a role of its own, so SAM looks no managed policy up
    session = boto3.Session(region_name="eu-west-1")
    return dict(Translator({}, Parser(), boto_session=session).translate(parsed, {}))


def problems(template: Mapping[str, Any]) -> list[str]:
    """Functions and roles whose policies are too long, with their length."""
    told = []
    for name, size in function_policies(template).items():
        if size > FUNCTION_POLICY_BYTES:
            told.append(f"{name}: its resource policy has {size} bytes of {FUNCTION_POLICY_BYTES}")
    for name, size in role_policies(template).items():
        if size > ROLE_POLICY_CHARACTERS:
            told.append(f"{name}: its policies have {size} characters of {ROLE_POLICY_CHARACTERS}")
    return told


def function_policies(template: Mapping[str, Any]) -> Counter[str]:
    """Bytes of each function's resource policy: a statement a permission."""
    sizes: Counter[str] = Counter()
    for name, resource in template["Resources"].items():
        if resource["Type"] == "AWS::Lambda::Permission":
            function = json.dumps(resource["Properties"]["FunctionName"])
            statement = {"Sid": name, "Effect": "Allow", "Condition": {"ArnLike": {}}}
            sizes[function] += _length(statement | resource["Properties"])
    return sizes


def role_policies(template: Mapping[str, Any]) -> dict[str, int]:
    """Characters of each role's inline policies."""
    return {
        name: _length([one["PolicyDocument"] for one in resource["Properties"].get("Policies", [])])
        for name, resource in template["Resources"].items()
        if resource["Type"] == "AWS::IAM::Role"
    }


def _length(value: Any) -> int:
    """Characters once references are filled in."""
    if (
        isinstance(value, dict)
        and len(value) == 1
        and next(iter(value)).startswith(("Fn::", "Ref"))
    ):
        return _ARN_CHARACTERS
    if isinstance(value, dict):
        return sum(len(key) + 4 + _length(one) for key, one in value.items())
    if isinstance(value, list):
        return sum(1 + _length(one) for one in value)
    return len(json.dumps(value))
