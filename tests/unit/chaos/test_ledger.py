"""What the ledger of staged faults excuses: only what the lost host had, and nobody else."""

import time
from types import SimpleNamespace
from typing import Any

import pytest
from tests.e2e.chaos.ledger import NOTED_WITHIN, UNPUSHED_SECONDS, Ledger

LINE = "line-1"


class Customer:
    """A phone on which everything written was taken by a page."""

    def __init__(self) -> None:
        self.chat: list[dict[str, Any]] = []

    def ctl(self, op: str, **fields: Any) -> Any:
        if op == "msg":
            self.chat.append({"body": fields["body"], "writer": "customer", "ack": 2})
            return None
        return self.chat if op == "chat" else []


@pytest.mark.parametrize(
    ("written_after", "excused"),
    [
        (-UNPUSHED_SECONDS - 1, False),
        (-0.1, True),
        (NOTED_WITHIN + 1, False),
        (60.0, False),
    ],
)
def test_only_what_the_lost_host_had_is_excused(written_after: float, *, excused: bool) -> None:
    nothing_stored = SimpleNamespace(api=SimpleNamespace(pages=lambda _path: []))
    ledger = Ledger(SimpleNamespace(phone=Customer(), lines={LINE: "1"}, running=nothing_stored))
    ledger.hear(LINE)
    ledger.unpushed_until = time.time() - written_after
    counts = ledger.count()
    assert (counts["lost"], counts["lost_unpushed"]) == ((0, 1) if excused else (1, 0))
