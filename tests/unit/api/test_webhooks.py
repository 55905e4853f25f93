"""Routes of web hooks over the memory adapters."""

import json
from typing import Any

import pytest
from tests.support.webhooks import OTHER_URL, REFUSED, URL, Workers, delivery, event
from tests.support.world import World
from tests.unit.api.api_client import ApiClient
from tests.unit.api.conftest import OTHER, SHOP

from switchboard.domain.delivery import delivery_of
from switchboard.domain.events import Known
from switchboard.domain.receiver import Policy, Receiver, Retries
from switchboard.domain.session import Account

SECRET, TOKEN = "an hmac key", "Bearer of a token"
FULL = {
    "url": URL,
    "events": ["message", "session.status"],
    "hmac": {"key": SECRET},
    "retries": {"policy": "linear", "delaySeconds": 3, "attempts": 7},
    "customHeaders": [{"name": "Authorization", "value": TOKEN}],
}


def put(api: ApiClient, *webhooks: dict[str, Any], name: str = SHOP) -> Any:
    return api.call("PUT", f"/api/{name}/webhooks", {"webhooks": list(webhooks)})


def test_receivers_are_set_and_read_without_their_secrets(api: ApiClient, world: World) -> None:
    assert api.call("GET", f"/api/{SHOP}/webhooks").body == {"webhooks": []}
    answer = put(api, FULL)
    assert answer.status == 200, answer.body
    assert answer.body == api.call("GET", f"/api/{SHOP}/webhooks").body
    (shown,) = answer.body["webhooks"]
    assert shown["hmac"] == {"key": None, "set": True}
    assert shown["customHeaders"] == [{"name": "Authorization", "value": None}]
    assert shown["retries"] == FULL["retries"]
    assert SECRET not in json.dumps(answer.body)
    assert TOKEN not in json.dumps(answer.body)
    (stored,) = world.receivers.read(SHOP)
    assert (stored.hmac_key, stored.headers) == (SECRET, (("Authorization", TOKEN),))
    assert SECRET not in repr(stored)
    assert TOKEN not in repr(stored)


def test_what_was_read_can_be_put_back_and_keeps_the_secrets(api: ApiClient, world: World) -> None:
    put(api, FULL)
    (shown,) = api.call("GET", f"/api/{SHOP}/webhooks").body["webhooks"]
    back = {name: value for name, value in shown.items() if name != "id"}
    back["hmac"] = {"key": None}
    assert put(api, back).status == 200
    (stored,) = world.receivers.read(SHOP)
    assert (stored.hmac_key, stored.headers) == (SECRET, (("Authorization", TOKEN),))
    put(api, {**FULL, "hmac": {"key": ""}, "customHeaders": []})
    (stored,) = world.receivers.read(SHOP)
    assert (stored.hmac_key, stored.headers) == (None, ())


def test_a_new_url_takes_no_other_receivers_secret(api: ApiClient, world: World) -> None:
    put(api, FULL)
    put(api, {"url": OTHER_URL})
    assert list(world.receivers.read(SHOP)) == [Receiver(OTHER_URL)]
    answer = put(api, {"url": URL, "customHeaders": [{"name": "Authorization"}]})
    assert (answer.status, answer.body["field"]) == (422, "webhooks[0].customHeaders[0].value")


def test_wahas_session_config_sets_them(api: ApiClient, world: World) -> None:
    made = api.call("POST", "/api/sessions", {"name": "new", "config": {"webhooks": [FULL]}})
    shown = {
        **FULL,
        "hmac": {"key": None},
        "customHeaders": [{"name": "Authorization", "value": ""}],
    }
    assert made.body["config"]["webhooks"] == [shown]
    (listed,) = [one for one in api.call("GET", "/api/sessions").body if one["name"] == "new"]
    assert listed["config"] == api.call("GET", "/api/sessions/new").body["config"]
    assert listed["config"]["webhooks"] == [shown]
    assert api.call("GET", f"/api/sessions/{SHOP}").body["config"]["webhooks"] == []
    assert made.status == 201, made.body
    (stored,) = world.receivers.read("new")
    assert stored.retries == Retries(Policy.LINEAR, stored.retries.delay, 7)
    changed = {"config": {"webhooks": [{"url": OTHER_URL, "events": ["*"]}]}}
    assert api.call("PUT", "/api/sessions/new", changed).status == 200
    assert [one.url for one in world.receivers.read("new")] == [OTHER_URL]
    assert api.call("PUT", "/api/sessions/new", {"config": {"metadata": {}}}).status == 200
    assert [one.url for one in world.receivers.read("new")] == [OTHER_URL], "absent stays"
    assert api.call("PUT", "/api/sessions/new", {"config": {"webhooks": []}}).status == 200
    assert list(world.receivers.read("new")) == []


def test_a_bad_receiver_makes_no_session(api: ApiClient, world: World) -> None:
    inside = "https://inside.example/"
    world.door.inside.add(inside)
    for url in ("http://receiver.example/", inside):
        config = {"webhooks": [{"url": url, "events": ["*"]}]}
        answer = api.call("POST", "/api/sessions", {"name": "bad", "config": config})
        assert (answer.status, answer.body["field"]) == (422, "config.webhooks[0].url")
    assert world.sessions.read("bad") is None


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"url": "https://" + "10.0.0.1/"}, "webhooks[0].url"),
        ({"url": "https://169.254.169.254/latest"}, "webhooks[0].url"),
        ({"url": "https://localhost/"}, "webhooks[0].url"),
        ({"url": "http://receiver.example/"}, "webhooks[0].url"),
        ({"url": 5}, "webhooks[0].url"),
        ({"url": None}, "webhooks[0].url"),
        ({"events": ["massage"]}, "webhooks[0].events[0]"),
        ({"retries": {"attempts": 0}}, "webhooks[0].retries.attempts"),
        ({"retries": {"policy": "never"}}, "webhooks[0].retries.policy"),
        ({"retries": {"delaySeconds": 3601}}, "webhooks[0].retries.delaySeconds"),
        ({"hmac": {"key": 5}}, "webhooks[0].hmac.key"),
        (
            {"customHeaders": [{"name": "X", "value": "a\r\nb"}]},
            "webhooks[0].customHeaders[0].value",
        ),
        ({"customHeaders": [{"name": "Host", "value": "a"}]}, "webhooks[0].customHeaders[0].name"),
        ({"colour": "red"}, "webhooks[0].colour"),
    ],
)
def test_what_is_wrong_is_named(api: ApiClient, change: dict[str, Any], field: str) -> None:
    answer = put(api, {**FULL, **change})
    assert (answer.status, answer.body["field"]) == (422, field), answer.body


@pytest.mark.parametrize(
    "url", ["https://R.example/hook", "https://r.example:443/hook", "HTTPS://r.example./hook"]
)
def test_one_place_written_in_two_ways_is_given_twice(api: ApiClient, url: str) -> None:
    both = {"webhooks": [{"url": "https://r.example/hook"}, {"url": url}]}
    answer = api.call("PUT", "/api/shop/webhooks", both)
    assert (answer.status, answer.body["field"]) == (422, "webhooks[1].url")


def test_a_place_keeps_its_secrets_however_it_is_written(api: ApiClient, world: World) -> None:
    first = {"url": "https://r.example", "hmac": {"key": "secret"}}
    assert api.call("PUT", "/api/shop/webhooks", {"webhooks": [first]}).status == 200
    again = {"webhooks": [{"url": "https://R.example:443/"}]}
    assert api.call("PUT", "/api/shop/webhooks", again).status == 200
    (kept,) = world.receivers.read(SHOP)
    assert kept.hmac_key == "secret"


def test_a_url_is_given_once_and_ten_are_enough(api: ApiClient) -> None:
    answer = put(api, FULL, FULL)
    assert (answer.status, answer.body["field"]) == (422, "webhooks[1].url")
    many = [{"url": f"https://receiver.example/{number}"} for number in range(11)]
    answer = put(api, *many)
    assert (answer.status, answer.body["field"]) == (422, "webhooks")


def test_a_name_that_leads_inside_is_refused(api: ApiClient, world: World) -> None:
    world.door.inside.add(OTHER_URL)
    answer = put(api, FULL, {"url": OTHER_URL})
    assert (answer.status, answer.body["field"]) == (422, "webhooks[1].url")
    assert list(world.receivers.read(SHOP)) == []


def given_up(world: World) -> str:
    """One delivery that was tried once and is dead."""
    receiver = Receiver(URL, retries=Retries(attempts=1))
    world.receivers.replace(SHOP, [receiver, Receiver(OTHER_URL)])
    workers = Workers(world)
    workers.door.answers = lambda _: REFUSED
    made = delivery_of(event(world, organization=SHOP), Known(Account()), receiver, "1")
    workers.deliver(made)
    return made.id


def test_the_log_tells_attempts_and_the_dead(api: ApiClient, world: World) -> None:
    name = given_up(world)
    (attempt,) = api.call("GET", f"/api/{SHOP}/webhooks/deliveries").body
    assert (attempt["id"], attempt["url"], attempt["attempt"]) == (name, URL, 1)
    assert (attempt["status"], attempt["error"], attempt["outcome"]) == (500, "refused", "dead")
    assert attempt["durationMs"] == 30
    receiver = Receiver(OTHER_URL).id
    path = f"/api/{SHOP}/webhooks/deliveries"
    assert api.call("GET", path, query={"receiver": receiver}).body == []
    assert len(api.call("GET", path, query={"receiver": Receiver(URL).id}).body) == 1
    (dead,) = api.call("GET", path, query={"state": "dead"}).body
    assert (dead["id"], dead["error"], dead["durationMs"]) == (name, "refused", None)
    assert api.call("GET", path, query={"state": "lost"}).status == 422
    assert api.call("GET", path, query={"cursor": "x", "state": "dead"}).status == 422
    assert api.call("GET", f"/api/{OTHER}/webhooks/deliveries").body == []


def test_a_dead_delivery_is_redriven_under_its_event_id(api: ApiClient, world: World) -> None:
    name = given_up(world)
    path = f"/api/{SHOP}/webhooks/deliveries/{name}/redrive"
    answer = api.call("POST", path)
    assert (answer.status, answer.body["id"]) == (202, name)
    waiting = world.delivery_queue.receive()
    assert (waiting.delivery.id, waiting.delivery.attempts) == (name, 0)
    assert waiting.delivery.event_id == answer.body["eventId"]
    assert api.call("POST", path).status == 404, "it is dead no more"
    dead = api.call("GET", f"/api/{SHOP}/webhooks/deliveries", query={"state": "dead"})
    assert dead.body == []


def test_a_redrive_needs_its_delivery_and_its_receiver(api: ApiClient, world: World) -> None:
    name = given_up(world)
    path = f"/api/{SHOP}/webhooks/deliveries"
    assert api.call("POST", f"{path}/dlv_{'0' * 26}/redrive").status == 404
    assert api.call("POST", f"{path}/nonsense/redrive").status == 422
    assert api.call("POST", f"/api/{OTHER}/webhooks/deliveries/{name}/redrive").status == 404
    world.receivers.replace(SHOP, [])
    assert api.call("POST", f"{path}/{name}/redrive").status == 409


def test_a_test_goes_to_every_receiver(api: ApiClient, world: World) -> None:
    assert api.call("POST", f"/api/{SHOP}/webhooks/test").status == 409
    put(api, FULL, {"url": OTHER_URL, "events": ["message"]})
    answer = api.call("POST", f"/api/{SHOP}/webhooks/test")
    assert answer.status == 202
    assert len({one["eventId"] for one in answer.body}) == 1
    workers = Workers(world)
    while (waiting := world.delivery_queue.receive()) is not None:
        workers.deliver(waiting.delivery)
        world.delivery_queue.done(waiting)
    assert [posted.url for posted in workers.door.posted] == [URL, OTHER_URL]
    assert workers.door.posted[0].headers["Authorization"] == TOKEN
    assert json.loads(workers.door.posted[0].body)["event"] == "webhook.test"


def test_strangers_and_readers_change_nothing(world: World, api: ApiClient) -> None:
    put(api, FULL)
    reader = ApiClient(world, SHOP, "read")
    assert reader.call("GET", f"/api/{SHOP}/webhooks").status == 200
    assert put(reader, FULL).status == 403
    assert reader.call("POST", f"/api/{SHOP}/webhooks/test").status == 403
    stranger = ApiClient(world, OTHER)
    for method, path in (
        ("GET", "webhooks"),
        ("GET", "webhooks/deliveries"),
        ("POST", "webhooks/test"),
        ("POST", f"webhooks/deliveries/dlv_{'0' * 26}/redrive"),
    ):
        assert stranger.call(method, f"/api/{SHOP}/{path}").status == 404
    assert put(stranger, FULL).status == 404
    assert delivery(world).id.startswith("dlv_")


def test_a_sessions_config_that_was_read_can_be_put_back(api: ApiClient, world: World) -> None:
    put(api, FULL)
    (before,) = world.receivers.read(SHOP)
    config = api.call("GET", f"/api/sessions/{SHOP}").body["config"]
    answer = api.call("PUT", f"/api/sessions/{SHOP}", {"config": config})
    assert (answer.status, answer.body["config"]) == (200, config)
    assert world.receivers.read(SHOP) == (before,), "its secrets too"
