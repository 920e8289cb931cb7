"""Addresses as zone files write them, to the one form that a message's decoder gives them too."""

from __future__ import annotations

from kmsdns.model.names import shown
from kmsdns.model.pattern import pattern
from kmsdns.zone.complaints import SYNTAX_ERROR, ZoneSyntaxError

QUAD = pattern(r"(?:(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])(?:\.(?!\Z)|\Z)){4}")
_GROUPS = pattern(r"(?:[0-9A-Fa-f]{1,4}(?::(?!\Z)|\Z))*")
SHORT = pattern(r"(?:[1-9a-f][0-9a-f]{0,3}:){1,5}(?::[1-9a-f][0-9a-f]{0,3}){1,5}")  # as RFC 5952 writes it
_ZEROS = pattern(r"(?:\A|(?<=:))0(?::0)+(?=:|\Z)")


def ipv4(word: str) -> str:
    """An IPv4 address, four decimal numbers without leading zeros. Raises ZoneSyntaxError."""
    if not QUAD.fullmatch(word):
        raise ZoneSyntaxError(SYNTAX_ERROR, f"an IPv4 address is expected here, not {shown(word)} (RFC 1035 3.4.1)", 0)
    return word


def ipv6(word: str) -> str:
    """An IPv6 address as RFC 5952 writes it. Raises ZoneSyntaxError."""
    if SHORT.fullmatch(word) and word.count(":") < 7:
        return word
    head, gap, tail = word.partition("::")
    last = (tail or head) if gap != "::" or tail else ""
    if "." in last:  # the last 32 bits in dotted form (RFC 4291 2.2)
        front, _, quad = word.rpartition(":")
        if QUAD.fullmatch(quad) and front:
            a, b, c, d = map(int, quad.split("."))
            head, gap, tail = f"{front}:{a << 8 | b:x}:{c << 8 | d:x}".partition("::")
    left, right = _groups(head), _groups(tail)
    if left is None or right is None or (len(left) + len(right) > 7 if gap else len(left) != 8):
        raise ZoneSyntaxError(SYNTAX_ERROR, f"an IPv6 address is expected here, not {shown(word)} (RFC 4291 2.2)", 0)
    groups = left + [0] * (8 - len(left) - len(right)) + right
    if groups[:5] == [0] * 5 and (groups[5] == 0xFFFF or (groups[5] == 0 and groups[6])):
        quad = ".".join([str(octet) for group in groups[6:] for octet in divmod(group, 256)])
        return f"::ffff:{quad}" if groups[5] else f"::{quad}"  # RFC 5952 5
    text = ":".join([f"{group:x}" for group in groups])
    runs = _ZEROS.findall(text)
    if not runs:
        return text
    run = max(runs, key=len)
    at = next(match.start() for match in _ZEROS.finditer(text) if match.group() == run)
    return f"{text[:at].rstrip(':')}::{text[at + len(run) :].lstrip(':')}"


def _groups(text: str) -> list[int] | None:
    if not _GROUPS.fullmatch(text):
        return None
    return [int(group, 16) for group in text.split(":")] if text else []


def packed(address: str) -> bytes:
    """The octets of an address that one of the two functions here gave."""
    if ":" not in address:
        return bytes(map(int, address.split(".")))
    front, _, quad = address.rpartition(":")
    if "." in quad:
        a, b, c, d = map(int, quad.split("."))
        address = f"{front}:{a << 8 | b:x}:{c << 8 | d:x}"
    head, gap, tail = address.partition("::")
    left, right = _groups(head) or [], _groups(tail) or []
    groups = left + [0] * (8 - len(left) - len(right) if gap else 0) + right
    return b"".join([group.to_bytes(2, "big") for group in groups])
