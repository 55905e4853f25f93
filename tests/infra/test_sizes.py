"""No function or module of the source is longer than docs/house.md says."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.infra.templates import ROOT

ROOMS = ("shared/src", "browser-host/src", "functions", "infra/local", "infra/api", "infra/lint")
FUNCTION_LINES = 30
"""Without the docstring."""
MODULE_LINES = 300


def too_long(path: Path) -> Iterator[str]:
    text = path.read_text(encoding="utf8")
    if (lines := len(text.splitlines())) > MODULE_LINES:
        yield f"{path.name}: {lines}"
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            told = len((ast.get_docstring(node, clean=False) or "").splitlines())
            lines = (node.end_lineno or 0) - node.lineno + 1 - told
            if lines > FUNCTION_LINES:
                yield f"{path.name}:{node.lineno} {node.name}: {lines}"


def test_the_source_is_as_short_as_the_house_says() -> None:
    modules = [path for room in ROOMS for path in (ROOT / room).rglob("*.py")]
    assert len(modules) > 300
    assert [found for path in modules for found in too_long(path)] == []


@pytest.mark.parametrize(
    "text",
    [
        "def long() -> None:\n" + "    pass\n" * FUNCTION_LINES,
        "class A:\n    async def long(self) -> None:\n" + "        pass\n" * FUNCTION_LINES,
        "A = 1\n" * (MODULE_LINES + 1),
    ],
)
def test_what_is_too_long_is_found(tmp_path: Path, text: str) -> None:
    module = tmp_path / "module.py"
    module.write_text(text)
    assert len([*too_long(module)]) == 1


def test_a_docstring_does_not_make_a_function_long(tmp_path: Path) -> None:
    module = tmp_path / "module.py"
    body = '    """One.\n\n    Two.\n    """\n' + "    pass\n" * (FUNCTION_LINES - 1)
    module.write_text("def short() -> None:\n" + body)
    assert [*too_long(module)] == []
