"""Capacity: how full the host is, whether it takes more, and when it gives a line back."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field

from browser_host.line import Line
from browser_host.services import Services
from switchboard.domain.host import (
    HANDED_BACK_EVERY,
    MEASURED_EVERY,
    STARTS_WITHIN,
    Load,
    Pressure,
    has_room,
)
from switchboard.domain.ids import OrganizationId

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class Capacity:
    """Judges by memory and processor, under the number of lines that the setting allows."""

    services: Services
    lines: Mapping[OrganizationId, Line]
    load: Load | None = None
    pressure: Pressure = field(default_factory=Pressure)

    def has_room(self) -> bool:
        """Whether one more line may be taken now."""
        if len(self.lines) >= self.services.capacity or self.load is None:
            return False
        young_since = self.services.clock.monotonic() - STARTS_WITHIN.total_seconds()
        starting = sum(line.taken_at > young_since for line in self.lines.values())
        return has_room(self.load, starting)

    async def measure(self) -> Load:
        """Measure now; until the first time there is no room.

        Raises:
            OSError: the disk does not answer.
        """
        self.load = await self.services.blocking(self.services.load)
        return self.load

    async def run(self) -> None:
        """Measure; hand a line back when the host stays over its limits."""
        clock = self.services.clock
        while True:
            await clock.sleep(MEASURED_EVERY)
            try:
                load = await self.measure()
            except OSError as error:
                self.load = None
                _log.error("host.load.unknown", extra={"reason": str(error.strerror)})
                continue
            if self.pressure.note(load) and self._hand_one_back(load):
                await clock.sleep(HANDED_BACK_EVERY)

    def _hand_one_back(self, load: Load) -> bool:
        """The line that was taken last: it has the least to lose; never the only one.

        Nor one whose login is stored nowhere: its next host would have to show a QR.
        """
        held = [line for line in self.lines.values() if not line.drain.asked.is_set()]
        movable = [line for line in held if not line.login.only_here]
        if len(held) < 2 or not movable:  # noqa: PLR2004 - one alone fares no better elsewhere
            return False
        line = movable[-1]
        line.leave_full_host()
        _log.warning(
            "host.overloaded",
            extra={
                "organization_id": line.lease.organization_id,
                "lines": len(self.lines),
                "memory": round(load.memory, 2),
                "cpu": round(load.cpu, 2),
            },
        )
        self.pressure = Pressure()
        return True
