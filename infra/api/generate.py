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
RETRY_AFTER_SECONDS = 1
"""The stage's throttling refills each second."""
_REFUSALS: dict[str, tuple[str, int | None]] = {
    "UNAUTHORIZED": ("unauthorized", None),
    "ACCESS_DENIED": ("forbidden", None),
    "MISSING_AUTHENTICATION_TOKEN": ("not_found", 404),
    "RESOURCE_NOT_FOUND": ("not_found", None),
    "REQUEST_TOO_LARGE": ("too_large", None),
    "UNSUPPORTED_MEDIA_TYPE": ("unsupported_media_type", None),
    "BAD_REQUEST_BODY": ("bad_request", None),
    "BAD_REQUEST_PARAMETERS": ("bad_request", None),
    "THROTTLED": ("throttled", None),
    "QUOTA_EXCEEDED": ("throttled", None),
    "AUTHORIZER_FAILURE": ("temporarily_unavailable", 503),
    "AUTHORIZER_CONFIGURATION_ERROR": ("temporarily_unavailable", 503),
    "INTEGRATION_FAILURE": ("temporarily_unavailable", 503),
    "INTEGRATION_TIMEOUT": ("no_answer", None),
    "DEFAULT_4XX": ("refused", None),
    "DEFAULT_5XX": ("temporarily_unavailable", None),
}
"""Code and, where API Gateway's own misleads, status of what never reaches the function."""


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
    """Refusals that never reach the function have its errors' shape too."""
    return {name: _refusal(code, status) for name, (code, status) in _REFUSALS.items()}


def _refusal(code: str, status: int | None) -> dict[str, Any]:
    shape = f'"code": "{code}", "message": $context.error.messageString'
    refusal: dict[str, Any] = {}
    if status is not None:
        refusal["statusCode"] = str(status)
    if code == "throttled":
        shape += f', "retryAfterSeconds": {RETRY_AFTER_SECONDS}'
        header = "gatewayresponse.header.Retry-After"
        refusal["responseParameters"] = {header: f"'{RETRY_AFTER_SECONDS}'"}
    body = f'{{{shape}, "requestId": "$context.requestId"}}'
    return {**refusal, "responseTemplates": {"application/json": body}}


def text() -> str:
    """The file's text; JSON is YAML, and AWS::Include wants a .yaml or .json name."""
    return json.dumps(definition(), indent=1, sort_keys=True) + "\n"


if __name__ == "__main__":
    TARGET.write_text(text(), encoding="utf8")
