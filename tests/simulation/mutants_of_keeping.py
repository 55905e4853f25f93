"""Mutations of what is kept, and for whom: messages, histories, what a page shows, snapshots."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from tests.simulation.mutant import Mutant
from tests.simulation.mutation import patched
from tests.simulation.promises.violation import Promise

from browser_host.loops.catching_up import CatchingUp
from browser_host.loops.snapshots import AGAIN_AFTER, EVERY, SnapshotLoop
from switchboard.adapters.memory.inbox import MemoryInbox
from switchboard.adapters.memory.message_store import MemoryMessageStore
from switchboard.adapters.memory.turns import MemoryTurns
from switchboard.domain.ids import MessageId, OrganizationId
from switchboard.domain.message import Direction, Message


def _snapshot_in_a_send() -> AbstractContextManager[None]:
    async def take(self: SnapshotLoop) -> timedelta:
        pid = self.page.browser_pid
        if pid is not None:
            await self.snapshots.take(pid)
        return AGAIN_AFTER if pid is None else EVERY

    return patched(SnapshotLoop, "_take", take)


def _no_organization_where_it_is_stored() -> AbstractContextManager[None]:
    record_own = MemoryInbox.record_own

    def everywhere(self: MemoryInbox, contact: Any, message: Message, until: Any) -> bool:
        fresh = record_own(self, contact, message, until)
        for organization_id in self.table.lines:
            if organization_id != message.organization_id:
                copy = MessageId(f"{message.organization_id} {message.id}")
                self.table.messages[organization_id, copy] = message
        return fresh

    return patched(MemoryInbox, "record_own", everywhere)


def _no_organization_in_a_history() -> AbstractContextManager[None]:
    recent = MemoryMessageStore.recent

    def of_the_chat(
        self: MemoryMessageStore, organization_id: OrganizationId, *more: Any
    ) -> Sequence[Message]:
        own = recent(self, organization_id, *more)
        chats = {message.chat_id for message in own}
        strange = [
            message
            for message in self.table.messages.values()
            if message.organization_id != organization_id
            and message.chat_id in chats
            and message.direction is Direction.OUTGOING
        ]
        return [*strange, *own]

    return patched(MemoryMessageStore, "recent", of_the_chat)


def _not_scanned() -> AbstractContextManager[None]:
    async def nothing(_: CatchingUp) -> list[Any]:
        return []

    return patched(CatchingUp, "__call__", nothing)


def _turns_claimed_for_good() -> AbstractContextManager[None]:
    claim = MemoryTurns.claim

    def a_day_more(
        self: MemoryTurns, conversation: Any, token: str, now: datetime, until: datetime
    ) -> bool:
        return claim(self, conversation, token, now, until + timedelta(days=1))

    return patched(MemoryTurns, "claim", a_day_more)


def _answered_twice() -> AbstractContextManager[None]:
    """The version is written apart from the reply, whose id does not come from it."""
    commit, forgotten = MemoryTurns.commit, set()

    def forgetful(self: MemoryTurns, read: Any, token: str, made: Any, now: datetime) -> bool:
        if made.message is not None:
            self.table.request_hashes.pop((read.organization_id, made.message.id), None)
        done = commit(self, read, token, made, now)
        turn = (read.organization_id, read.id, made.answered_version)
        if done and made.message is not None and turn not in forgotten:
            forgotten.add(turn)
            before = {"answered_version": read.answered_version}
            before |= {"first_pending_at": read.first_pending_at}
            self._put(replace(self._read(read), **before))
        return done

    return patched(MemoryTurns, "commit", forgetful)


MUTANTS_OF_KEEPING = {
    "answered_twice": Mutant(Promise.ONE_TURN, _answered_twice),
    "snapshot_in_a_send": Mutant(Promise.WHOLE_SNAPSHOT, _snapshot_in_a_send),
    "no_organization_where_it_is_stored": Mutant(
        Promise.OWN_STORED, _no_organization_where_it_is_stored
    ),
    "no_organization_in_a_history": Mutant(Promise.OWN_READ, _no_organization_in_a_history),
    "not_scanned": Mutant(Promise.HEARD, _not_scanned),
    "turns_claimed_for_good": Mutant(Promise.ANSWERED, _turns_claimed_for_good),
}
