"""The WhatsApp Web simulator as a child process of a test or of the local run."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from http import HTTPStatus
from http.client import HTTPConnection
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

REPOSITORY = Path(__file__).resolve().parents[2]
LOCAL = REPOSITORY / "infra" / "local"
WA_JS = REPOSITORY / "browser-host/node_modules/@wppconnect/wa-js/dist/wppconnect-wa.js"
STOP_SECONDS = 10.0
CONTROL_SECONDS = 30.0


class SimulatorRefused(Exception):
    """The control API answered an error; the text is its own."""


class RunningSimulator:
    """Starts `python -m simulator` on free ports and stops it at the end.

    The simulator ends when its standard input closes, so it cannot outlive this process.

    Attributes:
        http: Base address of the control API and the phone.
        tls: `host:port` that answers as web.whatsapp.com.
        spki: The pin of its key, for Chromium.
    """

    http: str
    tls: str
    spki: str

    def __init__(self, **config: Any) -> None:
        self._config = config
        self._child: subprocess.Popen[str] | None = None

    def __enter__(self) -> Self:
        command = [sys.executable, "-m", "simulator", "--stop-with-stdin"]
        self._child = subprocess.Popen(
            [*command, "--config", json.dumps(self._config)],
            env={**os.environ, "PYTHONPATH": str(LOCAL)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        where = json.loads(_pipe(self._child.stdout).readline() or "null")
        if not where:
            raise RuntimeError(f"the simulator ended with {self._child.wait(STOP_SECONDS)}")
        self.http, self.tls, self.spki = where["http"], where["tls"], where["spki"]
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        child = self._child
        if child is None:
            return
        _pipe(child.stdin).close()
        try:
            child.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait(STOP_SECONDS)
        _pipe(child.stdout).close()

    @property
    def pid(self) -> int:
        """The child's process id."""
        assert self._child is not None
        return self._child.pid

    def ctl(self, **fields: Any) -> Any:
        """Calls the control API.

        Raises:
            SimulatorRefused: The call was refused.
        """
        # `from` is a keyword: `sender=` stands for it.
        if "sender" in fields:
            fields["from"] = fields.pop("sender")
        return self.ctl_json(fields)

    def ctl_json(self, fields: Mapping[str, Any]) -> Any:
        """Calls the control API with a body as it is."""
        where = self.http.removeprefix("http://")
        connection = HTTPConnection(where, timeout=CONTROL_SECONDS)
        try:
            connection.request("POST", "/__ctl", json.dumps(fields))
            response = connection.getresponse()
            answer = json.load(response)
        finally:
            connection.close()
        if response.status != HTTPStatus.OK:
            raise SimulatorRefused(answer["error"])
        return answer

    def chromium_args(self) -> list[str]:
        """Chromium flags that put the simulator at the real origin and nothing else in reach."""
        hosts = ("web.whatsapp.com", "static.whatsapp.net")
        rules = [f"MAP {host} {self.tls}" for host in hosts]
        rules += ["MAP * ~NOTFOUND", "EXCLUDE localhost", "EXCLUDE 127.0.0.1"]
        return [
            f"--host-resolver-rules={','.join(rules)}",
            f"--ignore-certificate-errors-spki-list={self.spki}",
            "--no-first-run",
        ]


def _pipe(stream: IO[str] | None) -> IO[str]:
    assert stream is not None
    return stream
