"""A message that was kept on its way: its TTLs count from when it was made (RFC 8484 5.1)."""

from __future__ import annotations

from struct import Struct, error

from kmsdns.model.records import MAX_TTL, RDTYPES

_COUNTS = Struct("!4H")
_TTL = Struct("!I")
_FIXED = Struct("!HHIH")
_HEADER, _ASKED, _MINIMUM = 12, 4, 4  # octets: of the header, behind a question's name, of a SOA's last field
_POINTER = 0xC0


def aged(message: bytes, seconds: int) -> bytes:
    """The message with its TTLs lowered by its age in seconds, to 0 at the least; as it is when it can't be read.

    A negative answer is fresh for the least of its SOA record's TTL and MINIMUM (RFC 2308 5), and ages from there.
    """
    older = bytearray(message)
    try:
        _lower(older, seconds)
    except (error, IndexError):
        return message
    return bytes(older)


def _lower(message: bytearray, seconds: int) -> None:
    questions, answers, authorities, others = _COUNTS.unpack_from(message, 4)
    at = _HEADER
    for _ in range(questions):
        at = _behind_name(message, at) + _ASKED
    for index in range(answers + authorities + others):
        at = _behind_name(message, at)
        rdtype, _rdclass, ttl, length = _FIXED.unpack_from(message, at)
        place, end = at + 4, at + _FIXED.size + length
        if rdtype == RDTYPES["SOA"] and answers <= index < answers + authorities:
            ttl = min(ttl, *_TTL.unpack_from(message, end - _MINIMUM))
        if rdtype != RDTYPES["OPT"] and ttl <= MAX_TTL:
            _TTL.pack_into(message, place, max(0, ttl - seconds))
        at = end


def _behind_name(message: bytearray, at: int) -> int:
    """The offset behind a name, be it compressed."""
    while length := message[at]:
        if length >= _POINTER:
            return at + 2
        at += 1 + length
    return at + 1
