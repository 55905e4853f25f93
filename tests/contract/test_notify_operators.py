"""`NotifyOperators`: one notification, also when the topic fails or a teller dies."""

from contextlib import suppress
from dataclasses import dataclass, field

import pytest
from tests.support.builders import A
from tests.support.sweeping import sweeper
from tests.support.world import World

from switchboard.adapters.memory.notices import MemoryOperators
from switchboard.application.notify_operators import NotifyOperators
from switchboard.application.tell_untold import TellUntold
from switchboard.domain.errors import DependencyUnavailable
from switchboard.domain.notice import NoticeKind


class Died(BaseException):
    """The process ends where it stands."""


@dataclass
class FailingOperators(MemoryOperators):
    """Fails as often as there are failures, then hears."""

    failures: list[BaseException] = field(default_factory=list)

    def tell(self, notice):
        if self.failures:
            raise self.failures.pop()
        super().tell(notice)


def told(backend: World, operators: FailingOperators, signals: int, apart: float) -> int:
    """How many notifications came of so many signals, seconds apart."""
    notify = NotifyOperators(backend.notices, operators, backend.clock, backend.metrics)
    for _ in range(signals):
        with suppress(Died):
            notify(A, NoticeKind.SENDING_PAUSED, "temporary_ban")
        backend.advance(seconds=apart)
    return len(operators.told)


def test_repeated_signals_are_one_notification(backend: World) -> None:
    assert told(backend, FailingOperators(), 20, 150) == 1


def test_the_signal_after_a_failure_is_told(backend: World) -> None:
    operators = FailingOperators(failures=[DependencyUnavailable("SNS")])
    assert told(backend, operators, 1, 5) == 0
    assert told(backend, operators, 5, 5) == 1


@pytest.mark.parametrize("apart", [61, 600])
def test_a_teller_that_died_leaves_it_to_the_next_signal(backend: World, apart: int) -> None:
    assert told(backend, FailingOperators(failures=[Died()]), 4, apart) == 1


def test_a_teller_that_died_before_it_could_note_it_tells_twice(
    backend: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_):
        raise Died

    operators = FailingOperators()
    with monkeypatch.context() as dying:
        dying.setattr(type(backend.notices), "told", die)
        assert told(backend, operators, 1, 61) == 1
    assert told(backend, operators, 3, 61) == 2


@pytest.mark.parametrize("failure", [DependencyUnavailable("SNS"), Died()])
def test_the_sweeper_tells_what_no_signal_comes_again_for(
    backend: World, failure: BaseException
) -> None:
    operators = FailingOperators(failures=[failure])
    assert told(backend, operators, 1, 61) == 0
    tell_untold = TellUntold(backend.notices, operators, backend.clock)
    assert sweeper(backend, tell_untold=tell_untold)().told == 1
    assert [notice.code for notice in operators.told] == ["temporary_ban"]
    assert sweeper(backend, tell_untold=tell_untold)().told == 0
    assert told(backend, operators, 1, 5) == 1


def test_a_topic_that_fails_at_the_sweeper_is_tried_again_by_the_next_sweep(
    backend: World,
) -> None:
    operators = FailingOperators(failures=[DependencyUnavailable("SNS")] * 2)
    assert told(backend, operators, 1, 61) == 0
    sweep = sweeper(backend, tell_untold=TellUntold(backend.notices, operators, backend.clock))
    with pytest.raises(DependencyUnavailable):
        sweep()
    backend.advance(seconds=1)
    assert sweep().told == 1


def test_a_sweeper_leaves_alone_what_is_being_told(backend: World) -> None:
    operators = FailingOperators(failures=[Died()])
    assert told(backend, operators, 1, 30) == 0
    assert TellUntold(backend.notices, operators, backend.clock)() == 0


def test_sweeps_that_overlap_tell_once(backend: World) -> None:
    operators = FailingOperators(failures=[Died()])
    assert told(backend, operators, 1, 61) == 0
    tell_untold = TellUntold(backend.notices, operators, backend.clock)

    class Slow(MemoryOperators):
        def tell(self, notice):
            assert tell_untold() == 0
            super().tell(notice)

    slow = Slow()
    assert TellUntold(backend.notices, slow, backend.clock)() == 1
    assert len(operators.told + slow.told) == 1
