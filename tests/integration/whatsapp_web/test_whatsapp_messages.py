import time
from pathlib import Path

from tests.integration.whatsapp_web.followed_page import (
    CUSTOMER,
    NUMBER,
    linked,
    opened,
    settings,
    wa_hex,
)
from tests.support.simulator import RunningSimulator

from browser_host.whatsapp_web import WhatsAppWebPages
from switchboard.adapters.clock import SystemClock
from switchboard.domain.channel_events import AckSeen, MessageSeen, Ready, SocketChanged
from switchboard.domain.ids import ChatId, parse_wa_hex
from switchboard.ports.channel_provider import Lookup

LID = "176543215551@lid"


async def test_an_inbound_message_carries_phone_and_lid(
    simulator: RunningSimulator, profile: Path
) -> None:
    async with linked(simulator, profile) as line:
        line.hear("hello", name="Bob")
        seen = await line.until(MessageSeen)
    assert (seen.from_me, seen.body, seen.type, seen.push_name) == (False, "hello", "chat", "Bob")
    assert (seen.chat_id, seen.phone, seen.lid) == (CUSTOMER, "15551234567", LID)
    assert abs(seen.at.timestamp() - time.time()) < 5
    assert not seen.backfill


async def test_a_lid_chat_is_told_by_its_phone(profile: Path) -> None:
    with RunningSimulator(inboundLid=True) as simulator:
        async with linked(simulator, profile) as line:
            line.hear("from a LID")
            seen = await line.until(MessageSeen)
    assert seen.wa_id.startswith(f"false_{LID}_")
    assert (seen.chat_id, seen.phone, seen.lid) == (CUSTOMER, "15551234567", LID)


async def test_what_the_operator_types_on_the_phone_is_told(
    simulator: RunningSimulator, profile: Path
) -> None:
    async with linked(simulator, profile) as line:
        simulator.ctl(op="msg", fromMe=True, to=CUSTOMER, body="by hand", account=NUMBER)
        seen = await line.until(MessageSeen)
    assert (seen.from_me, seen.body, seen.chat_id) == (True, "by hand", CUSTOMER)


async def test_a_picture_is_told_by_its_caption(simulator: RunningSimulator, profile: Path) -> None:
    async with linked(simulator, profile) as line:
        line.hear("thumbnail", type="image", mimetype="image/png", caption="a cat", filehash="h")
        seen = await line.until(MessageSeen)
    assert (seen.type, seen.body) == ("image", "a cat")


async def test_a_burst_arrives_whole_and_in_order(
    simulator: RunningSimulator, profile: Path
) -> None:
    async with linked(simulator, profile) as line:
        for number in range(100):
            line.hear(f"message {number}")
        await line.until(MessageSeen, count=100)
        bodies = [seen.body for seen in line.of(MessageSeen)]
    assert bodies == [f"message {number}" for number in range(100)]


async def test_a_message_that_comes_twice_is_told_once(
    simulator: RunningSimulator, profile: Path
) -> None:
    async with linked(simulator, profile) as line:
        line.hear("once", id="AB12CD34EF560001")
        line.hear("once", id="AB12CD34EF560001")
        line.hear("last")
        await line.until(MessageSeen, lambda seen: seen.body == "last")
        assert [seen.body for seen in line.of(MessageSeen)] == ["once", "last"]


async def test_what_came_during_a_dropped_socket_is_told(
    simulator: RunningSimulator, profile: Path
) -> None:
    async with linked(simulator, profile) as line:
        simulator.ctl(op="drop", account=NUMBER)
        line.hear("meanwhile")
        seen = await line.until(MessageSeen)
        await line.until(SocketChanged, lambda changed: changed.state == "CONNECTED", count=2)
    assert seen.body == "meanwhile"


async def test_a_scan_finds_the_newest_of_each_chat_oldest_first(
    simulator: RunningSimulator, profile: Path
) -> None:
    async with linked(simulator, profile) as line:
        for number in range(4):
            line.hear(f"first {number}", ts=1_700_000_000 + 10 * number)
        simulator.ctl(
            op="msg", sender="15557654321@c.us", body="other", account=NUMBER, ts=1_700_000_025
        )
        await line.until(MessageSeen, count=5)
        found = (await line.page.scan_recent(per_chat=2)).messages
        unread = (await line.page.scan_recent(per_chat=1)).messages
        whole = (await line.page.scan_chat(found[-1].chat_id, count=4)).messages
        stranger = await line.page.scan_chat(ChatId("15550009999@c.us"), count=4)
    assert [seen.body for seen in whole] == [f"first {number}" for number in range(4)]
    assert all(seen.backfill for seen in whole)
    assert stranger.messages == []
    assert all(seen.backfill for seen in found)
    assert [seen.body for seen in found][-3:] == ["first 2", "other", "first 3"]
    assert len(unread) == 5, "unread messages are found beyond the limit"


async def test_a_chat_is_read_back_beyond_what_an_opened_page_has_loaded(
    simulator: RunningSimulator, profile: Path
) -> None:
    count = 150  # the page loads the newest hundred of a chat
    async with WhatsAppWebPages(settings(simulator), SystemClock()) as pages:
        async with opened(pages, simulator, profile) as first:
            await first.link()
            for number in range(count):
                first.hear(f"message {number}", ts=1_700_000_000 + number)
            await first.until(MessageSeen, count=count)
            chat_id = first.of(MessageSeen)[0].chat_id
        async with opened(pages, simulator, profile) as again:
            await again.until(Ready)
            found = (await again.page.scan_chat(chat_id, count=1_000)).messages
            newest = (await again.page.scan_chat(chat_id, count=120)).messages
    assert [seen.body for seen in found] == [f"message {number}" for number in range(count)]
    assert {seen.chat_id for seen in found} == {chat_id}
    assert [seen.body for seen in newest] == [f"message {n}" for n in range(count - 120, count)]


async def test_acks_are_told_up_to_read(simulator: RunningSimulator, profile: Path) -> None:
    async with linked(simulator, profile) as line:
        receipt = await line.send(7, "reply")
        await line.until(AckSeen, lambda ack: ack.ack == 3)
        acks = line.of(AckSeen)
    assert [ack.ack for ack in acks] == [1, 2, 3]
    assert {ack.wa_id for ack in acks} == {receipt.wa_id}
    assert {ack.chat_id for ack in acks} == {CUSTOMER}
    assert parse_wa_hex(receipt.wa_id) == "3EB0000000000000000007"


async def test_a_failed_ack_is_told(simulator: RunningSimulator, profile: Path) -> None:
    async with linked(simulator, profile) as line:
        receipt = await line.send(1, "hello")
        await line.until(AckSeen, lambda ack: ack.ack == 3)
        fail = "(id) => { WPP.whatsapp.MsgStore.get(id).ack = -1; }"
        await line.page._bridge.page.evaluate(fail, receipt.wa_id)
        failed = await line.until(AckSeen, lambda ack: ack.ack < 0)
        assert failed.wa_id == receipt.wa_id
        assert await line.page.find(CUSTOMER, wa_hex(1)) is Lookup.FAILED
        simulator.ctl(op="config", dedup=False)
        assert (await line.send(1, "hello again")).ack == 1, "a failed id can be sent again"


async def test_client_hints_agree_with_the_user_agent(
    simulator: RunningSimulator, profile: Path
) -> None:
    read = "() => [navigator.userAgent, JSON.stringify(navigator.userAgentData.brands)]"
    async with linked(simulator, profile) as line:
        agent, brands = await line.page._bridge.page.evaluate(read)
    assert "Headless" not in agent + brands
