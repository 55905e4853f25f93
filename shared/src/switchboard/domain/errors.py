"""One tree of errors; a class tells its disposition, `code` is stable and shown to users.

SwitchboardError
├── Transient             retry with back-off
│   ├── Throttled             (retry_after)
│   ├── DependencyUnavailable (AWS, the emulator, a model)
│   ├── NoAnswer              (a host did not carry a command out in time)
│   ├── LineDown              (the page has no connected socket: not an attempt)
│   └── SendStalled           (the page is connected and yet did not begin in time: others first)
├── Permanent             never retried: refused at the door or put on a dead-letter queue
│   ├── InvalidInput          (field)
│   ├── NotFound              (what is missing; another organization's resource looks the same)
│   ├── Conflict              (the stored state does not allow it)
│   ├── ContactUnreachable    (WhatsApp does not know the address)
│   ├── SendRejected          (the page or WhatsApp refused this message)
│   └── SnapshotUnusable      (a stored login is missing or damaged: take the one before)
│       └── SnapshotRefused       (it is whole, but this browser would wipe it)
│           └── SnapshotAwaitsCanary  (this browser may open it once it has been proved)
├── Ownership             stop writing now
│   ├── LeaseLost
│   └── StaleEpoch
├── SessionError          pause the line and raise an alarm
│   ├── LoggedOut             (reason)
│   ├── PageNeverReady
│   └── PageChanged           (WhatsApp Web or wa-js is not what we pinned)
├── AgentFailure          the embedded agent answers instead, or a person; the turn always ends
│   ├── ModelThrottled        (refused for its rate, also after a second attempt)
│   ├── ModelUnavailable      (5xx, no connection)
│   ├── ModelTimedOut         (the turn's time is over)
│   ├── ModelDenied           (no access, no such model, not configured: operators are told)
│   ├── BudgetSpent           (the organization's daily cap)
│   ├── ModelLoop             (too many requests or tokens in one turn: a person)
│   └── ModelNonsense         (no structured answer, an unknown status: a person)
├── SendOutcomeUnknown    reconcile by our own message id, never a blind retry
└── Configuration         crash at start, all invalid keys together
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from switchboard.domain.spending import Usage


class SwitchboardError(Exception):
    """Root of every error that this project raises."""

    code: ClassVar[str] = "internal_error"


class Transient(SwitchboardError):
    """Worth another try later."""

    code = "temporarily_unavailable"


class Throttled(Transient):
    """Refused for its rate; try again after `retry_after`."""

    code = "throttled"

    def __init__(self, message: str, retry_after: timedelta) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class DependencyUnavailable(Transient):
    """A service behind an adapter did not answer or answered with a fault."""

    code = "dependency_unavailable"


class NoAnswer(Transient):
    """A host did not answer a command in time; it may still be carried out."""

    code = "no_answer"


class LineDown(Transient):
    """The line's page has no connected socket; waiting for it is not an attempt."""

    code = "line_down"


class SendStalled(Transient):
    """The page is connected, and yet did not come to handing this message over in time."""

    code = "send_stalled"


class Permanent(SwitchboardError):
    """The same request fails the same way again."""

    code = "rejected"


class InvalidInput(Permanent):
    """A value breaks a rule; `field` names it as the sender spelled it."""

    code = "invalid_input"

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}")
        self.field = field
        self.message = message


class NotFound(Permanent):
    """Missing, deleted, or not yours: the three cannot be told apart."""

    code = "not_found"

    def __init__(self, what: str) -> None:
        super().__init__(f"{what} not found")
        self.what = what


class Conflict(Permanent):
    """The stored state does not allow the request."""

    code = "conflict"


class ContactUnreachable(Permanent):
    """WhatsApp does not know the address."""

    code = "contact_unreachable"


class SendRejected(Permanent):
    """The page threw, or WhatsApp answered with an error, before anything was transmitted."""

    code = "send_rejected"


class SnapshotUnusable(Permanent):
    """A stored login is missing, damaged, or not what it claims to be."""

    code = "snapshot_unusable"


class SnapshotRefused(SnapshotUnusable):
    """A stored login is whole, but this host's browser would wipe it: another host's may not."""

    code = "snapshot_refused"


class SnapshotAwaitsCanary(SnapshotRefused):
    """An older build wrote the login; this one opens it when it has been proved to keep logins."""

    code = "snapshot_awaits_canary"


class Ownership(SwitchboardError):
    """Somebody else owns the line: stop writing now."""

    code = "ownership_lost"


class LeaseLost(Ownership):
    """The line item names another owner."""

    code = "lease_lost"


class StaleEpoch(Ownership):
    """The line item carries a newer fencing token than the writer's."""

    code = "stale_epoch"


class SessionError(SwitchboardError):
    """The login or the page is not what it should be."""

    code = "session_error"


class LoggedOut(SessionError):
    """WhatsApp ended the login; `reason` is WhatsApp's own word."""

    code = "logged_out"

    def __init__(self, reason: str) -> None:
        super().__init__(f"logged out: {reason}")
        self.reason = reason


class PageNeverReady(SessionError):
    """The page did not load, or did not become ready within its time."""

    code = "page_never_ready"


class PageChanged(SessionError):
    """The page or the injected bundle is not what was pinned (a wrong hash, a finder missing)."""

    code = "page_changed"


class AgentFailure(SwitchboardError):
    """A language model gave no usable answer; `usage` is what it took all the same.

    `cost_micros` is what that was counted at, in millionths of a dollar.
    """

    code = "agent_failed"

    def __init__(self, message: str, usage: Usage | None = None) -> None:
        super().__init__(message)
        self.usage = usage
        self.cost_micros = 0


class ModelThrottled(AgentFailure):
    """Refused for its rate."""

    code = "model_throttled"


class ModelUnavailable(AgentFailure):
    """The model's service failed or cannot be reached."""

    code = "model_unavailable"


class ModelTimedOut(AgentFailure):
    """No answer within the turn's time."""

    code = "model_timed_out"


class ModelDenied(AgentFailure):
    """No access to the model, or none is configured: only a person can mend it."""

    code = "model_denied"


class BudgetSpent(AgentFailure):
    """The organization's daily cap is reached."""

    code = "daily_budget_spent"


class ModelLoop(AgentFailure):
    """The model kept asking instead of answering."""

    code = "model_loop"


class ModelNonsense(AgentFailure):
    """What the model said has not the form of an answer."""

    code = "model_nonsense"


class SendOutcomeUnknown(SwitchboardError):
    """The message may or may not have left: look its id up before anything else."""

    code = "send_outcome_unknown"


class Configuration(SwitchboardError):
    """The environment is unusable; `problems` maps each invalid key to what is wrong."""

    code = "configuration"

    def __init__(self, problems: dict[str, str]) -> None:
        super().__init__("; ".join(f"{key}: {why}" for key, why in sorted(problems.items())))
        self.problems = problems
