"""What a host pushes to the inbound queue: parsed once at the door of the `inbound` function."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from switchboard.domain.channel_events import (
    AckSeen,
    AfterwardsSeen,
    EditSeen,
    MessageSeen,
    ReactionSeen,
    RevocationSeen,
)
from switchboard.domain.errors import InvalidInput
from switchboard.domain.ids import (
    ChatId,
    OrganizationId,
    derive,
    parse_chat_id,
    parse_organization_id,
    parse_wa_hex,
    phone_of,
)
from switchboard.domain.json_fields import a_whole, an_object
from switchboard.domain.moment import milliseconds

VERSION = 1
MAX_LABEL_CODE_POINTS = 200
"""Of a name or a type; what is longer is cut, since it is no reason to lose a message."""
MAX_INBOUND_CODE_POINTS = 200_000
MAX_REACTION_CODE_POINTS = 50
"""An emoji may be a dozen joined ones; a reaction is one emoji."""
_KINDS: dict[type, str] = {
    MessageSeen: "message",
    AckSeen: "ack",
    ReactionSeen: "reaction",
    EditSeen: "edit",
    RevocationSeen: "revocation",
}
KINDS = tuple(_KINDS.values())


type Seen = MessageSeen | AckSeen | AfterwardsSeen


@dataclass(frozen=True, slots=True)
class InboundEvent:
    """An envelope: whose line, under which epoch, and what the page saw."""

    organization_id: OrganizationId
    epoch: int
    seen: Seen

    @property
    def group_key(self) -> str:
        """Order is kept per chat; a LID and its phone are one person where both are known."""
        seen = self.seen
        phone = seen.phone if isinstance(seen, MessageSeen) else None
        return derive(self.organization_id, phone or seen.chat_id.partition("@")[0])

    @property
    def correlation_id(self) -> str:
        """Under what every log tells of a message and its reply; the same whoever pushes it."""
        return derive("correlation", self.organization_id, parse_wa_hex(self.seen.wa_id))

    @property
    def deduplication_key(self) -> str:
        """The same event pushed twice is one; another ack level, reaction or edit is another."""
        kind = _KINDS[type(self.seen)]
        return derive(self.organization_id, kind, self.seen.wa_id, _detail(self.seen))


def _detail(seen: Seen) -> str | int:
    match seen:
        case MessageSeen(ack=ack) | AckSeen(ack=ack):
            return ack or 0
        case ReactionSeen():
            return f"{seen.author} {milliseconds(seen.at)} {seen.text}"
        case EditSeen(at=at):
            return milliseconds(at)
        case RevocationSeen():
            return 0


def to_wire(event: InboundEvent) -> dict[str, Any]:
    """The JSON object that travels on the queue."""
    seen = {key: value for key, value in asdict(event.seen).items() if value is not None}
    seen["at"] = milliseconds(event.seen.at)
    return {
        "v": VERSION,
        "kind": _KINDS[type(event.seen)],
        "organization_id": event.organization_id,
        "epoch": event.epoch,
        "seen": seen,
    }


def from_wire(body: object) -> InboundEvent:
    """Parse what a queue delivered.

    Raises:
        InvalidInput: naming the field, when the body is not an event of ours.
    """
    envelope = an_object(body, "body")
    if envelope.get("v") != VERSION:
        raise InvalidInput("v", f"must be {VERSION}")
    if envelope.get("kind") not in KINDS:
        raise InvalidInput("kind", f"must be one of {', '.join(KINDS)}")
    seen = an_object(envelope.get("seen"), "seen")
    return InboundEvent(
        parse_organization_id(envelope.get("organization_id"), "organization_id"),
        a_whole(envelope.get("epoch"), "epoch"),
        _READERS[envelope["kind"]](seen),
    )


def _message(seen: Mapping[str, Any]) -> MessageSeen:
    return MessageSeen(
        wa_id=_wa_id(seen),
        from_me=_flag(seen, "from_me"),
        chat_id=_chat(seen),
        phone=_phone(seen),
        lid=_lid(seen),
        author=_text(seen, "author"),
        body=_body(seen),
        type=(_text(seen, "type", required=True) or "chat")[:MAX_LABEL_CODE_POINTS],
        at=_moment(seen),
        push_name=(_text(seen, "push_name") or "")[:MAX_LABEL_CODE_POINTS] or None,
        backfill=_flag(seen, "backfill"),
        ack=None if seen.get("ack") is None else a_whole(seen["ack"], "seen.ack"),
    )


def _ack(seen: Mapping[str, Any]) -> AckSeen:
    ack = a_whole(seen.get("ack"), "seen.ack")
    return AckSeen(_wa_id(seen), _chat(seen), ack, _moment(seen))


def _reaction(seen: Mapping[str, Any]) -> ReactionSeen:
    return ReactionSeen(
        wa_id=_wa_id(seen),
        chat_id=_chat(seen),
        author=parse_chat_id(seen.get("author"), "seen.author"),
        from_me=_flag(seen, "from_me"),
        text=(_text(seen, "text", required=True) or "")[:MAX_REACTION_CODE_POINTS],
        at=_moment(seen),
    )


def _edit(seen: Mapping[str, Any]) -> EditSeen:
    return EditSeen(_wa_id(seen), _chat(seen), _body(seen), _moment(seen))


def _revocation(seen: Mapping[str, Any]) -> RevocationSeen:
    return RevocationSeen(_wa_id(seen), _chat(seen), _moment(seen))


_READERS: dict[str, Callable[[Mapping[str, Any]], Seen]] = {
    "message": _message,
    "ack": _ack,
    "reaction": _reaction,
    "edit": _edit,
    "revocation": _revocation,
}


def _body(seen: Mapping[str, Any]) -> str:
    body = _text(seen, "body", required=True) or ""
    if len(body) > MAX_INBOUND_CODE_POINTS:
        raise InvalidInput("seen.body", f"has more than {MAX_INBOUND_CODE_POINTS} code points")
    return body


def _wa_id(seen: Mapping[str, Any]) -> str:
    parse_wa_hex(seen.get("wa_id"), "seen.wa_id")
    return str(seen["wa_id"])


def _chat(seen: Mapping[str, Any]) -> ChatId:
    return parse_chat_id(seen.get("chat_id"), "seen.chat_id")


def _phone(seen: Mapping[str, Any]) -> str | None:
    phone = _text(seen, "phone")
    return None if phone is None else phone_of(parse_chat_id(f"{phone}@c.us", "seen.phone"))


def _lid(seen: Mapping[str, Any]) -> str | None:
    lid = _text(seen, "lid")
    if lid is not None and not lid.endswith("@lid"):
        raise InvalidInput("seen.lid", "must end in @lid")
    return None if lid is None else parse_chat_id(lid, "seen.lid")


def _moment(seen: Mapping[str, Any]) -> datetime:
    try:
        return datetime.fromtimestamp(a_whole(seen.get("at"), "seen.at") / 1000, UTC)
    except (OverflowError, ValueError, OSError) as error:
        raise InvalidInput("seen.at", "must be milliseconds since 1970") from error


def _flag(seen: Mapping[str, Any], field: str) -> bool:
    value = seen.get(field, False)
    if not isinstance(value, bool):
        raise InvalidInput(f"seen.{field}", "must be true or false")
    return value


def _text(seen: Mapping[str, Any], field: str, *, required: bool = False) -> str | None:
    value = seen.get(field)
    if value is None and not required:
        return None
    if not isinstance(value, str):
        raise InvalidInput(f"seen.{field}", "must be a string")
    # half of an emoji that somebody's client cut can be stored nowhere
    return value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
