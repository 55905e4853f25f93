"""A host that dies between a send and its SENT: the phone shows one copy.

`python -m tests.e2e.crashes` stages it as often as asked; here once for each setting.
"""

from collections.abc import Callable

import pytest
from tests.e2e.conftest import RunningStack
from tests.e2e.crashes import Crashes


@pytest.mark.parametrize("on_unknown", ["resend", "unconfirmed"])
def test_a_host_that_dies_between_send_and_sent_leaves_one_copy(
    stack: RunningStack, unique: Callable[[str], str], on_unknown: str
) -> None:
    crashes = Crashes(stack, on_unknown)
    crashes.link(
        unique("crashed"), {"resend": "15550009820", "unconfirmed": "15550009823"}[on_unknown]
    )
    outcome = crashes.stage()
    assert outcome.copies_shown == 1
    assert outcome.state in {"resend": {"READ"}, "unconfirmed": {"READ", "UNCONFIRMED"}}[on_unknown]
