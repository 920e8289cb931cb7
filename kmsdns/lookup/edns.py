"""EDNS: what an OPT record says (RFC 6891), extended DNS errors among its options (RFC 8914), padding (RFC 7830)."""

from __future__ import annotations

from struct import Struct

from kmsdns.model.safe import safe
from kmsdns.model.value import Value

EDE_OPTION = 15
PADDING_OPTION = 12
PADDED_TO = 128
"""Octets that an encrypted query is a multiple of, so that its length doesn't tell the name (RFC 8467 4.1)."""

DO = 0x8000
"""DNSSEC OK, in the lower half of what is the TTL of other records (RFC 3225)."""

EDE_CODES = (
    "Other", "Unsupported DNSKEY Algorithm", "Unsupported DS Digest Type", "Stale Answer", "Forged Answer",
    "DNSSEC Indeterminate", "DNSSEC Bogus", "Signature Expired", "Signature Not Yet Valid", "DNSKEY Missing",
    "RRSIGs Missing", "No Zone Key Bit Set", "NSEC Missing", "Cached Error", "Not Ready", "Blocked", "Censored",
    "Filtered", "Prohibited", "Stale NXDOMAIN Answer", "Not Authoritative", "Not Supported",
    "No Reachable Authority", "Network Error", "Invalid Data", "Signature Expired Before Valid", "Too Early",
    "Unsupported NSEC3 Iterations Value", "Unable to Conform to Policy", "Synthesized", "Invalid Query Type",
)  # fmt: skip
"""The INFO-CODEs with a purpose, from 0 (RFC 8914 5.2 and the IANA registry it opened)."""

MAX_EDES, MAX_EDE_TEXT = 8, 256
"""Errors of one message that are told, and octets of each one's text; a message has room for much more."""

_OPTION = Struct("!HH")
_HEADER = 12
_BEFORE_RDLENGTH = 9  # the root's name, TYPE, CLASS and TTL of an OPT record


class Ede(Value):
    """An extended DNS error (RFC 8914): the server's own reason for an answer that disappoints."""

    code: int
    text: str  # fit for a terminal: whatever does not print stands escaped; often empty

    def __str__(self) -> str:
        known = f"{self.code} ({EDE_CODES[self.code]})" if self.code < len(EDE_CODES) else str(self.code)
        return f"{known}: {self.text}" if self.text else known


class Edns(Value):
    """An OPT record taken apart (RFC 6891 6.1)."""

    size: int  # octets: the largest UDP payload the sender takes
    version: int
    do: bool
    options: tuple[tuple[int, bytes], ...]  # code and data of every option in order, those in ede included
    ede: tuple[Ede, ...]


def ede_words(errors: tuple[Ede, ...]) -> str | None:
    """Extended errors for a person and a program, bounded, with the count of what was cut; None when there are none."""
    told = [str(each.replace(text=_bounded(each.text))) for each in errors[:MAX_EDES]]
    more = errors[MAX_EDES:]
    if more:
        octets = sum(len(each.text.encode()) for each in more)
        told.append(f"and {len(more)} more with {octets} octets of text")
    return "; ".join(told) or None


def _bounded(text: str) -> str:
    octets = text.encode()
    if len(octets) <= MAX_EDE_TEXT:
        return text
    kept = octets[:MAX_EDE_TEXT].decode("utf-8", "ignore")
    return f"{kept}... ({len(octets) - len(kept.encode())} more octets)"


def edns(size: int, ttl: int, rdata: bytes) -> Edns:
    """An Edns from the class, TTL and rdata fields of an OPT record.

    ValueError with a sentence when the rdata is no sequence of whole options, or an extended error lacks its code.
    """
    options: list[tuple[int, bytes]] = []
    at, end = 0, len(rdata)
    while at < end:
        if at + 4 > end:
            raise ValueError("OPT ends inside the head of an option (RFC 6891 6.1.2)")
        code, length = _OPTION.unpack_from(rdata, at)
        at += 4 + length
        if at > end:
            raise ValueError(f"EDNS option {code} runs past the end of OPT (RFC 6891 6.1.2)")
        options.append((code, rdata[at - length : at]))
    return Edns(
        size=size,
        version=ttl >> 16 & 0xFF,
        do=bool(ttl & DO),
        options=tuple(options),
        ede=tuple([_ede(data) for code, data in options if code == EDE_OPTION]) if options else (),
    )


def padded(query: bytes) -> bytes:
    """A query as lookup.wire encodes it, one question and an OPT record, with padding behind the record's options."""
    at = _HEADER
    while query[at]:
        at += 1 + query[at]
    at += 1 + _OPTION.size + _BEFORE_RDLENGTH  # behind the name: TYPE and CLASS, as long as an option's head
    zeros = bytes(-(len(query) + _OPTION.size) % PADDED_TO)
    rdata = query[at + 2 :] + _OPTION.pack(PADDING_OPTION, len(zeros)) + zeros
    return query[:at] + len(rdata).to_bytes(2, "big") + rdata


def _ede(data: bytes) -> Ede:
    if len(data) < 2:
        raise ValueError("an extended DNS error is too short for its code (RFC 8914 2)")
    # A final NUL is allowed and says nothing (RFC 8914 2). Octets that are no UTF-8 show as \xNN.
    text = data[2:].removesuffix(b"\0").decode("utf-8", "backslashreplace")
    return Ede(code=int.from_bytes(data[:2], "big"), text=safe(text))
