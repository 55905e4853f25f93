"""Reactions, edits and revocations, as the unmodified wa-js tells them on the simulated site."""

from pathlib import Path
from typing import Any

import pytest
from tests.integration.whatsapp_web.followed_page import CUSTOMER, NUMBER, FollowedPage, linked
from tests.support.simulator import RunningSimulator

from switchboard.domain.channel_events import (
    AckSeen,
    EditSeen,
    MessageSeen,
    ReactionSeen,
    RevocationSeen,
)
from switchboard.domain.ids import ChatId

OWN = f"{NUMBER}@c.us"


def happens(line: FollowedPage, wa_id: str, what: str, **fields: Any) -> None:
    key = wa_id.split("_")[2]
    line.simulator.ctl(op="happen", account=NUMBER, chat=CUSTOMER, id=key, what=what, **fields)


@pytest.mark.parametrize("by_lid", [False, True])
async def test_what_happens_to_a_customers_message_is_told(
    simulator: RunningSimulator, profile: Path, *, by_lid: bool
) -> None:
    simulator.ctl(op="config", inboundLid=by_lid)
    async with linked(simulator, profile) as line:
        line.hear("at nine?")
        heard = await line.until(MessageSeen)
        happens(line, heard.wa_id, "reaction", text="👍", fromMe=True)
        mine = await line.until(ReactionSeen)
        happens(line, heard.wa_id, "edit", body="at ten?")
        edit = await line.until(EditSeen)
        happens(line, heard.wa_id, "revoke")
        gone = await line.until(RevocationSeen)
        assert len(line.of(MessageSeen)) == 1, "none of them is a message"
        assert (await line.page.scan_recent(per_chat=10)).messages == []
    assert heard.chat_id == CUSTOMER
    assert (mine.wa_id, mine.chat_id, mine.text) == (heard.wa_id, heard.chat_id, "👍")
    assert (mine.from_me, mine.author) == (True, ChatId(OWN))
    assert (edit.wa_id, edit.chat_id, edit.body) == (heard.wa_id, heard.chat_id, "at ten?")
    assert (gone.wa_id, gone.chat_id) == (heard.wa_id, heard.chat_id)


async def test_a_customer_reacts_to_a_reply_and_takes_it_back(
    simulator: RunningSimulator, profile: Path
) -> None:
    async with linked(simulator, profile) as line:
        receipt = await line.send(9, "at ten")
        await line.until(AckSeen, lambda ack: ack.ack == 3)
        for text in ("❤️", ""):
            happens(line, receipt.wa_id, "reaction", text=text)
            await line.until(ReactionSeen, lambda seen, said=text: seen.text == said)
        told = line.of(ReactionSeen)
    assert [(one.wa_id, one.author, one.from_me) for one in told] == [
        (receipt.wa_id, CUSTOMER, False)
    ] * 2
