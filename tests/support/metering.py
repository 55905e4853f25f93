"""Counts what AWS would bill: SQS requests, and DynamoDB's own word on the units of each call.

The emulator tells write units as DynamoDB does (item sizes, twice in a transaction, indexes), but the
same number of units for every read: those of a query and of a batch are counted here, from what they
returned.
"""

import math
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

_READ_UNIT_BYTES = 4_096
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

    def _count(
        self, *, parsed: dict[str, Any], model: Any, context: dict[str, Any], **_: object
    ) -> None:
        service = model.service_model.service_name
        self.calls[f"{service}.{model.name}"] += 1
        if service != "dynamodb":
            return
        told = parsed.get("ConsumedCapacity", [])
        units = sum(one["CapacityUnits"] for one in (told if isinstance(told, list) else [told]))
        if model.name not in _READS:
            self.write_units += units
        elif model.name == "Query":
            size = sum(_item_bytes(item) for item in parsed["Items"])
            counted = max(1, math.ceil(size / _READ_UNIT_BYTES))
            self.read_units += counted if context.get("consistent") else counted / 2
        elif model.name == "BatchGetItem":
            items = [item for found in parsed["Responses"].values() for item in found]
            counted = sum(math.ceil(_item_bytes(item) / _READ_UNIT_BYTES) for item in items)
            self.read_units += counted if context.get("consistent") else counted / 2
        else:
            self.read_units += units


def _ask_for_units(
    *, params: dict[str, Any], model: Any, context: dict[str, Any], **_: object
) -> None:
    batched = [
        table.get("ConsistentRead")
        for table in params.get("RequestItems", {}).values()
        if isinstance(table, dict)
    ]
    context["consistent"] = params.get("ConsistentRead", False) or any(batched)
    if "ReturnConsumedCapacity" in model.input_shape.members:
        params["ReturnConsumedCapacity"] = "TOTAL"


def _item_bytes(item: dict[str, dict[str, Any]]) -> int:
    """Names and values, as DynamoDB bills them; a number about half of its digits."""
    return sum(len(name) + _value_bytes(value) for name, value in item.items())


def _value_bytes(value: dict[str, Any]) -> int:
    ((kind, held),) = value.items()
    if kind == "N":
        return len(held) // 2 + 1
    return 1 if kind in ("BOOL", "NULL") else len(held)
