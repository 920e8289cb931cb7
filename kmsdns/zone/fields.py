"""The kinds of fields that rdata is made of: how each is written in a zone file, and how long it is as octets.

A field reads words and gives octets, or raises ZoneSyntaxError about the word it does not understand. Its second half
measures octets that were written as RFC 3597 5 says: where the field that begins at an offset ends, or ValueError.
"""

from __future__ import annotations

import binascii
import re

from kmsdns.model import names
from kmsdns.model.pattern import pattern
from kmsdns.zone.addresses import ipv4, ipv6, packed
from kmsdns.zone.complaints import NUMBER_OUT_OF_RANGE, SYNTAX_ERROR, ZoneSyntaxError
from kmsdns.zone.text import named, number, octets, period

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from kmsdns.zone.text import Name

_HEX = pattern(r"(?:[0-9A-Fa-f]{2})+")
_BASE64 = pattern(r"(?:[0-9A-Za-z+/]{4})*(?:[0-9A-Za-z+/]{4}|[0-9A-Za-z+/]{3}=|[0-9A-Za-z+/]{2}==)")
_BASE32 = pattern(r"[0-9A-Va-v]+={0,6}")
_TAG = pattern(r"[0-9A-Za-z]*")
_DATE = pattern(r"([0-9]{4})([0-9]{2})([0-9]{2})([0-9]{2})([0-9]{2})([0-9]{2})")
_GROUPS = pattern(r"[0-9A-Fa-f]{4}(?::[0-9A-Fa-f]{4}){3}")
_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUV"
_LAST_YEAR = 2225  # a later date is more than one turn of a 32-bit clock away


class Words:
    """The words of one record's rdata, taken one after the other; name completes a name, number_of knows types."""

    __slots__ = ("at", "name", "number_of", "words")

    def __init__(self, words: Sequence[str], name: Name, number_of: Callable[[str], int]) -> None:
        self.words = words
        self.name = name
        self.number_of = number_of
        self.at = 0

    def take(self, what: str) -> str:
        """The next word. Raises ZoneSyntaxError when there is none."""
        if self.at == len(self.words):
            raise ZoneSyntaxError(SYNTAX_ERROR, f"{what} is missing", len(self.words) - 1 if self.words else None)
        self.at += 1
        return self.words[self.at - 1]

    def rest(self) -> Sequence[str]:
        """Every word that is left."""
        found = self.words[self.at :]
        self.at = len(self.words)
        return found

    def bad(self, what: str, word: str) -> ZoneSyntaxError:
        """Why the word taken last cannot be read."""
        return ZoneSyntaxError(SYNTAX_ERROR, f"{what} is expected here, not {names.shown(word)}", self.at - 1)

    def end(self) -> None:
        """Raises ZoneSyntaxError when a word is left."""
        if self.at < len(self.words):
            raise ZoneSyntaxError(SYNTAX_ERROR, f"{names.shown(self.words[self.at])} is one field too many", self.at)


class Field:
    """read takes words and gives octets; end gives the offset behind the field that begins at an offset."""

    __slots__ = ("end", "read")

    def __init__(self, read: Callable[[Words], bytes], end: Callable[[bytes, int], int]) -> None:
        self.read = read
        self.end = end


def _fixed(size: int) -> Callable[[bytes, int], int]:
    return lambda _data, at: at + size


def _counted(data: bytes, at: int) -> int:
    if at >= len(data):
        raise ValueError
    return at + 1 + data[at]


def _rest(least: int) -> Callable[[bytes, int], int]:
    def end(data: bytes, at: int) -> int:
        if len(data) - at < least:
            raise ValueError
        return len(data)

    return end


def _name_end(data: bytes, at: int) -> int:
    start = at
    while at < len(data) and data[at]:
        if data[at] > names.MAX_LABEL:
            raise ValueError
        at += 1 + data[at]
    if at >= len(data) or at + 1 - start > names.MAX_NAME:
        raise ValueError
    return at + 1


def _bitmap_end(data: bytes, at: int) -> int:
    window = -1
    while at < len(data):
        if at + 2 > len(data) or data[at] <= window or not 1 <= data[at + 1] <= 32:
            raise ValueError
        window, at = data[at], at + 2 + data[at + 1]
    return at


def whole(size: int, what: str, known: Mapping[str, int] | None = None) -> Field:
    """A number of so many octets, or one of the words known (in capitals) that stand for one."""
    most = (1 << 8 * size) - 1

    def read(words: Words) -> bytes:
        word = words.take(what)
        value = None if known is None else known.get(word.upper())
        return (number(word, what, words.at - 1, most) if value is None else value).to_bytes(size, "big")

    return Field(read, _fixed(size))


def _seconds(words: Words) -> bytes:
    return period(words.take("the TTL"), "the TTL", words.at - 1).to_bytes(4, "big")


def _moment(words: Words) -> bytes:
    """YYYYMMDDHHmmSS, or seconds since 1970, in 32 bits that wrap (RFC 4034 3.1.5, 3.2)."""
    word = words.take("a time")
    match = _DATE.fullmatch(word)
    if match is None:
        return number(word, "a time", words.at - 1, 2**32 - 1).to_bytes(4, "big")
    import datetime

    try:
        moment = datetime.datetime(*map(int, match.groups()), tzinfo=datetime.UTC)  # type: ignore[misc, arg-type]
    except ValueError:
        raise words.bad("a time as YYYYMMDDHHmmSS", word) from None
    if not 1970 <= moment.year <= _LAST_YEAR:
        raise ZoneSyntaxError(
            NUMBER_OUT_OF_RANGE, f"the time {word} is out of range: 1970 to {_LAST_YEAR}", words.at - 1
        )
    return (int(moment.timestamp()) % 2**32).to_bytes(4, "big")


def _name(words: Words) -> bytes:
    word = words.take("a domain name")
    return names.to_wire(named(word, words.at - 1, words.name))


def _type(words: Words) -> bytes:
    return _type_number(words, words.take("a record type")).to_bytes(2, "big")


def _type_number(words: Words, word: str) -> int:
    try:
        if not word.isascii():
            raise ValueError
        return words.number_of(word.upper())
    except ValueError:
        raise words.bad("a record type", word) from None


def _bitmap(words: Words) -> bytes:
    """The types that exist at a name, as windows of bits (RFC 4034 4.1.2)."""
    windows: dict[int, bytearray] = {}
    while words.at < len(words.words):
        window, bit = divmod(_type_number(words, words.take("a record type")), 256)
        bits = windows.setdefault(window, bytearray(32))
        bits[bit // 8] |= 0x80 >> bit % 8
    found = bytearray()
    for window, bits in sorted(windows.items()):
        used = bits.rstrip(b"\0")
        found += bytes((window, len(used))) + used
    return bytes(found)


def _word_octets(words: Words, word: str) -> bytes:
    try:
        return octets(word)
    except ZoneSyntaxError as bad:
        bad.word = words.at - 1
        raise


def _string(words: Words) -> bytes:
    data = _word_octets(words, words.take("a string"))
    if len(data) > 255:
        raise ZoneSyntaxError(
            SYNTAX_ERROR, f"the string has {len(data)} octets, 255 is the most (RFC 1035 3.3)", words.at - 1
        )
    return bytes((len(data),)) + data


def _tag(words: Words) -> bytes:
    data = _string(words)
    word = words.words[words.at - 1]
    if not _TAG.fullmatch(data[1:].decode("latin-1")):
        raise words.bad("a tag of ASCII letters and digits (RFC 8659 4.1)", word)
    return data


def _text(words: Words) -> bytes:
    return _word_octets(words, words.take("a text"))


def _hexadecimal(words: Words) -> bytes:
    first = words.take("hexadecimal data")
    text = first + "".join(words.rest())
    if not _HEX.fullmatch(text):
        raise words.bad("two hexadecimal digits for every octet", text)
    return bytes.fromhex(text)


def _base64(words: Words) -> bytes:
    """Base64, which blanks may stand in (RFC 4034 2.2)."""
    first = words.take("base64 data")
    text = first + "".join(words.rest())
    return base64(words, text)


def base64(words: Words, text: str) -> bytes:
    """The octets of base64 text in whole groups of four digits. Raises ZoneSyntaxError."""
    if not _BASE64.fullmatch(text):
        raise words.bad("base64 data in groups of four digits (RFC 4648 4)", text)
    return binascii.a2b_base64(text)


def _salt(words: Words) -> bytes:
    """Hexadecimal digits, or - for none, without blanks (RFC 5155 3.3)."""
    word = words.take("the salt")
    if word == "-":
        return b"\0"
    if not _HEX.fullmatch(word) or len(word) > 510:
        raise words.bad("the salt, - or two hexadecimal digits for each of at most 255 octets,", word)
    return bytes((len(word) // 2,)) + bytes.fromhex(word)


def _hash(words: Words) -> bytes:
    """Base32 with the extended hex alphabet, which RFC 5155 3.3 wants unpadded; right padding is taken too."""
    word = words.take("the next hashed owner")
    digits = word.rstrip("=")
    value, spare = 0, len(digits) * 5 % 8
    if _BASE32.fullmatch(word) and (digits == word or len(word) % 8 == 0) and spare < 5 and len(digits) <= 408:
        for digit in digits.upper():
            value = value << 5 | _DIGITS.index(digit)
        if not value & ((1 << spare) - 1):
            size = len(digits) * 5 // 8
            return bytes((size,)) + (value >> spare).to_bytes(size, "big")
    raise words.bad("a hash in base32 with the extended hex alphabet (RFC 5155 3.3)", word)


def _quad(words: Words) -> bytes:
    return packed(placed(words, ipv4, words.take("an IPv4 address")))


def _address6(words: Words) -> bytes:
    return packed(placed(words, ipv6, words.take("an IPv6 address")))


def placed(words: Words, parse: Callable[[str], str], word: str) -> str:
    """What parse makes of the word taken last; a ZoneSyntaxError it raises is about that word."""
    try:
        return parse(word)
    except ZoneSyntaxError as bad:
        bad.word = words.at - 1
        raise


def _eui(count: int) -> Field:
    pairs = re.compile("-".join(["[0-9A-Fa-f]{2}"] * count))
    example = "-".join(["00"] * count)

    def read(words: Words) -> bytes:
        word = words.take("an address")
        if not pairs.fullmatch(word):
            raise words.bad(f"an address like {example} (RFC 7043)", word)
        return bytes.fromhex(word.replace("-", ""))

    return Field(read, _fixed(count))


def _locator(words: Words) -> bytes:
    word = words.take("a locator")
    if not _GROUPS.fullmatch(word):
        raise words.bad("four groups of four hexadecimal digits (RFC 6742)", word)
    return bytes.fromhex(word.replace(":", ""))


SECONDS = Field(_seconds, _fixed(4))
MOMENT = Field(_moment, _fixed(4))
NAME = Field(_name, _name_end)
TYPE = Field(_type, _fixed(2))
BITMAP = Field(_bitmap, _bitmap_end)
STRING = Field(_string, _counted)
TAG = Field(_tag, _counted)
TEXT = Field(_text, _rest(0))
HEX = Field(_hexadecimal, _rest(0))
BASE64 = Field(_base64, _rest(0))
SOME_BASE64 = Field(_base64, _rest(1))
SALT = Field(_salt, _counted)
HASH = Field(_hash, _counted)
IPV4 = Field(_quad, _fixed(4))
IPV6 = Field(_address6, _fixed(16))
EUI48 = _eui(6)
EUI64 = _eui(8)
LOCATOR = Field(_locator, _fixed(8))
