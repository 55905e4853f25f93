"""The subcommands: each calls one use case and makes rows of what it answers."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta

from ulid import ULID

from switchboard.application.drain_hosts import Drain
from switchboard.application.read_session import SessionReport
from switchboard.application.work_dead_letters import Handled, Outcome
from switchboard.bootstrap.operator.answer import Answer, Row
from switchboard.bootstrap.operator.wiring import Operator
from switchboard.domain.dead_letter import Letter
from switchboard.domain.errors import InvalidInput
from switchboard.domain.host import Host
from switchboard.domain.ids import (
    HostId,
    OrganizationId,
    parse_message_id,
    parse_organization_id,
)
from switchboard.domain.page import Page
from switchboard.domain.session import HOST_LOST_AFTER, Session, Wanted

_PAGE = 100
_LOOKED_EVERY_SECONDS = 1.0


def lines(operator: Operator, asked: Namespace) -> Answer:
    """All lines, those named, or those in a state."""
    named = [_line(name) for name in asked.line]
    found = (
        [operator.read_session(name) for name in named]
        if named
        else _every(lambda cursor: operator.list_sessions(cursor, _PAGE))
    )
    rows = [_line_row(one) for one in found if asked.state in (None, one.status.value)]
    return Answer(rows, "no line")


def hosts(operator: Operator, _asked: Namespace) -> Answer:
    """All hosts, the oldest first."""
    now = operator.clock.now()
    return Answer([_host_row(host, now) for host in operator.hosts.all()], "no host")


def outbox(operator: Operator, asked: Namespace) -> Answer:
    """What waits to be sent, in the order in which it will go."""
    view = operator.list_outbox(_line(asked.line), asked.limit)
    rows: list[Row] = [
        {
            "message": entry.message_id,
            "state": entry.state.value,
            "priority": entry.priority.value,
            "accepted_at": entry.accepted_at,
            "due_at": entry.send_at or entry.due_at,
            "attempts": entry.attempts,
            "recoveries": entry.recoveries,
            "correlation_id": entry.correlation_id,
        }
        for entry in view.first
    ]
    return Answer(rows, "nothing waits")


def notices(operator: Operator, asked: Namespace) -> Answer:
    """What operators were told about a line."""
    told = operator.list_notices(_line(asked.line))
    rows: list[Row] = [{"kind": one.kind.value, "code": one.code, "at": one.at} for one in told]
    return Answer(rows, "no notice")


def failed(operator: Operator, asked: Namespace) -> Answer:
    """Messages of a line that wait for a person."""
    line = _line(asked.line)
    page = operator.list_failed(line, None, asked.limit)
    rows: list[Row] = [
        {
            "message": one.entry.message_id,
            "status": one.status.value,
            "error_code": one.code,
            "attempts": one.entry.attempts,
            "ended_at": one.ended_at,
            "correlation_id": one.entry.correlation_id,
        }
        for one in page.items
    ]
    return Answer(rows, "no failed message")


def redrive(operator: Operator, asked: Namespace) -> Answer:
    """Queue failed messages again."""
    line = _line(asked.line)
    wanted = [parse_message_id(one, "message") for one in asked.message]
    done = [operator.redrive(line, one, unconfirmed=asked.unconfirmed) for one in wanted]
    return Answer([{"message": one.id, "status": one.status.value} for one in done])


def dead_letters_list(operator: Operator, asked: Namespace) -> Answer:
    """How many letters wait in each queue, or the letters of one."""
    if asked.queue is None:
        counts = operator.letters.counts()
        return Answer([{"queue": name, "letters": count} for name, count in counts.items()])
    letters = operator.letters.show(asked.queue, asked.limit)
    return Answer([_letter_row(letter) for letter in letters], "no letter")


def dead_letters_redrive(operator: Operator, asked: Namespace) -> Answer:
    """Give letters back to their consumer."""
    done = operator.letters.redrive(
        asked.queue, asked.limit, asked.letter, unconfirmed=asked.unconfirmed
    )
    return _handled(done)


def dead_letters_drop(operator: Operator, asked: Namespace) -> Answer:
    """Delete letters."""
    return _handled(operator.letters.drop(asked.queue, asked.limit, asked.letter))


def drain(operator: Operator, asked: Namespace) -> Answer:
    """Have hosts hand their lines over and end."""
    old: list[HostId] = []
    if asked.started_before is not None:
        present = [host.id for host in operator.hosts.all() if not host.fenced]
        old = [host for host in present if started_at(host) < asked.started_before]
    elif not asked.host:
        raise InvalidInput("host", "name one, or give --started-before")
    wanted = list(dict.fromkeys([*(HostId(name) for name in asked.host), *old]))
    done = operator.drain(wanted, timedelta(seconds=asked.wait), asked.at_once)
    rows: list[Row] = [
        {"host": host, "drain": done[host].value if host in done else "not asked"}
        for host in wanted
    ]
    return Answer(rows, "no host is that old", failed=Drain.STILL_THERE in done.values())


def pause(operator: Operator, asked: Namespace) -> Answer:
    """Stop a line's sending; the queue is kept."""
    operator.pause_sending(_line(asked.line))
    return _one_line(operator, asked)


def resume(operator: Operator, asked: Namespace) -> Answer:
    """Let a line send again."""
    operator.resume_sending(_line(asked.line))
    return _one_line(operator, asked)


def start(operator: Operator, asked: Namespace) -> Answer:
    """Want a line to run."""
    operator.want_session(_line(asked.line), Wanted.RUNNING)
    return _one_line(operator, asked)


def stop(operator: Operator, asked: Namespace) -> Answer:
    """Want a line to stand still, and wait until no host holds it."""
    line = _line(asked.line)
    operator.want_session(line, Wanted.STOPPED)
    until = operator.clock.now() + timedelta(seconds=asked.wait)
    while operator.read_session(line).session.owner and operator.clock.now() < until:
        operator.pause(_LOOKED_EVERY_SECONDS)
    held = operator.read_session(line).session.owner is not None
    rows = _one_line(operator, asked).rows
    return Answer(rows, failed=held and asked.wait > 0)


def snapshots_list(operator: Operator, asked: Namespace) -> Answer:
    """The published generations of a login, as the next owner will try them."""
    return _snapshots(operator.read_session(_line(asked.line)).session)


def snapshots_roll_back(operator: Operator, asked: Namespace) -> Answer:
    """Have the next owner begin with an earlier generation."""
    return _snapshots(operator.roll_back(_line(asked.line), asked.to))


def started_at(host_id: HostId) -> datetime:
    """When a host started: its id is a ULID."""
    return ULID.from_str(host_id).datetime


def _line(name: str) -> OrganizationId:
    return parse_organization_id(name, "line")


def _every[Item](read: Callable[[str | None], Page[Item]]) -> Iterator[Item]:
    cursor = None
    while True:
        page = read(cursor)
        yield from page.items
        cursor = page.cursor
        if cursor is None:
            return


def _one_line(operator: Operator, asked: Namespace) -> Answer:
    return Answer([_line_row(operator.read_session(_line(asked.line)))])


def _line_row(report: SessionReport) -> Row:
    session = report.session
    return {
        "line": session.organization_id,
        "wanted": session.wanted.value,
        "status": report.status.value,
        "reason": report.reason.value,
        "host": session.owner,
        "epoch": session.epoch,
        "since": session.updated_at,
        "paused": session.pause_reason if session.paused_until else None,
        "snapshots": len(session.snapshots),
        "last_error": session.last_error,
    }


def _host_row(host: Host, now: datetime) -> Row:
    silent = now - host.heartbeat_at > HOST_LOST_AFTER
    states = {"fenced": host.fenced, "silent": silent, "draining": host.draining}
    states["drain asked"] = host.drain_asked
    return {
        "host": host.id,
        "state": next((name for name, holds in states.items() if holds), "well"),
        "lines": host.used,
        "capacity": host.capacity,
        "started_at": started_at(host.id),
        "heartbeat_at": host.heartbeat_at,
    }


def _letter_row(letter: Letter) -> Row:
    return {
        "letter": letter.id,
        "line": letter.organization_id,
        "message": letter.message_id,
        "error_code": letter.code or "deliveries_used_up",
        "reason": letter.reason,
        "at": letter.at,
    }


def _handled(done: Sequence[Outcome]) -> Answer:
    rows: list[Row] = [
        {**_letter_row(one.letter), "handled": one.handled.value, "why": one.why} for one in done
    ]
    return Answer(rows, "no letter", failed=any(one.handled is Handled.LEFT for one in done))


def _snapshots(session: Session) -> Answer:
    rows: list[Row] = [
        {"place": place, "generation": one, "taken_at": _taken_at(one)}
        for place, one in enumerate(session.snapshots, start=1)
    ]
    return Answer(rows, "no snapshot: the line needs a scan")


def _taken_at(generation: str) -> datetime | None:
    """Its id is a ULID; a longer or another one tells no time."""
    try:
        return ULID.from_str(generation.rpartition("/")[2]).datetime
    except ValueError:
        return None
