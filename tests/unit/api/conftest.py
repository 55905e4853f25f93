"""Two organizations behind the real app, over the memory adapters."""

import pytest
from tests.support.world import World, memory_world
from tests.unit.api.api_client import ApiClient

from switchboard.domain.ids import OrganizationId

SHOP, OTHER = OrganizationId("shop"), OrganizationId("other")


@pytest.fixture
def world() -> World:
    return memory_world()


@pytest.fixture
def api(world: World) -> ApiClient:
    client = ApiClient(world)
    for name in (SHOP, OTHER):
        assert client.call("POST", "/api/sessions", {"name": name}).status == 201
    return client
