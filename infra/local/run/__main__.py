"""Entry point of `make run`."""

from __future__ import annotations

import os
import signal
import sys
import time

from run.stack import PartEndedError, Stack

_WATCH_EVERY_SECONDS = 0.5


class StopRequestedError(Exception):
    """SIGTERM or Ctrl-C."""


def main() -> int:
    """Start, tell what to do next, supervise until told to stop."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _stop)
    started = time.monotonic()
    try:
        with Stack(_say, live=os.environ.get("WHATSAPP") == "live") as stack:
            _tell(stack, time.monotonic() - started)
            while True:
                time.sleep(_WATCH_EVERY_SECONDS)
                stack.supervise()
    except StopRequestedError:
        _say("stopped")
    except PartEndedError as error:
        _say(f"stopped: {error}")
        return 1
    return 0


def _stop(_number: int, _frame: object) -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)  # stopping is on its way
    _say("stopping")
    raise StopRequestedError


def _tell(stack: Stack, seconds: float) -> None:
    facts = stack.facts
    phone = facts["phone_url"] or "your own phone: WhatsApp, Linked devices, Link a device"
    print(
        f"""
Switchboard runs (after {seconds:.0f} s).

  console  {facts["console_url"]}
  phone    {phone}
  API      {facts["api_url"]}
  key      {facts["admin_key_file"]}

Next: open the console and sign in with the key from that file, create a line,
open the phone and scan the line's QR, then write as a customer. Ctrl-C stops everything.
""",
        flush=True,
    )


def _say(text: str) -> None:
    print(f"run: {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
