"""Faults of a whole host: killed, frozen, cut off, stopped."""

import random
import signal
import subprocess
import time
from typing import Any

from tests.e2e.chaos.bounds import DRAINED_AT_ONCE
from tests.e2e.chaos.cluster import HostProcess
from tests.e2e.chaos.stage import Stage, seconds_until_children_end

LETS_GO_WITHIN_SECONDS = 45.0
BACKLOG = 3
LOOKS_FOR_SECONDS = 8.0


def kill_host(stage: Stage) -> dict[str, Any]:
    """kill -9 in the middle of sending; the disk is gone with the machine."""
    busy, _ = stage.prepare()
    ledger, before = stage.ledger(), stage.before()
    ledger.send(*stage.names)
    with ledger.customer_writes(*stage.names):
        time.sleep(random.uniform(0.0, 1.5))  # noqa: S311 - spreads the moments
        busy.kill()
        began, ledger.unpushed_until = time.monotonic(), time.time()
        children = seconds_until_children_end(busy)
        ledger.send(*stage.names)
    report = stage.after("kill_host", began, before, ledger)
    stage.cluster.new_disk(busy)
    busy.start()
    return report | {"children_ended_s": children, "held": children is not None}


def freeze_host(stage: Stage) -> dict[str, Any]:
    """SIGSTOP the whole tree past its lease, with a backlog in its memory, then continue it."""
    busy, _ = stage.prepare()
    cluster, ledger, before = stage.cluster, stage.ledger(), stage.before()
    with ledger.customer_writes(*stage.names):
        for _ in range(BACKLOG):
            ledger.send(*stage.names)
        busy.tell_tree(signal.SIGSTOP)
        began, ledger.unpushed_until = time.monotonic(), time.time()
        ledger.send(*stage.names)
    report = stage.after("freeze_host", began, before, ledger)
    owners, thawed = cluster.owners(stage.names), time.time()
    busy.tell_tree(signal.SIGCONT)
    let_go = _seconds_to_exit(busy)
    time.sleep(LOOKS_FOR_SECONDS)
    sent_after = ledger.sent_from(busy.doors.address, thawed)
    published_after = _published_since(stage)
    same = cluster.owners(stage.names) == owners
    counts = ledger.count()
    busy.start()
    held = let_go is not None and same and not sent_after and not published_after
    return {
        **report,
        **counts,
        "let_go_s": let_go,
        "sent_after": sent_after,
        "published_after": published_after,
        "held": held,
    }


def cut_network(stage: Stage) -> dict[str, Any]:
    """One host reaches neither AWS nor WhatsApp until its lines are served elsewhere."""
    busy, _ = stage.prepare()
    cluster, ledger, before = stage.cluster, stage.ledger(), stage.before()
    ledger.send(*stage.names)
    with ledger.customer_writes(*stage.names):
        busy.doors.cut()
        began, ledger.unpushed_until = time.monotonic(), time.time()
        ledger.send(*stage.names)
    report = stage.after("cut_network", began, before, ledger)
    owners, mended = cluster.owners(stage.names), time.time()
    busy.doors.mend()
    let_go = _seconds_to_exit(busy)
    time.sleep(LOOKS_FOR_SECONDS)
    sent_after = ledger.sent_from(busy.doors.address, mended)
    counts = ledger.count()
    held = let_go is not None and not sent_after and cluster.owners(stage.names) == owners
    busy.start()
    return {
        **report,
        **counts,
        "let_go_s": let_go,
        "sent_after": sent_after,
        "held": held,
    }


def stop_host(stage: Stage) -> dict[str, Any]:
    """SIGTERM: four lines are closed, stored and handed over at once; its disk is empty after."""
    with stage.at_least(DRAINED_AT_ONCE):
        return _stopped(stage)


def _stopped(stage: Stage) -> dict[str, Any]:
    busy, _ = stage.prepare()
    ledger, before = stage.ledger(), stage.before()
    ledger.send(*stage.names)
    with ledger.customer_writes(*stage.names):
        offset, began = busy.log.stat().st_size, time.monotonic()
        status = busy.stop()
        drained = time.monotonic() - began
    report = stage.after("stop_host", began, before, ledger)
    left = [path.name for path in busy.folder.iterdir() if path.is_dir()]
    steps = [r for r in busy.records(offset) if r["message"] == "host.drain.progress"]
    busy.start()
    return report | {
        "drained_s": round(drained, 1),
        "line_drained_s": [round(each["duration_ms"] / 1000, 1) for each in steps],
        "drained_at_once": len(stage.names),
        "held": status == 0 and not left and bool(steps) and steps[-1]["lines"] == 0,
    }


def two_hosts_one_line(stage: Stage) -> dict[str, Any]:
    """The same line is announced to both hosts many times at once: one epoch, one browser."""
    stage.prepare()
    cluster, ledger, before = stage.cluster, stage.ledger(), stage.before()
    api, queue = cluster.running.api, cluster.facts["queues"]["session_start"]
    epochs = cluster.epochs(stage.names)
    with ledger.customer_writes(*stage.names):
        for name in stage.names:
            api.call("POST", f"/api/sessions/{name}/stop")
    while any(cluster.owners(stage.names).values()):
        time.sleep(0.2)
    sqs = cluster.aws("sqs")
    for name in stage.names:
        api.call("POST", f"/api/sessions/{name}/start")
        body = f'{{"organization_id": "{name}"}}'
        entries = [{"Id": str(number), "MessageBody": body} for number in range(8)]
        sqs.send_message_batch(QueueUrl=queue, Entries=entries)
    began = time.monotonic()
    ledger.send(*stage.names)
    report = stage.after("two_hosts_one_line", began, before, ledger)
    time.sleep(LOOKS_FOR_SECONDS)
    once = cluster.epochs(stage.names) == {name: epoch + 1 for name, epoch in epochs.items()}
    browsers = sum(_main_browsers(host) for host in cluster.hosts)
    return report | {"browsers": browsers, "held": once and browsers == len(stage.names)}


def fill_disk(stage: Stage) -> dict[str, Any]:
    """A host's disk is full for a while, then the host dies: what was published is restored."""
    busy, spare = stage.prepare()
    cluster = stage.cluster
    disk = cluster.folder / "small-disk"
    disk.mkdir(exist_ok=True)
    command = ["mount", "-t", "tmpfs", "-o", "size=512m", "tmpfs", str(disk)]
    mounted = subprocess.run(command, check=False, capture_output=True).returncode == 0
    small = next((h for h in cluster.hosts if h.folder == disk), None)
    if small is None:
        small = cluster.add_host(disk)
    else:
        small.start()
    try:
        report = _full(stage, (busy, spare), small, mounted=mounted)
    finally:
        disk.chmod(0o755)
        if small.runs:
            small.stop()
        if mounted:
            subprocess.run(["umount", "-l", str(disk)], check=False)
    return report


def _full(
    stage: Stage, others: tuple[HostProcess, HostProcess], small: HostProcess, *, mounted: bool
) -> dict[str, Any]:
    cluster = stage.cluster
    for host in others:
        if host.runs:
            host.stop()
    cluster.wait_connected(stage.names, 120)
    for host in others:
        host.start()
    ledger = stage.ledger()
    ballast = _fill(small) if mounted else _close(small)
    ledger.send(*stage.names)
    ledger.hear(*stage.names)
    unsettled_full = ledger.settle(60)
    failed = lambda: "session.snapshot.failed" in [r["message"] for r in small.records()]  # noqa: E731
    deadline = time.monotonic() + 90
    while not failed() and time.monotonic() < deadline:
        time.sleep(1)
    before = stage.before()
    with ledger.customer_writes(*stage.names):
        small.kill()
        began, ledger.unpushed_until = time.monotonic(), time.time()
        ledger.send(*stage.names)
    report = stage.after("fill_disk", began, before, ledger)
    return report | {
        "how": f"tmpfs, {ballast} MB of ballast" if mounted else "a closed directory",
        "snapshots_failed": failed(),
        "unsettled_while_full": unsettled_full,
        "held": failed() and not unsettled_full,
    }


def _fill(host: HostProcess) -> int:
    """Write until nothing fits any more; megabytes written."""
    block, written = bytes(1 << 20), 0
    try:
        with (host.folder / "ballast").open("wb", buffering=0) as ballast:
            while ballast.write(block) == len(block):
                written += 1
    except OSError:
        pass
    return written


def _close(host: HostProcess) -> int:
    """Where nothing may be mounted (and so nobody is root): nothing new fits into the directory."""
    host.folder.chmod(0o555)
    return 0


def _seconds_to_exit(host: HostProcess) -> float | None:
    began = time.monotonic()
    try:
        host.process.wait(LETS_GO_WITHIN_SECONDS)
    except subprocess.TimeoutExpired:
        return None
    return round(time.monotonic() - began, 1)


def _published_since(stage: Stage) -> int:
    """Newest generations of an older epoch in front of a newer one's: what a stale host published."""
    wrong = 0
    for name in stage.names:
        epochs = [int(each.split("/")[0]) for each in stage.cluster.item(name)["snapshots"]]
        wrong += epochs != sorted(epochs, reverse=True)
    return wrong


def _main_browsers(host: HostProcess) -> int:
    found = 0
    for process in host.browsers():
        words = process.info["cmdline"]
        shell = words and words[0].rsplit("/", 1)[-1] in {"sh", "bash", "dash"}
        found += not shell and not any(word.startswith("--type=") for word in words)
    return found
