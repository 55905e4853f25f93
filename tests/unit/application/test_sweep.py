"""One sweep's kinds do not hold each other up."""

import pytest
from tests.support import webhooks
from tests.support.builders import CHAT, A
from tests.support.sweeping import sweeper
from tests.support.world import World, memory_world

from switchboard.application.accept_outbound import AcceptRequest
from switchboard.domain.errors import DependencyUnavailable
from switchboard.domain.ids import MessageId, OrganizationId
from switchboard.domain.metric import Metric
from switchboard.domain.session import Wanted


class RefusingQueue:
    """A send-queue that takes nothing."""

    def enqueue(self, _organization: OrganizationId, _message: MessageId) -> None:
        raise DependencyUnavailable("SQS: ServiceUnavailable")


def left_behind() -> World:
    w = memory_world()
    w.sessions.create(A, w.clock.now())
    w.accept(AcceptRequest(A, CHAT, "hi"))
    w.sessions.want(A, Wanted.RUNNING, w.clock.now())
    w.lanes.open(webhooks.delivery(w), w.clock.now())
    w.advance(seconds=61)
    return w


def test_a_queue_that_does_not_answer_holds_up_its_own_kind_only() -> None:
    w = left_behind()
    with pytest.raises(DependencyUnavailable, match="SQS"):
        sweeper(w, send_queue=RefusingQueue())()
    assert w.lane_timers.receive() is not None
    assert w.session_starts.queue.sent == [A]


def test_what_was_found_is_counted_although_it_could_not_be_set_going() -> None:
    w = left_behind()
    with pytest.raises(DependencyUnavailable):
        sweeper(w, send_queue=RefusingQueue())()
    assert w.metrics.total(Metric.PENDING_SWEPT) == 1
    assert w.metrics.total(Metric.LINES_WAITING) == 1


def test_the_next_sweep_makes_up_for_it() -> None:
    w = left_behind()
    with pytest.raises(DependencyUnavailable):
        sweeper(w, send_queue=RefusingQueue())()
    assert sweeper(w)().pending == 1
    assert len(w.send_queue.sent) == 2
