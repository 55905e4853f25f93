"""Every use case that a route calls, with its ports."""

from __future__ import annotations

from dataclasses import dataclass

from switchboard.application.accept_outbound import AcceptOutbound
from switchboard.application.change_contact import ChangeContact
from switchboard.application.change_limits import ChangeLimits
from switchboard.application.create_session import CreateSession
from switchboard.application.delete_session import DeleteSession
from switchboard.application.end_queued import EndQueued
from switchboard.application.failed_messages import ListFailedMessages, RedriveMessage
from switchboard.application.list_contacts import ListContacts, ReadContact
from switchboard.application.list_conversations import ListConversations, ListMessages
from switchboard.application.list_notices import ListNotices
from switchboard.application.list_outbox import ListOutbox
from switchboard.application.list_sessions import ListSessions
from switchboard.application.look_up_address import LookUpAddress
from switchboard.application.manage_keys import CreateKey, ListKeys, RevokeKey, RotateKey
from switchboard.application.manage_webhooks import (
    ChangeReceivers,
    ListDeliveries,
    ManageWebhooks,
    ReadReceivers,
    RedriveDelivery,
    TryReceivers,
)
from switchboard.application.mark_seen import MarkSeen
from switchboard.application.organization_knowledge import (
    ChangeSettings,
    DeleteKnowledge,
    ListKnowledge,
    PublishKnowledge,
    PutKnowledge,
)
from switchboard.application.pause_sending import PauseSending, ResumeSending
from switchboard.application.queue_position import QueuePosition
from switchboard.application.read_account import ReadAccount
from switchboard.application.read_message import CancelMessage, ReadMessage
from switchboard.application.read_quota import ReadQuota
from switchboard.application.read_session import ReadSession
from switchboard.application.run_command import RunCommand
from switchboard.application.take_over import TakeOver
from switchboard.application.throttle_key import ThrottleKey
from switchboard.application.want_session import WantSession
from switchboard.bootstrap.api.stores import Stores
from switchboard.bootstrap.identifiers import new_id, new_message_id, new_secret
from switchboard.ports.trials import Trials


@dataclass(frozen=True, slots=True)
class Messages:
    """Use cases about messages of either direction."""

    accept: AcceptOutbound
    read: ReadMessage
    page: ListMessages
    position: QueuePosition
    cancel: CancelMessage
    failed: ListFailedMessages
    redrive: RedriveMessage


@dataclass(frozen=True, slots=True)
class Contacts:
    """Use cases about people."""

    page: ListContacts
    read: ReadContact
    change: ChangeContact
    look_up: LookUpAddress


@dataclass(frozen=True, slots=True)
class Knowledge:
    """Use cases about questions and answers."""

    read: ListKnowledge
    put: PutKnowledge
    publish: PublishKnowledge
    trial: Trials
    delete: DeleteKnowledge


@dataclass(frozen=True, slots=True)
class Keys:
    """Use cases about API keys."""

    page: ListKeys
    create: CreateKey
    rotate: RotateKey
    revoke: RevokeKey


@dataclass(frozen=True, slots=True)
class Api:
    """Every use case that a route calls."""

    throttle_key: ThrottleKey
    create_session: CreateSession
    delete_session: DeleteSession
    want_session: WantSession
    read_session: ReadSession
    list_sessions: ListSessions
    change_limits: ChangeLimits
    change_settings: ChangeSettings
    pause_sending: PauseSending
    resume_sending: ResumeSending
    run_command: RunCommand
    read_account: ReadAccount
    list_conversations: ListConversations
    list_outbox: ListOutbox
    read_quota: ReadQuota
    list_notices: ListNotices
    mark_seen: MarkSeen
    take_over: TakeOver
    messages: Messages
    contacts: Contacts
    knowledge: Knowledge
    keys: Keys
    webhooks: ManageWebhooks


def wire(s: Stores) -> Api:
    """Give every use case its ports."""
    read_session = ReadSession(s.sessions, s.hosts, s.gate, s.organizations, s.clock)
    run_command = RunCommand(s.sessions, s.commands, s.wake_ups, s.clock, new_id, s.pause)
    want_session = WantSession(s.sessions, s.session_starts, s.wake_ups, s.clock)
    end_queued = EndQueued(s.outbox, s.messages, s.clock, s.metrics)
    return Api(
        throttle_key=ThrottleKey(s.requests, s.clock, s.requests_per_minute),
        create_session=CreateSession(s.sessions, end_queued, s.belongings, read_session, s.clock),
        delete_session=DeleteSession(want_session, s.keys, s.clock),
        want_session=want_session,
        read_session=read_session,
        list_sessions=ListSessions(s.sessions, read_session),
        change_limits=ChangeLimits(s.sessions, s.wake_ups, s.clock),
        change_settings=ChangeSettings(s.organizations),
        pause_sending=PauseSending(s.sessions, s.clock),
        resume_sending=ResumeSending(s.sessions, s.notices, s.wake_ups, s.clock),
        run_command=run_command,
        read_account=ReadAccount(s.sessions),
        list_conversations=ListConversations(s.sessions, s.inbox),
        list_outbox=ListOutbox(s.sessions, s.outbox, s.clock),
        read_quota=ReadQuota(s.sessions, s.gate, s.clock),
        list_notices=ListNotices(s.sessions, s.notices),
        mark_seen=MarkSeen(s.inbox, run_command),
        take_over=TakeOver(s.inbox, s.clock),
        messages=_messages(s),
        contacts=_contacts(s, run_command),
        knowledge=_knowledge(s),
        keys=_keys(s),
        webhooks=_webhooks(s),
    )


def _messages(s: Stores) -> Messages:
    read = ReadMessage(s.messages)
    return Messages(
        accept=_accept(s),
        read=read,
        page=ListMessages(s.inbox, s.messages),
        position=QueuePosition(s.outbox, s.clock),
        cancel=CancelMessage(read, s.messages, s.outbox, s.clock),
        failed=ListFailedMessages(s.sessions, s.failed),
        redrive=RedriveMessage(s.sessions, s.inbox, s.messages, s.failed, s.send_queue, s.clock),
    )


def _accept(s: Stores) -> AcceptOutbound:
    return AcceptOutbound(
        s.sessions,
        s.inbox,
        s.outbox,
        s.messages,
        s.send_queue,
        s.clock,
        s.metrics,
        new_message_id,
    )


def _contacts(s: Stores, run_command: RunCommand) -> Contacts:
    read = ReadContact(s.sessions, s.inbox)
    return Contacts(
        page=ListContacts(s.sessions, s.inbox),
        read=read,
        change=ChangeContact(read, s.inbox, s.clock),
        look_up=LookUpAddress(s.sessions, s.inbox, run_command),
    )


def _knowledge(s: Stores) -> Knowledge:
    return Knowledge(
        read=ListKnowledge(s.organizations),
        put=PutKnowledge(s.organizations, s.embedder),
        publish=PublishKnowledge(s.organizations),
        trial=s.trials,
        delete=DeleteKnowledge(s.organizations),
    )


def _keys(s: Stores) -> Keys:
    create = CreateKey(s.keys, s.sessions, s.clock, new_id, new_secret)
    revoke = RevokeKey(s.keys, s.clock)
    return Keys(
        page=ListKeys(s.keys), create=create, rotate=RotateKey(create, revoke), revoke=revoke
    )


def _webhooks(s: Stores) -> ManageWebhooks:
    queue, log = s.delivery_queue, s.deliveries
    return ManageWebhooks(
        s.reach,
        ReadReceivers(s.sessions, s.receivers),
        ChangeReceivers(s.sessions, s.receivers, s.names),
        ListDeliveries(s.sessions, s.receivers, log),
        RedriveDelivery(s.sessions, s.receivers, log, queue, s.clock),
        TryReceivers(s.sessions, s.receivers, s.organizations, queue, s.clock, new_id),
    )
