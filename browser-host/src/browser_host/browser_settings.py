"""The browser's part of the environment."""

from __future__ import annotations

import json
from pathlib import Path

from browser_host.whatsapp_web import BrowserSettings
from switchboard.bootstrap.environment import Environment


def browser_settings(environment: Environment) -> BrowserSettings:
    """Take the browser's values; the caller checks for problems."""
    return BrowserSettings(
        executable=_file(environment, "CHROMIUM_EXECUTABLE"),
        wa_js_path=_file(environment, "WA_JS_PATH"),
        sandbox=environment.choice("CHROMIUM_SANDBOX", {"on": True, "off": False}, "on"),
        extra_args=_arguments(environment),
    )


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
