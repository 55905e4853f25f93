"""The host's environment: every invalid value is told at once, by its name."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from browser_host.browser_settings import browser_settings
from browser_host.main import EX_CONFIG
from switchboard.bootstrap.browser_host import configuration
from switchboard.bootstrap.environment import Environment
from switchboard.domain.errors import Configuration


def good(disk: Path) -> dict[str, str]:
    bundle = disk / "wa.js"
    bundle.touch()
    queues = ("INBOUND_QUEUE_URL", "SESSION_START_QUEUE_URL", "SEND_DEAD_LETTER_QUEUE_URL")
    words = (
        "TABLE_NAME",
        "HOST_QUEUE_PREFIX",
        "NOTICE_TOPIC_ARN",
        "SESSION_BUCKET",
        "DATA_KEY_ARN",
    )
    return {
        **dict.fromkeys(queues, "https://queues.example/1/queue"),
        **dict.fromkeys(words, "word"),
        "PROFILE_DIRECTORY": str(disk / "profiles"),
        "CHROMIUM_EXECUTABLE": str(bundle),
        "WA_JS_PATH": str(bundle),
        "CHROMIUM_SANDBOX": "off",
    }


def problems(values: dict[str, str]) -> dict[str, str]:
    environment = Environment(values)
    configuration(environment)
    browser_settings(environment)
    try:
        environment.check()
    except Configuration as error:
        return dict(error.problems)
    return {}


def test_a_whole_environment_is_taken(tmp_path: Path) -> None:
    assert problems(good(tmp_path)) == {}
    assert (tmp_path / "profiles").is_dir()


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("HOST_CAPACITY_LINES", "many"),
        ("HOST_CAPACITY_LINES", "0"),
        ("INBOUND_QUEUE_URL", "queue"),
        ("TABLE_NAME", " "),
        ("CHROMIUM_EXECUTABLE", "/nowhere/chromium"),
        ("CHROMIUM_SANDBOX", "perhaps"),
        ("CHROMIUM_EXTRA_ARGS", "{}"),
        ("WA_JS_PATH", "/nowhere/wa.js"),
    ],
)
def test_an_invalid_value_is_named(tmp_path: Path, key: str, value: str) -> None:
    assert set(problems({**good(tmp_path), key: value})) == {key}


def test_all_invalid_values_are_told_together() -> None:
    told = problems({})
    assert {"TABLE_NAME", "PROFILE_DIRECTORY", "WA_JS_PATH", "DATA_KEY_ARN"} <= set(told)


def test_a_profile_directory_below_a_file_is_refused(tmp_path: Path) -> None:
    values = {**good(tmp_path), "PROFILE_DIRECTORY": str(tmp_path / "wa.js" / "profiles")}
    assert set(problems(values)) == {"PROFILE_DIRECTORY"}


def test_the_sandbox_is_refused_to_root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    told = problems({**good(tmp_path), "CHROMIUM_SANDBOX": "on"})
    assert told == {"CHROMIUM_SANDBOX": 'is "on", but Chromium makes no sandbox for root'}


@pytest.mark.parametrize(
    ("machine", "why"),
    [
        ("exit 0", None),
        ("exit 1", "this machine gives its processes no user namespaces"),
        ("exec sleep 60", "asking for a user namespace took longer than 0.5 s"),
    ],
)
def test_the_sandbox_is_refused_where_chromium_could_not_make_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, machine: str, why: str | None
) -> None:
    python = tmp_path / "python"
    python.write_text(f"#!/bin/sh\n{machine}\n")
    python.chmod(0o700)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(sys, "executable", str(python))
    monkeypatch.setattr("browser_host.browser_settings.PROBE_SECONDS", 0.5)
    told = problems({**good(tmp_path), "CHROMIUM_SANDBOX": "on"})
    assert told == ({} if why is None else {"CHROMIUM_SANDBOX": f'is "on", but {why}'})


def test_a_host_with_another_wa_js_refuses_to_start(tmp_path: Path) -> None:
    environment = {**os.environ, **good(tmp_path), "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-m", "browser_host.main"]
    told = subprocess.run(
        command, env=environment, check=False, timeout=60, capture_output=True, text=True
    )
    assert told.returncode == EX_CONFIG
    assert "expected wa-js" in told.stdout
