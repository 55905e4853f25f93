"""A line whose host and disk are gone comes back elsewhere from its snapshot, without a scan."""

import json
import os
import shutil
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3
import psutil
from tests.e2e.conftest import RunningStack

from demo.scenario import until

CUSTOMER_LID = "110990005551@lid"
BROWSERS_END_WITHIN_SECONDS = 2.0


def s3(stack: RunningStack) -> Any:
    return boto3.client(
        "s3",
        endpoint_url=stack.facts["aws_endpoint"],
        region_name=stack.facts["region"],
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )


def snapshots(stack: RunningStack, name: str) -> list[str]:
    bucket, prefix = stack.facts["bucket"], f"profiles/{name}/"
    listed = s3(stack).list_objects_v2(Bucket=bucket, Prefix=prefix).get("Contents", [])
    return [each["Key"] for each in listed]


def host_log(stack: RunningStack, name: str) -> list[str]:
    lines = stack.stack.log("browser-host").read_text().splitlines()
    records = [json.loads(line) for line in lines if line.startswith("{")]
    return [each.get("message", "") for each in records if each.get("organization_id") == name]


def profiles(stack: RunningStack) -> Path:
    return stack.stack.folder / "profiles"


def test_a_line_survives_its_host_and_its_disk(
    stack: RunningStack, unique: Callable[[str], str]
) -> None:
    name, account = unique("moved"), "15550009830"
    stack.link(name, account)
    until(lambda: snapshots(stack, name), 60, "a snapshot")
    until(lambda: "session.snapshot.published" in host_log(stack, name), 30, "its publication")
    host = psutil.Process(stack.host_pid())
    os.kill(host.pid, signal.SIGKILL)
    psutil.wait_procs([host], timeout=5)
    time.sleep(BROWSERS_END_WITHIN_SECONDS)
    shutil.rmtree(profiles(stack))
    stack.phone.ctl(op="msg", account=account, body="are you there?", **{"from": CUSTOMER_LID})
    stack.stack.supervise()
    until(lambda: "session.snapshot.restored" in host_log(stack, name), 90, "the restore")
    until(lambda: stack.state(name) == "CONNECTED", 60, "the line without a scan")
    until(lambda: "are you there?" in bodies(stack, name), 60, "the missed message")


def test_a_profile_that_a_crash_damaged_makes_way_for_the_newest_snapshot(
    stack: RunningStack, unique: Callable[[str], str]
) -> None:
    name, account = unique("damaged"), "15550009833"
    stack.link(name, account)
    until(lambda: "session.snapshot.published" in host_log(stack, name), 90, "its publication")
    host = psutil.Process(stack.host_pid())
    os.kill(host.pid, signal.SIGKILL)
    psutil.wait_procs([host], timeout=5)
    time.sleep(BROWSERS_END_WITHIN_SECONDS)
    manifests = list((profiles(stack) / name).rglob("MANIFEST-*"))
    assert manifests
    for manifest in manifests:
        manifest.write_bytes(b"\xff" * manifest.stat().st_size)
    stack.stack.supervise()
    until(lambda: "session.snapshot.restored" in host_log(stack, name), 90, "the restore")
    assert "session.snapshot.rejected" in host_log(stack, name)
    until(lambda: stack.state(name) == "CONNECTED", 60, "the line without a scan")


def test_a_stopped_line_leaves_no_login_on_disk_and_starts_without_a_scan(
    stack: RunningStack, unique: Callable[[str], str]
) -> None:
    name, account = unique("stopped"), "15550009831"
    stack.link(name, account)
    stack.api.call("POST", f"/api/sessions/{name}/stop")
    until(lambda: stack.state(name) == "STOPPED", 60, "the stop")
    assert snapshots(stack, name)
    assert not (profiles(stack) / name).exists()
    stack.api.call("POST", f"/api/sessions/{name}/start")
    until(lambda: stack.state(name) == "CONNECTED", 60, "the line without a scan")
    stack.api.call("POST", f"/api/sessions/{name}/logout")
    until(lambda: not snapshots(stack, name), 60, "the snapshots to go")


def test_what_lies_in_s3_is_not_readable(stack: RunningStack, unique: Callable[[str], str]) -> None:
    name, account = unique("sealed"), "15550009832"
    stack.link(name, account)
    (key, *_) = until(lambda: snapshots(stack, name), 60, "a snapshot")
    body = s3(stack).get_object(Bucket=stack.facts["bucket"], Key=key)["Body"].read()
    assert account in str(stack.api.call("GET", f"/api/sessions/{name}")["me"])
    for readable in (account.encode(), b"IndexedDB", b"leveldb", b"\x1f\x8b\x08", b"last-wid"):
        assert readable not in body, readable


def bodies(stack: RunningStack, name: str) -> list[str]:
    return [
        message["body"]
        for chat in stack.api.pages(f"/api/{name}/chats")
        for message in stack.api.pages(f"/api/{name}/chats/{chat['id']}/messages")
    ]
