"""What came while nobody listened: of each chat the newest, and further back across a gap."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from browser_host.services import Services
from switchboard.domain.channel_events import MessageSeen
from switchboard.domain.ids import ChatId, OrganizationId
from switchboard.ports.channel_provider import LinkedPage

PER_CHAT = 50
DEEPEST = 1_000
"""Of one chat: who missed more than that has to read it on the phone."""
OVERLAP = timedelta(hours=1)
"""WhatsApp's times are the senders' and whole seconds; what is known already is dropped later."""


@dataclass(frozen=True, slots=True)
class CatchingUp:
    """Reads one page; every message of a chat back to its watermark, none lost between."""

    services: Services
    organization_id: OrganizationId
    page: LinkedPage

    async def __call__(self) -> list[MessageSeen]:
        """All that may be unknown, oldest first, some of it known.

        Raises:
            Transient: the page or the table did not answer.
        """
        found = (await self.page.scan_recent(per_chat=PER_CHAT)).messages
        chats: dict[ChatId, list[MessageSeen]] = defaultdict(list)
        for seen in found:
            chats[seen.chat_id].append(seen)
        for chat_id, newest in chats.items():
            if len(newest) >= PER_CHAT:
                chats[chat_id] = await self._back_to_the_watermark(chat_id, newest)
        return sorted((seen for of in chats.values() for seen in of), key=lambda seen: seen.at)

    async def _back_to_the_watermark(
        self, chat_id: ChatId, newest: Sequence[MessageSeen]
    ) -> list[MessageSeen]:
        known = await self.services.blocking(self.services.watermark, self.organization_id, chat_id)
        if known is None or newest[0].at <= known:
            return list(newest)  # a history from before the line, or no gap
        deeper = (await self.page.scan_chat(chat_id, count=DEEPEST)).messages
        ids = {seen.wa_id for seen in newest}
        older = [one for one in deeper if one.at >= known - OVERLAP and one.wa_id not in ids]
        return [*older, *newest]
