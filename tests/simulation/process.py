"""A host or a function as the outside world sees it: it can stall, lose its network, and die.

Use cases are synchronous and call their ports one after the other. Each port call of a simulated
process is a step of its own: the use case runs in a greenlet, and every call hands control back to
the scheduler, which may let time pass, fail the call before or after its effect, or never return.
"""

import asyncio
import functools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from greenlet import getcurrent, greenlet

from switchboard.domain.errors import DependencyUnavailable, SwitchboardError

BASE = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Step:
    """One call of a port."""

    port: str
    method: str
    target: Any
    args: tuple[Any, ...]
    more: dict[str, Any]

    @property
    def name(self) -> str:
        return f"{self.port}.{self.method}"

    def apply(self) -> Any:
        answer = getattr(self.target, self.method)(*self.args, **self.more)
        return WholeAnswer(answer) if isinstance(answer, Iterator) else answer


class WholeAnswer:
    """What a port reads bit by bit, read in one call; it looks the same in every process."""

    def __init__(self, answer: Iterator[Any]) -> None:
        self._all = list(answer)
        self._left = iter(self._all)

    def __iter__(self) -> Iterator[Any]:
        return self

    def __next__(self) -> Any:
        return next(self._left)

    def __repr__(self) -> str:
        return repr(self._all)


class Remote:
    """A port behind the network; called outside of a process it answers at once."""

    def __init__(self, port: str, target: Any) -> None:
        self._port, self._target = port, target

    def __getattr__(self, method: str) -> Callable[..., Any]:
        def call(*args: Any, **more: Any) -> Any:
            step = Step(self._port, method, self._target, args, more)
            current = getcurrent()
            if current.parent is None:
                return step.apply()
            return current.parent.switch(step)

        self.__dict__[method] = call
        return call


@dataclass
class Weather:
    """How unreliable the network is just now; a calm one never fails."""

    refused: float = 0.0
    """Share of calls that fail before they have an effect."""
    lost: float = 0.0
    """Share of calls whose effect happens and whose reply is lost."""
    slow: float = 0.0
    """Share of calls that take up to `slowest_seconds`."""
    slowest_seconds: float = 3.0
    fast_seconds: float = 0.03


class Process:
    """One process: its clock may be wrong, its replies may come late or never."""

    def __init__(self, world: Any, name: str, kind: str, skew_seconds: float = 0.0) -> None:
        self.world, self.name, self.kind = world, name, kind
        self.loop = asyncio.get_running_loop()
        self.random = world.random
        self.skew_seconds = skew_seconds
        self.alive, self.killed, self.died_at = True, False, float("inf")
        self.stalled_until = 0.0
        self.cut_until = 0.0
        self.died: asyncio.Event = asyncio.Event()
        self.traps: dict[str, Callable[[], None]] = {}
        """What happens at the next call of a name."""

    @property
    def undisturbed(self) -> bool:
        """Whether it has never been stalled, cut off or killed."""
        return not (self.stalled_until or self.cut_until or self.killed)

    def spring(self, name: str) -> None:
        """Come to a named moment."""
        trap = self.traps.pop(name, None)
        if trap is not None:
            self.world.journal.say("trap", by=self.name, at=name)
            trap()

    # The Clock port.
    def now(self) -> datetime:
        moment = BASE + timedelta(seconds=self.loop.time() + self.skew_seconds)
        return moment.replace(microsecond=moment.microsecond // 1000 * 1000)

    def monotonic(self) -> float:
        return self.loop.time()

    async def sleep(self, duration: timedelta) -> None:
        await self.pause(max(0.0, duration.total_seconds()))

    # The Blocking port: cancelling the wait does not stop the call.
    async def __call__(self, call: Callable[..., Any], /, *args: Any, **more: Any) -> Any:
        running = self.loop.create_task(self.carry_out(functools.partial(call, *args, **more)))
        return await asyncio.shield(running)

    async def carry_out(self, call: Callable[[], Any]) -> Any:
        """Run a synchronous use case, one step after the other."""
        running = greenlet(call)
        step = running.switch()
        try:
            while not running.dead:
                try:
                    value = await self.perform(step)
                except SwitchboardError as error:
                    step = running.throw(error)
                else:
                    step = running.switch(value)
        finally:  # cancelled when all is over: what a greenlet holds nobody else would free
            while not running.dead:
                running.throw()
        return step

    async def perform(self, step: Step) -> Any:
        """One port call; a hint that gets lost is no error to its sender."""
        try:
            return await self._perform(step)
        except DependencyUnavailable:
            if step.name == "wake_ups.wake":
                return None
            raise

    async def _perform(self, step: Step) -> Any:
        """All that can happen to a call."""
        self.world.asked(self, step)
        weather, draw = self.world.weather, self.random.random()
        self.spring(f"before {step.name}")
        await self.pause(self._latency(weather))
        if self.loop.time() < self.cut_until:
            await self.pause(self.random.uniform(0.5, 3.0))
            raise DependencyUnavailable("cut off")
        if draw < weather.refused:
            raise DependencyUnavailable("refused")
        try:
            value = await self._poll(step) if step.name in _POLLS else self.world.apply(self, step)
        finally:
            self.spring(f"after {step.name}")
            await self.pause(self._latency(weather) / 2)
        if draw > 1.0 - weather.lost or self.loop.time() < self.cut_until:
            raise DependencyUnavailable("the reply was lost")
        return value

    async def _poll(self, step: Step) -> Any:
        """A long poll: wait for something to come, at most as long as was asked."""
        until = self.loop.time() + step.args[-1].total_seconds()
        while not (value := self.world.apply(self, step)):
            left = until - self.loop.time()
            if left <= 0:
                break
            await step.target.arrival(left)
            await self.pause(0.0)
        return value

    def _latency(self, weather: Weather) -> float:
        if weather.slow and self.random.random() < weather.slow:
            return self.random.uniform(0.0, weather.slowest_seconds)
        return self.random.uniform(0.001, weather.fast_seconds)

    async def pause(self, seconds: float) -> None:
        """Time passes; a stalled process goes on when its stall ends, a dead one never."""
        await self.until(self.later(seconds))

    def later(self, seconds: float) -> asyncio.Future[Any]:
        future: asyncio.Future[Any] = self.loop.create_future()
        self.loop.call_later(seconds, self.resolve, future, None)
        return future

    async def until(self, future: asyncio.Future[Any]) -> Any:
        if self.world.over:
            raise asyncio.CancelledError
        return await future

    def resolve(self, future: asyncio.Future[Any], value: Any) -> None:
        """Give this process an answer from outside; an exception is raised in it."""
        if self.loop.time() < self.stalled_until:
            again = self.stalled_until + self.random.uniform(0.0, 0.01)
            self.loop.call_at(again, self.resolve, future, value)
        elif self.alive and not future.done():
            if isinstance(value, BaseException):
                future.set_exception(value)
            else:
                future.set_result(value)

    def kill(self) -> None:
        """No cleaning up: whatever it was doing stays half done."""
        self.alive = False
        self.died_at = min(self.died_at, self.loop.time())
        self.died.set()


_POLLS = frozenset({"session_starts.take", "host_queue.receive"})
