"""A body that leaves no faster than it may."""

from __future__ import annotations

import io
import time
from dataclasses import dataclass, field
from typing import BinaryIO


@dataclass(slots=True)
class Paced(io.RawIOBase):
    """A file to be uploaded; after a seek (a retry) the pace begins anew."""

    file: BinaryIO
    bytes_per_second: int
    taken: int = 0
    began: float = field(default_factory=time.monotonic)

    def readinto(self, buffer: memoryview, /) -> int:  # type: ignore[override]
        """The next bytes, when it is their time."""
        early = self.taken / self.bytes_per_second - (time.monotonic() - self.began)
        if early > 0:
            time.sleep(early)
        block = self.file.read(len(buffer))
        buffer[: len(block)] = block
        self.taken += len(block)
        return len(block)

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        """Go elsewhere: the client sends again, or looks for the length."""
        self.taken, self.began = 0, time.monotonic()
        return self.file.seek(offset, whence)

    def tell(self) -> int:
        """Where the file is."""
        return self.file.tell()

    def readable(self) -> bool:
        """Yes."""
        return True

    def seekable(self) -> bool:
        """Yes."""
        return True
