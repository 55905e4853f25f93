"""`RecoverSending` by what the next page knows, and how often an unknown outcome is tried again."""

from dataclasses import replace

import pytest
from tests.contract.test_message_walk import (
    A,
    linked_page,
    unknown_outcome,
    w,  # noqa: F401 - a fixture
)
from tests.support.world import World

from switchboard.adapters.memory.phone import Fault, OnWire
from switchboard.application.deliver_next import Step
from switchboard.domain.errors import DependencyUnavailable, SendOutcomeUnknown
from switchboard.domain.message import MessageStatus
from switchboard.domain.organization import OnUnknown, Settings
from switchboard.domain.outbox import MAX_ATTEMPTS, MAX_RECOVERIES, EntryState
from switchboard.ports.channel_provider import Lookup

KNOWN = {Lookup.PENDING: 0, Lookup.FAILED: -1}


async def known_as(w: World, lookup: Lookup):  # noqa: F811
    """The next owner's page has the claimed message and nobody's ack for it."""
    deliver, backlog, recover, accepted = await unknown_outcome(w)
    (entry,), page = w.outbox.load(A), await linked_page(w)
    page.phone.acks[entry.wa_hex] = KNOWN[lookup]
    assert await page.find(entry.chat_id, entry.wa_hex) is lookup
    return deliver, backlog, recover, accepted, page


@pytest.mark.parametrize("on_this_page", [True, False])
@pytest.mark.parametrize("lookup", KNOWN)
async def test_what_the_page_handed_over_without_an_ack_is_unknown_and_goes_again(
    w: World,  # noqa: F811
    lookup: Lookup,
    on_this_page: bool,  # noqa: FBT001 - a parameter
) -> None:
    deliver, backlog, recover, accepted, page = await known_as(w, lookup)
    (before,) = w.outbox.load(A)
    await recover(backlog, page, on_this_page=on_this_page)
    (entry,) = w.outbox.load(A)
    assert (entry.state, entry.recoveries, entry.attempts) == (EntryState.RETRY, 1, 0)
    assert [window.used for window in w.gate.usage(A, w.clock.now())] == [1, 1, 1], "it may leave"
    w.advance(seconds=60)
    assert (await deliver(backlog, page)).step is Step.SENT
    assert [sent.wa_hex for sent in page.phone.wire] == [before.wa_hex], "the same id"
    assert w.messages.read(A, accepted).status is MessageStatus.SENT


@pytest.mark.parametrize("lookup", KNOWN)
async def test_what_has_no_ack_ends_unconfirmed_when_the_organization_says_so(
    w: World,  # noqa: F811
    lookup: Lookup,
) -> None:
    w.organizations.set_settings(A, Settings(on_unknown=OnUnknown.UNCONFIRMED))
    _, backlog, recover, accepted, page = await known_as(w, lookup)
    await recover(backlog, page)
    assert (w.outbox.load(A), page.phone.wire) == ([], [])
    ended = w.messages.read(A, accepted)
    assert (ended.status, ended.error_code) == (MessageStatus.UNCONFIRMED, "outcome_unknown")


async def test_a_message_that_kills_each_page_ends_failed(w: World) -> None:  # noqa: F811
    deliver, backlog, recover, accepted = await unknown_outcome(w)
    for recoveries in range(1, MAX_RECOVERIES):
        page = await linked_page(w)
        await recover(backlog, page)
        (entry,) = w.outbox.load(A)
        assert (entry.recoveries, entry.attempts) == (recoveries, 0)
        page.phone.fault = Fault.CRASH_BEFORE_HAND_OVER
        w.advance(seconds=60)
        with pytest.raises(SendOutcomeUnknown):
            await deliver(backlog, page)
    page = await linked_page(w)
    await recover(backlog, page)
    ended = w.messages.read(A, accepted)
    assert (ended.status, ended.error_code) == (MessageStatus.FAILED, "recoveries_exhausted")
    assert [letter.code for letter in w.dead_letters.sent] == ["recoveries_exhausted"]
    assert w.failed.read(ended) is not None, "a person may send it again"
    assert (w.outbox.load(A), backlog.entries, page.phone.wire) == ([], {}, [])


async def test_an_ack_that_comes_before_the_last_recovery_is_sent(w: World) -> None:  # noqa: F811
    deliver, backlog, recover, accepted = await unknown_outcome(w)
    for _ in range(1, MAX_RECOVERIES):
        page = await linked_page(w)
        await recover(backlog, page)
        page.phone.fault = Fault.CRASH_BEFORE_HAND_OVER
        w.advance(seconds=60)
        with pytest.raises(SendOutcomeUnknown):
            await deliver(backlog, page)
    (entry,), page = w.outbox.load(A), await linked_page(w)
    sent = OnWire(w.clock.now(), entry.chat_id, entry.wa_hex, "hi")
    page.phone.transmit(sent, ack=1)
    await recover(backlog, page)
    assert w.messages.read(A, accepted).status is MessageStatus.SENT


async def test_a_line_that_is_down_costs_a_message_no_attempt(w: World) -> None:  # noqa: F811
    deliver, backlog, recover, accepted = await unknown_outcome(w)
    page = await linked_page(w)
    await recover(backlog, page)
    page.set_socket("TIMEOUT")
    w.advance(seconds=60)
    for _ in range(MAX_ATTEMPTS + MAX_RECOVERIES):
        assert (await deliver(backlog, page)).step is Step.LINE_DOWN
        (entry,) = w.outbox.load(A)
        assert (entry.state, entry.attempts, entry.recoveries) == (EntryState.RETRY, 0, 1)
        w.advance(seconds=60)
    assert page.phone.wire == []
    page.set_socket("CONNECTED")
    assert (await deliver(backlog, page)).step is Step.SENT
    assert w.messages.read(A, accepted).status is MessageStatus.SENT


async def test_a_host_that_fenced_itself_after_the_grant_blames_no_line(w: World) -> None:  # noqa: F811
    deliver, backlog, recover, _ = await unknown_outcome(w)
    page = await linked_page(w)
    await recover(backlog, page)
    with pytest.raises(DependencyUnavailable):
        await replace(deliver, may_write=lambda: False)(backlog, page)
    (entry,) = w.outbox.load(A)
    assert (entry.state, entry.attempts, page.phone.wire) == (EntryState.RETRY, 0, [])
    assert (await deliver(backlog, page)).step is Step.SENT
