"""Routes of pauses, by a ban or by hand, and of what operators were told."""

from __future__ import annotations

from typing import Any

from chalicelib import access
from chalicelib.contract.operation import Operation, Routes
from chalicelib.contract.schema import choice, gives, many, moment, takes, text, yes_or_no
from chalicelib.requests.fields import body
from chalicelib.shapes.restriction import RESTRICTION
from chalicelib.wiring import api
from switchboard.application.event_payloads import restriction_payload
from switchboard.domain.moment import iso
from switchboard.domain.notice import NoticeKind

blueprint = Routes(__name__)
_CHANGE = takes("RestrictionChange", {"active": yes_or_no("true pauses, false resumes")})
_NOTICE = gives("Notice", {"kind": choice(NoticeKind), "code": text(), "at": moment()})


@blueprint.route(
    "/api/{session}/restriction", methods=["GET"], operation=Operation(answer=RESTRICTION)
)
def read_restriction(session: str) -> dict[str, Any]:
    """Whether sending is paused, why, and until when."""
    name = access.organization(blueprint.current_request, session)
    return restriction_payload(api().read_session(name).session)


@blueprint.route(
    "/api/{session}/restriction",
    methods=["POST"],
    operation=Operation(body=_CHANGE, answer=RESTRICTION),
)
def set_restriction(session: str) -> dict[str, Any]:
    """`active: true` pauses, `false` resumes; the queue is kept.

    409 when another pause began while this one was looked at: it stays.
    """
    request = blueprint.current_request
    name = access.organization(request, session, write=True)
    if body(request)["active"]:
        api().pause_sending(name)
    else:
        api().resume_sending(name)
    return restriction_payload(api().read_session(name).session)


@blueprint.route(
    "/api/{session}/notices", methods=["GET"], operation=Operation(answer=many(_NOTICE))
)
def list_notices(session: str) -> list[dict[str, Any]]:
    """What operators were told: the last notice of each kind, newest first."""
    name = access.organization(blueprint.current_request, session)
    return [
        {"kind": notice.kind.value, "code": notice.code, "at": iso(notice.at)}
        for notice in api().list_notices(name)
    ]
