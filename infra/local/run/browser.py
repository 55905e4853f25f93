"""Which Chromium to start, and how it reaches the simulator instead of WhatsApp."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

_DEBIAN = ("/usr/bin/chromium-headless-shell", "/usr/bin/chromium")
_PLAYWRIGHT = (
    "chromium_headless_shell-*/*/headless_shell",
    "chromium_headless_shell-*/*/chrome-headless-shell",
)


class NoChromiumError(RuntimeError):
    """Neither Debian's nor Playwright's Chromium is on this machine."""


def chromium_executable(browsers: Path) -> str:
    """The Chromium that `make setup` found or installed.

    Args:
        browsers: where `make setup` lets Playwright install one.

    Raises:
        NoChromiumError: `make setup` did not finish.
    """
    own = (str(path) for pattern in _PLAYWRIGHT for path in sorted(browsers.glob(pattern)))
    candidates = (os.environ.get("CHROMIUM_EXECUTABLE", ""), *_DEBIAN, *own)
    for candidate in candidates:
        if candidate and os.access(candidate, os.X_OK):
            return candidate
    raise NoChromiumError("no Chromium found: run `make setup`, or set CHROMIUM_EXECUTABLE")


def simulator_arguments(simulator: Mapping[str, str] | None) -> list[str]:
    """The simulator answers as WhatsApp's hosts; the browser host has no branch for it."""
    if simulator is None:
        return []
    tls = simulator["tls"]
    rules = f"MAP web.whatsapp.com {tls},MAP static.whatsapp.net {tls},MAP * ~NOTFOUND"
    return [
        f"--host-resolver-rules={rules},EXCLUDE localhost,EXCLUDE 127.0.0.1",
        f"--ignore-certificate-errors-spki-list={simulator['spki']}",
    ]
