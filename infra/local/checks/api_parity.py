"""The API: the app's routes, the definition in the template, who needs a key, what it may call."""

from __future__ import annotations

import importlib
import json
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[3]


def definition() -> dict[str, Any]:
    """The definition that the template includes."""
    text = (ROOT / "infra/api/openapi.yaml").read_text(encoding="utf8")
    return dict(json.loads(text))


def generated() -> dict[str, Any]:
    """The definition as the app's routes say it should be."""
    sys.path.insert(0, str(ROOT / "infra/api"))
    return dict(json.loads(importlib.import_module("generate").text()))


def problems(stored: Mapping[str, Any], wanted: Mapping[str, Any]) -> list[str]:
    """Routes, methods and authorizers in which the two differ."""
    told = []
    there, right = _operations(stored), _operations(wanted)
    told += [
        f"{method} {path}: missing from the template" for method, path in sorted(right - there)
    ]
    told += [f"{method} {path}: no such route" for method, path in sorted(there - right)]
    for method, path in sorted(there & right):
        ours, theirs = (each["paths"][path][method] for each in (wanted, stored))
        if bool(ours.get("security")) != bool(theirs.get("security")):
            told.append(f"{method} {path}: open where it must not be, or the other way round")
        elif ours != theirs:
            told.append(f"{method} {path}: differs; run `make api-definition`")
    for part in ("components", "x-amazon-apigateway-gateway-responses"):
        if stored.get(part) != wanted.get(part):
            told.append(f"{part}: differs; run `make api-definition`")
    return told


def called(api: Mapping[str, Any]) -> set[str]:
    """Logical ids of the functions that API Gateway calls: routes' and authorizers'."""
    return set(re.findall(r"\${(\w+)\.Arn}", json.dumps(api)))


def uncallable(api: Mapping[str, Any], resources: Mapping[str, Any]) -> list[str]:
    """Functions that the definition names and whose own policy does not let API Gateway in."""
    permitted = [
        one["Properties"]["FunctionName"].get("Ref")
        for one in resources.values()
        if one["Type"] == "AWS::Lambda::Permission"
        and one["Properties"]["Principal"] == "apigateway.amazonaws.com"
    ]
    return [f"{name}: API Gateway may not call it" for name in called(api) - {*permitted}]


def _operations(api: Mapping[str, Any]) -> set[tuple[str, str]]:
    return {(method, path) for path, methods in api["paths"].items() for method in methods}
