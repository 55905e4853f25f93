"""A table that is silent for a while: nothing waits for minutes after, nothing goes twice."""

import pytest
from tests.support.builders import A, ready
from tests.unit.browser_host.host import RunningHost

from switchboard.domain.message import MessageStatus

A_MOMENT = 15


def wake(host: RunningHost, number: int):
    entry = ready(host.world, number)
    host.world.wake_ups.wake(host.queue_url(A), A, entry.message_id)
    return entry


def wire(host: RunningHost) -> list[str]:
    return [message.wa_hex for message in host.pages.phone(A).wire]


def status(host: RunningHost, entry) -> MessageStatus:
    return host.world.messages.read(A, entry.message_id).status


async def test_a_hint_that_came_while_the_table_was_silent_is_followed_at_once(
    host: RunningHost,
) -> None:
    """Not five minutes later, with the next reload."""
    await host.take(A)
    host.wire.cut |= {"Outbox.read", "Outbox.load"}
    entry = wake(host, 1)
    await host.pass_(30)
    host.wire.cut.clear()
    await host.pass_(A_MOMENT)
    assert wire(host) == [entry.wa_hex]


@pytest.mark.parametrize("call", ["FinishOutbound.sent", "Outbox.claim", "RateGate.grant"])
async def test_a_write_that_failed_around_a_send_holds_nothing_up_and_doubles_nothing(
    host: RunningHost, call: str
) -> None:
    await host.take(A)
    host.wire.cut.add(call)
    first = wake(host, 1)
    await host.pass_(20)
    second = wake(host, 2)
    host.wire.cut.clear()
    await host.pass_(2 * A_MOMENT)
    assert wire(host) == [first.wa_hex, second.wa_hex]
    assert [status(host, each) for each in (first, second)] == [MessageStatus.SENT] * 2
    assert host.world.outbox.load(A) == []
