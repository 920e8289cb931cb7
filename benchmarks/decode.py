"""Decoding one typical answer: four SRV targets, their addresses and an OPT, by the codec here and by its peers.

cases() is for benchmarks.harness: what each peer is called, and a call that decodes the answer once. The bar: five
times as fast as either peer. All three take the whole message apart; none defers work to when it is looked at.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from ipaddress import ip_address

import dns.message
import dnslib

from benchmarks.harness import interleave, ratio_table
from kmsdns.lookup import wire

TARGETS = 4
PEERS = ("dns.message.from_wire", "dnslib.DNSRecord.parse")
BAR = 5.0


def answer() -> bytes:
    """A response of an authoritative server to _vlmcs._tcp.contoso.com. SRV.

    The targets are not compressed (RFC 2782). The owners in the additional section are: to a label and a pointer when
    a name comes up as an owner for the first time, to a pointer alone when it comes again, as a server does that
    compresses against owner names only.
    """
    question = b"\x06_vlmcs\x04_tcp\x07contoso\x03com\0" + struct.pack("!HH", 33, 1)
    domain_at = 12 + 12  # of "contoso.com." in the question
    message = bytearray(struct.pack("!6H", 0x4B4D, 0x8580, 1, TARGETS, 0, TARGETS + 2 + 1) + question)
    for number in range(1, TARGETS + 1):
        rdata = struct.pack("!HHH", 0, 10 * number, 1688) + b"\x05kms0%d\x07contoso\x03com\0" % number
        message += _record(struct.pack("!H", 0xC000 | 12), 33, rdata)
    owners = {}
    for number in range(1, TARGETS + 1):
        owners[number] = struct.pack("!H", 0xC000 | len(message))
        label = b"\x05kms0%d" % number + struct.pack("!H", 0xC000 | domain_at)
        message += _record(label, 1, ip_address(f"192.0.2.{number}").packed)
    for number in (1, 2):
        message += _record(owners[number], 28, ip_address(f"2001:db8::{number}").packed)
    message += b"\0" + struct.pack("!HHIH", 41, 1232, 0, 0)
    return bytes(message)


def _record(owner: bytes, rdtype: int, rdata: bytes) -> bytes:
    return owner + struct.pack("!HHIH", rdtype, 1, 3600, len(rdata)) + rdata


def cases() -> dict[str, Callable[[], object]]:
    """What to time: name to call. The first is ours."""
    data = answer()
    decoders: dict[str, Callable[[bytes], object]] = {
        "kmsdns.lookup.wire.decode": wire.decode,
        "dns.message.from_wire": dns.message.from_wire,
        "dnslib.DNSRecord.parse": dnslib.DNSRecord.parse,
    }
    return {name: lambda decoder=decoder: decoder(data) for name, decoder in decoders.items()}  # type: ignore[misc]


def main() -> None:
    rows = {f"{TARGETS} targets with glue, {len(answer())} octets": interleave(cases(), rounds=15)}
    print(ratio_table("Decoding one answer: processor time, and ratio to kmsdns", rows, "kmsdns.lookup.wire.decode"))


if __name__ == "__main__":
    main()
