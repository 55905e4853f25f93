"""whatsapp-web.js, unmodified, in a node process: the client that nobody here wrote."""

import json
import shutil
import subprocess
import threading
import time
from pathlib import Path
from typing import Any

from tests.support.simulator import REPOSITORY, RunningSimulator

FOLDER = REPOSITORY / "tests/support/peer"
CLOSES_WITHIN_SECONDS = 10.0


class SecondClient:
    """Started on construction; `close` ends it with its browser.

    Attributes:
        events: What it told, each with `event`, `value` and `at`, in monotonic seconds.
    """

    def __init__(self, simulator: RunningSimulator, profile: Path, chromium: str) -> None:
        node = shutil.which("node")
        assert node, "node is needed for the second client"
        options = {
            "profile": str(profile),
            "chromium": chromium,
            "args": [*simulator.chromium_args(), "--no-sandbox"],
        }
        self._child = subprocess.Popen(
            [node, "client.cjs", json.dumps(options)],
            cwd=FOLDER,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.events: list[dict[str, Any]] = []
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        assert self._child.stdout is not None
        for line in self._child.stdout:
            self.events.append({**json.loads(line), "at": time.monotonic()})

    def command(self, **fields: Any) -> None:
        """Sends one command; `client.cjs` names them."""
        assert self._child.stdin is not None
        self._child.stdin.write(json.dumps(fields) + "\n")
        self._child.stdin.flush()

    def told(self, event: str) -> list[dict[str, Any]]:
        """All of one kind so far; a failure it told is an assertion error."""
        assert not [e for e in self.events if e["event"] == "failed"]
        return [e for e in self.events if e["event"] == event]

    def values(self, event: str) -> list[Any]:
        """What all of one kind carried."""
        return [e["value"] for e in self.told(event)]

    def close(self) -> None:
        """Ends it."""
        self.command(command="close")
        try:
            self._child.wait(CLOSES_WITHIN_SECONDS)
        finally:
            self._child.kill()
            self._reader.join(CLOSES_WITHIN_SECONDS)
