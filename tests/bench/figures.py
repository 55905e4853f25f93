"""One figure a line, as JSON."""

import json


def figure(name: str, value: float, unit: str) -> None:
    """Print one."""
    print(json.dumps({"name": name, "value": round(value, 3), "unit": unit}), flush=True)
