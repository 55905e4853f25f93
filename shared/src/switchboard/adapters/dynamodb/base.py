"""The one table: keys, indexes and the discriminator that tells the kinds apart."""

from __future__ import annotations

import zlib
from typing import Any

from pynamodb.attributes import DiscriminatorAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.expressions.update import Action
from pynamodb.indexes import GlobalSecondaryIndex, IncludeProjection
from pynamodb.models import Model

SHARDS = 8
"""Shards of what would be one hot key: hosts, the directory, each kind of attention."""


class OwnerIndex(GlobalSecondaryIndex[Any]):  # type: ignore[no-untyped-call]
    """Lines of a host; an index nominates, a conditional write decides."""

    class Meta:
        """PynamoDB's settings."""

        index_name = "owner"
        projection = IncludeProjection(["kind"])  # PynamoDB filters by it

    owner = UnicodeAttribute(hash_key=True)
    pk = UnicodeAttribute(range_key=True)


class AttentionIndex(GlobalSecondaryIndex[Any]):  # type: ignore[no-untyped-call]
    """What waits for the sweeper: `<kind>#<shard>`, by the moment it became due."""

    class Meta:
        """PynamoDB's settings."""

        index_name = "attention"
        projection = IncludeProjection(["kind"])  # PynamoDB filters by it

    attention = UnicodeAttribute(hash_key=True)
    attention_at = NumberAttribute(range_key=True)


class Base(Model):
    """A row; `connect` sets the table's name before the first use."""

    class Meta:
        """PynamoDB's settings: no call may hang a function or a host."""

        table_name: str | None = None
        region: str | None = None
        host: str | None = None
        connect_timeout_seconds = 2
        read_timeout_seconds = 5
        max_retry_attempts = 2  # 3 x 5 s and the pauses between stay below a function's time-out
        max_pool_connections = 64

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    kind = DiscriminatorAttribute()
    owner = UnicodeAttribute(null=True)
    attention = UnicodeAttribute(null=True)
    attention_at = NumberAttribute(null=True)
    expires_at = NumberAttribute(null=True)
    write_id = UnicodeAttribute(null=True)
    """Mark of the last marked write: tells a lost reply from a lost race, see `writing.update`."""
    owner_index = OwnerIndex()
    attention_index = AttentionIndex()


def shard(text: str) -> int:
    """Which shard a key belongs to."""
    return zlib.crc32(text.encode()) % SHARDS


def setting(model: type[Model], **values: Any) -> list[Action]:
    """Update actions: set each attribute, or remove it when the value is None."""
    attributes = model.get_attributes()
    return [
        attributes[name].remove() if value is None else attributes[name].set(value)
        for name, value in values.items()
    ]
