"""The command finds its deployment and works on it: CloudFormation, DynamoDB and SQS on moto."""

import importlib
import json
import os
import tomllib
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from moto import mock_aws
from tests.support.table import create_table

from switchboard.adapters.clock import SystemClock
from switchboard.adapters.dynamodb.base import Base
from switchboard.adapters.dynamodb.connection import connect
from switchboard.adapters.dynamodb.session_store import DynamoSessionStore
from switchboard.bootstrap.operator import deployment
from switchboard.bootstrap.operator.command import main
from switchboard.domain.ids import OrganizationId

ROOT = Path(__file__).parents[3]
SHOP = OrganizationId("shop")
STACK = "switchboard-test"
KEPT = ("AWS_REGION", "AWS_PROFILE", "AWS_SESSION_TOKEN", "SWITCHBOARD_STACK", "SWITCHBOARD_LOCAL")


def outputs() -> list[str]:
    pairs = deployment._QUEUES.values()
    return ["TableName", *sorted({name for pair in pairs for name in pair if name})]


def template(names: list[str]) -> str:
    """A stack whose queues and outputs are called as ours are."""
    resources, told = {}, {"TableName": {"Value": "operated"}}
    for name in (one for one in names if one != "TableName"):
        resources[name.removesuffix("Url")] = {"Type": "AWS::SQS::Queue"}
        told[name] = {"Value": {"Ref": name.removesuffix("Url")}}
    told = {name: value for name, value in told.items() if name in names}
    resources = resources or {"Topic": {"Type": "AWS::SNS::Topic"}}
    return json.dumps({"Resources": resources, "Outputs": told})


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in KEPT:
        monkeypatch.setenv(name, "")  # whatever the command sets is taken back afterwards
        monkeypatch.delenv(name)
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    with mock_aws():
        create_table("operated")
        connect("operated")
        formation = boto3.client("cloudformation")
        formation.create_stack(StackName=STACK, TemplateBody=template(outputs()))
        yield
    Base._connection = None


def run(words: str, capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    code = main(words.split())
    told = capsys.readouterr()
    return code, told.out, told.err


def url(name: str) -> str:
    described = boto3.client("cloudformation").describe_stacks(StackName=STACK)["Stacks"][0]
    return next(one["OutputValue"] for one in described["Outputs"] if one["OutputKey"] == name)


def test_every_output_that_it_reads_is_one_of_the_template(aws: None) -> None:
    text = (ROOT / "template.yaml").read_text(encoding="utf8").split("\nOutputs:\n")[1]
    declared = {line.split(":")[0].strip() for line in text.splitlines()}
    assert set(outputs()) <= declared


def test_it_works_on_the_stack_that_is_named(aws: None, capsys) -> None:
    DynamoSessionStore().create(SHOP, SystemClock().now())
    code, out, _ = run(f"lines --stack {STACK} --json", capsys)
    assert code == 0
    assert [row["line"] for row in json.loads(out)] == [SHOP]
    code, out, _ = run(f"pause {SHOP} --stack {STACK} --region eu-west-1", capsys)
    assert (code, "paused_by_operator" in out) == (0, True)


def test_the_environment_names_the_stack_too(aws: None, capsys, monkeypatch) -> None:
    monkeypatch.setenv("SWITCHBOARD_STACK", STACK)
    assert run("hosts", capsys) == (0, "no host\n", "")


def test_letters_are_taken_from_the_stacks_queues(aws: None, capsys) -> None:
    sqs = boto3.client("sqs")
    sqs.send_message(QueueUrl=url("TimerDeadLetterQueueUrl"), MessageBody='{"a": 1}')
    code, out, _ = run(f"dead-letters list --stack {STACK} --json", capsys)
    assert {row["queue"]: row["letters"] for row in json.loads(out)}["timer"] == 1
    code, out, _ = run(f"dead-letters redrive timer --stack {STACK}", capsys)
    assert (code, "sent back" in out) == (0, True)
    taken = sqs.receive_message(QueueUrl=url("TimerQueueUrl"))["Messages"]
    assert [one["Body"] for one in taken] == ['{"a": 1}']


def test_a_stack_that_is_not_there_is_not_found(aws: None, capsys) -> None:
    code, _, err = run("hosts --stack nothing", capsys)
    assert (code, "the stack nothing not found" in err) == (3, True)


def test_a_stack_that_is_not_ours_names_what_it_lacks(aws: None, capsys) -> None:
    lacking = [name for name in outputs() if name != "ParkedDeadLetterQueueUrl"]
    boto3.client("cloudformation").create_stack(StackName="old", TemplateBody=template(lacking))
    code, _, err = run("hosts --stack old", capsys)
    assert (code, "has no output ParkedDeadLetterQueueUrl" in err) == (2, True)


@pytest.mark.parametrize(
    ("words", "named"),
    [
        ("hosts", "--stack: is required"),
        ("hosts --local no/such/run.json", "no/such/run.json is not there"),
        ("hosts --stack x --endpoint-url localhost:1", "--endpoint-url: must begin with"),
    ],
)
def test_a_wrong_deployment_names_the_word(aws: None, capsys, words: str, named: str) -> None:
    code, _, err = run(words, capsys)
    assert (code, named in err) == (2, True)


def test_a_run_file_that_is_none_is_refused(aws: None, capsys, tmp_path: Path) -> None:
    path = tmp_path / "run.json"
    for text in ("[]", "{}", "no"):
        path.write_text(text)
        code, _, err = run(f"hosts --local {path}", capsys)
        assert (code, "is not a file of `make run`" in err) == (2, True)


def test_an_endpoint_that_nobody_listens_at_is_named(aws: None, capsys) -> None:
    words = "hosts --stack x --endpoint-url http://127.0.0.1:9"
    code, _, err = run(words, capsys)
    assert (code, "http://127.0.0.1:9" in err) == (5, True)


def test_missing_credentials_and_region_are_named(aws: None, capsys, monkeypatch) -> None:
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    code, _, err = run(f"hosts --stack {STACK}", capsys)
    assert (code, "region" in err) == (2, True)


def test_the_region_is_the_one_that_the_aws_command_line_takes(
    aws: None, capsys, monkeypatch
) -> None:
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-west-2")
    monkeypatch.setenv("AWS_REGION", "eu-west-1")
    assert run(f"hosts --stack {STACK}", capsys) == (0, "no host\n", "")
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    assert run(f"hosts --stack {STACK}", capsys) == (0, "no host\n", "")


def test_the_local_stack_needs_no_credentials_of_the_shell(aws: None, tmp_path: Path) -> None:
    path = tmp_path / "run.json"
    path.write_text(json.dumps({"region": "eu-west-1", "aws_endpoint": "http://127.0.0.1:9"}))
    target = deployment.chosen(None, None, None, path)
    assert target == deployment.Target("switchboard", "eu-west-1", "http://127.0.0.1:9", local=True)
    os.environ["AWS_PROFILE"] = "mine"
    deployment.use(target)
    assert os.environ["AWS_ENDPOINT_URL"] == "http://127.0.0.1:9"
    assert "AWS_PROFILE" not in os.environ
    del os.environ["AWS_ENDPOINT_URL"]


def test_the_console_script_is_the_command() -> None:
    project = tomllib.loads((ROOT / "shared/pyproject.toml").read_text(encoding="utf8"))
    module, _, function = project["project"]["scripts"]["switchboard"].partition(":")
    assert getattr(importlib.import_module(module), function) is main
