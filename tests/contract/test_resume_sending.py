"""Resuming ends the pause that a person saw, and no other."""

import pytest
from tests.support.builders import A, owned_line, seconds
from tests.support.world import World

from switchboard.application.pause_sending import ResumeSending
from switchboard.domain.errors import Conflict
from switchboard.ports.notice_board import NoticeBoard


def paused(backend: World, reason: str) -> None:
    backend.advance(seconds=1)
    now = backend.clock.now()
    backend.sessions.pause(A, now + seconds(3600), reason, now)


def resume(backend: World) -> None:
    ResumeSending(backend.sessions, backend.notices, backend.wake_ups, backend.clock)(A)


def test_a_ban_that_comes_between_the_look_and_the_resume_stays(
    backend: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    owned_line(backend)
    paused(backend, "paused_by_operator")
    settle = type(backend.notices).settle

    def settle_and_ban(board: NoticeBoard, *which: object) -> None:
        settle(board, *which)
        paused(backend, "temporary_ban")

    with monkeypatch.context() as patch:
        patch.setattr(type(backend.notices), "settle", settle_and_ban)
        with pytest.raises(Conflict):
            resume(backend)
    assert backend.sessions.read(A).pause_reason == "temporary_ban"
    resume(backend)
    assert backend.sessions.read(A).paused_until is None
    resume(backend)
