"""The functions: each invocation is a process of its own, which may die at any step."""

import asyncio
import functools
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from tests.simulation.process import Process
from tests.simulation.wiring import wired

from switchboard.application.accept_outbound import AcceptOutbound, AcceptRequest
from switchboard.application.answer_conversation import AnswerConversation
from switchboard.application.dispatch_outbound import DispatchOutbound
from switchboard.application.end_queued import EndQueued
from switchboard.application.notify_operators import NotifyOperators
from switchboard.application.propose_reply import ProposeReply
from switchboard.application.receive_inbound import ReceiveInbound
from switchboard.application.record_ack import RecordAck
from switchboard.application.record_afterwards import RecordAfterwards
from switchboard.application.report_turn import ReportTurn
from switchboard.application.sweep import Sweep
from switchboard.application.tell_untold import TellUntold
from switchboard.domain.errors import Permanent, SwitchboardError
from switchboard.domain.inbound import InboundEvent
from switchboard.domain.queue_bodies import Send, Timer

PATIENCE = timedelta(seconds=35)
SWEEP_EVERY = 60.0
TIME_OUT = 30.0


class Functions:
    """Wires the use cases as the functions' bootstraps do."""

    def __init__(self, world: Any) -> None:
        self.world, self.invocations = world, 0
        world.send_queue.consumer = self._dispatch
        world.inbound.consumer = self._receive
        world.timers.consumer = self._answer

    async def sweeping(self) -> None:
        while True:
            await self.world.pause(SWEEP_EVERY)
            await self._invoke("sweeper", self._sweep)

    async def accept(self, request: AcceptRequest) -> Any:
        """Ask like a client that repeats its request under its key until it is answered."""
        while True:
            answer = await self._invoke("api", lambda process: self._accept(process, request))
            if answer is not None:
                return answer
            await self.world.pause(self.world.random.uniform(0.5, 3.0))

    async def call(self, name: str, use_case: Callable[[Process], Any]) -> Any:
        """Some other request of a person, repeated until it is answered."""
        while (answer := await self._invoke(name, use_case)) is None:
            await self.world.pause(1.0)
        return answer

    async def _invoke(self, kind: str, use_case: Callable[[Process], Any]) -> Any:
        """The value, True instead of None; None when the invocation failed or died."""
        self.invocations += 1
        random = self.world.random
        skew = random.uniform(-0.5, 0.5)
        process = Process(self.world, f"{kind}-{self.invocations}", kind, skew)
        if random.random() < self.world.chances.function_dies:
            self.world.later(random.uniform(0.0, 0.4), process.kill)
        running = process.loop.create_task(process.carry_out(functools.partial(use_case, process)))
        died = self.world.start(process.died.wait())
        await asyncio.wait({running, died}, return_when=asyncio.FIRST_COMPLETED, timeout=TIME_OUT)
        died.cancel()
        if not running.done():
            process.kill()
            self.world.journal.say("function.died", name=process.name)
            return None
        try:
            value = running.result()
        except Permanent as error:
            return error
        except SwitchboardError:
            return None
        return True if value is None else value

    def make[Made](self, kind: type[Made], process: Process, **special: Any) -> Made:
        """A use case whose ports this process calls."""
        return wired(kind, self.world.ports, clock=process, **special)

    def _sweep(self, process: Process) -> None:
        end_queued = self.make(EndQueued, process)
        tell_untold = self.make(TellUntold, process)
        self.make(Sweep, process, end_queued=end_queued, tell_untold=tell_untold)()

    async def _dispatch(self, body: Send) -> bool:
        def dispatched(process: Process) -> None:
            dispatch = self.make(
                DispatchOutbound, process, end_queued=self.make(EndQueued, process)
            )
            dispatch(body.organization_id, body.message_id)

        return await self._invoke("dispatcher", dispatched) is not None

    async def _receive(self, event: InboundEvent) -> bool:
        def receive(process: Process) -> None:
            self.make(
                ReceiveInbound,
                process,
                record_ack=self.make(RecordAck, process),
                record_afterwards=self.make(RecordAfterwards, process),
                new_message_id=functools.partial(self.world.message_id, event.organization_id),
            )(event)

        return await self._invoke("inbound", receive) is not None

    async def _answer(self, timer: Timer) -> bool:
        def answer(process: Process) -> Any:
            notify = self.make(NotifyOperators, process)
            use_case = self.make(
                AnswerConversation,
                process,
                propose=self.make(ProposeReply, process),
                report=self.make(ReportTurn, process, notify=notify),
                patience=PATIENCE,
            )
            return use_case(timer.organization_id, timer.conversation_id, timer.in_version)

        return await self._invoke("answer", answer) is not None

    def _accept(self, process: Process, request: AcceptRequest) -> Any:
        new_id = functools.partial(self.world.message_id, request.organization_id)
        return self.make(AcceptOutbound, process, new_message_id=new_id)(request)
