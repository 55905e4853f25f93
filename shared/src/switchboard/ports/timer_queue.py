"""The timer queue: one delayed message a burst."""

from __future__ import annotations

from datetime import timedelta
from typing import Protocol

from switchboard.domain.ids import ConversationId, OrganizationId


class TimerQueue(Protocol):
    """Wakes `answer` when a burst should be over."""

    def arm(
        self,
        organization_id: OrganizationId,
        conversation_id: ConversationId,
        in_version: int,
        delay: timedelta,
    ) -> None:
        """Deliver after `delay` (whole seconds, 15 min at most).

        Raises:
            DependencyUnavailable: not armed.
        """
        ...
