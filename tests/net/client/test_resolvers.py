"""Resolvers in front of the bundled server: what a client gets through each is what it gets with NSD behind it.

Unbound, BIND and PowerDNS Recursor walk down the name in minimised queries (RFC 9156), Unbound and Knot Resolver mix
its case, dnsmasq passes the question on. Between them they depend on all that an authoritative server owes: NODATA kept
apart from NXDOMAIN, empty non-terminals, wildcards, aliases, truncation, EDNS, TCP.
"""

from __future__ import annotations

import random
from contextlib import ExitStack

import dns.message
import dns.query
import dns.rcode
import dns.rdatatype
import pytest

import kmsdns
from kmsdns.testing import DnsServer
from tests import peers

PATIENCE = 10.0  # seconds: when an answer is to come, and a test would else hang
HOST = "127.0.0.2"  # where the authoritative servers are: see peers.named
ORIGIN = "contoso.test."
ZONE = """\
$ORIGIN contoso.test.
$TTL 3600
@ IN SOA ns1 hostmaster 2026010101 7200 900 1209600 300
@ IN NS ns1
@ IN NS ns2
@ IN MX 10 mail
@ IN TXT "v=spf1 -all" "second string"
ns1 IN A 192.0.2.1
ns2 IN A 192.0.2.2
mail IN A 192.0.2.25
_vlmcs._tcp IN SRV 0 60 1688 kms1
_vlmcs._tcp IN SRV 10 40 1688 kms2
kms1 IN A 192.0.2.11
kms1 IN AAAA 2001:db8::11
kms2 IN A 192.0.2.12
_sip._tls IN SRV 0 0 5061 sip.fabrikam.example.
_ldap._tcp IN SRV 0 100 389 dc1
dc1 IN A 192.0.2.21
*.branch IN SRV 0 0 1688 kms1
*.branch IN A 192.0.2.99
_vlmcs._tcp.lab.site.region IN SRV 0 0 1688 kms1
_vlmcs._tcp.hq.emea IN SRV 0 0 1688 kms1
alias IN CNAME middle.of.the
middle.of.the IN CNAME kms1
_vlmcs._tcp.sales IN CNAME _vlmcs._tcp
old IN DNAME new.contoso.test.
www.new IN A 192.0.2.46
"""
LONG = "node{}.a-rather-long-label-as-some-sites-have-them"
ZONE += "".join(f"_sixty._tcp IN SRV 0 {n} 1688 {LONG.format(n)}\n{LONG.format(n)} IN A 192.0.2.9\n" for n in range(60))
ZONE += "".join(f"_many._tcp IN SRV 0 {n} 1688 node{n}\nnode{n} IN A 192.0.2.8\n" for n in range(900))
SIXTY = [f"_sixty._tcp.contoso.test. SRV 0 {n} 1688 {LONG.format(n)}.contoso.test." for n in range(60)]
MANY = [f"_many._tcp.contoso.test. SRV 0 {n} 1688 node{n}.contoso.test." for n in range(900)]
KMS1 = "_vlmcs._tcp.contoso.test. SRV 0 60 1688 kms1.contoso.test."
KMS2 = "_vlmcs._tcp.contoso.test. SRV 10 40 1688 kms2.contoso.test."

QUESTIONS = [
    ("_vlmcs._tcp.contoso.test. SRV", [KMS1, KMS2]),
    # its target is in nobody's zone, so no address comes along
    ("_sip._tls.contoso.test. SRV", ["_sip._tls.contoso.test. SRV 0 0 5061 sip.fabrikam.example."]),
    ("_LDAP._TCP.Contoso.TEST. SRV", ["_ldap._tcp.contoso.test. SRV 0 100 389 dc1.contoso.test."]),
    # below names that own nothing
    (
        "_vlmcs._tcp.lab.site.region.contoso.test. SRV",
        ["_vlmcs._tcp.lab.site.region.contoso.test. SRV 0 0 1688 kms1.contoso.test."],
    ),
    # an alias
    (
        "_vlmcs._tcp.sales.contoso.test. SRV",
        ["_vlmcs._tcp.sales.contoso.test. CNAME _vlmcs._tcp.contoso.test.", KMS1, KMS2],
    ),
    # a wildcard
    (
        "_vlmcs._tcp.north.branch.contoso.test. SRV",
        ["_vlmcs._tcp.north.branch.contoso.test. SRV 0 0 1688 kms1.contoso.test."],
    ),
    ("south.branch.contoso.test. A", ["south.branch.contoso.test. A 192.0.2.99"]),
    ("kms1.contoso.test. A", ["kms1.contoso.test. A 192.0.2.11"]),
    ("kms1.contoso.test. AAAA", ["kms1.contoso.test. AAAA 2001:db8::11"]),
    ("kms2.contoso.test. AAAA", []),
    # empty non-terminals
    ("_tcp.contoso.test. A", []),
    ("region.contoso.test. SRV", []),
    ("_vlmcs._udp.contoso.test. SRV", None),
    (
        "alias.contoso.test. A",
        [
            "alias.contoso.test. CNAME middle.of.the.contoso.test.",
            "middle.of.the.contoso.test. CNAME kms1.contoso.test.",
            "kms1.contoso.test. A 192.0.2.11",
        ],
    ),
    (
        "www.old.contoso.test. A",
        [
            "old.contoso.test. DNAME new.contoso.test.",
            "www.old.contoso.test. CNAME www.new.contoso.test.",
            "www.new.contoso.test. A 192.0.2.46",
        ],
    ),
    ("contoso.test. TXT", ['contoso.test. TXT "v=spf1 -all" "second string"']),
    ("contoso.test. MX", ["contoso.test. MX 10 mail.contoso.test."]),
    ("contoso.test. NS", ["contoso.test. NS ns1.contoso.test.", "contoso.test. NS ns2.contoso.test."]),
    # seven kilobytes, and thirty-five: far beyond a datagram, and beyond what BIND and PowerDNS keep unless told so
    ("_sixty._tcp.contoso.test. SRV", SIXTY),
    ("_many._tcp.contoso.test. SRV", MANY),
]
"""Questions, and all records of their answers: none for NODATA, None for NXDOMAIN."""


@pytest.fixture(scope="module", name="servers")
def _servers(tmp_path_factory):
    """The bundled server and NSD, with the same zone."""
    with (
        peers.nsd_of({ORIGIN: ZONE}, tmp_path_factory.mktemp("servers"), HOST) as nsd,
        DnsServer(ZONE, address=HOST, port=peers.free_port("127.0.0.1", HOST)) as bundled,
    ):
        yield bundled, nsd


@pytest.fixture(scope="module", params=peers.RESOLVERS, name="pair")
def _pair(request, servers, tmp_path_factory):
    """One resolver twice: in front of the bundled server, and in front of NSD."""
    start = peers.RESOLVERS[request.param]
    with ExitStack() as running:
        yield [
            running.enter_context(start(ORIGIN, server.address, tmp_path_factory.mktemp(request.param)))
            for server in servers
        ]


def asked(resolver, question):
    """The response code and the set of answers, in lower case, as a client gets them.

    In lower case because Unbound spells its questions at random, and what a DNAME makes of one may be spelled like it.
    """
    ask = dns.message.make_query(*question.split())
    answer, _ = dns.query.udp_with_fallback(ask, resolver.host, port=resolver.port, timeout=PATIENCE)
    records = [
        f"{rrset.name} {dns.rdatatype.to_text(rrset.rdtype)} {rdata}".lower()
        for rrset in answer.answer
        for rdata in rrset
    ]
    assert len(records) == len(set(records))
    return dns.rcode.to_text(answer.rcode()), set(records)


@pytest.mark.parametrize(("question", "records"), QUESTIONS, ids=[question for question, _ in QUESTIONS])
def test_the_answer_is_the_one_with_nsd_behind(pair, question, records):
    ours, theirs = (asked(resolver, question) for resolver in pair)
    assert ours == theirs
    assert ours == ("NXDOMAIN" if records is None else "NOERROR", {record.lower() for record in records or ()})


def test_what_the_server_is_asked(pair, servers, request):
    """Who walks down the name, and who mixes its case: the tests above would show less if nobody did."""
    before = len(servers[0].queries)
    assert asked(pair[0], "_vlmcs._tcp.hq.emea.contoso.test. SRV")[0] == "NOERROR"
    names = [query.name for query in servers[0].queries[before:]]
    resolver = request.node.callspec.params["pair"]
    if resolver in ("unbound", "named", "recursor"):
        assert "emea.contoso.test." in [name.lower() for name in names]
    if resolver in ("unbound", "kresd"):
        assert any(name != name.lower() for name in names)
    assert "_vlmcs._tcp.hq.emea.contoso.test." in [name.lower() for name in names]


def test_kmsdns_finds_through_it_what_it_finds_at_the_server(pair, servers):
    found = [
        [
            (str(endpoint), endpoint.priority, endpoint.weight, sorted(endpoint.addresses))
            for service in kmsdns.discover("contoso.test", servers=[server.address], rng=random.Random(7)).services
            for endpoint in service.endpoints
        ]
        for server in (*pair, *servers)
    ]
    assert len(found[0]) == 2
    assert found == [found[0]] * 4
