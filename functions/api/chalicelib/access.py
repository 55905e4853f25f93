"""What the caller's key may touch; another organization's resource looks like a missing one."""

from __future__ import annotations

from typing import Any

from chalice.app import Request

from switchboard.domain.errors import NotFound, Permanent
from switchboard.domain.ids import OrganizationId, parse_organization_id


class Unauthorized(Permanent):
    """Nobody has judged the caller's key: the gateway should not have let the request in."""

    code = "unauthorized"


class Forbidden(Permanent):
    """The key may read but not write, or is not an administrator's."""

    code = "forbidden"


def organization(request: Request, name: object, *, write: bool = False) -> OrganizationId:
    """The organization that a request names, when the key reaches it.

    Raises:
        InvalidInput: not an organization id.
        NotFound: the key belongs to another organization.
        Forbidden: a write with a key that may only read.
    """
    wanted = parse_organization_id(name)
    own = own_organization(request)
    if own is not None and own != wanted:
        raise NotFound("session")
    _check_write(request, write=write)
    return wanted


def admit(request: Request, named: object) -> None:
    """Refuse early what no body could make right: a write by a reader, another's resource.

    Raises:
        Forbidden: a write with a key that may only read.
        NotFound: the key belongs to another organization than the one named.
    """
    _check_write(request, write=request.method != "GET")
    own = own_organization(request)
    if own is not None and isinstance(named, str) and named != own:
        parse_organization_id(named)
        raise NotFound("session")


def key_id(request: Request) -> str:
    """The id of the caller's key."""
    return str(_scope(request).get("key_id") or "unknown")


def own_organization(request: Request) -> OrganizationId | None:
    """The organization that the key belongs to, None for an administrator's."""
    return _scope(request).get("organization_id") or None


def administrator(request: Request, *, write: bool = False) -> None:
    """Only an administrator's key passes.

    Raises:
        Forbidden: any other key.
    """
    if own_organization(request) is not None:
        raise Forbidden("this needs an administrator's key")
    _check_write(request, write=write)


def _check_write(request: Request, *, write: bool) -> None:
    if write and _scope(request).get("access") != "write":
        raise Forbidden("this key may only read")


def _scope(request: Request) -> dict[str, Any]:
    """What the authorizer said; its values arrive as strings.

    Raises:
        Unauthorized: it said nothing, which must not look like an administrator's empty
            organization.
    """
    said = dict(request.context.get("authorizer") or {})
    if said.get("access") not in ("read", "write"):
        raise Unauthorized("this needs an API key")
    return said
