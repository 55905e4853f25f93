"""Bodies about a line."""

from __future__ import annotations

from dataclasses import dataclass, replace

from chalicelib.requests.fields import Fields
from switchboard.domain.errors import InvalidInput
from switchboard.domain.organization import AgentKind, Settings
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
    agent = fields.take("agent", str)
    groups = fields.take("groups", bool)
    text = fields.take("handOffText", str)
    if agent is None and groups is None and text is None:
        return None
    if agent is not None and agent not in {kind.value for kind in AgentKind}:
        choices = ", ".join(kind.value for kind in AgentKind)
        raise InvalidInput(f"{fields.prefix}agent", f"must be one of {choices}")
    if text is not None and len(text) > MAX_HAND_OFF_TEXT:
        raise InvalidInput(f"{fields.prefix}handOffText", f"{MAX_HAND_OFF_TEXT} characters at most")
    return Settings(
        AgentKind(agent) if agent is not None else present.agent,
        present.groups if groups is None else groups,
        present.hand_off_text if text is None else text,
    )
