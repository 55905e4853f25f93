"""What the emulator cannot create. Anything else that it refuses fails the start."""

from __future__ import annotations

from typing import Any

LEFT_OUT_TYPES = {
    "AWS::ApplicationAutoScaling::ScalableTarget": "MiniStack has no Application Auto Scaling",
    "AWS::ApplicationAutoScaling::ScalingPolicy": "MiniStack has no Application Auto Scaling",
    "AWS::Serverless::LayerVersion": (
        "each worker would unzip the layer: its contents stand on the functions' PYTHONPATH"
    ),
}


def without_left_out(template: dict[str, Any]) -> dict[str, Any]:
    """The template less the listed resource types; nothing else is touched."""
    kept = {
        name: resource
        for name, resource in template["Resources"].items()
        if resource["Type"] not in LEFT_OUT_TYPES
    }
    return {**template, "Resources": kept}
