"""A model's structured answer."""

import pytest
from pydantic import ValidationError

from switchboard.adapters.agents.proposal import Proposal, Reason, reply_of
from switchboard.domain.spending import Usage


@pytest.mark.parametrize("blank", [None, "", " \n", "\u200b\u2060", "\x00", "\ufe0f\u20e3"])
def test_what_nobody_sees_is_no_reply(blank: str | None) -> None:
    with pytest.raises(ValidationError):
        Proposal(reply=blank)
    assert reply_of(Proposal(reply=blank, hand_off=Reason.OTHER), Usage()).reply is None


@pytest.mark.parametrize("seen", ["Yes", "👍", "?"])
def test_what_is_seen_is_one(seen: str) -> None:
    assert reply_of(Proposal(reply=seen), Usage()).reply == seen
