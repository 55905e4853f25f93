"""Every metric of this project: its name, kind, unit, label and meaning. There is no other list.

A metric is counted per entry point (dimension `service`) and, when it has a label, per value of
that label too. Labels come from closed sets. The organization is never a dimension: at 100,000
organizations each metric would become 100,000 metrics. It travels as a property of the log line
instead, where Logs Insights finds it (docs/adr/0007).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from switchboard.domain.errors import (
    BudgetSpent,
    ModelDenied,
    ModelLoop,
    ModelNonsense,
    ModelThrottled,
    ModelTimedOut,
    ModelUnavailable,
)
from switchboard.domain.message import MessageStatus
from switchboard.domain.notice import NoticeKind
from switchboard.domain.rate_limit import WINDOWS
from switchboard.domain.session import Reason, SessionStatus


class Metric(StrEnum):
    """The names, as CloudWatch shows them."""

    LINES_HELD = "LinesHeld"
    LINES_CONNECTED = "LinesConnected"
    LINES_WAITING = "LinesWaiting"
    HOST_LOAD = "HostLoad"
    HOSTS_FENCED = "HostsFenced"
    HEARTBEATS_FAILED = "HeartbeatsFailed"
    LINE_FAILURES = "LineFailures"
    STATE_CHANGES = "StateChanges"
    CONNECTION_ERRORS = "ConnectionErrors"
    RECONNECTS = "Reconnects"
    RECONNECTS_EXHAUSTED = "ReconnectsExhausted"
    OPERATOR_NOTICES = "OperatorNotices"
    MESSAGES_RECEIVED = "MessagesReceived"
    DUPLICATES_RECEIVED = "DuplicatesReceived"
    MESSAGES_ACCEPTED = "MessagesAccepted"
    MESSAGES_DISPATCHED = "MessagesDispatched"
    MESSAGES_SENT = "MessagesSent"
    MESSAGES_ENDED = "MessagesEnded"
    DELIVERY_TIME = "DeliveryTime"
    SEND_TIME = "SendTime"
    SEND_FAILURES = "SendFailures"
    SENDS_UNKNOWN = "SendsUnknown"
    GRANTS_REFUSED = "GrantsRefused"
    OUTBOX_WAITING = "OutboxWaiting"
    OUTBOX_OLDEST_AGE = "OutboxOldestAge"
    ANSWERS = "Answers"
    REPLY_TIME = "ReplyTime"
    HAND_OFFS = "HandOffs"
    AGENT_FAILURES = "AgentFailures"
    MODEL_REQUESTS = "ModelRequests"
    MODEL_INPUT_TOKENS = "ModelInputTokens"
    MODEL_OUTPUT_TOKENS = "ModelOutputTokens"
    MODEL_COST = "ModelCost"
    BODIES_REJECTED = "BodiesRejected"
    KEYS_REFUSED = "KeysRefused"
    PENDING_SWEPT = "PendingSwept"
    UNANSWERED_SWEPT = "UnansweredSwept"
    DELIVERIES_QUEUED = "DeliveriesQueued"
    DELIVERY_ATTEMPTS = "DeliveryAttempts"
    DELIVERIES_PARKED = "DeliveriesParked"
    DELIVERIES_DEAD = "DeliveriesDead"
    ATTEMPT_TIME = "AttemptTime"
    SNAPSHOTS_PUBLISHED = "SnapshotsPublished"
    SNAPSHOTS_FAILED = "SnapshotsFailed"
    SNAPSHOT_SIZE = "SnapshotSize"
    SNAPSHOTS_RESTORED = "SnapshotsRestored"
    SNAPSHOTS_UNUSABLE = "SnapshotsUnusable"
    LINE_MEMORY = "LineMemory"
    LINE_MEMORY_OWN = "LineMemoryOwn"
    LINE_CPU = "LineCpu"
    LINES_TOO_LARGE = "LinesTooLarge"


class Kind(StrEnum):
    """How the values of a metric are to be put together."""

    COUNTER = "counter"
    """Add up: the statistic is Sum."""
    GAUGE = "gauge"
    """A state, told once a minute by each host: Average or Maximum, or Sum over a minute."""
    DISTRIBUTION = "distribution"
    """One value an event: percentiles."""


class Unit(StrEnum):
    """CloudWatch's words. Source: CloudWatch API reference, MetricDatum."""

    COUNT = "Count"
    PERCENT = "Percent"
    MILLISECONDS = "Milliseconds"
    SECONDS = "Seconds"
    BYTES = "Bytes"


@dataclass(frozen=True, slots=True)
class Label:
    """A further dimension and all values that it may ever have."""

    name: str
    values: frozenset[str]


@dataclass(frozen=True, slots=True)
class Definition:
    """What a metric is."""

    kind: Kind
    unit: Unit
    meaning: str
    label: Label | None = None


SERVICE = "service"
"""The dimension that every metric has: the entry point that counted."""

_REASON = Label("reason", frozenset(Reason))
_STATUS = Label("status", frozenset(SessionStatus))
_NOTICE = Label("notice", frozenset(NoticeKind))
_ENDED = Label("status", frozenset(MessageStatus))
_WINDOW = Label("window", frozenset({*(window.name for window in WINDOWS), "paused"}))
_OUTCOME = Label(
    "outcome",
    frozenset(
        {
            "nothing_to_answer",
            "stale_timer",
            "busy",
            "silent",
            "discarded",
            "answered",
            "handed_off",
            "lost",
        }
    ),
)
_ATTEMPT = Label("outcome", frozenset({"delivered", "retried", "dead"}))
_FAILURE = Label(
    "failure",
    frozenset(
        {
            ModelThrottled.code,
            ModelUnavailable.code,
            ModelTimedOut.code,
            ModelDenied.code,
            ModelLoop.code,
            ModelNonsense.code,
            BudgetSpent.code,
        }
    ),
)


def _counter(meaning: str, label: Label | None = None) -> Definition:
    return Definition(Kind.COUNTER, Unit.COUNT, meaning, label)


def _gauge(meaning: str, unit: Unit = Unit.COUNT) -> Definition:
    return Definition(Kind.GAUGE, unit, meaning)


def _distribution(meaning: str, unit: Unit = Unit.MILLISECONDS) -> Definition:
    return Definition(Kind.DISTRIBUTION, unit, meaning)


DEFINITIONS: Mapping[Metric, Definition] = {
    Metric.LINES_HELD: _gauge("lines that a host owns"),
    Metric.LINES_CONNECTED: _gauge("lines of a host whose page can send now"),
    Metric.LINES_WAITING: _gauge("wanted lines that no host owned for 20 s, told by the sweeper"),
    Metric.HOST_LOAD: _gauge("lines held in per cent of the host's capacity", Unit.PERCENT),
    Metric.HOSTS_FENCED: _counter("hosts that fell silent and lost their lines to others"),
    Metric.HEARTBEATS_FAILED: _counter("heartbeats that the table did not take"),
    Metric.LINE_FAILURES: _counter("lines ended by an error that nobody foresaw"),
    Metric.STATE_CHANGES: _counter("states written to a line, by state", _STATUS),
    Metric.CONNECTION_ERRORS: _counter("pages or sockets lost, by reason", _REASON),
    Metric.RECONNECTS: _counter("pages that were to be opened again"),
    Metric.RECONNECTS_EXHAUSTED: _counter("lines given up after the last reconnect attempt"),
    Metric.OPERATOR_NOTICES: _counter("reasons to tell a person, repetitions included", _NOTICE),
    Metric.MESSAGES_RECEIVED: _counter("incoming messages stored"),
    Metric.DUPLICATES_RECEIVED: _counter("incoming messages known already and dropped"),
    Metric.MESSAGES_ACCEPTED: _counter("messages accepted over the API"),
    Metric.MESSAGES_DISPATCHED: _counter("send requests dispatched, repetitions included"),
    Metric.MESSAGES_SENT: _counter("messages that WhatsApp's server has"),
    Metric.MESSAGES_ENDED: _counter("messages ended without being sent, by status", _ENDED),
    Metric.DELIVERY_TIME: _distribution("from accepted to SENT, waiting for limits included"),
    Metric.SEND_TIME: _distribution("from handing a text to the page to the server's ack"),
    Metric.SEND_FAILURES: _counter("sends that WhatsApp or the page refused"),
    Metric.SENDS_UNKNOWN: _counter("sends that may have left: reconciled on the next page"),
    Metric.GRANTS_REFUSED: _counter("sends that had to wait, by full window or pause", _WINDOW),
    Metric.OUTBOX_WAITING: _gauge("entries in the outboxes that a host has in memory"),
    Metric.OUTBOX_OLDEST_AGE: _gauge("how long the oldest of them is due", Unit.SECONDS),
    Metric.ANSWERS: _counter("timers worked off, by outcome", _OUTCOME),
    Metric.REPLY_TIME: _distribution("from a burst's first message to its accepted reply"),
    Metric.HAND_OFFS: _counter("conversations handed to a person"),
    Metric.AGENT_FAILURES: _counter("turns that a language model did not answer", _FAILURE),
    Metric.MODEL_REQUESTS: _counter("requests to language models, retries included"),
    Metric.MODEL_INPUT_TOKENS: _counter("tokens that language models read"),
    Metric.MODEL_OUTPUT_TOKENS: _counter("tokens that language models wrote"),
    Metric.MODEL_COST: _counter("cost of language models in millionths of a dollar"),
    Metric.BODIES_REJECTED: _counter("queue messages that can never be worked off"),
    Metric.KEYS_REFUSED: _counter("requests with an unknown or revoked API key"),
    Metric.PENDING_SWEPT: _counter("accepted messages that the queue had lost"),
    Metric.UNANSWERED_SWEPT: _counter("conversations whose timer was lost"),
    Metric.DELIVERIES_QUEUED: _counter("events queued for a receiver of web hooks"),
    Metric.DELIVERY_ATTEMPTS: _counter("tries to deliver an event, by outcome", _ATTEMPT),
    Metric.DELIVERIES_PARKED: _counter("events that wait for a receiver that failed or is slow"),
    Metric.DELIVERIES_DEAD: _counter("events given up: a person may redrive them"),
    Metric.ATTEMPT_TIME: _distribution("from the start of a try to the receiver's answer"),
    Metric.SNAPSHOTS_PUBLISHED: _counter("logins stored"),
    Metric.SNAPSHOTS_FAILED: _counter("logins that could not be stored this time"),
    Metric.SNAPSHOT_SIZE: _distribution("encrypted size of a stored login", Unit.BYTES),
    Metric.SNAPSHOTS_RESTORED: _counter("logins restored on a host that had none"),
    Metric.SNAPSHOTS_UNUSABLE: _counter("stored logins that could not be used"),
    Metric.LINE_MEMORY: _distribution("memory of a line's browser, PSS", Unit.BYTES),
    Metric.LINE_MEMORY_OWN: _distribution("memory that is a line's alone, USS", Unit.BYTES),
    Metric.LINE_CPU: _distribution("CPU of a line's browser in a minute", Unit.PERCENT),
    Metric.LINES_TOO_LARGE: _counter("browsers started again for their memory"),
}
