"""What a language model costs, in millionths of a dollar."""

from __future__ import annotations

import math
from dataclasses import dataclass

DEFAULT_DAILY_BUDGET_MICROS = 1_000_000
"""One dollar: some hundreds of turns of a small model, and a bearable mistake."""


@dataclass(frozen=True, slots=True)
class Usage:
    """What one turn took."""

    requests: int = 0
    input_tokens: int = 0
    output_tokens: int = 0


@dataclass(frozen=True, slots=True)
class Price:
    """Per 1,000 tokens."""

    input_micros: int
    output_micros: int

    def of(self, usage: Usage) -> int:
        """Rounded up: a cap is kept from above."""
        thousandfold = (
            usage.input_tokens * self.input_micros + usage.output_tokens * self.output_micros
        )
        return math.ceil(thousandfold / 1000)
