"""Create, list, rotate and revoke API keys."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from switchboard.application.existing import existing
from switchboard.domain.errors import Conflict, NotFound
from switchboard.domain.ids import OrganizationId
from switchboard.domain.keys import ApiKey, key_hash
from switchboard.domain.page import Page
from switchboard.ports.clock import Clock
from switchboard.ports.key_store import KeyStore
from switchboard.ports.session_store import SessionStore

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class NewKey:
    """A stored key and its secret, which is told once and kept nowhere."""

    key: ApiKey
    secret: str


@dataclass(frozen=True, slots=True)
class CreateKey:
    """An organization's key, or with no organization an administrator's.

    Raises:
        NotFound: no such organization.
    """

    keys: KeyStore
    sessions: SessionStore
    clock: Clock
    new_id: Callable[[], str]
    new_secret: Callable[[], str]

    def __call__(self, organization_id: OrganizationId | None, *, write: bool) -> NewKey:
        """Make one."""
        if organization_id is not None:
            existing(self.sessions, organization_id)
        secret = self.new_secret()
        key = ApiKey(self.new_id(), organization_id, write, self.clock.now())
        self.keys.put(key_hash(secret), key)
        _log.info("key.created", extra={"key_id": key.id, "organization_id": organization_id})
        return NewKey(key, secret)


@dataclass(frozen=True, slots=True)
class ListKeys:
    """A page of an owner's keys; no secret, no hash.

    Raises:
        InvalidInput: a cursor that this listing did not give.
    """

    keys: KeyStore

    def __call__(
        self, organization_id: OrganizationId | None, cursor: str | None, limit: int
    ) -> Page[ApiKey]:
        """One page."""
        return self.keys.page(organization_id, cursor, limit)


@dataclass(frozen=True, slots=True)
class RevokeKey:
    """Effective once the authorizer's cache forgets the key, 60 s at most.

    Raises:
        NotFound: that owner has no such key.
    """

    keys: KeyStore
    clock: Clock

    def __call__(self, organization_id: OrganizationId | None, key_id: str) -> ApiKey:
        """Revoke one; again changes nothing."""
        return self.at(self.clock.now(), organization_id, key_id)

    def at(self, now: datetime, organization_id: OrganizationId | None, key_id: str) -> ApiKey:
        """Revoke one; a key that was revoked before keeps its time."""
        revoked = self.keys.revoke(organization_id, key_id, now)
        if revoked is None:
            raise NotFound("key")
        _log.info("key.revoked", extra={"key_id": key_id, "organization_id": organization_id})
        return revoked


@dataclass(frozen=True, slots=True)
class RotateKey:
    """A new key in the place of an old one, which is revoked.

    Raises:
        NotFound: that owner has no such key, or no such organization.
        Conflict: the key was revoked before: a rotation would bring it back to life.
    """

    create_key: CreateKey
    revoke_key: RevokeKey

    def __call__(self, organization_id: OrganizationId | None, key_id: str) -> NewKey:
        """Revoke first: should the second step fail, no key lives that nobody was told."""
        now = self.revoke_key.clock.now()
        old = self.revoke_key.at(now, organization_id, key_id)
        if old.revoked_at != now:
            raise Conflict("the key is revoked already: create another")
        return self.create_key(organization_id, write=old.write)
