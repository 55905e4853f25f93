"""Faults of what a host works with: browsers, driver, snapshots."""

import time
from typing import Any

import psutil
from tests.e2e.chaos.cluster import CONNECTED, HostProcess
from tests.e2e.chaos.stage import Stage

from demo.scenario import until

TOLD_WITHIN_SECONDS = 60.0
GENERATIONS_WITHIN_SECONDS = 150.0


def kill_chromium(stage: Stage) -> dict[str, Any]:
    """The browsers die, the host lives."""
    busy, _ = stage.prepare()
    ledger, before = stage.ledger(), stage.before()
    ledger.send(*stage.names)
    with ledger.customer_writes(*stage.names):
        began = time.monotonic()
        for name in stage.names:
            _browser(busy, name).kill()
        ledger.send(*stage.names)
    report = stage.after("kill_chromium", began, before, ledger)
    return report | {"held": _same_owner(stage, busy)}


def kill_driver(stage: Stage) -> dict[str, Any]:
    """The one Playwright driver of the host dies, and all browsers with it."""
    busy, _ = stage.prepare()
    ledger, before = stage.ledger(), stage.before()
    ledger.send(*stage.names)
    drivers = [each for each in busy.tree() if "run-driver" in each.cmdline()]
    with ledger.customer_writes(*stage.names):
        began = time.monotonic()
        for driver in drivers:
            driver.kill()
        ledger.send(*stage.names)
    report = stage.after("kill_driver", began, before, ledger)
    return report | {"held": len(drivers) == 1 and _same_owner(stage, busy)}


def freeze_page(stage: Stage) -> dict[str, Any]:
    """A renderer is stopped, another line's whole browser: told within a minute, and mended."""
    busy, _ = stage.prepare()
    ledger, before = stage.ledger(), stage.before()
    with ledger.customer_writes(*stage.names):
        began = time.monotonic()
        for number, name in enumerate(stage.names):
            browser = _browser(busy, name)
            frozen = [browser] if number % 2 else _renderers(browser)
            assert frozen, "a linked page has a renderer"
            for process in frozen:
                process.suspend()
        ledger.send(*stage.names)
    told = {name: _told(stage, name, began) for name in stage.names}
    report = stage.after("freeze_page", began, before, ledger)
    seconds = [seconds for seconds, _ in told.values()]
    return report | {
        "told_s": round(max(seconds), 1),
        "reasons": sorted({reason for _, reason in told.values()}),
        "held": max(seconds) <= TOLD_WITHIN_SECONDS and _same_owner(stage, busy),
    }


def log_out(stage: Stage) -> dict[str, Any]:
    """The phone removes the device: a new QR is shown within a minute, and no old login comes back."""
    busy, _ = stage.prepare()
    cluster, ledger, before = stage.cluster, stage.ledger(), stage.before()
    ledger.send(*stage.names)
    ledger.settle(TOLD_WITHIN_SECONDS)
    with ledger.customer_writes(*stage.names):
        began = time.monotonic()
        for name in stage.names:
            cluster.phone.ctl(op="logout", account=cluster.lines[name])
    told = {name: _told(stage, name, began) for name in stage.names}
    ledger.send(*stage.names)
    for name in stage.names:
        qr = until(lambda name=name: cluster.running.qr(name), TOLD_WITHIN_SECONDS, "a QR")
        cluster.phone.ctl(op="scan", ref=qr, pn=cluster.lines[name])
    report = stage.after("log_out", began, before, ledger)
    seconds = [seconds for seconds, _ in told.values()]
    return report | {
        "told_s": round(max(seconds), 1),
        "reasons": sorted({reason for _, reason in told.values()}),
        "held": max(seconds) <= TOLD_WITHIN_SECONDS and _same_owner(stage, busy),
    }


def corrupt_snapshot(stage: Stage) -> dict[str, Any]:
    """The newest snapshot of each line is damaged in S3, then host and disk are lost."""
    busy, spare = stage.prepare()
    cluster = stage.cluster
    busy.stop()  # a drain takes a snapshot more, and the spare one will take its own
    cluster.wait_connected(stage.names, 120)
    busy.start()
    for name in stage.names:
        several = lambda name=name: len(cluster.item(name)["snapshots"]) > 1  # noqa: E731
        until(several, GENERATIONS_WITHIN_SECONDS, f"two generations of {name}")
    damaged = sum(_damage_newest(stage, name) for name in stage.names)
    ledger, before = stage.ledger(), stage.before()
    ledger.send(*stage.names)
    offset = busy.log.stat().st_size
    with ledger.customer_writes(*stage.names):
        spare.kill()
        began, ledger.unpushed_until = time.monotonic(), time.time()
    report = stage.after("corrupt_snapshot", began, before, ledger)
    refused = [
        each["organization_id"]
        for each in busy.records(offset)
        if each["message"] == "session.snapshot.unusable"
    ]
    cluster.new_disk(spare)
    spare.start()
    held = damaged > 0 and set(stage.names) <= set(refused)
    return report | {"damaged_objects": damaged, "refused": len(refused), "held": held}


def _damage_newest(stage: Stage, name: str) -> int:
    """Flip one bit in the middle of every object of the newest generation."""
    cluster, bucket = stage.cluster, stage.cluster.facts["bucket"]
    s3, newest = cluster.aws("s3"), cluster.item(name)["snapshots"][0]
    prefix = f"profiles/{name}/{newest}"
    found = s3.list_objects_v2(Bucket=bucket, Prefix=prefix).get("Contents", [])
    for each in found:
        body = bytearray(s3.get_object(Bucket=bucket, Key=each["Key"])["Body"].read())
        body[len(body) // 2] ^= 1
        s3.put_object(Bucket=bucket, Key=each["Key"], Body=bytes(body))
    return len(found)


def _browser(host: HostProcess, name: str) -> psutil.Process:
    """The main process of a line's browser."""
    for process in host.browsers():
        words = process.info["cmdline"]
        if f"--user-data-dir={host.folder / name}" not in words:
            continue
        shell = words[0].rsplit("/", 1)[-1] in {"sh", "bash", "dash"}
        if not shell and not any(word.startswith("--type=") for word in words):
            return process
    raise LookupError(f"{name} has no browser on {host.name}")


def _renderers(browser: psutil.Process) -> list[psutil.Process]:
    children = browser.children(recursive=True)
    return [each for each in children if "--type=renderer" in each.cmdline()]


def _told(stage: Stage, name: str, began: float) -> tuple[float, str]:
    """Seconds until readers are told, and the reason."""
    while time.monotonic() - began < 2 * TOLD_WITHIN_SECONDS:
        item = stage.cluster.item(name)
        if item["status"] != CONNECTED:
            return time.monotonic() - began, str(item["reason"])
        time.sleep(0.2)
    return 2 * TOLD_WITHIN_SECONDS, "never"


def _same_owner(stage: Stage, host: HostProcess) -> bool:
    """The host mended it itself."""
    return set(stage.cluster.owners(stage.names).values()) == {host.id}
