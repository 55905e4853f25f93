from datetime import timedelta
from pathlib import Path

import pytest
from tests.integration.whatsapp_web.followed_page import NUMBER, linked, opened, settings
from tests.support.simulator import RunningSimulator

from browser_host.whatsapp_web import WhatsAppWebPages
from switchboard.adapters.clock import SystemClock
from switchboard.domain.channel_events import (
    LoginEnded,
    Paired,
    QrExhausted,
    QrShown,
    Ready,
    Restricted,
    SocketChanged,
)
from switchboard.domain.errors import LineDown, SendRejected
from switchboard.domain.session import Account


async def test_a_scan_pairs_and_makes_the_line_ready(
    simulator: RunningSimulator, profile: Path
) -> None:
    async with linked(simulator, profile) as line:
        kinds = [type(e) for e in line.events if not isinstance(e, SocketChanged)]
        shown, ready = line.of(QrShown)[0], line.of(Ready)[0]
    assert kinds == [QrShown, Paired, Ready]
    assert (shown.number, shown.lifetime) == (1, timedelta(seconds=60))
    assert ready.account == Account(NUMBER, "111110005551@lid", "Sim")
    assert ready.wa_js_version == "4.6.0"
    assert ready.web_version.startswith("2.3000.")


async def test_the_same_profile_resumes_without_a_qr(
    simulator: RunningSimulator, profile: Path
) -> None:
    async with linked(simulator, profile):
        pass
    async with (
        WhatsAppWebPages(settings(simulator), SystemClock()) as pages,
        opened(pages, simulator, profile) as line,
    ):
        await line.until(Ready)
        assert not line.of(QrShown)
        assert not line.of(Paired)


async def test_a_pairing_code_links_too(simulator: RunningSimulator, profile: Path) -> None:
    async with (
        WhatsAppWebPages(settings(simulator), SystemClock()) as pages,
        opened(pages, simulator, profile) as line,
    ):
        await line.until(QrShown)
        code = await line.page.request_pairing_code("+1 555 000 1111")
        assert len(code) == 8
        simulator.ctl(op="scan", code=code)
        await line.until(Ready)
        assert line.of(Paired)
        with pytest.raises(SendRejected):
            await line.page.request_pairing_code(NUMBER)


async def test_the_seventh_code_is_not_shown(profile: Path) -> None:
    with RunningSimulator(refTtlSeconds=0.2) as simulator:
        async with (
            WhatsAppWebPages(settings(simulator), SystemClock()) as pages,
            opened(pages, simulator, profile) as line,
        ):
            await line.until(QrExhausted)
            shown = [(qr.number, qr.lifetime.seconds) for qr in line.of(QrShown)]
    assert shown == [(1, 60), *((number, 20) for number in range(2, 7))]
    assert len(line.of(QrExhausted)) == 1


async def test_a_page_that_goes_idle_has_no_more_codes(profile: Path) -> None:
    with RunningSimulator(refTtlSeconds=0.5, idleAfterRefs=2) as simulator:
        async with (
            WhatsAppWebPages(settings(simulator), SystemClock()) as pages,
            opened(pages, simulator, profile) as line,
        ):
            await line.until(QrExhausted)


async def test_our_own_logout_ends_the_login_once(
    simulator: RunningSimulator, profile: Path
) -> None:
    async with linked(simulator, profile) as line:
        await line.page.logout()
        ended = await line.until(LoginEnded)
        await line.until(QrShown, count=2)  # the page has reloaded
        assert len(line.of(LoginEnded)) == 1
    assert ended.reason == "user_initiated"


async def test_a_logout_on_the_phone_tells_its_reason(
    simulator: RunningSimulator, profile: Path
) -> None:
    async with linked(simulator, profile) as line:
        simulator.ctl(op="logout", account=NUMBER, reason="account_locked")
        ended = await line.until(LoginEnded)
    assert ended.reason == "account_locked"


async def test_a_login_that_ended_while_away_is_told_on_resume(
    simulator: RunningSimulator, profile: Path
) -> None:
    async with linked(simulator, profile):
        pass
    simulator.ctl(op="logout", account=NUMBER)
    async with (
        WhatsAppWebPages(settings(simulator), SystemClock()) as pages,
        opened(pages, simulator, profile) as line,
    ):
        assert (await line.until(LoginEnded)).reason == "unknown_companion"
        await line.until(QrShown)
        assert not line.of(Ready)


async def test_a_temporary_ban_restricts_with_its_end(
    simulator: RunningSimulator, profile: Path
) -> None:
    async with linked(simulator, profile) as line:
        info = {"code": 101, "expireTs": 1_800_000_000}
        simulator.ctl(op="frame", t="temp_ban", info=info)
        banned = await line.until(Restricted)
    assert (banned.kind, banned.code) == ("temporary_ban", "101")
    assert banned.expires_at is not None
    assert banned.expires_at.timestamp() == 1_800_000_000


@pytest.mark.parametrize(
    ("mode", "kind"),
    [("TOS_BLOCK", "terms_blocked"), ("PROXYBLOCK", "proxy_blocked")],
)
async def test_a_blocked_stream_restricts(
    simulator: RunningSimulator, profile: Path, mode: str, kind: str
) -> None:
    async with linked(simulator, profile) as line:
        simulator.ctl(op="frame", t="mode", mode=mode)
        assert (await line.until(Restricted)).kind == kind
        await line.until(SocketChanged, lambda changed: changed.state == mode)


async def test_a_second_page_on_the_device_is_a_conflict(
    simulator: RunningSimulator, profile: Path
) -> None:
    async with linked(simulator, profile) as line:
        simulator.ctl(op="frame", t="conflict")
        await line.until(SocketChanged, lambda changed: changed.state == "CONFLICT")
        with pytest.raises(LineDown):
            await line.send(1, "not now")
