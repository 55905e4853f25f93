"""Fits the gate's coefficients and prints them: `python -m tests.unit.agents.fit_gate`."""

import numpy as np
from tests.unit.agents.questions import fitting

from switchboard.adapters.agents.embedding import NanoEmbedder
from switchboard.adapters.agents.retrieval import Retriever

RIDGE = 0.01
"""Keeps the weights finite; 0.1 and more pulls right answers under 0.8 into the menu."""
STEPS = 50


def fit() -> list[float]:
    """The weights of score, lead and overlap, then the bias: logistic regression by Newton."""
    retriever = Retriever(NanoEmbedder())
    asked = [one for part in fitting() for one in part.rank(retriever)]
    rows = [(one.evidence.score, one.evidence.lead, one.evidence.overlap, 1.0) for one in asked]
    return _logistic(np.array(rows), np.array([one.found for one in asked], float)).tolist()


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
    print(" ".join(f"{weight:.2f}" for weight in fit()))
