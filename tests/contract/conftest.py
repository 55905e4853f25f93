"""The backends that every contract holds for: memory, DynamoDB on moto, DynamoDB on MiniStack.

One moto a module, emptied for every test: making the table takes longer than most tests. MiniStack
has a table a test; it takes part when `CONTRACT_BACKENDS` names it (`emulator`), and so does a real
account (`account`, by `make test-aws`).
"""

import itertools
import os
import uuid
from collections import defaultdict
from collections.abc import Iterator

import boto3
import pytest
from moto import mock_aws
from moto.core import DEFAULT_ACCOUNT_ID
from moto.dynamodb.models import dynamodb_backends
from tests.support.emulated import emulated_table
from tests.support.table import create_table
from tests.support.world import BACKENDS, World, dynamodb_world, memory_world

from cloud.emulator import Emulator
from switchboard.adapters.dynamodb.base import Base
from switchboard.adapters.dynamodb.connection import connect

REGION = "eu-west-1"
TABLE = "contract"
_tables = itertools.count(1)


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


@pytest.fixture(scope="session")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    with emulated_table("unused", tmp_path_factory.mktemp("cloud") / "ministack.log") as started:
        yield started


@pytest.fixture(params=os.environ.get("CONTRACT_BACKENDS", ",".join(BACKENDS)).split(","))
def backend(request: pytest.FixtureRequest) -> World:
    """The set of ports of one backend, empty."""
    if request.param == "memory":
        return memory_world()
    if request.param == "emulator":
        return _on_emulator(request.getfixturevalue("emulator"))
    if request.param == "account":
        empty(request.getfixturevalue("account"))
        return dynamodb_world()
    request.getfixturevalue("aws")
    dynamodb_backends[DEFAULT_ACCOUNT_ID][REGION].tables[TABLE].items = defaultdict(dict)
    return dynamodb_world()


@pytest.fixture(scope="session")
def account() -> Iterator[str]:
    """A table of its own on the account that the environment names; gone afterwards."""
    name = f"switchboard-contract-{uuid.uuid4().hex[:12]}"
    create_table(name)
    connect(name)
    yield name
    boto3.client("dynamodb").delete_table(TableName=name)
    Base._connection = None


def empty(name: str) -> None:
    """Delete every item."""
    table = boto3.resource("dynamodb").Table(name)
    with table.batch_writer() as batch:
        for page in table.meta.client.get_paginator("scan").paginate(TableName=name):
            for item in page["Items"]:
                batch.delete_item(Key={"pk": item["pk"], "sk": item["sk"]})


def _on_emulator(emulator: Emulator) -> World:
    name = f"contract-{next(_tables)}"
    create_table(name, emulator.endpoint)
    connect(name, REGION, emulator.endpoint)
    return dynamodb_world()
