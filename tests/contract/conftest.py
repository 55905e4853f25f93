"""The backends that every contract holds for: memory, and DynamoDB on moto.

One moto a module, emptied for every test: making the table takes longer than most tests.
"""

from collections import defaultdict
from collections.abc import Iterator

import pytest
from moto import mock_aws
from moto.core import DEFAULT_ACCOUNT_ID
from moto.dynamodb.models import dynamodb_backends
from tests.support.table import create_table
from tests.support.world import BACKENDS, World, dynamodb_world, memory_world

from switchboard.adapters.dynamodb.base import Base
from switchboard.adapters.dynamodb.connection import connect

REGION = "eu-west-1"
TABLE = "contract"


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


@pytest.fixture(params=BACKENDS)
def backend(request: pytest.FixtureRequest) -> World:
    """The set of ports of one backend, empty."""
    if request.param == "memory":
        return memory_world()
    request.getfixturevalue("aws")
    dynamodb_backends[DEFAULT_ACCOUNT_ID][REGION].tables[TABLE].items = defaultdict(dict)
    return dynamodb_world()
