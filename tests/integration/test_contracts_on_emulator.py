"""The contracts that guard sending, on MiniStack; `make verify-contracts` runs all of them."""

import os
import re
import subprocess
import sys

LONGEST_SECONDS = 380
SUITES = ("outbox", "rate_gate", "failed_entries")


def test_the_contracts_of_sending_hold_on_the_emulator() -> None:
    files = [f"tests/contract/test_{suite}.py" for suite in SUITES]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-k", "emulator", *files],
        env={**os.environ, "CONTRACT_BACKENDS": "emulator"},
        capture_output=True,
        text=True,
        check=False,
        timeout=LONGEST_SECONDS,
    )
    assert done.returncode == 0, done.stdout[-3000:]
    passed = re.search(r"(\d+) passed", done.stdout)
    assert passed is not None
    assert int(passed[1]) > 60
