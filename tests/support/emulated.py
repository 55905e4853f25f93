"""An emulator with an empty table, for tests that need DynamoDB's own semantics."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.support.table import create_table

from cloud.emulator import REGION, Emulator
from switchboard.adapters.dynamodb.base import Base
from switchboard.adapters.dynamodb.connection import connect

ROOT = Path(__file__).parents[2]


@contextmanager
def emulated_table(name: str, log: Path) -> Iterator[Emulator]:
    """Start MiniStack, make the table, connect PynamoDB to it; the environment names it too."""
    emulator = Emulator(ROOT / ".local/emulator/bin/ministack", log)
    emulator.start()
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("AWS_ACCESS_KEY_ID", "test")
        environment.setenv("AWS_SECRET_ACCESS_KEY", "test")
        environment.setenv("AWS_DEFAULT_REGION", REGION)
        environment.setenv("AWS_ENDPOINT_URL", emulator.endpoint)
        try:
            create_table(name, emulator.endpoint)
            connect(name, REGION, emulator.endpoint)
            yield emulator
        finally:
            Base._connection = None
            emulator.stop()
