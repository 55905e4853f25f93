"""`python -m switchboard`: the operator's command, see docs/operator.md."""

from __future__ import annotations

import sys

from switchboard.bootstrap.operator.command import main

if __name__ == "__main__":
    sys.exit(main())
