"""A host that dies between a send and its SENT: the phone shows one copy.

`python -m tests.e2e.crashes` stages it as often as asked; here once for each setting.
"""

from collections.abc import Callable

import pytest
from tests.e2e.conftest import RunningStack
from tests.e2e.crashes import Crashes


@pytest.mark.parametrize(
    ("on_unknown", "dedup", "account"),
    [
        ("resend", True, "15550009820"),
        ("unconfirmed", True, "15550009823"),
        ("unconfirmed", False, "15550009825"),
    ],
)
def test_a_host_that_dies_between_send_and_sent_leaves_one_copy(
    stack: RunningStack,
    unique: Callable[[str], str],
    on_unknown: str,
    dedup: bool,  # noqa: FBT001 - a parameter of the test
    account: str,
) -> None:
    crashes = Crashes(stack, on_unknown, dedup=dedup)
    crashes.link(unique("crashed"), account)
    outcome = crashes.stage()
    assert outcome.copies_shown == 1
    assert outcome.state in {"resend": {"READ"}, "unconfirmed": {"READ", "UNCONFIRMED"}}[on_unknown]
