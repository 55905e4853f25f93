"""The rooms' import rules hold, and a planted violation breaks them."""

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LINT = Path(sys.executable).with_name("lint-imports")


def lint(where: Path) -> subprocess.CompletedProcess[str]:
    paths = f"{where / 'shared/src'}{os.pathsep}{where / 'browser-host/src'}"
    return subprocess.run(
        [str(LINT), "--no-cache"],
        cwd=where,
        env={**os.environ, "PYTHONPATH": paths},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for room in ("shared", "browser-host"):
        shutil.copytree(ROOT / room / "src", tmp_path / room / "src")
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_every_module_of_the_host_is_under_its_contracts() -> None:
    rooms = (ROOT / "browser-host/src/browser_host").iterdir()
    modules = {one.stem for one in rooms if one.suffix == ".py" or (one / "__init__.py").exists()}
    kept = modules - {"__init__", "main", "browser_settings", "whatsapp_web"}  # the rest is wired
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf8"))
    for contract in contracts["tool"]["importlinter"]["contracts"]:
        if contract["name"].startswith("Only "):
            named = set(contract["source_modules"]) - {"switchboard"}
            assert named == {f"browser_host.{one}" for one in kept}, contract["name"]


def test_the_house_keeps_its_rules() -> None:
    result = lint(ROOT)
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize(
    ("module", "line", "contract"),
    [
        ("shared/src/switchboard/domain/session.py", "import boto3", "pure standard library"),
        ("shared/src/switchboard/application/sweep.py", "import os", "no vendor"),
        (
            "shared/src/switchboard/ports/outbox.py",
            "import switchboard.adapters.memory.outbox",
            "layers",
        ),
        (
            "shared/src/switchboard/adapters/sqs/__init__.py",
            "import switchboard.adapters.dynamodb",
            "siblings",
        ),
        ("browser-host/src/browser_host/line.py", "import playwright", "Playwright"),
        (
            "browser-host/src/browser_host/whatsapp_web/__init__.py",
            "import switchboard.application.sweep",
            "no policy",
        ),
        (
            "browser-host/src/browser_host/threads.py",
            "import browser_host.whatsapp_web",
            "Only main and its settings wire",
        ),
        (
            "shared/src/switchboard/bootstrap/sweeper.py",
            "import switchboard.bootstrap.inbound",
            "Entry points",
        ),
    ],
)
def test_a_planted_import_breaks_its_contract(
    copy: Path, module: str, line: str, contract: str
) -> None:
    planted = copy / module
    planted.write_text(planted.read_text() + f"\n{line}\n")
    result = lint(copy)
    assert result.returncode != 0
    broken = [row for row in result.stdout.splitlines() if row.endswith("BROKEN")]
    assert any(contract in row for row in broken), result.stdout
