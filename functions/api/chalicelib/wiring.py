"""The use cases, wired at the first request; tests put their own in."""

from __future__ import annotations

from switchboard.bootstrap.api import Api, build_api

_built: list[Api] = []


def api() -> Api:
    """The wired use cases."""
    if not _built:
        _built.append(build_api())
    return _built[0]


def use(wired: Api) -> None:
    """Replace the wiring, for tests over the memory adapters."""
    _built[:] = [wired]
