"""Ready answers: octet for octet what dnslib writes for the same query, whatever its case, its EDNS and its flags."""

from __future__ import annotations

import random
import struct

import dns.message
import dns.name
import dns.rcode
import dns.rdatatype
import pytest

from kmsdns.model.messages import Question
from kmsdns.model.names import to_wire
from kmsdns.model.records import rdtype_text
from kmsdns.net.server.responder import Responder, build, describe
from kmsdns.zone.authority import respond_from
from kmsdns.zone.reader import load

ZONE = """\
$ORIGIN contoso.test.
$TTL 3600
@ SOA ns1 hostmaster 2026010101 7200 900 1209600 300
@ NS ns1
@ NS ns2.fabrikam.example.
@ MX 10 mail
@ TXT "v=spf1 -all"
ns1 A 192.0.2.1
mail A 192.0.2.25
mail AAAA 2001:db8::25
_vlmcs._tcp SRV 0 60 1688 kms1
_vlmcs._tcp SRV 0 40 1688 Kms2
_vlmcs._tcp SRV 10 0 1688 kms.fabrikam.example.
kms1 60 A 192.0.2.11
kms1 AAAA 2001:db8::11
kms2 A 192.0.2.12
kms2 90 A 192.0.2.13
KMS3 A 192.0.2.14
_one._tcp SRV 1 2 3 kms2
_upper._tcp SRV 1 2 3 KMS3
_Owner._TCP SRV 1 2 3 kms3
_alone._tcp SRV 1 2 3 mail2
mail2 A 192.0.2.26
_six._tcp SRV 1 2 3 six
six AAAA 2001:db8::6
_away._tcp SRV 1 2 3 kms.fabrikam.example.
_near._tcp.site SRV 1 2 3 kms.site
kms.site A 192.0.2.15
_deep._tcp.site SRV 1 2 3 a.b.c.site
a.b.c.site A 192.0.2.16
_self SRV 1 2 3 _self
_under SRV 1 2 3 x._under
x._under A 192.0.2.17
_none._tcp SRV 0 0 0 .
_dead._tcp SRV 0 0 1688 empty
under.empty A 192.0.2.18
_alias._tcp SRV 0 0 1688 alias
_ldap._tcp CNAME _vlmcs._tcp
alias CNAME kms1
both CNAME kms1
dangling CNAME nothing
wildalias CNAME x.wild
*.wild A 192.0.2.99
*.calls SRV 0 0 5060 kms1
a\\.b A 192.0.2.44
_esc._tcp SRV 0 0 1 a\\.b
semi\\;colon A 192.0.2.47
back\\\\slash A 192.0.2.48
\\255\\000 A 192.0.2.45
sp\\032ace A 192.0.2.49
abcdefghijklmnopqrstuvwxyz-abcdefghijklmnopq A 192.0.2.50
_long SRV 0 0 1 abcdefghijklmnopqrstuvwxyz-abcdefghijklmnopq
high 4294967295 A 192.0.2.51
_high SRV 0 0 1 high
7 A 192.0.2.52
_7 SRV 0 0 1 7
moved DNAME other.contoso.test.
x.other A 192.0.2.46
_moved SRV 0 0 1 x.moved
sub NS ns.sub
sub NS ns.fabrikam.example.
sub DS 4242 13 2 abababababababababababababababababababababababababababababababab
ns.sub A 192.0.2.53
_vlmcs._tcp.sub SRV 0 0 1688 ns.sub
_glue SRV 0 0 1 ns.sub
host.ns1 A 192.0.2.56
_cut SRV 0 0 1 ns1
t HTTPS 1 . alpn=h2
t TYPE97 \\# 2 abcd
t TYPE65 \\# 3 000100
p PTR kms1
big TXT {big}
""".format(big=" ".join(['"' + "x" * 200 + '"'] * 5))
MANY = "".join(f"_many._tcp SRV 0 {n} 1688 kms{n}.many\nkms{n}.many A 192.0.2.{n % 250}\n" for n in range(80))
PLAIN = """\
$ORIGIN plain.test.
@ 60 SOA a b 1 2 3 4 5
_one._tcp 60 SRV 1 2 3 kms
_out._tcp 60 SRV 1 2 3 kms.fabrikam.example.
kms 60 A 192.0.2.1
_below.kms 60 SRV 0 0 1 kms
kms2 60 A 192.0.2.2
kms2 60 A 192.0.2.3
kms3 60 AAAA 2001:db8::3
Kms4 60 A 192.0.2.4
kms5 60 TXT "no address"
_several 60 SRV 0 1 1 kms
_several 60 SRV 0 2 1 kms
_several 60 SRV 0 3 2 kms3
_several 60 SRV 0 4 1 nowhere
_several 90 SRV 0 5 1 kms5
_pair 60 SRV 0 1 1 kms
_pair 60 SRV 0 1 1 kms2
_case 60 SRV 0 1 1 kms
_case 60 SRV 0 2 1 Kms
_spelled 60 SRV 0 2 1 kms4
*.wild 60 A 192.0.2.5
x.deep.wild 60 A 192.0.2.6
also 60 CNAME kms
both 60 AAAA 2001:db8::4
both 60 A 192.0.2.7
both 60 A 192.0.2.8
_both 60 SRV 0 0 1 both
"""
DELEGATED = "$ORIGIN sub.contoso.test.\n@ 60 SOA a b 1 2 3 4 5\n@ 60 NS ns\nns 60 A 192.0.2.53\nwww 60 A 192.0.2.54\n"
ROOT = ". 60 SOA a. b. 1 2 3 4 5\n. 60 NS a.\na. 60 A 192.0.2.1\n_x. 60 SRV 0 0 1 a.\n. 60 SRV 0 0 1 a.\n"

TYPES = (1, 2, 5, 6, 12, 15, 16, 28, 33, 39, 41, 43, 64, 65, 97, 250, 251, 252, 255, 65280)
ODD_NAMES = (
    "contoso.test.", ".", "test.", "fabrikam.example.", "nothing.contoso.test.", "a.b.nothing.contoso.test.",
    "x.kms1.contoso.test.", "_tcp.contoso.test.", "empty.contoso.test.", "x.wild.contoso.test.",
    "x.y.wild.contoso.test.", "_sip._tcp.calls.contoso.test.", "x.moved.contoso.test.", "y.moved.contoso.test.",
    "www.sub.contoso.test.", "a.b.contoso.test.", "a\\.b.contoso.test.", "_tcp\\.contoso.test.", "\\001a.test.",
    "plain.test.", "a.plain.test.", "xa.plain.test.",
    "q.deep.wild.plain.test.", "deep.wild.plain.test.", "q.wild.plain.test.", "x.a.plain.test.",
    "b.plain.test.", "x.b.plain.test.",
    "x.ns1.contoso.test.", "hostmaster.contoso.test.", "x.hostmaster.contoso.test.", "nothing.", "a.nothing.",
    "semi;colon.contoso.test.", "\\255\\000.contoso.test.", "kms1\\000.contoso.test.", "_one\\.tcp.plain.test.",
)  # fmt: skip


def question(name, rdtype, rdclass=1):
    return to_wire(name) + struct.pack("!HH", rdtype, rdclass)


def query(asked, flags=0x0100, edns=None, do=False, options=b"", behind=b"", id=0x1234):
    opt = b"" if edns is None else struct.pack("!BHHBBHH", 0, 41, edns, 0, 0, do << 15, len(options)) + options
    return struct.pack("!6H", id, flags, 1, 0, 0, bool(opt)) + asked + opt + behind


def mixed(asked, rng):
    """A question with the case of its letters mixed; type and class stay."""
    name = bytes([octet ^ 0x20 if chr(octet).isalpha() and rng.random() < 0.5 else octet for octet in asked[:-4]])
    return name + asked[-4:]


class Both:
    """A responder, and another one for the same zones: what either makes of a zone is out of the other's sight."""

    def __init__(self, *texts, minimal_any=False):
        self.zones = [load(text) for text in texts]
        self.quick, self.slow = [
            Responder(zones, minimal_any=minimal_any) for zones in (self.zones, [load(text) for text in texts])
        ]


def check(both, wire):
    for transport in ("udp", "tcp"):
        expected = wire[:2] + build(both.slow._loaded, wire, transport).tail
        for _ in range(2):
            assert both.quick.respond(wire, transport) == expected, wire
        assert both.quick.respond(b"\xab\xcd" + wire[2:], transport) == b"\xab\xcd" + expected[2:]


def names_of(zones):
    found = {record.owner: None for zone in zones for record in zone.records}
    return [*found, *[name for name in ODD_NAMES if name not in found]]


ZONES = {
    "all": [ZONE + MANY],
    "plain": [PLAIN],
    "delegated": [ZONE, DELEGATED, PLAIN],
    "root": [ROOT],
    "two alike": [PLAIN, PLAIN.replace("192.0.2.1", "192.0.2.2")],
    "none": [],
}


@pytest.mark.parametrize("texts", ZONES.values(), ids=ZONES)
def test_every_question_as_dnslib_answers_it(texts):
    both = Both(*texts)
    rng = random.Random(4343)
    for name in names_of(both.zones):
        for rdtype in TYPES:
            asked = question(name, rdtype)
            check(both, query(asked.lower()))
            check(both, query(asked))
            check(both, query(mixed(asked, rng), edns=1232))


@pytest.mark.parametrize("first", [False, True], ids=["mixed case later", "mixed case first"])
def test_every_variant_as_dnslib_answers_it(first):
    both = Both(ZONE + MANY)
    rng = random.Random(6891)
    asked_for = (
        ("_vlmcs._tcp", 33), ("_one._tcp", 33), ("_many._tcp", 33), ("_owner._tcp", 33), ("kms2", 1), ("nothing", 1),
        ("x.wild", 1), ("big", 16), ("alias", 33), ("t", 65), ("t", 97), ("x.moved", 1),
    )  # fmt: skip
    for name, rdtype in asked_for:
        asked = question(f"{name}.contoso.test.", rdtype)
        for flags in (0x0000, 0x0100, 0x07F0):
            for edns, do in ((None, False), (0, False), (512, True), (600, False), (1231, True), (1232, False),
                             (1232, True), (65535, False)):  # fmt: skip
                wires = [query(asked, flags, edns, do), query(mixed(asked, rng), flags, edns, do)]
                for wire in reversed(wires) if first else wires:
                    check(both, wire)


@pytest.mark.parametrize(
    "wire",
    [
        query(question("kms1.contoso.test.", 1), edns=1232, options=b"\0\x0a\0\x08abcdefgh"),
        query(question("kms1.contoso.test.", 1), edns=1232, options=b"\0\x0a\0\x09abcdefgh"),
        query(question("kms1.contoso.test.", 1), edns=1232, options=b"\0\x0a\0"),
        query(question("kms1.contoso.test.", 1), edns=1232, behind=b"behind"),
        query(question("kms1.contoso.test.", 1), behind=b"\0behind"),
        query(question("kms1.contoso.test.", 1, 3)),
        query(question("kms1.contoso.test.", 1, 255), edns=700),
        query(b"\4kms1\7contoso\4test\0\0\1\0"),
        query(b"\4kms1\7contoso\4test\0"),
        query(b"\4kms1\7contoso\4tes\0\0\1\0\1"),
        query(b"\5kms1\7contoso\4test\0\0\1\0\1"),
        query(b"\4kms1\xc0\x0c\0\1\0\1"),
        query(b"\x44kms1\7contoso\4test\0\0\1\0\1"),
        query(b"\0\0\1\0\1"),
        query(b""),
        query(b"\0"),
        struct.pack("!6H", 1, 0x0100, 1, 0, 0, 1) + question("kms1.contoso.test.", 1) + b"\xc0\x23" + bytes(10),
        struct.pack("!6H", 1, 0x0100, 1, 0, 0, 1) + question("kms1.contoso.test.", 1),
        struct.pack("!6H", 1, 0x0100, 1, 0, 0, 256) + question("kms1.contoso.test.", 1),
        struct.pack("!6H", 1, 0x0100, 1, 0, 1, 0) + question("kms1.contoso.test.", 1),
        struct.pack("!6H", 1, 0x0100, 257, 0, 0, 0) + question("kms1.contoso.test.", 1),
        struct.pack("!6H", 1, 0x2800, 1, 0, 0, 0) + question("kms1.contoso.test.", 1),
    ],
)
def test_what_is_almost_plain(wire):
    both = Both(ZONE)
    check(both, query(question("kms1.contoso.test.", 1), edns=1232))
    check(both, wire)


def labels(rng):
    letters = "abcxyzABC-_0189"
    label = "".join(rng.choice(letters) for _ in range(rng.choice((1, 2, 3, 30, 31, 32, 33, 34, 63))))
    return rng.choice((label, label, label, label[:60] + "\\.", label[:60] + "\\009", "\\010" + label[:60], "*"))


@pytest.mark.parametrize("seed", range(8))
def test_zones_made_up(seed):
    """Few different labels in names of any depth, so that names share ends, and stand above and below each other."""
    rng = random.Random(seed)
    some = [labels(rng) for _ in range(6)]
    names = list({".".join(rng.choices(some, k=rng.randrange(4))) for _ in range(40)} - {""})
    lines = ["$ORIGIN Made.Test.", "@ 60 SOA a b 1 2 3 4 5"]
    for name in names:
        kind = rng.choice(("A", "A", "AAAA", "SRV", "SRV", "SRV", "CNAME", "NS", "DNAME", "TXT"))
        for _ in range(rng.choice((1, 1, 2, 5)) if kind not in ("CNAME", "DNAME") else 1):
            rdata = {
                "A": f"192.0.2.{rng.randrange(256)}", "AAAA": f"2001:db8::{rng.randrange(1, 4096):x}",
                "SRV": f"0 {rng.randrange(9)} 1 {rng.choice([*names, 'away.example.', '@'])}", "TXT": '"t"',
            }.get(kind, rng.choice(names))  # fmt: skip
            lines.append(f"{name} {rng.choice((60, 60, 90, 2**32 - 1))} {kind} {rdata}")
    both = Both("\n".join(lines) + "\n")
    assert len(both.zones[0].records) > 20
    for name in names_of(both.zones):
        for rdtype in (1, 2, 28, 33, 255):
            asked = question(name, rdtype)
            check(both, query(asked.lower()))
            check(both, query(asked))
            check(both, query(mixed(asked, rng), edns=rng.choice((512, 600, 1232)), do=True))


def test_the_short_way_agrees_with_the_authority():
    """Which a zone of its own has made: the two share no index."""
    for texts in ZONES.values():
        zones, fresh = [load(text) for text in texts], [load(text) for text in texts]
        ready = Responder(zones)._loaded.ready["udp"]
        direct = 0
        for name in names_of(zones):
            for rdtype in TYPES:
                found = ready._direct(name.lower(), rdtype, 1)
                if found is not None:
                    direct += 1
                    reply = respond_from(fresh, Question(name=name.lower(), rdtype=rdtype_text(rdtype)))
                    sections = (reply.answer_records, reply.authority_records, reply.additional_records)
                    assert ("NOERROR", reply.aa, sections) == (reply.rcode, found[1], found[2])
        assert direct > 3 or not zones


def test_plain_questions_take_the_short_way(monkeypatch):
    """Else all of the above would compare dnslib with itself."""
    responder = Responder([load(PLAIN)])
    monkeypatch.setattr("kmsdns.net.server.responder.build", None)
    monkeypatch.setattr("kmsdns.net.server.responder.decide", None)
    monkeypatch.setattr("kmsdns.net.server.response_cache.Writer", None)
    for name, rdtype, rcode in (
        ("_one._tcp.plain.test.", 33, 0), ("_out._tcp.plain.test.", 33, 0), ("_several.plain.test.", 33, 0),
        ("kms.plain.test.", 1, 0), ("kms.plain.test.", 28, 0), ("x.y.plain.test.", 16, 3),
    ):  # fmt: skip
        assert responder.respond(query(question(name, rdtype), edns=1232), "udp")[:4] == bytes(
            (0x12, 0x34, 0x85, rcode)
        )


def test_describe_reads_what_the_answer_was_for():
    rng = random.Random(7)
    for name in ODD_NAMES:
        for asked in (question(name, 33), mixed(question(name, 65), rng)):
            parsed = dns.message.from_wire(query(asked))
            described = describe(query(asked))
            assert to_wire(described[0]) == asked[:-4]
            assert described == describe(query(asked, edns=512, options=b"\xff\xff\0\0"))
            assert described[1] == dns.rdatatype.to_text(parsed.question[0].rdtype)
    assert describe(b"\0" * 11) is None
    assert describe(query(question(".", 1), flags=0x8000)) is None
    assert describe(query(question(".", 1), flags=0x2800)) == ("", "")
    assert describe(query(b"\0")) == ("", "")


def test_a_reload_forgets_ready_answers():
    responder = Responder([load(PLAIN)])
    wire = query(question("kms.plain.test.", 1))
    assert bytes((192, 0, 2, 1)) in responder.respond(wire, "udp")
    responder.reload([load(PLAIN.replace("192.0.2.1", "192.0.2.2"))])
    assert bytes((192, 0, 2, 2)) in responder.respond(wire, "udp")


def test_variants_are_bounded(monkeypatch):
    monkeypatch.setattr("kmsdns.net.server.response_cache.MAX_VARIANTS", 10)
    responder = Responder([load(PLAIN)])
    for number in range(100):
        options = struct.pack("!HHQ", 10, 8, number)  # a cookie (RFC 7873), other each time
        responder.respond(query(question("kms.plain.test.", 1), edns=1232, options=options), "udp")
        assert len(responder._loaded.ready["udp"].variants) <= 10
    assert len(responder._loaded.ready["udp"].parts) == 1


# Minimal answers to ANY


def test_minimal_any():
    both = Both(ZONE, minimal_any=True)
    responder, full = both.quick, Responder([load(ZONE)])
    for name, rcode, types in (
        ("contoso.test.", "NOERROR", {"HINFO"}),
        ("kms1.contoso.test.", "NOERROR", {"HINFO"}),
        ("x.wild.contoso.test.", "NOERROR", {"HINFO"}),
        ("alias.contoso.test.", "NOERROR", {"CNAME"}),
        ("_tcp.contoso.test.", "NOERROR", set()),
        ("nothing.contoso.test.", "NXDOMAIN", set()),
        ("www.sub.contoso.test.", "NOERROR", set()),
        ("fabrikam.example.", "REFUSED", set()),
    ):
        wire = query(question(name, 255), edns=1232)
        check(both, wire)
        parsed = dns.message.from_wire(responder.respond(wire, "udp"))
        assert dns.rcode.to_text(parsed.rcode()) == rcode
        assert {dns.rdatatype.to_text(rrset.rdtype) for rrset in parsed.answer} == types
        if types == {"HINFO"}:
            assert [rdata.to_text() for rdata in parsed.answer[0]] == ['"RFC8482" ""']
            assert parsed.answer[0].name == dns.name.from_text(name)
            whole = dns.message.from_wire(full.respond(wire, "tcp"))
            assert len({rrset.rdtype for rrset in whole.answer}) > 1 or name.startswith("x.")
    other = query(question("contoso.test.", 2), edns=1232)
    assert responder.respond(other, "udp") == full.respond(other, "udp")
