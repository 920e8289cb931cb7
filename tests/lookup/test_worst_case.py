"""No message, whoever made it, takes 0.3 seconds of CPU: the worst we know of, from its octets to the response."""

from __future__ import annotations

import struct
import sys
import time
from collections.abc import Callable

from kmsdns.lookup.attempt import Connect, LookupSettings
from kmsdns.lookup.exchange import Exchange
from kmsdns.model.messages import Question, Server
from kmsdns.model.names import from_labels

LIMIT = 0.3 if "coverage" not in sys.modules else 3.0  # seconds of CPU; lines that are counted take longer
LARGEST = 65535  # octets
START = 12  # where the question's name is
SRV, CNAME, SOA, NS, OPT, A, TXT = 33, 5, 6, 2, 41, 1, 16
LONG = from_labels([b"\0" * 63] * 3 + [b"\0" * 61])  # 255 octets, each of which takes four characters to write
MANY = from_labels([b"\0"] * 127)  # 255 octets, as many labels as there may be
SHORT = "a."

Build = Callable[[bytes], bytes]  # from the query to the reply


def pointer(offset: int) -> bytes:
    return struct.pack("!H", 0xC000 | offset)


def record(kind: int, rdata: bytes, owner: bytes = pointer(START)) -> bytes:
    return owner + struct.pack("!HHIH", kind, 1, 60, len(rdata)) + rdata


def question_of(query: bytes) -> bytes:
    return query[START : query.index(b"\0\0\x21\0\1", START) + 5]


def reply(query: bytes, sections: list[list[bytes]], flags: int = 0x8400, fill: int | None = None) -> bytes:
    """A reply with these records, and the last one of a section again and again until it is as large as can be."""
    question = question_of(query)
    if fill is not None:
        taken = START + len(question) + sum(len(each) for section in sections for each in section)
        last = sections[fill][-1]
        sections[fill] += [last] * ((LARGEST - taken) // len(last))
    counts = [len(section) for section in sections]
    return query[:2] + struct.pack("!5H", flags, 1, *counts) + question + b"".join(map(b"".join, sections))


def filled(kind: int, rdata: bytes, section: int = 0) -> Build:
    """As many of one record as there is room for."""

    def build(query: bytes) -> bytes:
        sections: list[list[bytes]] = [[], [], []]
        sections[section].append(record(kind, rdata))
        return reply(query, sections, fill=section)

    return build


def distinct(kind: int, rest: bytes, section: int = 0) -> Build:
    """Records that differ in the first two octets of their rdata, as many as there is room for."""

    def build(query: bytes) -> bytes:
        count = (LARGEST - START - len(question_of(query))) // len(record(kind, b"\0\0" + rest))
        sections: list[list[bytes]] = [[], [], []]
        sections[section] = [record(kind, struct.pack("!H", n) + rest) for n in range(count)]
        return reply(query, sections)

    return build


def chain(length: int, kind: int, rdata: bytes, *, at_end: bool) -> Build:
    """Aliases, each to the next; behind them another record again and again, at the end of the chain or its start."""

    def build(query: bytes) -> bytes:
        at = START + len(question_of(query))
        suffix = pointer(START + 1 + query[START])  # the name without its first label
        aliases, owner = [], pointer(START)
        for n in range(length):
            aliases.append(record(CNAME, b"\1" + bytes([1 + n]) + suffix, owner))
            owner = pointer(at + 12)
            at += len(aliases[-1])
        return reply(query, [[*aliases, record(kind, rdata, owner if at_end else pointer(START))], [], []], fill=0)

    return build


def denied(flags: int) -> Build:
    """As many SOA records as there is room for, of a zone with nearly the right name; the last one's name is right."""

    def build(query: bytes) -> bytes:
        name = question_of(query)[:-4]
        at = START + len(name) + 4
        other = name[:-2] + bytes([name[-2] ^ 1]) + b"\0"
        first, last = record(SOA, b"\0" * 22, other), record(SOA, b"\0" * 22)
        rest = record(SOA, b"\0" * 22, pointer(at))
        count = (LARGEST - at - len(first) - len(last)) // len(rest)
        return reply(query, [[], [first, *[rest] * count, last], []], flags)

    return build


def options(option: bytes) -> Build:
    """An OPT full of one option."""
    return lambda query: reply(
        query,
        [[], [], [record(OPT, option * ((LARGEST - START - len(question_of(query)) - 11) // len(option)), b"\0")]],
        0x8405,
    )


def questions(query: bytes) -> bytes:
    count = (LARGEST - START) // 5
    return query[:2] + struct.pack("!5H", 0x8400, count, 0, 0, 0) + b"\0\0\x21\0\1" * count


def lies(query: bytes) -> bytes:
    return query[:2] + struct.pack("!5H", 0x8400, *[65535] * 4) + bytes(LARGEST - START)


def hops(query: bytes) -> bytes:
    """Owners and targets that are sixteen pointers each away from their labels."""
    at = START + len(question_of(query))
    links, target = [], START
    for _ in range(14):
        links.append(record(A, b"\0" * 4, pointer(target)))
        target, at = at, at + len(links[-1])
    return reply(query, [[*links, record(NS, pointer(target), pointer(target))], [], []], fill=0)


CASES: dict[str, tuple[str, Build]] = {
    "counts of 65535": ("malformed-count", lies),
    "questions": ("question-count", questions),
    "pointers, sixteen in a row": ("answer-wrong-type", hops),
    "the same SRV": ("answer", filled(SRV, b"\0" * 7)),
    "the same SRV, its target compressed": ("answer", filled(SRV, b"\0" * 6 + pointer(START))),
    "different SRV": ("answer", distinct(SRV, b"\0" * 5)),
    "different SRV, their targets compressed": ("answer", distinct(SRV, b"\0" * 4 + pointer(START))),
    "addresses": ("answer-wrong-type", distinct(A, b"\0\0")),
    "glue": ("negative-without-soa", distinct(A, b"\0\0", 2)),
    "TXT of no octets": ("answer-wrong-type", filled(TXT, b"")),
    "CNAMEs to the name itself": ("cname-loop", filled(CNAME, pointer(START))),
    "CNAMEs to the root": ("cname-dangling", filled(CNAME, b"\0")),
    "delegations": ("referral", filled(NS, pointer(START), 1)),
    "aliases, and SRV at their end": ("answer", chain(16, SRV, b"\0" * 6 + pointer(START), at_end=True)),
    "aliases, and at their end addresses": ("cname-dangling", chain(16, A, b"\0" * 4, at_end=True)),
    "aliases, and at their start addresses": ("cname-dangling", chain(16, A, b"\0" * 4, at_end=False)),
    "more aliases than are followed": ("cname-too-long", chain(60, A, b"\0" * 4, at_end=True)),
    "SOA records of other zones, no data": ("nodata", denied(0x8400)),
    "SOA records of other zones, no such name": ("nxdomain", denied(0x8403)),
    "EDNS options of no octets": ("refused", options(b"\0\3\0\0")),
    "extended errors": ("refused", options(b"\0\x0f\0\2\0\0")),
    "an extended error of escapes": ("refused", options(b"\0\x0f\xf8\0\0\0" + b"\x1b" * 63486)),
}


def seconds(case: str, name: str, piece: int = LARGEST + 2) -> float:
    """CPU time of one message that comes over TCP, in pieces of so many octets, until it is judged."""
    exchange = Exchange(
        Question(name=name, rdtype="SRV"),
        (Server(address="127.0.0.1"),),
        LookupSettings(tcp_only=True, retries=0),
        randbelow=lambda n: 7,
    )
    exchange.start(0.0)
    reason, build = CASES[case]
    (command,) = exchange.commands()
    assert isinstance(command, Connect)
    message = build(command.data[2:])
    assert LARGEST - 3000 < len(message) <= LARGEST
    frame = len(message).to_bytes(2, "big") + message
    pieces = [frame[at : at + piece] for at in range(0, len(frame), piece)]
    start = time.process_time()
    for each in pieces:
        exchange.stream(0, each, 0.1)
    taken = time.process_time() - start
    exchange.tick(1000.0)  # ends the question that the end of a chain of aliases led to
    assert exchange.response is not None
    assert exchange.response.tries[0].outcome == reason
    return taken


def once_more_if_slow(case: str, name: str) -> float:
    """A machine that is busy with other things may take long once."""
    taken = seconds(case, name)
    return min(taken, seconds(case, name)) if taken >= LIMIT else taken


def test_no_message_takes_long() -> None:
    taken = {
        f"{case}, at {word}": once_more_if_slow(case, name)
        for case in CASES
        for word, name in (("a short name", SHORT), ("one of long labels", LONG), ("one of many labels", MANY))
    }
    taken["the same SRV, octet by octet"] = min(seconds("the same SRV", SHORT, piece=1) for _ in range(4))
    worst = sorted(taken, key=lambda case: -taken[case])
    table = "\n".join(f"{1000 * taken[case]:7.1f} ms  {case}" for case in worst)
    assert taken[worst[0]] < LIMIT, table
