"""Wakes the workers when a parked lane is due."""

from __future__ import annotations

from datetime import timedelta
from typing import Protocol

from switchboard.domain.delivery import LaneKey


class LaneTimers(Protocol):
    """A lost timer costs a minute: the sweeper looks for lanes that are overdue."""

    def arm(self, key: LaneKey, delay: timedelta) -> None:
        """Ask for the lane after `delay`, in whole seconds rounded up.

        Raises:
            DependencyUnavailable: not armed.
        """
        ...
