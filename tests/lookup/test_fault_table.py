"""Every fault that a server or the way to it can have, without sockets: told by its name, in time, never believed.

The rows are those on which dig, kdig, drill, dnspython and c-ares have been compared. Each is run alone, with a good
second server, and measured against the deadline. Long: it is one table.
"""

from __future__ import annotations

import random
import struct
from collections.abc import Callable
from itertools import pairwise

import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rrset
import pytest

from kmsdns.lookup.attempt import LookupSettings
from kmsdns.model.messages import Outcome, Question, Response, Server
from tests.lookup.virtual_network import Event, Script, run

OWNER = "_vlmcs._tcp.corp.test."
QUESTION = Question(name=OWNER, rdtype="SRV")
SRV = f"{OWNER} 3600 IN SRV 0 0 1688 kms1.corp.test."
SOA = "corp.test. 900 IN SOA ns.corp.test. admin.corp.test. 1 7200 900 86400 300"
BAD, GOOD = Server(address="127.0.0.2"), Server(address="127.0.0.3")
SETTINGS = LookupSettings(timeout=2.0, retries=2)
COMPARING = LookupSettings(timeout=2.0, retries=2, all_servers=True)
AA = dns.flags.QR | dns.flags.AA


def build(
    query: bytes,
    *answer: str,
    rcode: int = 0,
    authority: tuple[str, ...] = (),
    flags: int = AA,
    opt: bool = True,
    **changes: object,
) -> bytes:
    message = dns.message.make_response(dns.message.from_wire(query))
    if not opt:
        message.use_edns(False)
    message.flags = flags | dns.flags.RD
    message.set_rcode(rcode)
    for section, lines in ((message.answer, answer), (message.authority, authority)):
        for line in lines:
            owner, ttl, rdclass, rdtype, rdata = line.split(" ", 4)
            section.append(dns.rrset.from_text(owner, int(ttl), rdclass, rdtype, rdata))
    for name, value in changes.items():
        setattr(message, name, value)
    return message.to_wire(max_size=65535)


def good(query: bytes, transport: str) -> list[Event]:
    data = build(query, SRV)
    return [(0.0, len(data).to_bytes(2, "big") + data if transport == "tcp" else data)]


def always(make: Callable[[bytes], bytes], then: Callable[[bytes], bytes] | None = None, delay: float = 0.0) -> Script:
    """Answers so over both transports; then a second packet 50 ms later, over UDP."""

    def script(query: bytes, transport: str) -> list[Event]:
        data = make(query)
        if transport == "tcp":
            return [(delay, len(data).to_bytes(2, "big") + data)]
        return [(delay, data), *([(delay + 0.05, then(query))] if then else [])]

    return script


def only_udp(*events: Callable[[bytes], Event]) -> Script:
    """Does this over UDP; nobody listens at the TCP port."""
    return lambda query, transport: [(0.0, "tcp-refused")] if transport == "tcp" else [e(query) for e in events]


def over_tcp(*events: Callable[[bytes], Event]) -> Script:
    """Says over UDP that the answer is to be had over TCP, and does this there."""

    def script(query: bytes, transport: str) -> list[Event]:
        if transport == "udp":
            return [(0.0, build(query, flags=AA | dns.flags.TC))]
        return [event(query) for event in events]

    return script


def looped() -> tuple[str, str]:
    return f"{OWNER} 60 IN CNAME a.test.", f"a.test. 60 IN CNAME {OWNER}"


def hosts(number: int) -> list[str]:
    return [f"{OWNER} 60 IN SRV 0 0 1 host{n}.corp.test." for n in range(number)]


def frame(data: bytes) -> bytes:
    return len(data).to_bytes(2, "big") + data


def chain(length: int) -> list[str]:
    names = [OWNER, *[f"n{index}.corp.test." for index in range(length)]]
    return [f"{a} 60 IN CNAME {b}" for a, b in pairwise(names)] + [f"{names[-1]} 60 IN SRV 0 0 1 x."]


def record(query: bytes, owner: bytes, rdtype: int, rdata: bytes, length: int | None = None, count: int = 1) -> bytes:
    """A reply of one hand-made record and no OPT."""
    end = query.index(b"\0", 12) + 5
    size = len(rdata) if length is None else length
    body = owner + struct.pack("!HHIH", rdtype, 1, 60, size) + rdata
    return query[:2] + b"\x85\x80" + struct.pack("!4H", 1, count, 0, 0) + query[12:end] + body


AT_QUESTION = b"\xc0\x0c"
TARGET = b"\x04kms1\x04corp\x04test\0"
NUMBERS = b"\0\0\0\0\x06\x98"
OPT = b"\0" + struct.pack("!HHIH", 41, 1232, 0, 0)
NOISE = random.Random(5).randbytes(50)


def first_time(query_number: list[int], silent: int) -> Script:
    def script(query: bytes, transport: str) -> list[Event]:
        query_number.append(1)
        return [] if len(query_number) <= silent else good(query, transport)

    return script


# name: what the server does, the reason of the whole look-up when it is alone, what its trace must mention besides.
# "answer" with a remark: believed, but told. True negatives must not be asked of the second server.
ROWS: dict[str, tuple[Callable[[], Script], str, tuple[str, ...]]] = {
    "ok": (lambda: good, "answer", ()),
    "servfail": (lambda: always(lambda q: build(q, rcode=2)), "servfail", ()),
    "nxdomain": (lambda: always(lambda q: build(q, rcode=3, authority=(SOA,))), "nxdomain", ()),
    "nxnosoa": (lambda: always(lambda q: build(q, rcode=3)), "nxdomain", ("negative-without-soa",)),
    "nodata": (lambda: always(lambda q: build(q, authority=(SOA,))), "nodata", ()),
    "nodatanosoa": (lambda: always(lambda q: build(q)), "negative-without-soa", ()),
    "refused": (lambda: always(lambda q: build(q, rcode=5)), "refused", ()),
    "notimp": (lambda: always(lambda q: build(q, rcode=4)), "notimp", ()),
    "formerr": (lambda: always(lambda q: build(q, rcode=1)), "formerr", ()),
    "formerrhdr": (lambda: always(lambda q: q[:2] + b"\x81\x81" + bytes(8)), "formerr", ()),
    "servfailhdr": (lambda: always(lambda q: q[:2] + b"\x81\x82" + bytes(8)), "servfail", ()),
    "yxdomain": (lambda: always(lambda q: build(q, rcode=6)), "yxdomain", ()),
    "notauth": (lambda: always(lambda q: build(q, rcode=9)), "notauth", ()),
    "rcode11": (lambda: always(lambda q: build(q, rcode=11)), "rcode-11", ()),
    "badvers": (lambda: always(lambda q: build(q, rcode=16)), "badvers", ()),
    "drop": (lambda: lambda q, t: [], "timeout", ()),
    "dropfirst": (lambda: first_time([], 1), "answer", ()),
    "delay1": (lambda: always(lambda q: build(q, SRV), delay=1.0), "answer", ("slow",)),
    "delay3": (lambda: always(lambda q: build(q, SRV), delay=2.5), "answer", ("late",)),
    "delay6": (lambda: always(lambda q: build(q, SRV), delay=6.0), "timeout", ()),
    "closed": (
        lambda: lambda q, t: [(0.0, "tcp-refused" if t == "tcp" else "port-unreachable")],
        "port-unreachable",
        (),
    ),
    "prohibited": (lambda: lambda q, t: [(0.0, "host-unreachable")], "host-unreachable", ()),
    "udponly": (lambda: over_tcp(lambda q: (0.0, "tcp-refused")), "tcp-refused", ()),
    "wrongid": (lambda: only_udp(lambda q: (0.0, build(q, SRV, id=q[0] ^ 77))), "id-mismatch", ()),
    "wrongidok": (
        lambda: always(lambda q: build(q, SRV, id=60000), then=lambda q: build(q, SRV)),
        "answer",
        ("id-mismatch",),
    ),
    "wrongq": (lambda: always(lambda q: renamed(q, "evil.test.", "SRV")), "question-mismatch", ()),
    "wrongqok": (
        lambda: always(lambda q: renamed(q, "evil.test.", "SRV"), then=lambda q: build(q, SRV)),
        "answer",
        ("question-mismatch",),
    ),
    "wrongqtype": (lambda: always(lambda q: renamed(q, OWNER, "TXT")), "question-mismatch", ()),
    "case": (lambda: always(lambda q: renamed(q, OWNER.upper(), "SRV", SRV.upper())), "answer", ("case-changed",)),
    "noq": (lambda: always(lambda q: build(q, SRV, question=[])), "question-missing", ()),
    "twoq": (lambda: always(lambda q: build(q, question=dns.message.from_wire(q).question * 2)), "question-count", ()),
    "qr0": (lambda: always(lambda q: q), "not-a-response", ()),
    "opcode": (lambda: always(lambda q: build(q, SRV, flags=AA | 4 << 11)), "opcode-mismatch", ()),
    "wrongport": (lambda: only_udp(lambda q: (0.0, build(q, SRV), "127.0.0.2:54")), "source-mismatch", ()),
    "wrongaddr": (
        lambda: only_udp(lambda q: (0.0, build(q, SRV), "127.0.0.9:53")),
        "source-mismatch",
        ("127.0.0.9:53",),
    ),
    "garbage": (lambda: only_udp(lambda q: (0.0, NOISE)), "id-mismatch", ()),
    "garbageid": (
        lambda: only_udp(lambda q: (0.0, q[:2] + b"\x81\x80\0\1\0\0\0\0\0\0" + b"\x7f" * 30)),
        "malformed-label",
        (),
    ),
    "empty": (lambda: only_udp(lambda q: (0.0, b"")), "short", ("size 0",)),
    "short": (lambda: only_udp(lambda q: (0.0, q[:5])), "short", ("size 5",)),
    "nulls": (lambda: only_udp(lambda q: (0.0, q[:2] + bytes(60))), "not-a-response", ()),
    "hdronly": (lambda: always(lambda q: q[:2] + b"\x85\x80" + bytes(8)), "question-missing", ()),
    "trailing": (lambda: always(lambda q: build(q, SRV) + b"junk"), "answer", ("trailing-bytes",)),
    "cut": (lambda: only_udp(lambda q: (0.0, build(q, SRV, opt=False)[:-7])), "malformed-rdata", ()),
    "countlie": (lambda: always(lambda q: build(q)[:6] + b"\xff\xff" + build(q)[8:]), "malformed-count", ()),
    "comploop": (lambda: always(lambda q: record(q, loop(q), 33, NUMBERS + TARGET)), "malformed-pointer", ()),
    "compfwd": (lambda: always(lambda q: record(q, b"\xff\xf0", 33, NUMBERS + TARGET)), "malformed-pointer", ()),
    "label40": (lambda: always(lambda q: record(q, b"\x41x\0", 33, NUMBERS + TARGET)), "malformed-label", ()),
    "longname": (
        lambda: always(lambda q: record(q, (b"\x3f" + b"x" * 63) * 4 + b"\0", 33, NUMBERS + TARGET)),
        "malformed-name",
        (),
    ),
    "cnameloop": (lambda: always(lambda q: build(q, *looped())), "cname-loop", ()),
    "cnameself": (lambda: always(lambda q: build(q, f"{OWNER} 60 IN CNAME {OWNER}")), "cname-loop", ()),
    "cname10": (lambda: always(lambda q: build(q, *chain(10))), "answer", ()),
    "cname20": (lambda: always(lambda q: build(q, *chain(20))), "cname-too-long", ()),
    "cnameonly": (
        lambda: always(
            lambda q: (
                build(q, f"{OWNER} 60 IN CNAME a.test.") if OWNER_WIRE in q else build(q, "a.test. 60 IN SRV 0 0 1 x.")
            )
        ),
        "answer",
        ("cname-dangling",),
    ),
    "cnamenx": (
        lambda: always(lambda q: build(q, f"{OWNER} 60 IN CNAME a.corp.test.", rcode=3, authority=(SOA,))),
        "nxdomain",
        (),
    ),
    "twocname": (
        lambda: always(lambda q: build(q, *[f"{OWNER} 60 IN CNAME {x}.test." for x in "ab"])),
        "cname-multiple",
        (),
    ),
    "lame": (
        lambda: always(lambda q: build(q, authority=(". 60 IN NS a.root.test.",), flags=dns.flags.QR)),
        "lame",
        (),
    ),
    "referral": (
        lambda: always(lambda q: build(q, authority=("test. 60 IN NS a.test.",), flags=dns.flags.QR)),
        "referral",
        (),
    ),
    "noaa": (lambda: always(lambda q: build(q, SRV, flags=dns.flags.QR)), "answer", ("not-authoritative",)),
    "nxanswer": (lambda: always(lambda q: build(q, SRV, rcode=3)), "nxdomain-with-answer", ()),
    "unrelated": (lambda: always(lambda q: build(q, "other.test. 60 IN SRV 0 0 1 x.")), "answer-unrelated", ()),
    "wrongtype": (lambda: always(lambda q: build(q, f"{OWNER} 60 IN A 192.0.2.1")), "answer-wrong-type", ()),
    "wrongclass": (lambda: always(lambda q: build(q, f"{OWNER} 60 CH TXT x")), "answer-wrong-class", ()),
    "srvcomp": (
        lambda: always(lambda q: record(q, AT_QUESTION, 33, NUMBERS + b"\x04kms1\xc0\x18")),
        "answer",
        ("target-compressed",),
    ),
    "srvshort": (lambda: always(lambda q: record(q, AT_QUESTION, 33, NUMBERS[:5])), "malformed-rdata", ()),
    "srvzero": (lambda: always(lambda q: record(q, AT_QUESTION, 33, b"")), "malformed-rdata", ()),
    "srvlong": (lambda: always(lambda q: record(q, AT_QUESTION, 33, NUMBERS + TARGET + b"x")), "malformed-rdata", ()),
    "srvdot": (lambda: always(lambda q: build(q, f"{OWNER} 60 IN SRV 0 0 0 .")), "answer", ("target .",)),
    "ctrl": (
        lambda: always(lambda q: build(q, f"{OWNER} 60 IN SRV 0 0 1 \\027[31m.test.")),
        "answer",
        ("target \\027[31m.test.",),
    ),
    "ttlneg": (
        lambda: always(
            lambda q: record(q, AT_QUESTION, 33, NUMBERS + TARGET).replace(b"\0\0\0\x3c", b"\xff\xff\xff\xff")
        ),
        "answer",
        ("ttl-out-of-range",),
    ),
    "twoopt": (lambda: always(lambda q: bump(build(q, SRV, opt=False), 10, 2) + OPT * 2), "malformed-opt", ()),
    "optanswer": (lambda: always(lambda q: bump(build(q, opt=False), 6, 1) + OPT), "malformed-opt", ()),
    "bigudp": (lambda: always(lambda q: build(q, *hosts(60))), "answer", ("udp-oversize",)),
    "sfthenok": (lambda: always(lambda q: build(q, rcode=2), then=lambda q: build(q, SRV)), "servfail", ()),
    "nxthenok": (
        lambda: always(lambda q: build(q, rcode=3, authority=(SOA,)), then=lambda q: build(q, SRV)),
        "nxdomain",
        (),
    ),
    "tcok": (lambda: over_tcp(lambda q: (0.0, frame(build(q, SRV)))), "answer", ("tcp",)),
    "tcmany": (lambda: over_tcp(lambda q: (0.0, frame(many(q, 2000)))), "answer", ("rrset-huge",)),
    "tctc": (lambda: over_tcp(lambda q: (0.0, frame(build(q, flags=AA | dns.flags.TC)))), "truncated-over-tcp", ()),
    "tcwrongid": (lambda: over_tcp(lambda q: (0.0, frame(build(q, SRV, id=60000)))), "id-mismatch", ("tcp",)),
    "tcwrongq": (
        lambda: over_tcp(lambda q: (0.0, frame(renamed(q, "evil.test.", "SRV")))),
        "question-mismatch",
        ("tcp",),
    ),
    "tcgarbage": (
        lambda: over_tcp(lambda q: (0.0, frame(q[:2] + b"\x81\x80\0\1\0\0\0\0\0\0" + b"\x7f" * 30))),
        "malformed-label",
        ("tcp",),
    ),
    "tcservfail": (lambda: over_tcp(lambda q: (0.0, frame(build(q, rcode=2)))), "servfail", ("tcp",)),
    "tctrailing": (
        lambda: over_tcp(lambda q: (0.0, frame(build(q, SRV) + b"junk"))),
        "answer",
        ("trailing-bytes", "tcp"),
    ),
    "tchang": (lambda: over_tcp(), "tcp-timeout", ()),
    "tcreset": (lambda: over_tcp(lambda q: (0.0, "tcp-reset")), "tcp-reset", ()),
    "tcclose": (lambda: over_tcp(lambda q: (0.0, "eof")), "tcp-closed", ()),
    "tcshort": (lambda: over_tcp(lambda q: (0.0, frame(build(q, SRV))[:30]), lambda q: (0.01, "eof")), "tcp-short", ()),
    "tcslow": (
        lambda: over_tcp(*[lambda q, n=n: (0.5 * n, frame(build(q, SRV))[n : n + 1]) for n in range(30)]),
        "tcp-timeout",
        (),
    ),
    "tcchunk": (
        lambda: over_tcp(*[lambda q, n=n: (0.01 * n, frame(build(q, SRV))[9 * n : 9 * n + 9]) for n in range(20)]),
        "answer",
        ("tcp",),
    ),
    "tclen0": (lambda: over_tcp(lambda q: (0.0, b"\0\0")), "tcp-length-zero", ()),
    "tclenbig": (lambda: over_tcp(lambda q: (0.0, b"\xff\xff" + build(q, SRV))), "tcp-timeout", ()),
    "tctwo": (lambda: over_tcp(lambda q: (0.0, frame(build(q, SRV)) + frame(build(q)))), "answer", ("extra-frame",)),
    "tcdelay1": (lambda: over_tcp(lambda q: (1.0, frame(build(q, SRV)))), "answer", ("slow", "tcp")),
    "tcearlyfin": (
        lambda: over_tcp(lambda q: (0.0, frame(build(q, SRV))[:1]), lambda q: (0.01, "eof")),
        "tcp-short",
        (),
    ),
}

FIRST_FORGED = {"sfthenok", "nxthenok"}  # the second reply is the true one: only who listens on hears of it
TRUE_NEGATIVES = ("nxdomain", "nxnosoa", "nodata", "cnamenx", "nxthenok")
OWNER_WIRE = dns.name.from_text(OWNER).to_wire()


def renamed(query: bytes, name: str, rdtype: str, *answer: str) -> bytes:
    return build(dns.message.make_query(name, rdtype, id=int.from_bytes(query[:2], "big")).to_wire(), *answer)


def loop(query: bytes) -> bytes:
    """A pointer to itself: the record begins right behind the question."""
    return struct.pack("!H", 0xC000 | (query.index(b"\0", 12) + 5))


def bump(message: bytes, at: int, by: int) -> bytes:
    return message[:at] + (int.from_bytes(message[at : at + 2], "big") + by).to_bytes(2, "big") + message[at + 2 :]


def many(query: bytes, number: int) -> bytes:
    end = query.index(b"\0", 12) + 5
    records = b"".join(
        AT_QUESTION + struct.pack("!HHIH", 33, 1, 60, 11) + NUMBERS + b"\x03" + f"{n:03x}"[-3:].encode() + b"\0"
        for n in range(number)
    )
    return query[:2] + b"\x85\x80" + struct.pack("!4H", 1, number, 0, 0) + query[12:end] + records


def told(response: Response) -> set[str]:
    """All that the trace of a look-up mentions."""
    words: set[str] = {f"target {srv.target}" for srv in response.srvs}
    words |= {f"alias {alias.rdata}" for alias in response.aliases}
    for each in response.tries:
        words |= {each.outcome, each.transport, *each.warnings}
        for rejected in each.rejected:
            words |= {rejected.reason, rejected.source, f"size {rejected.size}"}
    return words


@pytest.mark.parametrize("name", ROWS)
def test_alone_it_is_told_by_its_name_and_never_believed(name: str) -> None:
    make, reason, mentions = ROWS[name]
    response = run(QUESTION, {BAD: make()}, SETTINGS)
    assert response.reason == reason
    assert {reason, *mentions} <= told(response)
    assert response.elapsed <= 5.0
    if reason != "answer":
        assert response.outcome is not Outcome.ANSWER
        assert response.answer == ()
    if reason.startswith(("id-", "question-", "source-", "not-a", "opcode-", "malformed-", "short")):
        assert response.outcome is Outcome.MALFORMED


@pytest.mark.parametrize("name", [name for name in ROWS if name not in TRUE_NEGATIVES])
def test_a_good_second_server_is_reached_in_time(name: str) -> None:
    make, reason, _ = ROWS[name]
    response = run(QUESTION, {BAD: make(), GOOD: good}, SETTINGS)
    assert response.outcome is Outcome.ANSWER
    if reason != "answer":
        assert response.server == str(GOOD)
        quick = 0.05 if "unreachable" in reason else 0.3
        assert response.elapsed <= quick, "the bad server was waited for"


@pytest.mark.parametrize("name", TRUE_NEGATIVES)
def test_a_denial_with_its_proof_is_final(name: str) -> None:
    assert run(QUESTION, {BAD: ROWS[name][0](), GOOD: good}, SETTINGS).server == str(BAD)


@pytest.mark.parametrize("name", ROWS)
@pytest.mark.parametrize("deadline", [0.2, 1.0])
def test_nothing_outlasts_the_deadline(name: str, deadline: float) -> None:
    patient = LookupSettings(timeout=60.0, retries=9)
    assert run(QUESTION, {BAD: ROWS[name][0]()}, patient, deadline=deadline).elapsed <= deadline


@pytest.mark.parametrize("name", ROWS)
def test_when_all_servers_are_asked_the_same_is_used_and_two_replies_are_told(name: str) -> None:
    make, reason, mentions = ROWS[name]
    response = run(QUESTION, {BAD: make()}, COMPARING)
    assert (response.reason, response.answer) == (reason, run(QUESTION, {BAD: make()}, SETTINGS).answer)
    assert {reason, *mentions} <= told(response)
    assert response.is_contradicted is (name in FIRST_FORGED)
    first, *seconds = response.said
    assert (first.server, first.outcome) == (str(BAD), "nodata" if reason == "negative-without-soa" else reason)
    assert {(each.outcome, each.rdatas) for each in seconds} == {
        ("answer", ("0 0 1688 kms1.corp.test.",)) for _ in range(response.is_contradicted)
    }


@pytest.mark.parametrize("name", ROWS)
def test_when_all_servers_are_asked_each_is_and_a_disagreement_is_told(name: str) -> None:
    make, reason, _ = ROWS[name]
    asked: list[tuple[float, Server]] = []
    response = run(QUESTION, {GOOD: good, BAD: make()}, COMPARING, asked=asked)
    assert asked[:2] == [(0.0, GOOD), (0.0, BAD)]
    assert (response.outcome, response.server, response.answer[0].rdata.port) == (Outcome.ANSWER, str(GOOD), 1688)
    says_else = {"srvdot", "ctrl", "bigudp", "tcmany", "cname10", "cnameonly"}
    says_nothing = {"nxdomain", "nodata", "negative-without-soa"}
    assert response.is_contradicted is (name in says_else | FIRST_FORGED or reason in says_nothing)


@pytest.mark.parametrize("name", [name for name in ROWS if name not in TRUE_NEGATIVES])
def test_the_good_server_is_asked_at_once_when_the_first_has_proven_bad(name: str) -> None:
    """Within 50 ms of what the network reports, 250 ms of a bad packet, and of silence too."""
    make, reason, _ = ROWS[name]
    asked: list[tuple[float, Server]] = []
    response = run(QUESTION, {BAD: make(), GOOD: good}, SETTINGS, asked=asked)
    at = {server: now for now, server in reversed(asked)}
    if reason == "answer" and response.server == str(BAD):
        return
    assert at[GOOD] <= (0.05 if "unreachable" in reason else 0.25)


def test_the_faults_are_told_apart() -> None:
    """Two faults may look alike only where they are one to a client."""
    seen: dict[object, list[str]] = {}
    for name, (make, _, _) in ROWS.items():
        response = run(QUESTION, {BAD: make()}, COMPARING)
        seen.setdefault((response.reason, frozenset(told(response)), len(response.tries)), []).append(name)
    alike = sorted(names for names in seen.values() if len(names) > 1)
    assert len(seen) >= 85, alike
