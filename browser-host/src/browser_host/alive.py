"""Health of the container: the host's loops turn.

Whether AWS or WhatsApp answer is no part of it: ending a host would not bring them back, and would
cost its lines their pages. Run as `python -m browser_host.alive`; imports nothing but the standard
library, since it starts twice a minute.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

MARK = ".alive"
FRESH_SECONDS = 60.0
"""The mark is renewed every ten seconds; a loop that stands still for a minute is stuck."""


def is_alive(profiles: Path, now: float) -> bool:
    """Whether the mark in the profile directory is fresh; none is written before the first turn."""
    try:
        return now - (profiles / MARK).stat().st_mtime < FRESH_SECONDS
    except OSError:
        return False


if __name__ == "__main__":
    sys.exit(0 if is_alive(Path(os.environ["PROFILE_DIRECTORY"]), time.time()) else 1)
