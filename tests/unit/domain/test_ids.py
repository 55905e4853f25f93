"""Ids are parsed at the door, and derived so that a retry gives the same."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.domain.errors import InvalidInput
from switchboard.domain.ids import (
    ContactId,
    MessageId,
    conversation_id,
    derive,
    is_group,
    parse_chat_id,
    parse_message_id,
    parse_organization_id,
    parse_wa_hex,
    phone_of,
    wa_hex_for,
)


@pytest.mark.parametrize("text", ["a", "Acme-1", "a_b", "0", "x" * 64])
def test_an_organization_id_is_taken_as_it_is(text: str) -> None:
    assert parse_organization_id(text) == text


@pytest.mark.parametrize(
    "text", ["", "-a", "a-", "_a", "a b", "a#b", "a/b", "x" * 65, "a\n", "\u00e9", None, 7]
)
def test_what_is_no_organization_id_names_its_field(text: object) -> None:
    with pytest.raises(InvalidInput) as refused:
        parse_organization_id(text, "session")
    assert refused.value.field == "session"


@pytest.mark.parametrize(
    ("text", "chat"),
    [
        ("15550001111", "15550001111@c.us"),
        ("+1 (555) 000-11.11", "15550001111@c.us"),
        (" 15550001111 ", "15550001111@c.us"),
        ("15550001111@c.us", "15550001111@c.us"),
        ("15550001111@s.whatsapp.net", "15550001111@c.us"),
        ("111110005551@lid", "111110005551@lid"),
        ("120363000000000001@g.us", "120363000000000001@g.us"),
        ("15550001111-1600000000@g.us", "15550001111-1600000000@g.us"),
    ],
)
def test_a_chat_id_is_taken_as_people_write_it(text: str, chat: str) -> None:
    assert parse_chat_id(text) == chat
    assert parse_chat_id(chat) == chat


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "hello",
        "123",
        "0155500011",
        "1" * 16,
        "+",
        "15550001111@example.com",
        "15550001111@",
        "@c.us",
        "+15550001111@c.us",
        "15550001111@c.us@c.us",
        "abc@lid",
        "status@broadcast",
        "1555000\u0661\u0661\u0661\u0661",
        "15550001111\x00",
        "15550001111\n",
        "15550001111@c.us\n",
        "15550001111@c.us\u2003",
        "111110005551@lid\r\n",
        None,
        15550001111,
        ["15550001111"],
    ],
)
def test_what_is_no_chat_id_names_its_field(text: object) -> None:
    with pytest.raises(InvalidInput) as refused:
        parse_chat_id(text, "chatId")
    assert refused.value.field == "chatId"


@given(st.text())
def test_a_chat_id_is_one_of_three_kinds_or_refused(text: str) -> None:
    try:
        chat = parse_chat_id(text)
    except InvalidInput:
        return
    assert chat.endswith(("@c.us", "@lid", "@g.us"))
    assert parse_chat_id(chat) == chat


def test_a_phone_is_read_from_a_phone_chat_only() -> None:
    assert phone_of(parse_chat_id("15550001111")) == "15550001111"
    assert phone_of(parse_chat_id("111110005551@lid")) is None
    assert phone_of(parse_chat_id("120363000000000001@g.us")) is None
    assert is_group(parse_chat_id("120363000000000001@g.us"))
    assert not is_group(parse_chat_id("15550001111"))


@pytest.mark.parametrize("text", ["01ARZ3NDEKTSV4RRFFQ69G5FAV", "0" * 32, derive("x")])
def test_a_message_id_is_taken_as_it_is(text: str) -> None:
    assert parse_message_id(text) == text


@pytest.mark.parametrize(
    "text", ["", "0" * 25, "0" * 31, "G" * 32, "A" * 32, None, 1, "0" * 26 + "\n"]
)
def test_what_is_no_message_id_names_its_field(text: object) -> None:
    with pytest.raises(InvalidInput) as refused:
        parse_message_id(text, "id")
    assert refused.value.field == "id"


@pytest.mark.parametrize(
    ("key", "hex_"),
    [
        ("true_15550001111@c.us_3EB0ABCDEF", "3EB0ABCDEF"),
        ("false_111110005551@lid_3A0123456789", "3A0123456789"),
        ("false_1203630000001@g.us_3A01_15550001111@c.us", "3A01"),
    ],
)
def test_whatsapps_id_is_taken_out_of_its_key(key: str, hex_: str) -> None:
    assert parse_wa_hex(key) == hex_


@pytest.mark.parametrize(
    "key", ["", "3EB0ABCDEF", "true_x", "maybe_1@c.us_3EB0", "true_1@c.us_", None, 3]
)
def test_what_is_no_message_key_names_its_field(key: object) -> None:
    with pytest.raises(InvalidInput) as refused:
        parse_wa_hex(key, "wa_id")
    assert refused.value.field == "wa_id"


def test_derived_ids_are_the_same_on_every_retry_and_keep_parts_apart() -> None:
    assert derive("a", 1) == derive("a", 1)
    assert derive("ab", "c") != derive("a", "bc")
    assert derive("a", "b") != derive("b", "a")
    assert conversation_id(ContactId("x")) == conversation_id(ContactId("x"), 1)
    assert conversation_id(ContactId("x"), 2) != conversation_id(ContactId("x"))


@given(st.text(alphabet="0123456789abcdef", min_size=32, max_size=32))
def test_our_whatsapp_ids_have_whatsapps_form(text: str) -> None:
    hex_ = wa_hex_for(MessageId(text))
    assert re.fullmatch("3EB0[0-9A-F]{18}", hex_)
    assert parse_wa_hex(f"true_15550001111@c.us_{hex_}") == hex_
    assert hex_ == wa_hex_for(MessageId(text))
