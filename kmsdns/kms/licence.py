"""Licences: the states, in every spelling that Windows' tools have for them, and the clock by which they are renewed.

Times are the caller's: the clock is an argument. Section numbers are those of the project's fact sheet on KMS.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from kmsdns.errors import KmsdnsError
from kmsdns.model.value import Value

VALIDITY = 259_200
"""Minutes (180 days) that an activation is good for; each renewal starts them anew (3)."""
OUT_OF_TOLERANCE = 43_200
"""Minutes (30 days) between the end of the 180 days and the notification state (3)."""
ACTIVATION_INTERVAL = 120
"""Minutes between attempts while a client is not activated, or could not renew (3)."""
RENEWAL_INTERVAL = 10_080
"""Minutes (7 days) between renewals of an activated client (3)."""
COUNT_OFFICE_OR_SERVER = 5
"""Machines that a host must have seen before it activates Office or a Windows server (3)."""
COUNT_WINDOWS_CLIENT = 25
"""The same for a Windows client (3)."""
CLOCK_SKEW = timedelta(hours=4)
"""What the clocks of client and host may differ by, in UTC; beyond it the host says 0xC004F06C (3)."""


class LicenceState(StrEnum):
    """The state of one product's licence (3)."""

    UNLICENSED = "unlicensed"
    LICENSED = "licensed"
    OOB_GRACE = "oob_grace"  # installed, not yet activated
    OOT_GRACE = "oot_grace"  # the 180 days are over, or the hardware changed
    NON_GENUINE_GRACE = "non_genuine_grace"
    NOTIFICATION = "notification"  # all grace is over
    EXTENDED_GRACE = "extended_grace"
    UNKNOWN = "unknown"


_BY_WMI = tuple(LicenceState)[:-1]  # LicenseStatus counts from 0 in this order
_BY_SLMGR = {
    "unlicensed": LicenceState.UNLICENSED,
    "licensed": LicenceState.LICENSED,
    "initial grace period": LicenceState.OOB_GRACE,
    "additional grace period (kms license expired or hardware out of tolerance)": LicenceState.OOT_GRACE,
    "non-genuine grace period": LicenceState.NON_GENUINE_GRACE,
    "notification": LicenceState.NOTIFICATION,
    "extended grace period": LicenceState.EXTENDED_GRACE,
}
_BY_OSPP = {
    "unlicensed": LicenceState.UNLICENSED,
    "licensed": LicenceState.LICENSED,
    "oob_grace": LicenceState.OOB_GRACE,
    "oot_grace": LicenceState.OOT_GRACE,
    "non_genuine_grace": LicenceState.NON_GENUINE_GRACE,
    "notifications": LicenceState.NOTIFICATION,
    "extended_grace": LicenceState.EXTENDED_GRACE,  # printed with a blank, alone among them
}


def state_from_wmi(number: int) -> LicenceState:
    """LicenseStatus of SoftwareLicensingProduct, also the number in events 12288 and 12290; any other: unknown."""
    return _BY_WMI[number] if 0 <= number < len(_BY_WMI) else LicenceState.UNKNOWN


def state_from_slmgr(line: str) -> LicenceState:
    """The line "License Status: ..." of slmgr /dli and /dlv, or what follows its colon; anything else: unknown.

    slmgr speaks the language of Windows: only English is read here.
    """
    words = " ".join(line.split()).lower().removeprefix("license status:")
    return _BY_SLMGR.get(words.strip().rstrip("."), LicenceState.UNKNOWN)


def state_from_ospp(token: str) -> LicenceState:
    """The line "LICENSE STATUS:  ---LICENSED---" of ospp /dstatus, or its token, with or without dashes."""
    words = " ".join(token.split()).lower().removeprefix("license status:")
    return _BY_OSPP.get(words.strip(" -").replace(" ", "_"), LicenceState.UNKNOWN)


class RenewalClock(Value):
    """When a KMS client renewed, and what happens if it never does again. None: it can't be told from this state."""

    last_renewal: datetime | None
    next_attempt: datetime | None  # at the latest then; a restart or a change of network makes a client try at once
    runs_out: datetime | None  # the end of the 180 days
    notification: datetime | None  # 30 days later, or the end of the grace that is running
    is_overdue: bool  # licensed, and not renewed for longer than the renewal interval


def renewal_clock(
    state: LicenceState,
    minutes_left: int,
    observed: datetime,
    *,
    activation_interval: int = ACTIVATION_INTERVAL,
    renewal_interval: int = RENEWAL_INTERVAL,
) -> RenewalClock:
    """The clock of a KMS client's licence, from what its tools said at one moment.

    minutes_left: until the licence or the grace runs out, as WMI, slmgr and ospp count them; a licence with none left,
    or with more than 180 days, is no KMS licence and has no clock. observed: when that was said. Intervals in minutes.
    An out-of-tolerance grace is taken for that of missed renewals: the state alone can't tell it from changed hardware.

    Raises KmsdnsError for minutes or intervals that can't be.
    """
    if minutes_left < 0 or activation_interval < 1 or renewal_interval < 1:
        raise KmsdnsError(
            f"{minutes_left} minutes left, {activation_interval} and {renewal_interval} minutes between attempts: "
            "minutes left are 0 or more, intervals 1 or more"
        )
    try:
        return _clock(state, minutes_left, observed, activation_interval, renewal_interval)
    except OverflowError:
        raise KmsdnsError(
            f"{minutes_left} minutes from {observed:%Y-%m-%d}, with {activation_interval} and {renewal_interval} "
            "minutes between attempts, lead out of the calendar: check the evidence"
        ) from None


def _clock(state: LicenceState, left: int, observed: datetime, activation: int, renewal: int) -> RenewalClock:
    retry = observed + timedelta(minutes=activation)
    if state is LicenceState.LICENSED:
        if not 0 < left <= VALIDITY:
            return _unclocked(next_attempt=None)
        runs_out = observed + timedelta(minutes=left)
        last = runs_out - timedelta(minutes=VALIDITY)
        due = last + timedelta(minutes=renewal)
        return RenewalClock(
            last_renewal=last,
            next_attempt=due if due >= observed else retry,
            runs_out=runs_out,
            notification=runs_out + timedelta(minutes=OUT_OF_TOLERANCE),
            is_overdue=observed > due,
        )
    if state is LicenceState.OOT_GRACE and left <= OUT_OF_TOLERANCE:
        notification = observed + timedelta(minutes=left)
        runs_out = notification - timedelta(minutes=OUT_OF_TOLERANCE)
        return RenewalClock(
            last_renewal=runs_out - timedelta(minutes=VALIDITY),
            next_attempt=retry,
            runs_out=runs_out,
            notification=notification,
            is_overdue=False,
        )
    if state is LicenceState.OOB_GRACE and left:
        return _unclocked(next_attempt=retry).replace(notification=observed + timedelta(minutes=left))
    return _unclocked(next_attempt=None if state is LicenceState.UNKNOWN else retry)


def _unclocked(*, next_attempt: datetime | None) -> RenewalClock:
    return RenewalClock(
        last_renewal=None, next_attempt=next_attempt, runs_out=None, notification=None, is_overdue=False
    )
