"""`KeyStore`: found by hash."""

from dataclasses import replace

import pytest
from tests.support.builders import A, B, seconds
from tests.support.world import World

from switchboard.domain.errors import Conflict, InvalidInput
from switchboard.domain.ids import OrganizationId
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


def _put(backend: World, key_id: str, owner: OrganizationId | None) -> ApiKey:
    key = ApiKey(key_id, owner, write=True, created_at=backend.clock.now())
    backend.keys.put(key_hash(key_id), key)
    return key


def test_an_owners_keys_are_paged_in_order_and_nobody_elses(backend: World) -> None:
    mine = [_put(backend, f"k{number}", A) for number in range(5)]
    _put(backend, "k9", B)
    admin = _put(backend, "k7", None)
    first = backend.keys.page(A, None, 3)
    second = backend.keys.page(A, first.cursor, 3)
    assert [*first.items, *second.items] == mine
    assert second.cursor is None
    assert list(backend.keys.page(None, None, 3).items) == [admin]


def test_a_cursor_of_another_owner_is_refused(backend: World) -> None:
    for number in range(2):
        _put(backend, f"k{number}", A)
    cursor = backend.keys.page(A, None, 1).cursor
    with pytest.raises(InvalidInput):
        backend.keys.page(B, cursor, 1)


def test_revoking_is_remembered_with_its_first_time(backend: World) -> None:
    key = _put(backend, "k1", A)
    at = backend.clock.now()
    assert backend.keys.revoke(A, "k1", at) == replace(key, revoked_at=at)
    assert backend.keys.revoke(A, "k1", at + seconds(5)) == replace(key, revoked_at=at)
    assert backend.keys.find(key_hash("k1")) == replace(key, revoked_at=at)


def test_only_its_owner_can_revoke_a_key(backend: World) -> None:
    key = _put(backend, "k1", A)
    assert backend.keys.revoke(B, "k1", backend.clock.now()) is None
    assert backend.keys.revoke(None, "k1", backend.clock.now()) is None
    assert backend.keys.revoke(A, "k2", backend.clock.now()) is None
    assert backend.keys.find(key_hash("k1")) == key
