"""The words of the command line."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from switchboard.bootstrap.operator import subcommands
from switchboard.bootstrap.operator.answer import Answer
from switchboard.bootstrap.operator.wiring import Operator
from switchboard.domain.session import SessionStatus

Subcommand = Callable[[Operator, argparse.Namespace], Answer]
RUN_FILE = Path(".local/run.json")
_MOST = 1_000_000
_ABOUT = "Look after the lines, hosts and queues of one deployment; see docs/operator.md."


def parser() -> argparse.ArgumentParser:
    """Every word that the command knows."""
    whole = argparse.ArgumentParser(prog="switchboard", description=_ABOUT)
    groups = whole.add_subparsers(required=True, metavar="SUBCOMMAND")
    _reading(groups)
    _changing(groups)
    _letters(
        groups.add_parser("dead-letters", help="what could not be done").add_subparsers(
            required=True, metavar="ACTION"
        )
    )
    _snapshots(
        groups.add_parser("snapshots", help="the stored logins of a line").add_subparsers(
            required=True, metavar="ACTION"
        )
    )
    return whole


def _reading(groups: _Groups) -> None:
    lines = _add(groups, "lines", subcommands.lines)
    lines.add_argument("line", nargs="*", help="all when none is named")
    lines.add_argument(
        "--state",
        type=_status,
        choices=[one.value for one in SessionStatus],
        help="only lines that show this status",
    )
    _add(groups, "hosts", subcommands.hosts)
    _limit(_about_line(groups, "outbox", subcommands.outbox))
    _limit(_about_line(groups, "failed", subcommands.failed))
    _about_line(groups, "notices", subcommands.notices)


def _changing(groups: _Groups) -> None:
    drain = _add(groups, "drain", subcommands.drain)
    drain.add_argument("host", nargs="*", help="ids of hosts")
    drain.add_argument("--started-before", type=_moment, help="hosts older than this moment")
    _wait(drain, 0, "seconds for each batch of hosts to be gone; 0 asks all at once")
    drain.add_argument(
        "--at-once", type=_count, default=1, metavar="N", help="hosts a batch, with --wait"
    )
    for word, run in (("pause", subcommands.pause), ("resume", subcommands.resume)):
        _about_line(groups, word, run)
    _about_line(groups, "start", subcommands.start)
    _wait(_about_line(groups, "stop", subcommands.stop), 60, "seconds until no host holds it")
    redrive = _about_line(groups, "redrive", subcommands.redrive)
    redrive.add_argument("message", nargs="+", help="ids as `failed` shows them")
    _unconfirmed(redrive)


def _letters(actions: _Groups) -> None:
    shown = _add(actions, "list", subcommands.dead_letters_list)
    shown.add_argument("queue", nargs="?", help="the counts of all when none is named")
    _limit(shown)
    redrive = _add(actions, "redrive", subcommands.dead_letters_redrive)
    drop = _add(actions, "drop", subcommands.dead_letters_drop)
    for one in (redrive, drop):
        one.add_argument("queue")
        one.add_argument("--letter", help="only this one")
        _limit(one)
    _unconfirmed(redrive)


def _snapshots(actions: _Groups) -> None:
    _about_line(actions, "list", subcommands.snapshots_list)
    back = _about_line(actions, "roll-back", subcommands.snapshots_roll_back)
    back.add_argument("--to", metavar="GENERATION", help="the one before the newest if not given")


def _add(groups: _Groups, word: str, run: Subcommand) -> argparse.ArgumentParser:
    summary = (run.__doc__ or "").splitlines()[0]
    added = groups.add_parser(word, help=summary, description=summary)
    added.set_defaults(run=run)
    _where(added)
    return added


def _about_line(groups: _Groups, word: str, run: Subcommand) -> argparse.ArgumentParser:
    added = _add(groups, word, run)
    added.add_argument("line", help="the organization's id")
    return added


def _where(added: argparse.ArgumentParser) -> None:
    added.add_argument("--json", action="store_true", help="one JSON array instead of a table")
    target = added.add_argument_group("deployment")
    target.add_argument("--stack", help="its stack; else SWITCHBOARD_STACK")
    target.add_argument("--region", help="AWS region; else that of the environment")
    target.add_argument("--endpoint-url", help="another address than AWS's")
    target.add_argument(
        "--local",
        nargs="?",
        type=Path,
        const=RUN_FILE,
        metavar="RUN_JSON",
        help=f"the stack of `make run`, from {RUN_FILE}; else SWITCHBOARD_LOCAL",
    )


def _wait(added: argparse.ArgumentParser, default: int, what: str) -> None:
    added.add_argument("--wait", type=_number, default=default, metavar="SECONDS", help=what)


def _limit(added: argparse.ArgumentParser) -> None:
    added.add_argument("--limit", type=_number, default=100, help="at most so many")


def _unconfirmed(added: argparse.ArgumentParser) -> None:
    words = "also messages that may have reached their contact"
    added.add_argument("--unconfirmed", action="store_true", help=words)


def _number(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) > _MOST:
        raise argparse.ArgumentTypeError(f"must be a whole number from 0 to {_MOST}")
    return int(text)


def _count(text: str) -> int:
    if (number := _number(text)) == 0:
        raise argparse.ArgumentTypeError("must be at least 1")
    return number


def _status(text: str) -> str:
    """In any case; argparse refuses what is not among the choices."""
    return text.upper()


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError("must be a moment like 2026-01-31T12:00Z") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


type _Groups = "argparse._SubParsersAction[argparse.ArgumentParser]"  # noqa: SLF001 - argparse has no other name for it
