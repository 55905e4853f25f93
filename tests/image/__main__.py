"""`make verify-image`: a JSON line a case; ends 0 when every case passed."""

import json
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.image import building
from tests.image.cases import Cases
from tests.image.container import ContainerStack
from tests.image.seccomp import without_user_namespaces

SIZE_CEILING_MB = 900
"""Measured: 814. Chromium has 290 of them, the Python environment 251, most of it the driver."""
EXPECTED_PACKAGES = {"playwright", "boto3", "pynamodb", "chromium-headless-shell", "tini"}
SBOM = building.ROOT / ".local/artefacts/browser-host.spdx.json"


def lint() -> dict[str, Any]:
    told = building.hadolint()
    assert not told, told
    return {}


def build() -> dict[str, Any]:
    building.build()
    began = time.monotonic()
    building.build()
    size = building.size_mb()
    assert size <= SIZE_CEILING_MB
    return {"size_mb": round(size), "again_s": round(time.monotonic() - began, 1)}


def contents() -> dict[str, Any]:
    traces = building.traces_of_this_machine()
    assert not traces, traces[:20]
    return {}


def bill_of_materials() -> dict[str, Any]:
    SBOM.parent.mkdir(parents=True, exist_ok=True)
    packages = building.bill_of_materials(SBOM)
    assert packages >= EXPECTED_PACKAGES, EXPECTED_PACKAGES - packages
    return {"packages": len(packages)}


def passed(case: Callable[[], dict[str, Any]]) -> bool:
    """Run one case and print its line."""
    began, name = time.monotonic(), case.__name__
    try:
        line: dict[str, Any] = {"case": name, "passed": True, **case()}
    except Exception as error:  # noqa: BLE001 - a case's failure must not hide the next one's
        traceback.print_exc()
        line = {"case": name, "passed": False, "error": str(error)[:300]}
    print(json.dumps({**line, "seconds": round(time.monotonic() - began, 1)}), flush=True)
    return bool(line["passed"])


def main(wanted: list[str]) -> int:
    """Run the named cases, or all."""

    def run(cases: list[Callable[[], dict[str, Any]]]) -> bool:
        return all([passed(case) for case in cases if not wanted or case.__name__ in wanted])  # noqa: C419 - every case runs

    if not run([lint, build, contents, bill_of_materials]):
        return 1
    with tempfile.TemporaryDirectory() as name:
        profile = without_user_namespaces(Path(name) / "seccomp.json")
        say = lambda text: print(f"verify-image: {text}", file=sys.stderr)  # noqa: E731
        with ContainerStack(say, folder=Path(name) / "stack", seccomp=profile) as stack:
            return 0 if run(Cases(stack).all()) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
