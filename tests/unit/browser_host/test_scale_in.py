"""A host that holds lines is protected from scale-in, and only as long as it does."""

from collections.abc import Callable

from tests.support.builders import A
from tests.unit.browser_host.host import RunningHost, serving

from browser_host.loops.protection import LASTING, RENEWED_EVERY
from switchboard.domain.session import Wanted


async def test_a_host_without_lines_may_be_stopped(host: RunningHost) -> None:
    await host.pass_(600)
    assert host.services.scale_in.calls == []


async def test_a_host_is_protected_while_it_holds_a_line(host: RunningHost) -> None:
    scale_in = host.services.scale_in
    await host.take(A)
    await host.pass_(5)
    for _ in range(90):
        await host.pass_(60)
        assert scale_in.protected
    assert len(scale_in.calls) <= 90 * 60 / RENEWED_EVERY.total_seconds() + 1
    host.world.sessions.want(A, Wanted.STOPPED, host.clock.now())
    await host.pass_(40)
    assert not scale_in.protected
    calls = len(scale_in.calls)
    await host.pass_(600)
    assert len(scale_in.calls) == calls


async def test_two_renewals_may_fail(host: RunningHost) -> None:
    scale_in = host.services.scale_in
    await host.take(A)
    await host.pass_(5)
    scale_in.down = True
    await host.pass_(LASTING.total_seconds() - RENEWED_EVERY.total_seconds())
    assert scale_in.protected
    scale_in.down = False
    await host.pass_(10)
    assert scale_in.until - host.clock.now() > LASTING * 0.9


async def test_a_drained_host_is_protected_no_longer(make_host: Callable[..., RunningHost]) -> None:
    host = make_host()
    async with serving(host) as process:
        await host.take(A)
        await host.pass_(5)
        host.stop.set()
        await host.pass_(2)
        assert process.done()
    assert host.services.scale_in.calls == ["protect", "allow"]


async def test_a_platform_that_does_not_answer_stops_nothing(
    make_host: Callable[..., RunningHost],
) -> None:
    host = make_host()
    host.services.scale_in.down = True
    async with serving(host) as process:
        await host.take(A)
        await host.pass_(60)
        assert host.is_open(A)
        host.stop.set()
        await host.pass_(2)
        assert process.done()
    assert process.exception() is None
