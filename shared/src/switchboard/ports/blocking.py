"""Runs a blocking call of a store beside the event loop."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol


class Blocking(Protocol):
    """The stores are synchronous, since functions are; a host must not stall its other lines."""

    async def __call__[**P, T](
        self, call: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run `call` and return or raise what it does."""
        ...
