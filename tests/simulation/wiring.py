"""Use cases over the simulated ports, wired by the names of their fields.

By name, so that a use case that gets one more port needs no change here.
"""

from dataclasses import MISSING, fields
from typing import Any


def wired[Made](kind: type[Made], ports: dict[str, Any], **special: Any) -> Made:
    """Make a use case or a bundle of ports; `special` goes before `ports`."""
    given = ports | special
    needed = [one for one in fields(kind) if one.init]  # type: ignore[arg-type]
    for one in needed:
        has_default = one.default is not MISSING or one.default_factory is not MISSING
        if one.name not in given and not has_default:
            raise LookupError(f"the simulation has no {one.name!r} for {kind.__name__}")
    return kind(**{one.name: given[one.name] for one in needed if one.name in given})
