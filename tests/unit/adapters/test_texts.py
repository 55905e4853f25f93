"""Long bodies: whole again on every way to read them, and no item near DynamoDB's limit."""

import random
from dataclasses import replace

import pytest
from tests.unit.adapters.given import A, incoming, outgoing, somebody

from switchboard.adapters.dynamodb.inbox import DynamoInbox
from switchboard.adapters.dynamodb.message_store import DynamoMessageStore
from switchboard.adapters.dynamodb.outbox import DynamoOutbox

ITEM_BYTES = 100_000
DICE = random.Random(7)  # noqa: S311 - noise that repeats


def noise(length: int) -> str:
    """Text that no compression helps, four bytes of UTF-8 a character."""
    return "".join(chr(DICE.randrange(0x10000, 0x110000)) for _ in range(length))


LONG = {
    "just fits": "a" * 60_000,
    "just does not": "a" * 60_001,
    "longest outbound, emoji": "\U0001f600" * 65_536,
    "longest outbound, noise": noise(65_536),
    "longest inbound, noise": noise(200_000),
    "right to left": "\u0645\u0631\u062d\u0628\u0627 " * 30_000,
}


@pytest.mark.parametrize("text", LONG.values(), ids=LONG)
def test_a_long_inbound_text_is_never_cut(rows, text: str) -> None:
    inbox, messages = DynamoInbox(), DynamoMessageStore()
    contact, conversation = somebody()
    message = incoming(contact, text)
    assert inbox.receive(contact, message, answerable=True)
    assert messages.read(A, message.id).content == text
    assert messages.recent(A, [conversation.id], 10)[0].content == text
    assert messages.page(A, [conversation.id], None, 10).items[0].content == text
    assert max(size(item) for item in rows().values()) < ITEM_BYTES


def test_a_long_outbound_text_is_never_cut(rows) -> None:
    messages = DynamoMessageStore()
    _, conversation = somebody()
    text = noise(65_536)
    message, entry = outgoing(conversation, text)
    DynamoOutbox().accept(conversation, message, entry, "hash")
    assert messages.read(A, message.id).content == text
    assert messages.find(A, message.wa_hex).content == text
    assert max(size(item) for item in rows().values()) < ITEM_BYTES


@pytest.mark.parametrize("text", ["", "\x00\x01", "\ufffe", "a\u200f\u202e"])
def test_odd_text_is_kept_as_it_is(table: str, text: str) -> None:
    contact, _ = somebody()
    message = incoming(contact, text)
    DynamoInbox().receive(contact, message, answerable=True)
    assert DynamoMessageStore().read(A, message.id) == replace(message, in_version=1)


def size(item) -> int:
    """Close to DynamoDB's own count: names and values in bytes."""
    total = 0
    for name, typed in item.items():
        (value,) = typed.values()
        total += len(name) + len(value if isinstance(value, bytes) else str(value).encode())
    return total
