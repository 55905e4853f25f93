"""Authorizer function: judges an API key and tells the API what it may do."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.logging.utils import copy_config_to_registered_loggers
from aws_lambda_powertools.utilities.typing import LambdaContext

from switchboard.bootstrap.authorizer import build_authorizer
from switchboard.domain.keys import ApiKey

logger = Logger()
tracer = Tracer()
copy_config_to_registered_loggers(logger, include={"switchboard"})
authorize = build_authorizer()


class UnauthorizedError(Exception):
    """API Gateway answers 401 for exactly the message `Unauthorized`."""


@logger.inject_lambda_context
@tracer.capture_lambda_handler
def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """Entry point of a TOKEN authorizer; its answer is cached for 60 s.

    Raises:
        UnauthorizedError: no key, or an unknown or revoked one.
    """
    if event.get("warmup"):
        return {}
    key = authorize(str(event.get("authorizationToken") or ""))
    if key is None:
        raise UnauthorizedError("Unauthorized")
    return _policy(key, str(event["methodArn"]))


def _policy(key: ApiKey, method_arn: str) -> dict[str, Any]:
    """One answer for the whole stage, since it is cached per key and not per route."""
    stage = "/".join(method_arn.split("/")[:2])
    statement = {"Action": "execute-api:Invoke", "Effect": "Allow", "Resource": f"{stage}/*"}
    return {
        "principalId": key.id,
        "policyDocument": {"Version": "2012-10-17", "Statement": [statement]},
        "context": {
            "key_id": key.id,
            "organization_id": key.organization_id or "",
            "access": "write" if key.write else "read",
        },
    }
