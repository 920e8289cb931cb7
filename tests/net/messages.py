"""Queries octet by octet, a zone to ask them of, and a server that answers: for the tests of the bundled server."""

from __future__ import annotations

import random
import socket
import struct
import threading
from contextlib import contextmanager

import dns.rdatatype

from kmsdns.model.names import to_wire
from kmsdns.net.server.server import ZoneServer
from kmsdns.zone.reader import load

PATIENCE = 10.0  # seconds: when something is to happen, and a test would else hang
QUIET = 0.08  # seconds without a packet on the loopback interface, after which none is expected any more

ORIGIN = "contoso.test."
ZONE = """\
$ORIGIN contoso.test.
$TTL 3600
@ IN SOA ns1 hostmaster 2026010101 7200 900 1209600 300
@ IN NS ns1
@ IN NS ns2
@ IN MX 10 mail
@ IN TXT "v=spf1 -all"
ns1 IN A 192.0.2.1
ns2 IN A 192.0.2.2
ns2 IN AAAA 2001:db8::2
mail IN A 192.0.2.25
_vlmcs._tcp IN SRV 0 60 1688 kms1
_vlmcs._tcp IN SRV 0 40 1688 kms2
_vlmcs._tcp IN SRV 10 0 1688 kms.fabrikam.example.
kms1 IN A 192.0.2.11
kms1 IN AAAA 2001:db8::11
kms2 IN A 192.0.2.12
_none._tcp IN SRV 0 0 0 .
_ldap._tcp IN CNAME _vlmcs._tcp
alias IN CNAME kms1
away IN CNAME www.fabrikam.example.
dangling IN CNAME nothing
*.wild IN A 192.0.2.99
*.calls IN SRV 0 0 5060 kms1
a.b.deep IN A 192.0.2.44
\\255\\000 IN A 192.0.2.45
moved IN DNAME other.contoso.test.
x.other IN A 192.0.2.46
sub IN NS ns.sub
sub IN NS ns.fabrikam.example.
ns.sub IN A 192.0.2.53
"""
TARGET = "kms{:04d}.a-rather-long-label-as-some-sites-have-them.contoso.test."


def with_many(zone: str, owner: str, count: int) -> str:
    """The zone, with so many SRV records, and addresses for their targets, more."""
    lines = [zone]
    for number in range(count):
        target = TARGET.format(number)
        lines.append(f"{owner} IN SRV 0 {number} 1688 {target}\n{target} IN A 192.0.2.{number % 250 + 1}\n")
    return "".join(lines)


BIG = with_many(with_many(with_many(ZONE, "_thirteen._tcp", 13), "_sixty._tcp", 60), "_many._tcp", 700)


@contextmanager
def serving(*zones: str, addresses=("127.0.0.1",), **options):
    """A server that answers from zone texts, in a thread."""
    server = ZoneServer([load(zone) for zone in zones], addresses, **options)
    server.start()
    thread = threading.Thread(target=server.serve)
    thread.start()
    try:
        yield server
    finally:
        server.stop()
        thread.join(PATIENCE)
        assert not thread.is_alive()


def header(flags=0x0100, questions=1, answers=0, authority=0, additional=0, id=0x1234):
    return struct.pack("!6H", id, flags, questions, answers, authority, additional)


def question(name="_vlmcs._tcp.contoso.test.", rdtype="SRV", rdclass=1):
    return to_wire(name) + struct.pack("!HH", dns.rdatatype.from_text(rdtype), rdclass)


def opt(size=1232, version=0, flags=0, options=b"", owner=b"\0"):
    return owner + struct.pack("!HHBBHH", 41, size, 0, version, flags, len(options)) + options


def query(name="_vlmcs._tcp.contoso.test.", rdtype="SRV", id=0x1234, edns=None):
    extra = b"" if edns is None else opt(edns)
    return header(id=id, additional=bool(extra)) + question(name, rdtype) + extra


def fields(message):
    """id, flags, and the four counts."""
    return struct.unpack("!6H", message[:12])


def udp(server, *messages):
    """The answer to the last of some datagrams, from the socket they were all sent from."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.settimeout(PATIENCE)
        sock.connect(("127.0.0.1", server.port))
        for message in messages:
            sock.send(message)
        while True:
            answer = sock.recv(65535)
            if answer[:2] == messages[-1][:2]:
                return answer


@contextmanager
def connected(server):
    with socket.create_connection(("127.0.0.1", server.port), PATIENCE) as sock:
        yield sock


def frame(message):
    return struct.pack("!H", len(message)) + message


def exactly(sock, size):
    data = b""
    while len(data) < size:
        received = sock.recv(size - len(data))
        assert received, f"closed after {len(data)} of {size} octets"
        data += received
    return data


def read_frame(sock):
    return exactly(sock, struct.unpack("!H", exactly(sock, 2))[0])


def tcp(server, message):
    with connected(server) as sock:
        sock.sendall(frame(message))
        return read_frame(sock)


@contextmanager
def asking(server):
    """An unconnected UDP socket, which hears every source, and what sends from it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        sock.settimeout(PATIENCE)
        yield sock, lambda wire: sock.sendto(wire, ("127.0.0.1", server.port))


def answers(server, *wires, count):
    """All that comes back, to one socket, to some datagrams: message and source port. So many have to come."""
    with asking(server) as (sock, send):
        for wire in wires:
            send(wire)
        found = []
        while True:
            sock.settimeout(PATIENCE if len(found) < count else QUIET)
            try:
                message, source = sock.recvfrom(65_535)
            except TimeoutError:
                return found
            found.append((message, source[1]))


def messages(server, *wires, count=1):
    return [message for message, _ in answers(server, *wires, count=count)]


def until_closed(sock):
    data = b""
    while received := sock.recv(65_535):
        data += received
    return data


LABEL_64 = b"\x40" + b"a" * 64 + b"\0" + b"\0\1\0\1"
NAME_256 = (b"\x3f" + b"a" * 63) * 3 + b"\x3e" + b"a" * 62 + b"\0" + b"\0\1\0\1"
RECORD = b"\xc0\x0c" + struct.pack("!HHIH", 1, 1, 60, 4) + b"\1\2\3\4"
GOOD = (query(), query(edns=1232), query("_ldap._tcp.contoso.test.", edns=4096), query("www.sub.contoso.test.", "A"))


def mutated(rng: random.Random) -> bytes:
    """A query with something wrong, or nothing but noise."""
    base = bytearray(rng.choice(GOOD))
    kind = rng.randrange(5)
    if kind == 0:
        return rng.randbytes(rng.randrange(600))
    if kind == 1:
        return bytes(base[: rng.randrange(len(base))])
    if kind == 2:
        return bytes(base) + rng.randbytes(rng.randrange(200))
    for _ in range(rng.randrange(1, 6)):
        at = rng.randrange(12 if kind == 3 else len(base))
        base[at] = rng.choice((0, 1, 0x3F, 0x40, 0x80, 0xC0, 0xFF, rng.randrange(256)))
    return bytes(base)
