"""When a burst gets its reply."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.builders import CHAT, A

from switchboard.domain.conversation import (
    ALLOWED_TRANSITIONS,
    MAX_WAIT,
    QUIET,
    ContactStatus,
    Conversation,
    is_overdue,
    reply_delay,
)
from switchboard.domain.ids import ContactId, ConversationId

FIRST = datetime(2026, 1, 1, 12, tzinfo=UTC)
CONVERSATION = Conversation(ConversationId("c"), A, ContactId("p"), CHAT, FIRST)


@pytest.mark.parametrize(
    ("waited", "delay"), [(0, 4), (5, 4), (11, 4), (12, 3), (14.5, 0.5), (15, 0), (600, 0)]
)
def test_a_timer_waits_for_quiet_but_never_past_the_longest_wait(
    waited: float, delay: float
) -> None:
    now = FIRST + timedelta(seconds=waited)
    assert reply_delay(FIRST, now) == timedelta(seconds=delay)


@given(st.integers(-60_000, 600_000))
def test_a_delay_is_never_negative_and_never_longer_than_a_quiet_spell(waited_ms: int) -> None:
    delay = reply_delay(FIRST, FIRST + timedelta(milliseconds=waited_ms))
    assert timedelta() <= delay <= QUIET


def test_a_burst_is_overdue_after_the_longest_wait() -> None:
    waiting = replace(CONVERSATION, in_version=1, first_pending_at=FIRST)
    assert not is_overdue(waiting, FIRST + MAX_WAIT - timedelta(milliseconds=1))
    assert is_overdue(waiting, FIRST + MAX_WAIT)
    assert not is_overdue(CONVERSATION, FIRST + timedelta(days=9))


def test_a_conversation_is_unanswered_until_every_version_is() -> None:
    assert not CONVERSATION.unanswered
    assert replace(CONVERSATION, in_version=2, answered_version=1).unanswered
    assert not replace(CONVERSATION, in_version=2, answered_version=2).unanswered


def test_every_contact_status_has_its_next_ones_and_none_leads_to_itself() -> None:
    assert set(ALLOWED_TRANSITIONS) == set(ContactStatus)
    for status, following in ALLOWED_TRANSITIONS.items():
        assert following
        assert status not in following
        assert ContactStatus.NEW_LEAD not in following
