"""Which browser may open a profile that another one wrote."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from switchboard.domain.errors import SnapshotAwaitsCanary, SnapshotRefused
from switchboard.domain.snapshot import Builds

_VERSION = re.compile(r"\d+(?:\.\d+)*")


class NewerBuilds(StrEnum):
    """What a host does with logins that an older build of its browser wrote."""

    ALLOWED = "allowed"
    CANARY = "canary"
    """Tries a few, one after the other; all others once those were accepted."""
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class BuildRule:
    """Chromium reads what older builds wrote; an older build, or the other backend, wipes it.

    Attributes:
        chromium: this host's full version.
        backend: how this host's browser keeps IndexedDB.
        newer: whether profiles of older builds may be opened here.

    Source: measured with Chromium 156, see the ADR on snapshots.
    """

    chromium: str
    backend: str
    newer: bool

    def check(self, wrote: Builds) -> None:
        """Refuse what would cost the login.

        Raises:
            SnapshotAwaitsCanary: an older build wrote it, and ours has not been proved.
            SnapshotRefused: a newer build or the other backend wrote it.
        """
        if wrote.backend != self.backend:
            raise SnapshotRefused(
                f"the profile is kept as {wrote.backend}, this browser keeps {self.backend}"
            )
        theirs, ours = version(wrote.chromium), version(self.chromium)
        if theirs > ours:
            raise SnapshotRefused(
                f"Chromium {wrote.chromium} wrote the profile, {self.chromium} is older"
            )
        if theirs < ours and not self.newer:
            raise SnapshotAwaitsCanary(
                f"Chromium {wrote.chromium} wrote the profile, {self.chromium} is not proved yet"
            )


def version(text: str) -> tuple[int, ...]:
    """The first dotted number in a text, comparable; empty when there is none."""
    found = _VERSION.search(text)
    return tuple(int(part) for part in found[0].split(".")) if found else ()
