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
WARM_FOR_SECONDS = 7 * 24 * 3600
"""Its default of 300 s would let a quiet afternoon end in a cold start."""
SCRATCH_PREFIX = "switchboard-cloud-"
LOOPBACK = ("127.0.0.1", "::1")


class EmulatorFailedError(RuntimeError):
    """MiniStack did not start, or listened where it must not."""


@dataclass(slots=True)
class Emulator:
    """One MiniStack process with scratch space of its own, removed with it."""

    executable: Path
    log: Path
    port: int = 0
    keeps_state: bool = False
    """Write everything down when stopped, so that `restart` finds it again."""
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
        _remove_leftovers()
        self.scratch = Path(tempfile.mkdtemp(prefix=f"{SCRATCH_PREFIX}{os.getpid()}-"))
        self._launch()

    def restart(self) -> None:
        """Stop and start on the same port; what it knew stays only with `keeps_state`.

        Raises:
            EmulatorFailedError: as for `start`.
        """
        if self.process is not None:
            children.stop(self.process)
        self._launch()

    def _launch(self) -> None:
        with self.log.open("ab") as log:
            self.process = children.start(
                [str(self.executable)], self._environment(), log=log, cwd=self.scratch
            )
        try:
            self._wait()
            self.check_listeners()
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
            "STATE_DIR": f"{self.scratch}/state",
            "S3_DATA_DIR": f"{self.scratch}/s3",
            "BIND_HOST": "127.0.0.1",
            "MINISTACK_HOST": "127.0.0.1",
            "GATEWAY_PORT": str(self.port),
            "EDGE_PORT": str(self.port),
            "IOT_MTLS_ENABLED": "0",
            "SFTP_ENABLED": "0",
            "LAMBDA_EXECUTOR": "local",
            "LAMBDA_WARM_TTL_SECONDS": str(WARM_FOR_SECONDS),
            "MINISTACK_REGION": REGION,
            "PERSIST_STATE": "1" if self.keeps_state else "0",
            "S3_PERSIST": "1" if self.keeps_state else "0",
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

    def check_listeners(self) -> None:
        """Refuse any listener beyond loopback, its own or a worker's.

        Raises:
            EmulatorFailedError: one was found.
        """
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


def _remove_leftovers() -> None:
    """Scratch space of runs that were killed with -9; its name holds their process id."""
    for folder in Path(tempfile.gettempdir()).glob(f"{SCRATCH_PREFIX}*"):
        owner = folder.name.removeprefix(SCRATCH_PREFIX).partition("-")[0]
        if owner.isdigit() and not psutil.pid_exists(int(owner)):
            shutil.rmtree(folder, ignore_errors=True)
