"""A host's load as a test says it is."""

from __future__ import annotations

from dataclasses import dataclass

from switchboard.domain.host import Load

IDLE = Load(memory=0.1, cpu=0.1, line_memory=0.05)


@dataclass(slots=True)
class MemoryHostLoad:
    """`HostLoad`: whatever `load` holds."""

    load: Load = IDLE
    failure: OSError | None = None
    """Raised instead of telling the load while it is set."""

    def __call__(self) -> Load:
        """The load now."""
        if self.failure is not None:
            raise self.failure
        return self.load
