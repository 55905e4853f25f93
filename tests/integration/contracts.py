"""`make verify-contracts`: every contract on MiniStack, then many rounds of racing processes.

The last line is JSON: `{"contracts", "races", "failed"}`.
"""

import json
import os
import re
import subprocess
import sys

LONGEST_SECONDS = 1800


def main() -> int:
    """Run both; the argument is the number of rounds of each race."""
    rounds = sys.argv[1] if len(sys.argv) > 1 else "100"
    contracts = _run(["-k", "emulator", "tests/contract"], CONTRACT_BACKENDS="emulator")
    races = _run(["tests/integration/test_process_races.py"], RACE_ROUNDS=rounds)
    failed = contracts["failed"] + races["failed"]
    figures = {"contracts": contracts["passed"], "races": races["passed"], "failed": failed}
    print(json.dumps(figures))
    return 0 if not failed and contracts["passed"] and races["passed"] else 1


def _run(arguments: list[str], **environment: str) -> dict[str, int]:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments]
    done = subprocess.run(
        command,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        text=True,
        check=False,
        timeout=LONGEST_SECONDS,
    )
    print(done.stdout, file=sys.stderr)
    counts = {word: int(count) for count, word in re.findall(r"(\d+) (\w+)", done.stdout)}
    failed = counts.get("failed", 0) + counts.get("error", 0) + counts.get("errors", 0)
    ended_badly = int(done.returncode != 0)
    return {"passed": counts.get("passed", 0), "failed": max(failed, ended_badly)}


if __name__ == "__main__":
    sys.exit(main())
