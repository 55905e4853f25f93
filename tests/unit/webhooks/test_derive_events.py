"""What follows from a change of an item, and that a redelivery tells the same."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from tests.support.builders import CHAT, GROUP, LID, PHONE, A, incoming, person, typed_on_phone
from tests.support.webhooks import ME
from tests.support.world import World, memory_world
from waha.generated import models

from switchboard.application.derive_events import derive_events
from switchboard.domain.changes import (
    Change,
    Changed,
    ContactChanged,
    HandOffChanged,
    LineChanged,
    MessageChanged,
    NoticePosted,
)
from switchboard.domain.conversation import ContactStatus
from switchboard.domain.events import Event, Known, envelope
from switchboard.domain.ids import ChatId, conversation_id
from switchboard.domain.message import Direction, Message, MessageStatus, Reaction, Source
from switchboard.domain.notice import Notice, NoticeKind
from switchboard.domain.session import Account, Reason, Session, SessionStatus, Wanted

AT = datetime(2026, 2, 3, 4, 5, 6, tzinfo=UTC)
KNOWN = Known(ME, PHONE)


@pytest.fixture
def w() -> World:
    return memory_world()


def told(changed: Changed, at: datetime = AT) -> list[Event]:
    events = derive_events(Change(changed, "1", at), KNOWN)
    again = derive_events(Change(changed, "2", at), KNOWN)
    assert [one.id for one in events] == [one.id for one in again]
    assert len({one.id for one in events}) == len(events)
    return events


def names(events: list[Event]) -> list[str]:
    return [one.name.value for one in events]


def line(**more: object) -> Session:
    session = Session(A, Wanted.RUNNING, SessionStatus.STARTING, Reason.STARTING, AT, AT)
    return replace(session, **more)


def queued(w: World) -> Message:
    message = incoming(w, person(w), 1, "hi")
    return replace(
        message,
        direction=Direction.OUTGOING,
        source=Source.AGENT,
        status=MessageStatus.QUEUED,
        whatsapp_message_id=None,
        received_at=None,
    )


def test_a_contacts_message_is_told_as_message_and_as_any(w: World) -> None:
    message = incoming(w, person(w), 1, "hello")
    first, second = told(MessageChanged(None, message))
    assert names([first, second]) == ["message", "message.any"]
    assert first.payload == second.payload
    assert first.group == message.conversation_id
    payload = dict(first.payload)
    assert payload["id"] == message.whatsapp_message_id
    assert (payload["from"], payload["to"]) == (CHAT, "15550009999@c.us")
    assert (payload["fromMe"], payload["body"], payload["source"]) == (False, "hello", "app")
    assert (payload["hasMedia"], payload["media"], payload["participant"]) == (False, None, "")
    assert first.sender_phone == PHONE


def test_a_contacts_message_is_told_once_only(w: World) -> None:
    message = incoming(w, person(w), 1)
    assert told(MessageChanged(message, replace(message, error_code="x"))) == []


def test_an_own_message_is_told_when_whatsapp_has_it_and_then_its_acks(w: World) -> None:
    stored = queued(w)
    assert told(MessageChanged(None, stored)) == []
    wa_id = f"true_{CHAT}_3EB0{'0' * 18}"
    sent = replace(
        stored, status=MessageStatus.SENT, sent_at=AT + timedelta(1), whatsapp_message_id=wa_id
    )
    events = told(MessageChanged(stored, sent))
    assert names(events) == ["message.any", "message.ack"]
    assert [one.payload["id"] for one in events] == [wa_id, wa_id]
    assert events[0].payload["source"] == "api"
    assert (events[1].payload["ack"], events[1].payload["ackName"]) == (1, "SERVER")
    assert events[0].at == AT + timedelta(1), "finer than the stream's time"
    delivered = replace(sent, status=MessageStatus.DELIVERED, delivered_at=AT + timedelta(2))
    (ack,) = told(MessageChanged(sent, delivered))
    assert (ack.name.value, ack.payload["ack"], ack.sender_phone) == (
        "message.ack",
        2,
        ME.phone,
    )
    assert told(MessageChanged(delivered, replace(delivered, error_code="x"))) == []


@pytest.mark.parametrize(
    ("status", "ack", "name"),
    [
        (MessageStatus.FAILED, -1, "ERROR"),
        (MessageStatus.EXPIRED, -1, "ERROR"),
        (MessageStatus.CANCELLED, -1, "ERROR"),
        (MessageStatus.UNCONFIRMED, 0, "PENDING"),
    ],
)
def test_an_end_without_a_send_is_told_as_an_ack(
    w: World, status: MessageStatus, ack: int, name: str
) -> None:
    stored = queued(w)
    (event,) = told(MessageChanged(stored, replace(stored, status=status)))
    payload = event.payload
    assert (payload["ack"], payload["ackName"], payload["state"]) == (ack, name, status.value)


def test_a_late_ack_of_a_given_up_message_also_tells_the_message(w: World) -> None:
    failed = replace(queued(w), status=MessageStatus.UNCONFIRMED)
    lifted = replace(failed, status=MessageStatus.SENT, sent_at=AT)
    assert names(told(MessageChanged(failed, lifted))) == ["message.any", "message.ack"]


def test_what_was_typed_on_the_phone_is_told_as_any(w: World) -> None:
    message = typed_on_phone(w, person(w), 1)
    (event,) = told(MessageChanged(None, message))
    assert event.name.value == "message.any"
    assert (event.payload["fromMe"], event.payload["source"]) == (True, "app")
    assert event.sender_phone == ME.phone


def test_a_group_message_names_its_participant(w: World) -> None:
    message = replace(
        incoming(w, person(w), 1), chat_id=GROUP, whatsapp_message_id=f"false_{GROUP}_3A01_{LID}"
    )
    assert told(MessageChanged(None, message))[0].payload["participant"] == LID


def test_media_without_a_file_says_so(w: World) -> None:
    message = replace(incoming(w, person(w), 1, "a caption"), type="image")
    payload = told(MessageChanged(None, message))[0].payload
    assert payload["hasMedia"]
    assert payload["media"]["url"] is None
    assert payload["media"]["error"] == {"code": "not_downloaded"}


def test_a_body_travels_with_its_event(w: World) -> None:
    message = incoming(w, person(w), 1, "x" * 60_000)
    for event in told(MessageChanged(None, message)):
        assert event.payload["body"] == message.content
        assert event.long_body is None


def test_a_body_that_json_blows_up_travels_as_its_beginning(w: World) -> None:
    message = incoming(w, person(w), 1, "\n" * 40_000)
    for event in told(MessageChanged(None, message)):
        assert event.payload["body"] == message.content[:1000]
        assert event.long_body == message.id


def test_a_state_is_told_with_wahas_word_and_ours() -> None:
    old = line()
    new = line(status=SessionStatus.WAITING_QR, reason=Reason.SCAN_QR, updated_at=AT + timedelta(1))
    (event,) = told(LineChanged(old, new))
    assert event.name.value == "session.status"
    payload = event.payload
    assert (payload["status"], payload["state"], payload["reason"]) == (
        "SCAN_QR_CODE",
        "WAITING_QR",
        "scan_qr",
    )
    assert payload["me"] is None


def test_what_else_changes_in_a_line_is_nobodys_event() -> None:
    quiet = line(heartbeat_at=AT, epoch=4, qr_code="x", updated_at=AT + timedelta(1))
    assert told(LineChanged(line(), quiet)) == []


def test_the_same_state_of_another_day_is_another_event() -> None:
    connected = line(status=SessionStatus.CONNECTED, reason=Reason.LINKED)
    first = told(LineChanged(line(), connected))
    second = told(LineChanged(line(), replace(connected, updated_at=AT + timedelta(1))))
    assert first[0].id != second[0].id


def test_a_pause_and_its_end_are_told() -> None:
    paused = line(
        paused_until=AT + timedelta(999),
        pause_reason="temporary_ban",
        pause_ends_at=AT + timedelta(1),
    )
    (event,) = told(LineChanged(line(), paused))
    assert event.name.value == "session.restriction"
    assert event.payload["active"]
    assert (event.payload["kind"], event.payload["expiresAt"]) == (
        "temporary_ban",
        "2026-02-04T04:05:06.000Z",
    )
    (event,) = told(LineChanged(paused, line(updated_at=AT + timedelta(1))))
    assert (event.payload["active"], event.payload["expiresAt"]) == (False, None)


def test_a_contact_is_told_when_new_and_when_its_status_moves(w: World) -> None:
    contact = person(w, name="Ann")
    (event,) = told(ContactChanged(None, contact))
    payload = event.payload
    assert (payload["status"], payload["previousStatus"], payload["phone"]) == (
        "NEW_LEAD",
        None,
        PHONE,
    )
    assert event.group == conversation_id(contact.id), "in order with the conversation"
    moved = replace(contact, status=ContactStatus.QUALIFIED)
    (event,) = told(ContactChanged(contact, moved))
    assert event.payload["previousStatus"] == "NEW_LEAD"
    assert told(ContactChanged(contact, replace(contact, human_until=AT))) == []


def test_a_hand_off_is_told_with_its_reason_and_so_is_the_person_who_came(w: World) -> None:
    before = w.inbox.open_conversation(person(w, name="Ann"), AT)
    waiting = replace(before, needs_human=True, hand_off_reason="complaint", handed_off_at=AT)
    (event,) = told(HandOffChanged(before, waiting))
    assert (event.name.value, event.group, event.at) == ("conversation.hand_off", before.id, AT)
    assert event.payload == {
        "id": CHAT,
        "conversationId": before.id,
        "contactId": before.contact_id,
        "name": "Ann",
        "active": True,
        "reason": "complaint",
        "handedOffAt": "2026-02-03T04:05:06.000Z",
    }
    (over,) = told(HandOffChanged(waiting, before), AT + timedelta(1))
    assert (over.payload["active"], over.payload["reason"]) == (False, "complaint")
    assert over.payload["handedOffAt"] == event.payload["handedOffAt"]
    again = replace(waiting, handed_off_at=AT + timedelta(2))
    (second,) = told(HandOffChanged(waiting, again), AT + timedelta(2))
    assert len({event.id, over.id, second.id}) == 3, "each hand-off is an event of its own"
    assert told(HandOffChanged(waiting, replace(waiting, unread=2))) == []


def test_an_unknown_phone_is_null_and_never_invented(w: World) -> None:
    contact = person(w, chat=ChatId(LID))
    (event,) = told(ContactChanged(None, contact))
    assert event.sender_phone is None
    assert event.payload["phone"] is None


def test_a_full_window_is_told_once_each_time() -> None:
    notice = Notice(A, NoticeKind.LIMIT_REACHED, "minute", AT)
    (event,) = told(NoticePosted(None, notice))
    assert event.name.value == "rate_limit.reached"
    assert event.payload == {"window": "minute", "at": "2026-02-03T04:05:06.000Z"}
    assert told(NoticePosted(notice, notice)) == []
    (again,) = told(NoticePosted(notice, replace(notice, at=AT + timedelta(hours=2))))
    assert again.id != event.id


def test_other_notices_are_for_operators_only() -> None:
    assert told(NoticePosted(None, Notice(A, NoticeKind.LOGGED_OUT, "logged_out", AT))) == []


def test_an_envelope_has_wahas_fields(w: World) -> None:
    event = told(MessageChanged(None, incoming(w, person(w), 1)))[0]
    shown = envelope(event, ME, {})
    assert set(shown) == {
        "id",
        "timestamp",
        "event",
        "session",
        "metadata",
        "me",
        "payload",
        "senderPhone",
    }
    assert shown["id"].startswith("evt_")
    assert len(shown["id"]) == len("evt_") + 26
    assert shown["timestamp"] == round(w.clock.now().timestamp() * 1000)
    assert shown["me"] == {"id": "15550009999@c.us", "pushName": "Shop", "lid": ME.lid}
    assert (shown["session"], shown["senderPhone"]) == (A, PHONE)


def test_ids_sort_by_time(w: World) -> None:
    first = told(MessageChanged(None, incoming(w, person(w), 1)))[0]
    w.advance(seconds=1)
    second = told(MessageChanged(None, incoming(w, person(w), 2)))[0]
    assert first.id < second.id


def test_reactions_are_told_one_by_one_with_who_reacted(w: World) -> None:
    message = incoming(w, person(w), 1)
    first = Reaction(CHAT, "👍", AT)
    (event,) = told(MessageChanged(message, replace(message, reactions=(first,))))
    assert (event.name.value, event.group) == ("message.reaction", message.conversation_id)
    wa_id = message.whatsapp_message_id
    assert event.payload["reaction"] == {"text": "👍", "messageId": wa_id}
    assert (event.payload["from"], event.payload["fromMe"]) == (CHAT, False)
    assert event.payload["id"] != wa_id, "nobody may take it for the message again"
    assert event.sender_phone == PHONE
    mine = Reaction(f"{ME.phone}@c.us", "", AT + timedelta(1), from_me=True)
    with_both = replace(message, reactions=(first, mine))
    (own,) = told(MessageChanged(replace(message, reactions=(first,)), with_both))
    assert (own.payload["fromMe"], own.payload["reaction"]["text"]) == (True, "")
    assert own.sender_phone == ME.phone
    assert told(MessageChanged(with_both, with_both)) == []


def test_an_edit_tells_the_message_as_it_is_now(w: World) -> None:
    message = incoming(w, person(w), 1, "at nine")
    edited = replace(message, content="at ten", edited_at=AT)
    (event,) = told(MessageChanged(message, edited))
    assert (event.name.value, event.payload["body"]) == ("message.edited", "at ten")
    assert event.payload["editedMessageId"] == message.whatsapp_message_id
    (again,) = told(MessageChanged(edited, replace(edited, edited_at=AT + timedelta(1))))
    assert len({event.id, again.id, event.payload["id"], again.payload["id"]}) == 4


def test_a_revocation_tells_what_was_said(w: World) -> None:
    message = incoming(w, person(w), 1, "forget it")
    gone = replace(message, revoked_at=AT)
    (event,) = told(MessageChanged(message, gone))
    assert (event.name.value, event.payload["after"]) == ("message.revoked", None)
    assert event.payload["before"]["body"] == "forget it"
    assert event.payload["revokedMessageId"] == message.whatsapp_message_id
    assert told(MessageChanged(gone, gone)) == []


def test_a_long_body_is_put_in_when_an_edit_is_delivered(w: World) -> None:
    message = incoming(w, person(w), 1, "short")
    edited = replace(message, content="x" * 70_000, edited_at=AT)
    (event,) = told(MessageChanged(message, edited))
    assert event.long_body == message.id
    assert len(event.payload["body"]) == 1_000


WAHA_MODELS = {
    "session.status": models.WASessionStatusBody,
    "message": models.WAMessage,
    "message.any": models.WAMessage,
    "message.ack": models.WAMessageAckBody,
    "message.reaction": models.WAMessageReaction,
    "message.edited": models.WAMessageEditedBody,
    "message.revoked": models.WAMessageRevokedBody,
}


def changes_of_every_kind(w: World) -> list[Changed]:
    heard = incoming(w, person(w), 1, "hello")
    grouped = replace(heard, chat_id=GROUP, whatsapp_message_id=f"false_{GROUP}_3A01_{LID}")
    stored = queued(w)
    sent = replace(stored, status=MessageStatus.SENT, sent_at=AT)
    reacted = replace(heard, reactions=(Reaction(LID, "👍", AT),))
    started = line(updated_at=AT + timedelta(1), status=SessionStatus.WAITING_QR)
    return [
        MessageChanged(None, heard),
        MessageChanged(None, grouped),
        MessageChanged(None, replace(heard, type="image")),
        MessageChanged(None, typed_on_phone(w, person(w), 1)),
        MessageChanged(stored, sent),
        MessageChanged(stored, replace(stored, status=MessageStatus.FAILED)),
        MessageChanged(heard, reacted),
        MessageChanged(heard, replace(heard, content="hi", edited_at=AT)),
        MessageChanged(heard, replace(heard, revoked_at=AT)),
        LineChanged(line(), started),
    ]


@pytest.mark.parametrize("me", [ME, Account()])
def test_wahas_own_models_take_every_payload(w: World, me: Account) -> None:
    met = set()
    for changed in changes_of_every_kind(w):
        for event in derive_events(Change(changed, "1", AT), Known(me)):
            WAHA_MODELS[event.name].model_validate(event.payload)
            met.add(event.name.value)
    assert met == WAHA_MODELS.keys()
