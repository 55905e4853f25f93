"""A function in a process that has only its own folder and its layers."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.infra.templates import ROOT, resources

FUNCTIONS = (
    "inbound",
    "dispatcher",
    "sweeper",
    "authorizer",
    "api",
    "events",
    "webhooks",
    "answer",
)
LAYERS = {"answer": (ROOT / ".local/agent",)}
QUEUE = "https://queues.example/1/queue"
_PROBE = """
import json, resource, sys
def cpu():
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime
before = cpu()
import app
after = cpu()
print(json.dumps({"modules": sorted(sys.modules), "seconds": round(after - before, 3)}))
"""


def loaded(name: str) -> set[str]:
    """Top-level modules after the import."""
    return {module.partition(".")[0] for module in _import(name)["modules"]}


def import_cpu_seconds(name: str) -> float:
    """CPU of the import with everything compiled, as in a layer."""
    return float(_import(name, compile_first="1")["seconds"])


def _import(name: str, compile_first: str = "") -> dict[str, Any]:
    function = resources("AWS::Serverless::Function")[f"{name.capitalize()}Function"]
    variables = function["Properties"]["Environment"]["Variables"]
    own = (ROOT / "functions" / name, ROOT / ".local/functions", ROOT / "shared/src")
    path = (*own, *LAYERS.get(name, ()))
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
        "PYTHONPYCACHEPREFIX": str(ROOT / ".local/import-cache") if compile_first else "",
    }
    command = [str(Path(sys.executable).resolve()), "-S", "-c", _PROBE]
    ran = subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert ran.returncode == 0, ran.stderr[-2000:]
    return dict(json.loads(ran.stdout.splitlines()[-1]))
