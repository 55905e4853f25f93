"""The gate's coefficients, and what it lets through for an organization it never saw."""

import pytest
from tests.unit.agents.fit_gate import fit, ranked, threshold
from tests.unit.agents.measure import Measured, measure
from tests.unit.agents.questions import Asked, fitting, held_out, near_held_out

from switchboard.adapters.agents import gate
from switchboard.adapters.agents.embedding import NanoEmbedder
from switchboard.adapters.agents.gate import Evidence, entry_score, probability, spelling_overlap
from switchboard.adapters.agents.judge import ANSWER_FROM, verdict_of
from switchboard.adapters.agents.retrieval import Retriever
from switchboard.domain.examination import Verdict


@pytest.fixture(scope="module")
def fitted() -> list[list[Asked]]:
    return ranked()


@pytest.fixture(scope="module")
def measured() -> Measured:
    retriever = Retriever(NanoEmbedder())
    return measure([one for part in held_out() for one in part.rank(retriever)])


@pytest.fixture(scope="module")
def near() -> Measured:
    retriever = Retriever(NanoEmbedder())
    return measure([one for part in near_held_out() for one in part.rank(retriever)])


def test_the_coefficients_are_those_of_the_fit(fitted: list[list[Asked]]) -> None:
    shipped = [gate.SCORE_WEIGHT, gate.LEAD_WEIGHT, gate.OVERLAP_WEIGHT, gate.BIAS]
    assert shipped == pytest.approx(fit(fitted), abs=0.05)


def test_the_threshold_is_chosen_by_organizations_left_out_of_the_fit(
    fitted: list[list[Asked]],
) -> None:
    assert threshold(fitted) == ANSWER_FROM


def test_the_evaluation_is_large_fresh_and_half_out_of_scope(measured: Measured) -> None:
    fresh = {text for part in held_out() for text, _ in part.asked}
    known = {text for part in fitting() for text, _ in part.asked}
    phrasings = {text for part in held_out() for one in part.knowledge for text in one.phrasings}
    assert measured.inside + measured.outside >= 200
    assert measured.outside >= measured.inside
    assert len(fresh & known) <= 30  # greetings and the like, which have one wording
    assert not fresh & phrasings


def test_an_unseen_organizations_questions_find_their_entry(measured: Measured) -> None:
    assert measured.first >= 0.8 * measured.inside
    assert measured.among_three >= 0.93 * measured.inside


def test_answers_are_right(measured: Measured) -> None:
    assert measured.precision >= 0.95, measured.faults


def test_most_questions_in_scope_are_helped(measured: Measured) -> None:
    assert measured.coverage >= 0.6


def test_questions_out_of_scope_are_handed_off(measured: Measured) -> None:
    assert measured.answered_outside <= 0.02 * measured.outside, measured.faults
    assert measured.menus_outside <= 0.15 * measured.outside


def test_near_misses_are_not_answered(near: Measured) -> None:
    """Questions about the same things that want something else: to buy, to get a job, at home."""
    assert near.outside >= 200
    assert near.answered_outside <= 0.02 * near.outside, near.faults
    assert near.precision >= 0.95, near.faults
    assert near.answered_right >= 0.2 * near.inside
    assert near.coverage >= 0.55
    assert near.menus_outside <= 0.35 * near.outside


def test_one_foreign_word_turns_an_answer_into_a_menu() -> None:
    retriever = Retriever(NanoEmbedder())
    known = near_held_out()[2].knowledge
    for text, verdict in (
        ("кресло детское дадите?", Verdict.ANSWER),
        ("купить детское кресло", Verdict.MENU),
    ):
        (ranking,) = retriever.rank([text], known)
        assert verdict_of(ranking, retriever) is verdict, text


def test_a_phrasing_word_for_word_is_certain() -> None:
    overlap = spelling_overlap("when are you OPEN", ["Where are you?", "When are you open?"])
    assert probability(Evidence(0.6, 0.0, overlap)) == 1.0


def test_text_without_letters_resembles_nothing() -> None:
    assert spelling_overlap("👍", ["???"]) == 0.0


def test_the_second_phrasing_counts_when_there_is_one() -> None:
    assert entry_score([0.5]) == pytest.approx(0.5)
    assert entry_score([0.1, 0.5, 0.4]) == pytest.approx(0.47)
