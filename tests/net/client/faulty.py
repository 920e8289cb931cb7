"""What faults make of a correct answer, and SEEN: what a client sees of each one that changes the message."""

from __future__ import annotations

import struct

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdatatype
import pytest

from kmsdns.lookup.wire import WireError, decode
from kmsdns.net.server.faults.steps import ReplyStep
from kmsdns.net.server.faults.table import apply, arm
from kmsdns.net.server.responder import Responder
from kmsdns.zone.reader import load
from tests.net.messages import BIG, fields, opt, query, question

OWNER = "_vlmcs._tcp.contoso.test."
QUERY = query(edns=1232)
ADDRESS = query("kms1.contoso.test.", "A", id=0x4321)
RESPONDER = Responder([load(BIG)])


def clean(wire=QUERY, transport="udp"):
    """The correct answer of a server of ZONE or BIG."""
    return RESPONDER.respond(wire, transport)


def steps(*texts, wire=QUERY, transport="udp", asked=(OWNER, "SRV"), armed=None):
    """What these faults make of the answer to a query; None when none is applied."""
    answer = clean(wire, transport)
    faults = arm(texts) if armed is None else armed
    return apply(faults, wire, answer, asked, transport, "127.0.0.1", lambda other: clean(other, transport))


def faulty(*texts, **options):
    """The message, when the faults come to one that is simply sent."""
    (step,) = steps(*texts, **options)
    assert step == ReplyStep(message=step.message)
    return step.message


def read(message):
    """The message as dnspython understands it, octets behind its end not allowed."""
    return dns.message.from_wire(message)


def questions_end(message):
    return message.index(b"\0", 12) + 5


def has_rcode(number, opt_stays=True):
    def check(clean, faulty):
        parsed, correct = read(faulty), read(clean)
        assert (parsed.id, parsed.question) == (correct.id, correct.question)
        assert parsed.rcode() == number
        assert (parsed.answer, parsed.authority, parsed.additional) == ([], [], [])
        assert not parsed.flags & dns.flags.AA
        assert (parsed.flags & dns.flags.RD) == (correct.flags & dns.flags.RD)
        assert parsed.edns == (correct.edns if opt_stays else -1)

    return check


def denies(number):
    def check(clean, faulty):
        parsed = read(faulty)
        assert (parsed.rcode(), parsed.answer, parsed.additional) == (number, [], [])
        assert parsed.flags & dns.flags.AA
        (soa,) = parsed.authority
        assert (str(soa.name), soa.rdtype, soa.ttl) == ("contoso.test.", dns.rdatatype.SOA, 300)
        assert soa[0].serial == 2026010101

    return check


def is_malformed(reason, error=dns.exception.DNSException):
    def check(clean, faulty):
        assert faulty[:2] == clean[:2]
        with pytest.raises(WireError) as refused:
            decode(faulty)
        assert refused.value.reason == reason
        with pytest.raises(error):
            read(faulty)

    return check


def truncated(clean, faulty):
    parsed = read(faulty)
    assert parsed.flags & dns.flags.TC
    assert (parsed.answer, parsed.authority, parsed.additional) == ([], [], [])
    assert (parsed.question, parsed.edns) == (read(clean).question, read(clean).edns)


def wrong_id(clean, faulty):
    assert faulty == struct.pack("!H", fields(clean)[0] + 1) + clean[2:]


def wrong_question(clean, faulty):
    parsed = read(faulty)
    assert str(parsed.question[0].name) == "_vlmcx._tcp.contoso.test."
    assert parsed.answer[0].name == parsed.question[0].name
    assert faulty.replace(b"_vlmcx", b"_vlmcs") == clean


def no_question(clean, faulty):
    assert fields(faulty)[2] == 0
    correct = read(clean)
    parsed = read(faulty)
    for ours, theirs in ((parsed.answer, correct.answer), (parsed.additional, correct.additional)):
        assert ours == theirs


def wrong_class(clean, faulty):
    assert fields(faulty) == fields(clean)
    message = decode(faulty)
    assert {record.rdclass for record in message.answer} == {"CH"}
    assert {record.rdclass for record in message.additional} == {"IN"}
    assert message.questions == decode(clean).questions


def wrong_type(clean, faulty):
    parsed = read(faulty)
    (rrset,) = parsed.answer
    assert (rrset.name, rrset.rdtype) == (parsed.question[0].name, dns.rdatatype.TXT)


def case_flip(clean, faulty):
    asked = question()
    assert faulty == clean[:12] + asked.swapcase()[: len(asked) - 4] + clean[12 + len(asked) - 4 :]
    assert read(faulty).answer == read(clean).answer


def trailing(clean, faulty):
    assert faulty == clean + bytes(12)
    assert decode(faulty).warnings == ("trailing-bytes",)


def short(clean, faulty):
    assert faulty == clean[:5]


def garbage(clean, faulty):
    assert faulty == clean[:2] + b"\xff" * 62


def compression_loop(clean, faulty):
    end = questions_end(faulty)
    assert faulty[end : end + 2] == struct.pack("!H", 0xC000 | end)
    is_malformed("malformed-pointer")(clean, faulty)


def compression_forward(clean, faulty):
    end = questions_end(faulty)
    pointer = struct.unpack("!H", faulty[end : end + 2])[0] & 0x3FFF
    assert faulty[pointer:].startswith(b"\4kms")  # a name is there
    assert pointer > end
    is_malformed("malformed-pointer")(clean, faulty)


def rdlength(clean, faulty):
    end = questions_end(faulty)
    length = struct.unpack("!H", faulty[end + 10 : end + 12])[0]
    assert end + 12 + length > len(faulty)
    is_malformed("malformed-rdata")(clean, faulty)


def label_overrun(clean, faulty):
    end = questions_end(faulty)
    assert faulty[end] == 63
    assert end + 1 + 63 > len(faulty)
    is_malformed("malformed-label")(clean, faulty)


def cname_loop(clean, faulty):
    parsed = read(faulty)
    there, back = parsed.answer
    assert there.rdtype == back.rdtype == dns.rdatatype.CNAME
    assert there.name == parsed.question[0].name == back[0].target
    assert there[0].target == back.name


def cname_chain(clean, faulty):
    parsed = read(faulty)
    *chain, answer = parsed.answer
    assert len(chain) == 10
    name = parsed.question[0].name
    for alias in chain:
        assert alias.name == name
        name = alias[0].target
    assert answer.name == name
    assert set(answer) == set(read(clean).answer[0])


def huge(clean, faulty):
    parsed = read(faulty)
    if len(faulty) <= 1232:
        truncated(clean, faulty)
    else:
        assert len(parsed.answer[0]) == 1000


def lame(clean, faulty):
    parsed = read(faulty)
    assert (parsed.rcode(), parsed.answer) == (0, [])
    assert not parsed.flags & dns.flags.AA
    assert [(rrset.name, rrset.rdtype) for rrset in parsed.authority] == [(dns.name.root, dns.rdatatype.NS)]


def stale_serial(clean, faulty):
    assert read(faulty).answer[0][0].serial == read(clean).answer[0][0].serial - 1


def badvers(clean, faulty):
    has_rcode(dns.rcode.BADVERS)(clean, faulty)
    assert faulty.endswith(opt()[:5] + b"\1" + opt()[6:])


SEEN = {
    "servfail": has_rcode(2),
    "refused": has_rcode(5),
    "nxdomain": denies(3),
    "nodata": denies(0),
    "notimp": has_rcode(4),
    "formerr": has_rcode(1),
    "no-edns": has_rcode(1, opt_stays=False),
    "edns-badvers": badvers,
    "truncate": truncated,
    "wrong-id": wrong_id,
    "wrong-question": wrong_question,
    "no-question": no_question,
    "wrong-class": wrong_class,
    "wrong-type": wrong_type,
    "case-flip": case_flip,
    "garbage": garbage,
    "short": short,
    "trailing-bytes": trailing,
    "bad-compression-loop": compression_loop,
    "bad-compression-forward": compression_forward,
    "bad-rdlength": rdlength,
    "label-overrun": label_overrun,
    "cname-loop": cname_loop,
    "cname-chain": cname_chain,
    "huge": huge,
    "lame": lame,
    "stale-serial": stale_serial,
}
