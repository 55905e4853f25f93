"""What `sam build` made: sizes against Lambda's limits, every handler imported from it alone."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

LIMIT_BYTES = 262_144_000
"""A function with its layers, unzipped. Source: Lambda developer guide, 'Lambda quotas'."""
LIMIT_ZIPPED = 10_000_000
"""Bytes of one function's own package or of a layer: a cold start reads all of it."""
UNLIMITED_ZIPPED = ("AgentLayer",)
"""The weights of the embedded model, which only the function that answers has."""
RUNTIME_BRINGS = ("boto3", "botocore", "s3transfer", "jmespath", "dateutil", "six.py", "urllib3")
_URL = "https://queues.example/1/queue"
_PROBE = "import importlib, sys; sys.path[:0] = sys.argv[2:]; importlib.import_module(sys.argv[1])"


def sizes(build: Path) -> dict[str, int]:
    """Bytes of each built function and layer."""
    return {
        folder.name: sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
        for folder in sorted(build.iterdir())
        if folder.is_dir() and folder.name.endswith(("Function", "Layer"))
    }


def zipped_sizes(build: Path) -> dict[str, int]:
    """Bytes of each as Lambda's service gets it."""
    with tempfile.TemporaryDirectory() as folder:
        return {
            name: Path(shutil.make_archive(f"{folder}/{name}", "zip", build / name)).stat().st_size
            for name in sizes(build)
        }


def too_large_zipped(measured: Mapping[str, int]) -> list[str]:
    """Packages over the limit."""
    return [
        f"{name}: {size} bytes zipped, {LIMIT_ZIPPED} allowed"
        for name, size in measured.items()
        if size > LIMIT_ZIPPED and name not in UNLIMITED_ZIPPED
    ]


def layers_of(function: Mapping[str, Any]) -> list[str]:
    """Logical ids of a function's layers; `SharedLayer` is everybody's, by Globals."""
    return ["SharedLayer", *(one["Ref"] for one in function["Properties"].get("Layers", []))]


def too_large(measured: Mapping[str, int], functions: Mapping[str, Any]) -> list[str]:
    """Functions over the limit."""
    told = []
    for name, function in functions.items():
        total = measured[name] + sum(measured[layer] for layer in layers_of(function))
        if total > LIMIT_BYTES:
            told.append(f"{name}: {total} bytes with its layers, {LIMIT_BYTES} allowed")
    return told


def not_importable(
    build: Path, functions: Mapping[str, Any], runtime: Path, defaults: Mapping[str, str]
) -> list[str]:
    """Handlers that miss something when only their package, layers and Lambda's SDK are there.

    Args:
        build: where `sam build` wrote.
        functions: by logical id.
        runtime: Lambda's own libraries.
        defaults: of the template's parameters.
    """
    told = []
    for name, function in functions.items():
        module = function["Properties"]["Handler"].rpartition(".")[0]
        path = [build / name, *(build / layer / "python" for layer in layers_of(function)), runtime]
        ran = subprocess.run(
            [sys.executable, "-I", "-S", "-c", _PROBE, module, *map(str, path)],
            env=_environment(function, defaults),
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        if ran.returncode:
            told.append(f"{name}: {ran.stderr.strip().splitlines()[-1]}")
    return told


def runtime_libraries(site: Path, folder: Path) -> Path:
    """Lambda's own libraries, by links to those of the development environment."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in RUNTIME_BRINGS:
        link = folder / name
        if not link.exists():
            link.symlink_to(site / name)
    return folder


def _filled(value: Any, defaults: Mapping[str, str]) -> str:
    """A value, a parameter's default, or an address in the place of what the cloud would give."""
    if isinstance(value, str):
        return value
    return defaults.get(value.get("Ref", ""), _URL)


def _environment(function: Mapping[str, Any], defaults: Mapping[str, str]) -> dict[str, str]:
    variables = function["Properties"].get("Environment", {}).get("Variables", {})
    given = {name: _filled(value, defaults) for name, value in variables.items()}
    return {
        **given,
        "PATH": os.defpath,
        "TABLE_NAME": "table",
        "AWS_DEFAULT_REGION": "eu-west-1",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "POWERTOOLS_TRACE_DISABLED": "true",
    }
