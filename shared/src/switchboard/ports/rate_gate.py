"""The gate: one write that is token, fence and ban pause at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from switchboard.domain.ids import OrganizationId
from switchboard.domain.rate_limit import Usage
from switchboard.domain.session import Lease


@dataclass(frozen=True, slots=True)
class Granted:
    """Exactly one send may leave within the guard."""

    grant_id: str
    per_minute: int
    """The present limit, by which sends are paced."""


@dataclass(frozen=True, slots=True)
class Refused:
    """No send before `until`; `paused` when a person or a ban signal stopped the organization."""

    until: datetime
    window: str | None = None
    paused: bool = False
    behind: timedelta | None = None
    """The caller's clock is behind what was counted already: ask again with a time so much later.

    Only a clock that jumped is, or one of another host that is far off.
    """


class RateGate(Protocol):
    """Grants for one organization's owner."""

    def grant(self, lease: Lease, now: datetime, *, urgent: bool) -> Granted | Refused:
        """Take a token in all three windows.

        Conditional on: owner, epoch, grant_version as last seen, and no pause. After an
        ambiguous answer the stored grant_id is read: mine means granted.

        Raises:
            LeaseLost: the line has another owner.
            StaleEpoch: the line has a newer epoch.
        """
        ...

    def refusal(self, lease: Lease, now: datetime, *, urgent: bool) -> Refused | None:
        """What `grant` would answer if it refused now, read anew; takes nothing.

        Raises:
            LeaseLost: the line has another owner.
            StaleEpoch: the line has a newer epoch.
        """
        ...

    def charge(self, lease: Lease, now: datetime) -> None:
        """Count a send that left, or may have left, later than its grant: also over a limit.

        It needs no room and asks for no pause to end: what has left can only be counted. One that
        is repeated because its answer got lost may count twice, which is the safe side.

        Conditional on: owner and epoch.

        Raises:
            LeaseLost: the line has another owner.
            StaleEpoch: the line has a newer epoch.
        """
        ...

    def usage(self, organization_id: OrganizationId, now: datetime) -> tuple[Usage, ...]:
        """Limits, sends counted, what is left and when there is room again, for readers."""
        ...

    def usages(
        self, organization_ids: Sequence[OrganizationId], now: datetime
    ) -> Mapping[OrganizationId, tuple[Usage, ...]]:
        """The same for those of these organizations, each given once, that have a line."""
        ...
