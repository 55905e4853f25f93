"""The authorizer function itself, with its own wiring, on moto: keys in, policies out."""

import importlib.util
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from tests.support.world import World, world

from switchboard.bootstrap.identifiers import new_id, new_secret
from switchboard.domain.ids import OrganizationId
from switchboard.domain.keys import ApiKey, key_hash

SOURCE = Path(__file__).parents[3] / "functions/authorizer/app.py"
ARN = "arn:aws:execute-api:eu-west-1:000000000000:api/dev/GET/api/sessions"
CONTEXT = SimpleNamespace(
    function_name="authorizer",
    memory_limit_in_mb=512,
    invoked_function_arn="arn:aws:lambda:eu-west-1:000000000000:function:authorizer",
    aws_request_id="request",
)


@pytest.fixture
def table() -> Iterator[World]:
    with world("dynamodb") as made:
        yield made


@pytest.fixture
def judge(table: World, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], dict[str, Any]]:
    monkeypatch.setenv("TABLE_NAME", "switchboard-test")
    monkeypatch.setenv("POWERTOOLS_TRACE_DISABLED", "1")
    monkeypatch.setenv("METRICS_NAMESPACE", "Switchboard/test")
    spec = importlib.util.spec_from_file_location("authorizer_app", SOURCE)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    event = {"type": "TOKEN", "methodArn": ARN}
    return lambda secret: module.handler({**event, "authorizationToken": secret}, CONTEXT)


def stored(table: World, organization: OrganizationId | None, *, write: bool) -> tuple[str, ApiKey]:
    secret = new_secret()
    key = ApiKey(new_id(), organization, write, table.clock.now())
    table.keys.put(key_hash(secret), key)
    return secret, key


@pytest.mark.parametrize(
    "said",
    [
        {"organization_id": "", "access": "write"},
        {"organization_id": "shop", "access": "write"},
        {"organization_id": "shop", "access": "read"},
    ],
)
def test_a_key_is_judged_by_its_hash(
    table: World,
    judge: Callable[[str], dict[str, Any]],
    said: dict[str, str],
) -> None:
    organization = OrganizationId(said["organization_id"]) if said["organization_id"] else None
    secret, key = stored(table, organization, write=said["access"] == "write")
    answer = judge(secret)
    assert answer["context"] == {**said, "key_id": key.id}
    assert answer["principalId"] == key.id
    assert secret not in str(answer)
    assert key_hash(secret) not in str(answer)


def test_the_answer_holds_for_the_whole_stage_since_it_is_cached_by_key(
    table: World, judge: Callable[[str], dict[str, Any]]
) -> None:
    secret, _ = stored(table, None, write=True)
    (statement,) = judge(secret)["policyDocument"]["Statement"]
    assert statement["Effect"] == "Allow"
    assert statement["Resource"] == "arn:aws:execute-api:eu-west-1:000000000000:api/dev/*"


def test_unknown_empty_long_and_revoked_keys_are_refused(
    table: World, judge: Callable[[str], dict[str, Any]]
) -> None:
    secret, key = stored(table, None, write=True)
    table.keys.revoke(None, key.id, table.clock.now())
    for wrong in ("", "sb_unknown", "x" * 10_000, secret, secret + " ", "☃", key_hash(secret)):
        with pytest.raises(Exception, match=r"^Unauthorized$"):  # the word that makes it a 401
            judge(wrong)


def test_the_gateway_caches_the_answer_for_a_minute_at_most() -> None:
    definition = (SOURCE.parents[2] / "infra/api/openapi.yaml").read_text(encoding="utf8")
    (seconds,) = set(re.findall(r'"authorizerResultTtlInSeconds": (\d+)', definition))
    assert int(seconds) <= 60
