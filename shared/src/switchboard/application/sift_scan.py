"""What a scan of a page found and the store does not have yet."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass

from switchboard.domain.channel_events import MessageSeen
from switchboard.domain.errors import InvalidInput
from switchboard.domain.ids import OrganizationId, WaHex, parse_wa_hex
from switchboard.domain.message import MessageStatus, moves_forward, status_for_ack
from switchboard.ports.inbox import Inbox
from switchboard.ports.message_store import MessageStore


@dataclass(frozen=True, slots=True)
class SiftScan:
    """A page that opens shows thousands of messages, and a handful of them is news.

    What is stored too late to be seen here is told twice, and dropped by the queue or the store.
    """

    inbox: Inbox
    messages: MessageStore

    def __call__(
        self, organization_id: OrganizationId, found: Sequence[MessageSeen]
    ) -> list[MessageSeen]:
        """Contacts' messages that are not stored, and own ones of which something is not known.

        Raises:
            DependencyUnavailable: the table did not answer.
        """
        received = self.inbox.stored(organization_id, _ids(found, from_me=False))
        statuses = self.messages.statuses(organization_id, _ids(found, from_me=True))

        def is_news(seen: MessageSeen) -> bool:
            try:
                wa_hex = parse_wa_hex(seen.wa_id)
            except InvalidInput:
                return True  # an id of a kind we do not know is the function's to judge
            if seen.from_me:
                return _says_more(seen, statuses.get(wa_hex))
            return wa_hex not in received

        return [seen for seen in found if is_news(seen)]


def _ids(found: Collection[MessageSeen], *, from_me: bool) -> list[WaHex]:
    """Each once, in the order of the scan: what is asked for does not hang on hashes."""
    ids: dict[WaHex, None] = {}
    for seen in found:
        if seen.from_me is from_me:
            with suppress(InvalidInput):
                ids[parse_wa_hex(seen.wa_id)] = None
    return list(ids)


def _says_more(seen: MessageSeen, stored: MessageStatus | None) -> bool:
    """Whether an own message was typed on the phone, or has an ack that was missed."""
    if stored is None:
        return True
    told = None if seen.ack is None else status_for_ack(seen.ack)
    return told is not None and moves_forward(stored, told)
