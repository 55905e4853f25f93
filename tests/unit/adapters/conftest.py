"""DynamoDB and SQS on moto, fresh for every test."""

from collections.abc import Iterator

import pytest
from moto import mock_aws
from tests.support.table import create_table
from tests.unit.adapters.wire import Wire

from switchboard.adapters.dynamodb.base import Base
from switchboard.adapters.dynamodb.connection import connect


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with mock_aws():
        yield


@pytest.fixture
def table(aws: None) -> Iterator[str]:
    create_table("adapters")
    connect("adapters")
    yield "adapters"
    Base._connection = None


@pytest.fixture
def wire(table: str, monkeypatch: pytest.MonkeyPatch) -> Wire:
    return Wire(monkeypatch)
