"""What a start of the simulator can change, and what can change while it runs."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

PAGE_KNOBS = frozenset({
    "rename", "renameAll", "hide", "minifiedMsgKey", "chunkDelayMs", "version", "lid",
    "debugGlobal", "heapMB", "findChatReturnsModel",
})  # fmt: skip


class SettingsError(ValueError):
    """A setting that does not exist or has the wrong type; the text names it."""


@dataclass(frozen=True, slots=True)
class AckDelays:
    """Seconds from a message on the wire to each of its acks (1, 2 and 3), one after the other."""

    sent: float = 0.0
    delivered: float = 0.05
    read: float = 0.05


@dataclass(frozen=True, slots=True)
class Settings:
    """The server's knobs; field names are those of the JSON, so they are camel case.

    Attributes:
        syncDelay: Seconds between a page's login and MAIN.
        nocsp: Leave the content security policy out.
        dedup: The phone shows a second message with the same id in a chat only once.
        refuseNewChats: The server refuses messages to customers who never wrote.
        autoRead: Customers read replies by themselves (ack 3).
        ackDelays: Seconds until each ack.
        refTtlSeconds: Life of one QR; the first of a page lives three times as long.
        idleAfterRefs: QR codes shown until the page goes UNPAIRED_IDLE; 0 is never.
        inboundLid: Messages come from the customer's LID, as on migrated accounts.
        historySync: A newly linked device is given the account's recent messages.
        page: Knobs of the page (module names, key shape, chunk delay ...).
    """

    syncDelay: float = 0.05  # noqa: N815
    nocsp: bool = False
    dedup: bool = True
    refuseNewChats: bool = False  # noqa: N815
    autoRead: bool = True  # noqa: N815
    ackDelays: AckDelays = field(default_factory=AckDelays)  # noqa: N815
    refTtlSeconds: float = 20.0  # noqa: N815
    idleAfterRefs: int = 0  # noqa: N815
    inboundLid: bool = False  # noqa: N815
    historySync: bool = True  # noqa: N815
    page: Mapping[str, Any] = field(default_factory=dict)

    def changed(self, changes: Mapping[str, Any]) -> "Settings":
        """These settings with `changes` applied; page knobs stand beside the others.

        Raises:
            SettingsError: A name is unknown or a value has the wrong type.
        """
        own = {name: value for name, value in changes.items() if name not in PAGE_KNOBS}
        page = {name: value for name, value in changes.items() if name in PAGE_KNOBS}
        checked = {name: self._checked(name, value) for name, value in own.items()}
        return replace(self, **checked, page={**self.page, **page})

    def _checked(self, name: str, value: Any) -> Any:
        if name == "page" or name not in self.__slots__:
            raise SettingsError(f"unknown setting {name!r}")
        current = getattr(self, name)
        if name == "ackDelays":
            return _ack_delays(current, value)
        wanted = (int, float) if isinstance(current, float) else type(current)
        if not isinstance(value, wanted) or isinstance(value, bool) != isinstance(current, bool):
            raise SettingsError(f"setting {name!r} must be a {type(current).__name__}")
        return value

    def as_json(self) -> dict[str, Any]:
        """The settings as the `config` op answers them."""
        return {**{k: v for k, v in asdict(self).items() if k != "page"}, **self.page}


def _ack_delays(current: AckDelays, value: Any) -> AckDelays:
    try:
        return replace(current, **{name: float(seconds) for name, seconds in value.items()})
    except (AttributeError, TypeError, ValueError) as error:
        raise SettingsError("setting 'ackDelays' must hold sent, delivered, read") from error


def settings_from_json(text: str) -> Settings:
    """Reads the `--config` argument.

    Raises:
        SettingsError: Not a JSON object, or a setting in it is wrong.
    """
    try:
        changes = json.loads(text)
    except json.JSONDecodeError as error:
        raise SettingsError(f"settings are not JSON: {error}") from error
    if not isinstance(changes, dict):
        raise SettingsError("settings must be a JSON object")
    return Settings().changed(changes)
