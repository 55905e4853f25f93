"""The console explains every reason in Russian too, and knows every word that it asks for."""

import re
from enum import StrEnum
from pathlib import Path

import pytest

from switchboard.domain.notice import NoticeKind
from switchboard.domain.session import Reason

CONSOLE = Path(__file__).parents[3] / "functions/api/console"
SCRIPTS = [path.read_text(encoding="utf8") for path in sorted(CONSOLE.glob("*.js"))]


def words(name: str) -> set[str]:
    text = (CONSOLE / name).read_text(encoding="utf8")
    return set(re.findall(r"(?:^|[ {])([A-Za-z_]+): [\"\[]", text, re.MULTILINE))


@pytest.mark.parametrize("codes", [Reason, NoticeKind])
def test_every_code_is_explained_in_russian(codes: type[StrEnum]) -> None:
    assert {code.value for code in codes} <= words("reasons-ru.js")


@pytest.mark.parametrize("name", ["words-en.js", "words-ru.js"])
def test_every_word_that_a_script_asks_for_is_there(name: str) -> None:
    asked = {word for script in SCRIPTS for word in re.findall(r"\bt\(\"(\w+)\"", script)}
    assert len(asked) > 50
    assert asked <= words(name)
