"""What stands in the table, seen by whoever reads it without our code."""

from datetime import timedelta
from pathlib import Path

import pytest
from cfnlint.decode import cfn_yaml
from tests.support.table import definition
from tests.unit.adapters.given import CHAT, NOW, A, incoming, outgoing, running_line, somebody

from switchboard.adapters.dynamodb.base import Base
from switchboard.adapters.dynamodb.inbox import DynamoInbox
from switchboard.adapters.dynamodb.message_store import DynamoMessageStore
from switchboard.adapters.dynamodb.outbox import DynamoOutbox
from switchboard.adapters.dynamodb.session_store import DynamoSessionStore
from switchboard.adapters.dynamodb.turns import DynamoTurns
from switchboard.domain.errors import InvalidInput
from switchboard.domain.ids import OrganizationId
from switchboard.domain.message import MessageStatus
from switchboard.domain.session import Reason, SessionState, SessionStatus, Wanted
from switchboard.ports.turns import Commit

sessions, outbox, inbox, turns = DynamoSessionStore(), DynamoOutbox(), DynamoInbox(), DynamoTurns()
DATA = Path(__file__).parents[3] / "infra" / "data.yaml"
LATER = NOW + timedelta(minutes=2)


def test_the_template_declares_the_table_of_the_models() -> None:
    declared = cfn_yaml.load(str(DATA))["Resources"]["Table"]["Properties"]
    for key, value in definition().items():
        assert sorted(map(str, declared[key])) == sorted(map(str, plain(value))), key
    assert declared["TimeToLiveSpecification"]["AttributeName"] == "expires_at"


def plain(value):
    order = ("IndexName", "KeySchema", "Projection", "AttributeName", "AttributeType", "KeyType")
    if isinstance(value, dict):
        rank = {key: number for number, key in enumerate(order)}
        keys = sorted(value, key=lambda key: rank.get(key, 99))
        return {key: plain(value[key]) for key in keys}
    return [plain(one) for one in value] if isinstance(value, list) else value


def test_a_line_has_the_fields_of_the_requirement(rows) -> None:
    lease = running_line()
    qr = SessionState(SessionStatus.WAITING_QR, Reason.SCAN_QR, qr_code="2@x", qr_number=1)
    sessions.record(lease, qr, NOW)
    line = rows()["ORG#alpha", "SESSION"]
    assert {"id", "organization_id", "status", "qr_code", "created_at", "updated_at"} <= set(line)
    connected = SessionState(SessionStatus.CONNECTED, Reason.LINKED)
    sessions.record(lease, connected, NOW)
    lost = SessionState(SessionStatus.ERROR, Reason.PAGE_CRASHED, last_error="crashed")
    sessions.record(lease, lost, LATER)
    line = rows()["ORG#alpha", "SESSION"]
    assert {"last_error", "connected_at", "disconnected_at"} <= set(line)
    assert line["connected_at"]["S"] == "2030-01-01T12:00:00.123000+0000"
    assert line["id"]["S"] == line["organization_id"]["S"] == "alpha"


def test_messages_of_both_directions_have_the_fields_of_the_requirement(rows) -> None:
    contact, conversation = somebody()
    inbox.receive(contact, incoming(contact, "hello"), answerable=True)
    message, entry = outgoing(inbox.conversation(A, conversation.id), "hi")
    outbox.accept(inbox.conversation(A, conversation.id), message, entry, "hash")
    DynamoMessageStore().advance(message, MessageStatus.SENT, NOW)
    pk = f"ORG#alpha#CONV#{conversation.id}"
    stored = [item for (where, _), item in rows().items() if where == pk]
    common = {"id", "conversation_id", "content", "direction", "whatsapp_message_id", "status"}
    for item in stored:
        stamp = "received_at" if item["direction"]["S"] == "INCOMING" else "sent_at"
        assert common | {"created_at", stamp} <= set(item)
    assert {item["content"]["S"] for item in stored} == {"hello", "hi"}


def test_attention_is_removed_when_nothing_waits(rows) -> None:
    contact, conversation = somebody()
    inbox.receive(contact, incoming(contact), answerable=True)
    conversation = inbox.conversation(A, conversation.id)
    message, entry = outgoing(conversation)
    sessions.create(A, NOW)
    sessions.want(A, Wanted.RUNNING, NOW)
    outbox.accept(conversation, message, entry, "hash")
    assert waiting(rows) == ["pending#", "unanswered#", "unowned#"]
    assert outbox.overdue_pending(LATER, 5) == [(A, message.id)]
    assert turns.unanswered(LATER, 5) == [(A, conversation.id)]
    assert sessions.unowned(LATER, 5) == [A]
    assert sessions.unowned(NOW, 5) == []
    outbox.mark_ready(A, message.id)
    lease = sessions.acquire(A, "host-1", "queue", NOW)
    conversation = inbox.conversation(A, conversation.id)
    turns.claim(conversation, "token", NOW, LATER)
    turns.commit(conversation, "token", Commit(1, None, None, None, None), NOW)
    assert waiting(rows) == []
    assert sessions.owned_by("host-1") == [A]
    sessions.release(lease, SessionStatus.DISCONNECTED, Reason.HOST_STOPPED, NOW)
    assert sessions.owned_by("host-1") == []
    assert waiting(rows) == ["unowned#"]


def waiting(rows) -> list[str]:
    return sorted(item["attention"]["S"][:-1] for item in rows().values() if "attention" in item)


def test_no_store_scans(wire, monkeypatch: pytest.MonkeyPatch) -> None:
    def scanned(*_: object, **__: object) -> None:
        raise AssertionError("a scan")

    monkeypatch.setattr(Base, "scan", scanned)
    running_line()
    assert [line.organization_id for line in sessions.page(None, 10).items] == [A]


def test_lines_are_listed_in_order_over_all_shards(table: str) -> None:
    names = [f"o{number:03d}" for number in range(25)]
    for name in names:
        sessions.create(OrganizationId(name), NOW)
    for name in names[5:15]:
        sessions.want(OrganizationId(name), Wanted.DELETED, NOW)
    seen, cursor = [], None
    while True:
        page = sessions.page(cursor, 4)
        seen += [line.organization_id for line in page.items]
        cursor = page.cursor
        if cursor is None:
            break
    assert seen == names[:5] + names[15:]


def test_a_cursor_of_another_listing_is_refused(table: str) -> None:
    running_line()
    contact, conversation = somebody()
    for number in range(3):
        inbox.receive(contact, incoming(contact, number=number), answerable=False)
    cursor = DynamoMessageStore().page(A, [conversation.id], None, 1).cursor
    with pytest.raises(InvalidInput, match="cursor"):
        sessions.page(cursor, 1)
    with pytest.raises(InvalidInput, match="cursor"):
        inbox.conversations(A, cursor, 1)
    for nonsense in ("", "%%%", "bnVsbA==", CHAT):
        with pytest.raises(InvalidInput, match="cursor"):
            inbox.conversations(A, nonsense, 1)
