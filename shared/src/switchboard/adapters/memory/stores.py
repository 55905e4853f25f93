"""All stores over one table: what a test or a demonstration starts from."""

from __future__ import annotations

from dataclasses import dataclass

from switchboard.adapters.memory.belongings import MemoryBelongings
from switchboard.adapters.memory.command_store import MemoryCommandStore
from switchboard.adapters.memory.deliveries import MemoryDeliveryLog, MemoryLanes
from switchboard.adapters.memory.failed_entries import MemoryFailedEntries
from switchboard.adapters.memory.host_registry import MemoryHostRegistry
from switchboard.adapters.memory.inbox import MemoryInbox
from switchboard.adapters.memory.key_store import MemoryKeyStore
from switchboard.adapters.memory.message_store import MemoryMessageStore
from switchboard.adapters.memory.notices import MemoryNoticeBoard
from switchboard.adapters.memory.organization_store import MemoryOrganizationStore
from switchboard.adapters.memory.outbox import MemoryOutbox
from switchboard.adapters.memory.rate_gate import MemoryRateGate
from switchboard.adapters.memory.receivers import MemoryReceiverHealthStore, MemoryReceiverStore
from switchboard.adapters.memory.session_store import MemorySessionStore
from switchboard.adapters.memory.spending import MemorySpending
from switchboard.adapters.memory.table import MemoryTable
from switchboard.adapters.memory.turns import MemoryTurns
from switchboard.ports.clock import Clock


@dataclass(frozen=True, slots=True)
class MemoryStores:
    """The stores that share one table."""

    table: MemoryTable
    sessions: MemorySessionStore
    belongings: MemoryBelongings
    hosts: MemoryHostRegistry
    gate: MemoryRateGate
    outbox: MemoryOutbox
    messages: MemoryMessageStore
    inbox: MemoryInbox
    turns: MemoryTurns
    organizations: MemoryOrganizationStore
    keys: MemoryKeyStore
    commands: MemoryCommandStore
    notices: MemoryNoticeBoard
    failed: MemoryFailedEntries
    receivers: MemoryReceiverStore
    receiver_health: MemoryReceiverHealthStore
    lanes: MemoryLanes
    deliveries: MemoryDeliveryLog
    spending: MemorySpending


def memory_stores(clock: Clock) -> MemoryStores:
    """Make an empty table with all its stores."""
    table = MemoryTable()
    return MemoryStores(
        table,
        MemorySessionStore(table),
        MemoryBelongings(table),
        MemoryHostRegistry(table),
        MemoryRateGate(table),
        MemoryOutbox(table),
        MemoryMessageStore(table),
        MemoryInbox(table),
        MemoryTurns(table),
        MemoryOrganizationStore(table),
        MemoryKeyStore(table),
        MemoryCommandStore(table, clock),
        MemoryNoticeBoard(table),
        MemoryFailedEntries(table),
        MemoryReceiverStore(table),
        MemoryReceiverHealthStore(table),
        MemoryLanes(table),
        MemoryDeliveryLog(table),
        MemorySpending(table),
    )
