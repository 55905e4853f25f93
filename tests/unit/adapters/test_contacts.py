"""One person behind several addresses."""

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.unit.adapters.given import CHAT, NOW, A

from switchboard.adapters.dynamodb import contacts
from switchboard.adapters.dynamodb.inbox import DynamoInbox
from switchboard.domain.addresses import Addresses
from switchboard.domain.ids import ChatId

PHONE = "15550001111"
LID = "111110005551@lid"
OTHER_LID = "222220005552@lid"
inbox = DynamoInbox()


def later(seconds: int):
    return NOW + timedelta(seconds=seconds)


def test_the_older_contact_wins_and_every_address_finds_it(table: str) -> None:
    first = inbox.resolve(A, Addresses(CHAT, PHONE), NOW)
    second = inbox.resolve(A, Addresses(ChatId(LID), None, LID, "Ann"), later(1))
    assert first.id != second.id
    merged = inbox.resolve(A, Addresses(ChatId(LID), PHONE, LID), later(2))
    assert (merged.id, merged.lid, merged.phone, merged.name) == (first.id, LID, PHONE, "Ann")
    assert {inbox.contact_at(A, ChatId(chat)).id for chat in (CHAT, LID)} == {first.id}


def test_an_address_of_a_merged_contact_that_nobody_mentioned_finds_the_winner(table: str) -> None:
    first = inbox.resolve(A, Addresses(CHAT, PHONE), NOW)
    second = inbox.resolve(A, Addresses(ChatId(LID), None, LID), later(1))
    inbox.resolve(A, Addresses(ChatId("15550002222@c.us"), "15550002222", LID), later(2))
    assert second.id != first.id
    inbox.resolve(A, Addresses(CHAT, PHONE, LID), later(3))
    assert inbox.contact_at(A, ChatId("15550002222@c.us")).id == first.id


def test_a_merge_keeps_opt_out_and_takeover(table: str) -> None:
    inbox.resolve(A, Addresses(CHAT, PHONE), NOW)
    second = inbox.resolve(A, Addresses(ChatId(LID), None, LID), later(1))
    inbox.set_human_until(second, later(500))
    assert inbox.resolve(A, Addresses(CHAT, PHONE, LID), later(2)).human_until == later(500)


def test_what_is_learned_does_not_undo_a_takeover_that_begins_meanwhile(
    table: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored = inbox.resolve(A, Addresses(CHAT, PHONE), NOW)
    learned = contacts.learned

    def meanwhile(*args):
        inbox.set_human_until(stored, later(500))
        return learned(*args)

    monkeypatch.setattr(contacts, "learned", meanwhile)
    inbox.resolve(A, Addresses(CHAT, PHONE, name="Ann"), later(1))
    contact = inbox.contact_at(A, CHAT)
    assert (contact.name, contact.human_until) == ("Ann", later(500))


def test_a_group_is_nobodys_alias(table: str) -> None:
    person = inbox.resolve(A, Addresses(CHAT, PHONE), NOW)
    group = inbox.resolve(A, Addresses(ChatId("1203630000000000@g.us"), PHONE, LID), later(1))
    assert group.id != person.id
    assert (group.phone, group.lid) == (None, None)
    assert inbox.contact_at(A, CHAT) == person
    assert inbox.contact_at(A, ChatId(OTHER_LID)) is None


def test_an_unchanged_contact_is_not_written(wire) -> None:
    contact = inbox.resolve(A, Addresses(CHAT, PHONE), NOW)
    with wire.answers("TransactWriteItems", "InternalServerError", 9):
        assert inbox.resolve(A, Addresses(CHAT, PHONE), later(1)) == replace(contact)
    assert wire.calls == []
