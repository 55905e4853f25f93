"""200 simulated runs; `make verify-bursts` makes 3,000."""

from dataclasses import replace

import pytest
from tests.simulation_turns import simulation
from tests.simulation_turns.__main__ import simulate
from tests.simulation_turns.simulation import Simulation
from tests.simulation_turns.verdict import breaches

from switchboard.adapters.memory.turns import MemoryTurns
from switchboard.application import answer_conversation, propose_reply
from switchboard.application.answer_conversation import AnswerConversation

RUNS = 200


def test_no_turn_is_lost_doubled_or_out_of_order() -> None:
    counts, broken = simulate(range(RUNS))
    assert broken == []
    assert counts["crashes"] > RUNS / 2
    assert counts["discarded_drafts"] > RUNS / 8
    assert counts["replies"] < counts["inbound"] * 0.8


def found_in(runs: int) -> list[str]:
    return [words for seed in range(runs) for words in breaches(_run(seed))]


def _run(seed: int) -> Simulation:
    one = Simulation(seed)
    one.run()
    return one


def test_a_stale_timer_that_answers_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """The simulation can fail: here without the version check."""
    monkeypatch.setattr(answer_conversation, "is_overdue", lambda *_: True)
    assert any("within a burst" in words for words in found_in(20))


def test_a_commit_that_does_not_ask_for_its_token_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    def careless(self, claimed, token, reply, contact):  # type: ignore[no-untyped-def]
        now = self.clock.now()
        current = self.inbox.conversation(claimed.organization_id, claimed.id)
        held = replace(current, answer_token="any")
        self.turns._port._turns._put(held)
        commit = answer_conversation._commit_of(claimed, current, reply, contact, now)
        self.turns.commit(current, "any", commit, now)
        return answer_conversation.Outcome.ANSWERED

    monkeypatch.setattr(AnswerConversation, "_commit", careless)
    monkeypatch.setattr("switchboard.adapters.memory.turns._held", lambda *_: False)
    assert any("doubled" in words for words in found_in(60))


def test_a_sweeper_that_does_not_look_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(MemoryTurns, "unanswered", lambda *_: [])
    monkeypatch.setattr(simulation, "LOST", 0.3)
    assert any("lost" in words for words in found_in(60))


def test_a_draft_that_is_discarded_again_and_again_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    def eager(self, claimed, current, now):  # type: ignore[no-untyped-def]
        return current.in_version > claimed.in_version

    monkeypatch.setattr(AnswerConversation, "_worth_another_try", eager)
    assert any("discarded" in words for words in found_in(60))


def test_a_burst_that_is_told_by_the_clock_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    def by_clock(_, recent):  # type: ignore[no-untyped-def]
        start = max(
            (n for n, one in enumerate(recent, 1) if one.direction != "INCOMING"), default=0
        )
        return recent[:start], recent[start:] or recent[-1:]

    monkeypatch.setattr(propose_reply, "split", by_clock)
    assert any("was shown" in words for words in found_in(20))
