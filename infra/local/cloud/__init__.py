"""The stack of `template.yaml` on one machine: MiniStack, on loopback only."""

from cloud.local_cloud import LocalCloud, Outputs

__all__ = ["LocalCloud", "Outputs"]
