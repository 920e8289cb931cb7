"""Activation codes: which one a client shows when the DNS or a host fails, and what one that somebody reads means.

The catalogues themselves (errortable, eventtable) load when one of their entries is looked for.
"""

from __future__ import annotations

from kmsdns.errors import KmsdnsError
from kmsdns.model.messages import Outcome
from kmsdns.model.names import shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kmsdns.kms.errortable import ActivationError
    from kmsdns.kms.eventtable import LogEvent
    from kmsdns.model.messages import Response

NO_SERVERS = "0x8007267C"
"""No DNS server is configured."""
NO_SUFFIX = "0x8007007B"
"""There is no DNS suffix, so no name to ask for."""
NO_HOST = "0xC004F074"
"""Every host failed. What a client keeps to itself of each single host is 0x800706BA."""

SHOWN = {
    Outcome.NXDOMAIN: "0x8007232B",
    Outcome.NODATA: "0x8007251D",
    Outcome.SERVFAIL: "0x8007232A",
    Outcome.TIMEOUT: "0x8007232A",
    Outcome.UNREACHABLE: "0x8007232A",
    Outcome.REFUSED: "0x8007232D",
}
"""What a KMS client shows when the SRV look-up ends so. Outcome.MALFORMED is not here: no document says."""

_BY_RCODE = {
    "formerr": "0x80072329",
    "notimp": "0x8007232C",
    "yxdomain": "0x8007232E",
    "notauth": "0x80072331",
}
"""Response codes with an error of their own: Windows counts them from 9000 (kms.win32), as it does those of SHOWN."""
_UNKNOWN = frozenset({"badvers", "lame", "referral", "no-socket"})
"""What Windows makes of the first three, no document says; the last is this machine's own trouble, not a client's."""

_SHAPES = "0xC004F074 or C004F074, in decimal as 3221549172 or -1073418124"
_HEX = frozenset("0123456789abcdef")
_LONGEST = 16  # digits, leading zeros included


def parse_code(text: str) -> int:
    """The number of an activation error as people find it written: unsigned, 32 bits.

    0xC004F074 and C004F074 in any case; 3221549172; -1073418124, which is the same read as a signed number. Eight
    digits without 0x are hexadecimal: no failure has eight decimal ones.

    Raises KmsdnsError for anything else.
    """
    word = text.strip().lower()
    digits = word.removeprefix("0x")
    if digits and _HEX.issuperset(digits) and (digits != word or len(digits) == 8) and len(digits) <= _LONGEST:
        number = int(digits, 16)
    elif word.isascii() and word.removeprefix("-").isdecimal() and len(word) <= _LONGEST:
        number = int(word)
    else:
        raise KmsdnsError(f"{shown(text)} is no activation error: write it as {_SHAPES}")
    if not -(1 << 31) <= number < 1 << 32:
        raise KmsdnsError(f"{shown(text)} is no activation error, it does not fit into 32 bits: write it as {_SHAPES}")
    return number & 0xFFFFFFFF


def shown_for(response: Response | None) -> str | None:
    """What a KMS client shows that ends with this look-up; None when it got an answer, or when no document says."""
    if response is None or response.reason in _UNKNOWN or response.reason.startswith("rcode-"):
        return None
    return _BY_RCODE.get(response.reason) or SHOWN.get(response.outcome)


def find_error(number: int) -> ActivationError | None:
    """The catalogue's entry of an HRESULT (unsigned); None when there is none."""
    from kmsdns.kms.errortable import ERRORS

    return next((error for error in ERRORS if error.number == number), None)


def find_event(number: int) -> LogEvent | None:
    """The catalogue's entry of an event ID; None when there is none."""
    from kmsdns.kms.eventtable import EVENTS

    return next((event for event in EVENTS if event.number == number), None)
