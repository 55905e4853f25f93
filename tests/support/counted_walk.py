"""One message's way through every station on one endpoint, with each station's real calls.

Only the page and the clock are in memory. What Lambda's pollers do (receive and delete) is done
here, one message at a time: batches only make it cheaper.
"""

import json
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from tests.contract.test_message_walk import CHAT, HOST, A, answerer, delivery, linked_page
from tests.support.metering import Meter, Metered
from tests.support.world import World, dynamodb_world

from switchboard.adapters.dynamodb.base import Base
from switchboard.adapters.memory.channel_provider import MemoryLinkedPage
from switchboard.adapters.sqs.client import polling_sqs_client
from switchboard.adapters.sqs.host_queue import SqsHostQueue
from switchboard.adapters.sqs.inbound_queue import SqsInboundQueue
from switchboard.adapters.sqs.send_queue import SqsSendQueue
from switchboard.adapters.sqs.timer_queue import SqsTimerQueue
from switchboard.adapters.sqs.wake_ups import SqsWakeUps
from switchboard.application.accept_outbound import AcceptRequest
from switchboard.application.answer_conversation import Outcome
from switchboard.application.deliver_next import Backlog, DeliverNext, Step
from switchboard.domain.channel_events import AckSeen, MessageSeen
from switchboard.domain.inbound import InboundEvent, from_wire
from switchboard.domain.message import MessageStatus
from switchboard.domain.queue_bodies import parse_send, parse_timer
from switchboard.domain.rate_limit import Limits
from switchboard.domain.session import Lease, Wanted
from switchboard.ports.agent import AgentReply

PLENTY = Limits(100_000, 100_000, 100_000)


@dataclass
class Walk:
    """All stations of one line; `meter` counts what they ask of AWS."""

    world: World
    sqs: Any
    meter: Meter
    urls: dict[str, str]
    lease: Lease
    page: MemoryLinkedPage
    deliver: DeliverNext
    host_queue: SqsHostQueue
    backlog: Backlog = field(default_factory=Backlog)
    heard: int = 0

    async def send(self) -> Metered:
        """API, dispatcher, host, WhatsApp; the acks are not in it."""
        self.meter.take()
        queue = SqsSendQueue(self.sqs, self.urls["send"])
        replace(self.world.accept, send_queue=queue)(AcceptRequest(A, CHAT, "hello"))
        await self._dispatch_and_deliver()
        return self.meter.take()

    async def answer(self) -> Metered:
        """A contact's message and the agent's reply, without its acks."""
        self.meter.take()
        self._push(self._question())
        timer = parse_timer(self._poll("timer", wait=10))
        self.world.advance(seconds=5)
        answer = replace(
            answerer(self.world, AgentReply("at nine")),
            timers=SqsTimerQueue(self.sqs, self.urls["timer"]),
            send_queue=SqsSendQueue(self.sqs, self.urls["send"]),
        )
        outcome = answer(timer.organization_id, timer.conversation_id, timer.in_version)
        assert outcome is Outcome.ANSWERED
        await self._dispatch_and_deliver()
        return self.meter.take()

    def acknowledge(self) -> Metered:
        """The acks DELIVERED and READ of the last message."""
        self.meter.take()
        hex_ = self.page.phone.wire[-1].wa_hex
        for level in (2, 3):
            self._push(AckSeen(f"true_{CHAT}_{hex_}", CHAT, level, self.world.clock.now()))
        metered = self.meter.take()
        assert self.world.messages.find(A, hex_).status is MessageStatus.READ
        return metered

    async def _dispatch_and_deliver(self) -> None:
        send = parse_send(self._poll("send"))
        dispatch = replace(self.world.dispatch, wake_ups=SqsWakeUps(self.sqs))
        dispatch(send.organization_id, send.message_id)
        (wake,) = self.host_queue.receive(timedelta(seconds=1))
        entry = self.world.outbox.read(wake.organization_id, wake.message_id)
        self.backlog.replace(entry)
        while (await self.deliver(self.backlog, self.page)).step is not Step.SENT:
            await self.world.clock.sleep(timedelta(seconds=1))

    def _question(self) -> MessageSeen:
        self.heard += 1
        return MessageSeen(
            wa_id=f"false_{CHAT}_3A{self.heard:018d}",
            from_me=False,
            chat_id=CHAT,
            phone=CHAT.split("@")[0],
            lid=None,
            author=None,
            body="when do you open?",
            type="chat",
            at=self.world.clock.now(),
            push_name="Customer",
        )

    def _push(self, seen: MessageSeen | AckSeen) -> None:
        """Host, queue, inbound function."""
        queue = SqsInboundQueue(self.sqs, self.urls["inbound"])
        queue.push(InboundEvent(A, self.lease.epoch, seen))
        timers = SqsTimerQueue(self.sqs, self.urls["timer"])
        receive = replace(self.world.receive, timers=timers)
        receive(from_wire(json.loads(self._poll("inbound"))))

    def _poll(self, name: str, wait: int = 1) -> str:
        """What Lambda's poller does with one message."""
        url = self.urls[name]
        (message,) = self.sqs.receive_message(QueueUrl=url, WaitTimeSeconds=wait)["Messages"]
        self.sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return str(message["Body"])


@dataclass(frozen=True)
class Costs:
    """Of one message each, on a line and a conversation that are in use."""

    sent: Metered
    answered: Metered
    acks: Metered


async def measured(prefix: str) -> Costs:
    """Walk each way once; see `_started`."""
    walk = await _started(prefix)
    return Costs(await walk.send(), await walk.answer(), walk.acknowledge())


async def _started(prefix: str) -> Walk:
    """A linked line with a message behind it, so that contact and conversation are there.

    PynamoDB is connected to a table, and the environment names the endpoint of the queues.
    """
    w, sqs, meter = dynamodb_world(), polling_sqs_client(), Meter()
    meter.watch(sqs, Base._get_connection().connection.client)
    urls = {
        name: sqs.create_queue(QueueName=f"{prefix}-{name}")["QueueUrl"]
        for name in ("send", "timer")
    }
    ordered = sqs.create_queue(QueueName=f"{prefix}-inbound.fifo", Attributes={"FifoQueue": "true"})
    urls["inbound"] = ordered["QueueUrl"]
    host_queue = SqsHostQueue(sqs, f"{prefix}-")
    lease = _line(w, host_queue.create(HOST))
    page, deliver = await linked_page(w), delivery(w, lease)
    walk = Walk(w, sqs, meter, urls, lease, page, deliver, host_queue)
    await walk.answer()
    return walk


def _line(w: World, queue_url: str) -> Lease:
    now = w.clock.now()
    w.sessions.create(A, now)
    w.sessions.set_limits(A, PLENTY, now)
    w.sessions.want(A, Wanted.RUNNING, now)
    lease = w.sessions.acquire(A, HOST, queue_url, now)
    assert lease is not None
    return lease
