"""The sweeper over a world's ports."""

from typing import Any

from tests.support.world import World

from switchboard.adapters.memory.snapshot_store import MemorySnapshotStore
from switchboard.application.sweep import Sweep
from switchboard.application.tell_untold import TellUntold


def sweeper(w: World, **others: Any) -> Sweep:
    """The world's, `others` in the place of single ports."""
    ports = {
        "outbox": w.outbox,
        "turns": w.turns,
        "inbox": w.inbox,
        "sessions": w.sessions,
        "send_queue": w.send_queue,
        "timers": w.timers,
        "session_starts": w.session_starts,
        "lanes": w.lanes,
        "lane_timers": w.lane_timers,
        "end_queued": w.end_queued,
        "snapshots": MemorySnapshotStore(),
        "tell_untold": TellUntold(w.notices, w.operators, w.clock),
        "clock": w.clock,
        "metrics": w.metrics,
    }
    return Sweep(**{**ports, **others})
