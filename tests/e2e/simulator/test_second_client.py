"""An unmodified client that nobody here wrote keeps working on the simulated page."""

import json
import shutil
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.e2e.simulator.browser import chromium, until
from tests.support.simulator import REPOSITORY, RunningSimulator

PEER = REPOSITORY / "tests/e2e/peer"
ACCOUNT, ALICE = "15550003333", "15551110000@c.us"


class Peer:
    """whatsapp-web.js in a node process."""

    def __init__(self, simulator: RunningSimulator, profile: Path) -> None:
        node = shutil.which("node")
        assert node, "node is needed for the second client"
        options = {
            "profile": str(profile),
            "chromium": chromium(),
            "args": [*simulator.chromium_args(), "--no-sandbox"],
        }
        self._child = subprocess.Popen(
            [node, "client.cjs", json.dumps(options)],
            cwd=PEER,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.events: list[dict[str, Any]] = []
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        assert self._child.stdout is not None
        self.events += (json.loads(line) for line in self._child.stdout)

    def command(self, **fields: Any) -> None:
        assert self._child.stdin is not None
        self._child.stdin.write(json.dumps(fields) + "\n")
        self._child.stdin.flush()

    def values(self, event: str) -> list[Any]:
        assert not [e for e in self.events if e["event"] == "failed"]
        return [e["value"] for e in self.events if e["event"] == event]

    async def event(self, event: str) -> Any:
        return (await until(lambda: self.values(event), f"{event} of the second client"))[0]

    def close(self) -> None:
        self.command(command="close")
        try:
            self._child.wait(10)
        finally:
            self._child.kill()
            self._reader.join(10)


@pytest.fixture
def peer(simulator: RunningSimulator, tmp_path: Path) -> Iterator[Peer]:
    if not (PEER / "node_modules/whatsapp-web.js").exists():
        pytest.fail("whatsapp-web.js is missing: run `npm ci` in tests/e2e/peer")
    running = Peer(simulator, tmp_path)
    yield running
    running.close()


async def test_unmodified_whatsapp_web_js_goes_from_qr_to_logout(
    peer: Peer, simulator: RunningSimulator
) -> None:
    qr = await peer.event("qr")
    assert simulator.ctl(op="scan", ref=qr, pn=ACCOUNT) == {"n": 1}
    await peer.event("authenticated")
    assert await peer.event("ready") == ACCOUNT

    simulator.ctl(op="msg", account=ACCOUNT, sender=ALICE, body="to the peer")
    message = await peer.event("message")
    assert (message["from"], message["body"]) == (ALICE, "to the peer")

    peer.command(command="send", chat=ALICE, body="from the peer")
    await until(lambda: {1, 2, 3} <= {a["ack"] for a in peer.values("message_ack")}, "its acks")
    assert [m["body"] for m in simulator.ctl(op="sent", account=ACCOUNT)] == ["from the peer"]

    simulator.ctl(op="logout", account=ACCOUNT, reason="account_locked")
    assert await peer.event("disconnected") == "LOGOUT"
