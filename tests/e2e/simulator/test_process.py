"""`python -m simulator` as a process: its one line, its listeners, its end."""

import base64
import json
import os
import signal
import socket
import ssl
import subprocess
import sys

import psutil
import pytest
from tests.support.simulator import LOCAL, RunningSimulator


def start(*arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "simulator", *arguments],
        env={**os.environ, "PYTHONPATH": str(LOCAL)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_prints_one_json_line_and_ends_on_a_signal(number: signal.Signals) -> None:
    child = start()
    assert child.stdout is not None
    where = json.loads(child.stdout.readline())
    assert set(where) == {"http", "tls", "spki"}
    assert where["http"].startswith("http://127.0.0.1:")
    assert len(base64.b64decode(where["spki"])) == 32
    child.send_signal(number)
    rest, errors = child.communicate(timeout=10)
    assert (child.returncode, rest, errors) == (0, "", "")


def test_every_listener_is_on_loopback(simulator: RunningSimulator) -> None:
    connections = psutil.Process(simulator.pid).net_connections("inet")
    listeners = [c.laddr for c in connections if c.status == psutil.CONN_LISTEN]
    assert {address.ip for address in listeners} == {"127.0.0.1"}
    assert len(listeners) == 2


def test_a_chosen_port_is_used_and_a_taken_one_is_named() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        child = start("--http-port", str(taken.getsockname()[1]))
        output, errors = child.communicate(timeout=10)
    assert (child.returncode, output) == (2, "")
    assert "in use" in errors


def test_a_wrong_setting_is_named_and_nothing_is_announced() -> None:
    child = start("--config", '{"no_such_knob": 1}')
    output, errors = child.communicate(timeout=10)
    assert (child.returncode, output) == (2, "")
    assert "unknown setting 'no_such_knob'" in errors


def test_two_starts_have_different_keys() -> None:
    with RunningSimulator() as one, RunningSimulator() as other:
        assert one.spki != other.spki


def test_the_certificate_names_both_hosts(simulator: RunningSimulator) -> None:
    host, port = simulator.tls.split(":")
    pem = ssl.get_server_certificate((host, int(port)))
    assert "BEGIN CERTIFICATE" in pem


def test_it_ends_when_its_parent_does() -> None:
    with RunningSimulator() as running:
        child = psutil.Process(running.pid)
        running._child.stdin.close()  # what the kernel does when a parent dies
        child.wait(10)
