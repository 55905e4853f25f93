"""Runs one seed from its plan to its verdict."""

import gc
import random
import uuid
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import timedelta

from tests.simulation.disk import simulated_disk
from tests.simulation.faults import Faults
from tests.simulation.functions import Functions
from tests.simulation.machines import Machine
from tests.simulation.mutation import patched
from tests.simulation.process import Weather
from tests.simulation.promises import judge
from tests.simulation.promises.state import offline, unanswered, unheard
from tests.simulation.promises.violation import Violation
from tests.simulation.scenario import Plan, PlannedBurst, PlannedMessage, plan_of
from tests.simulation.virtual_loop import run_virtual
from tests.simulation.world import Chances, World

from switchboard.application.accept_outbound import AcceptRequest
from switchboard.application.change_limits import ChangeLimits
from switchboard.application.pause_sending import ResumeSending
from switchboard.application.want_session import WantSession
from switchboard.bootstrap import browser_host
from switchboard.domain import stalls
from switchboard.domain.errors import NotFound
from switchboard.domain.message import MessageStatus
from switchboard.domain.organization import Settings
from switchboard.domain.rate_limit import Limits
from switchboard.domain.session import SessionStatus, Wanted

CALM_LIMITS = Limits(60, 1_000, 10_000)
STALLS_FORGIVEN_FOR, STUCK_AFTER = timedelta(minutes=4), timedelta(minutes=1)
"""As `domain/stalls.py` has them they outlast a seed."""
CALM_SECONDS = 2_400.0
"""A message that has not ended by then counts as lost: three that make the page hang, one after the
other, take the longest."""


@dataclass
class Verdict:
    """What became of a seed."""

    seed: int
    messages: int
    violations: list[Violation]
    simulated_seconds: float = 0.0
    facts: dict[str, int] = field(default_factory=dict)


type Tell = Callable[[str], None]


def run_seed(seed: int, tell: Tell | None = None) -> Verdict:
    """Simulate one seed; the same one always gives the same trace, which `tell` gets."""
    return run_plan(plan_of(seed), tell)


def run_plan(plan: Plan, tell: Tell | None = None) -> Verdict:
    random.seed(plan.seed)
    gc.collect()
    with ExitStack() as patches:
        patches.enter_context(simulated_disk())
        return run_virtual(_Run(plan, patches, tell).verdict())


class _Run:
    def __init__(self, plan: Plan, patches: ExitStack, tell: Tell | None) -> None:
        self.plan, self.patches, self.tell = plan, patches, tell

    async def verdict(self) -> Verdict:
        world = self.world = World(self.plan.seed, self.tell)
        self.patches.enter_context(patched(uuid, "uuid4", world.uuid))
        self.patches.enter_context(patched(browser_host, "new_id", world.new_id))
        self.patches.enter_context(patched(stalls, "FORGIVEN_FOR", STALLS_FORGIVEN_FOR))
        self.patches.enter_context(patched(stalls, "STUCK_AFTER", STUCK_AFTER))
        self._set_up()
        await self._storm()
        settled = await self._calm()
        world.over = True
        violations = judge(world, self.plan, settled=settled)
        messages = len(world.stores.table.request_hashes)
        return Verdict(self.plan.seed, messages, violations, world.time(), world.journal.counts())

    def _set_up(self) -> None:
        world, plan = self.world, self.plan
        self.functions = Functions(world)
        self.faults = Faults(world, self.functions, plan.organizations)
        for organization in plan.organizations:
            account = world.add_organization(organization.id)
            account.same_id_once = organization.same_id_once
            said = f"{organization.id} will answer you shortly"
            settings = Settings(
                on_unknown=organization.on_unknown,
                hand_off_text=said,
                quiet_hours=organization.quiet_hours,
            )
            world.stores.organizations.set_settings(organization.id, settings)
            world.stores.sessions.set_limits(organization.id, organization.limits, world.now())
            world.journal.add(
                "limited", organization_id=organization.id, limits=organization.limits
            )
            world.stores.sessions.want(organization.id, Wanted.RUNNING, world.now())
            world.starts.announce(organization.id)
        world.machines = [Machine(world, number) for number in range(plan.machines)]
        for machine in world.machines:
            world.start(machine.run())
        world.start(self.functions.sweeping())

    async def _storm(self) -> None:
        world, plan = self.world, self.plan
        world.weather, world.chances = plan.weather, plan.chances
        work = [self._client(message) for message in plan.messages]
        work += [self._contact(burst) for burst in plan.bursts]
        work += [self.faults.happen(fault) for fault in plan.faults]
        self.work = [world.start(one) for one in work]
        await world.pause(plan.stormy_seconds)

    async def _calm(self) -> bool:
        """Nothing more goes wrong, clocks are set right; everything accepted must come to its end."""
        world = self.world
        for machine in world.machines:
            machine.set_clock_right()
        world.weather, world.chances = Weather(), Chances()
        until = world.time() + CALM_SECONDS
        world.start(self._good_end())
        while world.time() < until:
            await world.pause(5.0)
            await self._lift_what_waits_for_a_person()
            if all(task.done() for task in self.work) and self._settled():
                await world.pause(25.0)
                if self._settled():  # nothing came up that was still under way
                    return True
        return False

    async def _good_end(self) -> None:
        """Once faults that last are over, lift what a person would lift."""
        while not all(task.done() for task in self.work):
            await self.world.pause(1.0)
        world = self.world
        world.weather, world.chances = Weather(), Chances()
        for organization in self.plan.organizations:
            await self.faults.ask(ChangeLimits, organization.id, CALM_LIMITS)
            await self.faults.ask(ResumeSending, organization.id)

    async def _lift_what_waits_for_a_person(self) -> None:
        """A line in ERROR does, who was told, and a pause: a host that stalled notes it late."""
        for organization in self.plan.organizations:
            session = self.world.stores.sessions.read(organization.id)
            if session.pause_reason is not None and all(task.done() for task in self.work):
                await self.faults.ask(ResumeSending, organization.id)
            if session.status is SessionStatus.ERROR and session.wanted is Wanted.STOPPED:
                await self.faults.ask(WantSession, organization.id, Wanted.RUNNING)

    def _settled(self) -> bool:
        table = self.world.stores.table
        return (
            not table.entries
            and not any(unanswered(self.world))
            and self.world.inbound.waiting == 0
            and self.world.timers.waiting == 0
            and not any(offline(self.world))
            and not any(unheard(self.world))
            and all(m.status is not MessageStatus.QUEUED for m in table.messages.values())
        )

    async def _client(self, planned: PlannedMessage) -> None:
        await self.world.pause(planned.at)
        request = AcceptRequest(
            planned.organization_id,
            planned.chat_id,
            planned.text,
            priority=planned.priority,
            idempotency_key=planned.key,
            send_at=planned.send_at,
            expires_at=planned.expires_at,
        )
        answer = await self.functions.accept(request)
        if isinstance(answer, NotFound) and request.organization_id in self.world.deleted:
            return
        self.world.journal.add("accepted", planned=planned, message=answer.message)

    async def _contact(self, burst: PlannedBurst) -> None:
        await self.world.pause(burst.at)
        account = self.world.accounts[burst.organization_id]
        account.write(burst.chat_id, f"{burst.organization_id} asked")
        for gap in burst.gaps:
            await self.world.pause(gap)
            account.write(burst.chat_id, f"{burst.organization_id} asked more")
