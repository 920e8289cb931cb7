"""Lists of key=value parameters in rdata: SVCB and HTTPS (RFC 9460), DELEG and DELEGPARAM (draft-ietf-deleg)."""

from __future__ import annotations

from kmsdns.model import names
from kmsdns.model.pattern import pattern
from kmsdns.zone.addresses import ipv4, ipv6, packed
from kmsdns.zone.complaints import NUMBER_OUT_OF_RANGE, SYNTAX_ERROR, ZoneSyntaxError
from kmsdns.zone.fields import Field, base64, placed
from kmsdns.zone.text import named, number, octets

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from kmsdns.zone.fields import Words
    from kmsdns.zone.lexer import Token

    Keys = Mapping[str, tuple[int, Callable[[Words, str], bytes] | None]]

_NUMBERED = pattern(r"key(0|[1-9][0-9]{0,4})")
_NAME = pattern(r"(?:\A|(?<=,))(?:[^\\,]|\\.)*(?=,|\Z)")


def glued(words: Sequence[str], tokens: Sequence[Token]) -> tuple[list[str], list[int]]:
    """The words of rdata, where a string is one with the word it touches: key="value"; and which each of them began as.

    tokens are those of the words, if they are from a file.
    """
    found: list[str] = []
    places: list[int] = []
    for at, word in enumerate(words):
        touches = not tokens or tokens[at].offset == tokens[at - 1].end
        if at and word[0] == '"' and words[at - 1][-1] == "=" and touches:
            found[-1] += word
        else:
            found.append(word)
            places.append(at)
    return found, places


def _parameters(words: Words, keys: Keys) -> bytes:
    """Every word that is left, in the order of the keys' numbers (RFC 9460 2.1, 2.2)."""
    found: dict[int, bytes] = {}
    wanted: list[int] = []  # what "mandatory" lists
    told = 0  # the word that does
    while words.at < len(words.words):
        key, equals, text = words.take("a parameter").partition("=")
        at = _number(words, key, keys)
        if at in found:
            raise ZoneSyntaxError(
                SYNTAX_ERROR, f"the parameter {names.shown(key)} is here twice (RFC 9460 2.1)", words.at - 1
            )
        if at == 0:
            wanted, told = sorted([_number(words, each, keys) for each in _list(words, text)]), words.at - 1
            found[at] = b"".join([each.to_bytes(2, "big") for each in wanted])
        else:
            found[at] = _value(words, key, equals, text, keys)
    if 0 in wanted or len(set(wanted)) < len(wanted) or not found.keys() >= set(wanted):
        raise ZoneSyntaxError(
            SYNTAX_ERROR, "mandatory lists other parameters of this record, each once (RFC 9460 8)", told
        )
    return b"".join(
        [at.to_bytes(2, "big") + len(value).to_bytes(2, "big") + value for at, value in sorted(found.items())]
    )  # fmt: skip


def _number(words: Words, key: str, keys: Keys) -> int:
    known, match = keys.get(key), _NUMBERED.fullmatch(key)
    if known is not None:
        return known[0]
    if match is None or int(match[1]) > 65535:
        raise words.bad(f"a parameter ({', '.join(keys)}, or keyNNNNN)", key)
    return int(match[1])


def _value(words: Words, key: str, equals: str, text: str, keys: Keys) -> bytes:
    parse = keys[key][1] if key in keys else _any
    if parse is None:
        if equals:
            raise ZoneSyntaxError(SYNTAX_ERROR, f"{key} takes no value (RFC 9460 7)", words.at - 1)
        return b""
    if key in keys and text in ("", '""'):
        raise ZoneSyntaxError(SYNTAX_ERROR, f"{key} takes a value: {key}=...", words.at - 1)
    value = parse(words, text)
    if len(value) > 65535:
        raise ZoneSyntaxError(
            NUMBER_OUT_OF_RANGE, f"the value of {key} has {len(value)} octets, 65535 is the most", words.at - 1
        )
    return value


def _decoded(words: Words, text: str) -> bytes:
    try:
        return octets(text)
    except ZoneSyntaxError as bad:
        bad.word = words.at - 1
        raise


def _any(words: Words, text: str) -> bytes:
    return _decoded(words, text)


def _items(words: Words, text: str) -> list[bytes]:
    r"""A list of values: commas between them; \, and \\ stand for the octets themselves (RFC 9460 A.1)."""
    found, item, escaped = [], bytearray(), False
    for octet in _decoded(words, text):
        if escaped and octet not in b",\\":
            raise ZoneSyntaxError(
                SYNTAX_ERROR, "in a list, a backslash stands before a comma or a backslash (RFC 9460 A.1)", words.at - 1
            )
        if escaped or octet not in b",\\":
            item.append(octet)
            escaped = False
        elif octet == 0x5C:
            escaped = True
        else:
            found.append(bytes(item))
            item.clear()
    found.append(bytes(item))
    if escaped or not all(found):
        raise ZoneSyntaxError(
            SYNTAX_ERROR, "a list has an empty item, or ends in a backslash (RFC 9460 A.1)", words.at - 1
        )
    return found


def _list(words: Words, text: str) -> list[str]:
    return [item.decode("latin-1") for item in _items(words, text)]


def _protocols(words: Words, text: str) -> bytes:
    found = _items(words, text)
    longest = max(map(len, found))
    if longest > 255:
        raise ZoneSyntaxError(
            NUMBER_OUT_OF_RANGE, f"a protocol has {longest} octets, 255 is the most (RFC 9460 7.1)", words.at - 1
        )
    return b"".join([bytes((len(item),)) + item for item in found])


def _port(words: Words, text: str) -> bytes:
    return number(_decoded(words, text).decode("latin-1"), "the port", words.at - 1, 65535).to_bytes(2, "big")


def _quads(words: Words, text: str) -> bytes:
    return b"".join([packed(placed(words, ipv4, each)) for each in _list(words, text)])


def _addresses6(words: Words, text: str) -> bytes:
    return b"".join([packed(placed(words, ipv6, each)) for each in _list(words, text)])


def _names(words: Words, text: str) -> bytes:
    """Domain names: here a comma with a backslash in front belongs to a label."""
    found = _NAME.findall(text[1:-1] if text[0] == '"' else text)
    return b"".join([names.to_wire(named(each, words.at - 1, words.name)) for each in found])


def _base64(words: Words, text: str) -> bytes:
    return base64(words, _decoded(words, text).decode("latin-1"))


def _end(data: bytes, at: int) -> int:
    last = -1
    while at < len(data):
        key, size = int.from_bytes(data[at : at + 2], "big"), int.from_bytes(data[at + 2 : at + 4], "big")
        if key <= last or at + 4 > len(data):
            raise ValueError
        last, at = key, at + 4 + size
    return at


_SERVICE = {
    "mandatory": (0, None), "alpn": (1, _protocols), "no-default-alpn": (2, None), "port": (3, _port),
    "ipv4hint": (4, _quads), "ech": (5, _base64), "ipv6hint": (6, _addresses6), "dohpath": (7, _any),
    "ohttp": (8, None),
}  # fmt: skip
_DELEGATION = {
    "mandatory": (0, None), "server-ipv4": (1, _quads), "server-ipv6": (2, _addresses6), "server-name": (3, _names),
    "include-delegparam": (4, _names),
}  # fmt: skip

SERVICE = Field(lambda words: _parameters(words, _SERVICE), _end)
DELEGATION = Field(lambda words: _parameters(words, _DELEGATION), _end)
