"""The whole path, from a customer's message to the blue ticks: the figures of `make demo`."""

import json
import subprocess
import sys

from tests.bench.figures import figure

LONGEST_RUN_SECONDS = 300


def main() -> int:
    """Run the demo once and print its report, figure by figure."""
    command = [sys.executable, "-m", "demo"]
    done = subprocess.run(
        command, stdout=subprocess.PIPE, text=True, check=False, timeout=LONGEST_RUN_SECONDS
    )
    if done.returncode:
        return done.returncode
    report = json.loads(done.stdout.splitlines()[-1])
    acks = report.pop("acks")
    for name, value in report.items():
        figure(f"demo_{name}", value, "ms" if "_ms" in name else "count")
    for name, value in acks.items():
        figure(f"demo_ack_{name.lower()}", value, "count")
    return 0


if __name__ == "__main__":
    sys.exit(main())
