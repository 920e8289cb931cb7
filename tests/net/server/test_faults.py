"""What each fault makes of a correct answer, without sockets: messages and steps."""

from __future__ import annotations

import dns.message
import dns.rdatatype
import pytest

from kmsdns.net.server.faults.parts import Unreadable, read, udp_limit
from kmsdns.net.server.faults.steps import ClosePort, CloseStep, ReplyStep, Wait, frame, script
from kmsdns.net.server.faults.table import FAULTS, apply, arm, closed_from_the_start
from kmsdns.net.server.responder import Responder
from kmsdns.zone.reader import load
from tests.net.client.faulty import OWNER, QUERY, SEEN, clean, faulty, steps
from tests.net.messages import ZONE, fields, header, query, question

# What each one makes


def asked_of(name):
    """The query that shows a fault best, and what it asks for."""
    return (
        (query("contoso.test.", "SOA", edns=1232), ("contoso.test.", "SOA"))
        if name == "stale-serial"
        else (
            QUERY,
            (OWNER, "SRV"),
        )
    )


@pytest.mark.parametrize("name", SEEN)
def test_messages(name):
    wire, asked = asked_of(name)
    for transport in FAULTS[name].over:
        SEEN[name](
            clean(wire, transport), faulty(f"{name}:transport={transport}", wire=wire, asked=asked, transport=transport)
        )


STEPS = {
    "drop": ("drop", "udp", lambda reply: ()),
    "delay": ("delay:ms=1500", "udp", lambda reply: (Wait(seconds=1.5), reply)),
    "duplicate": ("duplicate:n=3", "udp", lambda reply: (reply,) * 3),
    "wrong-address": ("wrong-address", "udp", lambda reply: (reply.replace(elsewhere=True),)),
    "reorder": ("reorder:ms=300", "udp", lambda reply: (reply.replace(later=0.3),)),
    "flap": ("flap", "udp", lambda reply: (reply,)),
    "close-port": ("close-port", "udp", lambda reply: (ClosePort(),)),
    "empty-tcp": ("empty-tcp", "tcp", lambda reply: (reply.replace(message=b"", length=0),)),
    "tcp-close": ("tcp-close", "tcp", lambda reply: (CloseStep(),)),
    "tcp-reset": ("tcp-reset", "tcp", lambda reply: (CloseStep(reset=True),)),
    "tcp-slow": ("tcp-slow:bytes=40", "tcp", lambda reply: (reply.replace(piece=2, pause=0.05),)),
    "tcp-split": (
        "tcp-split",
        "tcp",
        lambda reply: (reply.replace(first=1, piece=len(reply.message) // 2 + 1, pause=0.01),),
    ),
    "tcp-length-lie": ("tcp-length-lie", "tcp", lambda reply: (reply.replace(length=len(reply.message) + 100),)),
}


@pytest.mark.parametrize("name", STEPS)
def test_steps(name):
    text, transport, expected = STEPS[name]
    assert steps(text, transport=transport) == expected(ReplyStep(message=clean(transport=transport)))


def test_no_fault_is_without_a_test():
    assert {*SEEN, *STEPS} == set(FAULTS)


def test_flap_alternates():
    armed = arm(["flap:n=2"])
    assert [len(steps(armed=armed)) for _ in range(7)] == [1, 1, 0, 0, 1, 1, 0]


def test_reorder_is_for_every_other_answer():
    armed = arm(["reorder"])
    assert [steps(armed=armed)[0].later for _ in range(4)] == [0.2, 0, 0.2, 0]


def test_when_the_port_closes():
    reply = ReplyStep(message=clean())
    armed = arm(["close-port:after=2,transport=udp"])
    assert [steps(armed=armed) for _ in range(3)] == [None, (reply, ClosePort(transport="udp")), None]
    armed = arm(["close-port:type=SRV"])
    assert [steps(armed=armed) for _ in range(2)] == [(ClosePort(),), None]


@pytest.mark.parametrize(
    ("texts", "closed"),
    [
        (["drop"], ()),
        (["close-port"], ("udp", "tcp")),
        (["close-port:transport=tcp"], ("tcp",)),
        (["close-port:transport=tcp", "close-port:transport=udp"], ("udp", "tcp")),
        (["close-port:after=1"], ()),
        (["close-port:type=SRV"], ()),
        (["close-port:name=contoso.test"], ()),
        (["close-port:client=127.0.0.1"], ()),
    ],
)
def test_ports_that_are_closed_from_the_start(texts, closed):
    assert closed_from_the_start(arm(texts)) == closed


def test_without_edns_there_is_no_fault_in_it():
    wire = query()
    for name in ("no-edns", "edns-badvers"):
        assert faulty(name, wire=wire) == clean(wire)


def test_the_soa_of_a_denial():
    """The zone's own; the answer's, when it has one; one made up for a name in no zone of this server."""
    nothing = query("nothing.contoso.test.", "A")
    parsed = dns.message.from_wire(faulty("nodata", wire=nothing, asked=("nothing.contoso.test.", "A")))
    assert (str(parsed.authority[0].name), parsed.rcode()) == ("contoso.test.", 0)
    for name, owner in (
        ("_vlmcs._tcp.corp.example.", "corp.example."),
        ("www.corp.example.", "corp.example."),
        ("example.", "."),
        (".", "."),
    ):
        parsed = dns.message.from_wire(faulty("nxdomain", wire=query(name), asked=(name, "SRV")))
        assert (str(parsed.authority[0].name), parsed.rcode()) == (owner, 3)


def test_a_denial_of_an_alias_and_of_odd_octets():
    for wire in (query("_ldap._tcp.contoso.test."), header() + b"\x02\xff\x00" + question("contoso.test.", "A")):
        parsed = dns.message.from_wire(faulty("nxdomain", wire=wire))
        assert (parsed.rcode(), str(parsed.authority[0].name)) == (3, "contoso.test.")


def test_numbers_of_records():
    assert len(dns.message.from_wire(faulty("cname-chain:n=3")).answer) == 4
    for rdtype in ("SRV", "A", "AAAA", "TXT"):
        wire = query("kms1.contoso.test.", rdtype)
        answer = dns.message.from_wire(faulty("huge:n=20", wire=wire, transport="tcp")).answer[0]
        assert (len(answer), answer.rdtype) == (20, dns.rdatatype.from_text(rdtype))
    most = faulty("huge:n=65535", transport="tcp")
    assert 65_535 - 50 < len(most) <= 65_535
    assert len(dns.message.from_wire(most).answer[0]) > 1500
    assert faulty("huge", wire=query("contoso.test.", "CAA")) == clean(query("contoso.test.", "CAA"))


def test_over_udp_an_answer_that_grew_is_truncated():
    for wire, limit in ((query(), 512), (query(edns=700), 700), (query(edns=4096), 1232)):
        sizes = []
        for count in (1, 5, 9, 13, 17, 21, 25, 29, 33, 37, 60):
            message = faulty(f"cname-chain:n={count}", wire=wire)
            assert len(message) <= limit
            sizes.append(len(message))
            assert bool(fields(message)[1] & 0x0200) == (not dns.message.from_wire(message).answer)
        assert sizes[-1] < sizes[0]
        assert len(dns.message.from_wire(faulty("cname-chain:n=60", wire=wire, transport="tcp")).answer) == 61


def test_serials_go_round():
    zone = Responder([load(ZONE.replace("2026010101", "3"))])
    wire = query("contoso.test.", "SOA")
    (step,) = apply(arm(["stale-serial:n=5"]), wire, zone.respond(wire, "udp"), ("", ""), "udp", "", zone.respond)
    assert dns.message.from_wire(step.message).answer[0][0].serial == 2**32 - 2
    wire = query("nothing.contoso.test.")
    assert dns.message.from_wire(faulty("stale-serial", wire=wire)).authority[0][0].serial == 2026010100


@pytest.mark.parametrize("name", FAULTS)
def test_no_answer_is_too_odd_for_a_fault(name):
    """Bare answers, denials, referrals, the root, big ones: each fault, and each behind a few others."""
    odd = [
        header(questions=0),
        query("."),
        query("nothing.contoso.test.", edns=1232),
        query("www.sub.contoso.test.", "A"),
        query("x.moved.contoso.test.", "A"),
        query("_ldap._tcp.contoso.test.", edns=512),
        query("contoso.test.", "ANY"),
        query("fabrikam.example."),
        query("_many._tcp.contoso.test."),
    ]
    for wire in odd:
        for transport in FAULTS[name].over:
            for before in ([], ["short"], ["garbage"], ["no-question"], ["cname-chain"], ["duplicate"], ["empty-tcp"]):
                made = steps(*before, f"{name}:transport={transport}", wire=wire, transport=transport)
                assert all(len(step.message) <= 66_000 for step in made if isinstance(step, ReplyStep))
                script(made)


def test_malformed_whatever_the_answer():
    for wire in (query("nothing.contoso.test."), query("fabrikam.example."), query("kms1.contoso.test.", "A")):
        for name in ("bad-compression-loop", "bad-rdlength", "label-overrun"):
            SEEN[name](clean(wire), faulty(name, wire=wire))


# Several, and none


def test_several_are_applied_in_order():
    reply = ReplyStep(message=faulty("servfail"))
    assert steps("delay:ms=100", "servfail") == steps("servfail", "delay:ms=100") == (Wait(seconds=0.1), reply)
    both = steps("duplicate", "wrong-id")
    assert both == (ReplyStep(message=faulty("wrong-id")),) * 2
    assert faulty("servfail", "refused") == faulty("refused")
    assert faulty("trailing-bytes:bytes=3", "short") == clean()[:5]
    assert faulty("short", "trailing-bytes:bytes=3") == clean()[:5] + bytes(3)
    assert faulty("wrong-id", "wrong-id")[:2] == b"\x12\x36"
    assert steps("drop", "servfail") == ()
    assert faulty("drop:type=A", "servfail") == faulty("servfail")


def test_how_it_is_carried_outlives_what_it_says():
    (step,) = steps("tcp-length-lie:bytes=7", "servfail", transport="tcp")
    assert step.message == faulty("servfail", transport="tcp")
    assert step.length == len(clean(transport="tcp")) + 7


def test_no_fault_is_nothing_at_all():
    assert steps() is None
    assert steps("drop:type=A", "servfail:after=1") is None


# Over TCP


def test_the_script_of_a_connection():
    plain = ReplyStep(message=b"abcdefgh")
    assert script((plain,)) == [b"\0\x08abcdefgh"]
    pause = Wait(seconds=0.5)
    assert script((plain.replace(piece=4, pause=0.5),)) == [b"\0\x08ab", pause, b"cdef", pause, b"gh"]
    assert script((plain.replace(first=1, piece=5, pause=0.5),)) == [b"\0", pause, b"\x08abcd", pause, b"efgh"]
    assert script((plain.replace(limit=3), CloseStep())) == [b"\0\x08a", CloseStep()]
    later = plain.replace(later=1.0)
    assert script((pause, later)) == [pause, later]
    assert frame(plain.replace(length=65_535)) == b"\xff\xffabcdefgh"


def test_pieces():
    whole = frame(ReplyStep(message=clean(transport="tcp")))
    for text, count in (("tcp-split", 3), ("tcp-split:n=2", 2), ("tcp-split:n=9", 9), ("tcp-slow:bytes=1", len(whole))):
        pieces = [line for line in script(steps(text, transport="tcp")) if isinstance(line, bytes)]
        assert (len(pieces), b"".join(pieces)) == (count, whole), text
    for bytes_, seconds in ((1, len(whole) - 1), (100, len(whole) / 100), (10**9, 0)):
        waits = [
            line.seconds
            for line in script(steps(f"tcp-slow:bytes={bytes_}", transport="tcp"))
            if isinstance(line, Wait)
        ]
        assert sum(waits) == pytest.approx(seconds, abs=0.1)
    made = steps("tcp-close:bytes=20", transport="tcp")
    assert script(made) == [whole[:20], CloseStep()]


# Taking messages apart


def test_parts_that_are_packed_again_say_the_same():
    for wire in (
        QUERY,
        query("www.sub.contoso.test.", "A"),
        query("contoso.test.", "ANY"),
        query("nothing.contoso.test."),
    ):
        answer = clean(wire, "tcp")
        packed = read(answer).pack()
        assert dns.message.from_wire(packed).to_text() == dns.message.from_wire(answer).to_text()


@pytest.mark.parametrize(
    "message", [b"", clean()[:-1], header() + b"\xc0\x0c\0\1\0\1", header() + b"\x40abc", b"\xff" * 64]
)
def test_what_cannot_be_taken_apart(message):
    with pytest.raises(Unreadable):
        read(message)
    assert udp_limit(message) == 512
