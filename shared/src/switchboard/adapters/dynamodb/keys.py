"""Key strings, the one place where they are made. The organization leads every one (P9)."""

from __future__ import annotations

from datetime import date, datetime

from switchboard.adapters.dynamodb.base import SHARDS, shard
from switchboard.domain.host import RING_PLACES, ring_place
from switchboard.domain.ids import (
    ChatId,
    ContactId,
    ConversationId,
    HostId,
    MessageId,
    OrganizationId,
    WaHex,
)
from switchboard.domain.moment import milliseconds
from switchboard.domain.organization import Stage

MESSAGE = "MSG#"
CONTACT = "CONTACT#"
CONVERSATION = "CONV#"
META = "META"
SESSION = "SESSION"
NOTICE = "NOTICE#"
WEBHOOKS = "WEBHOOKS"
LANE = "LANE"
PARKED = "PARKED#"
DEAD = "DEAD#"
ATTEMPT = "TRY#"
_KNOWLEDGE = {Stage.LIVE: "KNOW#", Stage.DRAFT: "DRAFT#"}


def organization(organization_id: OrganizationId) -> str:
    """Partition of an organization."""
    return f"ORG#{organization_id}"


def organization_of(pk: str) -> OrganizationId:
    """The organization of a partition key."""
    return OrganizationId(pk.split("#")[1])


def directory(organization_id: OrganizationId) -> str:
    """Directory shard of an organization."""
    return directory_shard(shard(organization_id))


def directory_shard(number: int) -> str:
    """Partition of a part of the directory."""
    return f"ORGS#{number}"


def ring_arc(host_id: HostId) -> int:
    """The part of the ring that a host stands in: parts, and places in them, follow each other."""
    return ring_place(host_id) * SHARDS // RING_PLACES


def ring(arc: int) -> str:
    """Partition of a part of the ring of hosts."""
    return f"RING#{arc % SHARDS}"


def host(host_id: HostId) -> tuple[str, str]:
    """Partition and sort key of a host: those that follow it are a range, not a search."""
    return ring(ring_arc(host_id)), f"{ring_place(host_id):08x}#{host_id}"


def host_of(sk: str) -> HostId:
    """The host of a sort key."""
    return HostId(sk.partition("#")[2])


def attention(kind: str, organization_id: OrganizationId) -> str:
    """Index partition of what waits for the sweeper."""
    return attention_shard(kind, shard(organization_id))


def attention_shard(kind: str, number: int) -> str:
    """Index partition of a part of a kind."""
    return f"{kind}#{number}"


def contact(contact_id: ContactId) -> str:
    """Sort key of a contact."""
    return f"{CONTACT}{contact_id}"


def address(chat_id: ChatId) -> str:
    """Sort key of an address."""
    return f"ADDR#{chat_id}"


def conversation(conversation_id: ConversationId) -> str:
    """Sort key of a conversation."""
    return f"{CONVERSATION}{conversation_id}"


def received(wa_hex: WaHex) -> str:
    """Sort key of the inbound de-duplication item."""
    return f"IN#{wa_hex}"


def messages(organization_id: OrganizationId, conversation_id: ConversationId) -> str:
    """Partition of a conversation's messages."""
    return f"ORG#{organization_id}#CONV#{conversation_id}"


def message(position: str) -> str:
    """Sort key of a message."""
    return f"{MESSAGE}{position}"


def text(position: str) -> str:
    """Prefix of the sort keys of a long body's parts."""
    return f"TEXT#{position}#"


def by_message_id(message_id: MessageId) -> str:
    """Sort key of the pointer from our id."""
    return f"MID#{message_id}"


def by_wa_hex(wa_hex: WaHex) -> str:
    """Sort key of the pointer from WhatsApp's id."""
    return f"WAID#{wa_hex}"


def outbox(organization_id: OrganizationId) -> str:
    """Partition of an organization's outbox."""
    return f"ORG#{organization_id}#OUT"


def failed(organization_id: OrganizationId) -> str:
    """Partition of an organization's failed outbox entries, under their messages' sort keys."""
    return f"ORG#{organization_id}#FAILED"


def command(command_id: str) -> str:
    """Sort key of a command; ids sort by time."""
    return f"COMMAND#{command_id}"


def notice(place: str) -> str:
    """Sort key of the last notice of a kind, or of a kind and window."""
    return f"{NOTICE}{place}"


def knowledge(entry_id: str, stage: Stage) -> str:
    """Sort key of a knowledge entry."""
    return f"{_KNOWLEDGE[stage]}{entry_id}"


def spending(day: date) -> str:
    """Sort key of a day's spending."""
    return f"SPEND#{day.isoformat()}"


def api_key(secret_hash: str) -> str:
    """Partition of an API key."""
    return f"KEY#{secret_hash}"


def api_keys(organization_id: OrganizationId | None) -> str:
    """Partition that lists an owner's API keys; no organization's id has an `@`."""
    return organization(organization_id or OrganizationId("@administrators"))


def requests(key_id: str) -> str:
    """Partition of a key's counted requests."""
    return f"REQUESTS#{key_id}"


def window(start: datetime) -> str:
    """Sort key of a minute's count."""
    return start.strftime("%Y%m%dT%H%M%S")


def api_key_id(key_id: str) -> str:
    """Sort key of the pointer from a key's id; ids sort by time."""
    return f"APIKEY#{key_id}"


def receiver(receiver_id: str) -> str:
    """Sort key of a receiver's health."""
    return f"RECEIVER#{receiver_id}"


def lane(organization_id: OrganizationId, lane_id: str) -> str:
    """Partition of a parked lane."""
    return f"ORG#{organization_id}#LANE#{lane_id}"


def lane_of(pk: str) -> str:
    """The lane of its partition key."""
    return pk.rpartition("#")[2]


def parked(order: str) -> str:
    """Sort key of a delivery in its lane."""
    return f"{PARKED}{order}"


def dead(delivery_id: str) -> str:
    """Sort key of a delivery that was given up."""
    return f"{DEAD}{delivery_id}"


def attempt(at: datetime, delivery_id: str) -> str:
    """Sort key of an attempt, by its time."""
    return f"{ATTEMPT}{milliseconds(at):013d}#{delivery_id}"


def attempts(organization_id: OrganizationId, receiver_id: str) -> str:
    """Partition of what was tried at a receiver."""
    return f"ORG#{organization_id}#HOOK#{receiver_id}"
