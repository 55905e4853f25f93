"""What the running container has to stand; each case leaves a linked line behind for the next."""

import signal
import time
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.e2e.conftest import RunningStack
from tests.image.container import ContainerStack

from demo.scenario import until

CUSTOMER, CUSTOMER_LID = "15550009901@c.us", "110990005551@lid"
LINE, ACCOUNT = "contained", "15550009831"
CUT_SECONDS = 20.0
LINK_DURABLE_AFTER_SECONDS = 20.0
"""Until a snapshot of the new login is published."""
DRAIN_WITHIN_SECONDS = 120.0
BACK_WITHIN_SECONDS = 120.0
SIGKILLED = 137
TOO_LITTLE_MEMORY = "96m"
ENDS_WITHOUT_MEMORY = (1, SIGKILLED)
"""The kernel ends the driver, and the host after it, or the host itself; 125 to 127 are Podman's own."""

Figures = dict[str, Any]


class Cases:
    """One stack, one line, one staged fault after the other."""

    def __init__(self, container: ContainerStack) -> None:
        self.container = container
        self.stack = RunningStack(container)
        self.written = 0

    def all(self) -> list[Callable[[], Figures]]:
        return [
            self.linked,
            self.sigterm,
            self.frozen,
            self.chromium_killed,
            self.driver_killed,
            self.network_cut,
            self.memory_limit,
            self.sandbox,
            self.health,
        ]

    def linked(self) -> Figures:
        """Scan, receive, answer, deliver, in the bare container."""
        began = time.monotonic()
        self.stack.link(LINE, ACCOUNT)
        seconds = time.monotonic() - began
        self._exchange()
        time.sleep(LINK_DURABLE_AFTER_SECONDS)
        status = self._status_of_main()
        assert status["CapEff"] == status["CapPrm"] == "0" * 16
        assert (status["NoNewPrivs"], status["Seccomp"]) == ("1", "2")
        assert status["Uid"].split()[1] == "10001"
        return {"linked_s": round(seconds, 1)}

    def sigterm(self) -> Figures:
        """A drain: exit 0 well within ECS's time, and back without a scan on an empty disk."""
        code, seconds = self.container.stop_host()
        assert code == 0, f"exit {code}"
        assert seconds < DRAIN_WITHIN_SECONDS
        return {"drain_s": round(seconds, 1), **self._restart()}

    def frozen(self) -> Figures:
        """A host that does not react to SIGTERM is killed, and its line comes back."""
        self.container.host_process().send_signal(signal.SIGSTOP)
        code, _ = self.container.stop_host(grace_seconds=5)
        assert code == SIGKILLED, f"exit {code}"
        return {"exit": code, **self._restart()}

    def chromium_killed(self) -> Figures:
        with self._recovers() as figures:
            self.container.signal_first("--user-data-dir=/profiles/", signal.SIGKILL)
        return figures

    def driver_killed(self) -> Figures:
        """The driver serves every line of the host: the host mends it, or ends to be replaced."""
        with self._recovers() as figures:
            self.container.signal_first("playwright/driver/node", signal.SIGKILL)
            figures["host_ended"] = self._restarted_if_ended()
        return figures

    def network_cut(self) -> Figures:
        """Nothing gets out or in for a while; what was accepted meanwhile leaves once."""
        cable = self.container.cable
        assert cable is not None
        with self._recovers() as figures:
            cable.cut()
            time.sleep(CUT_SECONDS)
            cable.heal()
            figures["host_ended"] = self._restarted_if_ended()
        return figures

    def memory_limit(self) -> Figures:
        """The kernel ends what is too large; the container ends, and says so by its exit code."""
        self.container.stop_host()
        self.container.memory = TOO_LITTLE_MEMORY
        self.container.start_host()
        code = self.container.exit_code(BACK_WITHIN_SECONDS)
        assert code in ENDS_WITHOUT_MEMORY, f"exit {code}"
        self.container.memory = "2g"
        return {"exit": code, **self._restart()}

    def sandbox(self) -> Figures:
        """Chromium's sandbox without user namespaces: refused at the start, with the reason."""
        self.container.stop_host()
        self.container.sandbox = "on"
        self.container.start_host()
        code = self.container.exit_code(60)
        log = self.container.log("browser-host").read_text(encoding="utf8")
        assert "CHROMIUM_SANDBOX" in log.splitlines()[-1]
        self.container.sandbox = "off"
        return {"exit": code, **self._restart()}

    def health(self) -> Figures:
        """What ECS runs in the container finds it alive."""
        self.container.healthy()
        return {}

    def _restart(self) -> Figures:
        began = time.monotonic()
        self.container.start_host()
        until(lambda: self.stack.state(LINE) == "CONNECTED", BACK_WITHIN_SECONDS, "the line")
        seconds = time.monotonic() - began
        self._exchange()
        return {"back_s": round(seconds, 1)}

    def _restarted_if_ended(self) -> bool:
        """Do what ECS does with a task that ended."""
        assert self.container.host is not None
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            if self.container.host.poll() is not None:
                self.container.start_host()
                return True
            time.sleep(0.5)
        return False

    @contextmanager
    def _recovers(self):  # type: ignore[no-untyped-def]
        """A message to and one from the customer go through the fault."""
        figures: Figures = {}
        began = time.monotonic()
        yield figures
        self._exchange()
        assert self.stack.state(LINE) == "CONNECTED"
        figures["recovered_s"] = round(time.monotonic() - began, 1)

    def _exchange(self) -> None:
        """One message in, one out: each there once."""
        self.written += 1
        text = f"number {self.written}"
        self.stack.phone.ctl(op="msg", account=ACCOUNT, body=text, **{"from": CUSTOMER_LID})
        body = {"session": LINE, "chatId": CUSTOMER, "text": text}
        message = self.stack.api.call("POST", "/api/messages", body)["id"]
        path = f"/api/messages/{message}?session={LINE}"
        read = lambda: self.stack.api.call("GET", path)["state"] == "READ"  # noqa: E731
        until(read, BACK_WITHIN_SECONDS, f"{text} to be read")
        until(lambda: self._stored(text) >= 1, BACK_WITHIN_SECONDS, f"{text} to be stored")
        sent = [one["body"] for one in self.stack.phone.sent(ACCOUNT)]
        counts = sent.count(text), self._stored(text)
        assert counts == (1, 1), f"sent and stored {counts} times"

    def _stored(self, text: str) -> int:
        chats = self.stack.api.pages(f"/api/{LINE}/chats")
        return sum(
            message["body"] == text and not message["fromMe"]
            for chat in chats
            for message in self.stack.api.pages(f"/api/{LINE}/chats/{chat['id']}/messages")
        )

    def _status_of_main(self) -> dict[str, str]:
        pid = self.container.host_process().pid
        with Path(f"/proc/{pid}/status").open(encoding="utf8") as lines:
            pairs = (line.split(":", 1) for line in lines)
            return {key: value.strip() for key, value in pairs}
