"""What a world still has to do."""

from collections.abc import Iterator
from typing import Any


def unanswered(world: Any) -> Iterator[Any]:
    """Conversations that wait for a reply; a deleted line's wait for nothing."""
    for key, conversation in world.stores.table.conversations.items():
        if conversation.unanswered and key[0] not in world.deleted:
            yield key


def offline(world: Any) -> Iterator[Any]:
    """Organizations whose device has not taken everything yet."""
    for organization_id, account in world.accounts.items():
        if account.offline and organization_id not in world.deleted:
            yield organization_id


def unheard(world: Any) -> Iterator[tuple[str, str]]:
    """What an open page shows and nobody has stored yet: organization and WhatsApp's id."""
    stored = {(fact.organization_id, fact.wa_id) for fact in world.journal.of("received")}
    for organization_id, account in world.accounts.items():
        shown = account.stream.profile.chats if account.stream is not None else []
        for seen in shown:
            if not seen.from_me and (organization_id, seen.wa_id) not in stored:
                yield organization_id, seen.wa_id
