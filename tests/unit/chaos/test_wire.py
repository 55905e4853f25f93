"""Which copies of a message on the wire the staged faults call wrong."""

from typing import Any

from tests.e2e.chaos.wire import Sent, wrong_copies


def sent(at: float, cid: str, **changes: Any) -> Sent:
    entry = {"time": at, "id": "A1", "body": "out 1", "cid": cid, "peer": "127.0.1.1"}
    whole: Any = {**entry, "by_itself": False, "refused": None, **changes}
    return whole


def test_one_copy_is_right() -> None:
    assert wrong_copies([sent(1, "old")], None) == 0


def test_a_host_may_send_again_under_the_same_id_on_a_new_page_while_nothing_is_known() -> None:
    assert wrong_copies([sent(1, "old"), sent(30, "new")], None) == 0
    assert wrong_copies([sent(1, "old"), sent(30, "new")], sent_at=31) == 0


def test_a_new_id_is_wrong_whoever_sends_it() -> None:
    assert wrong_copies([sent(1, "old"), sent(30, "new", id="B2")], None) == 1
    assert wrong_copies([sent(1, "old"), sent(30, "new", id="B2", by_itself=True)], None) == 1


def test_a_host_that_hands_it_over_twice_to_one_page_is_wrong() -> None:
    assert wrong_copies([sent(1, "old"), sent(2, "old")], None) == 1


def test_a_copy_after_it_was_sent_is_wrong_also_when_nobody_took_it() -> None:
    late = sent(30, "stale", refused="replaced")
    assert wrong_copies([sent(1, "new"), late], sent_at=2) == 1


def test_a_page_sends_by_itself_what_it_holds_without_an_ack() -> None:
    again = sent(30, "new", by_itself=True)
    assert wrong_copies([sent(1, "old"), again], sent_at=2) == 0
    assert wrong_copies([again, sent(1, "old"), sent(31, "new")], sent_at=32) == 0, "in any order"


def test_each_wrong_copy_counts() -> None:
    assert wrong_copies([sent(1, "old"), sent(2, "old"), sent(3, "old")], None) == 2
