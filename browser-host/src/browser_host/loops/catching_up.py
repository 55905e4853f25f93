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
"""WhatsApp's times are the senders' and whole seconds."""


@dataclass(frozen=True, slots=True)
class CatchingUp:
    """Reads one page; every message of a chat back to its watermark, none lost between."""

    services: Services
    organization_id: OrganizationId
    page: LinkedPage

    async def __call__(self) -> list[MessageSeen]:
        """What is not known yet, oldest first.

        Raises:
            Transient: the page or the table did not answer.
        """
        found = (await self.page.scan_recent(per_chat=PER_CHAT)).messages
        news = await self._news_in(found)
        chats: dict[ChatId, list[MessageSeen]] = defaultdict(list)
        for seen in found:
            chats[seen.chat_id].append(seen)
        for chat_id, newest in chats.items():
            if len(newest) >= PER_CHAT and _may_go_on(newest, news):
                news += await self._before(chat_id, newest)
        return sorted(news, key=lambda seen: seen.at)

    async def _before(self, chat_id: ChatId, newest: Sequence[MessageSeen]) -> list[MessageSeen]:
        """News further back; a history from before the line is none."""
        known = await self.services.blocking(self.services.watermark, self.organization_id, chat_id)
        if known is None:
            return []
        deeper = (await self.page.scan_chat(chat_id, count=DEEPEST)).messages
        ids = {seen.wa_id for seen in newest}
        older = [one for one in deeper if one.at >= known - OVERLAP and one.wa_id not in ids]
        return await self._news_in(older)

    async def _news_in(self, found: Sequence[MessageSeen]) -> list[MessageSeen]:
        return await self.services.blocking(self.services.sift, self.organization_id, found)


def _may_go_on(newest: Sequence[MessageSeen], news: Sequence[MessageSeen]) -> bool:
    """Whether news may lie before the newest messages of a chat: some of their older half is.

    Not only the oldest one: those of the same second come in any order.
    """
    new = {seen.wa_id for seen in news}
    return any(seen.wa_id in new for seen in newest[: len(newest) // 2])
