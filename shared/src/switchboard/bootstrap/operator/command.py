"""Entry point of `switchboard`: read the words, reach the deployment, answer, end with a code."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Callable, Sequence
from enum import IntEnum

from switchboard.bootstrap.operator.answer import as_json, as_table
from switchboard.bootstrap.operator.deployment import chosen, read_deployment, use
from switchboard.bootstrap.operator.wiring import Operator, connected
from switchboard.bootstrap.operator.words import parser
from switchboard.domain.errors import (
    Configuration,
    Conflict,
    InvalidInput,
    NotFound,
    SwitchboardError,
)


class Exit(IntEnum):
    """What the command ends with."""

    DONE = 0
    FAILED = 1
    """Something did not come about: the answer tells what."""
    WORDS = 2
    """The words or the configuration are wrong (argparse ends with the same)."""
    NOT_FOUND = 3
    REFUSED = 4
    """The stored state does not allow it."""
    NO_ANSWER = 5
    """A service did not answer or refused: try again, or look at the credentials."""


_EXITS: tuple[tuple[type[SwitchboardError], Exit], ...] = (
    (Configuration, Exit.WORDS),
    (InvalidInput, Exit.WORDS),
    (NotFound, Exit.NOT_FOUND),
    (Conflict, Exit.REFUSED),
    (SwitchboardError, Exit.NO_ANSWER),
)


def main(
    words: Sequence[str] | None = None, reach: Callable[[Namespace], Operator] | None = None
) -> int:
    """Run one subcommand.

    Args:
        words: those of the command line when None.
        reach: gives the use cases; AWS, or the stack of `make run`, when None.
    """
    asked = parser().parse_args(words)
    try:
        answer = asked.run((reach or _reach)(asked), asked)
    except SwitchboardError as error:
        print(f"switchboard: {error.code}: {error}", file=sys.stderr)  # noqa: T201
        return next(code for kind, code in _EXITS if isinstance(error, kind))
    print(as_json(answer) if asked.json else as_table(answer))  # noqa: T201 - the answer
    return Exit.FAILED if answer.failed else Exit.DONE


def _reach(asked: Namespace) -> Operator:
    target = chosen(asked.stack, asked.region, asked.endpoint_url, asked.local)
    use(target)
    return connected(read_deployment(target.stack))
