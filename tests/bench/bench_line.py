"""One line beside whatsapp-web.js, the same steps on the same simulator and Chromium.

Both keep one browser with one profile: link by QR, hear, send, end, open again from the profile.
"""

import asyncio
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil
from tests.bench.figures import figure
from tests.integration.whatsapp_web.followed_page import (
    CUSTOMER,
    NUMBER,
    executable,
    opened,
    settings,
)
from tests.support.second_client import SecondClient
from tests.support.simulator import RunningSimulator

from browser_host.whatsapp_web import WhatsAppWebPages
from switchboard.adapters.clock import SystemClock
from switchboard.domain.channel_events import MessageSeen, QrShown, Ready

ROUNDS = 40
LONGEST_WAIT_SECONDS = 30.0
MEBIBYTE = 2**20


@dataclass
class Measured:
    """Milliseconds, but for the memory."""

    qr_to_ready: float = 0.0
    inbound: list[float] = field(default_factory=list)
    send_to_ack: list[float] = field(default_factory=list)
    memory_mib: float = 0.0
    reopen_to_ready: float = 0.0


async def main() -> None:
    """Print both and the ratios: below 1 is better than the peer."""
    ours, peer = await _on_a_simulator(_ours), await _on_a_simulator(_peers)
    for name in ("qr_to_ready", "inbound", "send_to_ack", "memory_mib", "reopen_to_ready"):
        mine, theirs = _middle(getattr(ours, name)), _middle(getattr(peer, name))
        unit = "MiB" if name == "memory_mib" else "ms"
        figure(f"line_{name}", mine, unit)
        figure(f"line_{name}_whatsapp_web_js", theirs, unit)
        figure(f"line_{name}_to_whatsapp_web_js", mine / theirs, "ratio")


async def _on_a_simulator(
    measure: Callable[[RunningSimulator, Path], Awaitable[Measured]],
) -> Measured:
    with RunningSimulator() as simulator, tempfile.TemporaryDirectory() as folder:
        return await measure(simulator, Path(folder) / "profile")


async def _ours(simulator: RunningSimulator, profile: Path) -> Measured:
    measured = Measured()
    async with WhatsAppWebPages(settings(simulator), SystemClock()) as pages:
        async with opened(pages, simulator, profile) as line:
            await line.until(QrShown)
            began = time.monotonic()
            await line.link()
            measured.qr_to_ready = _since(began)
            for number in range(1, ROUNDS + 1):
                began = time.monotonic()
                line.hear(f"message {number}")
                await line.until(MessageSeen, count=number)
                measured.inbound.append(_since(began))
            for number in range(1, ROUNDS + 1):
                began = time.monotonic()
                await line.send(number, f"reply {number}")
                measured.send_to_ack.append(_since(began))
            measured.memory_mib = _browser_memory(profile)
        began = time.monotonic()
        async with opened(pages, simulator, profile) as line:
            await line.until(Ready)
            measured.reopen_to_ready = _since(began)
    return measured


async def _peers(simulator: RunningSimulator, profile: Path) -> Measured:
    measured = Measured()
    async with _second(simulator, profile) as peer:
        qr = (await _told(peer, "qr"))["value"]
        began = time.monotonic()
        simulator.ctl(op="scan", ref=qr, pn=NUMBER)
        measured.qr_to_ready = _between(began, await _told(peer, "ready"))
        for number in range(1, ROUNDS + 1):
            began = time.monotonic()
            simulator.ctl(op="msg", account=NUMBER, sender=str(CUSTOMER), body=f"message {number}")
            measured.inbound.append(_between(began, await _told(peer, "message", number)))
        for number in range(1, ROUNDS + 1):
            began = time.monotonic()
            peer.command(command="send", chat=str(CUSTOMER), body=f"reply {number}")
            measured.send_to_ack.append(_between(began, await _acknowledged(peer, number)))
        measured.memory_mib = _browser_memory(profile)
    began = time.monotonic()
    async with _second(simulator, profile) as peer:
        measured.reopen_to_ready = _between(began, await _told(peer, "ready"))
    return measured


@asynccontextmanager
async def _second(simulator: RunningSimulator, profile: Path) -> AsyncIterator[SecondClient]:
    peer = SecondClient(simulator, profile, str(executable()))
    try:
        yield peer
    finally:
        await asyncio.to_thread(peer.close)


async def _told(peer: SecondClient, event: str, count: int = 1) -> dict[str, float]:
    async with asyncio.timeout(LONGEST_WAIT_SECONDS):
        while len(peer.told(event)) < count:
            await asyncio.sleep(0.001)
    return peer.told(event)[count - 1]


async def _acknowledged(peer: SecondClient, count: int) -> dict[str, float]:
    """The event at which so many messages have the server's tick."""
    async with asyncio.timeout(LONGEST_WAIT_SECONDS):
        while len(first := _first_acks(peer)) < count:
            await asyncio.sleep(0.001)
    return first[count - 1]


def _first_acks(peer: SecondClient) -> list[dict[str, float]]:
    first: dict[str, dict[str, float]] = {}
    for ack in peer.told("message_ack"):
        first.setdefault(ack["value"]["id"], ack)
    return list(first.values())


def _browser_memory(profile: Path) -> float:
    """Proportional set size of the profile's browser with its children, without its driver, MiB."""
    pids = set()
    for process in psutil.process_iter(["cmdline"]):
        if f"--user-data-dir={profile}" in " ".join(process.info["cmdline"] or []):
            pids |= {process.pid, *(child.pid for child in process.children(recursive=True))}
    return sum(psutil.Process(pid).memory_full_info().pss for pid in pids) / MEBIBYTE


def _since(began: float) -> float:
    return (time.monotonic() - began) * 1000


def _between(began: float, event: dict[str, float]) -> float:
    return (event["at"] - began) * 1000


def _middle(value: float | list[float]) -> float:
    return statistics.median(value) if isinstance(value, list) else value


if __name__ == "__main__":
    asyncio.run(main())
