"""Serial numbers of zones (RFC 1982): the next one, as the zone's own are made."""

from __future__ import annotations

from datetime import UTC, date, datetime

from kmsdns.model.records import SERIALS, is_later

_FIRST_DATE, _DAY = 1990, 86400


def following(serial: int, now: float) -> int:
    """The serial for the next version of a zone. now: seconds since 1970, UTC.

    After a date (YYYYMMDDnn) comes today's first, after a time (seconds since 1970) the present one, each where it is
    later, as RFC 1982 counts; after all others the next number, that is 1 after the highest: 0 means "unset" to some
    programs.
    """
    wanted = serial
    if _is_date(serial):
        wanted = int(f"{datetime.fromtimestamp(now, UTC):%Y%m%d}01")
    elif 1_000_000_000 <= serial <= now + _DAY:
        wanted = int(now) % SERIALS
    return wanted if is_later(wanted, serial) else (serial + 1) % SERIALS or 1


def _is_date(serial: int) -> bool:
    text = str(serial)
    if len(text) != 10 or int(text[:4]) < _FIRST_DATE:
        return False
    try:
        date(int(text[:4]), int(text[4:6]), int(text[6:8]))
    except ValueError:
        return False
    return True
