"""What each message gets: octets in, octets out, without a socket. dnspython reads the answers."""

from __future__ import annotations

import random
import struct

import dns.flags
import dns.message
import dns.rdatatype
import dns.tsig
import pytest

from kmsdns.model.names import to_wire
from kmsdns.net.server import responder as responder_module
from kmsdns.net.server.responder import BADVERS, FORMERR, NOTAUTH, NOTIMP, REFUSED, Responder
from kmsdns.zone.reader import load
from tests.net.messages import (
    LABEL_64,
    NAME_256,
    ORIGIN,
    RECORD,
    ZONE,
    fields,
    header,
    mutated,
    opt,
    query,
    question,
    with_many,
)

NXDOMAIN = 3


# What each message gets


def test_answer_header_and_question(responder):
    wire = header(flags=0x0100) + question("_VLMCS._tcp.Contoso.TEST.")
    answer = responder.respond(wire, "udp")
    assert fields(answer) == (0x1234, 0x8500, 1, 3, 0, 3)
    assert answer[12 : len(wire)] == wire[12:]
    parsed = dns.message.from_wire(answer)
    assert sorted(str(rdata) for rdata in parsed.answer[0]) == [
        "0 40 1688 kms2.contoso.test.",
        "0 60 1688 kms1.contoso.test.",
        "10 0 1688 kms.fabrikam.example.",
    ]


@pytest.mark.parametrize(
    ("sent", "returned"), [(0x0000, 0x8400), (0x0100, 0x8500), (0x0010, 0x8400), (0x07F0, 0x8500), (0x0300, 0x8500)]
)
def test_only_rd_comes_back(responder, sent, returned):
    assert fields(responder.respond(header(flags=sent) + question(), "udp"))[1] == returned


@pytest.mark.parametrize("wire", [b"", b"\x12", header()[:11], header(flags=0x8100) + question(), header(flags=0x8000)])
def test_no_answer_to_what_is_no_query(responder, wire):
    assert responder.respond(wire, "udp") is None
    assert responder.respond(wire, "tcp") is None


@pytest.mark.parametrize(
    "wire",
    [
        pytest.param(header(questions=0), id="no question"),
        pytest.param(header(questions=0, additional=1) + opt(), id="no question, OPT"),
        pytest.param(header(questions=2) + question() * 2, id="two questions"),
        pytest.param(header(), id="question missing"),
        pytest.param(header() + question()[:-1], id="question cut short"),
        pytest.param(header() + b"\x05ab", id="label cut short"),
        pytest.param(header() + LABEL_64, id="label of 64 octets"),
        pytest.param(header() + b"\x80\0\0\1\0\1", id="unknown label type"),
        pytest.param(header() + NAME_256, id="name of 256 octets"),
        pytest.param(header() + b"\xc0\x0c\0\1\0\1", id="pointer to itself"),
        pytest.param(header() + b"\xc0\x02\0\1\0\1", id="pointer into the header"),
        pytest.param(header() + b"\xc0\xff\0\1\0\1", id="pointer past the end"),
        pytest.param(header() + b"\x01a\xc0\x0c\0\1\0\1", id="pointer loop"),
        pytest.param(header() + b"\xc0", id="half a pointer"),
        pytest.param(header(additional=2) + question() + opt() * 2, id="two OPT"),
        pytest.param(header(additional=1) + question() + opt(owner=b"\x01a\0"), id="OPT below the root"),
        pytest.param(header(answers=1) + question() + opt(), id="OPT as an answer"),
        pytest.param(header(additional=1) + question() + opt(options=b"\0\3\0\5ab"), id="option cut short"),
        pytest.param(header(additional=1) + question() + opt(options=b"\0\3\0"), id="option without length"),
        pytest.param(header(additional=1) + question() + opt()[:-1], id="OPT cut short"),
        pytest.param(header(additional=1) + question(), id="OPT missing"),
        pytest.param(header(additional=9) + question() + opt(), id="more records promised"),
        pytest.param(header(answers=1) + question() + RECORD, id="an answer in the query"),
        pytest.param(header(authority=1) + question() + RECORD, id="authority in the query"),
        pytest.param(header(additional=1) + question() + RECORD, id="an address in the query"),
    ],
)
def test_formerr(responder, wire):
    for transport in ("udp", "tcp"):
        assert responder.respond(wire, transport) == wire[:2] + bytes((0x81, FORMERR)) + bytes(8)


def test_longest_name_is_read(responder):
    name = to_wire("a" * 63 + "." + "b" * 63 + "." + "c" * 63 + "." + "d" * 48 + ".contoso.test.")
    assert len(name) == 255
    assert fields(responder.respond(header() + name + b"\0\1\0\1", "udp"))[1] & 15 == NXDOMAIN


def test_octets_behind_the_message_are_ignored(responder):
    wire = query()
    assert responder.respond(wire + b"??", "udp") == responder.respond(wire, "udp")


def test_sig_0_is_not_held_against_a_query(responder):
    record = b"\x03key\0" + struct.pack("!HHIH", dns.rdatatype.SIG, 255, 0, 0)
    assert fields(responder.respond(header(additional=1) + question() + record, "udp"))[1:4] == (0x8500, 1, 3)


def test_an_unknown_key(responder):
    """dnspython raises what its user has to see; very long names leave no room for all of it."""
    key = dns.tsig.Key("key.example.", b"0123456789abcdef", "hmac-sha512")
    ask = dns.message.make_query("_vlmcs._tcp.contoso.test.", "SRV", use_edns=0)
    ask.use_tsig(key)
    answer = responder.respond(ask.to_wire(), "udp")
    with pytest.raises(dns.tsig.PeerBadKey):
        dns.message.from_wire(answer, keyring=key, request_mac=ask.mac)
    long = ".".join(["a" * 63] * 3 + ["a" * 56]) + "."
    for algorithm, owner, counts in (
        ("a.", "b.", (1, 1)),
        (long, "b.", (0, 1)),
        (long, long.replace("a", "b"), (0, 0)),
    ):
        rdata = to_wire(algorithm) + bytes(8) + b"\0\0\x12\x34" + bytes(4)
        tsig = to_wire(owner) + struct.pack("!2HIH", dns.rdatatype.TSIG, 255, 0, len(rdata)) + rdata
        wire = header(additional=1) + question(long, "A") + tsig
        answer = responder.respond(wire, "udp")
        assert len(answer) <= 512
        assert fields(answer)[1:] == (0x8100 | NOTAUTH, counts[0], 0, 0, counts[1])
        assert fields(responder.respond(wire, "tcp"))[2:] == (1, 0, 0, 1)
        assert dns.message.from_wire(answer, keyring=False).id == 0x1234


@pytest.mark.parametrize("opcode", [1, 2, 3, 4, 5, 6, 15])
def test_other_opcodes_are_not_implemented(responder, opcode):
    answer = responder.respond(header(flags=opcode << 11 | 0x100) + question(), "udp")
    assert answer == b"\x12\x34" + struct.pack("!H", 0x8100 | opcode << 11 | NOTIMP) + bytes(8)


@pytest.mark.parametrize("rdclass", [0, 3, 4, 254, 9999])
def test_other_classes_are_refused(responder, rdclass):
    answer = responder.respond(header() + question(rdclass=rdclass), "udp")
    assert fields(answer) == (0x1234, 0x8100 | REFUSED, 1, 0, 0, 0)


@pytest.mark.parametrize("transport", ["udp", "tcp"])
def test_transfers_in_one_message_are_refused(responder, transport):
    for wire in (query(ORIGIN, "AXFR"), query(ORIGIN, "IXFR")):
        assert fields(responder.respond(wire, transport)) == (0x1234, 0x8100 | REFUSED, 1, 0, 0, 0)


def test_names_outside_the_zones_are_refused(responder):
    answer = responder.respond(query("fabrikam.example."), "udp")
    assert fields(answer) == (0x1234, 0x8100 | REFUSED, 1, 0, 0, 0)


def test_a_name_of_any_octets(responder):
    wire = header() + b"\x02\xff\x00" + to_wire(ORIGIN) + b"\0\1\0\1"
    answer = responder.respond(wire, "udp")
    assert fields(answer)[1:4] == (0x8500, 1, 1)
    assert answer[12 : len(wire)] == wire[12:]
    assert responder.prepare(wire, "udp").name == "\\255\\000.contoso.test."


def test_dname_is_not_compressed(responder):
    answer = responder.respond(query("x.moved.contoso.test.", "A"), "udp")
    assert to_wire("other.contoso.test.") in answer
    parsed = dns.message.from_wire(answer)
    assert [dns.rdatatype.to_text(rrset.rdtype) for rrset in parsed.answer] == ["DNAME", "CNAME", "A"]


def test_srv_targets_are_not_compressed(responder):
    assert to_wire("kms1.contoso.test.") in responder.respond(query(), "udp")


# EDNS


def test_opt_comes_back_when_it_was_sent(responder):
    assert dns.message.from_wire(responder.respond(query(), "udp")).edns == -1
    for wire in (query(edns=4096), query("fabrikam.example.", edns=4096), query("x.contoso.test.", edns=0)):
        for transport in ("udp", "tcp"):
            parsed = dns.message.from_wire(responder.respond(wire, transport))
            assert (parsed.edns, parsed.payload, parsed.ednsflags, parsed.options) == (0, 1232, 0, ())


@pytest.mark.parametrize("version", [1, 2, 255])
def test_other_edns_versions(responder, version):
    wire = header(additional=1) + question() + opt(version=version)
    parsed = dns.message.from_wire(responder.respond(wire, "udp"))
    assert (parsed.rcode(), parsed.edns, len(parsed.question), parsed.answer) == (BADVERS, 0, 1, [])
    assert not parsed.flags & dns.flags.AA


@pytest.mark.parametrize(
    "options", [b"\0\3\0\0", b"\0\x0a\0\x08abcdefgh", b"\xff\xfe\0\2hi", b"\0\x08\0\x08\0\1\x20\0\x7f\0\0\1"]
)
def test_options_are_ignored(responder, options):
    wire = header(additional=1) + question() + opt(options=options)
    assert responder.respond(wire, "udp") == responder.respond(query(edns=1232), "udp")


def test_of_the_edns_flags_do_comes_back(responder):
    wire = header(additional=1) + question() + opt(flags=0xFFFF)
    assert dns.message.from_wire(responder.respond(wire, "udp")).ednsflags == 0x8000


# Sizes and truncation


@pytest.mark.parametrize(
    ("offered", "limit"), [(None, 512), (0, 512), (511, 512), (512, 512), (700, 700), (1232, 1232), (65535, 1232)]
)
def test_udp_sizes(responder, offered, limit):
    sizes = []
    for owner in ("_vlmcs", "_thirteen", "_sixty", "_many"):
        wire = query(f"{owner}._tcp.contoso.test.", edns=offered)
        answer = responder.respond(wire, "udp")
        parsed = dns.message.from_wire(answer)
        truncated = bool(parsed.flags & dns.flags.TC)
        sizes.append(len(answer))
        assert len(answer) <= limit
        assert answer[12 : 12 + len(question(f"{owner}._tcp.contoso.test."))] == question(f"{owner}._tcp.contoso.test.")
        assert (parsed.edns == 0) == (offered is not None)
        assert truncated == (owner in ("_sixty", "_many") or (owner == "_thirteen" and limit < 1000))
        assert bool(parsed.answer) != truncated
        if not truncated:
            assert len(parsed.answer[0]) == {"_vlmcs": 3, "_thirteen": 13}[owner]


def test_additional_records_give_way_first(responder):
    wire = query("_thirteen._tcp.contoso.test.", edns=1232)
    whole = dns.message.from_wire(responder.respond(wire, "tcp"))
    answer = responder.respond(wire, "udp")
    parsed = dns.message.from_wire(answer)
    assert parsed.answer == whole.answer
    assert len(whole.additional) == 13
    assert 0 < len(parsed.additional) < 13
    assert parsed.additional == whole.additional[: len(parsed.additional)]
    assert len(answer) > 1232 - 100
    assert not parsed.flags & dns.flags.TC


def test_a_referral_without_its_glue_is_truncated():
    names = [f"ns{number:02d}.{'x' * 40}.sub" for number in range(20)]
    zone = ZONE + "".join(f"sub IN NS {name}\n{name} IN A 192.0.2.7\n" for name in names)
    responder = Responder([load(zone)])
    wire = query("www.sub.contoso.test.", "A", edns=512)
    whole, part = (dns.message.from_wire(responder.respond(wire, transport)) for transport in ("tcp", "udp"))
    assert not whole.flags & (dns.flags.TC | dns.flags.AA)
    assert part.flags & dns.flags.TC
    assert len(part.additional) < len(whole.additional)


def test_more_than_a_message_can_hold():
    responder = Responder([load(with_many(ZONE, "_most._tcp", 1000))])
    answer = responder.respond(query("_most._tcp.contoso.test."), "tcp")
    parsed = dns.message.from_wire(answer)
    assert parsed.flags & dns.flags.TC
    assert len(parsed.question) == 1
    assert parsed.answer == []


def test_every_answer_to_garbage_can_be_read(responder):
    rng = random.Random(6891)
    for _ in range(3000):
        wire = mutated(rng)
        for transport, limit in (("udp", 1232), ("tcp", 65535)):
            answer = responder.respond(wire, transport)
            if answer is not None:
                assert len(answer) <= limit
                assert dns.message.from_wire(answer).id == int.from_bytes(wire[:2], "big")


# The cache of finished answers


def test_equal_queries_with_other_ids(responder):
    first, second = (responder.respond(query(id=number, edns=1232), "udp") for number in (1, 0xFFFF))
    assert (first[:2], second[:2]) == (b"\0\1", b"\xff\xff")
    assert first[2:] == second[2:]


def test_the_cache_is_bounded(monkeypatch):
    monkeypatch.setattr(responder_module, "CACHE_ROOM", 20_000)
    responder = Responder([load(ZONE)])
    for number in range(500):
        responder.respond(query(f"x{number}.contoso.test.", "A"), "udp")
        assert len(responder.ready("udp").whole) < 80
