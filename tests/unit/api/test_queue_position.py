"""A queued message tells where it stands."""

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.support.world import World
from tests.unit.api.api_client import ApiClient
from tests.unit.api.conftest import SHOP

from switchboard.domain.message import MessageStatus


def queued(api: ApiClient, number: int, **more: object) -> str:
    body = {"session": SHOP, "chatId": f"1555000990{number}@c.us", "text": "hello", **more}
    return str(api.call("POST", "/api/messages", body).body["id"])


def position(api: ApiClient, message: str) -> int | None:
    return api.call("GET", f"/api/messages/{message}", query={"session": SHOP}).body[
        "queuePosition"
    ]


def test_messages_stand_in_sending_order_and_urgent_ones_first(
    world: World, api: ApiClient
) -> None:
    waiting = [queued(api, number) for number in range(3)]
    urgent = queued(api, 3, priority="urgent")
    world.advance(seconds=6)
    assert [position(api, one) for one in (urgent, *waiting)] == [1, 2, 3, 4]


def test_what_is_sent_or_cancelled_has_no_position(world: World, api: ApiClient) -> None:
    sent, gone = queued(api, 0), queued(api, 1)
    world.messages.advance(world.messages.read(SHOP, sent), MessageStatus.SENT, world.clock.now())
    api.call("DELETE", f"/api/messages/{gone}", query={"session": SHOP})
    assert [position(api, one) for one in (sent, gone)] == [None, None]


@pytest.fixture
def loads(world: World, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Whose outbox was loaded, each time."""
    loads: list[str] = []
    load = type(world.outbox).load

    def counted(outbox: object, organization: str) -> object:
        loads.append(organization)
        return load(outbox, organization)

    monkeypatch.setattr(type(world.outbox), "load", counted)
    return loads


def test_asking_for_each_message_that_is_added_loads_the_outbox_once(
    api: ApiClient, loads: list[str]
) -> None:
    assert [position(api, queued(api, number)) for number in range(9)] == list(range(1, 10))
    assert len(loads) == 1


def test_asking_for_many_messages_loads_the_outbox_once(
    world: World, api: ApiClient, loads: list[str]
) -> None:
    waiting = [queued(api, number) for number in range(9)]
    assert [position(api, one) for one in waiting] == list(range(1, 10))
    assert len(loads) == 1
    world.clock.advance(timedelta(seconds=6))
    position(api, waiting[0])
    assert len(loads) == 2


def test_a_position_needs_an_entry(world: World, api: ApiClient) -> None:
    one = queued(api, 0)
    entry = world.outbox.read(SHOP, one)
    assert world.outbox.remove(replace(entry, claim_epoch=None))
    assert position(api, one) is None
