"""What happens in a seed: who writes what and when, and what goes wrong meanwhile."""

import random
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta

from tests.simulation.browser import KILLS, STALLS, THROWS
from tests.simulation.process import BASE, Weather
from tests.simulation.world import Chances

from switchboard.domain.ids import ChatId, OrganizationId
from switchboard.domain.organization import OnUnknown
from switchboard.domain.outbox import Priority
from switchboard.domain.quiet_hours import QuietHours
from switchboard.domain.rate_limit import Limits

CHATS = tuple(ChatId(f"1555000100{number}@c.us") for number in range(3))
"""The same in every organization, so that a mix-up is noticed."""


@dataclass(frozen=True)
class PlannedMessage:
    """One request of a client."""

    at: float
    organization_id: OrganizationId
    chat_id: ChatId
    key: str
    text: str
    priority: Priority
    send_at: datetime | None
    expires_at: datetime | None


@dataclass(frozen=True)
class PlannedFault:
    """One thing that goes wrong, and whom it hits."""

    at: float
    kind: str
    target: int
    seconds: float
    step: str
    """For a trap: the call at which it goes off."""


@dataclass(frozen=True)
class PlannedBurst:
    """A contact writes several messages in a row."""

    at: float
    organization_id: OrganizationId
    chat_id: ChatId
    gaps: tuple[float, ...]


@dataclass
class PlannedOrganization:
    """One line's settings."""

    id: OrganizationId
    limits: Limits
    on_unknown: OnUnknown
    same_id_once: bool
    quiet_hours: QuietHours | None = None


@dataclass
class Plan:
    """A seed's scenario, drawn before it runs: a mutant meets the same one."""

    seed: int
    organizations: list[PlannedOrganization] = field(default_factory=list)
    machines: int = 2
    stormy_seconds: float = 200.0
    weather: Weather = field(default_factory=Weather)
    chances: Chances = field(default_factory=Chances)
    messages: list[PlannedMessage] = field(default_factory=list)
    bursts: list[PlannedBurst] = field(default_factory=list)
    faults: list[PlannedFault] = field(default_factory=list)


FAULTS = (
    "kill", "kill", "kill_and_lose_disk", "stall", "stall", "cut", "drop", "drop", "drop",
    "page_crash", "drain", "ban", "pause", "limits", "zero_limit", "block_send_queue",
    "brown_out", "damage_newest_snapshot", "typed_on_phone", "stop_line", "cancel",
    "clock_jump", "die_at", "die_at", "die_after", "die_after", "stall_at", "stall_at", "stall_after",
    "hiccup_at", "blink", "delete_line", "stuck_page", "deny_socket",
)  # fmt: skip
STEPS = (
    "gate.grant", "gate.grant", "outbox.claim", "page.send", "page.send", "page.sent",
    "messages.advance", "outbox.remove", "outbox.retry", "sessions.publish", "snapshots.put",
    "sessions.acquire", "sessions.release", "sessions.record", "inbound.push", "hosts.beat",
    "messages.read", "outbox.load",
)  # fmt: skip
"""Narrow moments that a fault at a random time would seldom hit."""


def plan_of(seed: int) -> Plan:
    """Draw a seed's scenario."""
    draw = random.Random(f"plan {seed}")
    plan = Plan(seed, machines=draw.choice((2, 2, 3)), stormy_seconds=draw.uniform(120.0, 260.0))
    names = ("alpha", "beta", "gamma")[: draw.choice((2, 2, 3))]
    plan.organizations = [_organization(draw, OrganizationId(name)) for name in names]
    rough = draw.choice((0.0, 0.5, 1.0))
    plan.weather = Weather(0.02 * rough, 0.02 * rough, 0.02 * rough)
    plan.chances = Chances(
        repeated=draw.choice((0.0, 0.15)),
        late=draw.choice((0.0, 0.1)),
        hint_lost=draw.choice((0.0, 0.1)),
        slow_ack=draw.choice((0.0, 0.05)),
        function_dies=0.04 * rough,
    )
    for organization in plan.organizations:
        plan.messages += _messages(draw, organization.id, plan.stormy_seconds)
        plan.bursts += _bursts(draw, organization.id, plan.stormy_seconds)
    plan.faults = [_fault(draw, plan) for _ in range(draw.randint(1, 9))]
    if draw.random() < HURRIED:
        _hurry(draw, plan)
    if seed % EMPHASISED == 0:
        emphasise(draw, plan, THEMES[seed // EMPHASISED % len(THEMES)])
    return plan


HURRIED = 0.15
"""Share of seeds in which a full window is handed from host to host, whose clocks differ."""


def _hurry(draw: random.Random, plan: Plan) -> None:
    """A backlog from the start, and hosts that are drained one after the other."""
    for organization in plan.organizations:
        organization.limits = Limits(draw.randint(2, 6), 1_000, 1_000)
    plan.messages = [replace(message, at=message.at / 20) for message in plan.messages]
    for turn in range(draw.randint(2, 5)):
        at = 10.0 + 25.0 * turn + draw.uniform(0.0, 15.0)
        plan.faults.append(PlannedFault(at, "drain", draw.randrange(100), 1.0, ""))


EMPHASISED = 3
"""One seed in so many puts most of its faults on one kind, so that they meet each other."""


@dataclass(frozen=True)
class Theme:
    """What an emphasised seed is about."""

    kinds: tuple[str, ...]
    """Most faults are of these kinds."""
    step: str = ""
    """For traps: all go off at this call."""
    limits: tuple[int, int] = (0, 0)
    """Lowest and highest limit a minute; (0, 0) leaves them as drawn."""
    slow_ack: float = 0.0
    refused: float = 0.0
    """By the table: before its effect, and as often after it."""
    lasting: tuple[float, float] = (1.0, 60.0)
    """How long a fault lasts, in seconds."""
    early: bool = False
    """All messages come at once, so that there always is a backlog."""
    expiring: bool = False
    """All messages expire, soon after they were accepted."""
    quiet: bool = False
    """All organizations have quiet hours."""


_TRAPS = ("die_at", "die_after", "stall_at", "stall_after")
_LOSSES = ("kill", "kill_and_lose_disk", "stall", "page_crash", "cut")


def emphasise(draw: random.Random, plan: Plan, theme: Theme) -> None:
    """Turn a drawn scenario into one about a theme."""
    for organization in plan.organizations:
        if theme.limits != (0, 0):
            organization.limits = Limits(draw.randint(*theme.limits), 1_000, 1_000)
        if theme.quiet:
            organization.quiet_hours = _quiet_hours(draw)
    if theme.early:
        plan.messages = [replace(message, at=message.at / 20) for message in plan.messages]
    if theme.expiring:
        plan.messages = [_expiring(draw, message) for message in plan.messages]
    plan.chances.slow_ack = max(plan.chances.slow_ack, theme.slow_ack)
    if theme.refused:
        plan.weather = Weather(theme.refused, theme.refused, theme.refused)
    plan.faults = plan.faults[:2]
    for _ in range(draw.randint(5, 11)):
        fault = _fault(draw, plan)
        step = theme.step or fault.step
        fault = replace(fault, kind=draw.choice(theme.kinds), step=step)
        plan.faults.append(replace(fault, seconds=draw.uniform(*theme.lasting)))


def _expiring(draw: random.Random, message: PlannedMessage) -> PlannedMessage:
    expires = BASE + timedelta(seconds=message.at + draw.uniform(30.0, 240.0))
    return replace(message, expires_at=expires)


def _quiet_hours(draw: random.Random) -> QuietHours:
    """Some minutes of the storm: they are over long before the calm is."""
    begin = draw.randint(0, 2)
    return QuietHours(time(0, begin), time(0, begin + draw.randint(1, 4)), "UTC")


def _organization(draw: random.Random, organization_id: OrganizationId) -> PlannedOrganization:
    limits = draw.choice(
        (Limits(3, 1000, 1000), Limits(6, 1000, 1000), Limits(), Limits(8, 12, 14))
    )
    on_unknown = draw.choice(tuple(OnUnknown))
    once = on_unknown is OnUnknown.RESEND or draw.random() < 0.5
    quiet = _quiet_hours(draw) if draw.random() < 0.1 else None
    return PlannedOrganization(organization_id, limits, on_unknown, once, quiet)


def _messages(
    draw: random.Random, organization_id: OrganizationId, longest: float
) -> list[PlannedMessage]:
    return [
        _message(draw, organization_id, number, draw.uniform(1.0, longest * 0.8))
        for number in range(draw.randint(3, 14))
    ]


def _message(
    draw: random.Random, organization_id: OrganizationId, number: int, at: float
) -> PlannedMessage:
    poison = draw.choices(("", f" {THROWS}", f" {KILLS}", f" {STALLS}"), (93, 3, 2, 2))[0]
    moment = BASE + timedelta(seconds=at)
    scheduled = moment + timedelta(seconds=draw.uniform(5, 90)) if draw.random() < 0.1 else None
    expires = moment + timedelta(seconds=draw.uniform(20, 200)) if draw.random() < 0.1 else None
    return PlannedMessage(
        at=at,
        organization_id=organization_id,
        chat_id=draw.choice(CHATS),
        key=f"key-{number}",
        text=f"{organization_id} sends {number:02d}.{poison}",
        priority=draw.choices(tuple(Priority), (20, 60, 20))[0],
        send_at=scheduled,
        expires_at=expires,
    )


def _bursts(
    draw: random.Random, organization_id: OrganizationId, longest: float
) -> list[PlannedBurst]:
    return [
        PlannedBurst(
            draw.uniform(5.0, longest),
            organization_id,
            draw.choice(CHATS),
            tuple(draw.uniform(0.2, 3.0) for _ in range(draw.randint(0, 4))),
        )
        for _ in range(draw.randint(0, 2))
    ]


def _fault(draw: random.Random, plan: Plan) -> PlannedFault:
    return PlannedFault(
        draw.uniform(5.0, plan.stormy_seconds),
        draw.choice(FAULTS),
        draw.randrange(100),
        draw.uniform(1.0, 60.0),
        draw.choice(STEPS),
    )


THEMES = (
    *(Theme((*_TRAPS, "kill"), step=step, early=True) for step in dict.fromkeys(STEPS)),
    Theme(("stall_at",), step="gate.grant", limits=(20, 20), lasting=(40.0, 90.0), early=True),
    Theme(("clock_jump", "clock_jump", "clock_jump", *_LOSSES)),
    Theme(("clock_jump", "drain", "die_after"), step="sessions.release", early=True),
    Theme(("hiccup_at", "hiccup_at", "kill"), step="page.send", limits=(1, 3), early=True),
    Theme(("hiccup_at", "blink"), step="outbox.claim", limits=(1, 3), early=True),
    Theme(("blink", "blink", "kill", "page_crash"), limits=(1, 3), early=True),
    Theme(("late_send", "late_send", "die_at"), step="gate.charge", limits=(1, 3), early=True),
    Theme(_LOSSES, limits=(1, 3), slow_ack=0.4, early=True),
    Theme(("kill_and_lose_disk", "damage_newest_snapshot", "page_crash"), slow_ack=0.2),
    Theme(("drop", "drop", "drop", "page_crash", "stall"), slow_ack=0.2, early=True),
    Theme(("ban", "pause", "kill", "stall"), early=True),
    Theme(("ban", "limits", "stop_line"), refused=0.05, early=True),
    Theme(("ban", "ban", "block_inbound_queue", "drain", "drop"), early=True),
    Theme(("ban", *["block_inbound_queue"] * 3), limits=(8, 12), lasting=(10.0, 40.0), early=True),
    Theme(("lose_at", "lose_at", "drop"), step="page.send", limits=(8, 20), early=True),
    Theme(("lose_and_crash", "lose_and_crash", "kill"), limits=(1, 3), early=True),
    Theme(("zero_limit", "limits", "limits", "kill"), limits=(1, 6), early=True),
    Theme(("stall", "stall", "cut", "kill"), limits=(2, 5), early=True),
    Theme(("drain", "stop_line", "drain", "kill"), limits=(2, 6), early=True),
    Theme(("stuck_page", "stuck_for_good", "deny_socket", "page_crash", "drop"), early=True),
    Theme(("block_send_queue", "kill", "cancel")),
    Theme(("delete_line", "kill", "stall", "drop")),
    Theme(("brown_out", "brown_out", "stall")),
    Theme(("kill", "cut", "drop"), refused=0.08),
    Theme(("die_at", "cancel_unknown"), step="page.sent", limits=(1, 3), early=True),
    Theme(("die_at", "lose_and_crash"), "page.sent", (1, 2), 0.7, expiring=True, early=True),
    Theme(("stall_after",), step="outbox.claim", limits=(8, 20), lasting=(15.0, 40.0), early=True),
    Theme((*_LOSSES, "drain", "clock_jump"), quiet=True, early=True),
    Theme(("typed_on_phone", "cancel", "opt_out", "page_crash"), early=True),
)
"""Each named step has its own, and each kind of fault comes up in one."""
