"""Fits the gate and chooses its threshold: `python -m tests.unit.agents.fit_gate`."""

from collections.abc import Sequence

import numpy as np
from tests.unit.agents.questions import Asked, fitting

from switchboard.adapters.agents.embedding import NanoEmbedder
from switchboard.adapters.agents.judge import WEAKEST_WORD
from switchboard.adapters.agents.retrieval import Retriever

RIDGE = 0.01
"""Keeps the weights finite; 0.1 and more pulls right answers into the menu."""
STEPS = 50
THRESHOLDS = (0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95)
PRECISE, LEAKING = 0.98, 0.01
"""An organization's answers must be this right, and no more of what is out of scope answered:
stricter than what is asked of others' questions, which are never quite alike."""


def ranked() -> list[list[Asked]]:
    """The fitting questions, one list an organization."""
    retriever = Retriever(NanoEmbedder())
    return [part.rank(retriever) for part in fitting()]


def fit(parts: Sequence[Sequence[Asked]]) -> list[float]:
    """The weights of score, lead and overlap, then the bias: logistic regression by Newton."""
    asked = [one for part in parts for one in part]
    return _logistic(_rows(asked), np.array([one.found for one in asked], float)).tolist()


def threshold(parts: Sequence[Sequence[Asked]]) -> float:
    """The lowest one that is precise enough for an organization that was left out of the fit."""
    judged = [pair for number in range(len(parts)) for pair in _left_out(parts, number)]
    for lowest in THRESHOLDS:
        answered = [one for one, sureness in judged if _answered(one, sureness, lowest)]
        outside = [one for one, _ in judged if one.right is None]
        right = sum(one.found for one in answered)
        leaked = sum(one.right is None for one in answered)
        if right >= PRECISE * len(answered) and leaked <= LEAKING * len(outside):
            return lowest
    return 1.0


def _answered(one: Asked, sureness: float, lowest: float) -> bool:
    return sureness >= 1 or (sureness >= lowest and one.weakest >= WEAKEST_WORD)


def _left_out(parts: Sequence[Sequence[Asked]], number: int) -> list[tuple[Asked, float]]:
    others = [part for other, part in enumerate(parts) if other != number]
    weights = np.array(fit(others))
    mine = parts[number]
    sure = 1 / (1 + np.exp(-_rows(mine) @ weights))
    certain = [one.evidence.overlap >= 1 for one in mine]
    return list(zip(mine, np.where(certain, 1.0, sure).tolist(), strict=True))


def _rows(asked: Sequence[Asked]) -> np.ndarray:
    evidence = (one.evidence for one in asked)
    return np.array([(one.score, one.lead, one.overlap, 1.0) for one in evidence])


def _logistic(rows: np.ndarray, right: np.ndarray) -> np.ndarray:
    ridge = RIDGE * np.array([1.0, 1.0, 1.0, 0.0])
    weights = np.zeros(rows.shape[1])
    for _ in range(STEPS):
        guess = 1 / (1 + np.exp(-rows @ weights))
        slope = rows.T @ (guess - right) + ridge * weights
        curve = (rows * (guess * (1 - guess))[:, None]).T @ rows + np.diag(ridge)
        weights -= np.linalg.solve(curve, slope)
    return weights


if __name__ == "__main__":
    organizations = ranked()
    print(" ".join(f"{weight:.2f}" for weight in fit(organizations)), threshold(organizations))
