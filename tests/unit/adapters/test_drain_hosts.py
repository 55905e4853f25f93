"""The operator's command that drains hosts."""

import json
import sys
from datetime import UTC, datetime, timedelta

import pytest
from ulid import ULID

from switchboard.adapters.dynamodb.host_registry import DynamoHostRegistry
from switchboard.bootstrap import drain_hosts
from switchboard.domain.host import Host
from switchboard.domain.ids import HostId

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def host(started: datetime) -> Host:
    return Host(HostId(str(ULID.from_datetime(started))), "", 1, NOW, 8, used=3)


@pytest.fixture
def hosts(table: str, monkeypatch: pytest.MonkeyPatch) -> list[Host]:
    monkeypatch.setenv("TABLE_NAME", table)
    registered = [host(NOW - HOUR), host(NOW), host(NOW + HOUR)]
    for each in registered:
        DynamoHostRegistry().register(each)
    return registered


def asked(monkeypatch: pytest.MonkeyPatch, *words: str) -> set[str]:
    monkeypatch.setattr(sys, "argv", ["drain_hosts", *words])
    drain_hosts.main()
    return {each.id for each in DynamoHostRegistry().all() if each.drain_asked}


def test_without_words_it_only_shows_them(hosts, monkeypatch, capsys) -> None:
    assert asked(monkeypatch) == set()
    shown = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {each["host"]: each["started_at"] for each in shown} == {
        each.id: drain_hosts.started_at(each.id).isoformat() for each in hosts
    }
    assert {each["lines"] for each in shown} == {3}


def test_it_drains_those_that_were_named(hosts, monkeypatch) -> None:
    assert asked(monkeypatch, hosts[2].id) == {hosts[2].id}


def test_it_drains_those_that_started_before(hosts, monkeypatch) -> None:
    drained = asked(monkeypatch, "--started-before", (NOW + HOUR / 2).isoformat())
    assert drained == {hosts[0].id, hosts[1].id}


def test_a_name_that_nobody_has_is_an_error(hosts, monkeypatch, capsys) -> None:
    with pytest.raises(SystemExit):
        asked(monkeypatch, "nobody")
    assert "no such host: nobody" in capsys.readouterr().err


def test_a_hosts_id_tells_its_start() -> None:
    assert abs(drain_hosts.started_at(host(NOW).id) - NOW) < timedelta(milliseconds=2)
