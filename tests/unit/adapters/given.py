"""Lines, people and messages to start from."""

from datetime import UTC, datetime

from switchboard.adapters.dynamodb.inbox import DynamoInbox
from switchboard.adapters.dynamodb.session_store import DynamoSessionStore
from switchboard.application.outgoing import Draft, compose
from switchboard.domain.addresses import Addresses
from switchboard.domain.conversation import Contact, Conversation
from switchboard.domain.ids import ChatId, HostId, MessageId, OrganizationId, conversation_id
from switchboard.domain.message import (
    Direction,
    Message,
    MessageStatus,
    Source,
    message_position,
)
from switchboard.domain.outbox import OutboxEntry
from switchboard.domain.session import Lease, Wanted

NOW = datetime(2030, 1, 1, 12, 0, 0, 123000, tzinfo=UTC)
A = OrganizationId("alpha")
HOST = HostId("host-1")
CHAT = ChatId("15550001111@c.us")


def running_line(host: HostId = HOST) -> Lease:
    sessions = DynamoSessionStore()
    sessions.create(A, NOW)
    sessions.want(A, Wanted.RUNNING, NOW)
    lease = sessions.acquire(A, host, "queue", NOW)
    assert lease is not None
    return lease


def somebody() -> tuple[Contact, Conversation]:
    inbox = DynamoInbox()
    contact = inbox.resolve(A, Addresses(CHAT, "15550001111"), NOW)
    return contact, inbox.open_conversation(contact, NOW)


def incoming(contact: Contact, text: str = "hello", number: int = 1) -> Message:
    message_id = MessageId(f"{number:026d}")
    return Message(
        id=message_id,
        organization_id=A,
        conversation_id=conversation_id(contact.id),
        chat_id=contact.chat_id,
        content=text,
        direction=Direction.INCOMING,
        source=Source.CONTACT,
        status=MessageStatus.RECEIVED,
        created_at=NOW,
        position=message_position(NOW, message_id),
        whatsapp_message_id=f"false_{contact.chat_id}_3A{number:018d}",
        received_at=NOW,
    )


def outgoing(
    conversation: Conversation, text: str = "hi", number: int = 1
) -> tuple[Message, OutboxEntry]:
    draft = Draft(MessageId(f"{number:032x}"), text, Source.API, Source.API.value)
    return compose(conversation, draft, NOW)
