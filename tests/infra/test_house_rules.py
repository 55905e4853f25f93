"""Each rule of `infra/lint` passes the real templates and catches its planted breach."""

import importlib.util
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest
from tests.infra.templates import PATHS, ROOT, template

MESSAGING, DATA = ROOT / "infra/messaging.yaml", ROOT / "infra/data.yaml"
MAIN, HOSTS = ROOT / "template.yaml", ROOT / "infra/browser_host.yaml"
OPERATOR = r'\["dynamodb:GetItem", "dynamodb:BatchGetItem".*\]'
BREACHES = [
    ("QueueHasDeadLetters", MESSAGING, r"      RedrivePolicy:\n.*\n.*\n", ""),
    (
        "QueueHasDeadLetters",
        MESSAGING,
        r"!GetAtt Webhook(DeadLetterQueue.Arn)",
        r"!GetAtt Inbound\1",
    ),
    (
        "QueueHasDeadLetters",
        MESSAGING,
        r"Outputs:\n",
        "  Send: {Type: AWS::SQS::Queue}\nOutputs:\n",
    ),
    (
        "QueueHasAlarm",
        MESSAGING,
        r"Dimensions: \[{Name: QueueName, Value: !GetAtt InboundQueue.QueueName}\]",
        "",
    ),
    ("QueueHasAlarm", MESSAGING, r"Outputs:\n", "  Send: {Type: AWS::SQS::Queue}\nOutputs:\n"),
    ("AlarmTellsSomebody", MESSAGING, r"      AlarmActions: .*\n", ""),
    (
        "AlarmTellsSomebody",
        MESSAGING,
        r"      Statistic: Maximum\n",
        "      ActionsEnabled: false\n",
    ),
    ("FunctionIsBounded", MAIN, r"      Timeout: 60\n", ""),
    ("LogsEnd", MAIN, r"RetentionInDays: 30, ", ""),
    ("DataIsKept", DATA, r"    DeletionPolicy: Retain\n", ""),
    ("FunctionHasItsOwnRole", MAIN, r"      Role: .*\n", ""),
    ("PermissionsAreNamed", HOSTS, r"dynamodb:GetItem", '"dynamodb:*"'),
    ("PermissionsAreNamed", MAIN, OPERATOR, '"dynamodb:*"'),
    ("PermissionsAreNamed", MAIN, r"\${AWS::AccountId}:switchboard-\${Stage}-host-\*", "*:*"),
    ("PermissionsAreNamed", HOSTS, r'\["s3:PutObject", .*\]', '"s3:*Object"'),
    ("PermissionsAreNamed", HOSTS, r"s3:::\${SessionBucketName}/profiles/\*", "s3:::*"),
    ("PermissionsAreNamed", MAIN, r"Resource: !GetAtt Messaging.Outputs.\w+", 'Resource: "*"'),
    (
        "PermissionsAreNamed",
        MAIN,
        r"Action: \[\"sqs:ReceiveMessage\"",
        r'NotAction: ["sqs:SendMessage"',
    ),
    ("PermissionsAreNamed", MAIN, r"service-role/AmazonAPI.*\"", 'AdministratorAccess"'),
]


def house_rules() -> ModuleType:
    spec = importlib.util.spec_from_file_location("house_rules", ROOT / "infra/lint/house_rules.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


RULES = {
    name: rule
    for name, rule in vars(house_rules()).items()
    if isinstance(rule, type) and getattr(rule, "id", "").startswith("E9")
}


def planted(folder: Path, path: Path, pattern: str, replacement: str) -> Path:
    text, count = re.subn(pattern, replacement, path.read_text(encoding="utf8"), count=1)
    assert count == 1
    copy = folder / path.name
    copy.write_text(text, encoding="utf8")
    return copy


@pytest.mark.parametrize("name", RULES)
def test_a_rule_passes_the_templates(name: str) -> None:
    rule = RULES[name]()
    assert [breach for path in PATHS for breach in rule.breaches(template(path))] == []


def test_every_rule_has_a_breach() -> None:
    assert {name for name, *_ in BREACHES} == set(RULES)


@pytest.mark.parametrize(("name", "path", "pattern", "replacement"), BREACHES)
def test_a_rule_catches_its_breach(
    tmp_path: Path, name: str, path: Path, pattern: str, replacement: str
) -> None:
    copy = planted(tmp_path, path, pattern, replacement)
    assert list(RULES[name]().breaches(template(copy)))


def test_lint_loads_the_rules(tmp_path: Path) -> None:
    copy = planted(tmp_path, *BREACHES[0][1:])
    command = [str(Path(sys.executable).with_name("cfn-lint")), "--append-rules", "infra/lint"]
    makefile = (ROOT / "Makefile").read_text(encoding="utf8")
    assert "cfn-lint --append-rules infra/lint" in makefile
    done = subprocess.run(
        [*command, "--", str(copy)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode != 0
    assert "E9001" in done.stdout
