"""What no rule over one template can see: queue against function, code against template."""

import ast
import inspect
import json
import re
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.infra.templates import PATHS, ROOT, resources, template

from cloud.left_out import LEFT_OUT_RESOURCES, LEFT_OUT_TYPES, without_left_out
from switchboard.adapters.dynamodb.changes import READERS
from switchboard.bootstrap.environment import Environment
from switchboard.domain.redelivery import delay

VISIBILITY_FACTOR = 6
"""Source: Lambda developer guide, 'Using Lambda with Amazon SQS': six times the function's time-out."""
LOCAL_ONLY = {"CHROMIUM_EXTRA_ARGS"}
"""Set by the local run, to reach the simulator."""
RUNTIME = {"ECS_AGENT_URI", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_ENDPOINT_URL"}


def queue_functions() -> list[tuple[str, str]]:
    """Functions with the queues that feed them."""
    pairs = []
    for name, function in resources("AWS::Serverless::Function").items():
        for event in function["Properties"].get("Events", {}).values():
            if event["Type"] == "SQS":
                output = event["Properties"]["Queue"]["Fn::GetAtt"]
                path = output if isinstance(output, str) else ".".join(output)
                pairs.append((name, path.split(".")[-1].removesuffix("Arn")))
    return pairs


def test_every_queue_that_feeds_a_function_is_found() -> None:
    assert set(queue_functions()) == {
        ("InboundFunction", "InboundQueue"),
        ("AnswerFunction", "TimerQueue"),
        ("DispatcherFunction", "SendQueue"),
        ("WebhooksFunction", "WebhookQueue"),
        ("WebhooksFunction", "ParkedQueue"),
    }


@pytest.mark.parametrize(("function", "queue"), queue_functions())
def test_a_queue_hides_a_message_for_six_time_outs(function: str, queue: str) -> None:
    timeout = resources("AWS::Serverless::Function")[function]["Properties"]["Timeout"]
    properties = resources("AWS::SQS::Queue")[queue]["Properties"]
    assert properties["VisibilityTimeout"] >= VISIBILITY_FACTOR * timeout


@pytest.mark.parametrize("queue", ["InboundQueue", "SendQueue", "TimerQueue"])
def test_an_outage_of_an_hour_makes_no_dead_letter(queue: str) -> None:
    properties = resources("AWS::SQS::Queue")[queue]["Properties"]
    receives = int(properties["RedrivePolicy"]["maxReceiveCount"])
    hastened = sum((delay(n) for n in range(1, receives)), timedelta())
    left_alone = (receives - 1) * timedelta(seconds=properties["VisibilityTimeout"])
    assert min(hastened, left_alone) >= timedelta(hours=1)


def all_resources() -> dict[str, Any]:
    found: dict[str, Any] = {}
    for path in PATHS:
        found |= template(path).get_resources()
    return found


def test_what_is_left_out_is_there_and_has_its_reason() -> None:
    present = all_resources()
    assert set(LEFT_OUT_TYPES) <= {resource["Type"] for resource in present.values()}
    assert set(LEFT_OUT_RESOURCES) <= set(present)
    reasons = [*LEFT_OUT_TYPES.values(), *LEFT_OUT_RESOURCES.values()]
    assert all(len(reason) > 20 for reason in reasons)


def test_what_is_left_out_leaves_no_reference_behind() -> None:
    for path in PATHS:
        whole = template(path).template
        kept = json.dumps(without_left_out(whole)["Resources"])
        gone = whole["Resources"].keys() - json.loads(kept).keys()
        layers = {
            name for name in gone if whole["Resources"][name]["Type"].endswith("LayerVersion")
        }
        for name in gone - layers:  # the packager takes layers off the functions
            assert f'"Ref": "{name}"' not in kept, name
            assert not re.search(rf'"Fn::GetAtt": (\["{name}"|"{name}\.)', kept), name


ASKS = {
    name
    for name, method in inspect.getmembers(Environment, inspect.isfunction)
    if "key" in inspect.signature(method).parameters
}


def read_names(files: list[Path]) -> set[str]:
    """Environment variables that a file asks `Environment` for."""
    names = set()
    for file in files:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                known = node.func.attr in ASKS
                first = node.args[0] if node.args else None
                if known and isinstance(first, ast.Constant) and isinstance(first.value, str):
                    names.add(first.value)
    return {name for name in names if re.fullmatch("[A-Z][A-Z_]+", name)}


def set_names(function: str) -> set[str]:
    own = resources("AWS::Serverless::Function")[function]["Properties"]["Environment"]["Variables"]
    shared = template(ROOT / "template.yaml").template["Globals"]["Function"]["Environment"]
    return {*own, *shared["Variables"]}


@pytest.mark.parametrize(
    "entry",
    ["inbound", "answer", "dispatcher", "sweeper", "authorizer", "api", "events", "webhooks"],
)
def test_a_function_gets_the_variables_that_it_reads_and_no_others(entry: str) -> None:
    wired = ROOT / "shared/src/switchboard/bootstrap" / entry
    wanted = read_names([*wired.parent.glob(f"{entry}.py"), *wired.rglob("*.py")])
    given = set_names(f"{entry.capitalize()}Function")
    vendor = {name for name in given if name.startswith("POWERTOOLS_")} | {"LOG_LEVEL"}
    assert wanted
    assert wanted <= given
    assert given - wanted - vendor <= EVERY_FUNCTION


EVERY_FUNCTION = {
    "TABLE_NAME",
    "STAGE",
    "METRICS_NAMESPACE",
    "OMP_NUM_THREADS",
    "PYTHONDONTWRITEBYTECODE",
}


def test_the_host_gets_the_variables_that_it_reads() -> None:
    folder = ROOT / "browser-host/src/browser_host"
    files = [ROOT / "shared/src/switchboard/bootstrap/browser_host.py", *folder.rglob("*.py")]
    (task,) = resources("AWS::ECS::TaskDefinition").values()
    given = {each["Name"] for each in task["Properties"]["ContainerDefinitions"][0]["Environment"]}
    assert read_names(files) - LOCAL_ONLY - RUNTIME <= given


def generated() -> dict[str, Any]:
    sys.path.insert(0, str(ROOT / "infra/api"))
    import generate

    return dict(json.loads(generate.text()))


def test_the_api_definition_is_the_one_generated_from_the_routes() -> None:
    stored = json.loads((ROOT / "infra/api/openapi.yaml").read_text(encoding="utf8"))
    assert stored == generated(), "run `make api-definition`"


def test_only_health_the_document_and_the_pages_are_open_to_all() -> None:
    open_paths = {
        path
        for path, methods in generated()["paths"].items()
        for operation in methods.values()
        if not operation.get("security")
    }
    ours = {"/health", "/ping", "/console/{file}", "/api/openapi.json", "/reference/{file}"}
    assert open_paths == ours


def test_the_streams_filter_lets_through_every_kind_that_becomes_an_event() -> None:
    """A kind that the filter leaves out is heard in every test of the code, and never deployed."""
    (event,) = [
        one["Properties"]
        for one in resources("AWS::Serverless::Function")["EventsFunction"]["Properties"][
            "Events"
        ].values()
        if one["Type"] == "DynamoDB"
    ]
    patterns = [json.loads(one["Pattern"]) for one in event["FilterCriteria"]["Filters"]]
    images = [image for pattern in patterns for image in pattern["dynamodb"].values()]
    assert {kind for image in images for kind in image["kind"]["S"]} == set(READERS)
