"""The kinds of rows; attribute names are the domain's field names."""

from __future__ import annotations

from typing import Any

from pynamodb.attributes import (
    BinaryAttribute,
    BooleanAttribute,
    JSONAttribute,
    ListAttribute,
    NumberAttribute,
    UnicodeAttribute,
    UnicodeSetAttribute,
    UTCDateTimeAttribute,
)

from switchboard.adapters.dynamodb.base import Base
from switchboard.domain.organization import OnUnknown
from switchboard.domain.spending import DEFAULT_DAILY_BUDGET_MICROS


class OrganizationRow(Base, discriminator="organization"):
    """`ORG#o` / `META`."""

    created_at = UTCDateTimeAttribute()
    agent = UnicodeAttribute()
    groups = BooleanAttribute(default=False)
    hand_off_text = UnicodeAttribute(null=True)
    on_unknown = UnicodeAttribute(default=OnUnknown.RESEND.value)
    instructions = UnicodeAttribute(null=True)
    daily_budget_micros = NumberAttribute(default=DEFAULT_DAILY_BUDGET_MICROS)
    quiet_start = UnicodeAttribute(null=True)
    quiet_end = UnicodeAttribute(null=True)
    quiet_zone = UnicodeAttribute(null=True)
    metadata = JSONAttribute(null=True)


class DirectoryRow(Base, discriminator="directory"):
    """`ORGS#shard` / organization: lists lines without a scan."""


class LineRow(Base, discriminator="session"):
    """`ORG#o` / `SESSION`: the line, its lease and its rate state in one item."""

    id = UnicodeAttribute()
    organization_id = UnicodeAttribute()
    wanted = UnicodeAttribute()
    status = UnicodeAttribute()
    reason = UnicodeAttribute()
    created_at = UTCDateTimeAttribute()
    updated_at = UTCDateTimeAttribute()
    epoch = NumberAttribute(default=0)
    owner_queue_url = UnicodeAttribute(null=True)
    lease_id = UnicodeAttribute(null=True)
    heartbeat_at = UTCDateTimeAttribute(null=True)
    qr_code = UnicodeAttribute(null=True)
    qr_number = NumberAttribute(default=0)
    qr_expires_at = UTCDateTimeAttribute(null=True)
    last_error = UnicodeAttribute(null=True)
    connected_at = UTCDateTimeAttribute(null=True)
    disconnected_at = UTCDateTimeAttribute(null=True)
    account_phone = UnicodeAttribute(null=True)
    account_lid = UnicodeAttribute(null=True)
    account_name = UnicodeAttribute(null=True)
    web_version = UnicodeAttribute(null=True)
    wa_js_version = UnicodeAttribute(null=True)
    last_event_at = UTCDateTimeAttribute(null=True)
    per_minute = NumberAttribute()
    per_hour = NumberAttribute()
    per_day = NumberAttribute()
    paused_until = UTCDateTimeAttribute(null=True)
    pause_reason = UnicodeAttribute(null=True)
    pause_ends_at = UTCDateTimeAttribute(null=True)
    grant_version = NumberAttribute(default=0)
    grant_id = UnicodeAttribute(null=True)
    buckets = BinaryAttribute(legacy_encoding=False, null=True)
    restarts = NumberAttribute(default=0)
    snapshots = ListAttribute[Any](of=UnicodeAttribute, null=True)


class HostRow(Base, discriminator="host"):
    """`RING#arc` / place on the ring # host."""

    queue_url = UnicodeAttribute()
    heartbeat_seq = NumberAttribute()
    heartbeat_at = UTCDateTimeAttribute()
    capacity = NumberAttribute()
    used = NumberAttribute(default=0)
    fenced = BooleanAttribute(null=True)
    draining = BooleanAttribute(default=False)
    drain_asked = BooleanAttribute(null=True)


class ContactRow(Base, discriminator="contact"):
    """`ORG#o` / `CONTACT#id`."""

    id = UnicodeAttribute()
    organization_id = UnicodeAttribute()
    status = UnicodeAttribute()
    source = UnicodeAttribute()
    created_at = UTCDateTimeAttribute()
    chat_id = UnicodeAttribute()
    phone = UnicodeAttribute(null=True)
    lid = UnicodeAttribute(null=True)
    name = UnicodeAttribute(null=True)
    human_until = UTCDateTimeAttribute(null=True)
    opted_out = BooleanAttribute(default=False)
    opted_at = UTCDateTimeAttribute(null=True)
    absorbed = ListAttribute[Any](of=UnicodeAttribute, null=True)
    merged_into = UnicodeAttribute(null=True)


class AddressRow(Base, discriminator="address"):
    """`ORG#o` / `ADDR#<phone or lid chat id>`."""

    contact_id = UnicodeAttribute()


class ConversationRow(Base, discriminator="conversation"):
    """`ORG#o` / `CONV#id`."""

    id = UnicodeAttribute()
    organization_id = UnicodeAttribute()
    contact_id = UnicodeAttribute()
    chat_id = UnicodeAttribute()
    created_at = UTCDateTimeAttribute()
    status = UnicodeAttribute()
    channel = UnicodeAttribute()
    in_version = NumberAttribute(default=0)
    answered_version = NumberAttribute(default=0)
    first_pending_at = UTCDateTimeAttribute(null=True)
    answer_token = UnicodeAttribute(null=True)
    answer_until = UTCDateTimeAttribute(null=True)
    committed_by = UnicodeAttribute(null=True)
    discarded = BooleanAttribute(default=False)
    next_seq = NumberAttribute(default=1)
    heard_at = UTCDateTimeAttribute(null=True)
    last_message_at = UTCDateTimeAttribute(null=True)
    last_message = UnicodeAttribute(null=True)
    correlation_id = UnicodeAttribute(null=True)
    unread = NumberAttribute(default=0)
    needs_human = BooleanAttribute(default=False)
    hand_off_reason = UnicodeAttribute(null=True)
    handed_off_at = UTCDateTimeAttribute(null=True)
    title = UnicodeAttribute(null=True)
    moved = JSONAttribute(null=True)
    merged = BooleanAttribute(default=False)
    """Its contact was merged: the thread is listed under the other's conversation."""


class ReceivedRow(Base, discriminator="received"):
    """`ORG#o` / `IN#hex`: a message of this WhatsApp id was stored."""

    message_id = UnicodeAttribute()


class MessageRow(Base, discriminator="message"):
    """`ORG#o#CONV#c` / `MSG#time#id`; a long body continues elsewhere, see `texts`."""

    id = UnicodeAttribute()
    organization_id = UnicodeAttribute()
    conversation_id = UnicodeAttribute()
    chat_id = UnicodeAttribute()
    content = UnicodeAttribute(null=True)
    packed_content = BinaryAttribute(legacy_encoding=False, null=True)
    parts = NumberAttribute(default=0)
    direction = UnicodeAttribute()
    source = UnicodeAttribute()
    status = UnicodeAttribute()
    created_at = UTCDateTimeAttribute()
    type = UnicodeAttribute()
    whatsapp_message_id = UnicodeAttribute(null=True)
    wa_hex = UnicodeAttribute(null=True)
    received_at = UTCDateTimeAttribute(null=True)
    sent_at = UTCDateTimeAttribute(null=True)
    delivered_at = UTCDateTimeAttribute(null=True)
    read_at = UTCDateTimeAttribute(null=True)
    error_code = UnicodeAttribute(null=True)
    correlation_id = UnicodeAttribute(null=True)
    backfill = BooleanAttribute(default=False)
    in_version = NumberAttribute(null=True)
    reactions = JSONAttribute(null=True)
    edited_at = UTCDateTimeAttribute(null=True)
    revoked_at = UTCDateTimeAttribute(null=True)


class TextRow(Base, discriminator="text"):
    """`ORG#o#CONV#c` / `TEXT#time#id#nn`: a further part of a long body."""

    packed_content = BinaryAttribute(legacy_encoding=False)


class PointerRow(Base, discriminator="pointer"):
    """`ORG#o` / `MID#message_id` or `WAID#hex`: leads to the message's key."""

    conversation_id = UnicodeAttribute()
    position = UnicodeAttribute()
    request_hash = UnicodeAttribute(null=True)


class EntryRow(Base, discriminator="outbox_entry"):
    """`ORG#o#OUT` / message id."""

    organization_id = UnicodeAttribute()
    conversation_id = UnicodeAttribute()
    chat_id = UnicodeAttribute()
    position = UnicodeAttribute()
    wa_hex = UnicodeAttribute()
    seq = NumberAttribute()
    state = UnicodeAttribute()
    priority = UnicodeAttribute()
    source = UnicodeAttribute()
    accepted_at = UTCDateTimeAttribute()
    due_at = UTCDateTimeAttribute()
    attempts = NumberAttribute(default=0)
    recoveries = NumberAttribute(default=0)
    claim_epoch = NumberAttribute(null=True)
    claim_id = UnicodeAttribute(null=True)
    correlation_id = UnicodeAttribute(null=True)
    send_at = UTCDateTimeAttribute(null=True)
    message_expires_at = UTCDateTimeAttribute(null=True)


class FailedRow(EntryRow, discriminator="failed_entry"):
    """`ORG#o#FAILED` / `MSG#time#id`: an entry that ended FAILED or UNCONFIRMED."""

    status = UnicodeAttribute()
    error_code = UnicodeAttribute()
    ended_at = UTCDateTimeAttribute()


class CommandRow(Base, discriminator="command"):
    """`ORG#o` / `COMMAND#id`; expires after an hour."""

    command = UnicodeAttribute()
    epoch = NumberAttribute(default=0)
    argument = UnicodeAttribute(null=True)
    created_at = UTCDateTimeAttribute()
    result = UnicodeAttribute(null=True)
    error_code = UnicodeAttribute(null=True)


class KnowledgeRow(Base, discriminator="knowledge"):
    """`ORG#o` / `KNOW#id`."""

    phrasings = ListAttribute[Any](of=UnicodeAttribute)
    answer = UnicodeAttribute()
    vectors = BinaryAttribute(legacy_encoding=False, null=True)


class SpendingRow(Base, discriminator="spending"):
    """`ORG#o` / `SPEND#day`: what language models cost; expires after forty days."""

    micros = NumberAttribute(default=0)
    open = UnicodeSetAttribute(null=True)


class NoticeRow(Base, discriminator="notice"):
    """`ORG#o` / `NOTICE#kind`: the last of its kind; expires after a month."""

    code = UnicodeAttribute()
    told_at = UTCDateTimeAttribute()
    settled = BooleanAttribute(null=True)


class RequestCountRow(Base, discriminator="request_count"):
    """`REQUESTS#<key id>` / minute; expires after an hour."""

    made = NumberAttribute(default=0)


class KeyPointerRow(Base, discriminator="api_key_pointer"):
    """`ORG#o` / `APIKEY#id`: lists an owner's keys and leads to them."""

    secret_hash = UnicodeAttribute()


class KeyRow(Base, discriminator="api_key"):
    """`KEY#hash` / `META`."""

    id = UnicodeAttribute()
    organization_id = UnicodeAttribute(null=True)
    write_access = BooleanAttribute()
    created_at = UTCDateTimeAttribute()
    revoked_at = UTCDateTimeAttribute(null=True)
