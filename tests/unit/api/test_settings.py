"""An organization's settings: what is given changes, the rest stays, what is wrong is named."""

import pytest
from tests.support.world import World
from tests.unit.api.api_client import ApiClient
from tests.unit.api.conftest import SHOP

DEFAULTS = {
    "limits": {"perMinute": 20, "perHour": 200, "perDay": 1_000},
    "agent": "knowledge",
    "handOffText": "Thank you, a colleague will answer you shortly.",
    "groups": False,
    "onUnknown": "resend",
    "instructions": "",
    "dailyBudgetMicros": 1_000_000,
    "quietHours": None,
    "metadata": {},
}
CHANGES = {
    "limits": {"perMinute": 3},
    "agent": "off",
    "handOffText": "",
    "groups": True,
    "onUnknown": "unconfirmed",
    "instructions": "Be brief.",
    "dailyBudgetMicros": 0,
    "quietHours": {"start": "21:00", "end": "08:00", "timeZone": "Asia/Bishkek"},
    "metadata": {"user.id": "7"},
}


def test_settings_start_with_the_defaults(api: ApiClient) -> None:
    settings = api.call("GET", "/api/shop/settings").body
    assert DEFAULTS.items() <= settings.items()


@pytest.mark.parametrize("name", CHANGES)
def test_one_setting_changes_and_the_others_stay(api: ApiClient, name: str) -> None:
    before = api.call("GET", "/api/shop/settings").body
    answer = api.call("PUT", "/api/shop/settings", {name: CHANGES[name]})
    changed = before | {name: CHANGES[name]}
    changed["limits"] = before["limits"] | changed["limits"]
    assert (answer.status, answer.body) == (200, changed)
    assert api.call("GET", "/api/shop/settings").body == changed
    assert api.call("GET", "/api/other/settings").body == before


@pytest.mark.parametrize(
    ("metadata", "field"),
    [
        ("text", "metadata"),
        ({"a": 7}, "metadata.a"),
        ({"a": "x" * 501}, "metadata.a"),
        ({str(number): "" for number in range(21)}, "metadata"),
    ],
)
def test_metadata_is_a_few_short_texts(api: ApiClient, metadata: object, field: str) -> None:
    answer = api.call("PUT", "/api/shop/settings", {"metadata": metadata})
    assert (answer.status, answer.body["field"]) == (422, field)


def test_quiet_hours_are_switched_off_by_an_empty_object(api: ApiClient) -> None:
    api.call("PUT", "/api/shop/settings", {"quietHours": CHANGES["quietHours"]})
    answer = api.call("PUT", "/api/shop/settings", {"quietHours": {}})
    assert answer.body["quietHours"] is None


def test_a_line_shows_the_same_settings_as_its_config(api: ApiClient) -> None:
    api.call("PUT", "/api/sessions/shop", {"config": CHANGES})
    settings = api.call("GET", "/api/shop/settings").body
    assert settings["agent"] == "off"
    config = api.call("GET", "/api/sessions/shop").body["config"]
    assert config == {**settings, "webhooks": []}, "and who is told of its events"


def test_new_limits_wake_the_owner(api: ApiClient, world: World) -> None:
    from switchboard.domain.ids import HostId

    world.sessions.acquire(SHOP, HostId("host"), "queue", world.clock.now())
    api.call("PUT", "/api/shop/settings", {"limits": {"perDay": 5}})
    assert world.sessions.read(SHOP).limits.per_day == 5
    assert world.wake_ups.sent


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"limits": {"perMinute": -1}}, "limits.perMinute"),
        ({"limits": {"perMinute": 1.5}}, "limits.perMinute"),
        ({"limits": {"perWeek": 1}}, "limits.perWeek"),
        ({"limits": 5}, "limits"),
        ({"agent": "robot"}, "agent"),
        ({"groups": "yes"}, "groups"),
        ({"handOffText": "x" * 1_001}, "handOffText"),
        ({"handOffText": "\ud800"}, "handOffText"),
        ({"onUnknown": None, "colour": 1}, "colour"),
        ({"instructions": "x" * 4_001}, "instructions"),
        ({"dailyBudgetMicros": -1}, "dailyBudgetMicros"),
        ({"quietHours": {"start": "21:00", "end": "08:00"}}, "quietHours.timeZone"),
        ({"quietHours": {"start": "9pm", "end": "08:00", "timeZone": "UTC"}}, "quietHours.start"),
        ({"quietHours": {"from": "21:00"}}, "quietHours.from"),
    ],
)
def test_a_wrong_setting_is_named_and_changes_nothing(
    api: ApiClient, body: dict[str, object], field: str
) -> None:
    before = api.call("GET", "/api/shop/settings").body
    answer = api.call("PUT", "/api/shop/settings", {"groups": True, **body})
    assert (answer.status, answer.body["field"]) == (422, field), answer.body
    assert api.call("GET", "/api/shop/settings").body == before
