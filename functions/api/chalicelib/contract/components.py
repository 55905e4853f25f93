"""Named schemas, each written once in the document."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from chalicelib.contract.schema import Schema


@dataclass(slots=True)
class Components:
    """Collects what has a name (`title`) while schemas are written."""

    schemas: dict[str, Schema] = field(default_factory=dict)

    def written(self, schema: Schema) -> Schema:
        """The schema with references in the place of named ones.

        Raises:
            ValueError: two schemas of one name differ.
        """
        kind = schema.get("type")
        if isinstance(kind, list) and "title" in schema:
            return {"anyOf": [self.written({**schema, "type": kind[0]}), {"type": "null"}]}
        plain = {key: self._inner(key, value) for key, value in schema.items()}
        name = plain.get("title")
        if name is None:
            return plain
        if self.schemas.setdefault(name, plain) != plain:
            raise ValueError(f"two different schemas are called {name}")
        return {"$ref": f"#/components/schemas/{name}"}

    def _inner(self, key: str, value: Any) -> Any:
        if key == "properties":
            return {name: self.written(inner) for name, inner in value.items()}
        if key == "items":
            return self.written(value)
        if key == "anyOf":
            return [self.written(inner) for inner in value]
        return value
