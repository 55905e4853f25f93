"""The image as ECS runs it on Fargate: bare, read-only, without rights, on a network of its own."""

import os
import signal
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import psutil
from tests.image.building import IMAGE, run
from tests.image.network import Cable

from cloud import children
from demo.scenario import until
from run.stack import Stack

PODMAN = ("podman", "--runtime", "runc", "--cgroup-manager", "cgroupfs")
"""crun does not start on hybrid cgroups, and there is no systemd to ask."""
NAME = "switchboard-verify"
BARE = (
    *("--read-only", "--read-only-tmpfs=false", "--cap-drop", "ALL"),
    *("--security-opt", "no-new-privileges", "--pids-limit", "400"),
    *("--ulimit", "nofile=4096:4096", "--ulimit", "nproc=4096:4096"),
    *("--tmpfs", "/tmp:rw,nosuid,nodev,size=256m,mode=1777"),
)
OF_THE_MACHINE = {"PATH", "HOME", "PYTHONPATH"}
IN_THE_IMAGE = {"PROFILE_DIRECTORY", "CHROMIUM_EXECUTABLE", "WA_JS_PATH"}
STOP_WITHIN_SECONDS = 120


@dataclass(slots=True)
class ContainerStack(Stack):
    """The local stack whose browser host runs in a container; assign before `start_host`."""

    seccomp: Path = Path()
    memory: str = "2g"
    sandbox: str = "off"
    cable: Cable | None = field(default=None, init=False)

    def start_host(self) -> None:
        self._remove()
        command = [
            *(*PODMAN, "run", "--name", NAME, *BARE, "--memory", self.memory),
            *("--security-opt", f"seccomp={self.seccomp}"),
            *("--network", f"ns:{self._plugged().namespace}"),
            *("--env-file", str(self._environment_file()), IMAGE),
        ]
        with self.log("browser-host").open("ab") as log:
            self.host = children.start(command, dict(os.environ), log=log)

    def supervise(self) -> None:
        """Cases watch and restart the host themselves."""

    def _plugged(self) -> Cable:
        if self.cable is None:
            assert self.cloud is not None
            assert self.simulator is not None
            addresses = [self.cloud.emulator.endpoint, f"tls://{self.simulator['tls']}"]
            ports = [urlsplit(address).port or 0 for address in addresses]
            self.cable = self._exits.enter_context(Cable(NAME, ports))
        return self.cable

    def _environment_file(self) -> Path:
        values = {**self.host_environment(), "CHROMIUM_SANDBOX": self.sandbox}
        kept = sorted(values.keys() - OF_THE_MACHINE - IN_THE_IMAGE)
        path = self.folder / "container.env"
        path.write_text("".join(f"{key}={values[key]}\n" for key in kept), encoding="utf8")
        return path

    def _stop_host(self) -> None:
        Stack._stop_host(self)
        self._remove()

    def _remove(self) -> None:
        subprocess.run(
            [*PODMAN, "rm", "--force", "--ignore", "--volumes", NAME],
            check=True,
            capture_output=True,
            timeout=60,
        )

    def exit_code(self, within: float) -> int:
        """Wait for the container's end."""
        assert self.host is not None
        return self.host.wait(within)

    def stop_host(self, grace_seconds: int = STOP_WITHIN_SECONDS) -> tuple[int, float]:
        """SIGTERM, then SIGKILL after the grace, as ECS does; the exit code and the seconds."""
        began = time.monotonic()
        run(*PODMAN, "stop", "--time", str(grace_seconds), NAME, within=grace_seconds + 60)
        return self.exit_code(30), time.monotonic() - began

    def healthy(self) -> None:
        """Run the health check of the task's definition in the container; raises when it fails."""
        run(*PODMAN, "exec", NAME, "/app/venv/bin/python", "-m", "browser_host.alive", within=30)

    def processes(self, word: str) -> list[psutil.Process]:
        """The container's processes with a word in their command, the oldest first."""
        main = int(run(*PODMAN, "inspect", "--format", "{{.State.Pid}}", NAME))
        everybody = [psutil.Process(main), *psutil.Process(main).children(recursive=True)]
        found = [one for one in everybody if word in " ".join(one.cmdline())]
        return sorted(found, key=lambda one: one.create_time())

    def host_process(self) -> psutil.Process:
        return next(one for one in self.processes("browser_host.main") if "tini" not in one.name())

    def signal_first(self, word: str, number: signal.Signals) -> None:
        """To the oldest process with that word, once there is one."""
        until(lambda: self.processes(word), 30, word)
        self.processes(word)[0].send_signal(number)
