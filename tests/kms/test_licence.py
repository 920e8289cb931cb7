"""Licences: the states in each tool's spelling, and the renewal clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kmsdns.errors import KmsdnsError
from kmsdns.kms import licence
from kmsdns.kms.licence import LicenceState, RenewalClock, renewal_clock

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)
TABLE = (  # as the tools print them
    (LicenceState.UNLICENSED, 0, "License Status: Unlicensed", "---UNLICENSED---"),
    (LicenceState.LICENSED, 1, "License Status: Licensed", "---LICENSED---"),
    (LicenceState.OOB_GRACE, 2, "License Status: Initial grace period", "---OOB_GRACE---"),
    (
        LicenceState.OOT_GRACE,
        3,
        "License Status: Additional grace period (KMS license expired or hardware out of tolerance)",
        "---OOT_GRACE---",
    ),
    (LicenceState.NON_GENUINE_GRACE, 4, "License Status: Non-genuine grace period.", "---NON_GENUINE_GRACE---"),
    (LicenceState.NOTIFICATION, 5, "License Status: Notification", "---NOTIFICATIONS---"),
    (LicenceState.EXTENDED_GRACE, 6, "License Status: Extended grace period", "---EXTENDED GRACE---"),
    (LicenceState.UNKNOWN, 7, "License Status: Unknown", "---UNKNOWN---"),
)


@pytest.mark.parametrize(("state", "number", "line", "token"), TABLE, ids=lambda each: str(each))
def test_each_tool_has_its_spelling(state: LicenceState, number: int, line: str, token: str) -> None:
    assert licence.state_from_wmi(number) is state
    value = line.partition(": ")[2]
    for text in (line, f"    {line}\r\n", value, value.upper(), f"\t{value.replace(' ', '   ')} "):
        assert licence.state_from_slmgr(text) is state
    for text in (token, f"LICENSE STATUS:  {token} ", token.strip("-"), token.lower()):
        assert licence.state_from_ospp(text) is state


@pytest.mark.parametrize("text", ["", "---", "Lizenzstatus: Lizenziert", "Licensed, perhaps", "License Status:", "1"])
def test_what_is_not_understood_is_unknown(text: str) -> None:
    assert licence.state_from_slmgr(text) is LicenceState.UNKNOWN
    assert licence.state_from_ospp(text) is LicenceState.UNKNOWN
    assert licence.state_from_wmi(-1) is LicenceState.UNKNOWN


def test_the_values_are_the_words_of_the_json_format() -> None:
    assert set(LicenceState) == set(
        "licensed oob_grace oot_grace non_genuine_grace notification extended_grace unlicensed unknown".split()
    )


def test_a_client_that_renewed_an_hour_ago() -> None:
    assert renewal_clock(LicenceState.LICENSED, 259_140, NOW) == RenewalClock(
        last_renewal=NOW - timedelta(hours=1),
        next_attempt=NOW - timedelta(hours=1) + 7 * DAY,
        runs_out=NOW - timedelta(hours=1) + 180 * DAY,
        notification=NOW - timedelta(hours=1) + 210 * DAY,
        is_overdue=False,
    )


@pytest.mark.parametrize(("since", "is_overdue"), [(0, False), (10_080, False), (10_081, True), (259_199, True)])
def test_overdue_begins_behind_the_renewal_interval(since: int, is_overdue: bool) -> None:
    clock = renewal_clock(LicenceState.LICENSED, 259_200 - since, NOW)
    assert clock.is_overdue is is_overdue
    assert clock.last_renewal == NOW - timedelta(minutes=since)
    expected = NOW + timedelta(minutes=120 if is_overdue else 10_080 - since)
    assert clock.next_attempt == expected


def test_the_intervals_are_the_hosts() -> None:
    clock = renewal_clock(LicenceState.LICENSED, 259_200 - 100, NOW, activation_interval=15, renewal_interval=60)
    assert clock.is_overdue
    assert clock.next_attempt == NOW + timedelta(minutes=15)


def test_ten_days_into_the_grace_after_the_180() -> None:
    assert renewal_clock(LicenceState.OOT_GRACE, 20 * 1440, NOW) == RenewalClock(
        last_renewal=NOW - 190 * DAY,
        next_attempt=NOW + timedelta(hours=2),
        runs_out=NOW - 10 * DAY,
        notification=NOW + 20 * DAY,
        is_overdue=False,
    )


def test_a_new_installation_has_its_grace_only() -> None:
    clock = renewal_clock(LicenceState.OOB_GRACE, 41_760, NOW)
    assert clock.notification == NOW + 29 * DAY
    assert (clock.last_renewal, clock.runs_out, clock.is_overdue) == (None, None, False)
    assert clock.next_attempt == NOW + timedelta(hours=2)


@pytest.mark.parametrize(
    ("state", "left"),
    [
        (LicenceState.LICENSED, 0),  # activated for good: a MAK or retail key
        (LicenceState.LICENSED, 259_201),
        (LicenceState.OOT_GRACE, 43_201),
        *[(state, 0) for state in LicenceState if state not in (LicenceState.LICENSED, LicenceState.OOT_GRACE)],
    ],
)
def test_what_has_no_clock(state: LicenceState, left: int) -> None:
    clock = renewal_clock(state, left, NOW)
    assert (clock.last_renewal, clock.runs_out, clock.notification, clock.is_overdue) == (None, None, None, False)
    tries = state not in (LicenceState.LICENSED, LicenceState.UNKNOWN)
    assert clock.next_attempt == (NOW + timedelta(hours=2) if tries else None)


@pytest.mark.parametrize(
    "arguments", [{"minutes_left": -1}, {"activation_interval": 0}, {"renewal_interval": 0}, {"renewal_interval": -5}]
)
def test_minutes_that_cannot_be(arguments: dict[str, int]) -> None:
    with pytest.raises(KmsdnsError, match="0 or more, intervals 1 or more"):
        renewal_clock(LicenceState.LICENSED, **{"minutes_left": 1, "observed": NOW, **arguments})


@pytest.mark.parametrize(
    ("state", "left", "observed", "interval"),
    [
        (LicenceState.OOB_GRACE, 10**13, NOW, 120),
        (LicenceState.OOB_GRACE, 10**30, NOW, 120),
        (LicenceState.LICENSED, 1, datetime.min.replace(tzinfo=UTC), 120),
        (LicenceState.LICENSED, 1, datetime.max.replace(tzinfo=UTC), 120),
        (LicenceState.LICENSED, 1, NOW, 10**20),
    ],
)
def test_dates_out_of_the_calendar(state: LicenceState, left: int, observed: datetime, interval: int) -> None:
    with pytest.raises(KmsdnsError, match="lead out of the calendar"):
        renewal_clock(state, left, observed, activation_interval=interval)


@given(
    st.sampled_from(LicenceState),
    st.integers(min_value=0, max_value=600_000),
    st.integers(min_value=15, max_value=43_200),
    st.integers(min_value=15, max_value=43_200),
)
def test_the_clock_never_runs_backwards(state: LicenceState, left: int, activation: int, renewal: int) -> None:
    clock = renewal_clock(state, left, NOW, activation_interval=activation, renewal_interval=renewal)
    assert clock.next_attempt is None or clock.next_attempt >= NOW
    if clock.last_renewal is not None:
        assert clock.last_renewal <= NOW
        assert clock.runs_out - clock.last_renewal == 180 * DAY
        assert clock.notification - clock.runs_out == 30 * DAY
    if clock.is_overdue:
        assert state is LicenceState.LICENSED
