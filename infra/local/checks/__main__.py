"""`make infra-check`: everything about the templates that can be known without an account.

A JSON line a check on standard output; ends 0 when all passed.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from samtranslator.yaml_helper import yaml_parse

from checks import api_parity, packages, policy_sizes, security

ROOT = Path(__file__).parents[3]
TEMPLATES = (ROOT / "template.yaml", *sorted((ROOT / "infra").glob("*.yaml")))
BUILD = ROOT / ".local/build"
SAM = ROOT / ".local/sam/bin/sam"
CHECKOV = ROOT / ".local/checkov/bin/checkov"
LAST_LINES = 15


def ran(command: Sequence[object], within_seconds: float) -> list[str]:
    """Run a tool; its last lines when it failed."""
    environment = {
        "PATH": f"{ROOT / '.venv/bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
        "HOME": os.environ.get("HOME", "/"),
        "AWS_DEFAULT_REGION": "eu-west-1",
        "AWS_EC2_METADATA_DISABLED": "true",
        "SAM_CLI_TELEMETRY": "0",
        **{
            key: value
            for key, value in os.environ.items()
            if key.startswith(("PIP_", "SSL_", "REQUESTS_"))
        },
    }
    done = subprocess.run(
        list(map(str, command)),
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=within_seconds,
        check=False,
    )
    lines = done.stdout.strip().splitlines()[-LAST_LINES:]
    return lines or ["failed without a word"] if done.returncode else []


def functions() -> dict[str, Any]:
    """The functions of the root template."""
    resources = yaml_parse(TEMPLATES[0].read_text(encoding="utf8"))["Resources"]
    kind = "AWS::Serverless::Function"
    return {name: one for name, one in resources.items() if one["Type"] == kind}


def lint() -> list[str]:
    """cfn-lint with our own rules."""
    tool = ROOT / ".venv/bin/cfn-lint"
    return ran([tool, "--append-rules", "infra/lint", "--", *TEMPLATES], 180)


def validate() -> list[str]:
    """SAM's own validation."""
    return ran([SAM, "validate", "--template", TEMPLATES[0]], 180)


def build() -> list[str]:
    """`sam build`, layers included."""
    return ran([SAM, "build", "--build-dir", BUILD], 600)


def package_sizes() -> list[str]:
    """Sizes of what was built, printed and held against Lambda's limit and our own."""
    measured, zipped = packages.sizes(BUILD), packages.zipped_sizes(BUILD)
    print(json.dumps({"package_bytes": measured, "zipped_bytes": zipped}), flush=True)
    return [*packages.too_large(measured, functions()), *packages.too_large_zipped(zipped)]


def imports() -> list[str]:
    """Every handler is imported from its built package, its layers and Lambda's SDK alone."""
    site = next((ROOT / ".venv/lib").glob("python3.*")) / "site-packages"
    runtime = packages.runtime_libraries(site, ROOT / ".local/runtime")
    parameters = yaml_parse(TEMPLATES[0].read_text(encoding="utf8"))["Parameters"]
    defaults = {name: str(one.get("Default", "")) for name, one in parameters.items()}
    return packages.not_importable(BUILD, functions(), runtime, defaults)


def parity() -> list[str]:
    """Routes and authorizers in app and template, and the functions that they call."""
    stored = api_parity.definition()
    resources = yaml_parse(TEMPLATES[0].read_text(encoding="utf8"))["Resources"]
    return [
        *api_parity.problems(stored, api_parity.generated()),
        *api_parity.uncallable(stored, resources),
    ]


def policies() -> list[str]:
    """Sizes of policies."""
    return policy_sizes.problems(policy_sizes.translated(TEMPLATES[0]))


def checkov() -> list[str]:
    """checkov, with its explained exceptions."""
    return security.problems(security.findings(CHECKOV, TEMPLATES), security.exceptions())


def planted() -> list[str]:
    """The tests: breaches that must be caught, permissions, the left-out list, alarms."""
    quick = ["-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/infra"]
    return ran([ROOT / ".venv/bin/python", *quick], 900)


CHECKS: tuple[Callable[[], list[str]], ...] = (
    lint,
    validate,
    build,
    package_sizes,
    imports,
    parity,
    policies,
    checkov,
    planted,
)


def main() -> int:
    """Run all, also after a failure."""
    failed = 0
    for check in CHECKS:
        started = time.monotonic()
        problems = check()
        failed += bool(problems)
        line = {"check": check.__name__, "ok": not problems, "problems": problems}
        print(json.dumps(line | {"seconds": round(time.monotonic() - started, 1)}), flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
