"""A browser stands still while it is copied, or the copy is none."""

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from browser_host.profiles.copying import copy_live
from browser_host.profiles.freezing import frozen
from browser_host.profiles.leveldb import Damaged

WRITER = """
import sys, time
while True:
    with open(sys.argv[1], "ab") as file:
        file.write(b"x")
    time.sleep(0.005)
"""
COOKIES = "Default/Cookies"


class Browser:
    """A process that writes into its profile without a pause."""

    def __init__(self, profile: Path) -> None:
        self.cookies = profile / COOKIES
        self.cookies.parent.mkdir(parents=True)
        self.process = subprocess.Popen([sys.executable, "-c", WRITER, str(self.cookies)])
        self.must_write()

    def must_write(self) -> None:
        written, until = self.written(), time.monotonic() + 10
        while self.written() == written:
            assert time.monotonic() < until, "it stands still"
            time.sleep(0.01)

    def written(self) -> int:
        return self.cookies.stat().st_size if self.cookies.exists() else 0


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[Browser]:
    begun = Browser(tmp_path / "live")
    yield begun
    begun.process.kill()
    begun.process.wait()


def test_a_browser_stands_still_and_then_goes_on(browser: Browser) -> None:
    with frozen(browser.process.pid):
        time.sleep(0.1)  # what was under way when it was stopped
        before = browser.written()
        time.sleep(0.1)
        assert browser.written() == before
    browser.must_write()


def test_a_copy_during_which_the_browser_went_on_is_none(browser: Browser) -> None:
    def copied_slowly() -> None:
        with frozen(browser.process.pid, longest_seconds=0.2):
            time.sleep(0.1)
            before = browser.written()
            time.sleep(0.5)
            assert browser.written() > before, "the watchdog let it go on"

    with pytest.raises(Damaged, match="stand still"):
        copied_slowly()
    browser.must_write()


def test_a_copy_that_failed_lets_the_browser_go_on_and_tells_why(browser: Browser) -> None:
    def cut_short() -> None:
        with frozen(browser.process.pid, longest_seconds=0):
            raise OSError("No space left on device")

    with pytest.raises(OSError, match="No space"):
        cut_short()
    browser.must_write()


def test_a_profile_that_is_copied_too_slowly_is_no_copy(browser: Browser, tmp_path: Path) -> None:
    many = tmp_path / "live/Default/Service Worker"
    many.mkdir()
    for number in range(1000):
        (many / str(number)).write_text("x")
    with pytest.raises(Damaged, match="stand still"):
        copy_live(tmp_path / "live", tmp_path / "slow", browser.process.pid, 0.01)
    copy_live(tmp_path / "live", tmp_path / "in time", browser.process.pid)
    assert (tmp_path / "in time" / COOKIES).exists()
    browser.must_write()
