"""Whether a login that lies on this disk is good for anything."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from switchboard.domain.session import Session, Wanted

TAKEN_AGAIN_WITHIN = timedelta(minutes=2)
"""A dead host's line is free after some 20 s; the host that takes it again may be on this disk, and
then what lies here is newer than the newest snapshot."""
_EPOCH_FILE = "switchboard-epoch"
_DIGITS = 20


def epoch_of(profile: Path) -> int | None:
    """The lease under which a profile was last used, None without a readable mark."""
    try:
        return int((profile / _EPOCH_FILE).read_text())
    except (OSError, ValueError):
        return None


def mark_epoch(profile: Path, epoch: int) -> None:
    """Note under which lease a profile is used, which is made when it is not there.

    Raises:
        OSError: the disk took no more; the note that was there stays.
    """
    profile.mkdir(parents=True, exist_ok=True)
    mark, note = profile / _EPOCH_FILE, f"{epoch:0{_DIGITS}d}"
    if mark.exists():
        with mark.open("r+") as file:  # in place: that takes no room, so a full disk costs no login
            file.write(note)
        return
    written = profile / f".{_EPOCH_FILE}"
    written.write_text(note)
    written.replace(mark)


def unmark(profile: Path) -> None:
    """What lies here shall not be used again."""
    (profile / _EPOCH_FILE).unlink(missing_ok=True)


def is_worthless(session: Session | None, epoch: int | None, waited: timedelta) -> bool:
    """Whether a login that nobody uses may go.

    Args:
        session: the line.
        epoch: of the owner that used it last.
        waited: since nobody uses it.
    """
    if session is None or session.wanted is Wanted.DELETED or session.epoch != epoch:
        return True  # somebody held the line since: what lies here is old
    if not session.snapshots:
        return False  # it is the only one
    return session.wanted is not Wanted.RUNNING or waited >= TAKEN_AGAIN_WITHIN
