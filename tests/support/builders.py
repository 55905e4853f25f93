"""Organizations, people and messages to start from, on any backend."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import takewhile

from tests.support.world import World

from switchboard.application.outgoing import Draft, compose
from switchboard.domain.addresses import Addresses
from switchboard.domain.channel_events import AckSeen, MessageSeen
from switchboard.domain.conversation import Contact, Conversation
from switchboard.domain.ids import (
    ChatId,
    ConversationId,
    HostId,
    MessageId,
    OrganizationId,
    WaHex,
    conversation_id,
    phone_of,
)
from switchboard.domain.message import Direction, Message, MessageStatus, Source, message_position
from switchboard.domain.outbox import EntryState, OutboxEntry, Priority
from switchboard.domain.session import Lease, Wanted

A = OrganizationId("alpha")
B = OrganizationId("beta")
NOBODY = OrganizationId("nobody")
HOST = HostId("host-1")
OTHER_HOST = HostId("host-2")
PHONE = "15550001111"
CHAT = ChatId(f"{PHONE}@c.us")
OTHER_CHAT = ChatId("15550002222@c.us")
LID = ChatId("111110005551@lid")
GROUP = ChatId("120363000000000001@g.us")


def seconds(count: float) -> timedelta:
    return timedelta(seconds=count)


def message_number(number: int) -> MessageId:
    """The same number is the same id, in whichever organization."""
    return MessageId(f"{number:026d}")


def want_running(w: World, organization: OrganizationId = A) -> None:
    w.sessions.create(organization, w.clock.now())
    w.sessions.want(organization, Wanted.RUNNING, w.clock.now())


def owned_line(w: World, organization: OrganizationId = A, host: HostId = HOST) -> Lease:
    """A line that this host has just acquired."""
    want_running(w, organization)
    lease = w.sessions.acquire(organization, host, f"memory://hosts/{host}", w.clock.now())
    assert lease is not None
    return lease


def person(
    w: World,
    organization: OrganizationId = A,
    chat: ChatId = CHAT,
    name: str | None = None,
) -> Contact:
    lid = chat if chat.endswith("@lid") else None
    addresses = Addresses(chat, phone_of(chat), lid, name)
    return w.inbox.resolve(organization, addresses, w.clock.now())


def thread(w: World, organization: OrganizationId = A, chat: ChatId = CHAT) -> Conversation:
    return w.inbox.open_conversation(person(w, organization, chat), w.clock.now())


def incoming(w: World, contact: Contact, number: int, text: str = "hello") -> Message:
    """What the contact wrote; the number makes our id and WhatsApp's."""
    now, own_id = w.clock.now(), message_number(number)
    hex_ = WaHex(f"3A{number:018d}")
    return Message(
        id=own_id,
        organization_id=contact.organization_id,
        conversation_id=conversation_id(contact.id),
        chat_id=contact.chat_id,
        content=text,
        direction=Direction.INCOMING,
        source=Source.CONTACT,
        status=MessageStatus.RECEIVED,
        created_at=now,
        position=message_position(now, own_id),
        whatsapp_message_id=f"false_{contact.chat_id}_{hex_}",
        wa_hex=hex_,
        received_at=now,
        correlation_id=own_id,
    )


def typed_on_phone(w: World, contact: Contact, number: int, text: str = "mine") -> Message:
    """What the operator typed on the phone."""
    message = incoming(w, contact, number, text)
    return replace(
        message,
        direction=Direction.OUTGOING,
        source=Source.PHONE,
        status=MessageStatus.SENT,
        whatsapp_message_id=f"true_{contact.chat_id}_{message.wa_hex}",
        received_at=None,
        sent_at=w.clock.now(),
    )


def draft(
    w: World,
    conversation: Conversation,
    number: int,
    text: str = "hi",
    priority: Priority = Priority.NORMAL,
) -> tuple[Message, OutboxEntry]:
    """A message to send with its entry, not stored yet."""
    words = Draft(message_number(number), text, Source.API, "api", priority)
    return compose(conversation, words, w.clock.now())


def accepted(
    w: World, number: int, organization: OrganizationId = A, chat: ChatId = CHAT, text: str = "hi"
) -> OutboxEntry:
    """A stored PENDING entry."""
    conversation = thread(w, organization, chat)
    message, entry = draft(w, conversation, number, text)
    answer = w.outbox.accept(conversation, message, entry, "hash")
    assert answer is not None
    assert not answer.duplicate
    return entry


def ready(w: World, number: int, organization: OrganizationId = A) -> OutboxEntry:
    """A stored READY entry."""
    entry = accepted(w, number, organization)
    assert w.outbox.mark_ready(organization, entry.message_id)
    return w.outbox.read(organization, entry.message_id)


def received(w: World, contact: Contact, number: int, *, answerable: bool = True) -> Conversation:
    """The conversation after one more message of the contact."""
    message = incoming(w, contact, number)
    assert w.inbox.receive(contact, message, answerable=answerable)
    return w.inbox.conversation(contact.organization_id, message.conversation_id)


def entry_of(
    number: int,
    conversation: str = "c1",
    *,
    at: datetime,
    state: EntryState = EntryState.READY,
    priority: Priority = Priority.NORMAL,
    seq: int | None = None,
    due_at: datetime | None = None,
) -> OutboxEntry:
    """An entry that no store has seen."""
    return OutboxEntry(
        organization_id=A,
        message_id=message_number(number),
        conversation_id=ConversationId(conversation),
        chat_id=CHAT,
        position=message_position(at, message_number(number)),
        wa_hex=WaHex(f"3EB0{number:018d}"),
        seq=number if seq is None else seq,
        state=state,
        priority=priority,
        source="api",
        accepted_at=at,
        due_at=due_at or at,
    )


def parts(messages: Sequence[Message]) -> tuple[Sequence[Message], Sequence[Message]]:
    """What came before, and the burst, of messages that end with the burst."""
    incoming = takewhile(lambda one: one.direction is Direction.INCOMING, reversed(messages))
    start = len(messages) - len(list(incoming))
    return messages[:start], messages[start:]


def message_seen(at: datetime, number: int = 1, **more: object) -> MessageSeen:
    """What a page tells of a contact's message."""
    seen = MessageSeen(
        wa_id=f"false_{CHAT}_3A{number:018d}",
        from_me=False,
        chat_id=CHAT,
        phone=PHONE,
        lid=LID,
        author=None,
        body="hello",
        type="chat",
        at=at,
        push_name="Customer",
    )
    return replace(seen, **more)


def ack_seen(at: datetime, ack: int = 2, number: int = 1) -> AckSeen:
    return AckSeen(f"true_{CHAT}_3EB0{number:018d}", CHAT, ack, at)
