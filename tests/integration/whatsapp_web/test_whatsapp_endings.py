import asyncio
import contextlib
import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest
from tests.integration.whatsapp_web.followed_page import executable, linked, opened, settings
from tests.integration.whatsapp_web.living import (
    browser_members,
    command_line,
    members,
    naming,
    parent,
    seconds_until,
)
from tests.support.simulator import WA_JS, RunningSimulator

from browser_host.whatsapp_web import WA_JS_SHA256, WhatsAppWebPages
from browser_host.whatsapp_web.chromium import browser_pid
from switchboard.adapters.clock import SystemClock
from switchboard.domain.channel_events import PageGone, QrShown, Ready
from switchboard.domain.errors import (
    DependencyUnavailable,
    LineDown,
    PageChanged,
    PageNeverReady,
    SendOutcomeUnknown,
)
from switchboard.domain.ids import OrganizationId

ORGANIZATION = OrganizationId("org")


async def test_a_bundle_with_another_hash_is_refused_before_launch(
    simulator: RunningSimulator, profile: Path, tmp_path: Path
) -> None:
    changed = tmp_path / "wa.js"
    changed.write_text("window.WPP = {};")
    async with WhatsAppWebPages(settings(simulator, wa_js_path=changed), SystemClock()) as pages:
        with pytest.raises(PageChanged) as refused:
            await pages.open(ORGANIZATION, profile)
    assert f"expected wa-js 4.6.0 with SHA-256 {WA_JS_SHA256}" in str(refused.value)
    found = hashlib.sha256(changed.read_bytes()).hexdigest()
    assert f"found SHA-256 {found}" in str(refused.value)
    assert not profile.exists()


async def test_a_page_without_its_modules_has_changed(profile: Path) -> None:
    with RunningSimulator(hide=["WAWebStreamModel"]) as simulator:
        async with WhatsAppWebPages(
            settings(simulator, start_within=timedelta(seconds=12)), SystemClock()
        ) as pages:
            began = time.monotonic()
            with pytest.raises(PageChanged, match="Stream"):
                await pages.open(ORGANIZATION, profile)
            assert time.monotonic() - began < 15
    assert not naming(profile)


async def test_a_page_without_messages_modules_is_gone_instead_of_ready(profile: Path) -> None:
    with RunningSimulator(hide=["WAWebMsgKey"]) as simulator:
        async with (
            WhatsAppWebPages(settings(simulator), SystemClock()) as pages,
            opened(pages, simulator, profile) as line,
        ):
            shown = await line.until(QrShown)
            simulator.ctl(op="scan", ref=shown.raw)
            gone = await line.until(PageGone)
    assert "MsgKey" in gone.cause
    assert not line.of(Ready)


async def test_a_page_that_does_not_load_is_never_ready(
    simulator: RunningSimulator, profile: Path
) -> None:
    nowhere = ("--host-resolver-rules=MAP * ~NOTFOUND",)
    async with WhatsAppWebPages(settings(simulator, extra_args=nowhere), SystemClock()) as pages:
        with pytest.raises(PageNeverReady):
            await pages.open(ORGANIZATION, profile)
    assert not naming(profile)


async def test_a_page_that_starts_too_slowly_is_never_ready(profile: Path) -> None:
    with RunningSimulator(chunkDelayMs=60_000) as simulator:
        async with WhatsAppWebPages(
            settings(simulator, start_within=timedelta(seconds=1)), SystemClock()
        ) as pages:
            with pytest.raises(PageNeverReady, match=r"within 1 s|did not start"):
                await pages.open(ORGANIZATION, profile)
    assert not naming(profile)


async def test_a_browser_that_does_not_start_is_never_ready(
    simulator: RunningSimulator, profile: Path
) -> None:
    broken = settings(simulator, executable=Path("/nonexistent/chromium"))
    async with WhatsAppWebPages(broken, SystemClock()) as pages:
        with pytest.raises(PageNeverReady):
            await pages.open(ORGANIZATION, profile)


async def test_close_leaves_no_process_and_may_be_repeated(
    simulator: RunningSimulator, profile: Path
) -> None:
    async with linked(simulator, profile) as line:
        assert line.page.browser_pid == browser_pid(profile)
        await asyncio.gather(line.page.close(), line.page.close())
        assert not naming(profile)
        await line.page.close()
        await line.ended.wait()
        assert line.page.browser_pid is None
        assert not line.of(PageGone), "the host closed it itself"
        with pytest.raises(LineDown):
            await line.send(1, "closed")


async def test_a_killed_browser_is_gone_once(simulator: RunningSimulator, profile: Path) -> None:
    async with linked(simulator, profile) as line:
        pid = line.page.browser_pid
        assert pid
        began = time.monotonic()
        os.kill(pid, signal.SIGKILL)
        await line.until(PageGone)
        assert time.monotonic() - began < 1
        await line.ended.wait()
        assert len(line.of(PageGone)) == 1
        assert line.page.browser_pid is None
        with pytest.raises(LineDown):
            await line.send(1, "gone")
        with pytest.raises(DependencyUnavailable):
            await line.page.probe(within=timedelta(seconds=1))
        await line.page.close()
        assert not naming(profile)


async def test_a_browser_killed_during_a_send_leaves_its_outcome_unknown(profile: Path) -> None:
    with RunningSimulator(ackDelays={"sent": 20.0}) as simulator:
        async with linked(simulator, profile) as line, asyncio.TaskGroup() as group:
            sending = group.create_task(_outcome(line.send(1, "in the air")))
            while not simulator.ctl(op="sent"):
                await asyncio.sleep(0.05)
            os.kill(line.page.browser_pid or 0, signal.SIGKILL)
            assert isinstance(await sending, SendOutcomeUnknown)


async def _outcome(sending: object) -> object:
    try:
        return await sending  # type: ignore[misc]
    except SendOutcomeUnknown as error:
        return error


async def test_a_frozen_browser_is_gone_and_still_closed(
    simulator: RunningSimulator, profile: Path
) -> None:
    quick = {
        "reconcile_every": timedelta(seconds=0.2),
        "answer_within": timedelta(seconds=0.3),
        "close_within": timedelta(seconds=1),
    }
    async with linked(simulator, profile, **quick) as line:
        pid = line.page.browser_pid
        assert pid
        os.kill(pid, signal.SIGSTOP)
        with pytest.raises(DependencyUnavailable):
            await line.page.probe(within=timedelta(seconds=0.3))
        assert (await line.until(PageGone)).cause == "frozen"
        await line.page.close()
    assert not naming(profile)


async def test_a_crashed_renderer_is_gone_once(simulator: RunningSimulator, profile: Path) -> None:
    async with linked(simulator, profile) as line:
        [renderer] = [
            pid for pid, text in browser_members(profile).items() if "--type=renderer" in text
        ]
        os.kill(renderer, signal.SIGKILL)
        await line.until(PageGone)
        await line.page.close()
        assert len(line.of(PageGone)) == 1
    assert not naming(profile)


async def test_one_profile_has_one_browser(simulator: RunningSimulator, profile: Path) -> None:
    async with (
        WhatsAppWebPages(settings(simulator), SystemClock()) as pages,
        opened(pages, simulator, profile) as line,
    ):
        with pytest.raises(PageNeverReady, match="holds the profile"):
            await pages.open(ORGANIZATION, profile)
        assert await line.page.probe(within=timedelta(seconds=5)) == "UNPAIRED"


async def test_a_leftover_browser_is_ended_before_the_launch(
    simulator: RunningSimulator, profile: Path
) -> None:
    async with WhatsAppWebPages(settings(simulator), SystemClock()) as pages:
        first = await pages.open(ORGANIZATION, profile)
        pid = first.browser_pid
        first._browser.lock.release()  # type: ignore[attr-defined] # as if its host had died
        async with opened(pages, simulator, profile) as line:
            assert line.page.browser_pid != pid
            await line.until(QrShown)


async def test_a_lost_driver_is_replaced(simulator: RunningSimulator, profile: Path) -> None:
    async with WhatsAppWebPages(settings(simulator), SystemClock()) as pages:
        async with opened(pages, simulator, profile) as line:
            await line.until(QrShown)
            driver = _driver_of(line.page.browser_pid or 0)
            os.kill(driver, signal.SIGKILL)
            await line.until(PageGone)
        assert not naming(profile)
        async with opened(pages, simulator, profile) as again:
            await again.until(QrShown)


def _driver_of(browser: int) -> int:
    """The driver that started the browser, past Debian's start script."""
    ancestor = parent(browser)
    return ancestor if "node" in command_line(ancestor) else parent(ancestor)


@pytest.mark.parametrize("killed", ["host", "host and driver", "host beside a driver that hangs"])
def test_a_killed_host_leaves_no_browser(
    simulator: RunningSimulator, profile: Path, killed: str
) -> None:
    arguments = [executable(), WA_JS, profile, json.dumps(simulator.chromium_args())]
    command = [sys.executable, Path(__file__).with_name("host_to_kill.py"), *arguments]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE) as host:
        assert host.stdout
        browser = json.loads(host.stdout.readline())["browser"]
        group, driver = os.getpgid(browser), _driver_of(browser)
        if killed == "host and driver":
            os.kill(driver, signal.SIGKILL)
        if killed == "host beside a driver that hangs":
            os.kill(driver, signal.SIGSTOP)
        host.kill()
    lasted = seconds_until(lambda: not members(group), at_most=2.0)
    print(f"the browser outlived its host by {lasted:.2f} s")
    with contextlib.suppress(ProcessLookupError):
        os.kill(driver, signal.SIGCONT)
    seconds_until(lambda: not command_line(driver), at_most=2.0)
    assert not naming(profile)
