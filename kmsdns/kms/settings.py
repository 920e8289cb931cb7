"""Settings as a person types them: what slmgr.vbs makes of the text behind /skms.

Read off the scripts themselves (docs/kms.md 1.7), their surprises included.
"""

from __future__ import annotations

import re
from decimal import ROUND_HALF_EVEN, Decimal

from kmsdns.model.value import Value

LONG = range(-(2**31), 2**31)
"""What a Long of VBScript holds."""

_DECIMAL = re.compile(r"([+-]?)\s*(\d{1,3}(?:,\d{3})+|\d+)?(\.\d*)?(?:[eEdD]([+-]?\d{1,3}))?")
_HEXADECIMAL = re.compile(r"&[Hh]([0-9A-Fa-f]{1,4})")
_OCTAL = re.compile(r"&[Oo]?([0-7]{1,5})")
_INTEGER = 0x7FFF  # above it VBScript takes four digits of &H for a negative number, or not: not documented
_MAX_TEXT = 300


class Skms(Value):
    """What slmgr /skms sets. Where the port is no number nothing changes: the script puts the former name back."""

    name: str | None  # None: the name stays what it is
    port: int | None  # None: a port that was set before is erased, so the default counts
    is_refused: bool = False


def skms(text: str) -> Skms:
    """Takes the argument of slmgr /skms apart as the script does.

    In brackets an IPv6 address keeps them, and whatever character follows the closing one is skipped. Else the first
    colon parts name and port, also within a bare IPv6 address, whose rest is no number then. ":1688" sets the port
    alone. The port is what CLng makes of it, and may be no port at all.
    """
    if text.startswith("[") and (end := text.find("]", 1)) >= 0:
        name, port = text[: end + 1], text[end + 2 :]
    else:
        name, _, port = text.partition(":")
    if not port:
        return Skms(name=name or None, port=None)
    number = clng(port)
    if number is None:
        return Skms(name=None, port=None, is_refused=True)
    return Skms(name=name or None, port=number)


def clng(text: str) -> int | None:
    """The number that CLng of VBScript makes of a text, as far as that is documented; None where it fails.

    Blanks around it, a sign, separators of thousands, an exponent, &H and &O are taken; halves are rounded to the even
    number. Separators are those of an English system: CLng follows the regional settings.
    """
    text = text.strip()
    if len(text) > _MAX_TEXT:
        return None
    for form, base in ((_HEXADECIMAL, 16), (_OCTAL, 8)):
        if (found := form.fullmatch(text)) is not None:
            value = int(found.group(1), base)
            return value if value <= _INTEGER else None
    found = _DECIMAL.fullmatch(text) if text.isascii() else None
    if found is None or not any(character.isdigit() for character in (found.group(2) or "") + (found.group(3) or "")):
        return None
    sign, whole, fraction, exponent = found.groups()
    mantissa = Decimal((whole or "0").replace(",", "") + ((fraction or "") if fraction != "." else ""))
    if mantissa and mantissa.adjusted() + int(exponent or 0) > len(str(LONG.stop)):
        return None  # Overflow
    number = int(mantissa.scaleb(int(exponent or 0)).quantize(Decimal(1), rounding=ROUND_HALF_EVEN)) * (
        -1 if sign == "-" else 1
    )
    return number if number in LONG else None
