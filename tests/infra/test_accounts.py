"""Staged tests of one worker share a simulator: an account of two of them has two devices."""

import re
from collections import defaultdict

from tests.infra.templates import ROOT

NUMBER = re.compile(r'"(1555000\d+)"')


def test_no_account_is_linked_by_two_files_on_the_shared_stack() -> None:
    users: dict[str, set[str]] = defaultdict(set)
    for path in (ROOT / "tests/e2e").rglob("test_*.py"):
        if path.parent.name != "simulator":  # there each test has a simulator of its own
            for number in NUMBER.findall(path.read_text(encoding="utf8")):
                users[number].add(path.name)
    assert len(users) > 10
    assert {number: files for number, files in users.items() if len(files) > 1} == {}
