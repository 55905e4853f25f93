"""The first line on real parts: Chromium, wa-js, the created stack, functions as processes."""

import os
import signal
from collections.abc import Callable

import boto3
import psutil
import requests
from tests.e2e.conftest import RunningStack

from demo.clients import ApiClient
from demo.scenario import Demo, until

CUSTOMER = "15550009901@c.us"
CUSTOMER_LID = "110990005551@lid"


def is_browser(process: psutil.Process) -> bool:
    try:
        named = "chrom" in process.name() and "crashpad" not in process.name()
        return named and not any(part.startswith("--type=") for part in process.cmdline())
    except psutil.Error:  # a line of an earlier test is just closing its browser
        return False


def browsers(stack: RunningStack) -> list[psutil.Process]:
    """Chromium main processes of the stack's host, without the scripts that wrap them."""
    host = psutil.Process(stack.host_pid())
    found = [process for process in host.children(recursive=True) if is_browser(process)]
    wrappers = {process.ppid() for process in found}
    return [process for process in found if process.pid not in wrappers]


def write(stack: RunningStack, account: str, body: str, customer: str = CUSTOMER_LID) -> None:
    stack.phone.ctl(op="msg", account=account, body=body, **{"from": customer})


def incoming(stack: RunningStack, name: str) -> list[str]:
    return [
        message["body"]
        for chat in stack.api.pages(f"/api/{name}/chats")
        for message in stack.api.pages(f"/api/{name}/chats/{chat['id']}/messages")
        if not message["fromMe"]
    ]


def test_the_demo_loses_doubles_and_crosses_nothing(stack: RunningStack) -> None:
    report = Demo(stack.api, stack.phone, print).run()
    assert (report["lost"], report["duplicates"], report["crosstalk"]) == (0, 0, 0)
    assert report["inbound"] == report["stored"] == 48
    assert report["acks"] == {"SENT": 16, "DELIVERED": 16, "READ": 16}


def test_no_more_than_the_limit_leaves_in_any_minute_and_all_leave_in_order(
    stack: RunningStack, unique: Callable[[str], str]
) -> None:
    name, account = unique("limited"), "15550009801"
    stack.link(name, account, limits={"perMinute": 5})
    chats = [f"1555000970{number}" for number in range(3)]
    for number in range(12):
        body = {"session": name, "chatId": chats[number % 3], "text": f"message {number}"}
        answer = stack.api.call("POST", "/api/messages", body)
        assert answer["state"] == "QUEUED"
    until(lambda: len(stack.phone.sent(account)) == 12, 240, "all twelve")
    sent = stack.phone.sent(account)
    times = sorted(entry["time"] for entry in sent)
    assert all(sum(start <= at < start + 60 for at in times) <= 5 for start in times)
    for chat in {entry["chat"] for entry in sent}:
        order = [int(entry["body"].split()[1]) for entry in sent if entry["chat"] == chat]
        assert order == sorted(order)
    assert len({entry["id"] for entry in sent}) == 12


def test_killing_chromium_costs_no_message(
    stack: RunningStack, unique: Callable[[str], str]
) -> None:
    name, account = unique("killed"), "15550009802"
    before = {process.pid for process in browsers(stack)}
    stack.link(name, account)
    mine = [process for process in browsers(stack) if process.pid not in before]
    assert len(mine) == 1
    write(stack, account, "before the crash")
    os.kill(mine[0].pid, signal.SIGKILL)
    write(stack, account, "during the crash")
    stack.api.call("POST", "/api/sendText", {"session": name, "chatId": CUSTOMER, "text": "out"})
    until(lambda: stack.state(name) == "DISCONNECTED", 30, "the crash to show")
    until(lambda: stack.state(name) == "CONNECTED", 60, "a new page")
    write(stack, account, "after the crash")
    expected = ["after the crash", "before the crash", "during the crash"]
    until(lambda: sorted(incoming(stack, name)) == expected, 60, "all three messages")
    until(
        lambda: [one["body"] for one in stack.phone.sent(account)].count("out") == 1,
        60,
        "the message that was queued",
    )


def test_a_killed_host_is_replaced_and_the_line_comes_back_without_a_scan(
    stack: RunningStack, unique: Callable[[str], str]
) -> None:
    name, account = unique("orphan"), "15550009803"
    stack.link(name, account)
    leftovers = browsers(stack)
    os.kill(stack.host_pid(), signal.SIGKILL)
    psutil.wait_procs([psutil.Process(stack.host_pid())], timeout=5)
    stack.stack.supervise()
    gone, alive = psutil.wait_procs(leftovers, timeout=5)
    assert gone
    assert not alive
    write(stack, account, "while the host was away")
    until(lambda: "while the host was away" in incoming(stack, name), 90, "the missed message")
    assert stack.state(name) == "CONNECTED"


def test_a_line_is_stopped_kept_logged_out_and_deleted(
    stack: RunningStack, unique: Callable[[str], str]
) -> None:
    name, account = unique("cycle"), "15550009804"
    stack.link(name, account)
    stack.api.call("POST", f"/api/sessions/{name}/stop")
    until(lambda: stack.state(name) == "STOPPED", 30, "stopped")
    queued = {"session": name, "chatId": CUSTOMER, "text": "queued while stopped"}
    message = stack.api.call("POST", "/api/messages", queued)
    stack.api.call("POST", f"/api/sessions/{name}/start")
    until(lambda: stack.state(name) == "CONNECTED", 60, "connected without a scan")
    path = f"/api/messages/{message['id']}?session={name}"
    until(lambda: stack.api.call("GET", path)["state"] == "READ", 30, "the queued message")
    stack.api.call("POST", f"/api/sessions/{name}/logout")
    until(lambda: stack.qr(name), 60, "a new QR")
    stack.api.call("DELETE", f"/api/sessions/{name}")
    answer = requests.get(
        f"{stack.facts['api_url']}/api/sessions/{name}",
        headers={"X-Api-Key": stack.admin_key},
        timeout=30,
    )
    assert answer.status_code == 404


def test_bad_requests_name_the_field(stack: RunningStack, unique: Callable[[str], str]) -> None:
    name = unique("strict")
    stack.api.call("POST", "/api/sessions", {"name": name, "start": False})

    def post(body: object, raw: bytes | None = None, key: str | None = None) -> requests.Response:
        headers = {"X-Api-Key": key or stack.admin_key, "Content-Type": "application/json"}
        url = f"{stack.facts['api_url']}/api/sendText"
        return requests.post(url, json=body, data=raw, headers=headers, timeout=30)

    good = {"session": name, "chatId": CUSTOMER, "text": "ok"}
    for field, value in (("chatId", "12"), ("text", ""), ("text", "x" * 70_000), ("colour", "red")):
        answer = post({**good, field: value})
        assert (answer.status_code, answer.json().get("field")) == (422, field), answer.text
    assert post({**good, "session": "nobody"}).status_code == 404
    assert post(None, raw=b"{not json").json()["field"] == "body"
    assert post(good, key="wrong").status_code in (401, 403)
    for text in ("🎉👩‍👩‍👧", "שלום עולם"):
        assert post({**good, "text": text}).json()["body"] == text


def test_a_queue_message_that_is_not_ours_reaches_the_dead_letters_with_a_reason(
    stack: RunningStack,
) -> None:
    sqs = boto3.client(
        "sqs",
        endpoint_url=stack.facts["aws_endpoint"],
        region_name=stack.facts["region"],
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )
    queues = stack.facts["queues"]
    for number, body in enumerate(("not json", '{"v": 1, "kind": "song"}')):
        sqs.send_message(
            QueueUrl=queues["inbound"],
            MessageBody=body,
            MessageGroupId="stranger",
            MessageDeduplicationId=f"stranger-{number}",
        )
    reasons: set[str] = set()
    letters = queues["inbound_dead_letter"]

    def both() -> bool:
        got = sqs.receive_message(
            QueueUrl=letters, MaxNumberOfMessages=10, MessageAttributeNames=["All"]
        )
        for message in got.get("Messages", []):
            reasons.add(message["MessageAttributes"]["error_message"]["StringValue"])
            sqs.delete_message(QueueUrl=letters, ReceiptHandle=message["ReceiptHandle"])
        return all(any(word in reason for reason in reasons) for word in ("body", "kind"))

    until(both, 60, "two dead letters with their reasons")


def test_every_listener_is_on_loopback(stack: RunningStack) -> None:
    me = psutil.Process()
    listening = [
        connection.laddr.ip
        for process in me.children(recursive=True)
        for connection in process.net_connections(kind="inet")
        if connection.status == psutil.CONN_LISTEN
    ]
    assert listening
    assert set(listening) <= {"127.0.0.1", "::1"}


def test_another_organizations_key_sees_nothing(stack: RunningStack) -> None:
    stranger = ApiClient(stack.facts["api_url"], "sb_unknown")
    for path in ("/api/sessions", "/api/nobody/chats"):
        answer = requests.get(
            f"{stranger.url}{path}", headers={"X-Api-Key": stranger.key}, timeout=30
        )
        assert answer.status_code in (401, 403)
    answer = requests.get(f"{stranger.url}/api/sessions", timeout=30)
    assert answer.status_code == 401
