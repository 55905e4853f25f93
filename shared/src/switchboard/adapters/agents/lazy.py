"""An agent whose libraries load at its first answer."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from switchboard.domain.errors import ModelDenied
from switchboard.ports.agent import Agent, AgentReply, AgentRequest

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class LazyAgent:
    """`Agent` that is made when it is first asked: three seconds that others need not wait."""

    make: Callable[[], Agent]
    lock: threading.Lock = field(default_factory=threading.Lock)
    made: Agent | None = None

    def answer(self, request: AgentRequest) -> AgentReply:
        """Make the agent when there is none, then ask it.

        Raises:
            ModelDenied: the agent cannot be made: a library or a secret is missing.
            AgentFailure: it gave no usable answer.
        """
        return self._agent().answer(request)

    def _agent(self) -> Agent:
        with self.lock:
            if self.made is None:
                try:
                    self.made = self.make()
                except (ImportError, OSError) as error:
                    _log.exception("agent.not_made")
                    raise ModelDenied("the language model's client cannot be made") from error
            return self.made
