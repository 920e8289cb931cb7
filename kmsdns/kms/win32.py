"""Win32 error numbers by name, for HRESULTs that wrap one: 0x8007xxxx is the error number xxxx."""

from __future__ import annotations

from kmsdns.data import rows

NAMES = {int(number): name for number, name in rows("win32-errors.csv")}
"""Those that discovery and activation are likely to meet, as Microsoft's system error codes name them."""

_FACILITY = 0x80070000


def wrapped_by(number: int) -> int | None:
    """The Win32 error number in an HRESULT; None when it wraps none."""
    return number & 0xFFFF if number & 0xFFFF0000 == _FACILITY else None


def hresult_of(error: int) -> int:
    """The HRESULT that wraps a Win32 error number of 1 to 65535."""
    return _FACILITY | error
