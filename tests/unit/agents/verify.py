"""The agent's figures: quality, CPU of an answer, CPU of each function's import, as JSON lines."""

import json

from tests.bench import bench_agent
from tests.infra.function_imports import FUNCTIONS, import_cpu_seconds

MEASURED_TIMES = 3


def main() -> None:
    """The last line sums up; nothing is asserted here, the counts are asserted in the tests."""
    bench_agent.main()
    seconds = {
        name: min(import_cpu_seconds(name) for _ in range(MEASURED_TIMES)) for name in FUNCTIONS
    }
    print(json.dumps({"name": "import_cpu_seconds", **seconds}), flush=True)


if __name__ == "__main__":
    main()
