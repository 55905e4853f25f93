"""Bodies about a line."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from chalicelib.requests.fields import Fields
from switchboard.domain.errors import InvalidInput
from switchboard.domain.organization import AgentKind, OnUnknown, Settings
from switchboard.domain.rate_limit import Limits

_LIMITS = {"perMinute": "per_minute", "perHour": "per_hour", "perDay": "per_day"}
MAX_HAND_OFF_TEXT = 1_000


@dataclass(frozen=True, slots=True)
class Config:
    """What a request wants changed; None leaves it."""

    limits: Limits | None
    settings: Settings | None


def parse_config(fields: Fields | None, limits: Limits, settings: Settings) -> Config:
    """Merge `config` of a request into the present values."""
    if fields is None:
        return Config(None, None)
    new_limits = _limits(fields.inner("limits"), limits)
    new_settings = _settings(fields, settings)
    fields.done()
    return Config(new_limits, new_settings)


def _limits(fields: Fields | None, present: Limits) -> Limits | None:
    if fields is None:
        return None
    values = {name: fields.take(name, int) for name in _LIMITS}
    fields.done()
    given = {_LIMITS[name]: value for name, value in values.items() if value is not None}
    try:
        return replace(present, **given)
    except InvalidInput as error:
        name = next(name for name, own in _LIMITS.items() if own == error.field)
        raise InvalidInput(fields.prefix + name, error.message) from error


def _settings(fields: Fields, present: Settings) -> Settings | None:
    agent = _choice(fields, "agent", AgentKind)
    groups = fields.take("groups", bool)
    text = fields.take("handOffText", str)
    on_unknown = _choice(fields, "onUnknown", OnUnknown)
    if agent is None and groups is None and text is None and on_unknown is None:
        return None
    if text is not None and len(text) > MAX_HAND_OFF_TEXT:
        raise InvalidInput(f"{fields.prefix}handOffText", f"{MAX_HAND_OFF_TEXT} characters at most")
    return Settings(
        agent or present.agent,
        present.groups if groups is None else groups,
        present.hand_off_text if text is None else text,
        on_unknown or present.on_unknown,
    )


def _choice[Kind: StrEnum](fields: Fields, name: str, kinds: type[Kind]) -> Kind | None:
    given = fields.take(name, str)
    if given is not None and given not in {kind.value for kind in kinds}:
        choices = ", ".join(kind.value for kind in kinds)
        raise InvalidInput(fields.prefix + name, f"must be one of {choices}")
    return None if given is None else kinds(given)
