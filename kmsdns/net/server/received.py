"""Queries as they came: read by dnslib as RFC 1035 has them, with their OPT (RFC 6891) and TSIG records (RFC 8945)."""

from __future__ import annotations

import dnslib
from dnslib.buffer import BufferError as Malformed
from dnslib.label import DNSBuffer, DNSLabel

from kmsdns.model.records import RDTYPES
from kmsdns.model.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

AXFR, IXFR, SOA, OPT, TSIG = [RDTYPES[rdtype] for rdtype in ("AXFR", "IXFR", "SOA", "OPT", "TSIG")]
TRANSFERS = (AXFR, IXFR)
SIG = 24  # SIG(0) in a query, which a server need not look at (RFC 2931 3.3)
ANY_CLASS = 255
BADKEY = 17


class Buffer(DNSBuffer):  # type: ignore[misc]  # dnslib is untyped
    """dnslib's buffer with names as RFC 1035 4.1.4 has them: any octets, their limits kept, pointers of 14 bits."""

    data: bytearray
    offset: int
    names: dict[tuple[bytes, ...], int]

    def decode_name(self, last: int = -1) -> Any:
        """The name at the offset, which moves behind it. Malformed when it breaks RFC 1035 or points forwards."""
        data, labels, size, at, after = self.data, [], 1, self.offset, last
        barrier = at
        while True:
            length = data[at] if at < len(data) else 0x40
            if length >= 0xC0 and at + 1 < len(data):
                pointer = (length & 0x3F) << 8 | data[at + 1]
                if not 12 <= pointer < barrier:  # each hop goes strictly backwards, so there is an end to them
                    raise Malformed(f"pointer to {pointer} at {at}")
                after = at + 2 if after < 0 else after
                at = barrier = pointer
                continue
            size += length + 1
            if length > 63 or size > 256 or at + length >= len(data):
                raise Malformed(f"no label at {at}")
            at += 1
            if not length:
                break
            labels.append(bytes(data[at : at + length]))
            at += length
        self.offset = at if after < 0 else after
        return DNSLabel(labels)

    def encode_name(self, name: Any) -> None:
        """Appends a name. It points to one before it whatever the case of either (RFC 4343 4.1)."""
        labels = name.label
        folded = tuple([label.lower() for label in labels])
        for index, label in enumerate(labels):
            rest = folded[index:]
            pointer = self.names.get(rest)
            if pointer is not None:
                self.pack("!H", 0xC000 | pointer)
                return
            if self.offset < 0x4000:  # what a pointer can say
                self.names[rest] = self.offset
            self.append(bytes((len(label),)) + label)
        self.append(b"\0")


class ReceivedRR(dnslib.RR):  # type: ignore[misc]  # dnslib is untyped
    """A record of a query: its rdata stays within its length, and may be empty."""

    @classmethod
    def parse(cls, buffer: Any) -> Any:
        """The record at the buffer's offset. Malformed when it is cut short or an EDNS option overruns the record."""
        owner = buffer.decode_name()
        rtype, rclass, ttl, length = buffer.unpack("!HHIH")
        data = buffer.get(length)
        if rtype != OPT:
            return cls(owner, rtype, rclass, ttl, dnslib.RD(data))
        options, inner = [], dnslib.buffer.Buffer(data)
        while inner.remaining():
            code, size = inner.unpack("!HH")
            options.append(dnslib.EDNSOption(code, inner.get(size)))
        return cls(owner, rtype, rclass, ttl, options)


class Received(Value):
    """A query with one question. dnslib is untyped, and so are its records."""

    header: Any
    question: Any
    opt: Any  # the OPT record, None without one
    serial: int | None  # that of the client's SOA (RFC 1995 3), None without one
    tsig: Any  # the record that is due for the TSIG that came, None without one


def read(query: bytes) -> Received | None:
    """What a query says, None when it is none that can be read. Octets behind it are ignored, as other servers do."""
    buffer = Buffer(query)
    try:
        header = dnslib.DNSHeader.parse(buffer)
        return None if header.opcode else _read(header, buffer)
    except (dnslib.DNSError, Malformed):
        return None


def _read(header: Any, buffer: Buffer) -> Received:
    if header.q != 1:
        raise Malformed(f"{header.q} questions")
    question, opt, serial, tsig = dnslib.DNSQuestion.parse(buffer), None, None, None
    if header.a or (header.auth and question.qtype not in TRANSFERS):
        raise Malformed("a query that brings answers")
    for _ in range(header.auth):
        record = ReceivedRR.parse(buffer)
        if record.rtype in (OPT, TSIG):
            raise Malformed("a record that belongs into the additional section")
        if record.rtype == SOA:
            inner = Buffer(buffer.data[: buffer.offset])
            inner.offset = buffer.offset - len(record.rdata.data)
            inner.decode_name()
            inner.decode_name()
            serial = inner.unpack("!IIIII")[0]
    for _ in range(header.ar):
        record = ReceivedRR.parse(buffer)
        if tsig is not None:
            raise Malformed("two TSIG, or one that is not last")  # RFC 8945 5.2
        if record.rtype == OPT:
            if opt or record.rname.label:
                raise Malformed("two OPT, or one that is not at the root")  # RFC 6891 6.1.1
            opt = record
        elif record.rtype == TSIG:
            tsig = _unknown_key(record)
        elif record.rtype != SIG:
            raise Malformed("a query that brings records")
    return Received(header=header, question=question, opt=opt, serial=serial, tsig=tsig)


def _unknown_key(tsig: Any) -> Any:
    """The TSIG of the answer where no key is known: without a signature, else as it came (RFC 8945 5.2.1, 5.3.2).

    Malformed for one that can't be interpreted (5.2), because its class, its TTL (4.2) or its rdata is no TSIG's.
    """
    data = bytes(tsig.rdata.data)
    inner = Buffer(data)
    inner.decode_name()  # the algorithm; there is nothing before it that it could point to
    times = inner.offset
    inner.get(8)  # the time of signing, and the fudge
    signature = inner.unpack("!H")[0]
    inner.get(signature)
    number, _, other = inner.unpack("!HHH")
    inner.get(other)
    if inner.remaining() or tsig.rclass != ANY_CLASS or tsig.ttl:
        raise Malformed("a TSIG that can't be interpreted")
    rdata = data[: times + 8] + b"\0\0" + number.to_bytes(2, "big") + BADKEY.to_bytes(2, "big") + b"\0\0"
    return dnslib.RR(tsig.rname, TSIG, ANY_CLASS, 0, dnslib.RD(rdata))
