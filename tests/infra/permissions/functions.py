"""What each function does in its life, good days and bad ones: one scenario a function.

A new function needs one here. It must go through every kind of call that the function makes, since
what no call uses is reported as too much.
"""

import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import ModuleType

import boto3
from tests.infra.permissions.api import every_route
from tests.infra.permissions.cloud import Cloud, Context, records
from tests.support.builders import (
    CHAT,
    LID,
    A,
    B,
    accepted,
    incoming,
    message_seen,
    owned_line,
    person,
    want_running,
)
from tests.support.model_server import ModelServer, model_server
from tests.support.webhooks import OTHER_URL, RECEIVER, delivery

from switchboard.adapters.dynamodb.messages import _message_row
from switchboard.adapters.http.receiver_door import HttpReceiverDoor
from switchboard.application.accept_outbound import AcceptRequest
from switchboard.bootstrap.identifiers import new_id
from switchboard.domain.channel_events import AckSeen
from switchboard.domain.delivery import LaneKey
from switchboard.domain.delivery import to_wire as to_delivery_wire
from switchboard.domain.failed_entry import FailedEntry
from switchboard.domain.ids import ChatId, conversation_id
from switchboard.domain.inbound import InboundEvent, to_wire
from switchboard.domain.keys import ApiKey, key_hash
from switchboard.domain.message import MessageStatus
from switchboard.domain.notice import Notice, NoticeKind
from switchboard.domain.organization import AgentKind, Settings
from switchboard.domain.receiver import Receiver, Retries
from switchboard.domain.session import Wanted


def inbound(cloud: Cloud) -> None:
    """Messages of both directions, an ack, two chats that turn out to be one person, nonsense."""
    w, now = cloud.world, cloud.world.clock.now()
    with cloud.unrecorded():
        owned_line(w)
        sent = w.accept(AcceptRequest(A, CHAT, secrets.token_hex(100_000))).message
        late = w.accept(AcceptRequest(A, CHAT, "who knows")).message
        entry = w.outbox.read(A, late.id)
        w.failed.keep(FailedEntry(entry, MessageStatus.UNCONFIRMED, "unknown", now), late)
    app = cloud.function("InboundFunction")
    now = datetime.now(UTC)  # the function's own clock: what is old gets no answer
    heard = message_seen(now, 1)
    seen = [
        message_seen(now, 2, phone=None, chat_id=LID, wa_id=f"false_{LID}_3A02", lid=LID),
        heard,
        heard,
        message_seen(now, 3, from_me=True, wa_id=f"true_{CHAT}_3B03"),
        message_seen(now, 4, chat_id="120363000000000001@g.us", wa_id="false_1@g.us_3A04"),
        message_seen(now, 5, body="x" * 120_000),
        AckSeen(f"true_{CHAT}_{sent.wa_hex}", CHAT, 3, now),
        AckSeen(f"true_{CHAT}_{late.wa_hex}", CHAT, 2, now),
    ]
    bodies = [to_wire(InboundEvent(A, 1, one)) for one in seen]
    assert app.handler(records(*bodies, "nonsense"), Context()) == {"batchItemFailures": []}
    _fails_without_the_table(cloud, app, bodies[0])


def answer(cloud: Cloud) -> None:
    """A burst is answered; one that goes on while the agent thinks; nonsense.

    By the function's own clock: what is old gets no answer.
    """
    w = cloud.world
    with cloud.unrecorded():
        owned_line(w)
        w.receive(InboundEvent(A, 1, message_seen(datetime.now(UTC), 1)))
        contact = w.inbox.contact_at(A, CHAT)
    app = cloud.function("AnswerFunction")
    timer = {"organization_id": A, "conversation_id": conversation_id(contact.id), "in_version": 1}
    assert app.handler(records(timer, timer, "nonsense"), Context()) == {"batchItemFailures": []}
    with cloud.unrecorded():
        for number in (2, 3):
            seen = message_seen(datetime.now(UTC), number, body="what now?")
            w.receive(InboundEvent(A, 1, seen))
        conversation = w.inbox.conversation(A, conversation_id(contact.id))
        assert w.turns.claim(
            conversation, "other", w.clock.now(), w.clock.now() + timedelta(days=9999)
        )
    busy = timer | {"in_version": conversation.in_version}
    assert app.handler(records(busy), Context()) == {"batchItemFailures": []}
    with model_server() as model:
        for kind in (AgentKind.BEDROCK, AgentKind.OPENAI):
            _by_a_model(cloud, kind, model)
        assert len(model.asked) == 2
    _fails_without_the_table(cloud, app, timer)


def _fails_without_the_table(cloud: Cloud, app: ModuleType, body: object) -> None:
    """A passing failure, for which the message goes back; nothing works afterwards."""
    with cloud.unrecorded():
        table = cloud.stack.child("Data").physical("Table")
        boto3.client("dynamodb").delete_table(TableName=table)
    failed = app.handler(records(body), Context())["batchItemFailures"]
    assert failed == [{"itemIdentifier": "0"}]


def _by_a_model(cloud: Cloud, kind: AgentKind, model: ModelServer) -> None:
    """A turn of an organization that chose a language model; it listens on loopback."""
    w, chat = cloud.world, ChatId(f"1555000{len(kind):04d}@c.us")
    with cloud.unrecorded():
        secret = boto3.client("secretsmanager").create_secret(Name=f"key-{kind}", SecretString="k")
        w.organizations.set_settings(A, Settings(kind))
        address = {"chat_id": chat, "phone": chat[:11], "lid": None}
        w.receive(InboundEvent(A, 1, message_seen(datetime.now(UTC), 10 + len(kind), **address)))
        contact = w.inbox.contact_at(A, chat)
    cloud.stack.parameters |= {
        "BedrockModel": "eu.test.model",
        "OpenAiModel": "model",
        "OpenAiBaseUrl": f"{model.url}/v1",
        "OpenAiKeySecretArn": secret["ARN"],
    }
    cloud.monkeypatch.setenv("AWS_ENDPOINT_URL_BEDROCK_RUNTIME", model.url)
    timer = {"organization_id": A, "conversation_id": conversation_id(contact.id), "in_version": 1}
    app = cloud.function("AnswerFunction")
    assert app.handler(records(timer), Context()) == {"batchItemFailures": []}


def dispatcher(cloud: Cloud) -> None:
    """A message of a line that a host owns; one of a line that is deleted; nonsense."""
    with cloud.unrecorded():
        prefix = "https://sqs.eu-west-1.amazonaws.com/123456789012/switchboard-test-host-"
        want_running(cloud.world)
        cloud.world.sessions.acquire(A, new_id(), f"{prefix}1", cloud.world.clock.now())
        entry = accepted(cloud.world, 1)
        cloud.world.sessions.create(B, cloud.world.clock.now())
        late = accepted(cloud.world, 2, B)
        cloud.world.sessions.want(B, Wanted.DELETED, cloud.world.clock.now())
    app = cloud.function("DispatcherFunction")
    bodies = [
        {"organization_id": one.organization_id, "message_id": one.message_id}
        for one in (entry, late)
    ]
    assert app.handler(records(*bodies, "nonsense"), Context()) == {"batchItemFailures": []}
    with cloud.unrecorded():
        assert cloud.world.outbox.load(B) == []
    _fails_without_the_table(cloud, app, bodies[0])


def sweeper(cloud: Cloud) -> None:
    """Something of each kind was left behind long ago."""
    with cloud.unrecorded():
        want_running(cloud.world)
        accepted(cloud.world, 1)
        cloud.world.lanes.open(delivery(cloud.world), cloud.world.clock.now())
        cloud.world.receive(InboundEvent(A, 1, message_seen(cloud.world.clock.now(), 1)))
        notice = Notice(A, NoticeKind.LOGGED_OUT, "logged_out_by_phone", cloud.world.clock.now())
        assert cloud.world.notices.post(notice)
        _a_deleted_line(cloud)
    cloud.function("SweeperFunction").handler({}, Context())


def _a_deleted_line(cloud: Cloud) -> None:
    """It had a message queued, and its last owner left a snapshot behind."""
    cloud.world.sessions.create(B, cloud.world.clock.now())
    accepted(cloud.world, 2, B)
    cloud.world.sessions.want(B, Wanted.DELETED, cloud.world.clock.now())
    bucket = cloud.stack.child("Data").physical("SessionBucket")
    boto3.client("s3").put_object(Bucket=bucket, Key=f"profiles/{B}/0/01ID", Body=b"{}")


def authorizer(cloud: Cloud) -> None:
    """A key that is known."""
    with cloud.unrecorded():
        key = ApiKey(new_id(), organization_id=None, write=True, created_at=cloud.world.clock.now())
        cloud.world.keys.put(key_hash("secret"), key)
    app = cloud.function("AuthorizerFunction")
    event = {
        "authorizationToken": "secret",
        "methodArn": "arn:aws:execute-api:eu-west-1:1:api/test/GET/x",
    }
    assert app.handler(event, Context())["principalId"] == key.id


def events(cloud: Cloud) -> None:
    """Messages of a phone and of a LID, for a receiver; a record of another form."""
    w = cloud.world
    with cloud.unrecorded():
        want_running(w)
        w.receivers.replace(A, [RECEIVER])
        told = [incoming(w, person(w, chat=chat), number) for number, chat in ((1, CHAT), (2, LID))]
    app = cloud.function("EventsFunction")
    stream = {"SequenceNumber": "1", "ApproximateCreationDateTime": 1_770_000_000}
    images = [_message_row(message).serialize() for message in told]
    read = [{"dynamodb": stream | {"NewImage": image}} for image in images]
    broken = {"dynamodb": {"NewImage": {"kind": {"S": "message"}}}}
    answer = app.handler({"Records": [*read, broken]}, Context())
    assert answer == {"batchItemFailures": []}


def webhooks(cloud: Cloud) -> None:
    """Receivers that nobody reaches: parked, parked behind, dead, given up; nonsense."""
    w = cloud.world
    once = Receiver(OTHER_URL, retries=Retries(attempts=1))
    waiting = delivery(w, 1, "c3")
    with cloud.unrecorded():
        w.receivers.replace(A, [RECEIVER, once])
        w.lanes.open(waiting, w.clock.now())
    app = cloud.function("WebhooksFunction")
    door = app.webhooks.deliver.attempt.door
    nowhere = HttpReceiverDoor(replace(door.resolver, resolve=lambda *_: []))
    object.__setattr__(app.webhooks.deliver.attempt, "door", nowhere)
    straight = [delivery(w, 1), delivery(w, 2), delivery(w, 1, "c2", once)]
    event = records(*(to_delivery_wire(one) for one in straight), "nonsense")
    for record in event["Records"]:
        record["eventSourceARN"] += ".fifo"
    assert app.handler(event, Context()) == {"batchItemFailures": []}
    parked = {"organization_id": A, "lane": waiting.lane}
    assert app.handler(records(parked, "nonsense"), Context()) == {"batchItemFailures": []}
    assert w.lanes.first(LaneKey(A, waiting.lane)) is None


SCENARIOS: dict[str, Callable[[Cloud], None]] = {
    "InboundFunction": inbound,
    "AnswerFunction": answer,
    "DispatcherFunction": dispatcher,
    "SweeperFunction": sweeper,
    "AuthorizerFunction": authorizer,
    "EventsFunction": events,
    "WebhooksFunction": webhooks,
    "ApiFunction": every_route,
}
