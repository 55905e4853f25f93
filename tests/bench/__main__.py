"""`make bench`: every benchmark in a process of its own, one JSON line a figure."""

import subprocess
import sys

BENCHMARKS = (
    "bench_agent",
    "bench_line",
    "bench_lines",
    "bench_sending",
    "bench_api",
    "bench_snapshots",
    "bench_demo",
    "bench_hosts",
)


def main() -> int:
    """Run them in turn; the status tells whether all ended well."""
    commands = [[sys.executable, "-m", f"tests.bench.{name}"] for name in BENCHMARKS]
    return max(subprocess.run(command, check=False).returncode for command in commands)


if __name__ == "__main__":
    sys.exit(main())
