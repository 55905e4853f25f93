"""DynamoDB and SQS on moto: one backend a module, emptied for every test."""

from collections import defaultdict
from collections.abc import Iterator

import boto3
import pytest
from moto import mock_aws
from moto.core import DEFAULT_ACCOUNT_ID
from moto.dynamodb.models import dynamodb_backends
from tests.support.table import create_table
from tests.unit.adapters.wire import Wire

from switchboard.adapters.dynamodb.base import Base
from switchboard.adapters.dynamodb.connection import connect
from switchboard.adapters.sqs.client import sqs_client

REGION = "eu-west-1"
TABLE = "adapters"


@pytest.fixture(scope="module")
def aws() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as environment, mock_aws():
        environment.setenv("AWS_ACCESS_KEY_ID", "test")
        environment.setenv("AWS_SECRET_ACCESS_KEY", "test")
        environment.setenv("AWS_DEFAULT_REGION", REGION)
        environment.delenv("AWS_ENDPOINT_URL", raising=False)
        create_table(TABLE)
        connect(TABLE)
        yield
    Base._connection = None


@pytest.fixture
def table(aws: None) -> str:
    dynamodb_backends[DEFAULT_ACCOUNT_ID][REGION].tables[TABLE].items = defaultdict(dict)
    return TABLE


@pytest.fixture
def rows(table: str):
    """Every row as DynamoDB has it, by `pk` and `sk`."""
    client = boto3.client("dynamodb")

    def read() -> dict[tuple[str, str], dict[str, dict[str, object]]]:
        items = client.scan(TableName=table)["Items"]
        return {(item["pk"]["S"], item["sk"]["S"]): item for item in items}

    return read


@pytest.fixture
def wire(table: str, monkeypatch: pytest.MonkeyPatch) -> Wire:
    return Wire(monkeypatch)


@pytest.fixture(scope="module")
def sqs(aws: None):
    return sqs_client()
