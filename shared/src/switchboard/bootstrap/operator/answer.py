"""What a subcommand answers: rows, as a table for people or as JSON for programs."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

Row = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Answer:
    """Rows of the same columns; `failed` ends the command with its code although it answered."""

    rows: Sequence[Row]
    none: str = "nothing"
    """What to say to a person when there is no row."""
    failed: bool = False


def as_json(answer: Answer) -> str:
    """One array; moments in ISO 8601, UTC."""
    return json.dumps([dict(row) for row in answer.rows], default=_plain, ensure_ascii=False)


def as_table(answer: Answer) -> str:
    """Columns as wide as their widest cell; a cell never breaks its line."""
    if not answer.rows:
        return answer.none
    names = list(answer.rows[0])
    cells = [[_cell(row[name]) for name in names] for row in answer.rows]
    lines = [[name.replace("_", " ") for name in names], *cells]
    widths = [max(len(line[place]) for line in lines) for place in range(len(names))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )


def _cell(value: object) -> str:
    if value is None or value == "":
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%SZ")
    return " ".join(str(value).split())


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
