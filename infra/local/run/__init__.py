"""`make run`: everything on one machine, on loopback."""

from run.stack import Stack

__all__ = ["Stack"]
