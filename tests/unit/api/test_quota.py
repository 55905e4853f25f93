"""What is left of the limits, over the API."""

from tests.support.builders import owned_line
from tests.support.world import World
from tests.unit.api.api_client import ApiClient
from tests.unit.api.conftest import SHOP

from switchboard.domain.rate_limit import Limits
from switchboard.ports.rate_gate import Granted


def minute(api: ApiClient) -> dict[str, object]:
    return dict(api.call("GET", "/api/shop/quota").body[0])


def grant(world: World, count: int, limits: Limits) -> None:
    lease = owned_line(world, SHOP)
    world.sessions.set_limits(SHOP, limits, world.clock.now())
    for _ in range(count):
        assert isinstance(world.gate.grant(lease, world.clock.now(), urgent=True), Granted)


def test_an_unused_quota_has_room_now(world: World, api: ApiClient) -> None:
    windows = api.call("GET", "/api/shop/quota").body
    assert [(w["window"], w["seconds"], w["limit"], w["left"], w["reserved"]) for w in windows] == [
        ("minute", 60, 20, 20, 2),
        ("hour", 3600, 200, 200, 20),
        ("day", 86400, 1000, 1000, 100),
    ]
    assert {w["roomAt"] for w in windows} == {"2026-01-01T00:00:00.000Z"}


def test_room_for_normal_messages_ends_before_that_for_urgent_ones(
    world: World, api: ApiClient
) -> None:
    grant(world, 18, Limits())
    state = minute(api)
    assert (state["used"], state["left"]) == (18, 2)
    assert state["urgentRoomAt"] == "2026-01-01T00:00:00.000Z"
    assert state["roomAt"] == "2026-01-01T00:01:08.000Z", "bucket, window and guard"


def test_a_limit_below_what_was_sent_leaves_nothing_and_says_when(
    world: World, api: ApiClient
) -> None:
    grant(world, 5, Limits())
    world.sessions.set_limits(SHOP, Limits(per_minute=2), world.clock.now())
    state = minute(api)
    assert (state["limit"], state["used"], state["left"]) == (2, 5, 0)
    assert state["urgentRoomAt"] == "2026-01-01T00:01:08.000Z"


def test_a_limit_of_zero_has_no_time_for_room(world: World, api: ApiClient) -> None:
    grant(world, 0, Limits(per_minute=0))
    state = minute(api)
    assert (state["limit"], state["left"], state["roomAt"], state["urgentRoomAt"]) == (
        0,
        0,
        None,
        None,
    )


def test_a_strangers_quota_is_not_found(api: ApiClient) -> None:
    assert api.call("GET", "/api/nobody/quota").status == 404
