"""The gate's coefficients, and what it lets through for an organization it never saw."""

import pytest
from tests.unit.agents.fit_gate import fit
from tests.unit.agents.measure import Measured, measure
from tests.unit.agents.questions import held_out

from switchboard.adapters.agents import gate
from switchboard.adapters.agents.embedding import NanoEmbedder
from switchboard.adapters.agents.gate import Evidence, entry_score, probability, spelling_overlap
from switchboard.adapters.agents.retrieval import Retriever


@pytest.fixture(scope="module")
def measured() -> Measured:
    return measure(held_out().rank(Retriever(NanoEmbedder())))


def test_the_coefficients_are_those_of_the_fit() -> None:
    shipped = [gate.SCORE_WEIGHT, gate.LEAD_WEIGHT, gate.OVERLAP_WEIGHT, gate.BIAS]
    assert shipped == pytest.approx(fit(), abs=0.05)


def test_an_unseen_organizations_questions_find_their_entry(measured: Measured) -> None:
    assert measured.first >= 0.85 * measured.inside
    assert measured.among_three >= 0.97 * measured.inside


def test_answers_are_mostly_right(measured: Measured) -> None:
    """Measured: 36 of 40; a little room, as the engine's arithmetic differs between processors."""
    assert measured.precision >= 0.87, measured.faults


def test_most_questions_in_scope_are_helped(measured: Measured) -> None:
    assert measured.coverage >= 0.7


def test_questions_out_of_scope_are_handed_off(measured: Measured) -> None:
    assert measured.answered_outside <= 0.06 * measured.outside, measured.faults
    assert measured.menus_outside <= 0.12 * measured.outside


def test_a_phrasing_word_for_word_is_certain() -> None:
    overlap = spelling_overlap("when are you OPEN", ["Where are you?", "When are you open?"])
    assert probability(Evidence(0.6, 0.0, overlap)) == 1.0


def test_text_without_letters_resembles_nothing() -> None:
    assert spelling_overlap("👍", ["???"]) == 0.0


def test_the_second_phrasing_counts_when_there_is_one() -> None:
    assert entry_score([0.5]) == pytest.approx(0.5)
    assert entry_score([0.1, 0.5, 0.4]) == pytest.approx(0.47)
