"""Taking a message back, also when an earlier try got half-way."""

import pytest
from tests.support.builders import A, accepted, owned_line, ready
from tests.support.world import World

from switchboard.application.read_message import CancelMessage, ReadMessage
from switchboard.domain.errors import Conflict
from switchboard.domain.message import MessageStatus
from switchboard.domain.session import Lease


def cancel(w: World, message_id: str) -> None:
    CancelMessage(ReadMessage(w.messages), w.messages, w.outbox, w.clock)(A, message_id)


def test_a_cancellation_that_died_half_way_is_finished_by_the_next(backend: World) -> None:
    entry = accepted(backend, 1)
    assert backend.outbox.cancel(A, entry.message_id), "and the function died"
    cancel(backend, entry.message_id)
    assert backend.messages.read(A, entry.message_id).status is MessageStatus.CANCELLED


def test_a_message_that_is_being_sent_is_not_taken_back(backend: World) -> None:
    entry = ready(backend, 1)
    assert backend.outbox.claim(entry, Lease(A, "host", 1), "claim")
    with pytest.raises(Conflict):
        cancel(backend, entry.message_id)
    assert backend.messages.read(A, entry.message_id).status is MessageStatus.QUEUED


def test_a_message_that_may_have_left_is_not_taken_back(backend: World) -> None:
    lease = owned_line(backend)
    entry = ready(backend, 1)
    claimed = backend.outbox.claim(entry, lease, "claim")
    assert backend.outbox.retry(claimed, backend.clock.now(), attempts=0, recoveries=1)
    with pytest.raises(Conflict):
        cancel(backend, entry.message_id)
    assert backend.outbox.read(A, entry.message_id) is not None
