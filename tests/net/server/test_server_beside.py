"""The DNS server beside NSD and behind Unbound, and what dig says of it."""

from __future__ import annotations

import subprocess

import dns.flags
import dns.message
import dns.query
import dns.rcode
import dns.rdatatype
import pytest

from tests.net.messages import (
    BIG,
    LABEL_64,
    NAME_256,
    ORIGIN,
    PATIENCE,
    RECORD,
    fields,
    header,
    opt,
    question,
    udp,
)
from tests.peers import dig, nsd, unbound

QUESTIONS = [
    (ORIGIN, "SOA"),
    (ORIGIN, "NS"),
    (ORIGIN, "MX"),
    (ORIGIN, "TXT"),
    (ORIGIN, "AAAA"),
    ("_vlmcs._tcp.contoso.test.", "SRV"),
    ("_VLMCS._TCP.Contoso.Test.", "SRV"),
    ("_vlmcs._tcp.contoso.test.", "A"),
    ("_none._tcp.contoso.test.", "SRV"),
    ("_tcp.contoso.test.", "SRV"),
    ("_tcp.contoso.test.", "A"),
    ("kms1.contoso.test.", "A"),
    ("kms1.contoso.test.", "AAAA"),
    ("kms1.contoso.test.", "CAA"),
    ("kms1.contoso.test.", "TYPE65280"),
    ("kms2.contoso.test.", "AAAA"),
    ("nothing.contoso.test.", "A"),
    ("a.b.nothing.contoso.test.", "SRV"),
    ("x.kms1.contoso.test.", "A"),
    ("b.deep.contoso.test.", "A"),
    ("deep.contoso.test.", "A"),
    ("x.deep.contoso.test.", "A"),
    ("_ldap._tcp.contoso.test.", "SRV"),
    ("_ldap._tcp.contoso.test.", "CNAME"),
    ("_ldap._tcp.contoso.test.", "A"),
    ("alias.contoso.test.", "A"),
    ("alias.contoso.test.", "AAAA"),
    ("alias.contoso.test.", "SRV"),
    ("away.contoso.test.", "A"),
    ("dangling.contoso.test.", "A"),
    ("x.wild.contoso.test.", "A"),
    ("x.y.wild.contoso.test.", "A"),
    ("x.wild.contoso.test.", "AAAA"),
    ("wild.contoso.test.", "A"),
    ("*.wild.contoso.test.", "A"),
    ("_sip._tcp.calls.contoso.test.", "SRV"),
    ("x.moved.contoso.test.", "A"),
    ("y.moved.contoso.test.", "A"),
    ("moved.contoso.test.", "A"),
    ("moved.contoso.test.", "DNAME"),
    ("sub.contoso.test.", "NS"),
    ("sub.contoso.test.", "A"),
    ("www.sub.contoso.test.", "A"),
    ("ns.sub.contoso.test.", "A"),
    ("_vlmcs._tcp.sub.contoso.test.", "SRV"),
    ("fabrikam.example.", "A"),
    ("test.", "SOA"),
    (".", "NS"),
]


def shape(message):
    """What two servers have to agree on; the courtesy NS records beside an answer, and their addresses, are free."""
    answer, authority, additional = (
        {f"{rrset.name} {rrset.ttl} {rrset.rdtype} {rdata}".lower() for rrset in section for rdata in rrset}
        for section in (message.answer, message.authority, message.additional)
    )
    if answer and all(rrset.rdtype == dns.rdatatype.NS for rrset in message.authority):
        authority = set()
    return dns.rcode.to_text(message.rcode()), dns.flags.to_text(message.flags), answer, authority, additional


def test_beside_nsd(server, tmp_path):
    with nsd(BIG, ORIGIN, tmp_path) as peer:
        for name, rdtype in QUESTIONS:
            for rd in (0, dns.flags.RD):
                ask = dns.message.make_query(name, rdtype, flags=rd, use_edns=0, payload=1232)
                ours, theirs = (
                    shape(dns.query.udp(ask, "127.0.0.1", port=port, timeout=PATIENCE))
                    for port in (server.port, peer.port)
                )
                assert ours[:4] == theirs[:4], (name, rdtype)
                if rdtype == "SRV" and ours[2]:
                    assert ours[4] <= theirs[4], (name, rdtype)


def test_odd_messages_beside_nsd(server, tmp_path):
    with nsd(BIG, ORIGIN, tmp_path) as peer:
        for wire in (
            header(questions=0),
            header() + b"\xc0\x0c\0\1\0\1",
            header() + LABEL_64,
            header() + NAME_256,
            header() + question() + b"behind",
            header(answers=1) + question() + RECORD,
            header(authority=1) + question() + RECORD,
            header(additional=1) + question() + RECORD,
            header(additional=2) + question() + opt() * 2,
            header(additional=1) + question() + opt(owner=b"\x01a\0"),
            header(additional=1) + question() + opt(options=b"\0\3\0\5ab"),
            header(additional=1) + question() + opt(options=b"\0\3\0\0"),
            header(additional=1) + question() + opt(version=1),
            header(additional=1) + question() + opt(flags=0x7FFF),
            header(additional=1) + question() + opt(flags=0x8000),
            header(flags=0x07F0) + question(),
            header(flags=0x2800) + question(ORIGIN, "SOA"),
            header(flags=0x1000) + question(),
            header() + question(rdclass=3),
            header() + question("fabrikam.example."),
        ):
            ours, theirs = udp(server, wire), udp(peer, wire)
            assert fields(ours)[:2] == fields(theirs)[:2], wire
            has_opt = [dns.message.from_wire(answer).edns for answer in (ours, theirs)]
            assert has_opt[0] == has_opt[1], wire


def test_through_unbound(server, tmp_path):
    with unbound("contoso.test.", server.addresses[0], tmp_path) as resolver:
        for name, rdtype, rcode, count in (
            ("_vlmcs._tcp.contoso.test.", "SRV", "NOERROR", 3),
            ("_sixty._tcp.contoso.test.", "SRV", "NOERROR", 60),
            ("kms2.contoso.test.", "AAAA", "NOERROR", 0),
            ("_tcp.contoso.test.", "A", "NOERROR", 0),
            ("alias.contoso.test.", "A", "NOERROR", 2),
            ("x.wild.contoso.test.", "A", "NOERROR", 1),
            ("nothing.contoso.test.", "A", "NXDOMAIN", 0),
        ):
            ask = dns.message.make_query(name, rdtype)
            answer, _ = dns.query.udp_with_fallback(ask, resolver.host, port=resolver.port, timeout=PATIENCE)
            assert dns.rcode.to_text(answer.rcode()) == rcode, name
            assert sum(len(rrset) for rrset in answer.answer) == count, name


def run_dig(server, *arguments):
    command = [dig(), "@127.0.0.1", "-p", str(server.port), "+tries=1", "+time=10", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "malformed" not in done.stdout
    return done.stdout


SRV = ("_vlmcs._tcp.contoso.test", "SRV")


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (SRV, ["status: NOERROR", "flags: qr aa rd; QUERY: 1, ANSWER: 3", "udp: 1232", "10 0 1688 kms.fabrikam"]),
        ((*SRV, "+noedns", "+norec"), ["status: NOERROR", "flags: qr aa; QUERY: 1, ANSWER: 3"]),
        ((*SRV, "+edns=1", "+noednsneg"), ["status: BADVERS", "EDNS: version: 0"]),
        ((*SRV, "+edns=1"), ["status: NOERROR", "ANSWER: 3"]),
        ((*SRV, "+ednsopt=100", "+nsid", "+subnet=192.0.2.0/24", "+cookie"), ["status: NOERROR", "ANSWER: 3"]),
        ((*SRV, "+ednsflags=0x7f"), ["status: NOERROR", "EDNS: version: 0, flags:; udp: 1232"]),
        ((*SRV, "+dnssec"), ["status: NOERROR", "flags: do; udp: 1232"]),
        ((*SRV, "+adflag", "+cdflag", "+zflag"), ["flags: qr aa rd; QUERY"]),
        ((*SRV, "+opcode=15"), ["opcode: RESERVED15, status: NOTIMP"]),
        ((*SRV, "-c", "CH"), ["status: REFUSED"]),
        ((*SRV, "+tcp", "+keepopen", *SRV, "+tcp"), ["ANSWER: 3", "(TCP)"]),
        (("_sixty._tcp.contoso.test", "SRV"), ["retrying in TCP mode", "ANSWER: 60"]),
        (("_sixty._tcp.contoso.test", "SRV", "+ignore"), ["flags: qr aa tc rd; QUERY: 1, ANSWER: 0"]),
        (("_many._tcp.contoso.test", "SRV", "+tcp"), ["ANSWER: 700"]),
        (("nothing.contoso.test", "A"), ["status: NXDOMAIN", "AUTHORITY: 1", "IN\tSOA\tns1.contoso.test."]),
    ],
)
def test_dig(server, arguments, expected):
    said = run_dig(server, *arguments)
    for text in expected:
        assert text in said
