"""When an organization writes nothing by itself."""

from __future__ import annotations

import re
import zoneinfo
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from switchboard.domain.errors import InvalidInput

PROACTIVE_AFTER = timedelta(hours=24)
"""A message to a contact who has not written for this long is not an answer any more."""
_TIME = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])")


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From `start` to `end` on the clock of `zone`; the end may lie on the next day."""

    start: time
    end: time
    zone: str

    def until(self, moment: datetime) -> datetime | None:
        """When the quiet hours that hold at `moment` end; None when none do."""
        local = moment.astimezone(zoneinfo.ZoneInfo(self.zone))
        clock = local.time()
        overnight = self.start > self.end
        if overnight:
            quiet = clock >= self.start or clock < self.end
        else:
            quiet = self.start <= clock < self.end
        if not quiet:
            return None
        day = local.date() + timedelta(days=1 if overnight and clock >= self.start else 0)
        end = datetime.combine(day, self.end, local.tzinfo).astimezone(moment.tzinfo)
        if end > moment:
            return end
        # the clock was set back over the end: it comes once more
        return datetime.combine(day, self.end.replace(fold=1), local.tzinfo).astimezone(
            moment.tzinfo
        )

    def __str__(self) -> str:
        return f"{self.start:%H:%M}-{self.end:%H:%M} {self.zone}"


def parse_quiet_hours(start: object, end: object, zone: object, field: str) -> QuietHours:
    """Quiet hours from their three parts.

    Raises:
        InvalidInput: naming the part within `field`.
    """
    begin, finish = _time(start, f"{field}.start"), _time(end, f"{field}.end")
    if begin == finish:
        raise InvalidInput(f"{field}.end", "must differ from the start")
    return QuietHours(begin, finish, _zone(zone, f"{field}.timeZone"))


def _zone(value: object, field: str) -> str:
    wrong = InvalidInput(field, "must be a time zone such as Asia/Bishkek")
    if not isinstance(value, str) or value == "localtime":
        raise wrong
    try:
        return zoneinfo.ZoneInfo(value).key
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise wrong from error


def _time(value: object, field: str) -> time:
    match = _TIME.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise InvalidInput(field, "must be a time such as 21:30")
    return time(int(match[1]), int(match[2]))
