"""The prototype's 27 steps with the unmodified wa-js, as one walk on one page."""

from collections.abc import Callable

from tests.e2e.simulator.browser import Line, until
from tests.support.simulator import RunningSimulator

ACCOUNT = "15550001111"
BOB = "15551234567@c.us"
BOB_LID = "176543215551@lid"
PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGNQvZwGAAJ/AV9X3CpyAAAAAElFTkSuQmCC"
)


async def test_unmodified_wa_js_walks_every_step(
    open_line: Callable[[str], Line], simulator: RunningSimulator
) -> None:
    async with open_line("line") as line:
        await boots_to_a_qr(line)
        await gives_a_pairing_code(line, simulator)
        await becomes_main_after_the_scan(line, simulator)
        await receives_a_text(line, simulator)
        await sends_with_our_id_and_sees_three_acks(line, simulator)
        await types_reads_and_blocks(line, simulator)
        await looks_up_lids(line)
        await carries_media_both_ways(line, simulator)
        await hears_of_a_temporary_ban_and_a_drop(line, simulator)
        await logs_out_with_a_reason(line, simulator)


async def boots_to_a_qr(line: Line) -> None:
    code = await line.qr()
    ref, noise, identity, secret = code.split(",")
    assert ref.startswith("2@")
    assert all((noise, identity, secret))
    await line.event("loader.full_ready")
    await line.event("conn.require_auth")
    assert await line.evaluate("[WPP.isInjected, WPP.isReady, WPP.loader.loaderType]") == [
        True,
        True,
        "meta",
    ]
    assert await line.evaluate("WPP.conn.isAuthenticated()") is False
    assert await line.evaluate("WPP.conn.getStreamData().mode") == "QR"


async def gives_a_pairing_code(line: Line, simulator: RunningSimulator) -> None:
    code = await line.evaluate(f"WPP.conn.genLinkDeviceCodeForPhoneNumber('{ACCOUNT}')")
    assert len(code) == 8
    assert simulator.ctl(op="state")["lines"][0]["code"] == code


async def becomes_main_after_the_scan(line: Line, simulator: RunningSimulator) -> None:
    known = "15559990000@c.us"
    assert simulator.ctl(op="scan", pn=ACCOUNT, chats=[known]) == {"n": 1}
    await line.main()
    await line.event("conn.authenticated")
    me = "[WPP.conn.getMyUserId(), WPP.conn.getMyUserLid()].map(String)"
    assert await line.evaluate(me) == [f"{ACCOUNT}@c.us", "111110005551@lid"]
    assert await line.evaluate("WPP.conn.getMigrationState().isLidMigrated") is True
    assert await line.evaluate(f"!!WPP.chat.get('{known}')") is True
    listed = simulator.ctl(op="list")
    assert [set(entry) for entry in listed] == [{"cid", "token", "log"}]
    assert listed[0]["log"][0] == "hello"


async def receives_a_text(line: Line, simulator: RunningSimulator) -> None:
    assert simulator.ctl(op="msg", sender=BOB, body="hello in", name="Bob") == {"n": 1}
    await until(lambda: line.received("hello in"), "the message")
    (message,) = line.received("hello in")
    assert (message["from"], message["name"], message["type"]) == (BOB, "Bob", "chat")
    await until(lambda: simulator.ctl(op="state")["accounts"][0]["queued"] == 0, "its rcpt")


async def sends_with_our_id_and_sees_three_acks(line: Line, simulator: RunningSimulator) -> None:
    own_id = f"true_{BOB_LID}_3EB0SWITCHBOARD0001"
    sent = await line.send(BOB, "hi out", messageId=own_id, waitForAck=True)
    assert sent["id"] == own_id
    for ack in (1, 2, 3):
        await line.event(
            "chat.msg_ack_change", lambda e, ack=ack: e["ack"] == ack and e["ids"] == [own_id]
        )
    (entry,) = simulator.ctl(op="sent", account=ACCOUNT)
    assert entry["time"] > 1_700_000_000
    assert {name: entry[name] for name in ("account", "chat", "id", "body", "type")} == {
        "account": ACCOUNT,
        "chat": BOB_LID,
        "id": "3EB0SWITCHBOARD0001",
        "body": "hi out",
        "type": "chat",
    }
    assert await line.evaluate(f"WPP.chat.getMessageACK('{own_id}').then(r => r.ack)") == 3


async def types_reads_and_blocks(line: Line, simulator: RunningSimulator) -> None:
    await line.evaluate(f"WPP.chat.markIsComposing('{BOB_LID}', 100)")
    await line.evaluate(f"WPP.chat.markIsRead('{BOB_LID}')")
    log = simulator.ctl(op="list")[0]["log"]
    assert {"chatstate", "seen"} <= set(log)
    (chat,) = simulator.ctl(op="chat", account=ACCOUNT, chat=BOB)[:1]
    assert (chat["body"], chat["ack"]) == ("hello in", 3)
    blocked = await line.evaluate(f"WPP.blocklist.blockContact('{BOB}').then(r => r.isBlocked)")
    assert blocked is True
    await line.event("blocklist.sync")


async def looks_up_lids(line: Line) -> None:
    exists = "WPP.contact.queryExists('15557654321@c.us').then(r => String(r.lid))"
    assert await line.evaluate(exists) == "112345675551@lid"
    unknown = "WPP.contact.queryExists('0005550001111@c.us')"
    assert await line.evaluate(unknown) is None
    entry = await line.evaluate(
        f"WPP.contact.getPnLidEntry('{BOB}').then(e => String(e.lid?._serialized))"
    )
    assert entry == BOB_LID


async def carries_media_both_ways(line: Line, simulator: RunningSimulator) -> None:
    picture = f"data:image/png;base64,{PIXEL}"
    options = "{type: 'image', caption: 'out', markIsRead: false}"
    await line.evaluate(
        f"WPP.chat.sendFileMessage('{BOB}', '{picture}', {options}).then(r => r.ack)"
    )
    await until(
        lambda: [m for m in simulator.ctl(op="sent") if m["type"] == "image"], "the picture"
    )
    simulator.ctl(op="msg", sender=BOB, type="image", mimetype="image/png", b64=PIXEL, caption="in")
    message = await line.event("chat.new_message", lambda m: m.get("caption") == "in")
    download = "id => WPP.chat.downloadMedia(id).then(WPP.util.blobToBase64)"
    assert await line.evaluate(download, message["id"]) == picture


async def hears_of_a_temporary_ban_and_a_drop(line: Line, simulator: RunningSimulator) -> None:
    simulator.ctl(op="frame", t="temp_ban", info={"code": 101, "expireTs": 1})
    ban = await line.event(
        "conn.backend_event", lambda e: e["name"] == "account_temporarily_banned"
    )
    assert ban["args"] == [{"code": 101, "expireTs": 1}]
    before = simulator.ctl(op="list")[0]["cid"]
    assert simulator.ctl(op="drop") == {"n": 1}
    await until(
        lambda: [
            c for c in simulator.ctl(op="list") if c["cid"] != before and "active" in c["log"]
        ],
        "the reconnect",
    )
    await line.main()


async def logs_out_with_a_reason(line: Line, simulator: RunningSimulator) -> None:
    simulator.ctl(op="frame", t="remote_logout", reason="account_locked")
    assert await line.event("conn.logout_reason") == "account_locked"
    await line.event("conn.logout")
    await line.page.wait_for_url("**/?post_logout=1&logout_reason=account_locked")
    await until(lambda: simulator.ctl(op="state")["lines"], "a QR for the next login")
