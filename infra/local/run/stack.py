"""Simulator, cloud and browser host, started in order and stopped in reverse."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from cloud import LocalCloud, children
from cloud.emulator import REGION, Emulator
from run.browser import chromium_executable, simulator_arguments

ROOT = Path(__file__).parents[3]
RESTART_PAUSE_SECONDS = 1.0


class PartEndedError(RuntimeError):
    """A part that cannot be restarted with its state ended by itself."""


@dataclass(slots=True)
class Stack:
    """Use as a context manager; `facts` is what `.local/run.json` holds."""

    say: Callable[[str], None]
    folder: Path = field(default_factory=lambda: ROOT / ".local")
    live: bool = False
    """Open the real WhatsApp Web instead of the simulator."""
    with_host: bool = True
    """Without one, whoever started the stack starts hosts with `host_environment`."""
    keeps_state: bool = False
    """The cloud may be restarted and then knows what it knew."""
    facts: dict[str, Any] = field(default_factory=dict)
    simulator: dict[str, str] | None = None
    cloud: LocalCloud | None = None
    host: subprocess.Popen[bytes] | None = None
    _parts: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    _exits: ExitStack = field(default_factory=ExitStack)

    def __enter__(self) -> Self:
        """Start everything and write `run.json`."""
        self.folder.mkdir(exist_ok=True)
        self._facts_file.unlink(missing_ok=True)  # a killed run leaves its own behind
        try:
            self._start()
        except BaseException:
            self._exits.close()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop everything; no process stays."""
        self._exits.close()

    def supervise(self) -> None:
        """Restart a browser host that died; it comes back under a new id.

        Raises:
            PartEndedError: simulator or cloud ended; without them nothing can go on.
        """
        for name, child in self._parts.items():
            if child.poll() is not None:
                raise PartEndedError(f"the {name} ended with {child.returncode}: {self.log(name)}")
        if self.host is not None and self.host.poll() is not None:
            self.say(f"the browser host ended with {self.host.returncode}: starting it again")
            children.stop(self.host)
            time.sleep(RESTART_PAUSE_SECONDS)
            self.start_host()

    def start_host(self) -> None:
        """Start the browser host with the environment of the created task definition."""
        with self.log("browser-host").open("ab") as log:
            self.host = children.start(
                [sys.executable, "-m", "browser_host.main"], self.host_environment(), log=log
            )

    @property
    def _facts_file(self) -> Path:
        return self.folder / "run.json"

    def log(self, name: str) -> Path:
        """Where a part writes its log."""
        return self.folder / f"{name}.log"

    def _start(self) -> None:
        if not self.live:
            self.say("starting the WhatsApp Web simulator")
            self.simulator = self._start_simulator()
        self.say("creating the stack of template.yaml on the embedded cloud")
        path = (self.folder / "functions", ROOT / "shared" / "src")
        if not (self.folder / "functions").is_dir():
            path = (ROOT / ".local" / "functions", ROOT / "shared" / "src")
        executable = ROOT / ".local/emulator/bin/ministack"
        emulator = Emulator(executable, self.log("cloud"), keeps_state=self.keeps_state)
        self.cloud = self._exits.enter_context(LocalCloud(ROOT, path, emulator))
        if emulator.process is not None:
            self._parts["cloud"] = emulator.process
        key_file = self._create_admin_key()
        if self.with_host:
            self.say("starting the browser host")
            self.start_host()
            self._exits.callback(self._stop_host)
        self._write_facts(key_file)

    def _start_simulator(self) -> dict[str, str]:
        environment = {**os.environ, "PYTHONPATH": str(ROOT / "infra/local")}
        with self.log("simulator").open("ab") as log:
            child = children.start(
                [sys.executable, "-m", "simulator"], environment, log=log, pipe=True
            )
        self._exits.callback(children.stop, child)
        self._parts["simulator"] = child
        line = child.stdout.readline() if child.stdout else b""
        if not line:
            raise RuntimeError(f"the simulator did not start; see {self.log('simulator')}")
        facts: dict[str, str] = json.loads(line)
        return facts

    def _stop_host(self) -> None:
        if self.host is not None:
            children.stop(self.host, within=60.0)

    def _aws(self) -> dict[str, str]:
        assert self.cloud is not None  # noqa: S101 - started before anything asks
        return {
            "AWS_ENDPOINT_URL": self.cloud.emulator.endpoint,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_DEFAULT_REGION": REGION,
            "AWS_EC2_METADATA_DISABLED": "true",
        }

    def host_environment(self) -> dict[str, str]:
        """The task's own variables; only what a machine differs in is replaced."""
        assert self.cloud is not None  # noqa: S101
        bundle = ROOT / "browser-host/node_modules/@wppconnect/wa-js/dist/wppconnect-wa.js"
        return {
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": os.environ.get("HOME", "/"),
            "PYTHONPATH": f"{ROOT / 'shared/src'}{os.pathsep}{ROOT / 'browser-host/src'}",
            **self.cloud.host_environment,
            **self._aws(),
            "PROFILE_DIRECTORY": str(self.folder / "profiles"),
            "CHROMIUM_EXECUTABLE": chromium_executable(ROOT / ".local" / "browsers"),
            "CHROMIUM_SANDBOX": "off" if os.geteuid() == 0 else "on",
            "CHROMIUM_EXTRA_ARGS": json.dumps(simulator_arguments(self.simulator)),
            "WA_JS_PATH": str(bundle),
        }

    def _create_admin_key(self) -> Path:
        assert self.cloud is not None  # noqa: S101
        made = subprocess.run(
            [sys.executable, "-m", "switchboard.bootstrap.create_admin_key"],
            env={
                "PYTHONPATH": str(ROOT / "shared/src"),
                "TABLE_NAME": self.cloud.outputs["TableName"],
                **self._aws(),
            },
            capture_output=True,
            check=True,
            timeout=60,
        )
        path = self.folder / "admin.key"
        path.unlink(missing_ok=True)
        path.touch(mode=0o600)
        path.write_bytes(made.stdout.strip())
        return path

    def _write_facts(self, key_file: Path) -> None:
        assert self.cloud is not None  # noqa: S101
        outputs = self.cloud.outputs
        queues = {
            "inbound": "InboundQueueUrl",
            "inbound_dead_letter": "InboundDeadLetterQueueUrl",
            "send": "SendQueueUrl",
            "send_dead_letter": "SendDeadLetterQueueUrl",
            "timer": "TimerQueueUrl",
            "timer_dead_letter": "TimerDeadLetterQueueUrl",
            "session_start": "SessionStartQueueUrl",
        }
        phone = f"{self.simulator['http']}/phone" if self.simulator else None
        self.facts = {
            "api_url": outputs.api_url,
            "console_url": f"{outputs.api_url}/console/index.html",
            "phone_url": phone,
            "simulator": self.simulator,
            "aws_endpoint": self.cloud.emulator.endpoint,
            "region": REGION,
            "table": outputs["TableName"],
            "queues": {name: outputs[key] for name, key in queues.items()},
            "bucket": outputs["SessionBucketName"],
            "admin_key_file": str(key_file),
        }
        path = self._facts_file
        path.write_text(json.dumps(self.facts, indent=1) + "\n", encoding="utf8")
        self._exits.callback(path.unlink, missing_ok=True)
