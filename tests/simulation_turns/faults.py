"""Crashes and outages at the border of every port."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from switchboard.domain.errors import DependencyUnavailable


class Crash(BaseException):
    """The function's process is gone: nothing of ours may catch it."""


@dataclass
class Faults:
    """How often what happens; a share of calls."""

    chance: random.Random
    crash: float
    outage: float
    on: bool = True

    def before(self) -> None:
        if self.on and self.chance.random() < self.outage:
            raise DependencyUnavailable("simulated")
        self.around()

    def around(self) -> None:
        if self.on and self.chance.random() < self.crash:
            raise Crash


class Faulty:
    """A port whose calls may end before or after they were carried out."""

    def __init__(self, port: Any, faults: Faults) -> None:
        self._port = port
        self._faults = faults

    def __getattr__(self, name: str) -> Callable[..., Any]:
        method = getattr(self._port, name)

        def call(*values: Any, **named: Any) -> Any:
            self._faults.before()
            answer = method(*values, **named)
            self._faults.around()
            return answer

        return call
