"""Start and stop MiniStack on loopback; refuse any other listener."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import psutil
import requests

from cloud import children

REGION = "eu-west-1"
READY_WITHIN_SECONDS = 60.0
LOOPBACK = ("127.0.0.1", "::1")


class EmulatorFailedError(RuntimeError):
    """MiniStack did not start, or listened where it must not."""


@dataclass(slots=True)
class Emulator:
    """One MiniStack process with scratch space of its own, removed with it."""

    executable: Path
    log: Path
    port: int = 0
    scratch: Path | None = None
    process: subprocess.Popen[bytes] | None = None

    @property
    def endpoint(self) -> str:
        """Base URL of every service."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start, wait until it answers, and check where it listens.

        Raises:
            EmulatorFailedError: it ended, did not answer in time, or listens beyond loopback.
        """
        self.port = self.port or free_port()
        self.scratch = Path(tempfile.mkdtemp(prefix="switchboard-cloud-"))
        with self.log.open("ab") as log:
            self.process = children.start(
                [str(self.executable)], self._environment(), log=log, cwd=self.scratch
            )
        try:
            self._wait()
            self._check_listeners()
        except EmulatorFailedError:
            self.stop()
            raise

    def stop(self) -> None:
        """End it and remove what it left on disk."""
        if self.process is not None:
            children.stop(self.process)
        if self.scratch is not None:
            shutil.rmtree(self.scratch, ignore_errors=True)

    def _environment(self) -> dict[str, str]:
        """Nothing of this process leaks in: a missing variable or package must show."""
        return {
            "PATH": os.defpath,
            "HOME": str(self.scratch),
            "TMPDIR": str(self.scratch),
            "BIND_HOST": "127.0.0.1",
            "GATEWAY_PORT": str(self.port),
            "EDGE_PORT": str(self.port),
            "IOT_MTLS_ENABLED": "0",
            "SFTP_ENABLED": "0",
            "LAMBDA_EXECUTOR": "local",
            "MINISTACK_REGION": REGION,
        }

    def _wait(self) -> None:
        deadline = time.monotonic() + READY_WITHIN_SECONDS
        while time.monotonic() < deadline:
            if self.process is None or self.process.poll() is not None:
                raise EmulatorFailedError(f"MiniStack ended at its start; see {self.log}")
            try:
                requests.get(f"{self.endpoint}/_ministack/health", timeout=2)
            except requests.RequestException:
                time.sleep(0.1)
            else:
                return
        raise EmulatorFailedError(f"MiniStack did not answer; see {self.log}")

    def _check_listeners(self) -> None:
        if self.process is None:
            return
        root = psutil.Process(self.process.pid)
        for process in (root, *root.children(recursive=True)):
            for connection in process.net_connections(kind="inet"):
                beyond = connection.laddr and connection.laddr.ip not in LOOPBACK
                if connection.status == psutil.CONN_LISTEN and beyond:
                    raise EmulatorFailedError(f"MiniStack listens on {connection.laddr.ip}")


def free_port() -> int:
    """A loopback port that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
