"""What a judge says."""

from dataclasses import dataclass
from enum import StrEnum


class Promise(StrEnum):
    """What is judged, each part of a promise by itself: every one has a mutant that breaks it."""

    NO_STALE_SENDS = "P1"
    ENDS = "P2 ends"
    SENT = "P2 sent"
    NEVER_LEFT = "P2 never left"
    FAILED = "P2 failed"
    UNCONFIRMED = "P2 unconfirmed"
    LEFT_ALONE = "P2 left alone"
    REPLACED = "P2 replaced"
    OPTED_OUT = "P2 opted out"
    ANSWERED = "P2 answered"
    HEARD = "P2 heard"
    ONE_COPY = "P3"
    ORDER = "P4"
    LIMITS = "P5"
    PAUSE = "P6 pause"
    SIGN = "P6 sign"
    NOTED = "P6 noted"
    URGENT = "P7"
    ONE_REPLY = "P8 reply"
    ONE_TURN = "P8 turn"
    HEARD_ONCE = "P8 once"
    OWN_SENT = "P9 sent"
    OWN_STORED = "P9 stored"
    OWN_READ = "P9 agent"
    OWN_SNAPSHOT = "P10 stale"
    WHOLE_SNAPSHOT = "P10 unsent"
    READY = "P11"
    QUIET = "quiet hours"
    NO_FAILURE = "failure"
    """Of the tree or of the simulation: no rule's, so no mutant is meant to cause one."""


@dataclass(frozen=True)
class Violation:
    """A promise that was broken; `kind` is the count of the report it belongs to."""

    promise: Promise
    kind: str
    text: str
