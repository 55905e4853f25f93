"""`KeyStore`: found by hash."""

from dataclasses import replace

import pytest
from tests.support.builders import A, seconds
from tests.support.world import World

from switchboard.domain.errors import Conflict
from switchboard.domain.keys import ApiKey, key_hash

HASH = key_hash("a secret")


def test_find_returns_the_key_revoked_or_not(backend: World) -> None:
    now = backend.clock.now()
    key = ApiKey("k1", A, write=True, created_at=now)
    revoked = ApiKey("k2", None, write=False, created_at=now, revoked_at=now + seconds(1))
    backend.keys.put(HASH, key)
    backend.keys.put(key_hash("another"), revoked)
    assert backend.keys.find(HASH) == key
    assert backend.keys.find(key_hash("another")) == revoked


def test_find_returns_none_for_an_unknown_hash(backend: World) -> None:
    assert backend.keys.find(HASH) is None


def test_put_is_refused_when_the_hash_exists(backend: World) -> None:
    key = ApiKey("k1", A, write=False, created_at=backend.clock.now())
    backend.keys.put(HASH, key)
    with pytest.raises(Conflict):
        backend.keys.put(HASH, replace(key, organization_id=None, write=True))
    assert backend.keys.find(HASH) == key
