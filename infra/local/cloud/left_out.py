"""What the emulator cannot create. Anything else that it refuses fails the start."""

from __future__ import annotations

from typing import Any

LEFT_OUT_TYPES = {
    "AWS::ApplicationAutoScaling::ScalableTarget": "MiniStack has no Application Auto Scaling",
    "AWS::ApplicationAutoScaling::ScalingPolicy": "MiniStack has no Application Auto Scaling",
    "AWS::Backup::BackupSelection": "MiniStack knows vaults and plans, and runs no backups",
    "AWS::EC2::EIP": "MiniStack has no addresses by template; one machine needs no NAT",
    "AWS::EC2::NatGateway": "MiniStack has no NAT gateways; one machine needs none",
    "AWS::Serverless::LayerVersion": (
        "each worker would unzip the layer: its contents stand on the functions' PYTHONPATH"
    ),
}
LEFT_OUT_RESOURCES = {
    "WaitingLinesAlarm": "its only action is a scaling policy, which is left out",
    "WayOutA": "it leads to a NAT gateway, which is left out",
    "WayOutB": "it leads to a NAT gateway, which is left out",
    "WayOutC": "it leads to a NAT gateway, which is left out",
}


def without_left_out(template: dict[str, Any]) -> dict[str, Any]:
    """The template less the listed types and resources; nothing else is touched."""
    kept = {
        name: resource
        for name, resource in template["Resources"].items()
        if resource["Type"] not in LEFT_OUT_TYPES and name not in LEFT_OUT_RESOURCES
    }
    return {**template, "Resources": kept}
