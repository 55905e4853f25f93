"""The templates as data, with CloudFormation's short forms read as `{"Ref": ...}` and so on."""

from pathlib import Path
from typing import Any

from cfnlint.decode import decode
from cfnlint.template import Template

ROOT = Path(__file__).parents[2]
PATHS = (ROOT / "template.yaml", *sorted((ROOT / "infra").glob("*.yaml")))


def template(path: Path) -> Template:
    """One template; a syntax error fails the test."""
    decoded, problems = decode(str(path))
    assert not problems, problems
    return Template(str(path), decoded)


def resources(kind: str) -> dict[str, Any]:
    """Resources of a type in all templates, by logical id; ids are unique over the templates."""
    found: dict[str, Any] = {}
    for path in PATHS:
        for name, resource in template(path).get_resources(kind).items():
            assert name not in found, f"{name} stands in two templates"
            found[name] = resource
    return found
