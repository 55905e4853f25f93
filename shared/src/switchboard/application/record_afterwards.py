"""Record what happens to a message after it was told: reactions, edits, revocations."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from switchboard.domain.channel_events import (
    AfterwardsSeen,
    EditSeen,
    ReactionSeen,
    RevocationSeen,
)
from switchboard.domain.errors import DependencyUnavailable
from switchboard.domain.ids import OrganizationId, parse_wa_hex
from switchboard.domain.message import Message, Reaction, reactions_with
from switchboard.ports.message_store import MessageStore

_log = logging.getLogger(__name__)
_RACES = 8
"""People who react to one message at once: each who lost reads it again."""


@dataclass(frozen=True, slots=True)
class RecordAfterwards:
    """Each is recorded once and in the order of its own time; none of them asks for an answer.

    What belongs to a message that is not stored (a group that is not wanted, a chat from before
    the line) is logged and dropped.

    Raises:
        DependencyUnavailable: the store did not answer, or many wrote to the message at once.
    """

    messages: MessageStore

    def __call__(self, organization_id: OrganizationId, seen: AfterwardsSeen) -> None:
        """Record one."""
        keys = {"organization_id": organization_id, "outcome": type(seen).__name__}
        message = self._find(organization_id, seen)
        if message is None:
            _log.info("inbound.afterwards.unknown", extra=keys)
            return
        if self._record(message, seen):
            _log.info("inbound.afterwards.recorded", extra={**keys, "message_id": message.id})

    def _find(self, organization_id: OrganizationId, seen: AfterwardsSeen) -> Message | None:
        wa_hex = parse_wa_hex(seen.wa_id)
        known = self.messages.find_received(organization_id, wa_hex)
        return known or self.messages.find(organization_id, wa_hex)

    def _record(self, message: Message, seen: AfterwardsSeen) -> bool:
        match seen:
            case ReactionSeen():
                return self._react(message, seen)
            case EditSeen():
                return self.messages.edit(message, seen.body, seen.at)
            case RevocationSeen():
                return self.messages.revoke(message, seen.at)

    def _react(self, message: Message, seen: ReactionSeen) -> bool:
        reaction = Reaction(seen.author, seen.text, seen.at, seen.from_me)
        for _ in range(_RACES):
            reactions = reactions_with(message, reaction)
            if reactions is None:
                return False
            if self.messages.react(message, reactions):
                return True
            message = self._find(message.organization_id, seen) or message
        raise DependencyUnavailable("the message is written to by too many at once")
