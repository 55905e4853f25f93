"""Write `openapi.yaml` beside this file from the app's routes: `make api-definition`."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
TARGET = Path(__file__).with_name("openapi.yaml")
_INVOKE = (
    "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31"
    "/functions/${%s.Arn}/invocations"
)
_ERROR = (
    '{"code": "%s", "message": $context.error.messageString, "requestId": "$context.requestId"}'
)


def definition() -> dict[str, Any]:
    """The API Gateway definition of every route."""
    sys.path[:0] = [str(ROOT / "functions" / "api"), str(ROOT / "shared" / "src")]
    from app import app  # noqa: PLC0415 - the path is set just above
    from chalicelib.contract.operation import operation_of  # noqa: PLC0415

    paths: dict[str, Any] = {}
    for route, methods in sorted(app.routes.items()):
        paths[route] = {}
        for method, entry in sorted(methods.items()):
            contract = operation_of(entry.view_function)
            public = contract is not None and contract.public
            paths[route][method.lower()] = _operation(route, public=public)
    return {
        "openapi": "3.0.1",
        "info": {"title": "Switchboard", "version": "1"},
        "x-amazon-apigateway-binary-media-types": ["*/*"],
        "paths": paths,
        "components": {"securitySchemes": {"ApiKey": _security()}},
        "x-amazon-apigateway-gateway-responses": _gateway_responses(),
    }


def _operation(route: str, *, public: bool) -> dict[str, Any]:
    names = re.findall(r"{(\w+)}", route)
    operation: dict[str, Any] = {
        "parameters": [
            {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
            for name in names
        ],
        "responses": {"default": {"description": "as the app answers"}},
        "x-amazon-apigateway-integration": {
            "type": "aws_proxy",
            "httpMethod": "POST",
            "uri": {"Fn::Sub": _INVOKE % "ApiFunction"},
        },
    }
    if not public:
        operation["security"] = [{"ApiKey": []}]
    return operation


def _security() -> dict[str, Any]:
    return {
        "type": "apiKey",
        "name": "X-Api-Key",
        "in": "header",
        "x-amazon-apigateway-authtype": "custom",
        "x-amazon-apigateway-authorizer": {
            "type": "token",
            "authorizerUri": {"Fn::Sub": _INVOKE % "AuthorizerFunction"},
            "authorizerResultTtlInSeconds": 60,
        },
    }


def _gateway_responses() -> dict[str, Any]:
    """Errors that never reach the function have its shape too."""
    codes = {
        "UNAUTHORIZED": "unauthorized",
        "ACCESS_DENIED": "forbidden",
        "MISSING_AUTHENTICATION_TOKEN": "not_found",
        "REQUEST_TOO_LARGE": "too_large",
        "THROTTLED": "throttled",
        "DEFAULT_5XX": "temporarily_unavailable",
    }
    return {
        name: {"responseTemplates": {"application/json": _ERROR % code}}
        for name, code in codes.items()
    }


def text() -> str:
    """The file's text; JSON is YAML, and AWS::Include wants a .yaml or .json name."""
    return json.dumps(definition(), indent=1, sort_keys=True) + "\n"


if __name__ == "__main__":
    TARGET.write_text(text(), encoding="utf8")
