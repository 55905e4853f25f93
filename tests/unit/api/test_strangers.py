"""Another organization's key, and keys that may only read: nothing is revealed, nothing changes."""

import pytest
from tests.support.world import World
from tests.unit.api.api_client import ApiClient
from tests.unit.api.conftest import OTHER, SHOP
from tests.unit.api.contract_walk import CHAT, Call, calls

PRIVATE = [call for call in calls() if not call.public]
OF_A_SESSION = [call for call in PRIVATE if call.names_a_session]
FOR_ADMINISTRATORS = {"POST /api/sessions"}


@pytest.fixture
def filled(api: ApiClient) -> ApiClient:
    """The other organization has something of everything."""
    body = {"session": OTHER, "chatId": CHAT, "text": "secret"}
    assert api.call("POST", "/api/messages", body).status == 202
    entry = {"phrasings": ["secret?"], "answer": "secret"}
    assert api.call("PUT", f"/api/{OTHER}/knowledge/hours", entry).status == 200
    return api


def called(client: ApiClient, call: Call, session: str) -> tuple[int, object]:
    answer = client.call(
        call.method, call.path(session), call.sent(session), query=call.queried(session)
    )
    return answer.status, answer.body


def test_every_route_is_walked() -> None:
    others = {str(call) for call in PRIVATE} - {str(call) for call in OF_A_SESSION}
    assert others == {"GET /api/sessions", *FOR_ADMINISTRATORS}


@pytest.mark.parametrize("call", OF_A_SESSION, ids=str)
def test_another_organizations_resource_looks_like_a_missing_one(
    filled: ApiClient, world: World, call: Call
) -> None:
    mine = ApiClient(world, SHOP)
    theirs, missing = called(mine, call, OTHER), called(mine, call, "nobody")
    assert theirs[0] == 404
    assert theirs == missing
    assert "secret" not in str(theirs)


@pytest.mark.parametrize("call", OF_A_SESSION, ids=str)
def test_what_is_wrong_with_a_body_tells_a_stranger_no_more(
    filled: ApiClient, world: World, call: Call
) -> None:
    mine = ApiClient(world, SHOP)
    if call.body is None:
        return
    for session in (OTHER, "nobody"):
        body = {"colour": "red", **({"session": session} if "session" in call.body else {})}
        answer = mine.call(call.method, call.path(session), body, query=call.queried(session))
        assert answer.status == 404


def test_an_organizations_key_lists_its_own_line_only(filled: ApiClient, world: World) -> None:
    mine = ApiClient(world, SHOP)
    assert [each["name"] for each in mine.call("GET", "/api/sessions").body] == [SHOP]


@pytest.mark.parametrize("route", FOR_ADMINISTRATORS)
def test_administrators_routes_refuse_an_organizations_key(
    filled: ApiClient, world: World, route: str
) -> None:
    call = next(call for call in PRIVATE if str(call) == route)
    for client in (ApiClient(world, SHOP), ApiClient(world, SHOP, access="read")):
        assert called(client, call, SHOP)[0] == 403
    mine = ApiClient(world, SHOP)
    for method, path in (("GET", "/api/keys"), ("POST", "/api/keys"), ("DELETE", "/api/keys/k1")):
        assert mine.call(method, path, {}).status == 403


@pytest.mark.parametrize("call", [c for c in PRIVATE if c.method != "GET"], ids=str)
def test_a_key_that_may_read_changes_nothing(filled: ApiClient, world: World, call: Call) -> None:
    reader = ApiClient(world, SHOP, access="read")
    status, body = called(reader, call, SHOP)
    assert (status, body["code"]) == (403, "forbidden")


@pytest.mark.parametrize("call", PRIVATE, ids=str)
def test_an_administrators_right_request_is_not_refused(filled: ApiClient, call: Call) -> None:
    """The walk above would prove nothing with requests that are wrong in themselves."""
    status, body = called(filled, call, OTHER)
    assert status in (200, 201, 202, 204, 404, 409), body
    if status == 404:
        assert body["message"] != "session not found"
