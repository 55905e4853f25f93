"""`NoticeBoard`: told once, again after an hour, and at least once whoever dies."""

from dataclasses import replace

from tests.support.builders import A, B
from tests.support.world import World

from switchboard.domain.notice import REPEAT_AFTER, TELLING, Notice, NoticeKind


def notice(backend: World, kind: NoticeKind = NoticeKind.SENDING_PAUSED) -> Notice:
    return Notice(A, kind, "temporary_ban", backend.clock.now())


def test_a_repetition_within_the_hour_is_not_posted(backend: World) -> None:
    first = notice(backend)
    again = replace(first, at=first.at + REPEAT_AFTER * 0.9)
    assert backend.notices.post(first)
    backend.notices.told(first)
    assert not backend.notices.post(again)
    assert list(backend.notices.of(A)) == [first]


def test_the_same_is_told_again_after_an_hour(backend: World) -> None:
    first = notice(backend)
    later = replace(first, at=first.at + REPEAT_AFTER)
    assert backend.notices.post(first)
    backend.notices.told(first)
    assert backend.notices.post(later)
    assert list(backend.notices.of(A)) == [later]


def test_another_code_kind_or_organization_is_news(backend: World) -> None:
    first = notice(backend)
    assert backend.notices.post(first)
    assert backend.notices.post(replace(first, code="terms_blocked"))
    assert backend.notices.post(replace(first, kind=NoticeKind.LOGGED_OUT))
    assert backend.notices.post(replace(first, organization_id=B))
    kinds = {each.kind for each in backend.notices.of(A)}
    assert kinds == {NoticeKind.SENDING_PAUSED, NoticeKind.LOGGED_OUT}
    assert list(backend.notices.of(B)) == [replace(first, organization_id=B)]


def test_what_a_person_acted_on_is_told_again_at_once(backend: World) -> None:
    first = notice(backend)
    backend.notices.settle(A, NoticeKind.SENDING_PAUSED)  # nothing to settle yet
    assert backend.notices.post(first)
    backend.notices.settle(A, NoticeKind.SENDING_PAUSED)
    assert list(backend.notices.of(A)) == [first]
    assert backend.notices.post(first)
    assert not backend.notices.post(first)


def test_reasons_that_alternate_are_told_once_an_hour_each(backend: World) -> None:
    now = backend.clock.now()
    reasons = [Notice(A, NoticeKind.HAND_OFF, code, now) for code in ("no_answer", "complaint")]
    assert all([backend.notices.post(one) for one in reasons])  # noqa: C419 - post both
    assert not any([backend.notices.post(one) for one in reasons * 2])  # noqa: C419
    after = [replace(one, at=now + REPEAT_AFTER) for one in reasons]
    assert all([backend.notices.post(one) for one in after])  # noqa: C419


def test_each_windows_limit_stands_for_itself(backend: World) -> None:
    now = backend.clock.now()
    windows = [Notice(A, NoticeKind.LIMIT_REACHED, code, now) for code in ("minute", "hour")]
    assert all([backend.notices.post(one) for one in windows])  # noqa: C419 - post both
    assert not any([backend.notices.post(one) for one in windows])  # noqa: C419
    assert {one.code for one in backend.notices.of(A)} == {"minute", "hour"}


def test_a_notice_that_reached_nobody_is_news_at_once(backend: World) -> None:
    first = notice(backend)
    again = replace(first, at=first.at + REPEAT_AFTER * 0.01)
    assert backend.notices.post(first)
    backend.notices.untold(first)
    assert backend.notices.post(again)
    backend.notices.told(again)
    assert not backend.notices.post(replace(first, at=first.at + REPEAT_AFTER * 0.9))


def test_who_died_while_telling_is_waited_for_only_so_long(backend: World) -> None:
    first = notice(backend)
    assert backend.notices.post(first)
    assert not backend.notices.post(replace(first, at=first.at + TELLING * 0.9))
    assert backend.notices.post(replace(first, at=first.at + TELLING))


def test_a_late_teller_says_nothing_about_the_next_notice(backend: World) -> None:
    first = notice(backend)
    second = replace(first, at=first.at + TELLING)
    assert backend.notices.post(first)
    assert backend.notices.post(second)
    backend.notices.untold(first)
    assert not backend.notices.post(replace(second, at=second.at + TELLING * 0.9))
    backend.notices.told(first)
    assert backend.notices.post(replace(second, at=second.at + TELLING))


def test_what_a_person_acted_on_is_not_made_untold_again(backend: World) -> None:
    first = notice(backend)
    assert backend.notices.post(first)
    backend.notices.settle(A, NoticeKind.SENDING_PAUSED)
    backend.notices.untold(first)
    backend.notices.told(first)
    assert backend.notices.post(first)
    assert not backend.notices.post(first)


def test_what_reached_nobody_is_overdue_until_it_is_told(backend: World) -> None:
    now = backend.clock.now()
    lost, told, acted_on, under_way = (
        Notice(A, kind, "code", now - TELLING * 2)
        for kind in (
            NoticeKind.LOGGED_OUT,
            NoticeKind.LINE_FAILED,
            NoticeKind.SENDING_PAUSED,
            NoticeKind.HAND_OFF,
        )
    )
    under_way = replace(under_way, at=now)
    for each in (lost, told, acted_on, under_way):
        assert backend.notices.post(each)
    backend.notices.told(told)
    backend.notices.settle(A, NoticeKind.SENDING_PAUSED)
    assert list(backend.notices.overdue(now, 10)) == [lost]
    assert list(backend.notices.overdue(now + TELLING * 2, 1)) == [lost]
    assert not any(backend.notices.take(each, now) for each in (told, acted_on, under_way))
    assert backend.notices.take(lost, now)
    assert not backend.notices.take(lost, now), "somebody is at it"
    assert list(backend.notices.overdue(now, 10)) == []
    assert backend.notices.take(lost, now + TELLING)
    backend.notices.untold(lost)
    assert list(backend.notices.overdue(now, 10)) == [lost]
    backend.notices.told(lost)
    assert list(backend.notices.overdue(now + TELLING * 2, 10)) == [under_way]
