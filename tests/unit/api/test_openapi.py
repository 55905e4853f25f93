"""The document: made of the code, valid, the gateway's too, served to anybody."""

import json
import re
import sys
from pathlib import Path

import pytest
from openapi_spec_validator import validate
from tests.unit.api.api_client import ApiClient, routes
from tests.unit.api.contract_walk import Call, calls, spec

ROOT = Path(__file__).parents[3]


def test_the_document_is_valid_openapi_3_1() -> None:
    validate(spec())
    assert spec()["openapi"].startswith("3.1")


def test_every_route_stands_in_it_with_a_summary_and_an_id_of_its_own() -> None:
    assert {(call.method, call.route) for call in calls()} == set(routes())
    assert all(call.operation["summary"] for call in calls())
    ids = [call.operation["operationId"] for call in calls()]
    assert len(set(ids)) == len(ids)


def test_the_gateways_definition_has_the_same_routes_and_asks_the_same_for_a_key() -> None:
    sys.path.insert(0, str(ROOT / "infra/api"))
    import generate

    definition = json.loads(generate.text())
    theirs = {
        (method.upper(), route): "security" in operation
        for route, methods in definition["paths"].items()
        for method, operation in methods.items()
    }
    assert theirs == {(call.method, call.route): not call.public for call in calls()}


def test_only_pages_health_and_the_document_answer_without_a_key() -> None:
    public = {call.route for call in calls() if call.public}
    assert public == {
        "/health",
        "/ping",
        "/api/openapi.json",
        "/console/{file}",
        "/reference/{file}",
    }


def test_it_is_served_without_a_key(api: ApiClient) -> None:
    api.authorized = False
    answer = api.call("GET", "/api/openapi.json")
    assert (answer.status, answer.headers["content-type"]) == (200, "application/json")
    assert answer.body == spec()


@pytest.mark.parametrize("file", ["index.html", "reference.js", "reference.css"])
def test_the_page_that_shows_it_asks_nobody_else(api: ApiClient, file: str) -> None:
    answer = api.call("GET", f"/reference/{file}")
    assert answer.status == 200
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert not re.search(r"https?://", answer.body)
    assert not re.search(r"<script>|<style>| on[a-z]+=|innerHTML", answer.body)


@pytest.mark.parametrize("call", [c for c in calls() if not c.public], ids=str)
def test_without_a_judged_key_nothing_answers(api: ApiClient, call: Call) -> None:
    api.authorized = False
    answer = api.call(call.method, call.path("shop"), call.body, query=call.query)
    assert (answer.status, answer.body["code"]) == (401, "unauthorized")
    assert answer.body.keys() == {"code", "message", "requestId"}
