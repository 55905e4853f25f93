"""What a judge says."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Violation:
    """A promise that was broken; `kind` is the count of the report it belongs to."""

    promise: str
    kind: str
    text: str
