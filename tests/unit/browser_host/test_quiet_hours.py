"""Quiet hours on a running line: what is held costs nothing, and goes as soon as it may."""

from dataclasses import replace
from datetime import time, timedelta

import pytest
from tests.support.builders import CHAT, OTHER_CHAT, A, message_seen, seconds
from tests.unit.browser_host.host import RunningHost
from tests.unit.browser_host.test_host_metrics import last
from tests.unit.browser_host.test_line_delivery import sent, status

from browser_host.loops.delivery import RELOAD_EVERY
from switchboard.application.accept_outbound import AcceptRequest
from switchboard.domain.ids import ChatId, MessageId
from switchboard.domain.inbound import InboundEvent
from switchboard.domain.message import MessageStatus, Source
from switchboard.domain.metric import Metric
from switchboard.domain.organization import Settings
from switchboard.domain.outbox import Priority
from switchboard.domain.quiet_hours import QuietHours

NIGHT = QuietHours(time(23), time(0, 30), "UTC")
"""The clock of these tests starts at midnight; a short night takes them little time."""
NIGHT_SECONDS = 1_800
A_LOAD_LATER = (RELOAD_EVERY * 1.2 + seconds(10)).total_seconds()
JUDGING = ("MessageStore.read", "Inbox.contact_at", "HoldProactive")


def set_hours(host: RunningHost, hours: QuietHours | None) -> None:
    host.world.organizations.set_settings(A, Settings(quiet_hours=hours))


def ask(host: RunningHost, text: str, chat: ChatId = CHAT, **more: object) -> MessageId:
    message = host.world.accept(AcceptRequest(A, chat, text, **more)).message
    host.world.dispatch(A, message.id)
    return message.id


async def a_night(host: RunningHost) -> None:
    await host.take(A)
    set_hours(host, NIGHT)


async def test_what_is_held_is_judged_once_and_goes_in_the_morning(host: RunningHost) -> None:
    await a_night(host)
    for number in range(12):
        ask(host, f"offer {number}", ChatId(f"1555000{number:04d}@c.us"))
    await host.pass_(60)
    judged = {name: host.wire.calls[name] for name in JUDGING}
    assert judged["HoldProactive"] == 12
    await host.pass_(NIGHT_SECONDS - 120)
    assert sent(host) == []
    assert {name: host.wire.calls[name] for name in JUDGING} == judged
    assert last(host, Metric.OUTBOX_OLDEST_AGE) == 0, "none of them could have been sent"
    loads = host.wire.calls["Outbox.load"]
    assert 3 < host.wire.calls["HoldProactive.until"] <= loads < 9, "one a line and load"
    await host.pass_(180)
    assert len(sent(host)) == 12


@pytest.mark.parametrize(
    "hours", [None, replace(NIGHT, end=time(0, 10)), replace(NIGHT, zone="Asia/Tokyo")]
)
async def test_hours_that_a_person_shortens_let_go_at_the_next_load(
    host: RunningHost, hours: QuietHours | None
) -> None:
    await a_night(host)
    ask(host, "offer")
    await host.pass_(660)
    assert sent(host) == []
    set_hours(host, hours)
    await host.pass_(A_LOAD_LATER)
    assert sent(host) == ["offer"]


async def test_hours_that_a_person_lengthens_hold_longer(host: RunningHost) -> None:
    await a_night(host)
    ask(host, "offer")
    await host.pass_(60)
    set_hours(host, replace(NIGHT, end=time(0, 45)))
    await host.pass_(NIGHT_SECONDS)
    assert sent(host) == []
    await host.pass_(900)
    assert sent(host) == ["offer"]


async def test_what_a_person_writes_goes_and_overtakes_what_is_held(host: RunningHost) -> None:
    await a_night(host)
    ask(host, "offer")
    ask(host, "urgent offer", priority=Priority.URGENT)
    await host.pass_(A_LOAD_LATER)
    ask(host, "by hand", source=Source.CONSOLE)
    await host.pass_(30)
    assert sent(host) == ["by hand"]
    await host.pass_(NIGHT_SECONDS)
    assert sent(host) == ["by hand", "offer", "urgent offer"]


async def next_load(host: RunningHost) -> None:
    loads = host.wire.calls["Outbox.load"]
    while host.wire.calls["Outbox.load"] == loads:
        await host.pass_(1)


async def test_what_is_held_goes_once_the_contact_writes(host: RunningHost) -> None:
    """What was heard just before a load is stored just after it, by another process."""
    await a_night(host)
    ask(host, "offer")
    ask(host, "other offer", OTHER_CHAT)
    await host.pass_(60)
    judged = host.wire.calls["HoldProactive"]
    seen = message_seen(host.clock.now())
    host.page(A).hear(seen)
    await next_load(host)
    await host.pass_(5)
    host.world.receive(InboundEvent(A, 1, seen))
    await next_load(host)
    await host.pass_(10)
    assert sent(host) == ["offer"]
    await host.pass_(A_LOAD_LATER)
    assert host.wire.calls["HoldProactive"] - judged == 2, "nobody else's is judged again"


async def test_what_expires_while_it_is_held_ends_then(host: RunningHost) -> None:
    await a_night(host)
    offer = ask(host, "offer", expires_at=host.clock.now() + timedelta(minutes=20))
    await host.pass_(19 * 60)
    assert status(host, offer) is MessageStatus.QUEUED
    await host.pass_(120)
    assert status(host, offer) is MessageStatus.EXPIRED


@pytest.mark.parametrize(
    "jump", [timedelta(hours=-24), timedelta(minutes=-5), timedelta(minutes=5)]
)
async def test_a_clock_that_jumps_and_comes_back_changes_nothing(
    host: RunningHost, jump: timedelta
) -> None:
    await a_night(host)
    ask(host, "offer")
    await host.pass_(60)
    host.clock.start += jump
    await host.pass_(A_LOAD_LATER)
    host.clock.start -= jump
    await host.pass_(NIGHT_SECONDS - A_LOAD_LATER - 180)
    assert sent(host) == []
    await host.pass_(240)
    assert sent(host) == ["offer"]


async def test_a_clock_that_jumps_past_the_end_lets_go_at_the_next_load(host: RunningHost) -> None:
    await a_night(host)
    ask(host, "offer")
    await host.pass_(60)
    host.clock.start += timedelta(hours=8)
    await host.pass_(A_LOAD_LATER)
    assert sent(host) == ["offer"]


async def test_one_that_was_taken_back_is_forgotten(host: RunningHost) -> None:
    await a_night(host)
    offer = ask(host, "offer")
    await host.pass_(60)
    host.world.outbox.remove(host.world.outbox.read(A, offer))
    await host.pass_(A_LOAD_LATER)
    looks = host.wire.calls["HoldProactive.until"]
    await host.pass_(2 * A_LOAD_LATER)
    assert host.wire.calls["HoldProactive.until"] == looks, "nothing held, nothing asked"
