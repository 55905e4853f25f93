"""The browser's part of the environment."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from browser_host.whatsapp_web import BrowserSettings
from switchboard.bootstrap.environment import Environment

PROBE_SECONDS = 10


def browser_settings(environment: Environment) -> BrowserSettings:
    """Take the browser's values; the caller checks for problems."""
    return BrowserSettings(
        executable=_file(environment, "CHROMIUM_EXECUTABLE"),
        wa_js_path=_file(environment, "WA_JS_PATH"),
        sandbox=_sandbox(environment),
        extra_args=_arguments(environment),
    )


def _sandbox(environment: Environment) -> bool:
    """Whether Chromium's own sandbox is used: refused here, where it is told apart from a crash.

    Fargate, as far as it is documented, gives no user namespaces: "off" is for there, with one
    organization kept from another by everything around the browser.
    """
    key = "CHROMIUM_SANDBOX"
    wanted = environment.switch(key, default=True)
    if wanted and key not in environment.problems and (why := _sandbox_refused()):
        environment.problems[key] = f'is "on", but {why}'
    return wanted


def _sandbox_refused() -> str | None:
    """Why Chromium could not make its sandbox."""
    if os.geteuid() == 0:
        return "Chromium makes no sandbox for root"
    probe = [sys.executable, "-c", "import os; os.unshare(os.CLONE_NEWUSER)"]
    try:
        subprocess.run(probe, capture_output=True, check=True, timeout=PROBE_SECONDS)  # noqa: S603 - our own words
    except subprocess.CalledProcessError:
        return "this machine gives its processes no user namespaces"
    except subprocess.TimeoutExpired:
        return f"asking for a user namespace took longer than {PROBE_SECONDS:g} s"
    return None


def _file(environment: Environment, key: str) -> Path:
    path = Path(environment.text(key))
    if key not in environment.problems and not path.is_file():
        environment.problems[key] = "must be an existing file"
    return path


def _arguments(environment: Environment) -> tuple[str, ...]:
    """CHROMIUM_EXTRA_ARGS: a JSON list of strings; the local run's resolver rules come here."""
    raw = environment.text("CHROMIUM_EXTRA_ARGS", "[]")
    try:
        values = json.loads(raw)
    except ValueError:
        values = None
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        environment.problems["CHROMIUM_EXTRA_ARGS"] = "must be a JSON list of strings"
        return ()
    return tuple(values)
