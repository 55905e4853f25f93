"""What `make infra-check` looks for is found when it is there."""

import copy
import json
import os
from pathlib import Path
from typing import Any

import pytest
from tests.infra.templates import ROOT, template

from checks import __main__ as checks
from checks import api_parity, packages, policy_sizes, security


def changed(route: str, method: str, **changes: Any) -> dict[str, Any]:
    api = copy.deepcopy(api_parity.definition())
    if changes:
        api["paths"][route][method] |= changes
    else:
        del api["paths"][route][method]
    return api


def test_the_template_has_the_apps_routes_and_authorizers() -> None:
    assert api_parity.problems(api_parity.definition(), api_parity.generated()) == []


def test_a_route_missing_from_the_template_is_caught() -> None:
    stored = changed("/api/sendText", "post")
    found = api_parity.problems(stored, api_parity.definition())
    assert found == ["post /api/sendText: missing from the template"]
    assert api_parity.problems(api_parity.definition(), stored) == [
        "post /api/sendText: no such route"
    ]


def test_a_route_that_lost_its_authorizer_is_caught() -> None:
    stored = changed("/api/sendText", "post", security=[])
    (found,) = api_parity.problems(stored, api_parity.definition())
    assert found.startswith("post /api/sendText: open where it must not be")


def test_policies_fit() -> None:
    translated = policy_sizes.translated(ROOT / "template.yaml")
    assert policy_sizes.problems(translated) == []
    assert len(policy_sizes.function_policies(translated)) >= 2
    assert len(policy_sizes.role_policies(translated)) >= 6


def test_a_permission_a_route_would_overflow_the_functions_policy() -> None:
    translated = policy_sizes.translated(ROOT / "template.yaml")
    one = translated["Resources"]["ApiMayInvoke"]
    many = {f"ApiPermission{number}": one for number in range(80)}
    (found,) = policy_sizes.problems({"Resources": translated["Resources"] | many})
    assert "resource policy" in found


def test_an_exception_needs_a_finding_and_a_finding_an_exception() -> None:
    excepted = security.exceptions()
    found = {
        (check, "X" if one["resources"] == "all" else one["resources"][0])
        for check, one in excepted.items()
    }
    assert security.problems(found, excepted) == []
    assert security.problems(found | {("CKV_AWS_1", "Table")}, excepted) == ["CKV_AWS_1: Table"]
    (stale,) = security.problems(found - {("CKV_AWS_120", "Api")}, excepted)
    assert stale == "CKV_AWS_120: excepted, and not found any more"


def test_a_package_over_the_limit_is_caught() -> None:
    functions = checks.functions()
    sizes = dict.fromkeys([*functions, "SharedLayer", "AgentLayer"], 1)
    assert packages.too_large(sizes, functions) == []
    (found,) = packages.too_large(sizes | {"AgentLayer": packages.LIMIT_BYTES}, functions)
    assert found.startswith("AnswerFunction")


def test_a_package_over_our_own_limit_is_caught_zipped(tmp_path: Path) -> None:
    for name, random in (("SmallFunction", 10), ("LargeFunction", packages.LIMIT_ZIPPED)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "data").write_bytes(os.urandom(random))
    (found,) = packages.too_large_zipped(packages.zipped_sizes(tmp_path))
    assert found.startswith("LargeFunction")
    assert packages.too_large_zipped({"AgentLayer": packages.LIMIT_ZIPPED + 1}) == []


def test_a_handler_that_misses_a_library_is_caught(tmp_path: Path) -> None:
    for folder in ("SharedLayer/python", "SweeperFunction"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "SweeperFunction/app.py").write_text("import switchboard\n")
    only = {"SweeperFunction": checks.functions()["SweeperFunction"]}
    (found,) = packages.not_importable(tmp_path, only, tmp_path, {})
    assert "No module named 'switchboard'" in found


@pytest.mark.parametrize(
    ("path", "before", "after"),
    [
        ("infra/data.yaml", "DeletionProtectionEnabled:", "DeletionProtektionEnabled:"),
        ("infra/messaging.yaml", "VisibilityTimeout: 360", "VisibilityTimeout: soon"),
        ("infra/browser_host.yaml", "StopTimeout: 120", "StopTimeOut: 120"),
    ],
)
def test_a_wrong_property_is_caught(tmp_path: Path, path: str, before: str, after: str) -> None:
    text = (ROOT / path).read_text(encoding="utf8")
    assert before in text
    planted = tmp_path / "planted.yaml"
    planted.write_text(text.replace(before, after, 1), encoding="utf8")
    assert checks.ran([ROOT / ".venv/bin/cfn-lint", "--", planted], 120)


def test_the_templates_name_no_stage_of_their_own() -> None:
    assert "switchboard-dev" not in json.dumps(
        template(ROOT / "template.yaml").template, default=str
    )
