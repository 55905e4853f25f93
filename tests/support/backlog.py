"""Ten thousand messages that wait, written straight into the outbox of one organization."""

from datetime import UTC, datetime

from tests.support.builders import message_number

from switchboard.adapters.dynamodb.messages import entry_row
from switchboard.adapters.dynamodb.rows import EntryRow
from switchboard.domain.ids import ChatId, ConversationId, OrganizationId, wa_hex_for
from switchboard.domain.message import message_position
from switchboard.domain.outbox import EntryState, OutboxEntry, Priority

BACKLOG = 10_000
CONVERSATIONS = 500
AT = datetime(2026, 1, 1, tzinfo=UTC)


def waiting(organization_id: OrganizationId, number: int) -> OutboxEntry:
    """One of them; `number` is from 0, and every fiftieth is urgent."""
    message_id = message_number(number)
    return OutboxEntry(
        organization_id=organization_id,
        message_id=message_id,
        conversation_id=ConversationId(f"{number % CONVERSATIONS:032d}"),
        chat_id=ChatId(f"1555{number % CONVERSATIONS:07d}@c.us"),
        position=message_position(AT, message_id),
        wa_hex=wa_hex_for(message_id),
        seq=number // CONVERSATIONS + 1,
        state=EntryState.READY,
        priority=Priority.NORMAL if number % 50 else Priority.URGENT,
        source="api",
        accepted_at=AT,
        due_at=AT,
        correlation_id=message_id,
    )


def fill_outbox(organization_id: OrganizationId, count: int = BACKLOG) -> None:
    """Write them in batches."""
    with EntryRow.batch_write() as batch:
        for number in range(count):
            batch.save(entry_row(waiting(organization_id, number)))
