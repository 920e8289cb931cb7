"""Answers by hand: each case of RFC 1034 4.3.2, 2308, 4592, 6672 and 2782 on one small zone."""

from __future__ import annotations

import pytest

from kmsdns.model.messages import Question
from kmsdns.zone import load, respond, respond_from

ZONE = r"""
$ORIGIN example.com.
$TTL 3600
@           SOA   ns1 root 1 7200 900 1209600 300
            NS    ns1
            NS    ns.elsewhere.net.
            MX    10 mail
            TXT   "a b"
ns1         A     192.0.2.1
ns1         AAAA  2001:db8::1
mail        A     192.0.2.2
www         CNAME web
web         A     192.0.2.3
far         CNAME www.example.net.
lost        CNAME nowhere
odd         CNAME deep.ent
loop1       CNAME loop2
loop2       CNAME loop1
self        CNAME self
x.deep.ent  A     192.0.2.4
_vlmcs._tcp SRV   0 0 1688 kms01
            SRV   0 0 1688 kms02
            SRV   0 0 1688 alias
            SRV   0 0 1688 kms.example.net.
kms01       A     192.0.2.11
            AAAA  2001:db8::11
kms02       A     192.0.2.12
alias       CNAME kms01
no._tcp     SRV   0 0 0 .
*.wild      A     192.0.2.20
            MX    10 mail
*.wild      TXT   "w"
here.wild   TXT   "h"
a.sub.wild  TXT   "s"
*.calias    CNAME web
*.star.x    A     192.0.2.21
sub         NS    ns.sub
            NS    ns1
            DS    1 8 2 0000000000000000000000000000000000000000000000000000000000000000
ns.sub      A     192.0.2.30
hidden.sub  A     192.0.2.31
into        CNAME www.sub
d           DNAME t.example.com.
d           TXT   "at the owner itself"
under.d     A     192.0.2.40
h.t         A     192.0.2.41
out         DNAME example.net.
dloop       DNAME dloop.example.com.
MiXed       A     192.0.2.50
esc\.aped   A     192.0.2.51
dup         A     192.0.2.60
DUP         A     192.0.2.60
dup     60  A     192.0.2.61
huge 4294967295 A 192.0.2.62
"""
SOA = ["example.com. 300 IN SOA ns1.example.com. root.example.com. 1 7200 900 1209600 300"]
zone = load(ZONE)
LONG = ".".join(["x" * 60] * 4)


def answer(qname: str, qtype: str = "A") -> list[str]:
    reply = respond(zone, qname, qtype)
    assert (reply.rcode, reply.aa, reply.authority) == ("NOERROR", True, [])
    return reply.answer


def test_the_zone_is_read_as_meant():
    assert zone.findings == ()


@pytest.mark.parametrize("qname", ["ns1.example.com.", "ns1.example.com", "NS1.eXample.com"])
def test_an_exact_match(qname):
    assert answer(qname) == ["ns1.example.com. 3600 IN A 192.0.2.1"]


def test_owners_are_spelled_as_in_the_zone_and_wildcards_as_asked():
    assert answer("mixed.example.com") == ["MiXed.example.com. 3600 IN A 192.0.2.50"]
    assert answer("Q.WILD.example.com") == ["Q.WILD.example.com. 3600 IN A 192.0.2.20"]


def test_srv_with_the_addresses_of_its_targets():
    reply = respond(zone, "_vlmcs._tcp.example.com", "SRV")
    assert reply.answer == [
        f"_vlmcs._tcp.example.com. 3600 IN SRV 0 0 1688 {target}"
        for target in ("kms01.example.com.", "kms02.example.com.", "alias.example.com.", "kms.example.net.")
    ]
    # Neither by way of the alias nor from another zone.
    assert reply.additional == [
        "kms01.example.com. 3600 IN A 192.0.2.11",
        "kms01.example.com. 3600 IN AAAA 2001:db8::11",
        "kms02.example.com. 3600 IN A 192.0.2.12",
    ]


def test_decidedly_unavailable():
    reply = respond(zone, "no._tcp.example.com", "srv")
    assert (reply.answer, reply.additional) == (["no._tcp.example.com. 3600 IN SRV 0 0 0 ."], [])


def test_other_types_are_shown_in_their_own_form():
    assert answer("example.com", "MX") == ["example.com. 3600 IN MX 10 mail.example.com."]
    assert answer("example.com", "TXT") == ['example.com. 3600 IN TXT "a b"']
    assert respond(zone, "example.com", "MX").additional == ["mail.example.com. 3600 IN A 192.0.2.2"]
    assert respond(zone, "example.com", "TYPE16").answer == answer("example.com", "TXT")


def test_name_servers_with_their_addresses():
    reply = respond(zone, "example.com", "NS")
    assert reply.answer == ["example.com. 3600 IN NS ns1.example.com.", "example.com. 3600 IN NS ns.elsewhere.net."]
    assert reply.additional == ["ns1.example.com. 3600 IN A 192.0.2.1", "ns1.example.com. 3600 IN AAAA 2001:db8::1"]


@pytest.mark.parametrize(
    ("qname", "qtype"),
    [
        ("mail.example.com", "AAAA"),
        ("example.com", "AAAA"),
        ("example.com", "DS"),
        ("_tcp.example.com", "SRV"),  # an empty non-terminal (RFC 4592 2.2.2, RFC 8020)
        ("ent.example.com", "A"),
        ("wild.example.com", "A"),
        ("sub.wild.example.com", "A"),
        ("q.wild.example.com", "SRV"),
        ("here.wild.example.com", "A"),
        ("star.x.example.com", "A"),
        ("d.example.com", "A"),
    ],
)
def test_no_data(qname, qtype):
    reply = respond(zone, qname, qtype)
    assert (reply.rcode, reply.aa, reply.answer, reply.authority) == ("NOERROR", True, [], SOA)


@pytest.mark.parametrize(
    "qname",
    ["nope.example.com", "a.b.c.example.com", "x.mail.example.com", "q.here.wild.example.com", "b.sub.wild.example.com",
     "esc.aped.example.com", "q.x.example.com"],
)  # fmt: skip
def test_no_such_name(qname):
    reply = respond(zone, qname, "A")
    assert (reply.rcode, reply.aa, reply.answer, reply.authority) == ("NXDOMAIN", True, [], SOA)


@pytest.mark.parametrize("qname", ["net", "example.net", "notexample.com", "com", "."])
def test_outside_the_zone(qname):
    reply = respond(zone, qname, "A")
    assert (reply.rcode, reply.aa, reply.answer, reply.authority) == ("REFUSED", False, [], [])


def test_wildcards():
    assert answer("q.wild.example.com") == ["q.wild.example.com. 3600 IN A 192.0.2.20"]
    assert answer("a.b.wild.example.com") == ["a.b.wild.example.com. 3600 IN A 192.0.2.20"]
    assert answer("*.wild.example.com") == ["*.wild.example.com. 3600 IN A 192.0.2.20"]
    assert answer("q.calias.example.com") == [
        "q.calias.example.com. 3600 IN CNAME web.example.com.", "web.example.com. 3600 IN A 192.0.2.3",
    ]  # fmt: skip
    assert respond(zone, "q.wild.example.com", "MX").additional == ["mail.example.com. 3600 IN A 192.0.2.2"]


def test_aliases_are_followed():
    alias = "www.example.com. 3600 IN CNAME web.example.com."
    assert answer("www.example.com") == [alias, "web.example.com. 3600 IN A 192.0.2.3"]
    assert answer("www.example.com", "CNAME") == [alias]
    assert answer("www.example.com", "ANY") == [alias]
    assert answer("far.example.com") == ["far.example.com. 3600 IN CNAME www.example.net."]


def test_what_an_alias_leads_to_decides():
    lost = respond(zone, "lost.example.com", "A")
    assert (lost.rcode, len(lost.answer), lost.authority) == ("NXDOMAIN", 1, SOA)
    empty = respond(zone, "odd.example.com", "A")
    assert (empty.rcode, len(empty.answer), empty.authority) == ("NOERROR", 1, SOA)


def test_loops_end():
    assert [len(answer(f"{name}.example.com")) for name in ("loop1", "self", "x.dloop")] == [2, 1, 2]


def test_a_long_chain_ends():
    chain = "".join([f"c{n} CNAME c{n + 1}\n" for n in range(40)])
    reply = respond(load("$TTL 1\n@ SOA a b 1 2 3 4 5\n" + chain, "example.com"), "c0.example.com", "A")
    assert (reply.rcode, len(reply.answer)) == ("NOERROR", 17)


REFERRAL = ["sub.example.com. 3600 IN NS ns.sub.example.com.", "sub.example.com. 3600 IN NS ns1.example.com."]


@pytest.mark.parametrize(
    "qname", ["sub.example.com", "www.sub.example.com", "hidden.sub.example.com", "ns.sub.example.com"]
)
def test_referrals(qname):
    reply = respond(zone, qname, "A")
    assert (reply.rcode, reply.aa, reply.answer, reply.authority) == ("NOERROR", False, [], REFERRAL)
    assert reply.additional == [
        "ns.sub.example.com. 3600 IN A 192.0.2.30",
        "ns1.example.com. 3600 IN A 192.0.2.1",
        "ns1.example.com. 3600 IN AAAA 2001:db8::1",
    ]


def test_a_referral_behind_an_alias_keeps_authority_for_the_alias():
    reply = respond(zone, "into.example.com", "A")
    assert (reply.aa, len(reply.answer), reply.authority) == (True, 1, REFERRAL)


def test_ds_is_answered_above_the_cut():
    reply = respond(zone, "sub.example.com", "DS")
    assert (reply.aa, len(reply.answer), reply.authority) == (True, 1, [])
    assert respond(zone, "x.sub.example.com", "DS").authority == REFERRAL


def test_dname():
    dname = "d.example.com. 3600 IN DNAME t.example.com."
    made = "H.d.example.com. 3600 IN CNAME H.t.example.com."
    assert answer("H.d.example.com") == [dname, made, "h.t.example.com. 3600 IN A 192.0.2.41"]
    assert answer("H.d.example.com", "CNAME") == [dname, made]
    assert answer("d.example.com", "DNAME") == [dname]
    assert answer("d.example.com", "TXT") == ['d.example.com. 3600 IN TXT "at the owner itself"']
    gone = respond(zone, "q.d.example.com", "A")
    assert (gone.rcode, len(gone.answer), gone.authority) == ("NXDOMAIN", 2, SOA)
    hidden = respond(zone, "under.d.example.com", "A")
    assert (hidden.rcode, hidden.answer[1]) == ("NXDOMAIN", "under.d.example.com. 3600 IN CNAME under.t.example.com.")
    assert answer("a.b.out.example.com")[1] == "a.b.out.example.com. 3600 IN CNAME a.b.example.net."


def test_dname_that_makes_the_name_too_long():
    zone = load(f"$ORIGIN e.\n$TTL 1\n@ SOA a b 1 2 3 4 5\nd DNAME {LONG}.\n")
    reply = respond(zone, f"{'y' * 20}.d.e", "A")
    assert (reply.rcode, reply.aa, reply.answer) == ("YXDOMAIN", True, [f"d.e. 1 IN DNAME {LONG}."])


def test_any():
    assert [line.split()[3] for line in answer("example.com", "ANY")] == ["SOA", "NS", "NS", "MX", "TXT"]


def test_an_rrset_is_without_duplicates_and_has_one_ttl():
    assert answer("dup.example.com") == ["dup.example.com. 60 IN A 192.0.2.60", "dup.example.com. 60 IN A 192.0.2.61"]
    assert answer("huge.example.com") == ["huge.example.com. 0 IN A 192.0.2.62"]


def test_escaped_names():
    assert answer(r"esc\.aped.example.com") == [r"esc\.aped.example.com. 3600 IN A 192.0.2.51"]
    assert respond(zone, r"x\.example.com", "A").rcode == "REFUSED"


@pytest.mark.parametrize(
    ("qname", "qtype"), [("a..b", "A"), ("", "A"), ("x" * 64, "A"), ("example.com", "NOPE"), ("example.com", "")]
)
def test_what_is_no_question(qname, qtype):
    assert respond(zone, qname, qtype).rcode == "FORMERR"


@pytest.mark.parametrize("qtype", ["AXFR", "IXFR", "TSIG", "OPT"])
def test_transfers_are_not_answered_here(qtype):
    assert respond(zone, "example.com", qtype).rcode == "NOTIMP"


def test_the_root_zone():
    root = load(
        "$TTL 1\n. SOA a. b. 1 2 3 4 5\n. NS a.\na. A 192.0.2.1\ncom. NS ns.com.\nns.com. A 192.0.2.2\n*. TXT x\n", "."
    )
    assert respond(root, ".", "NS").additional == ["a. 1 IN A 192.0.2.1"]
    assert respond(root, "www.com", "A").authority == ["com. 1 IN NS ns.com."]
    assert respond(root, "q", "TXT").answer == ['q. 1 IN TXT "x"']
    assert respond(root, "q", "A").authority == [". 1 IN SOA a. b. 1 2 3 4 5"]


def test_several_zones():
    child = load(
        "$ORIGIN sub.example.com.\n$TTL 1\n@ SOA ns root 1 2 3 4 5\n NS ns\nns A 192.0.2.30\nwww A 192.0.2.32\n"
    )
    other = load("$ORIGIN example.org.\n$TTL 1\n@ SOA ns root 1 2 3 4 5\n")

    def ask(zones, name, rdtype):
        return respond_from(zones, Question(name=name, rdtype=rdtype))

    for zones in ([zone, child, other], [other, child, zone]):
        assert ask(zones, "www.sub.example.com.", "A").answer == ["www.sub.example.com. 1 IN A 192.0.2.32"]
        assert ask(zones, "SUB.example.com.", "DS").answer[0].startswith("sub.example.com. 3600 IN DS")
        assert ask(zones, "ns1.example.com.", "A").aa
        assert ask(zones, "x.example.org.", "A").rcode == "NXDOMAIN"
        assert ask(zones, "example.net.", "A").rcode == "REFUSED"
    assert ask([child], "sub.example.com.", "DS").authority != []
    assert ask([], "sub.example.com.", "A").rcode == "REFUSED"


def test_a_zone_without_origin_or_soa():
    assert respond(load(""), "example.com", "A").rcode == "REFUSED"
    bare = load("a 5 A 192.0.2.1\n", "example.com")
    assert respond(bare, "a.example.com", "A").answer == ["a.example.com. 5 IN A 192.0.2.1"]
    assert respond(bare, "b.example.com", "A").rcode == "NXDOMAIN"


def test_a_big_answer_is_made_in_no_time():
    hosts = "".join([f"@ SRV 0 0 1 h{n}\nh{n} A 192.0.2.1\n" for n in range(900)])
    big = load("$TTL 1\n@ SOA a b 1 2 3 4 5\n" + hosts, "example.com")
    assert len(respond(big, "example.com", "SRV").additional_records) == 900
