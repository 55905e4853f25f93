"""Snapshots of logins of 5, 50 and 300 MB under a steady stream of messages.

Four messages a second, each a change in two databases and in localStorage: more than most lines ever
see. A minute's upload is compared with a zip of everything, which is what whatsapp-web.js's
RemoteAuth stores each time.
"""

import asyncio
import os
import statistics
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import boto3
from moto import mock_aws
from playwright.async_api import Page, async_playwright
from tests.bench.figures import figure
from tests.support.login_site import browser, site

from browser_host.profiles.contents import Contents
from browser_host.profiles.copying import copy_live
from browser_host.profiles.local_storage import keep, owed
from browser_host.profiles.sealing import Sealing
from browser_host.whatsapp_web.chromium import browser_pid
from switchboard.adapters.s3.snapshot_store import S3SnapshotStore
from switchboard.domain.build_rule import BuildRule
from switchboard.domain.ids import OrganizationId
from switchboard.domain.snapshot import Builds, Snapshot

SIZES = {5: (4_000, 600), 50: (46_000, 600), 300: (75_000, 3_300)}
"""MB of the login -> messages in it, and bytes of noise in each."""
PAUSE_MS = 250
MINUTES = 2
SETTLES_SECONDS = 20.0
STORAGE = "Object.fromEntries(Object.keys(localStorage).map((name) => [name, localStorage[name]]))"
BUILDS = Builds("156.0", "leveldb", "4.6.0", "2.3000.0")
RULE = BuildRule("156.0", "leveldb", newer=False)
MEGABYTE = 1_000_000


@dataclass
class Measured:
    """Of the snapshots after the first one."""

    uploaded: list[int] = field(default_factory=list)
    zipped: list[int] = field(default_factory=list)
    copy_ms: list[float] = field(default_factory=list)
    seal_cpu_s: list[float] = field(default_factory=list)


async def main() -> None:
    """Print the figures of the sizes that are asked for."""
    for megabytes in [int(word) for word in sys.argv[1:]] or list(SIZES):
        with tempfile.TemporaryDirectory() as folder, cloud() as store:
            await measure(megabytes, Path(folder), Sealing(store))


@contextmanager
def cloud() -> Iterator[S3SnapshotStore]:
    """S3 and KMS in this process: real encryption, no network."""
    os.environ |= {
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    with mock_aws():
        boto3.client("s3").create_bucket(Bucket="sessions")
        key = boto3.client("kms").create_key()["KeyMetadata"]["Arn"]
        yield S3SnapshotStore("sessions", key, 1 << 40)


async def measure(megabytes: int, folder: Path, sealing: Sealing) -> None:
    messages, noise = SIZES[megabytes]
    measured = Measured()
    with site() as where:
        async with async_playwright() as playwright:
            async with browser(playwright, folder / "live", where) as page:
                page.set_default_timeout(120_000)
                await page.evaluate(f"begin({messages}, {noise})")
                await asyncio.sleep(SETTLES_SECONDS)
                await page.evaluate(f"void write({PAUSE_MS}, false)")
                known = await _minutes(page, folder, sealing, measured)
            _tell(megabytes, measured, known)
            began = time.perf_counter()
            (folder / "restored").mkdir()
            sealing.unseal(_snapshot(MINUTES), folder / "restored", RULE)
            figure(f"snapshot_{megabytes}mb_restore", _since(began), "ms")
            storage = owed(folder / "restored")
            async with browser(playwright, folder / "restored", where, storage) as page:
                held = await page.evaluate("inspect()")
            figure(f"snapshot_{megabytes}mb_restore_to_records_read", _since(began), "ms")
    if held["messages"] != messages + held["records"]:
        raise SystemExit(f"the restored login is not whole: {held}")


async def _minutes(page: Page, folder: Path, sealing: Sealing, measured: Measured) -> Contents:
    known: Contents | None = None
    for minute in range(MINUTES + 1):
        items = await page.evaluate(STORAGE)
        copy = folder / f"copy-{minute}"
        keep(folder / "live", items, time.time_ns())
        began = time.perf_counter()
        copy_live(folder / "live", copy, browser_pid(folder / "live"))
        measured.copy_ms.append(_since(began))
        cpu = time.process_time()
        known = await asyncio.to_thread(sealing.seal, _snapshot(minute), copy, BUILDS, known)
        measured.seal_cpu_s.append(time.process_time() - cpu)
        measured.uploaded.append(known.packs[_snapshot(minute).generation])
        measured.zipped.append(_zipped(copy, folder / "zip"))
        if minute < MINUTES:
            await asyncio.sleep(max(0.0, 60 - _since(began) / 1000))
    assert known is not None
    return known


def _tell(megabytes: int, measured: Measured, known: Contents) -> None:
    name = f"snapshot_{megabytes}mb"
    minute = statistics.mean(measured.uploaded[1:])
    zipped = statistics.mean(measured.zipped[1:])
    size = sum(entry.size for entry in known.files.values())
    figure(f"{name}_login", size / MEGABYTE, "MB")
    figure(f"{name}_zip", zipped / MEGABYTE, "MB")
    figure(f"{name}_first_upload", measured.uploaded[0] / MEGABYTE, "MB")
    figure(f"{name}_minute_upload", minute / MEGABYTE, "MB")
    figure(f"{name}_minute_to_zip", minute / zipped, "ratio")
    figure(f"{name}_largest_minute_to_zip", max(measured.uploaded[1:]) / zipped, "ratio")
    figure(f"{name}_copy", statistics.median(measured.copy_ms), "ms")
    figure(f"{name}_minute_cpu", statistics.mean(measured.seal_cpu_s[1:]), "s")
    figure(f"{name}_first_cpu", measured.seal_cpu_s[0], "s")


def _zipped(folder: Path, target: Path) -> int:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in folder.rglob("*"):
            if path.is_file():
                archive.write(path, path.relative_to(folder))
    return target.stat().st_size


def _snapshot(number: int) -> Snapshot:
    return Snapshot(OrganizationId("shop"), 1, f"{number:04d}")


def _since(began: float) -> float:
    return (time.perf_counter() - began) * 1000


if __name__ == "__main__":
    asyncio.run(main())
