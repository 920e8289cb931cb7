"""Zone transfers: a whole zone in as many messages as it takes (RFC 5936), also as the answer to IXFR (RFC 1995 4)."""

from __future__ import annotations

from itertools import chain
from struct import Struct

from kmsdns.model.records import Soa, is_later
from kmsdns.net.server.packed_zone import POINTABLE, Writer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kmsdns.net.server.packed_zone import CompiledZone

MESSAGE_SIZE = POINTABLE  # octets: beyond it names could no longer be pointed to

_COUNTS = Struct("!HHHH").pack


def is_current(serial: int, ours: int) -> bool:
    """Whether a client's serial is ours, or later (RFC 1982 3.2)."""
    return serial == ours or is_later(serial, ours)


def messages(
    zone: CompiledZone, id_: bytes, question: bytes, opt: bytes, rd: int, serial: int | None
) -> Iterator[bytes]:
    """The messages of a transfer, made one by one as they are taken. The question and an OPT are in the first.

    question is in wire form, as it was asked; serial is that of a client which has the zone already, None of one that
    hasn't. The zone has an SOA.
    """
    soa = zone.soa_record
    assert soa is not None
    assert isinstance(soa.rdata, Soa)
    head = id_ + (0x8400 | rd << 8).to_bytes(2, "big")
    writer, count = Writer(question, zone.origin or ""), 1
    writer.record(soa)
    if serial is None or not is_current(serial, soa.rdata.serial):
        for record in chain(zone.transferred(), (soa,)):
            mark = len(writer.octets)
            writer.record(record)
            count += 1
            if writer.size + len(opt) > MESSAGE_SIZE and count > 1:
                yield head + _COUNTS(bool(question), count - 1, 0, bool(opt)) + question + writer.octets[:mark] + opt
                question = opt = b""
                writer, count = Writer(question, ""), 1
                writer.record(record)
    yield head + _COUNTS(bool(question), count, 0, bool(opt)) + question + writer.octets + opt
