"""Scale-in protection in memory; also for a machine where nobody scales in."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from switchboard.domain.errors import DependencyUnavailable
from switchboard.ports.clock import Clock


@dataclass(slots=True)
class MemoryScaleIn:
    """`ScaleIn`: remembers until when the host is protected."""

    clock: Clock
    until: datetime | None = None
    calls: list[str] = field(default_factory=list)
    down: bool = False

    @property
    def protected(self) -> bool:
        """Whether the platform would leave the host alone."""
        return self.until is not None and self.clock.now() < self.until

    def protect(self, lasting: timedelta) -> None:
        """Protect for that long."""
        self._answer("protect")
        self.until = self.clock.now() + lasting

    def allow(self) -> None:
        """Protect no longer."""
        self._answer("allow")
        self.until = None

    def _answer(self, call: str) -> None:
        self.calls.append(call)
        if self.down:
            raise DependencyUnavailable("the platform does not answer")
