"""The command over memory: its words in, its answer and its code out."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from tests.support.world import World, memory_world

from switchboard.adapters.memory.letters import MemoryLetters
from switchboard.bootstrap.operator.command import main
from switchboard.bootstrap.operator.wiring import Ports, wire


@dataclass
class Desk:
    """A person at the command line of a deployment in memory."""

    world: World
    capsys: pytest.CaptureFixture[str]
    sent_back: list[str] = field(default_factory=list)
    meanwhile: Callable[[], object] = lambda: None
    """What happens while the command waits."""

    def __post_init__(self) -> None:
        self.inbound = MemoryLetters(source=self.sent_back.append)
        self.send = MemoryLetters(source=self.sent_back.append)
        self.events = MemoryLetters()
        w = self.world
        self.operator = wire(
            Ports(
                sessions=w.sessions,
                hosts=w.hosts,
                gate=w.gate,
                organizations=w.organizations,
                inbox=w.inbox,
                messages=w.messages,
                outbox=w.outbox,
                failed=w.failed,
                notices=w.notices,
                send_queue=w.send_queue,
                session_starts=w.session_starts,
                wake_ups=w.wake_ups,
                letters={"inbound": self.inbound, "send": self.send, "events": self.events},
                clock=w.clock,
                pause=self._pause,
            )
        )

    def __call__(self, words: str) -> tuple[int, str, str]:
        """Exit code, output, errors."""
        code = main(words.split(), lambda _: self.operator)
        told = self.capsys.readouterr()
        return code, told.out, told.err

    def rows(self, words: str, code: int = 0) -> list[dict[str, Any]]:
        ended, out, err = self(f"{words} --json")
        assert (ended, err) == (code, "")
        return json.loads(out)

    def _pause(self, seconds: float) -> None:
        self.world.advance(seconds=seconds)
        self.meanwhile()


@pytest.fixture
def desk(capsys: pytest.CaptureFixture[str]) -> Desk:
    return Desk(memory_world(), capsys)
