"""Which browser an executable is."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from browser_host.whatsapp_web.user_agent import browser_version
from switchboard.domain.errors import PageNeverReady

PID_FILE = "pid"


def executable(disk: Path, script: str) -> Path:
    path = disk / "chromium"
    path.write_text(f"#!/bin/sh\necho $$ > {disk / PID_FILE}\n{script}\n")
    path.chmod(0o700)
    return path


def test_the_version_is_what_the_executable_tells(tmp_path: Path) -> None:
    told = browser_version(executable(tmp_path, "echo Chromium 150.0.7871.46 for nobody"))
    assert asyncio.run(told) == "150.0.7871.46"


@pytest.mark.parametrize("script", ["exit 1", "echo Chromium"])
def test_one_that_tells_no_version_is_refused(tmp_path: Path, script: str) -> None:
    with pytest.raises(PageNeverReady, match="no version"):
        asyncio.run(browser_version(executable(tmp_path, script)))


def test_one_that_does_not_start_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PageNeverReady, match="does not start"):
        asyncio.run(browser_version(tmp_path / "nowhere"))


def test_one_that_does_not_answer_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    within = timedelta(seconds=0.5)
    monkeypatch.setattr("browser_host.whatsapp_web.user_agent.ANSWERS_WITHIN", within)
    with pytest.raises(PageNeverReady, match="does not tell"):
        asyncio.run(browser_version(executable(tmp_path, "exec sleep 60")))
    pid = int((tmp_path / PID_FILE).read_text())
    assert not Path(f"/proc/{pid}").exists()
