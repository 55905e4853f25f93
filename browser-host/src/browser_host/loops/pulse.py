"""Pulse: the sign for the container's health check that this host's loops turn."""

from __future__ import annotations

import logging
from datetime import timedelta

from browser_host.alive import MARK
from browser_host.services import Services

_log = logging.getLogger(__name__)

EVERY = timedelta(seconds=10)


async def pulse(services: Services) -> None:
    """Renew the mark until cancelled; a full disk ends no host."""
    mark = services.profiles / MARK
    while True:
        try:
            mark.parent.mkdir(parents=True, exist_ok=True)
            mark.touch()
        except OSError as error:
            _log.warning("host.pulse.failed", extra={"reason": str(error)})
        await services.clock.sleep(EVERY)
