"""localStorage beside a profile: put back when what the browser wrote itself is older."""

import os
from pathlib import Path

import pytest

from browser_host.profiles.local_storage import FILE, given, keep, owed
from browser_host.profiles.worth import epoch_of, mark_epoch

NOTED_AT = 1_000_000_000_000_000_000
SECOND = 1_000_000_000
ITEMS = {"account": "linked", "count": "7"}


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    written(tmp_path, NOTED_AT - 40 * SECOND)
    return tmp_path


def written(profile: Path, at_ns: int) -> None:
    """The browser writes its own copy."""
    log = profile / "Default/Local Storage/leveldb/000003.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    log.touch()
    os.utime(log, ns=(at_ns, at_ns))


def test_a_profile_that_nobody_noted_owes_nothing(profile: Path) -> None:
    assert owed(profile) is None


def test_what_the_browser_had_not_written_yet_is_owed(profile: Path) -> None:
    keep(profile, ITEMS, NOTED_AT)
    assert owed(profile) == ITEMS


def test_what_the_browser_wrote_later_counts(profile: Path) -> None:
    keep(profile, ITEMS, NOTED_AT)
    written(profile, NOTED_AT + SECOND)
    assert owed(profile) is None


def test_what_is_owed_stays_owed_when_the_browser_only_touched_its_files(profile: Path) -> None:
    keep(profile, ITEMS, NOTED_AT)
    assert owed(profile) == ITEMS
    written(profile, NOTED_AT + SECOND)  # it started, and died before it was given anything
    assert owed(profile) == ITEMS


def test_what_was_given_is_owed_again_only_if_the_browser_did_not_write_it(profile: Path) -> None:
    keep(profile, ITEMS, NOTED_AT)
    assert owed(profile) == ITEMS
    given(profile, NOTED_AT + 10 * SECOND)
    assert owed(profile) == ITEMS, "it died before it wrote"
    given(profile, NOTED_AT + 20 * SECOND)
    written(profile, NOTED_AT + 30 * SECOND)
    assert owed(profile) is None


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"at_ns": "x", "owed": false, "items": {}}'])
def test_a_note_that_is_none_owes_nothing(profile: Path, text: str) -> None:
    (profile / FILE).write_text(text)
    assert owed(profile) is None


def test_a_note_that_cannot_be_written_leaves_nothing_beside_the_one_before(profile: Path) -> None:
    (profile / FILE).mkdir()  # nothing can be put in its place
    with pytest.raises(OSError, match=FILE):
        keep(profile, ITEMS, NOTED_AT)
    assert [path.name for path in profile.glob(f".{FILE}*")] == []


def test_an_epoch_is_noted_anew_where_nothing_more_can_be_written(profile: Path) -> None:
    mark_epoch(profile, 9)
    (profile / ".switchboard-epoch").mkdir()  # as a full disk: no new file
    mark_epoch(profile, 10)
    assert epoch_of(profile) == 10


def test_a_first_epoch_that_cannot_be_noted_leaves_none(profile: Path) -> None:
    (profile / ".switchboard-epoch").mkdir()
    with pytest.raises(OSError, match="switchboard-epoch"):
        mark_epoch(profile, 5)
    assert epoch_of(profile) is None
