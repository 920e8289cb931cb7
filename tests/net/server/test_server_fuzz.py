"""Queries with something wrong, very many of them: each gets an answer that can be read, or none; the server goes on.

KMSDNS_TEST_QUERIES sets how many are tried, KMSDNS_TEST_SEED which.
"""

from __future__ import annotations

import importlib.util
import os
import random
import socket
import struct
import sys
import threading
from pathlib import Path

import dns.exception
import dns.message
import pytest

from kmsdns.lookup import wire
from kmsdns.model.names import to_wire
from kmsdns.net.server.responder import Responder, build, describe
from kmsdns.net.server.server import LOG_LENGTH, ZoneServer
from kmsdns.zone.reader import load

COUNT = int(os.environ.get("KMSDNS_TEST_QUERIES", "50000"))
SEED = int(os.environ.get("KMSDNS_TEST_SEED", "2782"))
PATIENCE = 20.0  # seconds
ZONE = """\
$ORIGIN contoso.com.
@ 60 SOA a b 1 2 3 4 5
@ 60 NS a
@ 60 TXT "v=spf1 -all"
_vlmcs._tcp 60 SRV 0 0 1688 kms1
_vlmcs._tcp 60 SRV 0 0 1688 kms2
kms1 60 A 192.0.2.1
kms2 60 AAAA 2001:db8::1
kms 60 CNAME kms1
old 60 DNAME new
*.wild 60 A 192.0.2.2
sub 60 NS ns.sub
ns.sub 60 A 192.0.2.3
\\255\\000 60 A 192.0.2.4
"""
NAMES = (
    "_vlmcs._tcp.contoso.com.", "contoso.com.", "kms.contoso.com.", "x.old.contoso.com.", "x.wild.contoso.com.",
    "www.sub.contoso.com.", "nothing.contoso.com.", "\\255\\000.contoso.com.", "fabrikam.example.", ".",
)  # fmt: skip
KNOWN = struct.pack("!6H", 0xBEEF, 0x0100, 1, 0, 0, 0) + to_wire(NAMES[0]) + b"\0\x21\0\1"


def _load_mutations():
    """The mutations that the codec is tried with."""
    path = Path(__file__).parents[2] / "lookup" / "mutations.py"
    spec = importlib.util.spec_from_file_location("kmsdns_test_mutations_of_queries", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


mutations = _load_mutations()


def queries():
    """Queries as they come, to be mutated: with and without EDNS, options, other records, as transfers."""
    found = []
    for name in NAMES:
        for rdtype in (1, 33, 251, 252, 255):
            asked = to_wire(name) + struct.pack("!HH", rdtype, 1)
            soa = b"\xc0\x0c" + struct.pack("!HHIHHIIIII", 6, 1, 0, 22, 0, 1, 0, 0, 0, 0)
            opt = b"\0" + struct.pack("!HHIH", 41, 1232, 0x8000, 12) + struct.pack("!HHQ", 10, 8, 7)
            rdata = to_wire("hmac-sha256.") + bytes(7) + b"\xff\0\x20" + bytes(32) + b"\x12\x34" + bytes(4)
            tsig = b"\3key\0" + struct.pack("!2HIH", 250, 255, 0, len(rdata)) + rdata
            for authority, additional in ((b"", b""), (b"", opt), (soa if rdtype == 251 else b"", b""), (b"", tsig)):
                head = struct.pack("!6H", 0x1234, 0x0100, 1, 0, bool(authority), bool(additional))
                found.append(head + asked + authority + additional)
    return found


QUERIES = queries()


def mutant(index):
    """A query after some mutations; every fourth is a message of the codec's corpus instead, responses among them."""
    if index % 4 == 0:
        return mutations.mutant(SEED, index)
    dice = random.Random(f"{SEED}/{index}")
    data = bytearray(QUERIES[dice.randrange(len(QUERIES))])
    for _ in range(dice.choice((0, 1, 1, 1, 2, 3))):
        dice.choice(mutations.MUTATIONS)(data, dice)
    return bytes(data)


def deserves_an_answer(query):
    return len(query) >= 12 and not query[2] & 0x80


def test_mutated_queries():
    responder = Responder([load(ZONE)])
    rcodes = {}
    for index in range(COUNT):
        query = mutant(index)
        for transport, limit in (("udp", 1232), ("tcp", 65535)):
            answer = responder.respond(query, transport)
            assert (answer is not None) == deserves_an_answer(query), (SEED, index)
            if answer is not None:
                assert 12 <= len(answer) <= limit, (SEED, index)
                assert answer[:2] == query[:2]
                assert answer[2] & 0xF9 == 0x80 | query[2] & 0x79  # QR, opcode and RD
                rcode = answer[3] & 15
                rcodes[rcode] = rcodes.get(rcode, 0) + 1
        if answer is None:
            assert describe(query) is None
            continue
        if index % 5 == 0:  # these cost the most
            assert answer[2:] == build(responder._loaded, query, "tcp").tail, (SEED, index)
        if index % 5 == 1:
            asked = [(asked.name, asked.rdtype) for asked in wire.decode(answer).questions]
            assert asked in ([], [describe(query)]), (SEED, index)
        if index % 25 == 2:
            dns.message.from_wire(answer, keyring=False)
        if query[-4:-2] in (b"\0\xfb", b"\0\xfc"):
            for message in responder.transfer(query) or ():
                dns.message.from_wire(message, xfr=True)
    assert {0, 1, 3, 4, 5, 9} <= rcodes.keys()  # else the mutations would all end in the same place


def test_over_sockets():
    count = max(COUNT // 10, 100)
    server = ZoneServer([load(ZONE)], ("127.0.0.1",))
    server.start()
    thread = threading.Thread(target=server.serve)
    thread.start()
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            sock.settimeout(PATIENCE)
            sock.connect(("127.0.0.1", server.port))
            for begin in range(0, count, 40):
                some = [mutant(index) for index in range(begin, begin + 40)]
                for query in [*some, KNOWN]:
                    sock.send(query)
                expected = [query[:2] for query in some if deserves_an_answer(query)]
                received = [sock.recv(65535)[:2] for _ in range(len(expected) + 1)]
                assert received == [*expected, KNOWN[:2]], (SEED, begin)
        for begin in range(0, count, 100):
            some = [mutant(index) for index in range(begin, begin + 100)]
            some = [query for query in some if b"\0\xfb\0\1" not in query and b"\0\xfc\0\1" not in query]
            with socket.create_connection(("127.0.0.1", server.port), PATIENCE) as sock:
                sock.sendall(b"".join(struct.pack("!H", len(query)) + query for query in [*some, KNOWN]))
                with sock.makefile("rb") as stream:
                    for expected in [query[:2] for query in some if deserves_an_answer(query)] + [KNOWN[:2]]:
                        assert stream.read(struct.unpack("!H", stream.read(2))[0])[:2] == expected, (SEED, begin)
        assert server.warnings == []
        assert len(server.queries) == min(server.counts.udp + server.counts.tcp, LOG_LENGTH)
    finally:
        server.stop()
        thread.join(PATIENCE)
    assert not thread.is_alive()


@pytest.mark.parametrize("transport", ["udp", "tcp"])
def test_no_response_is_ever_answered(transport):
    responder = Responder([load(ZONE)])
    dice = random.Random(SEED)
    for index in range(min(COUNT, 5000)):
        query = bytearray(mutant(index))
        if len(query) >= 12:
            query[2] |= 0x80
        assert responder.respond(bytes(query), transport) is None or len(query) < 12
        assert not responder.transfer(bytes(query)) or len(query) < 12
        answer = responder.respond(dice.choice(QUERIES), transport)
        assert responder.respond(answer, transport) is None
