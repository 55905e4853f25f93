"""What the API asks of a page: reading, typing, look-ups, a picture."""

import asyncio
from pathlib import Path

import pytest
from tests.integration.whatsapp_web.followed_page import CUSTOMER, NUMBER, linked
from tests.support.simulator import RunningSimulator

from browser_host.whatsapp_web.picture import LARGEST_BYTES
from switchboard.domain.channel_events import MessageSeen
from switchboard.domain.errors import NotFound
from switchboard.domain.ids import ChatId
from switchboard.ports.channel_provider import KnownAddress

LID = ChatId("176543215551@lid")
STRANGER = ChatId("15550007777@c.us")
NOT_ON_WHATSAPP = ChatId("0005550001111@c.us")


async def test_a_chat_is_read_and_typed_in_by_either_of_its_ids(
    simulator: RunningSimulator, profile: Path
) -> None:
    async with linked(simulator, profile) as line:
        line.hear("hello")
        await line.until(MessageSeen)
        for chat in (CUSTOMER, LID):
            await line.page.show_typing(chat, on=True)
            await line.page.show_typing(chat, on=False)
            await line.page.mark_seen(chat)
        log: list[str] = []
        async with asyncio.timeout(10):
            while log.count("seen") < 2:  # what the page handed over is on its way
                await asyncio.sleep(0.05)
                log = simulator.ctl(op="list")[0]["log"]
        assert log.count("seen") == 2
        assert log.count("chatstate") >= 4
        (message,) = simulator.ctl(op="chat", account=NUMBER, chat=CUSTOMER)
        assert message["ack"] == 3
        with pytest.raises(NotFound):
            await line.page.mark_seen(STRANGER)
        with pytest.raises(NotFound):
            await line.page.show_typing(STRANGER, on=True)


async def test_addresses_are_looked_up_both_ways(
    simulator: RunningSimulator, profile: Path
) -> None:
    async with linked(simulator, profile) as line:
        there = KnownAddress(exists=True, phone="15551234567", lid=LID)
        assert await line.page.look_up(CUSTOMER) == there
        assert await line.page.look_up(LID) == there
        unknown = await line.page.look_up(ChatId("99999@lid"))
        assert unknown == KnownAddress(exists=False, phone=None, lid="99999@lid")
        nobody = await line.page.look_up(NOT_ON_WHATSAPP)
        assert (nobody.exists, nobody.lid) == (False, None)


async def test_a_picture_of_the_page_is_a_small_jpeg(
    simulator: RunningSimulator, profile: Path
) -> None:
    async with linked(simulator, profile) as line:
        image = await line.page.screenshot()
    assert image.startswith(b"\xff\xd8\xff")
    assert len(image) <= LARGEST_BYTES
