"""What the fuzzers run: a target takes octets, does with them what a network could, and fails when a promise breaks.

The octets are a message for one target; for the other a script: which packets come, from where and when, and what else
happens to the sockets. An AssertionError, like any exception of another kind, is a defect.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import TypeVar

from kmsdns.lookup.attempt import MAX_REJECTED, CloseSocket, Connect, LookupSettings, Send
from kmsdns.lookup.exchange import MAX_TRIES, Exchange
from kmsdns.lookup.wire import Message, WireError, decode
from kmsdns.model.messages import REASONS, Outcome, Question, Server
from kmsdns.model.names import to_wire
from kmsdns.model.records import Record

T = TypeVar("T")

REFUSALS = {"short", *[f"malformed-{what}" for what in "count label pointer name rdata opt".split()]}
SERVERS = (Server(address="127.0.0.2"), Server(address="127.0.0.3", port=5300), Server(address="::1"))
CROWD = tuple(Server(address=f"127.0.1.{n}") for n in range(1, 41))
NAMES = ("_vlmcs._tcp.corp.test.", "a.test.", "b.a.test.", "corp.test.", ".")
TYPES = (33, 5, 1, 28, 6, 2, 39, 16)
UDP_ERRORS = ("port-unreachable", "host-unreachable", "no-socket")
TCP_ERRORS = ("tcp-refused", "tcp-reset", "tcp-timeout", "host-unreachable", "no-socket")
PAUSES = (0.0, 0.0, 0.001, 0.02, 0.1, 0.3, 1.0, 3.0)  # seconds
FLOOD = (1,) * 15 + (2 * MAX_REJECTED,)  # times that a datagram comes
WORDS = {*REASONS, "answer", "nodata", "nxdomain"}
OPT = b"\0" + struct.pack("!HHIH", 41, 1232, 0, 0)


def decode_any(data: bytes) -> None:
    """A message or a WireError, whatever the octets; what is decoded is what the header promises."""
    message = _decoded(data)
    if isinstance(message, WireError):
        assert message.reason in REFUSALS
        assert 0 <= message.offset <= len(data)
        assert str(message).isprintable()
        return
    found = [len(message.questions), len(message.answer), len(message.authority), len(message.additional)]
    found[3] += message.edns is not None
    assert list(struct.unpack_from("!4H", data, 4)) == found
    assert set(message.warnings) <= REASONS
    for record in (*message.answer, *message.authority, *message.additional):
        assert len(to_wire(record.owner)) <= 255
        assert str(record).isprintable()
        assert 0 <= record.ttl < 1 << 31


def exchange_any(data: bytes) -> None:
    """One look-up through whatever the script does to it: it keeps what lookup.exchange promises."""
    _World(_Script(data)).run()


TARGETS = {"decode": decode_any, "exchange": exchange_any}


class _Script:
    """Choices read from octets; when these are used up, every choice is the first."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    @property
    def has_ended(self) -> bool:
        return self._at >= len(self._data)

    def octets(self, count: int) -> bytes:
        self._at += count
        return self._data[self._at - count : self._at]

    def randbelow(self, n: int) -> int:
        return int.from_bytes(self.octets(1 if n <= 256 else 2), "big") % n

    def one_of(self, choices: Sequence[T]) -> T:
        return choices[self.randbelow(len(choices))]


class _World:
    """An exchange, its clock and its sockets; and, told from octets alone, which replies may be believed."""

    def __init__(self, script: _Script) -> None:
        self.script = script
        self.servers = CROWD if script.randbelow(8) == 7 else SERVERS[: 1 + script.randbelow(3)]
        self.question = Question(name=NAMES[0], rdtype=script.one_of(("SRV", "A")))
        self.settings = LookupSettings(
            timeout=script.one_of((0.5, 2.0, 0.05)),
            retries=script.randbelow(4),
            tcp_only=script.randbelow(8) == 7,
            edns_size=script.one_of((1232, None, 512)),
        )
        self.deadline = script.one_of((None, 0.0, 0.2, 1.0, 5.0))
        self.now = 0.0
        self.opened: dict[int, Send | Connect] = {}
        self.closed: set[int] = set()
        self.streams: dict[int, bytes] = {}  # what came over each TCP connection
        self.believable: list[tuple[Server, str, Message]] = []
        self.exchange = Exchange(
            self.question, self.servers, self.settings, randbelow=script.randbelow, deadline=self.deadline
        )

    def run(self) -> None:
        self.exchange.start(self.now)
        self.obey()
        while self.exchange.response is None and not self.script.has_ended:
            self.act()
            self.obey()
        for _ in range(4 * MAX_TRIES):  # nothing comes any more
            if self.exchange.response is not None:
                break
            self.sleep()
        self.check()

    def obey(self) -> None:
        for command in self.exchange.commands():
            if isinstance(command, CloseSocket):
                assert command.key in self.opened
                assert command.key not in self.closed
                self.closed.add(command.key)
            else:
                assert command.key not in self.opened
                self.opened[command.key] = command
                self.streams[command.key] = b""
        assert len(self.opened) <= MAX_TRIES
        if self.exchange.response is None:
            assert self.exchange.wake < float("inf")
            assert self.deadline is None or self.exchange.wake <= self.deadline

    def sleep(self) -> None:
        """Until the exchange wants to be woken."""
        self.now = max(self.now, self.exchange.wake)
        self.exchange.tick(self.now)
        self.obey()

    def act(self) -> None:
        """One event: the clock, a packet, octets of a stream, or an error; not always where somebody still listens."""
        self.now += self.script.one_of(PAUSES)
        kind = self.script.randbelow(8)
        key = self.script.one_of(list(self.opened))
        is_stream = isinstance(self.opened[key], Connect)
        if kind == 0:
            self.sleep()
        elif kind == 1:
            self.exchange.error(key, self.script.one_of(TCP_ERRORS if is_stream else UDP_ERRORS), self.now)
        elif kind == 2:
            self.good_answer(key)
        elif not is_stream:
            data, source = self.packet(key), self.source(key)
            for _ in range(self.script.one_of(FLOOD)):
                self.datagram(key, data, source)
        elif kind == 3:
            self.exchange.eof(key, self.now)
        elif kind == 4:
            self.stream(key, self.script.octets(self.script.randbelow(64)))
        else:
            self.frame(key, self.packet(key))

    # --- what arrives

    def datagram(self, key: int, data: bytes, source: str) -> None:
        if source == str(self.opened[key].server):
            self.note(key, data)
        self.exchange.datagram(key, data, source, self.now)

    def stream(self, key: int, data: bytes) -> None:
        if not data:
            return
        self.streams[key] += data
        size = int.from_bytes(self.streams[key][:2], "big")
        if len(self.streams[key]) >= size + 2:
            self.note(key, self.streams[key][2 : size + 2])
        self.exchange.stream(key, data, self.now)

    def frame(self, key: int, message: bytes) -> None:
        """A message on its connection, in pieces."""
        size = max(0, len(message) + self.script.one_of((0, 0, 0, 1, -1)))
        rest = size.to_bytes(2, "big") + message
        while rest:
            piece = 1 + self.script.randbelow(100) if self.script.randbelow(2) else len(rest)
            self.stream(key, rest[:piece])
            rest = rest[piece:]
            self.now += self.script.one_of(PAUSES[:4])

    def good_answer(self, key: int) -> None:
        """A reply that nothing is wrong with: whoever still listens takes it, and the look-up is over."""
        query = self.query(key)
        record = b"\0" * 4 if self.question.rdtype == "A" else b"\0\1\0\2\6\x98\3kms\4test\0"
        kind = 1 if self.question.rdtype == "A" else 33
        data = query[:2] + struct.pack("!5H", 0x8500, 1, 1, 0, 0) + _question(query) + b"\xc0\x0c"
        data += struct.pack("!HHIH", kind, 1, 60, len(record)) + record
        if isinstance(self.opened[key], Send):
            self.datagram(key, data, str(self.opened[key].server))
        elif self.streams[key]:
            return  # other octets came before
        else:
            self.stream(key, len(data).to_bytes(2, "big") + data)
        self.obey()
        assert self.exchange.response is not None or key in self.closed

    def source(self, key: int) -> str:
        """Where a datagram comes from: mostly from where it should."""
        return self.script.one_of([str(self.opened[key].server)] * 6 + ["127.0.0.9:53", str(self.servers[-1])])

    def query(self, key: int) -> bytes:
        command = self.opened[key]
        return command.data[2:] if isinstance(command, Connect) else command.data

    def packet(self, key: int) -> bytes:
        """Octets that may be a reply to this try."""
        script, query = self.script, self.query(key)
        if script.randbelow(8) == 7:
            return script.octets(script.randbelow(64))
        if script.randbelow(8) == 7:
            return query[:2] + script.octets(script.randbelow(128))
        number = query[:2] if script.randbelow(8) < 7 else script.octets(2)
        flags = script.one_of((0x8400, 0x8180, 0x8580, 0x8000, 0x8600, 0x0100, 0x9000))
        flags |= script.one_of((0, 0, 0, 0, 3, 3, 1, 2, 4, 5, 9, 11))
        sections = [[self.record() for _ in range(script.one_of(range(4)))] for _ in range(3)]
        if script.randbelow(2):
            sections[2].append(OPT)
        questions = script.one_of((1, 1, 1, 1, 1, 1, 0, 2))
        data = bytearray(number + struct.pack("!5H", flags, questions, *[len(section) for section in sections]))
        data += _question(query) * questions + b"".join([record for section in sections for record in section])
        for _ in range(script.one_of((0, 0, 0, 0, 0, 1, 1, 2))):  # and a few octets are not what they were
            data[script.randbelow(len(data))] = script.randbelow(256)
        return bytes(data[: len(data) - script.randbelow(16)] if script.randbelow(8) == 7 else data)

    def record(self) -> bytes:
        kind, name = self.script.one_of(TYPES), to_wire(self.script.one_of(NAMES))
        rdata = {
            33: b"\0\0\0\0\6\x98" + name,
            1: b"\x7f\0\0\1",
            28: b"\0" * 16,
            6: name + name + b"\0" * 20,
            16: b"\1x",
        }.get(kind, name)
        owner = b"\xc0\x0c" if self.script.randbelow(2) else to_wire(self.script.one_of(NAMES))
        return owner + struct.pack("!HHIH", kind, self.script.one_of((1, 1, 1, 3)), 60, len(rdata)) + rdata

    # --- what may be believed, and what was

    def note(self, key: int, data: bytes) -> None:
        """Keeps a message that answers this try's question: its ID, and its question or, with an error, none.

        Not one that comes when the time is up, be it that nobody has looked at the clock since.
        """
        query = self.query(key)
        if self.deadline is not None and self.now >= self.deadline:
            return
        if data[:2] != query[:2] or len(data) < 12 or data[2] & 0xF8 != 0x80:
            return
        message = _decoded(data)
        if isinstance(message, WireError):
            return
        (sent,) = decode(query).questions
        asked = [(each.name.lower(), each.rdtype, each.rdclass) for each in message.questions]
        if asked == [(sent.name.lower(), sent.rdtype, sent.rdclass)] or (not asked and message.rcode):
            transport = "tcp" if isinstance(self.opened[key], Connect) else "udp"
            self.believable.append((self.opened[key].server, transport, message))

    def check(self) -> None:
        response = self.exchange.response
        assert response is not None
        self.obey()
        assert self.closed == set(self.opened), "a socket was left open"
        assert response.elapsed <= MAX_TRIES * (self.settings.timeout + max(PAUSES)) + max(PAUSES)
        for each in response.tries:
            assert each.outcome in WORDS or each.outcome.startswith("rcode-")
            assert {*each.warnings, *[packet.reason for packet in each.rejected]} <= WORDS
            assert len(each.rejected) <= MAX_REJECTED
            assert all(packet.reason != "source-mismatch" or packet.source != each.server for packet in each.rejected)
        assert len(response.tries) == len(self.opened)
        if response.outcome.is_conclusive:
            self.check_conclusion(response.outcome)

    def check_conclusion(self, outcome: Outcome) -> None:
        """The DNS is said to have told this: so a believable message, of the server named, has told it."""
        response = self.exchange.response
        assert response is not None
        told = [m for server, how, m in self.believable if (str(server), how) == (response.server, response.transport)]
        codes = {Outcome.ANSWER: {0}, Outcome.NODATA: {0}, Outcome.NXDOMAIN: {3}}[outcome]
        assert any(message.rcode in codes for message in told)
        everything: set[Record] = {record for _, _, message in self.believable for record in message.answer}
        assert set(response.aliases) <= everything
        name = self.question.name
        for alias in response.aliases:
            assert (alias.owner.lower(), alias.rdtype) == (name.lower(), "CNAME")
            name = str(alias.rdata)
        assert bool(response.answer) == (outcome is Outcome.ANSWER)
        if response.answer:
            assert any(set(response.answer) <= set(message.answer) for message in told)
            kinds = {(record.owner.lower(), record.rdtype, record.rdclass) for record in response.answer}
            assert kinds == {(name.lower(), self.question.rdtype, "IN")}
            assert response.ttl == min([record.ttl for record in (*response.answer, *response.aliases)])


def _question(query: bytes) -> bytes:
    """The question section of a query of ours, whose only name isn't compressed."""
    return query[12 : query.index(b"\0", 12) + 5]


def _decoded(data: bytes) -> Message | WireError:
    try:
        return decode(data)
    except WireError as error:
        return error
