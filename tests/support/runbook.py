"""The runbook as its tests read it: entries by name, and the commands of each."""

import re
from dataclasses import dataclass
from pathlib import Path

RUNBOOK = Path(__file__).parents[2] / "docs/runbook.md"
_BLOCK = re.compile(r"^```(sh(?: aws)?)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Entry:
    """One heading, which may name several alarms or reasons."""

    section: str
    names: tuple[str, ...]
    text: str

    @property
    def commands(self) -> list[str]:
        """What runs on AWS and on one machine."""
        return [body for kind, body in _BLOCK.findall(self.text) if kind == "sh"]

    @property
    def blocks(self) -> list[str]:
        return [body for _, body in _BLOCK.findall(self.text)]


def entries(text: str) -> list[Entry]:
    found = []
    for section in re.split(r"^## ", text, flags=re.MULTILINE)[1:]:
        title, *parts = re.split(r"^### ", section, flags=re.MULTILINE)
        for part in parts:
            heading, _, rest = part.partition("\n")
            found.append(
                Entry(title.splitlines()[0], tuple(re.findall(r"`([^`]+)`", heading)), rest)
            )
    return found


def runbook() -> list[Entry]:
    return entries(RUNBOOK.read_text(encoding="utf8"))


def entry(name: str) -> Entry:
    (found,) = [one for one in runbook() if name in one.names]
    return found
