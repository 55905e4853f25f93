"""Each subcommand over memory: what it shows, what it changes, how it ends."""

import json
from datetime import timedelta

import pytest
from tests.support.builders import A, B, accepted, message_number, owned_line, ready, want_running
from tests.unit.operator.conftest import Desk
from ulid import ULID

from switchboard.adapters.memory.host_registry import MemoryHostRegistry
from switchboard.domain.dead_letter import Letter
from switchboard.domain.errors import DependencyUnavailable
from switchboard.domain.failed_entry import FailedEntry
from switchboard.domain.host import Host
from switchboard.domain.ids import HostId
from switchboard.domain.message import MessageStatus
from switchboard.domain.notice import Notice, NoticeKind
from switchboard.domain.session import Reason, SessionState, SessionStatus, Wanted

HOUR = timedelta(hours=1)


def register(desk: Desk, hours: float = 0, used: int = 1) -> HostId:
    """A host that started so long after now, and beats now."""
    now = desk.world.clock.now()
    name = HostId(str(ULID.from_datetime(now + timedelta(hours=hours))))
    desk.world.hosts.register(Host(name, f"memory://hosts/{name}", 1, now, 8, used=used))
    return name


def kept(desk: Desk, number: int, status: MessageStatus = MessageStatus.FAILED) -> str:
    """A message that ended so, its id."""
    w = desk.world
    entry = ready(w, number)
    lease = w.sessions.read(A).lease or owned_line(w)
    claimed = w.outbox.claim(entry, lease, "claim")
    message = w.messages.read(A, entry.message_id)
    assert w.failed.keep(FailedEntry(claimed, status, "send_rejected", w.clock.now()), message)
    return entry.message_id


def letter(number: int, body: object) -> Letter:
    text = body if isinstance(body, str) else json.dumps(body)
    at = ULID().datetime
    return Letter(f"letter-{number}", f"receipt-{number}", text, None, at)


def test_lines_are_shown_as_a_table_and_as_json(desk: Desk) -> None:
    owned_line(desk.world)
    desk.world.sessions.create(B, desk.world.clock.now())
    rows = desk.rows("lines")
    assert [row["line"] for row in rows] == [A, B]
    assert rows[1]["status"] == "STOPPED"
    code, out, _ = desk("lines")
    header, first, second = out.splitlines()
    assert code == 0
    assert header.split()[:4] == ["line", "wanted", "status", "reason"]
    assert first.split()[:2] == [A, "RUNNING"]
    assert second.split()[2:4] == ["STOPPED", "created"]


def test_a_line_whose_host_is_silent_is_not_shown_as_connected(desk: Desk) -> None:
    host = register(desk)
    lease = owned_line(desk.world, host=host)
    connected = SessionState(SessionStatus.CONNECTED, Reason.LINKED)
    desk.world.sessions.record(lease, connected, desk.world.clock.now())
    assert desk.rows(f"lines {A}")[0]["reason"] == "linked"
    desk.world.advance(seconds=31)
    (row,) = desk.rows("lines --state DISCONNECTED")
    assert (row["line"], row["reason"]) == (A, "host_lost")
    assert desk.rows("lines --state CONNECTED") == []
    assert desk.rows("hosts")[0]["state"] == "silent"


def test_a_state_is_taken_in_any_case_and_an_unknown_one_refused(desk: Desk) -> None:
    desk.world.sessions.create(A, desk.world.clock.now())
    assert [row["line"] for row in desk.rows("lines --state stopped")] == [A]
    with pytest.raises(SystemExit) as ended:
        desk("lines --state FOO")
    told = desk.capsys.readouterr().err
    assert ended.value.code == 2
    assert all(status.value in told for status in SessionStatus)


def test_hosts_tell_what_they_hold(desk: Desk) -> None:
    host = register(desk, used=3)
    (row,) = desk.rows("hosts")
    assert (row["host"], row["state"], row["lines"], row["capacity"]) == (host, "well", 3, 8)


def test_the_outbox_is_shown_without_what_is_in_it(desk: Desk) -> None:
    owned_line(desk.world)
    entry = accepted(desk.world, 1, text="a secret")
    code, out, _ = desk(f"outbox {A}")
    assert code == 0
    assert entry.message_id in out
    assert "PENDING" in out
    assert "secret" not in out
    assert entry.chat_id.split("@")[0] not in out


def test_pause_and_resume_change_the_line(desk: Desk) -> None:
    owned_line(desk.world)
    assert desk.rows(f"pause {A}")[0]["paused"] == "paused_by_operator"
    assert desk.world.sessions.read(A).paused_until is not None
    assert desk.rows(f"resume {A}")[0]["paused"] is None
    assert desk.world.sessions.read(A).paused_until is None


def test_notices_are_shown(desk: Desk) -> None:
    want_running(desk.world)
    now = desk.world.clock.now()
    desk.world.notices.post(Notice(A, NoticeKind.SENDING_PAUSED, "temporary_ban", now))
    assert desk.rows(f"notices {A}")[0]["code"] == "temporary_ban"


def test_start_announces_and_stop_waits_for_the_host(desk: Desk) -> None:
    desk.world.sessions.create(A, desk.world.clock.now())
    assert desk.rows(f"start {A}")[0]["wanted"] == "RUNNING"
    assert desk.world.session_starts.sent == [A]
    lease = desk.world.sessions.acquire(A, HostId("h"), "memory://h", desk.world.clock.now())
    (row,) = desk.rows(f"stop {A} --wait 3", code=1)
    assert (row["wanted"], row["host"]) == ("STOPPED", "h")
    desk.meanwhile = lambda: desk.world.sessions.release(
        lease, SessionStatus.STOPPED, Reason.STOPPED_BY_USER, desk.world.clock.now()
    )
    assert desk.rows(f"stop {A} --wait 3")[0]["host"] is None


def test_drain_asks_those_that_were_named(desk: Desk) -> None:
    hosts = [register(desk, hours) for hours in (-1, 0, 1)]
    assert desk.rows(f"drain {hosts[2]}") == [{"host": hosts[2], "drain": "asked"}]
    assert [h.drain_asked for h in desk.world.hosts.all()] == [False, False, True]


def test_drain_asks_those_that_started_before(desk: Desk) -> None:
    hosts = [register(desk, hours) for hours in (-1, 0, 1)]
    moment = (desk.world.clock.now() + HOUR / 2).isoformat()
    assert [row["host"] for row in desk.rows(f"drain --started-before {moment}")] == hosts[:2]
    early = (desk.world.clock.now() - 2 * HOUR).isoformat()
    assert desk.rows(f"drain --started-before {early}") == []


def test_drain_waits_for_one_host_after_the_other(desk: Desk) -> None:
    first, second = register(desk), register(desk, 1)
    seen: list[list[str]] = []

    def meanwhile() -> None:
        asked = [host.id for host in desk.world.hosts.all() if host.drain_asked]
        seen.append(asked)
        desk.world.hosts.remove(HostId(asked[0]))

    desk.meanwhile = meanwhile
    rows = desk.rows(f"drain {first} {second} --wait 30")
    assert [row["drain"] for row in rows] == ["gone", "gone"]
    assert seen == [[first], [second]]


def test_drain_in_batches_waits_for_each(desk: Desk) -> None:
    hosts = [register(desk, hours) for hours in range(5)]
    seen: list[list[str]] = []

    def meanwhile() -> None:
        asked = [host.id for host in desk.world.hosts.all() if host.drain_asked]
        seen.append(asked)
        desk.world.hosts.remove(HostId(asked[-1]))

    desk.meanwhile = meanwhile
    rows = desk.rows(f"drain {' '.join(hosts)} --wait 30 --at-once 2")
    assert [row["drain"] for row in rows] == ["gone"] * 5
    assert seen == [hosts[:2], hosts[:1], hosts[2:4], hosts[2:3], hosts[4:]]


def test_drain_ends_at_the_batch_of_which_one_stays(desk: Desk) -> None:
    hosts = [register(desk, hours) for hours in range(4)]
    desk.meanwhile = lambda: desk.world.hosts.remove(hosts[1])
    rows = desk.rows(f"drain {' '.join(hosts)} --wait 3 --at-once 2", code=1)
    assert [row["drain"] for row in rows] == ["still there", "gone", "not asked", "not asked"]
    assert not desk.world.hosts.read(hosts[2]).drain_asked


def test_drain_ends_at_the_first_host_that_stays(desk: Desk) -> None:
    first, second = register(desk), register(desk, 1)
    rows = desk.rows(f"drain {first} {second} --wait 3", code=1)
    assert [row["drain"] for row in rows] == ["still there", "not asked"]
    assert not desk.world.hosts.read(second).drain_asked


def test_drain_of_a_host_that_is_not_there_asks_nobody(desk: Desk) -> None:
    host = register(desk)
    code, _, err = desk(f"drain {host} nobody")
    assert (code, "host nobody not found" in err) == (3, True)
    assert not desk.world.hosts.read(host).drain_asked


def test_drain_without_a_word_says_what_is_missing(desk: Desk) -> None:
    code, _, err = desk("drain")
    assert code == 2
    assert "host: name one, or give --started-before" in err


def test_a_failed_message_is_listed_and_queued_again(desk: Desk) -> None:
    owned_line(desk.world)
    message = kept(desk, 1)
    (row,) = desk.rows(f"failed {A}")
    assert (row["message"], row["error_code"]) == (message, "send_rejected")
    assert desk.rows(f"redrive {A} {message}") == [{"message": message, "status": "QUEUED"}]
    assert desk.rows(f"failed {A}") == []
    assert [row["message"] for row in desk.rows(f"outbox {A}")] == [message]


def test_an_unconfirmed_message_needs_a_word_more(desk: Desk) -> None:
    owned_line(desk.world)
    message = kept(desk, 1, MessageStatus.UNCONFIRMED)
    code, _, err = desk(f"redrive {A} {message}")
    assert (code, "UNCONFIRMED" in err) == (4, True)
    assert desk.rows(f"redrive {A} {message} --unconfirmed")[0]["status"] == "QUEUED"


def test_dead_letters_are_counted_and_shown_without_their_bodies(desk: Desk) -> None:
    rejected = {"body": '{"text": "a secret"}', "error_code": "invalid_input"}
    desk.inbound.waiting = [letter(1, rejected), letter(2, {"organization_id": A})]
    counts = {row["queue"]: row["letters"] for row in desk.rows("dead-letters list")}
    assert counts == {"inbound": 2, "send": 0, "events": 0}
    code, out, _ = desk("dead-letters list inbound")
    assert code == 0
    assert "secret" not in out
    rows = desk.rows("dead-letters list inbound")
    assert [row["error_code"] for row in rows] == ["invalid_input", "deliveries_used_up"]
    assert [row["line"] for row in rows] == [None, A]
    assert desk.inbound.count() == 2, "looking hides nothing for long"


def test_letters_go_back_as_their_consumer_had_them(desk: Desk) -> None:
    desk.inbound.waiting = [
        letter(1, {"body": "what was refused", "error_code": "invalid_input"}),
        letter(2, '{"as": "it was"}'),
        letter(3, "no JSON at all"),
    ]
    (row,) = desk.rows("dead-letters redrive inbound --letter letter-2")
    assert (row["letter"], row["handled"]) == ("letter-2", "sent back")
    assert desk.sent_back == ['{"as": "it was"}']
    assert len(desk.rows("dead-letters redrive inbound")) == 2
    assert desk.sent_back[1:] == ["what was refused", "no JSON at all"]
    assert desk.rows("dead-letters redrive inbound") == []


def test_a_letter_about_a_failed_message_queues_that_message(desk: Desk) -> None:
    owned_line(desk.world)
    message = kept(desk, 1)
    note = {"organization_id": A, "message_id": message, "error_code": "send_rejected"}
    desk.send.waiting = [letter(1, note)]
    (row,) = desk.rows("dead-letters redrive send")
    assert (row["message"], row["handled"]) == (message, "queued again")
    assert desk.sent_back == []
    assert desk.world.messages.read(A, message).status is MessageStatus.QUEUED
    assert desk.send.count() == 0


def test_a_letter_that_cannot_go_back_stays_and_tells_why(desk: Desk) -> None:
    owned_line(desk.world)
    message = kept(desk, 1, MessageStatus.UNCONFIRMED)
    note = {"organization_id": A, "message_id": message, "error_code": "send_outcome_unknown"}
    desk.send.waiting = [letter(1, note)]
    (row,) = desk.rows("dead-letters redrive send", code=1)
    assert row["handled"] == "left"
    assert "UNCONFIRMED" in row["why"]
    assert desk.send.count() == 1
    assert desk.rows("dead-letters redrive send --unconfirmed")[0]["handled"] == "queued again"


def test_letters_of_a_stream_can_only_be_dropped(desk: Desk) -> None:
    desk.events.waiting = [letter(1, {"keys": None, "error_code": "invalid_input"})]
    code, _, err = desk("dead-letters redrive events")
    assert (code, "no queue stands before" in err) == (4, True)
    assert desk.events.count() == 1
    assert desk.rows("dead-letters drop events")[0]["handled"] == "dropped"
    assert (desk.events.count(), desk.events.hidden) == (0, [])


def test_a_letter_that_is_not_there_is_not_found(desk: Desk) -> None:
    desk.inbound.waiting = [letter(1, {})]
    assert desk("dead-letters drop inbound --letter letter-9")[0] == 3
    assert desk.inbound.count() == 1
    code, _, err = desk("dead-letters list outbound")
    assert (code, "inbound, send, events" in err) == (3, True)


def published(desk: Desk, *generations: str) -> None:
    lease = owned_line(desk.world)
    desk.world.sessions.publish(lease, generations)


def let_go(desk: Desk) -> None:
    desk.world.sessions.want(A, Wanted.STOPPED, desk.world.clock.now())
    lease = desk.world.sessions.read(A).lease
    stopped = (SessionStatus.STOPPED, Reason.STOPPED_BY_USER)
    assert desk.world.sessions.release(lease, *stopped, desk.world.clock.now())


def test_snapshots_are_listed_as_they_will_be_tried(desk: Desk) -> None:
    taken = ULID()
    published(desk, f"2/{taken}", "1/an-older-form")
    rows = desk.rows(f"snapshots list {A}")
    assert [row["generation"] for row in rows] == [f"2/{taken}", "1/an-older-form"]
    assert rows[0]["taken_at"].startswith(taken.datetime.isoformat()[:19])
    assert rows[1]["taken_at"] is None


def test_roll_back_takes_the_one_before_and_forgets_none(desk: Desk) -> None:
    published(desk, "1/c", "1/b", "1/a")
    let_go(desk)
    epoch = desk.world.sessions.read(A).epoch
    order = [row["generation"] for row in desk.rows(f"snapshots roll-back {A}")]
    assert order == ["1/b", "1/a", "1/c"]
    assert desk.world.sessions.read(A).snapshots == ("1/b", "1/a", "1/c")
    assert desk.world.sessions.read(A).epoch == epoch + 1
    order = [row["generation"] for row in desk.rows(f"snapshots roll-back {A} --to 1/c")]
    assert order == ["1/c", "1/b", "1/a"]


def test_roll_back_of_a_held_line_says_to_stop_it(desk: Desk) -> None:
    published(desk, "1/b", "1/a")
    code, _, err = desk(f"snapshots roll-back {A}")
    assert (code, "stop it first" in err) == (4, True)
    assert desk.world.sessions.read(A).snapshots == ("1/b", "1/a")


def test_roll_back_needs_somewhere_to_go(desk: Desk) -> None:
    published(desk, "1/a")
    let_go(desk)
    assert desk(f"snapshots roll-back {A}")[0] == 4
    code, _, err = desk(f"snapshots roll-back {A} --to 1/x")
    assert (code, "snapshot 1/x" in err) == (3, True)


@pytest.mark.parametrize(
    "words",
    [
        f"{word} nobody"
        for word in ("lines", "outbox", "failed", "notices", "pause", "resume", "start", "stop")
    ]
    + ["snapshots list nobody", "snapshots roll-back nobody", f"redrive nobody {'0' * 26}"],
)
def test_a_line_that_is_not_there_is_not_found(desk: Desk, words: str) -> None:
    code, out, err = desk(words)
    assert (code, out) == (3, "")
    assert "session not found" in err


@pytest.mark.parametrize(
    ("words", "named"),
    [("lines a/b", "line:"), (f"redrive {A} x", "message:"), ("outbox ..", "line:")],
)
def test_wrong_words_name_the_word(desk: Desk, words: str, named: str) -> None:
    code, _, err = desk(words)
    assert (code, named in err) == (2, True)


@pytest.mark.parametrize(
    "words",
    [
        "",
        "nothing",
        "stop a --wait -1",
        "drain --started-before noon",
        "drain h --at-once 0",
        "snapshots",
    ],
)
def test_words_that_make_no_sense_end_with_usage(desk: Desk, words: str) -> None:
    with pytest.raises(SystemExit) as ended:
        desk(words)
    assert ended.value.code == 2
    assert "usage: switchboard" in desk.capsys.readouterr().err


def test_a_service_that_does_not_answer_has_a_code_of_its_own(desk: Desk, monkeypatch) -> None:
    def broken() -> None:
        raise DependencyUnavailable("DynamoDB: ThrottlingException")

    monkeypatch.setattr(MemoryHostRegistry, "all", lambda _: broken())
    code, out, err = desk("hosts")
    assert (code, out) == (5, "")
    assert "dependency_unavailable: DynamoDB: ThrottlingException" in err


def test_a_message_id_that_no_message_has_is_not_found(desk: Desk) -> None:
    owned_line(desk.world)
    code, _, err = desk(f"redrive {A} {message_number(7)}")
    assert (code, "message not found" in err) == (3, True)
