"""What is injected into the page: the pinned wa-js between our settings and our own scripts."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from importlib import resources

from browser_host.whatsapp_web.settings import WA_JS_VERSION, BrowserSettings
from switchboard.domain.errors import PageChanged

ORIGIN = "https://web.whatsapp.com"
BINDING = "__switchboard"
"""Taken off the window before the page's own code runs."""
CALL = """async ([name, argument]) => {
  const call = window[Symbol.for("switchboard.bridge")];
  return call ? { value: (await call(name, argument)) ?? null } : null;
}"""
"""Playwright's page function for one action of the bridge; null when the bridge is not there."""

_BEFORE_WA_JS = ("configure.js",)
_AFTER_WA_JS = (
    "bridge.js",
    "addresses.js",
    "connection.js",
    "messages.js",
    "afterwards.js",
    "sending.js",
    "reading.js",
    "login.js",
    "boot.js",
)


def injected_script(settings: BrowserSettings) -> str:
    """The one init script, for the top frame at WhatsApp's origin only.

    One script, because the order of several is not defined.

    Raises:
        PageChanged: the bundle is missing or does not have the pinned hash.
    """
    wa_js = check_bundle(settings)
    top_frame = f"window.top === window && location.origin === {json.dumps(ORIGIN)}"
    head = f"'use strict';\nconst BINDING = {json.dumps(BINDING)};\n"
    ours = f"(() => {{\n{head}{_scripts(*_AFTER_WA_JS)}}})();"
    return f"if ({top_frame}) {{\n{_scripts(*_BEFORE_WA_JS)}{wa_js}\n{ours}\n}}\n"


def check_bundle(settings: BrowserSettings) -> str:
    """The pinned wa-js.

    Raises:
        PageChanged: it is missing or does not have the pinned hash.
    """
    expected = f"wa-js {WA_JS_VERSION} with SHA-256 {settings.wa_js_sha256}"
    try:
        content = settings.wa_js_path.read_bytes()
    except OSError as error:
        raise PageChanged(f"expected {expected}, found no readable bundle") from error
    found = hashlib.sha256(content).hexdigest()
    if found != settings.wa_js_sha256:
        raise PageChanged(f"expected {expected}, found SHA-256 {found}")
    return content.decode()


@cache
def _scripts(*names: str) -> str:
    folder = resources.files("browser_host.whatsapp_web") / "page_scripts"
    return "".join((folder / name).read_text(encoding="utf-8") for name in names)
