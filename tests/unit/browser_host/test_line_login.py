"""From QR to login and back: what is shown, and what each end of a login leads to."""

import asyncio
import hashlib
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from tests.support.builders import A, seconds
from tests.unit.browser_host.host import RunningHost, serving

from browser_host.whatsapp_web import WA_JS_SHA256, BrowserSettings, WhatsAppWebPages
from switchboard.domain.channel_events import QrExhausted, QrShown
from switchboard.domain.notice import NoticeKind
from switchboard.domain.session import Reason, SessionStatus, Wanted

FIRST, LATER = seconds(60), seconds(20)


def log_in(profile: Path) -> None:
    """What a browser leaves in a profile."""
    (profile / "Default").mkdir(parents=True)
    (profile / "Default/Preferences").write_text("linked")


async def test_a_qr_is_shown_with_its_end(host: RunningHost) -> None:
    await host.take(A, linked=False)
    session = host.session(A)
    assert (session.status, session.reason) == (SessionStatus.WAITING_QR, Reason.SCAN_QR)
    assert (session.qr_code, session.qr_number) == ("2@memory,qr", 1)
    assert session.qr_expires_at is not None
    assert timedelta() <= host.clock.now() + FIRST - session.qr_expires_at < seconds(1)


async def test_a_new_qr_replaces_the_one_before(host: RunningHost) -> None:
    await host.take(A, linked=False)
    await host.pass_(60)
    host.page(A).emit(QrShown("2@second", 2, LATER))
    shown_at = host.clock.now()
    await host.settle()
    session = host.session(A)
    assert (session.qr_code, session.qr_number) == ("2@second", 2)
    assert session.qr_expires_at == shown_at + LATER


async def test_a_scan_connects_and_takes_the_qr_away(host: RunningHost) -> None:
    await host.take(A, linked=False)
    host.page(A).scan()
    await host.settle()
    session = host.session(A)
    told = (session.status, session.qr_code, session.qr_expires_at)
    assert told == (SessionStatus.CONNECTED, None, None)
    assert session.account.phone == "15550009999"


async def test_when_nobody_scans_the_browser_is_closed(host: RunningHost) -> None:
    await host.take(A, linked=False)
    host.page(A).emit(QrExhausted())
    await host.pass_(600)
    session = host.session(A)
    assert not host.is_open(A)
    assert host.opened(A) == 1, "a person starts it again"
    assert (session.status, session.reason) == (SessionStatus.ERROR, Reason.QR_EXPIRED)
    assert (session.qr_code, session.wanted, session.owner) == (None, Wanted.STOPPED, None)
    assert host.operators.told == [], "the person who did not scan knows"


async def test_an_unscanned_qr_is_no_page_that_shows_nothing(host: RunningHost) -> None:
    await host.take(A, linked=False)
    await host.pass_(600)
    assert host.opened(A) == 1


@pytest.mark.parametrize(
    ("told", "reason", "kind"),
    [
        ("user_initiated", Reason.LOGGED_OUT, NoticeKind.LOGGED_OUT),
        ("account_locked", Reason.ACCOUNT_LOCKED, NoticeKind.SENDING_PAUSED),
        ("unexpected_logout", Reason.UNEXPECTED_LOGOUT, NoticeKind.SENDING_PAUSED),
    ],
)
async def test_a_logout_clears_the_profile_and_shows_a_new_qr(
    host: RunningHost, told: str, reason: Reason, kind: NoticeKind
) -> None:
    await host.take(A)
    profile = host.services.profiles / A
    log_in(profile)
    first = host.page(A)
    first.unlink(told)
    for _ in range(3):
        await host.settle()
    session = host.session(A)
    assert first.browser_pid is None
    assert not (profile / "Default").exists()
    assert host.opened(A) == 2
    assert session.status is SessionStatus.WAITING_QR
    assert session.last_error == told
    assert [(n.kind, n.code) for n in host.operators.told] == [(kind, reason)]
    assert session.pause_reason == (None if kind is NoticeKind.LOGGED_OUT else reason)


@pytest.mark.parametrize(("told", "kept"), [("web_fail_storage_initialization", 1), ("?", 0)])
async def test_a_page_that_cannot_read_its_profile_costs_no_stored_login(
    host: RunningHost, told: str, kept: int
) -> None:
    await host.take(A)
    log_in(host.services.profiles / A)
    await host.pass_(120)
    assert len(host.session(A).snapshots) == 1
    host.page(A).unlink(told)
    await host.pass_(3)
    assert len(host.session(A).snapshots) == kept
    assert host.opened(A) == 2


async def test_a_lost_page_keeps_its_profile(host: RunningHost) -> None:
    await host.take(A)
    profile = host.services.profiles / A
    log_in(profile)
    host.page(A).crash()
    await host.pass_(2)
    assert profile.exists()
    assert host.session(A).status is SessionStatus.CONNECTED


@pytest.mark.parametrize(("wanted", "kept"), [(Wanted.STOPPED, 1), (Wanted.DELETED, 0)])
async def test_a_stopped_line_keeps_its_login_in_a_snapshot_and_a_deleted_one_nowhere(
    host: RunningHost, wanted: Wanted, kept: int
) -> None:
    await host.take(A)
    profile = host.services.profiles / A
    log_in(profile)
    host.world.sessions.want(A, wanted, host.clock.now())
    host.world.wake_ups.wake(host.queue_url(A), A)
    await host.pass_(10)
    assert not host.is_open(A)
    assert host.session(A).status is SessionStatus.STOPPED
    assert not profile.exists(), "no readable login stays on disk"
    assert len(host.snapshots.stored) == len(host.session(A).snapshots) == kept


async def test_a_bundle_with_another_hash_fails_the_line_and_not_the_host(
    make_host: Callable[..., RunningHost], tmp_path: Path
) -> None:
    changed = tmp_path / "wa.js"
    changed.write_text("window.WPP = {};")
    settings = BrowserSettings(tmp_path / "chromium", changed)
    async with WhatsAppWebPages(settings, make_host().clock) as pages:
        host = make_host(opener=pages)
        async with serving(host) as process, asyncio.timeout(10):
            host.announce(A)
            while (session := host.session(A)).owner or not session.last_error:
                await asyncio.sleep(0)  # the file is read on a thread
            assert not process.done()
            assert host.world.hosts.read(host.services.host_id) is not None
    assert (session.status, session.reason) == (SessionStatus.ERROR, Reason.WA_JS_MISMATCH)
    assert f"expected wa-js 4.6.0 with SHA-256 {WA_JS_SHA256}" in session.last_error
    assert hashlib.sha256(changed.read_bytes()).hexdigest() in session.last_error
    assert session.wanted is Wanted.STOPPED, "no host tries it again until a person does"
