"""Notices in memory, and operators who keep what they were told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from switchboard.adapters.memory.table import MemoryTable
from switchboard.domain.ids import OrganizationId
from switchboard.domain.notice import REPEAT_AFTER, Notice, NoticeKind


@dataclass(frozen=True, slots=True)
class MemoryNoticeBoard:
    """`NoticeBoard` in memory."""

    table: MemoryTable

    def post(self, notice: Notice) -> bool:
        """Store a notice, unless it was told lately."""
        key = (notice.organization_id, notice.place)
        with self.table.lock:
            last = self.table.notices.get(key)
            told = last and last.code == notice.code and notice.at - last.at < REPEAT_AFTER
            if told and key not in self.table.settled:
                return False
            self.table.notices[key] = notice
            self.table.settled.discard(key)
            return True

    def settle(self, organization_id: OrganizationId, kind: NoticeKind) -> None:
        """The next notice of the kind is news."""
        with self.table.lock:
            self.table.settled.add((organization_id, kind.value))

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
