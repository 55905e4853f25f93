"""What a host decides about its browsers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

WA_JS_VERSION = "4.6.0"
WA_JS_SHA256 = "5bfb88027f14a4d8c9e319374e8bb4083201906881cf8c74f75789b32e4106bd"
"""Of `dist/wppconnect-wa.js` in the npm package `@wppconnect/wa-js` of that version."""


@dataclass(frozen=True, slots=True)
class BrowserSettings:
    """How browsers are launched and watched.

    Attributes:
        executable: Chromium or chromium-headless-shell.
        wa_js_path: the bundle that is injected; refused unless it has the pinned hash.
        sandbox: Chromium's own sandbox; off only where user namespaces are missing.
        extra_args: further flags, after our own.
        wa_js_sha256: the pinned hash, hexadecimal.
        user_agent: None for that of a desktop Chrome of the executable's version.
        start_within: for the browser's launch, and again for the page until wa-js is ready in it.
        close_within: a clean close may take this long before the browser is killed.
        answer_within: a page that answers nothing for this long missed one answer.
        reconcile_every: how often missed events and states are looked for.
        frozen_after: missed answers in a row after which the page counts as gone.
    """

    executable: Path
    wa_js_path: Path
    sandbox: bool = True
    extra_args: tuple[str, ...] = ()
    wa_js_sha256: str = WA_JS_SHA256
    user_agent: str | None = None
    start_within: timedelta = timedelta(seconds=60)
    close_within: timedelta = timedelta(seconds=10)
    answer_within: timedelta = timedelta(seconds=10)
    reconcile_every: timedelta = timedelta(seconds=5)
    frozen_after: int = 3
