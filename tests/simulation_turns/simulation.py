"""Customers write, functions crash, queues repeat themselves: one seed, one run.

The use cases and the memory adapters are those that ship. Queues, time and faults are made here:
the inbound queue is FIFO per chat, timers are delayed, doubled and sometimes lost, two functions
may work on one conversation at once, and a model thinks while the world goes on.
"""

import copy
import heapq
import itertools
import math
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from tests.simulation_turns.faults import Crash, Faults, Faulty
from tests.support.answering import answering
from tests.support.builders import A, message_seen, owned_line
from tests.support.world import World, memory_world

from switchboard.adapters.memory.snapshot_store import MemorySnapshotStore
from switchboard.application.receive_inbound import ReceiveInbound
from switchboard.application.record_ack import RecordAck
from switchboard.application.record_afterwards import RecordAfterwards
from switchboard.application.sweep import Sweep
from switchboard.application.tell_untold import TellUntold
from switchboard.domain.conversation import QUIET, Conversation, is_overdue
from switchboard.domain.errors import DependencyUnavailable
from switchboard.domain.ids import ChatId, ConversationId, MessageId, OrganizationId
from switchboard.domain.inbound import InboundEvent
from switchboard.domain.queue_bodies import Timer
from switchboard.domain.redelivery import delay
from switchboard.ports.agent import AgentReply, AgentRequest
from switchboard.ports.turns import Commit

VISIBILITY = 360.0
"""Seconds; what a function that died had comes again after them."""
MOST_RECEIVES = 22
FUNCTION_TIMEOUT = 45.0
AT_ONCE = 3
DOUBLED, LOST, PUSHED_AGAIN = 0.2, 0.03, 0.3
CRASHES, OUTAGE = (0.0, 0.002, 0.01), 0.005
"""Of each call of a port; a run has one of the rates. At the highest every third turn is hit."""
CLOCKS_AHEAD = (0.0, 3.0, -3.0)
"""Seconds that our clock is ahead of WhatsApp's; a run has one of them."""
LONGEST = 4 * 3600.0


@dataclass
class Simulation:
    """One run."""

    seed: int
    world: World = field(default_factory=memory_world)
    heap: list[tuple[float, int, Callable[[], None]]] = field(default_factory=list)
    order: Any = field(default_factory=itertools.count)
    written: dict[ChatId, list[InboundEvent]] = field(default_factory=dict)
    queued: dict[ChatId, list[InboundEvent]] = field(default_factory=dict)
    commits: dict[ConversationId, list[Commit]] = field(default_factory=dict)
    shown: dict[ConversationId, list[str]] = field(default_factory=dict)
    """What the agent was shown in turns that were committed."""
    drafts: dict[str, list[str]] = field(default_factory=dict)
    """What the agent was shown last in each turn."""
    discards: dict[ConversationId, list[int]] = field(default_factory=dict)
    answering: int = 0
    thoughts: int = 0
    hasty: int = 0
    crashes: int = 0

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)  # noqa: S311 - a run must repeat
        self.faults = Faults(self.random, self.random.choice(CRASHES), OUTAGE)
        self.ahead = self.random.choice(CLOCKS_AHEAD)
        w = self.world
        owned_line(w)
        inbox, messages = Faulty(w.inbox, self.faults), w.messages
        timers = Faulty(self, self.faults)
        self.receive = ReceiveInbound(
            w.sessions, w.organizations, inbox, messages, timers,
            RecordAck(messages, w.failed), RecordAfterwards(messages), w.clock, w.metrics, w.message_id,
        )  # fmt: skip
        faulty = copy.copy(w)
        faulty.inbox, faulty.turns = inbox, Faulty(Recorded(self), self.faults)
        faulty.timers, faulty.send_queue = timers, Faulty(w.send_queue, self.faults)
        self.handle = answering(faulty, self)
        self.sweep = Sweep(
            outbox=w.outbox,
            turns=w.turns,
            inbox=w.inbox,
            sessions=w.sessions,
            send_queue=w.send_queue,
            timers=self,
            session_starts=w.session_starts,
            lanes=w.lanes,
            lane_timers=w.lane_timers,
            end_queued=w.end_queued,
            snapshots=MemorySnapshotStore(),
            tell_untold=TellUntold(w.notices, w.operators, w.clock),
            clock=w.clock,
            metrics=w.metrics,
        )

    # time

    @property
    def now(self) -> float:
        return self.world.clock.monotonic()

    def at(self, moment: float, event: Callable[[], None]) -> None:
        heapq.heappush(self.heap, (moment, next(self.order), event))

    def run_until(self, moment: float) -> None:
        """Let happen what happens by then; a thought within it may take longer."""
        while self.heap and self.heap[0][0] <= moment:
            due, _, event = heapq.heappop(self.heap)
            self._move(due)
            event()
        self._move(moment)

    def _move(self, moment: float) -> None:
        if moment > self.now:
            self.world.clock.advance(timedelta(seconds=moment - self.now))

    # the run

    def run(self) -> None:
        end = self._write_bursts()
        self.at(60.0, self._swept)
        self.run_until(end)
        while (self.heap_without_sweeper() or not self.settled()) and self.now < LONGEST:
            self.run_until(self.now + 30.0)

    def heap_without_sweeper(self) -> bool:
        return len(self.heap) > 1

    def settled(self) -> bool:
        waiting = any(one.unanswered for one in self.conversations())
        return not waiting and not any(self.queued.values()) and not self.unfed()

    def unfed(self) -> set[MessageId]:
        """Replies that the send-queue never got: a crash came between, and the sweeper not yet."""
        fed = {sent.message_id for sent in self.world.send_queue.sent}
        return {entry.message_id for entry in self.world.outbox.load(A)} - fed

    def conversations(self) -> list[Conversation]:
        return list(self.world.inbox.conversations(A, None, 100).items)

    def _write_bursts(self) -> float:
        last = 0.0
        numbers = itertools.count(1)
        for chat in (ChatId(f"1555003000{n}@c.us") for n in range(self.random.randint(1, 2))):
            moment = 0.0
            for _ in range(self.random.randint(1, 3)):
                moment += self.random.uniform(0, 60)
                for _ in range(self.random.randint(1, 6)):
                    moment += self.random.uniform(0.2, 5)
                    self._schedule(chat, next(numbers), moment)
            last = max(last, moment)
        return last

    def _schedule(self, chat: ChatId, number: int, moment: float) -> None:
        at = self._stamp(self.world.clock.now() + timedelta(seconds=moment))
        phone = chat.partition("@")[0]
        seen = message_seen(at, number, body=f"m{number}", chat_id=chat, phone=phone, lid=None)
        event = InboundEvent(A, 1, seen)
        self.written.setdefault(chat, []).append(event)
        self.at(moment, lambda: self._push(chat, event))
        if self.random.random() < PUSHED_AGAIN:
            again = moment + self.random.uniform(0, 120)
            self.at(again, lambda: self._push(chat, event))

    def _stamp(self, at: datetime) -> datetime:
        """By WhatsApp's clock, in whole seconds; ours is ahead of it or behind."""
        return (at - timedelta(seconds=self.ahead)).replace(microsecond=0)

    # the inbound queue: one message of a chat at a time

    def _push(self, chat: ChatId, event: InboundEvent) -> None:
        waiting = self.queued.setdefault(chat, [])
        waiting.append(event)
        if len(waiting) == 1:
            self._deliver(chat)

    def _deliver(self, chat: ChatId, receives: int = 1) -> None:
        try:
            self.receive(self.queued[chat][0])
        except (Crash, DependencyUnavailable) as error:
            self.crashes += isinstance(error, Crash)
            self.at(self.now + _hidden(error, receives), lambda: self._deliver(chat, receives + 1))
            return
        del self.queued[chat][0]
        if self.queued[chat]:
            self.at(self.now + 0.05, lambda: self._deliver(chat))

    # the timer queue: late, doubled, sometimes lost

    def arm(
        self,
        organization_id: OrganizationId,
        conversation_id: ConversationId,
        in_version: int,
        delay: timedelta,
    ) -> None:
        timer = Timer(organization_id, conversation_id, in_version)
        due = self.now + max(0, math.ceil(delay.total_seconds()))
        if self.random.random() >= LOST:
            self.at(due + self.random.uniform(0, 0.8), lambda: self._timer(timer, 1))
        if self.random.random() < DOUBLED:
            self.at(due + self.random.uniform(0, 3), lambda: self._timer(timer, 1))

    def _timer(self, timer: Timer, attempt: int) -> None:
        if self.answering >= AT_ONCE:
            self.at(self.now + 1, lambda: self._timer(timer, attempt))
            return
        self.answering += 1
        try:
            self.handle(timer.organization_id, timer.conversation_id, timer.in_version)
        except (Crash, DependencyUnavailable) as error:
            self.crashes += isinstance(error, Crash)
            if attempt < MOST_RECEIVES:
                again = self.now + _hidden(error, attempt)
                self.at(again, lambda: self._timer(timer, attempt + 1))
        finally:
            self.answering -= 1

    def _swept(self) -> None:
        self.sweep()
        self.at(self.now + 60, self._swept)

    # the agent: `propose` asks it while others go on

    def answer(self, request: AgentRequest) -> AgentReply:
        self.thoughts += 1
        self.drafts[request.turn] = [message.content for message in request.burst]
        self._note_haste(request)
        takes = self.random.choice((0.1, 0.5, 2.0, 8.0, 20.0, 60.0))
        self.run_until(self.now + min(takes, FUNCTION_TIMEOUT))
        if takes > FUNCTION_TIMEOUT:
            raise Crash
        self.faults.around()
        return AgentReply(f"re: {request.burst[-1].content}")

    def _note_haste(self, request: AgentRequest) -> None:
        """An answer begins when the contact paused, or has waited long enough."""
        last = request.burst[-1]
        conversation = self.world.inbox.conversation(A, last.conversation_id)
        now = self.world.clock.now()
        if now - last.created_at < QUIET and not is_overdue(conversation, now):
            self.hasty += 1


class Recorded:
    """The turns of the world, with a note of each commit and discard."""

    def __init__(self, simulation: Simulation) -> None:
        self._simulation = simulation
        self._turns = simulation.world.turns

    def __getattr__(self, name: str) -> Any:
        return getattr(self._turns, name)

    def commit(self, conversation: Conversation, token: str, commit: Commit, now: Any) -> bool:
        done = self._turns.commit(conversation, token, commit, now)
        if done:
            shown = self._simulation.drafts.get(token, [])
            self._simulation.shown.setdefault(conversation.id, []).extend(shown)
            self._simulation.commits.setdefault(conversation.id, []).append(commit)
            self._simulation.discards.setdefault(conversation.id, []).append(0)
        return bool(done)

    def discard(self, conversation: Conversation, token: str) -> bool:
        done = self._turns.discard(conversation, token)
        if done:
            self._simulation.discards.setdefault(conversation.id, [0])[-1] += 1
        return bool(done)


def _hidden(error: BaseException, receives: int) -> float:
    """Seconds until a message comes again: a function that lives on has that hastened."""
    return VISIBILITY if isinstance(error, Crash) else delay(receives).total_seconds()
