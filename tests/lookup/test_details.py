"""What the trace tells of a packet besides the word for it: true, safe for a terminal, bounded, cheap in a flood."""

from __future__ import annotations

import struct
from collections.abc import Callable

import dns.flags
import dns.message
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_mock import MockerFixture

from kmsdns.lookup import details
from kmsdns.lookup.attempt import MAX_REJECTED, LookupSettings
from kmsdns.model.messages import Response, Server
from kmsdns.model.safe import MAX_DETAIL, bounded, cut
from tests.lookup.test_fault_table import (
    AA,
    AT_QUESTION,
    BAD,
    NUMBERS,
    OWNER,
    QUESTION,
    SRV,
    TARGET,
    always,
    build,
    frame,
    hosts,
    only_udp,
    over_tcp,
    record,
    renamed,
)
from tests.lookup.test_paranoid import MIXED, SERVER_COOKIE, WITH_COOKIE, honest, sent_cookie, with_cookie
from tests.lookup.virtual_network import Event, Script, run

ONCE = LookupSettings(retries=0)
PATIENT = LookupSettings(timeout=2.0, retries=2)
LONG = ".".join(["x" * 63] * 3) + ".test."


def packets(*made: Callable[[bytes], bytes], source: str | None = None) -> Script:
    """Sends these over UDP, all at once."""
    place = [] if source is None else [source]

    def script(query: bytes, transport: str) -> list[Event]:
        return [(0.0, "tcp-refused")] if transport == "tcp" else [(0.0, make(query), *place) for make in made]

    return script


def rejected(script: Script, settings: LookupSettings = ONCE, **more: object) -> list[str | None]:
    return [each.detail for each in run(QUESTION, {BAD: script}, settings, **more).tries[0].rejected]


def detail(response: Response) -> str | None:
    return response.tries[0].detail


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda q: build(q, SRV, id=9), "ID 9 instead of 1; NOERROR response to this question with 1 record"),
        (lambda q: b"\0\x09" + q[2:], "ID 9 instead of 1; query for this question"),
        (lambda q: b"\0\x09" + q[2:5], "5 octets are no DNS message, whose header alone has 12 (RFC 1035 4.1.1)"),
        (lambda q: renamed(q, "evil.test.", "SRV", SRV), "NOERROR response to evil.test. SRV with 1 record"),
        (lambda q: build(q, rcode=3, question=[]), "NXDOMAIN response without a question and with no records"),
        (
            lambda q: build(dns.message.make_query("a.test.", "TXT", "CH", id=1).to_wire()),
            "NOERROR response to a.test. CH TXT with no records",
        ),
        (
            lambda q: build(q, question=dns.message.from_wire(q).question * 3),
            "NOERROR response to 3 questions (the first: this question) with no records",
        ),
        (lambda q: q, "the query itself: octet for octet what was sent"),
        (lambda q: q[:-1] + b"\x02ab", "offset 50 of 52: OPT ends inside the head of an option (RFC 6891 6.1.2)"),
        (lambda q: q + b"junk", "query for this question and octets behind its end"),
        (
            lambda q: build(q, SRV, flags=AA | 5 << 11),
            "NOERROR response (opcode UPDATE) to this question with 1 record",
        ),
        (
            lambda q: build(q, SRV, flags=AA | 15 << 11),
            "NOERROR response (opcode 15) to this question with 1 record",
        ),
        (
            lambda q: record(q, AT_QUESTION, 33, NUMBERS + TARGET, length=900),
            "offset 51 of 73: RDLENGTH announces 900 octets and 22 are left",
        ),
        (
            lambda q: record(q, AT_QUESTION, 33, NUMBERS + TARGET, length=20) + b"\0",
            "offset 51 of 74: RDLENGTH 20 does not fit SRV rdata of 22 octets",
        ),
        (lambda q: record(q, AT_QUESTION, 1, b"12345"), "offset 51 of 56: RDLENGTH 5 does not fit A rdata"),
        (
            lambda q: record(q, AT_QUESTION, 16, b"x" * 20, count=2),
            "offset 71 of 71: a section announces 2 records and holds 1",
        ),
        (
            lambda q: record(q, b"\x01x\0", 41, b"", count=1),
            "offset 39 of 52: OPT outside the additional section (RFC 6891 6.1.1)",
        ),
        (
            lambda q: record(q, AT_QUESTION, 41, b"")[:6] + struct.pack("!3H", 0, 0, 1)
            + record(q, AT_QUESTION, 41, b"")[12:],
            "offset 39 of 51: OPT at a name that is not the root (RFC 6891 6.1.1)",
        ),
    ],
)  # fmt: skip
def test_what_a_packet_holds(make: Callable[[bytes], bytes], said: str) -> None:
    assert rejected(packets(make))[0] == said


@pytest.mark.parametrize(
    ("source", "said"),
    [("127.0.0.2:54", "another port of the same address"), ("127.0.0.9:53", "another address")],
)
def test_where_a_packet_came_from_and_whether_it_is_the_reply_otherwise(source: str, said: str) -> None:
    is_reply = "NOERROR response to this question with 1 record"
    assert rejected(packets(lambda q: build(q, SRV), source=source)) == [f"{said}; {is_reply}"]
    assert rejected(packets(lambda q: build(q, SRV, id=7), source=source)) == [f"{said}; ID 7 instead of 1; {is_reply}"]
    assert rejected(packets(lambda q: b"", source=source))[0].startswith(f"{said}; 0 octets are no DNS message")


def test_of_a_flood_a_few_packets_are_decoded(mocker: MockerFixture) -> None:
    decode = mocker.spy(details, "decode")
    told = rejected(packets(*[lambda q, n=n: build(q, SRV, id=n) for n in range(2, 2 + 3 * MAX_REJECTED)]))
    assert len(told) == MAX_REJECTED
    assert decode.call_count == details.MAX_FOREIGN
    assert told[0] == "ID 2 instead of 1; NOERROR response to this question with 1 record"
    assert told[-1] == f"ID {MAX_REJECTED + 1} instead of 1"
    decode.reset_mock()
    assert len(rejected(packets(*[lambda q: q[:-1]] * 3 * MAX_REJECTED))) == MAX_REJECTED
    assert decode.call_count == MAX_REJECTED, "none of those that are only counted"


@pytest.mark.parametrize(
    ("forge", "said"),
    [
        (lambda q: build(q, SRV), "it lacks the DNS cookie that this server has shown before"),
        (lambda q: with_cookie(q, bytes(8) + SERVER_COOKIE, SRV), "its DNS cookie is not the one sent"),
        (lambda q: with_cookie(q, sent_cookie(q)[:8] + b"short", SRV), "a DNS cookie of 13 octets (RFC 7873 4)"),
        (
            lambda q: b"\0\x09" + honest(q)[2:],
            "ID 9 instead of {id}; NOERROR response to this question with 1 record",
        ),
    ],
)
def test_with_cookies_it_is_told_what_is_wrong_with_one(forge: Callable[[bytes], bytes], said: str) -> None:
    cookies: dict = {}
    ids: list[int] = []

    def script(query: bytes, transport: str) -> list[Event]:
        ids.append(int.from_bytes(query[:2], "big"))
        return always(forge, then=honest)(query, transport)

    run(QUESTION, {BAD: always(honest)}, WITH_COOKIE, cookies=cookies)
    shown = cookies[BAD].option
    found = run(QUESTION, {BAD: script}, WITH_COOKIE, cookies=cookies)
    assert found.tries[0].rejected[0].detail == said.format(id=ids[0])
    assert cookies[BAD].option == shown, "nothing that was rejected is kept"


def test_a_packet_from_elsewhere_leaves_no_cookie() -> None:
    cookies: dict = {}
    forge = packets(lambda q: with_cookie(q, sent_cookie(q)[:8] + b"evilevil", SRV), source="127.0.0.2:54")
    run(QUESTION, {BAD: forge}, WITH_COOKIE.replace(retries=0), cookies=cookies)
    assert len(cookies[BAD].option[1]) == 8


def test_with_mixed_case_both_are_told() -> None:
    forged = run(QUESTION, {BAD: only_udp(lambda q: (0.0, renamed(q, OWNER.upper(), "SRV", SRV)))}, MIXED)
    (said,) = {each.detail for each in forged.tries[0].rejected}
    asked, _, seen = said.removeprefix("asked as ").partition(" and repeated as ")
    assert (asked.lower(), seen) == (OWNER, OWNER.upper())
    assert asked not in (OWNER, seen)


@pytest.mark.parametrize(
    ("answer", "authority", "rcode", "said"),
    [
        ((f"{OWNER} 60 IN CNAME {OWNER}",), (), 0, f"1 alias back to {OWNER}"),
        ((f"{OWNER} 60 IN CNAME a.test.", "a.test. 60 IN SRV 0 0 1 x."), (), 0, "1 alias to a.test."),
        ((f"{OWNER} 60 IN CNAME a.test.",), (), 3, "1 alias to a.test."),
        (
            [f"{OWNER} 60 IN CNAME {x}.test." for x in "abc"],
            (),
            0,
            f"{OWNER} CNAME a.test. and {OWNER} CNAME b.test. and 1 more",
        ),
        ((), ("test. 60 IN NS a.test.", "test. 60 IN NS b.test."), 0, "test. NS a.test. and test. NS b.test."),
        ((), ("other.test. 60 IN SOA a.test. b.test. 1 2 3 4 5",), 3, "its SOA is of other.test."),
        ((), ("corp.test. 60 IN SOA a.test. b.test. 1 2 3 4 5",), 3, None),
        (("a.test. 60 IN A 192.0.2.1", "b.test. 60 CH TXT x"), (), 0, "it has a.test. A and b.test. CH TXT"),
        ((SRV,), (), 3, f"it has {OWNER} SRV"),
        ((SRV,), (), 0, None),
        ((), (), 2, None),
    ],
)
def test_what_a_reply_leads_to(answer: tuple[str, ...], authority: tuple[str, ...], rcode: int, said: str) -> None:
    found = run(QUESTION, {BAD: always(lambda q: build(q, *answer, authority=authority, rcode=rcode))}, ONCE)
    assert detail(found) == said


def test_a_reply_that_is_cut_off_tells_nothing() -> None:
    loop = f"{OWNER} 60 IN CNAME {OWNER}"
    found = run(QUESTION, {BAD: always(lambda q: build(q, loop, flags=AA | dns.flags.TC))}, ONCE)
    assert (detail(found), found.reason) == (None, "truncated-over-tcp")


def test_how_large_what_is_too_large_is() -> None:
    found = run(QUESTION, {BAD: always(lambda q: build(q, *hosts(60)))}, ONCE)
    assert detail(found) == "2200 octets"
    found = run(QUESTION, {BAD: over_tcp(lambda q: (0.0, frame(build(q, *hosts(300)))))}, ONCE)
    assert found.tries[1].detail == "300 records"


@pytest.mark.parametrize(
    ("octets", "end", "outcome", "said"),
    [
        (30, "eof", "tcp-short", "28 of 84 octets came"),
        (1, "eof", "tcp-short", "1 octet came: half of the length field"),
        (2, "eof", "tcp-short", "0 of 84 octets came"),
        (0, "eof", "tcp-closed", None),
        (30, "tcp-reset", "tcp-reset", "28 of 84 octets came"),
        (0, "tcp-reset", "tcp-reset", None),
    ],
)
def test_how_much_came_before_a_connection_ended(octets: int, end: str, outcome: str, said: str | None) -> None:
    begin = [lambda q: (0.0, frame(build(q, SRV))[:octets])] if octets else []
    found = run(QUESTION, {BAD: over_tcp(*begin, lambda q: (0.01, end))}, ONCE)
    assert (found.tries[1].outcome, found.tries[1].detail) == (outcome, said)


def test_how_much_came_is_told_of_each_connection_that_stalled_the_last_one_too() -> None:
    stalled = over_tcp(lambda q: (0.0, frame(build(q, SRV))[:30]))
    found = run(QUESTION, {BAD: stalled}, PATIENT)
    tries = [each for each in found.tries if each.transport == "tcp"]
    assert len(tries) > 1
    assert [[(one.reason, one.size, one.detail) for one in each.rejected] for each in tries] == [
        [("tcp-short", 30, "28 of 84 octets came")] for _ in tries
    ]
    assert {each.outcome for each in tries} == {"tcp-timeout"}


def test_an_encrypted_server_that_reflects_is_seen_through_the_padding() -> None:
    from kmsdns.lookup.exchange import Exchange

    server = Server(address="127.0.0.2", port=853, transport="dot")
    exchange = Exchange(QUESTION, (server,), ONCE, randbelow=lambda n: 5 % n)
    exchange.start(0.0)
    (request,) = exchange.commands()
    exchange.message(request.key, request.data, 0.01)
    assert exchange.response.tries[0].rejected[0].detail == "the query itself: octet for octet what was sent"


@pytest.mark.parametrize(
    "make",
    [
        lambda q: renamed(q, LONG, "SRV"),
        lambda q: renamed(q, "\\027[31m\\226\\128\\174evil.test.", "SRV"),
        lambda q: build(q, *[f"{OWNER} 60 IN CNAME {x}.{LONG}" for x in "abc"]),
        lambda q: build(q, f"{OWNER} 60 IN CNAME {LONG}"),
        lambda q: build(q, authority=tuple(f"test. 60 IN NS {x}.{LONG}" for x in "abc")),
        lambda q: build(q, *[f"\\000\\255{n}.{LONG} 60 IN SRV 0 0 1 x." for n in range(9)]),
    ],
)
def test_hostile_names_are_safe_and_bounded(make: Callable[[bytes], bytes]) -> None:
    found = run(QUESTION, {BAD: always(make)}, ONCE)
    said = [each.detail for each in found.tries] + [one.detail for each in found.tries for one in each.rejected]
    told = [each for each in said if each]
    assert told
    for each in told:
        assert each.isprintable()
        assert each.isascii()
        assert len(each) <= MAX_DETAIL


@given(st.binary(max_size=120), st.booleans())
def test_whatever_comes_is_told_in_a_safe_and_bounded_sentence(octets: bytes, is_ours: bool) -> None:
    script = packets(lambda q: q[:2] + octets if is_ours else octets)
    for each in rejected(script):
        assert each
        assert each.isprintable()
        assert len(each) <= MAX_DETAIL


@given(st.text(), st.integers(min_value=3, max_value=50))
def test_what_is_cut_is_no_longer_than_allowed(text: str, limit: int) -> None:
    assert len(cut(text, limit)) <= limit
    assert cut(text, limit) == text or cut(text, limit).endswith("...")
    assert len(bounded(text * 40)) <= MAX_DETAIL
    assert bounded(text * 40).isprintable()
