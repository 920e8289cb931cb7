"""Rdata in messages: of some types its fields are read, of some its names expanded; all other is Opaque, to the octet.

The usual types, A, AAAA and SRV of class IN, are read in the loop of lookup.wire that reads records.
"""

from __future__ import annotations

from struct import Struct

from kmsdns.lookup.compression import WireError
from kmsdns.model.names import to_wire
from kmsdns.model.records import COMPRESSIBLE, Opaque, Soa

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from kmsdns.lookup.compression import Names
    from kmsdns.model.records import Rdata

A_IN, AAAA_IN, SRV_IN = 1 << 16 | 1, 28 << 16 | 1, 33 << 16 | 1  # TYPE and CLASS read as one number
_NAMED = (2, 5, 12, 39)  # NS, CNAME, PTR, DNAME: in any class, the rdata is one name
_SOA, _MX = 6, 15

read_quad = Struct("!4B").unpack_from
_read_times = Struct("!5I").unpack_from

QUAD = "%d.%d.%d.%d"
_ZERO_RUNS = [":0" * length + ":" for length in range(8, 1, -1)]


class RdataReader:
    """The rdata of one message."""

    __slots__ = ("data", "names", "whole")

    data: bytes
    names: Names
    whole: dict[str, bytes]  # names that were written whole: a message may have one thousands of times

    def rdata(self, kind: int, mnemonic: str, at: int, end: int) -> Rdata:
        """Rdata of the types that mean the same in any class, or Opaque (RFC 1035 3.3, RFC 6672 2.1, RFC 3597 3)."""
        if kind in (SRV_IN, A_IN, AAAA_IN):
            raise bad_rdata(mnemonic, at, end - at)  # else the section would have read it
        read = _RDATA.get(kind >> 16)
        if read is not None:
            found = read(self, at, end)
            if found is None:
                raise bad_rdata(mnemonic, at, end - at)
            return found
        try:  # of the rarer types nobody here needs a name
            octets = self.expanded(*COMPRESSIBLE[mnemonic], at, end) if mnemonic in COMPRESSIBLE else None
        except WireError:
            octets = None
        return Opaque(data=self.data[at:end] if octets is None else octets)

    def name(self, at: int, end: int) -> str | None:
        """Rdata that is one name (RFC 1035 3.3, RFC 6672 2.1); None, here and below, when it doesn't fit."""
        if at == end:
            return None
        name, behind, _, _ = self.names.read(at)
        return name if behind == end else None

    def soa(self, at: int, end: int) -> Soa | None:
        """RFC 1035 3.3.13."""
        if at + 22 > end:
            return None
        mname, behind, _, _ = self.names.read(at)
        rname, behind, _, _ = self.names.read(behind)
        if behind + 20 != end:
            return None
        fields = (mname, rname, *_read_times(self.data, behind))
        return Soa(**dict(zip(Soa.__match_args__, fields, strict=True)))

    def mx(self, at: int, end: int) -> Opaque | None:
        """RFC 1035 3.3.9."""
        octets = self.expanded(*COMPRESSIBLE["MX"], at, end)
        return None if octets is None else Opaque(data=octets)

    def expanded(self, fixed: int, count: int, at: int, end: int) -> bytes | None:
        """Rdata of so many octets and names, with the names whole; None when they don't end where it does."""
        told, at = [self.data[at : at + fixed]], at + fixed
        for _ in range(count):
            if at >= end:
                return None
            name, at, _, _ = self.names.read(at)
            if name not in self.whole:
                self.whole[name] = to_wire(name)
            told.append(self.whole[name])
        return b"".join(told) if at == end else None


_RDATA: dict[int, Callable[[RdataReader, int, int], Rdata | None]] = {
    **dict.fromkeys(_NAMED, RdataReader.name),
    _SOA: RdataReader.soa,
    _MX: RdataReader.mx,
}
"""What reads the rdata of a type in any class; A, AAAA and SRV, the usual ones, are read in wire's own loop."""


def bad_rdata(mnemonic: str, at: int, length: int, found: int | None = None) -> WireError:
    """Rdata at an offset that isn't as long as RDLENGTH says; found: its octets, where that is known."""
    long = "" if found is None else f" of {found} octets"
    return WireError("malformed-rdata", at, f"RDLENGTH {length} does not fit {mnemonic} rdata{long}")


def ipv6(data: bytes, at: int) -> str:
    """The address at an offset as RFC 5952 writes it: the first of the longest runs of zeros left out.

    An address that embeds one of IPv4 ends in its four numbers, as inet_ntop writes it (RFC 5952 5).
    """
    text = f":{data[at : at + 16].hex(':', 2)}:"
    text = text.replace(":0", ":").replace(":0", ":").replace(":0", ":")  # a group keeps one digit of 0000
    for run in _ZERO_RUNS:
        head, found, tail = text.partition(run)
        if found:
            break
    else:
        return text[1:-1]
    if not head and (len(run) == 13 or (len(run) == 11 and tail.startswith("ffff:"))):
        return f"::{'ffff:' if len(run) == 11 else ''}{QUAD % read_quad(data, at + 12)}"
    return f"{head[1:]}::{tail[:-1]}"
