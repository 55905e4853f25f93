"""Two or three real browser hosts on one stack, each with a disk and doors of its own."""

import json
import shutil
import signal
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import boto3
import psutil
from tests.e2e.chaos.doors import Doors
from tests.e2e.conftest import RunningStack

from cloud import children
from demo.scenario import until
from run.browser import simulator_arguments
from run.stack import Stack

CONNECTED = "CONNECTED"
LINKED_WITHIN_SECONDS = 90.0
STARTED_WITHIN_SECONDS = 120.0
SNAPSHOT_WITHIN_SECONDS = 90.0
STOPPED_WITHIN_SECONDS = 120.0
LOOK_EVERY_SECONDS = 0.2

type Connection = tuple[int, str]


@dataclass(slots=True)
class HostProcess:
    """One host: its process, its disk, its doors, its log."""

    name: str
    folder: Path
    log: Path
    environment: dict[str, str]
    doors: Doors
    process: Any = None

    def start(self) -> None:
        """Start a process; a second one on the same disk is a restart."""
        began = self.log.stat().st_size if self.log.exists() else 0
        with self.log.open("ab") as log:
            command = [sys.executable, "-m", "browser_host.main"]
            self.process = children.start(command, self.environment, log=log)
        until(lambda: self._has_started(began), STARTED_WITHIN_SECONDS, f"{self.name} to start")

    def _has_started(self, offset: int) -> bool:
        """Whether it says so; one that ends instead is told with its last words."""
        if self.process.poll() is not None:
            words = self.log.read_text(errors="replace")[-2000:]
            raise ChildProcessError(f"{self.name} ended with {self.process.returncode}: {words}")
        return any(each["message"] == "host.started" for each in self.records(offset))

    @property
    def runs(self) -> bool:
        """Whether the process lives."""
        return self.process is not None and self.process.poll() is None

    @property
    def id(self) -> str:
        """The id under which it owns lines: of its last process."""
        return str([r["owner"] for r in self.records() if r["message"] == "host.started"][-1])

    def records(self, offset: int = 0) -> list[dict[str, Any]]:
        """What it logged, from a byte of the log on; metrics are no records."""
        with self.log.open("rb") as log:
            log.seek(offset)
            lines = log.read().decode(errors="replace").splitlines()
        told = (json.loads(line) for line in lines if line.startswith("{") and line.endswith("}"))
        return [record for record in told if "message" in record]

    def tree(self) -> list[psutil.Process]:
        """The process, driver and browsers."""
        with suppress(psutil.NoSuchProcess):
            root = psutil.Process(self.process.pid)
            return [root, *root.children(recursive=True)]
        return []

    def tell_tree(self, number: signal.Signals) -> None:
        """A signal to all of it."""
        for process in self.tree():
            with suppress(psutil.NoSuchProcess):
                process.send_signal(number)

    def kill(self) -> None:
        """SIGKILL to the host alone: its children must follow by themselves."""
        self.process.kill()
        self.process.wait(10)

    def stop(self) -> int:
        """SIGTERM, and wait for the drain.

        Returns:
            The exit status.
        """
        self.process.terminate()
        return int(self.process.wait(STOPPED_WITHIN_SECONDS))

    def browsers(self) -> list[psutil.Process]:
        """Every process that names a profile of this host's disk, with `info` of that moment."""
        found = []
        for process in psutil.process_iter(["cmdline", "status"]):
            words = " ".join(process.info["cmdline"] or [])
            gone = process.info["status"] == psutil.STATUS_ZOMBIE
            if f"--user-data-dir={self.folder}" in words and not gone:
                found.append(process)
        return found


@dataclass(slots=True)
class Cluster:
    """Use as a context manager; `lines` maps each line to its account's number."""

    say: Callable[[str], None]
    folder: Path
    keeps_state: bool = False
    lines: dict[str, str] = field(default_factory=dict)
    hosts: list[HostProcess] = field(default_factory=list)
    running: RunningStack = field(init=False)
    _table: Any = field(init=False, default=None)
    _exits: ExitStack = field(default_factory=ExitStack)

    def __enter__(self) -> Self:
        stack = Stack(self.say, self.folder, with_host=False, keeps_state=self.keeps_state)
        self.running = RunningStack(self._exits.enter_context(stack))
        self._table = self.aws("dynamodb", resource=True).Table(self.facts["table"])
        return self

    def __exit__(self, *_: object) -> None:
        for host in self.hosts:
            host.tell_tree(signal.SIGCONT)
            if host.process is not None:
                children.stop(host.process, within=30.0)
        self._exits.close()

    @property
    def facts(self) -> dict[str, Any]:
        """What `run.json` holds."""
        return self.running.facts

    @property
    def phone(self) -> Any:
        """The simulator's control API."""
        return self.running.phone

    def aws(self, service: str, *, resource: bool = False) -> Any:
        """A client of the cloud, past every door."""
        make = boto3.resource if resource else boto3.client
        return make(
            service,
            endpoint_url=self.facts["aws_endpoint"],
            region_name=self.facts["region"],
            aws_access_key_id="test",
            aws_secret_access_key="test",
        )

    def add_host(self, folder: Path | None = None, capacity: int = 8) -> HostProcess:
        """Start a host with a disk of its own."""
        number = len(self.hosts) + 1
        name, address = f"host-{number}", f"127.0.1.{number}"
        stack = self.running.stack
        endpoint, simulator = self.facts["aws_endpoint"], self.facts["simulator"]
        doors = self._exits.enter_context(Doors(endpoint, simulator["tls"], address))
        disk = folder or self.folder / name
        environment = {
            key: value.replace(endpoint, doors.aws)
            for key, value in stack.host_environment().items()
        }
        browser = simulator_arguments({**simulator, "tls": doors.whatsapp})
        environment |= {
            "PROFILE_DIRECTORY": str(disk),
            "CHROMIUM_EXTRA_ARGS": json.dumps(browser),
            "HOST_CAPACITY_LINES": str(capacity),
        }
        host = HostProcess(name, disk, self.folder / f"{name}.log", environment, doors)
        self.hosts.append(host)
        host.start()
        return host

    def new_disk(self, host: HostProcess) -> None:
        """A machine that is gone took its disk with it."""
        shutil.rmtree(host.folder, ignore_errors=True)

    def link(self, names: Sequence[str]) -> None:
        """Make lines and scan their QRs; each then has a published snapshot."""
        limits = {"perMinute": 60, "perHour": 2000, "perDay": 20000}
        config = {"agent": "off", "limits": limits}
        for name in names:
            number = f"1555{2000000 + time.time_ns() % 7_000_000:07d}"
            self.lines[name] = number
            self.running.api.call("POST", "/api/sessions", {"name": name, "config": config})
        for name in names:
            qr = until(lambda name=name: self.running.qr(name), LINKED_WITHIN_SECONDS, "a QR")
            self.phone.ctl(op="scan", ref=qr, pn=self.lines[name])
        self.wait_connected(names, LINKED_WITHIN_SECONDS)
        self.wait_saved(names)

    def wait_saved(self, names: Sequence[str]) -> None:
        """Until each login has a snapshot: a young one dies with its host's disk."""
        for name in names:
            saved = lambda name=name: self.item(name).get("snapshots")  # noqa: E731
            until(saved, SNAPSHOT_WITHIN_SECONDS, f"a snapshot of {name}")

    def delete(self, names: Sequence[str]) -> None:
        """Delete lines, so that the next fault has room."""
        for name in names:
            self.running.api.call("DELETE", f"/api/sessions/{name}")
            self.lines.pop(name)

    def item(self, name: str) -> dict[str, Any]:
        """The line item, read consistently."""
        key = {"pk": f"ORG#{name}", "sk": "SESSION"}
        answer = self._table.get_item(Key=key, ConsistentRead=True)
        return dict(answer.get("Item", {}))

    def epochs(self, names: Sequence[str]) -> dict[str, int]:
        """The fencing tokens."""
        return {name: int(self.item(name)["epoch"]) for name in names}

    def owners(self, names: Sequence[str]) -> dict[str, str | None]:
        """Who owns each line."""
        return {name: self.item(name).get("owner") for name in names}

    def connection(self, name: str) -> Connection | None:
        """By epoch and moment, None while it is not CONNECTED."""
        item = self.item(name)
        if item["status"] != CONNECTED or not item.get("owner"):
            return None
        return int(item["epoch"]), str(item["connected_at"])

    def connections(self, names: Sequence[str]) -> dict[str, Connection | None]:
        """Of several lines."""
        return {name: self.connection(name) for name in names}

    def wait_connected(self, names: Sequence[str], within: float) -> None:
        """Until all of them are CONNECTED."""
        for name in names:
            until(lambda name=name: self.connection(name), within, f"{name} to connect")

    def recovery(
        self, began: float, before: dict[str, Connection | None], within: float
    ) -> dict[str, float]:
        """Seconds from `began` until each line has another connection than before.

        A line that does not come back in time has none.
        """
        missing, took = set(before), dict[str, float]()
        while missing and time.monotonic() - began < within:
            for name in sorted(missing):
                if self.connection(name) not in (None, before[name]):
                    took[name] = time.monotonic() - began
                    missing.discard(name)
            time.sleep(LOOK_EVERY_SECONDS)
        return took

    def owner_of(self, name: str) -> HostProcess:
        """The host that owns a line."""
        owner = self.item(name).get("owner")
        return next(host for host in self.hosts if host.runs and host.id == owner)
