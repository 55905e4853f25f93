"""`NotifyOperators`: one notification, also when the topic fails or a teller dies."""

from contextlib import suppress
from dataclasses import dataclass, field

import pytest
from tests.support.builders import A
from tests.support.world import World

from switchboard.adapters.memory.notices import MemoryOperators
from switchboard.application.notify_operators import NotifyOperators
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
