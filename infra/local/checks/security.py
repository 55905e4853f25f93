"""checkov over all templates: findings need an exception, exceptions need a finding."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

EXCEPTIONS = Path(__file__).with_name("checkov_exceptions.yaml")
type Finding = tuple[str, str]
"""Check and logical id."""


def findings(executable: Path, templates: Sequence[Path]) -> set[Finding]:
    """What checkov fails; it needs no network and no account."""
    files = [word for path in templates for word in ("-f", str(path))]
    options = [
        "--framework",
        "cloudformation",
        "--skip-download",
        "--quiet",
        "--compact",
        "-o",
        "json",
    ]
    ran = subprocess.run(
        [str(executable), *options, *files],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    reports = json.loads(ran.stdout)
    reports = reports if isinstance(reports, list) else [reports]
    return {
        (failed["check_id"], failed["resource"].split(".")[-1])
        for report in reports
        for failed in report.get("results", {}).get("failed_checks", [])
    }


def exceptions() -> dict[str, Any]:
    """The list with its reasons."""
    return dict(yaml.safe_load(EXCEPTIONS.read_text(encoding="utf8")))


def problems(found: set[Finding], excepted: Mapping[str, Any]) -> list[str]:
    """Findings without an exception, exceptions without a finding or a reason."""
    told = [
        f"{check}: {resource}"
        for check, resource in sorted(found)
        if not _covers(excepted.get(check), resource)
    ]
    for check, entry in excepted.items():
        if check not in {one for one, _ in found}:
            told.append(f"{check}: excepted, and not found any more")
        if len(str(entry.get("reason", ""))) < len("a reason is a sentence"):
            told.append(f"{check}: excepted without a reason")
    return told


def _covers(entry: Mapping[str, Any] | None, resource: str) -> bool:
    return entry is not None and (entry["resources"] == "all" or resource in entry["resources"])
