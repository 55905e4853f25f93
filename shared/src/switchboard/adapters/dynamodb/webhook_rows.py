"""The kinds of rows for web hooks; attribute names are the domain's field names."""

from __future__ import annotations

from pynamodb.attributes import (
    BinaryAttribute,
    NumberAttribute,
    UnicodeAttribute,
    UTCDateTimeAttribute,
)

from switchboard.adapters.dynamodb.base import Base


class ReceiversRow(Base, discriminator="webhooks"):
    """`ORG#o` / `WEBHOOKS`: settings with secrets, which no other item holds."""

    receivers = UnicodeAttribute()


class ReceiverHealthRow(Base, discriminator="receiver_health"):
    """`ORG#o` / `RECEIVER#id`."""

    failures = NumberAttribute(default=0)
    closed_until = UTCDateTimeAttribute(null=True)
    slow_until = UTCDateTimeAttribute(null=True)


class LaneRow(Base, discriminator="lane"):
    """`ORG#o#LANE#id` / `LANE`: there while deliveries are parked in it."""

    due_at = UTCDateTimeAttribute()
    tail = NumberAttribute(default=0)
    token = UnicodeAttribute(null=True)
    held_until = UTCDateTimeAttribute(null=True)


class ParkedRow(Base, discriminator="parked"):
    """`ORG#o#LANE#id` / `PARKED#order`."""

    packed_delivery = BinaryAttribute(legacy_encoding=False)


class AttemptRow(Base, discriminator="delivery_attempt"):
    """`ORG#o#HOOK#receiver` / `TRY#time#delivery`; expires after a week."""

    delivery_id = UnicodeAttribute()
    url = UnicodeAttribute()
    event_id = UnicodeAttribute()
    event_name = UnicodeAttribute()
    number = NumberAttribute()
    tried_at = UTCDateTimeAttribute()
    duration_ms = NumberAttribute()
    http_status = NumberAttribute(null=True)
    failure = UnicodeAttribute(null=True)
    outcome = UnicodeAttribute()


class DeadDeliveryRow(Base, discriminator="dead_delivery"):
    """`ORG#o` / `DEAD#delivery`; expires after two weeks."""

    packed_delivery = BinaryAttribute(legacy_encoding=False)
    url = UnicodeAttribute()
    failure = UnicodeAttribute()
    http_status = NumberAttribute(null=True)
    died_at = UTCDateTimeAttribute()
