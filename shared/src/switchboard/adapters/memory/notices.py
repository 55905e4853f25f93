"""Notices in memory, and operators who keep what they were told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from switchboard.adapters.memory.table import MemoryTable
from switchboard.domain.ids import OrganizationId
from switchboard.domain.notice import REPEAT_AFTER, TELLING, Notice, NoticeKind


@dataclass(frozen=True, slots=True)
class MemoryNoticeBoard:
    """`NoticeBoard` in memory."""

    table: MemoryTable

    def post(self, notice: Notice) -> bool:
        """Store a notice, unless it was told lately."""
        key = (notice.organization_id, notice.place)
        with self.table.lock:
            last = self.table.notices.get(key)
            same = last and last.code == notice.code and notice.at - last.at < REPEAT_AFTER
            until = self.table.untold.get(key)
            given_up = until is not None and until <= notice.at
            if same and not given_up and key not in self.table.settled:
                return False
            self.table.notices[key] = notice
            self.table.settled.discard(key)
            self.table.untold[key] = notice.at + TELLING
            return True

    def told(self, notice: Notice) -> None:
        """It has reached operators."""
        key = (notice.organization_id, notice.place)
        with self.table.lock:
            if self.table.notices.get(key) == notice:
                self.table.untold.pop(key, None)

    def untold(self, notice: Notice) -> None:
        """The next one is news at once."""
        key = (notice.organization_id, notice.place)
        with self.table.lock:
            if self.table.notices.get(key) == notice and key in self.table.untold:
                self.table.untold[key] = notice.at

    def overdue(self, now: datetime, limit: int) -> Sequence[Notice]:
        """Those whose teller gave up."""
        with self.table.lock:
            late = sorted((until, key) for key, until in self.table.untold.items() if until < now)
            return [self.table.notices[key] for _, key in late[:limit]]

    def take(self, notice: Notice, now: datetime) -> bool:
        """Unless somebody else is at it, or it is told."""
        key = (notice.organization_id, notice.place)
        with self.table.lock:
            until = self.table.untold.get(key)
            if until is None or until > now or self.table.notices.get(key) != notice:
                return False
            self.table.untold[key] = now + TELLING
            return True

    def settle(self, organization_id: OrganizationId, kind: NoticeKind) -> None:
        """The next notice of the kind is news."""
        with self.table.lock:
            self.table.settled.add((organization_id, kind.value))
            self.table.untold.pop((organization_id, kind.value), None)

    def of(self, organization_id: OrganizationId) -> Sequence[Notice]:
        """The last notice of each kind, newest first."""
        with self.table.lock:
            mine = [
                notice
                for (owner, _), notice in self.table.notices.items()
                if owner == organization_id
            ]
        return sorted(mine, key=lambda notice: (notice.at, notice.kind), reverse=True)


@dataclass(slots=True)
class MemoryOperators:
    """`Operators` who keep every notice."""

    told: list[Notice] = field(default_factory=list)

    def tell(self, notice: Notice) -> None:
        """Keep it."""
        self.told.append(notice)
