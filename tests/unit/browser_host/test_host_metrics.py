"""What a host counts while it works."""

from datetime import timedelta

from tests.support.builders import A, B, ready
from tests.unit.browser_host.host import RunningHost

from browser_host.loops.gauges import EVERY
from switchboard.adapters.memory.metrics import Datum
from switchboard.adapters.memory.phone import Fault
from switchboard.domain.metric import Metric


def last(host: RunningHost, metric: Metric) -> float:
    return next(datum.value for datum in reversed(host.metrics.noted) if datum.metric is metric)


async def a_minute(host: RunningHost) -> None:
    await host.pass_(EVERY.total_seconds())


async def test_what_a_host_holds_is_told_each_minute(host: RunningHost) -> None:
    assert (last(host, Metric.LINES_HELD), last(host, Metric.HOST_LOAD)) == (0, 0)
    await host.take(A, B)
    host.page(B).set_socket("TIMEOUT")
    await a_minute(host)
    assert last(host, Metric.LINES_HELD) == 2
    assert last(host, Metric.LINES_CONNECTED) == 1
    assert last(host, Metric.HOST_LOAD) == 25


async def test_an_outbox_that_must_wait_grows_old(host: RunningHost) -> None:
    await host.take(A)
    now = host.clock.now()
    host.world.sessions.pause(A, now + timedelta(minutes=10), "by_user", now)
    entry = ready(host.world, 1)
    host.world.wake_ups.wake(host.queue_url(A), A, entry.message_id)
    await a_minute(host)
    await a_minute(host)
    assert last(host, Metric.OUTBOX_WAITING) == 1
    assert 60 <= last(host, Metric.OUTBOX_OLDEST_AGE) <= 120
    assert host.metrics.total(Metric.GRANTS_REFUSED, "paused") > 0
    await host.pass_(600)
    assert last(host, Metric.OUTBOX_WAITING) == 0
    assert last(host, Metric.DELIVERY_TIME) >= 480_000


async def test_a_lost_page_is_counted_by_its_reason(host: RunningHost) -> None:
    await host.take(A)
    host.page(A).crash()
    await host.pass_(2)
    assert Datum(Metric.CONNECTION_ERRORS, 1, A, "page_crashed") in host.metrics.noted
    assert host.metrics.total(Metric.RECONNECTS) == 1
    assert host.metrics.total(Metric.STATE_CHANGES, "DISCONNECTED") == 1
    assert host.metrics.total(Metric.STATE_CHANGES, "CONNECTED") == 2
    assert host.metrics.total(Metric.RECONNECTS_EXHAUSTED) == 0


async def test_a_line_given_up_is_counted_and_told(host: RunningHost) -> None:
    await host.take(A)
    for _ in range(6):
        host.page(A).crash()
        await host.pass_(30)
    assert host.metrics.total(Metric.RECONNECTS_EXHAUSTED) == 1
    assert host.metrics.total(Metric.OPERATOR_NOTICES, "line_failed") == 1


async def test_a_lost_socket_is_a_connection_error(host: RunningHost) -> None:
    await host.take(A)
    host.page(A).set_socket("TIMEOUT")
    await host.settle()
    assert host.metrics.total(Metric.CONNECTION_ERRORS, "socket_lost") == 1


async def test_sends_are_counted_and_timed(host: RunningHost) -> None:
    ready(host.world, 1)
    await host.take(A)
    await host.pass_(30)
    assert host.metrics.total(Metric.MESSAGES_SENT) == 1
    assert {Metric.SEND_TIME, Metric.DELIVERY_TIME} <= {d.metric for d in host.metrics.noted}


async def test_a_refused_send_and_one_that_may_have_left_are_told_apart(host: RunningHost) -> None:
    phone = host.pages.phone(A)
    phone.fault, phone.faults_left = Fault.REJECT, 1
    ready(host.world, 1)
    await host.take(A)
    await host.pass_(60)
    assert host.metrics.total(Metric.SEND_FAILURES) == 1
    phone.fault, phone.faults_left = Fault.CRASH_BEFORE_HAND_OVER, 1
    entry = ready(host.world, 2)
    host.world.wake_ups.wake(host.queue_url(A), A, entry.message_id)
    await host.pass_(60)
    assert host.metrics.total(Metric.SENDS_UNKNOWN) == 1


async def test_a_heartbeat_that_the_table_did_not_take_is_counted(host: RunningHost) -> None:
    host.wire.cut.add("HostRegistry.beat")
    await host.pass_(11)
    assert host.metrics.total(Metric.HEARTBEATS_FAILED) == 2
