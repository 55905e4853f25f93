"""Counts what AWS would bill: SQS requests, and DynamoDB's own word on the units of each call."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

_READS = frozenset({"GetItem", "Query", "BatchGetItem", "TransactGetItems"})


@dataclass(frozen=True)
class Metered:
    """What one walk cost."""

    calls: dict[str, int]
    read_units: float
    write_units: float

    @property
    def sqs_requests(self) -> int:
        return sum(count for name, count in self.calls.items() if name.startswith("sqs."))

    @property
    def dynamodb_requests(self) -> int:
        return sum(count for name, count in self.calls.items() if name.startswith("dynamodb."))


@dataclass
class Meter:
    """Hooks into real clients; every call that they make is counted, whoever makes it."""

    calls: Counter[str] = field(default_factory=Counter)
    read_units: float = 0.0
    write_units: float = 0.0

    def watch(self, *clients: Any) -> None:
        for client in clients:
            service, events = client.meta.service_model.service_name, client.meta.events
            if service == "dynamodb":
                events.register(f"before-parameter-build.{service}", _ask_for_units)
            events.register(f"after-call.{service}", self._count)

    def take(self) -> Metered:
        """What was counted since the last time."""
        metered = Metered(dict(self.calls), self.read_units, self.write_units)
        self.calls.clear()
        self.read_units = self.write_units = 0.0
        return metered

    def _count(self, *, parsed: dict[str, Any], model: Any, **_: object) -> None:
        service = model.service_model.service_name
        self.calls[f"{service}.{model.name}"] += 1
        if service != "dynamodb":
            return
        told = parsed.get("ConsumedCapacity", [])
        units = sum(one["CapacityUnits"] for one in (told if isinstance(told, list) else [told]))
        if model.name in _READS:
            self.read_units += units
        else:
            self.write_units += units


def _ask_for_units(*, params: dict[str, Any], model: Any, **_: object) -> None:
    if "ReturnConsumedCapacity" in model.input_shape.members:
        params["ReturnConsumedCapacity"] = "TOTAL"
