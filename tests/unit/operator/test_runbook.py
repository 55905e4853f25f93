"""Every alarm and every reason has its entry, and every command there is one that exists."""

import re
import shlex
from collections import Counter

import pytest
from tests.infra.permissions.stack import Stack
from tests.infra.templates import ROOT
from tests.support.runbook import RUNBOOK, Entry, entries, runbook

from switchboard.bootstrap.operator.words import parser
from switchboard.domain.session import Reason

STAGE = "test"
REASONS = "Reason codes of a line"


def alarms() -> list[str]:
    stack = Stack(ROOT / "template.yaml", {"Stage": STAGE}, {})
    found = stack.all_of("AWS::CloudWatch::Alarm")
    prefix = f"switchboard-{STAGE}-"
    names = [
        where.value(where.resource(one)["Properties"]["AlarmName"]) for one, where in found.items()
    ]
    return [name.removeprefix(prefix) for name in names]


def unmatched(
    found: list[Entry], alarm_names: list[str], reasons: list[str]
) -> dict[str, set[str]]:
    """What has no entry, what two entries are about, and entries about nothing."""
    named = [(one.section == REASONS, name) for one in found for name in one.names]
    wanted = {(False, name) for name in alarm_names} | {(True, name) for name in reasons}
    twice = {name for name, count in Counter(named).items() if count > 1}
    sets = {"missing": wanted - set(named), "orphans": set(named) - wanted, "twice": twice}
    return {kind: {name for _, name in one} for kind, one in sets.items() if one}


def test_every_alarm_and_every_reason_has_its_entry_and_no_entry_is_an_orphan() -> None:
    assert unmatched(runbook(), alarms(), [reason.value for reason in Reason]) == {}


def test_a_missing_a_repeated_and_an_orphaned_entry_are_found() -> None:
    text = RUNBOOK.read_text(encoding="utf8")
    planted = text.replace("### `sending-paused`", "### `nothing-paused`, `logged-out`")
    planted = planted.replace("### `stream_replaced`", "### `stream_mended`")
    assert planted != text
    assert unmatched(entries(planted), alarms(), [reason.value for reason in Reason]) == {
        "missing": {"sending-paused", "stream_replaced"},
        "orphans": {"nothing-paused", "stream_mended"},
        "twice": {"logged-out"},
    }


@pytest.mark.parametrize("one", runbook(), ids=lambda one: one.names[0])
def test_an_entry_says_something_and_has_commands(one: Entry) -> None:
    assert one.blocks
    assert len(one.text.split("```")[0].split()) >= 6


def words(block: str) -> list[list[str]]:
    """The words of each `switchboard` in a block."""
    lines = [
        shlex.split(line, comments=True) for line in block.splitlines() if "switchboard " in line
    ]
    return [line[1:] for line in lines if line and line[0] == "switchboard"]


def documented() -> list[list[str]]:
    deploy = (ROOT / "docs/deploy.md").read_text(encoding="utf8")
    found = [line for one in runbook() for block in one.commands for line in words(block)]
    return found + [line for block in deploy.split("```")[1::2] for line in words(block)]


def test_every_command_that_is_written_down_is_one_that_exists() -> None:
    written = documented()
    assert len(written) > 60
    for line in written:
        parser().parse_args(line)


def test_a_command_that_does_not_exist_is_found() -> None:
    with pytest.raises(SystemExit):
        parser().parse_args(words("switchboard mend everything\n")[0])


def test_blocks_for_every_stack_hold_the_command_only() -> None:
    for one in runbook():
        for block in one.commands:
            lines = [line for line in block.splitlines() if line.strip()]
            assert all(line.startswith("switchboard ") for line in lines), one.names


def test_the_log_events_to_look_for_are_ones_that_are_logged() -> None:
    text = RUNBOOK.read_text(encoding="utf8")
    named = set(re.findall(r'"([a-z_]+(?:\.[a-z_]+)+)"', text))
    folders = (ROOT / "shared/src", ROOT / "browser-host/src", ROOT / "functions")
    sources = [path.read_text(encoding="utf8") for one in folders for path in one.rglob("*.py")]
    named.remove("platform.report")  # what Lambda itself logs at the end of an invocation
    assert len(named) > 5
    assert {one for one in named if not any(f'"{one}"' in source for source in sources)} == set()


def test_what_the_blocks_for_aws_look_up_is_in_the_templates() -> None:
    text = RUNBOOK.read_text(encoding="utf8")
    named = set(re.findall(r"^logs (\w+) ", text, re.MULTILINE))
    named |= set(re.findall(r'\$SWITCHBOARD_STACK" (\w+)\)', text)) - {"BrowserHost"}
    template = (ROOT / "template.yaml").read_text(encoding="utf8")
    assert len(named) > 8
    assert {one for one in named if f"\n  {one}:\n" not in template} == set()
