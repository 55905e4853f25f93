"""Messages that come while no host is there; `python -m tests.e2e.offline` stages more of them."""

from collections.abc import Callable

from tests.e2e.conftest import RunningStack
from tests.e2e.offline import Away, Offline


def test_what_comes_while_the_host_is_away_is_stored_once_and_answered_once_at_most(
    stack: RunningStack, unique: Callable[[str], str]
) -> None:
    offline = Offline(stack)
    offline.link(unique("offline"), "15550009870")
    outcome = offline.stage(40, Away.STOPPED)
    assert outcome.kept, outcome
    assert (outcome.rows, outcome.conversations) == (40, 4)
    assert outcome.answered == 3
