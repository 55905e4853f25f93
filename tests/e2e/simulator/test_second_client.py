"""An unmodified client that nobody here wrote keeps working on the simulated page."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.e2e.simulator.browser import chromium, until
from tests.support.second_client import SecondClient
from tests.support.simulator import RunningSimulator

ACCOUNT, ALICE = "15550003333", "15551110000@c.us"


@pytest.fixture
def peer(simulator: RunningSimulator, tmp_path: Path) -> Iterator[SecondClient]:
    running = SecondClient(simulator, tmp_path, str(chromium()))
    yield running
    running.close()


async def event(peer: SecondClient, name: str) -> Any:
    return (await until(lambda: peer.values(name), f"{name} of the second client"))[0]


async def test_unmodified_whatsapp_web_js_goes_from_qr_to_logout(
    peer: SecondClient, simulator: RunningSimulator
) -> None:
    qr = await event(peer, "qr")
    assert simulator.ctl(op="scan", ref=qr, pn=ACCOUNT) == {"n": 1}
    await event(peer, "authenticated")
    assert await event(peer, "ready") == ACCOUNT

    simulator.ctl(op="msg", account=ACCOUNT, sender=ALICE, body="to the peer")
    message = await event(peer, "message")
    assert (message["from"], message["body"]) == (ALICE, "to the peer")

    peer.command(command="send", chat=ALICE, body="from the peer")
    await until(lambda: {1, 2, 3} <= {a["ack"] for a in peer.values("message_ack")}, "its acks")
    assert [m["body"] for m in simulator.ctl(op="sent", account=ACCOUNT)] == ["from the peer"]

    simulator.ctl(op="logout", account=ACCOUNT, reason="account_locked")
    assert await event(peer, "disconnected") == "LOGOUT"
