"""Fields of a few types that follow no common pattern: APL, LOC and IPSECKEY."""

from __future__ import annotations

from kmsdns.model import names
from kmsdns.model.pattern import pattern
from kmsdns.zone.addresses import ipv4, ipv6, packed
from kmsdns.zone.complaints import NUMBER_OUT_OF_RANGE, ZoneSyntaxError
from kmsdns.zone.fields import BASE64, IPV4, IPV6, NAME, Field, placed
from kmsdns.zone.text import number

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from kmsdns.zone.fields import Words

_PREFIX = pattern(r"(!?)([12]):(.+)/([0-9]{1,3})")
_METRES = pattern(r"(-?)([0-9]{1,10})(?:\.([0-9]{1,2})[0-9]*)?m?")
_SECONDS = pattern(r"([0-9]{1,2})(?:\.([0-9]{1,3}))?")
_EQUATOR = 1 << 31
_GROUND = 10_000_000  # centimetres: altitudes count from 100 km below the WGS 84 spheroid
_LARGEST = 9 * 10**9  # centimetres: what one digit and a power of ten can say
_DEFAULTS = ((0x12, "the size"), (0x16, "the horizontal precision"), (0x13, "the vertical precision"))


def _prefixes(words: Words) -> bytes:
    """[!]family:address/length, any number of them (RFC 3123 5)."""
    found = bytearray()
    for word in words.rest():
        match = _PREFIX.fullmatch(word)
        if match is None:
            raise words.bad("a prefix like 1:192.0.2.0/24 or !2:2001:db8::/32", word)
        address = packed(placed(words, ipv4 if match[2] == "1" else ipv6, match[3]))
        length = int(match[4])
        if length > len(address) * 8:
            raise ZoneSyntaxError(
                NUMBER_OUT_OF_RANGE, f"the length of the prefix {names.shown(word)} is out of range", words.at - 1
            )
        part = address.rstrip(b"\0")
        found += bytes((0, int(match[2]), length, (0x80 if match[1] else 0) | len(part))) + part
    return bytes(found)


def _prefixes_end(data: bytes, at: int) -> int:
    while at < len(data):
        at += 4 + (data[at + 3] & 0x7F if at + 3 < len(data) else len(data))
    return at


def _location(words: Words) -> bytes:
    """Where something is on the Earth (RFC 1876 3)."""
    latitude = _angle(words, 90, "NS")
    longitude = _angle(words, 180, "EW")
    altitude = _centimetres(words, "the altitude", -_GROUND, 2**32 - 1 - _GROUND) + _GROUND
    sizes = bytearray()
    for default, what in _DEFAULTS:
        if words.at == len(words.words):
            sizes.append(default)
            continue
        value, power = _centimetres(words, what, 0, _LARGEST), 0
        while value >= 10:
            value, power = value // 10, power + 1
        sizes.append(value << 4 | power)
    return b"\0" + bytes(sizes) + b"".join([part.to_bytes(4, "big") for part in (latitude, longitude, altitude)])


def _angle(words: Words, most: int, sides: str) -> int:
    """Degrees, maybe minutes, maybe seconds with three decimals, and on which side; in thousandths of a second."""
    what = f"degrees, minutes and seconds, then {sides[0]} or {sides[1]},"
    value = number(words.take(what), "the number of degrees", words.at - 1, most) * 3_600_000
    word = words.take(what)
    if word.upper() not in tuple(sides):
        value += number(word, "the number of minutes", words.at - 1, 59) * 60_000
        word = words.take(what)
        if word.upper() not in tuple(sides):
            match = _SECONDS.fullmatch(word)
            if match is None or int(match[1]) > 59:
                raise words.bad("seconds below 60, with three decimals at most,", word)
            value += int(match[1]) * 1000 + int((match[2] or "0").ljust(3, "0"))
            word = words.take(what)
            if word.upper() not in tuple(sides):
                raise words.bad(f"{sides[0]} or {sides[1]}", word)
    return _EQUATOR + value if word.upper() == sides[0] else _EQUATOR - value


def _centimetres(words: Words, what: str, least: int, most: int) -> int:
    word = words.take(what)
    match = _METRES.fullmatch(word)
    if match is None:
        raise words.bad(f"{what} in metres, like 25.50m,", word)
    value = int(match[2]) * 100 + int((match[3] or "0").ljust(2, "0"))
    value = -value if match[1] else value
    if not least <= value <= most:
        raise ZoneSyntaxError(NUMBER_OUT_OF_RANGE, f"{what} {names.shown(word)} is out of range", words.at - 1)
    return value


def _gateway(words: Words) -> bytes:
    """Precedence, type of gateway, algorithm, gateway, and a key unless the algorithm is 0 (RFC 4025 3)."""
    precedence, kind, algorithm = [
        number(words.take(what), what, words.at - 1, most)
        for what, most in (("the precedence", 255), ("the type of the gateway", 3), ("the algorithm", 255))
    ]
    found = bytes((precedence, kind, algorithm))
    if kind == 0:
        word = words.take("the gateway")
        if word != ".":
            raise words.bad("a gateway of type 0 is written as a dot; it", word)
    else:
        found += _GATEWAYS[kind].read(words)
    return found + (BASE64.read(words) if algorithm else b"")


def _gateway_end(data: bytes, at: int) -> int:
    if at + 3 > len(data) or data[at + 1] > 3:
        raise ValueError
    kind, has_key = data[at + 1], bool(data[at + 2])
    at = _GATEWAYS[kind].end(data, at + 3) if kind else at + 3
    return len(data) if has_key else at


_GATEWAYS: Mapping[int, Field] = {1: IPV4, 2: IPV6, 3: NAME}

PREFIXES = Field(_prefixes, _prefixes_end)
LOCATION = Field(_location, lambda _data, at: at + 16)
GATEWAY = Field(_gateway, _gateway_end)
