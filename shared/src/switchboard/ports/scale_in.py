"""Keeping a host from being picked for scale-in while it holds lines."""

from __future__ import annotations

from datetime import timedelta
from typing import Protocol


class ScaleIn(Protocol):
    """The platform's protection of this one host."""

    def protect(self, lasting: timedelta) -> None:
        """Do not stop this host for that long; again to extend it.

        Raises:
            DependencyUnavailable: not protected (or no longer than before).
        """
        ...

    def allow(self) -> None:
        """This host may be stopped.

        Raises:
            DependencyUnavailable: still protected until its time is up.
        """
        ...
