"""Several accounts at once, QR by ref, conflicts, and what waits for a page that is away."""

import asyncio
from collections.abc import Callable

import pytest
from tests.e2e.simulator.browser import Line, until
from tests.support.simulator import RunningSimulator, SimulatorRefused

FIRST, SECOND = "15550001111", "15550002222"
ALICE, BOB = "15551110000@c.us", "15552220000@c.us"
ALICE_LID = "100001115551@lid"

type OpenLine = Callable[[str], Line]


async def test_a_scan_by_ref_links_only_the_page_that_shows_it(
    open_line: OpenLine, simulator: RunningSimulator
) -> None:
    async with open_line("one") as one, open_line("two") as two:
        await one.link(FIRST)
        assert await two.evaluate("WPP.conn.isAuthenticated()") is False
        ref = (await two.qr()).split(",")[0]
        assert simulator.ctl(op="scan", ref=ref, pn=SECOND) == {"n": 1}
        await two.main()
        assert simulator.ctl(op="scan", ref=ref, pn=SECOND) == {"n": 0}


async def test_two_accounts_never_see_each_others_messages(
    open_line: OpenLine, simulator: RunningSimulator
) -> None:
    async with open_line("one") as one, open_line("two") as two:
        await asyncio.gather(one.link(FIRST), two.link(SECOND))
        to_first = simulator.ctl(op="msg", account=FIRST, sender=ALICE, body="for one")
        assert (to_first["n"], to_first["queued"]) == (1, 0)
        simulator.ctl(op="msg", account=SECOND, sender=ALICE, body="for two")
        await until(lambda: one.received("for one") and two.received("for two"), "both")
        assert not one.received("for two")
        assert not two.received("for one")
        await one.send(ALICE, "from one")
        await two.send(ALICE, "from two")
        sent = {a: simulator.ctl(op="sent", account=a) for a in (FIRST, SECOND)}
        assert [m["body"] for m in sent[FIRST]] == ["from one"]
        assert [m["body"] for m in sent[SECOND]] == ["from two"]
        assert [m["account"] for m in simulator.ctl(op="sent")] == [FIRST, SECOND]


async def test_an_offline_message_is_heard_once_after_a_restart_of_the_browser(
    open_line: OpenLine, simulator: RunningSimulator
) -> None:
    own_id = await linked_with_a_history(open_line, simulator)
    # wa-js listens about a second after the page starts; a slow sync lets it hear everything.
    simulator.ctl(op="config", syncDelay=3)
    away = simulator.ctl(op="msg", account=FIRST, sender=ALICE, body="while away")
    assert (away["n"], away["queued"]) == (0, 1)
    async with open_line("line") as line:
        await line.main()
        await until(lambda: line.received("while away"), "the offline message")
        assert not line.received("before")
        await knows_its_chats_and_messages(line, own_id)
        assert simulator.ctl(op="state")["accounts"][0]["queued"] == 0
        await line.page.reload(wait_until="domcontentloaded")
        await line.main()
        assert len(line.received("while away")) == 1


async def test_an_offline_message_that_came_before_wa_js_listened_is_found_by_a_scan(
    open_line: OpenLine, simulator: RunningSimulator
) -> None:
    own_id = await linked_with_a_history(open_line, simulator)
    simulator.ctl(op="msg", account=FIRST, sender=ALICE, body="while away")
    async with open_line("line") as line:
        await line.main()
        await knows_its_chats_and_messages(line, own_id)


async def linked_with_a_history(open_line: OpenLine, simulator: RunningSimulator) -> str:
    async with open_line("line") as line:
        await line.link(FIRST)
        simulator.ctl(op="msg", account=FIRST, sender=ALICE, body="before", name="Alice")
        await until(lambda: line.received("before"), "the message")
        own = await line.send(ALICE, "answer", waitForAck=True)
        await line.event("chat.msg_ack_change", lambda e: e["ack"] == 3)
        await asyncio.sleep(1)  # Chromium writes localStorage lazily
    return str(own["id"])


async def knows_its_chats_and_messages(line: Line, own_id: str) -> None:
    chats = await line.evaluate("WPP.chat.list().then(cs => cs.map(c => String(c.id)))")
    assert chats == [ALICE_LID]
    read = f"WPP.chat.getMessages('{ALICE_LID}', {{count: 10}}).then(ms => ms.map(m => m.body))"
    assert sorted(await line.evaluate(read)) == ["answer", "before", "while away"]
    ack = f"WPP.chat.getMessageById('{own_id}').then(m => m.ack)"
    assert await line.evaluate(ack) == 3
    unread = f"WPP.chat.get('{ALICE_LID}').unreadCount"
    assert await line.evaluate(unread) >= 1


async def test_a_page_that_did_not_acknowledge_is_given_the_message_again(
    open_line: OpenLine, simulator: RunningSimulator
) -> None:
    async with open_line("line") as line:
        await line.link(FIRST)
        # A page that hangs takes the message from the wire and never stores it.
        await line.evaluate(
            "() => { importNamespace('SimChatStorage').written = () => new Promise(() => 0) }"
        )
        simulator.ctl(op="msg", account=FIRST, sender=ALICE, body="held")
        await until(lambda: line.received("held"), "the message")
        assert simulator.ctl(op="state")["accounts"][0]["queued"] == 1
        await line.page.reload(wait_until="domcontentloaded")
        await line.main()
        await until(
            lambda: simulator.ctl(op="state")["accounts"][0]["queued"] == 0, "the second delivery"
        )


async def test_what_a_page_sends_by_itself_once_it_is_back_is_told_apart(
    open_line: OpenLine, simulator: RunningSimulator
) -> None:
    async with open_line("line") as line:
        await line.link(FIRST)
        await line.send(ALICE, "told to")
        await line.evaluate("importNamespace('SimServer').dropNextSend()")
        await line.send(ALICE, "lost its socket")
        sent = await until(lambda: simulator.ctl(op="sent")[1:], "the resend")
    assert [(one["body"], one["by_itself"]) for one in sent] == [("lost its socket", True)]
    assert simulator.ctl(op="sent")[0]["by_itself"] is False


async def test_the_same_device_on_two_pages_is_a_conflict_for_the_older(
    open_line: OpenLine, simulator: RunningSimulator
) -> None:
    async with open_line("line") as line:
        await line.link(FIRST)
        twin = await line.page.context.new_page()
        await twin.goto("https://web.whatsapp.com/", wait_until="domcontentloaded")
        await line.event("conn.stream_mode_changed", lambda mode: mode == "CONFLICT")
        assert len(simulator.ctl(op="list", account=FIRST)) == 1
        await twin.close()
        await line.evaluate("importNamespace('WAWebSocketModel').Socket.takeover()")
        await line.main()


async def test_what_a_replaced_page_still_sends_is_recorded_and_seen_by_nobody(
    open_line: OpenLine, simulator: RunningSimulator
) -> None:
    async with open_line("line") as line:
        await line.link(FIRST)
        cid = await line.evaluate("self.__cid")
        # A page that hung does not know yet that another one took its stream.
        await line.evaluate("() => { importNamespace('SimServer').close = () => 0 }")
        twin = await line.page.context.new_page()
        await twin.goto("https://web.whatsapp.com/", wait_until="domcontentloaded")
        pages = lambda: {each["cid"] for each in simulator.ctl(op="list", account=FIRST)}  # noqa: E731
        await until(lambda: pages() and cid not in pages(), "the other page")
        # Not awaited: nobody answers.
        await line.evaluate("(to) => { WPP.chat.sendTextMessage(to, 'too late') }", ALICE)
        wire = await until(lambda: simulator.ctl(op="sent", account=FIRST, refused=True), "it")
    [sent] = wire
    assert (sent["body"], sent["cid"], sent["refused"]) == ("too late", cid, "replaced")
    assert simulator.ctl(op="sent", account=FIRST) == []
    assert simulator.ctl(op="chat", account=FIRST, chat=ALICE) == []


async def test_a_logout_on_the_phone_reaches_a_page_that_is_away(
    open_line: OpenLine, simulator: RunningSimulator
) -> None:
    async with open_line("line") as line:
        await line.link(FIRST)
        await asyncio.sleep(1)
    assert simulator.ctl(op="logout", account=FIRST) == {"n": 0}
    async with open_line("line") as line:
        # It is over before wa-js listens: the address tells the reason.
        await line.page.wait_for_url("**/?post_logout=1&logout_reason=unknown_companion")
        await line.qr()


async def test_a_logout_on_the_page_unlinks_the_device(
    open_line: OpenLine, simulator: RunningSimulator
) -> None:
    async with open_line("line") as line:
        await line.link(FIRST)
        await line.evaluate("WPP.conn.logout()")
        await until(
            lambda: simulator.ctl(op="state")["accounts"][0]["devices"] == 0, "the unlinking"
        )


async def test_a_pairing_code_links_the_page_that_asked_for_it(
    open_line: OpenLine, simulator: RunningSimulator
) -> None:
    async with open_line("line") as line:
        await line.qr()
        await line.event("loader.full_ready")
        code = await line.evaluate(f"WPP.conn.genLinkDeviceCodeForPhoneNumber('{SECOND}')")
        assert simulator.ctl(op="scan", code=code) == {"n": 1}
        await line.main()
        assert await line.evaluate("String(WPP.conn.getMyUserId())") == f"{SECOND}@c.us"


async def test_a_message_that_lost_its_socket_goes_out_later_under_its_own_id(
    open_line: OpenLine, simulator: RunningSimulator
) -> None:
    async with open_line("line") as line:
        await line.link(FIRST)
        assert simulator.ctl(op="fault", account=FIRST, at="before_wire") == {"n": 1}
        sent = await line.send(ALICE, "late", waitForAck=True)
        assert sent["ack"] >= 1
        assert [m["body"] for m in simulator.ctl(op="sent")] == ["late"]
        assert simulator.ctl(op="fault", account=FIRST, at="before_ack") == {"n": 1}
        await line.send(ALICE, "twice", waitForAck=True)
        wire = [m["id"] for m in simulator.ctl(op="sent") if m["body"] == "twice"]
        assert len(wire) == 2
        assert len(set(wire)) == 1
        shown = simulator.ctl(op="chat", account=FIRST, chat=ALICE)
        assert [m["body"] for m in shown] == ["late", "twice"]


async def test_without_deduplication_the_phone_shows_every_copy(
    open_line: OpenLine, simulator: RunningSimulator
) -> None:
    assert simulator.ctl(op="config", dedup=False)["dedup"] is False
    async with open_line("line") as line:
        await line.link(FIRST)
        simulator.ctl(op="fault", account=FIRST, at="before_ack")
        await line.send(ALICE, "copied", waitForAck=True)
        shown = simulator.ctl(op="chat", account=FIRST, chat=ALICE)
        assert [m["body"] for m in shown] == ["copied", "copied"]


async def test_reading_waits_for_the_customer_when_read_receipts_are_off(
    open_line: OpenLine, simulator: RunningSimulator
) -> None:
    simulator.ctl(op="config", autoRead=False, ackDelays={"delivered": 0})
    async with open_line("line") as line:
        await line.link(FIRST)
        await line.send(ALICE, "read me", waitForAck=True)
        await line.event("chat.msg_ack_change", lambda e: e["ack"] == 2)
        assert not [e for e in line.values("chat.msg_ack_change") if e["ack"] == 3]
        assert simulator.ctl(op="read", account=FIRST, chat=ALICE) == {"n": 1}
        await line.event("chat.msg_ack_change", lambda e: e["ack"] == 3)


async def test_the_owners_own_message_from_the_phone_reaches_the_page(
    open_line: OpenLine, simulator: RunningSimulator
) -> None:
    async with open_line("line") as line:
        await line.link(FIRST)
        simulator.ctl(op="msg", account=FIRST, fromMe=True, to=ALICE, body="by hand")
        message = await line.event("chat.new_message", lambda m: m["body"] == "by hand")
        assert message["fromMe"] is True
        assert simulator.ctl(op="sent") == []


async def test_a_qr_is_renewed_and_the_one_before_still_scans(
    open_line: OpenLine, simulator: RunningSimulator
) -> None:
    simulator.ctl(op="config", refTtlSeconds=0.5)
    async with open_line("line") as line:
        first = await line.qr()
        await line.event("conn.auth_code_change", lambda c: bool(c) and c["fullCode"] != first)
        simulator.ctl(op="config", refTtlSeconds=20)
        shown = line.values("conn.auth_code_change")[-1]["fullCode"]
        assert simulator.ctl(op="scan", ref=shown, pn=FIRST) == {"n": 1}
        await line.main()


async def test_renamed_modules_of_the_site_are_still_found(
    open_line: OpenLine, simulator: RunningSimulator
) -> None:
    simulator.ctl(op="config", rename={"WAWebMsgCollection": "WAWebSomethingElse"})
    async with open_line("line") as line:
        await line.link(FIRST)
        simulator.ctl(op="msg", account=FIRST, sender=ALICE, body="found")
        await until(lambda: line.received("found"), "the message")


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"op": "nothing"}, "op"),
        ({"op": "msg", "account": FIRST, "from": ALICE}, "account"),
        ({"op": "msg", "body": "no sender"}, "from"),
        ({"op": "scan", "pn": "not a number"}, "pn"),
        ({"op": "chat", "limit": "ten"}, "limit"),
        ({"op": "config", "no_such_knob": 1}, "no_such_knob"),
        ({"op": "config", "dedup": "yes"}, "dedup"),
        ([], "body"),
    ],
)
def test_a_wrong_request_names_its_field(
    simulator: RunningSimulator, fields: object, named: str
) -> None:
    with pytest.raises(SimulatorRefused, match=named):
        simulator.ctl_json(fields)  # type: ignore[arg-type]
