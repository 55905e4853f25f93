"""Entry point of `make demo`: ends 0 when nothing was lost, doubled or crossed."""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

from demo.clients import ApiClient, Phone
from demo.scenario import Demo
from run.stack import Stack


def main() -> int:
    """Run the demo on a stack of its own."""
    with (
        tempfile.TemporaryDirectory(prefix="switchboard-demo-") as folder,
        Stack(_say, folder=Path(folder)) as stack,
    ):
        key = Path(stack.facts["admin_key_file"]).read_text(encoding="utf8")
        api = ApiClient(stack.facts["api_url"], key)
        report = Demo(api, Phone(stack.facts["simulator"]["http"]), _say).run()
    print(json.dumps(report))
    clean = not (report["duplicates"] or report["lost"] or report["crosstalk"])
    return 0 if clean and report["acks"].get("READ") else 1


def _say(text: str) -> None:
    print(f"demo: {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
