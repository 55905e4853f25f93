"""Carries out a plan's faults."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from tests.simulation.functions import Functions
from tests.simulation.process import Weather
from tests.simulation.scenario import CHATS, PlannedFault, PlannedOrganization

from switchboard.application.change_contact import ChangeContact, ContactChange
from switchboard.application.change_limits import ChangeLimits
from switchboard.application.list_contacts import ReadContact
from switchboard.application.pause_sending import PauseSending, ResumeSending
from switchboard.application.read_message import CancelMessage, ReadMessage
from switchboard.application.want_session import WantSession
from switchboard.domain.ids import OrganizationId
from switchboard.domain.outbox import OutboxEntry
from switchboard.domain.rate_limit import Limits
from switchboard.domain.session import Wanted


class Faults:
    """One method a kind of fault."""

    def __init__(
        self, world: Any, functions: Functions, organizations: list[PlannedOrganization]
    ) -> None:
        self.world, self.functions, self.organizations = world, functions, organizations
        self.brown_outs, self.usual = 0, world.weather
        self.stuck: set[OrganizationId] = set()
        """Organizations one of whose pages got stuck for good."""

    async def happen(self, fault: PlannedFault) -> None:
        await self.world.pause(fault.at)
        self.world.journal.say("fault", what=fault.kind, target=fault.target, for_=fault.seconds)
        await getattr(self, fault.kind)(fault)

    def _machine(self, fault: PlannedFault) -> Any:
        return self.world.machines[fault.target % len(self.world.machines)]

    def _organization(self, fault: PlannedFault) -> PlannedOrganization:
        return self.organizations[fault.target % len(self.organizations)]

    def _page(self, fault: PlannedFault) -> Any:
        return self.world.accounts[self._organization(fault).id].stream

    async def kill(self, fault: PlannedFault) -> None:
        machine = self._machine(fault)
        machine.away_until = self.world.time() + fault.seconds
        machine.kill()

    async def kill_and_lose_disk(self, fault: PlannedFault) -> None:
        self._machine(fault).lose_disk()
        await self.kill(fault)

    async def stall(self, fault: PlannedFault) -> None:
        machine = self._machine(fault)
        if machine.process is not None:
            self._stall_of(fault)(machine)

    async def die_at(self, fault: PlannedFault) -> None:
        self._set_trap(f"before {fault.step}", fault, lambda machine: machine.kill())

    async def die_after(self, fault: PlannedFault) -> None:
        self._set_trap(f"after {fault.step}", fault, lambda machine: machine.kill())

    async def stall_at(self, fault: PlannedFault) -> None:
        self._set_trap(f"before {fault.step}", fault, self._stall_of(fault))

    async def stall_after(self, fault: PlannedFault) -> None:
        self._set_trap(f"after {fault.step}", fault, self._stall_of(fault))

    async def hiccup_at(self, fault: PlannedFault) -> None:
        """Too short to lose the lease, long enough to send later than the gate's guard allows for."""
        self._set_trap(f"before {fault.step}", fault, self._hiccup_of(fault))

    async def late_send(self, fault: PlannedFault) -> None:
        self._set_trap("before page.send", fault, self._hiccup_of(fault))

    async def lose_at(self, fault: PlannedFault) -> None:
        """A socket goes just as a message is handed over, up to four times in a row."""
        moment, left = f"before {fault.step}", 1 + fault.target % 4

        def lose(machine: Any) -> None:
            nonlocal left
            for page in machine.pages:
                page.lose(fault.seconds / 12)
            left -= 1
            if left:
                machine.process.traps[moment] = lambda: lose(machine)

        self._set_trap(moment, fault, lose)

    async def lose_and_crash(self, fault: PlannedFault) -> None:
        """What was just handed over is kept by the page, and leaves when the next one opens."""

        def lose(machine: Any) -> None:
            for page in machine.pages:
                self.world.later(0.012, page.lose, 60.0)
                self.world.later(4.0 + fault.seconds / 4, page.crash, "crashed")

        self._set_trap("before page.send", fault, lose)

    def _hiccup_of(self, fault: PlannedFault) -> Callable[[Any], None]:
        def hiccup(machine: Any) -> None:
            machine.process.stalled_until = self.world.time() + 4.5 + fault.seconds / 12

        return hiccup

    def _set_trap(self, moment: str, fault: PlannedFault, springs: Callable[[Any], None]) -> None:
        machine = self._machine(fault)
        if machine.process is not None:
            machine.process.traps[moment] = lambda: springs(machine)

    def _stall_of(self, fault: PlannedFault) -> Callable[[Any], None]:
        """Long enough to lose the lease more often than not."""

        def stall(machine: Any) -> None:
            seconds = 10.0 + fault.seconds
            machine.process.stalled_until = self.world.time() + seconds
            if fault.target % 2:  # the whole machine
                machine.cut_off_pages(seconds, frozen=True)

        return stall

    async def clock_jump(self, fault: PlannedFault) -> None:
        """A host's wall clock is set, by minutes or hours, forward or back."""
        machine = self._machine(fault)
        if machine.process is not None:
            hours = fault.seconds / (1 if fault.target % 2 else 20)
            machine.process.skew_seconds += hours * 3600.0 * (1 if fault.target % 3 else -1)

    async def cut(self, fault: PlannedFault) -> None:
        machine = self._machine(fault)
        if machine.process is not None:
            machine.process.cut_until = self.world.time() + fault.seconds
            machine.cut_off_pages(fault.seconds, frozen=False)

    async def drop(self, fault: PlannedFault) -> None:
        page = self._page(fault)
        if page is not None:
            page.drop(fault.seconds / 2)

    async def blink(self, fault: PlannedFault) -> None:
        """A socket that is back before a send's deadline: what was handed over meanwhile goes late."""
        page = self._page(fault)
        if page is not None:
            page.drop(5.0 + fault.seconds / 6)

    async def stuck_page(self, fault: PlannedFault) -> None:
        """It is connected and begins no send."""
        page = self._page(fault)
        if page is not None:
            page.stuck_until = self.world.time() + fault.seconds * 2

    async def stuck_for_good(self, fault: PlannedFault) -> None:
        """It begins nothing until it is replaced; a second such page might be any message's fault."""
        page, organization_id = self._page(fault), self._organization(fault).id
        if page is not None and organization_id not in self.stuck:
            self.stuck.add(organization_id)
            page.stuck_until = float("inf")

    async def deny_socket(self, fault: PlannedFault) -> None:
        """It tells of a socket, and turns sends away for want of one."""
        page = self._page(fault)
        if page is not None:
            page.denies_until = self.world.time() + fault.seconds

    async def page_crash(self, fault: PlannedFault) -> None:
        page = self._page(fault)
        if page is not None:
            page.crash("crashed")

    async def drain(self, fault: PlannedFault) -> None:
        self._machine(fault).stop.set()

    async def ban(self, fault: PlannedFault) -> None:
        page = self._page(fault)
        if page is not None:
            page.restrict("temporary_ban", self.world.moment() + timedelta(hours=1))
        await self.world.pause(fault.seconds * 2)
        await self._resume(fault)

    async def pause(self, fault: PlannedFault) -> None:
        await self.ask(PauseSending, self._organization(fault).id)
        await self.world.pause(fault.seconds * 2)
        await self._resume(fault)

    async def _resume(self, fault: PlannedFault) -> None:
        await self.ask(ResumeSending, self._organization(fault).id)

    async def ask(self, use_case: type[Any], *args: Any) -> None:
        """What a person asks for over the API, until it is answered."""
        make = self.functions.make
        await self.functions.call("api", lambda process: make(use_case, process)(*args))

    async def limits(self, fault: PlannedFault) -> None:
        await self._limit(fault, Limits(1 + fault.target % 7, 1_000, 1_000))

    async def zero_limit(self, fault: PlannedFault) -> None:
        await self._limit(fault, Limits(0, 0, 0))
        await self.world.pause(fault.seconds)
        await self._limit(fault, self._organization(fault).limits)

    async def _limit(self, fault: PlannedFault, limits: Limits) -> None:
        await self.ask(ChangeLimits, self._organization(fault).id, limits)

    async def block_inbound_queue(self, fault: PlannedFault) -> None:
        """What pages tell cannot be pushed on; all else works."""
        self.world.inbound.blocked_until = self.world.time() + fault.seconds

    async def block_send_queue(self, fault: PlannedFault) -> None:
        self.world.send_queue.blocked_until = self.world.time() + fault.seconds * 2
        self.world.journal.add("blocked", until=self.world.send_queue.blocked_until)

    async def brown_out(self, fault: PlannedFault) -> None:
        """Two may overlap: the weather is what it was when the last one has ended."""
        if not self.brown_outs:
            self.usual = self.world.weather
        self.brown_outs += 1
        self.world.weather = Weather(0.6, 0.1, 0.2)
        await self.world.pause(fault.seconds)
        self.brown_outs -= 1
        if not self.brown_outs:
            self.world.weather = self.usual

    async def damage_newest_snapshot(self, fault: PlannedFault) -> None:
        organization_id = self._organization(fault).id
        session = self.world.stores.sessions.read(organization_id)
        if len(session.snapshots) > 1:
            self.world.bucket.damaged.add(f"profiles/{organization_id}/{session.snapshots[0]}")

    async def typed_on_phone(self, fault: PlannedFault) -> None:
        organization_id = self._organization(fault).id
        chat = f"1555000100{fault.target % 3}@c.us"
        self.world.accounts[organization_id].type_on_phone(chat, f"{organization_id} by hand")

    async def opt_out(self, fault: PlannedFault) -> None:
        """A person notes that a contact wants to hear no more."""
        make, chat = self.functions.make, CHATS[fault.target % len(CHATS)]
        organization_id = self._organization(fault).id

        def change(process: Any) -> None:
            change_contact = make(ChangeContact, process, read_contact=make(ReadContact, process))
            change_contact(organization_id, chat, ContactChange(opted_out=True))

        await self.functions.call("api", change)

    async def stop_line(self, fault: PlannedFault) -> None:
        await self._want(fault, Wanted.STOPPED)
        await self.world.pause(fault.seconds / 2)
        await self._want(fault, Wanted.RUNNING)

    async def _want(self, fault: PlannedFault, wanted: Wanted) -> None:
        await self.ask(WantSession, self._organization(fault).id, wanted)

    async def delete_line(self, fault: PlannedFault) -> None:
        """For good: what is queued ends, and whoever sends to it later is told that it is gone."""
        organization_id = self._organization(fault).id
        if len(self.organizations) > len(self.world.deleted) + 1:
            self.world.deleted.add(organization_id)
            await self.ask(WantSession, organization_id, Wanted.DELETED)

    async def cancel(self, fault: PlannedFault) -> None:
        """A client takes back what it sent."""
        await self._cancel(fault, self._waiting(fault))

    async def cancel_unknown(self, fault: PlannedFault) -> None:
        """A client takes back what may have left, as soon as there is such a one."""
        until = self.world.time() + 3 * fault.seconds
        while self.world.time() < until:
            unknown = [entry for entry in self._waiting(fault) if entry.recoveries]
            if unknown:
                await self._cancel(fault, unknown)
                break
            await self.world.pause(1.0)

    def _waiting(self, fault: PlannedFault) -> list[OutboxEntry]:
        organization_id = self._organization(fault).id
        entries = self.world.stores.table.entries.values()
        return [entry for entry in entries if entry.organization_id == organization_id]

    async def _cancel(self, fault: PlannedFault, waiting: list[OutboxEntry]) -> None:
        if not waiting:
            return
        entry, make = waiting[fault.target % len(waiting)], self.functions.make

        def cancel(process: Any) -> None:
            read = make(ReadMessage, process)
            make(CancelMessage, process, read_message=read)(entry.organization_id, entry.message_id)

        await self.functions.call("api", cancel)
