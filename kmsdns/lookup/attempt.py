"""The parts of a look-up: its settings, one try under way, and the commands to the sockets that carry it."""

from __future__ import annotations

from kmsdns.lookup.details import of_packet, of_part
from kmsdns.lookup.edns import ede_words
from kmsdns.lookup.reply_checks import mismatch
from kmsdns.lookup.wire import WireError, decode
from kmsdns.model.messages import Rejected, Try
from kmsdns.model.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kmsdns.lookup.cookies import Cookie
    from kmsdns.lookup.reply_checks import ReplyAnalysis
    from kmsdns.lookup.wire import Message
    from kmsdns.model.messages import Question, Server

MAX_REJECTED = 64
"""Rejected packets written down for one try; those after them are only counted."""

SLOW = 0.5
"""Seconds from which on a reply is called slow."""

EDNS_SIZE = 1232
"""Octets that a question with EDNS offers to take over UDP: what passes unfragmented nearly everywhere."""

_HEADER = 12
_PLAIN_UDP = 512  # octets that a question without EDNS says it takes (RFC 1035 4.2.1)


class LookupSettings(Value):
    """How patient a look-up is, and how it asks."""

    timeout: float = 2.0  # seconds for one try
    retries: int = 2  # further tries at each server
    tcp_only: bool = False
    edns_size: int | None = EDNS_SIZE  # octets we accept over UDP (RFC 6891); None asks without EDNS
    all_servers: bool = False  # ask every server each question and compare what they say (lookup.comparison)
    cookie: bool = False  # send DNS cookies, and reject what comes without (RFC 7873)
    recursion_desired: bool = True
    checking_disabled: bool = False  # ask a resolver for what it can't validate, too (RFC 4035 3.2.2)
    authentic_data: bool = False  # ask a resolver to say whether it has validated its answer (RFC 6840 5.7)
    mix_case: bool = False  # ask over UDP in random case, and reject what comes back in another ("0x20")


class Send(Value):
    """Open a UDP socket of its own for this try, and send."""

    key: int
    server: Server
    data: bytes


class Connect(Value):
    """Ask over TCP, on a connection that tries may share: the data has its length in front (RFC 1035 4.2.2)."""

    key: int
    server: Server
    data: bytes


class Request(Value):
    """Ask over the server's encrypted transport, on a connection that tries may share. The data has no length."""

    key: int
    server: Server
    data: bytes


class CloseSocket(Value):
    """Close the socket of this try; give up its request."""

    key: int


Command = Send | Connect | Request | CloseSocket


class Attempt:
    """One try, while it is under way and after. Mutable: only its look-up touches it."""

    def __init__(
        self, key: int, server: Server, transport: str, question: Question, asked: Question, now: float
    ) -> None:
        self.key = key
        self.server = server
        self.transport = transport
        self.question = question
        self.asked = asked  # the question as it was sent: itself, or the same in mixed case
        self.edns = 0  # octets offered in its OPT record; asked without one
        self.cookie: Cookie | None = None  # asked with this one
        self.id = 0
        self.sent = b""  # the query, as a message
        self.started = now
        self.ended = now
        self.came: float | None = None  # when its reply did
        self.open = True  # its socket is
        self.expired = False  # its time was up before its reply came
        self.again = False  # ended in a way that a further try at the same server may mend
        self.outcome: str | None = None
        self.detail: str | None = None
        self.message: Message | None = None
        self.found: ReplyAnalysis | None = None  # what the message says
        self.second: ReplyAnalysis | None = None  # what a second message said that came behind it and differs
        self.warnings: tuple[str, ...] = ()
        self.rejected: list[Rejected] = []
        self.more_rejected = 0
        self.buffer = bytearray()  # of a TCP connection

    @property
    def listening(self) -> bool:
        """Its reply may still come in time."""
        return self.open and not self.expired

    @property
    def was_truncated(self) -> bool:
        """Its reply came with TC set over UDP, and a try over TCP followed."""
        return self.transport == "udp" and self.message is not None and self.message.tc

    @property
    def is_silent(self) -> bool:
        """Nothing whatever came back."""
        return self.outcome in (None, "timeout", "tcp-timeout") and not (self.message or self.rejected or self.buffer)

    def read(self, data: bytes, source: str) -> Message | str:
        """The message, or the reason why this packet isn't the reply to this try."""
        if source != str(self.server):
            return "source-mismatch"
        if len(data) < _HEADER:
            return "short"
        if int.from_bytes(data[:2], "big") != self.id:
            return "id-mismatch"
        try:
            message = decode(data)
        except WireError as error:
            return error.reason
        reason = mismatch(message, self.question)
        if reason is None and self.asked is not self.question and message.questions:
            reason = None if message.questions[0].name == self.asked.name else "question-mismatch"
        if reason is None and self.cookie is not None:
            wrong = self.cookie.objection(message)
            if wrong is None:
                self.cookie.keep(message)
            else:
                reason, _ = wrong
        return reason or message

    def remarks(self, size: int, now: float) -> tuple[str, ...]:
        """What is odd about the way the reply came."""
        found = []
        if self.expired:
            found.append("late")
        elif now - self.started >= SLOW:
            found.append("slow")
        if self.transport == "udp" and size > max(_PLAIN_UDP, self.edns):
            found.append("udp-oversize")
        return tuple(found)

    def warn(self, word: str) -> None:
        """Writes down a warning, once."""
        if word not in self.warnings:
            self.warnings += (word,)

    @property
    def part(self) -> str | None:
        """How much of a reply over TCP has come, for a person, while only a part has."""
        return of_part(self.buffer)

    def turn_down(self, reason: str, data: bytes, source: str) -> None:
        """Writes down a packet that wasn't the reply, and what it holds."""
        is_kept = len(self.rejected) < MAX_REJECTED
        self.reject(reason, source, len(data), of_packet(self, reason, data, source) if is_kept else None)

    def reject(self, reason: str, source: str, size: int, detail: str | None) -> None:
        """Writes down octets that weren't the reply. detail is fit for a terminal."""
        if len(self.rejected) < MAX_REJECTED:
            self.rejected.append(Rejected(reason=reason, source=source, size=size, detail=detail))
        else:
            self.more_rejected += 1

    def end(self, now: float, reason: str | None = None) -> None:
        """Ends it for that reason; without one for its first rejected packet's, or because nothing came."""
        self.ended = now if self.came is None else self.came
        if reason is None:
            nothing = "timeout" if self.transport in ("udp", "doq") else "tcp-timeout"
            reason = self.rejected[0].reason if self.rejected else nothing
            if self.buffer:  # so that a stall in the middle shows, and how far it came
                self.reject("tcp-short", str(self.server), len(self.buffer), self.part)
        self.outcome = reason

    def as_try(self) -> Try:
        """Its entry in the look-up trace."""
        message = self.message
        return Try(
            question=self.question,
            server=str(self.server),
            transport=self.transport,
            outcome=self.outcome or "timeout",
            elapsed=self.ended - self.started,
            rcode=message.rcode_text if message else None,
            flags=message.flag_words if message else (),
            ede=ede_words(message.edns.ede) if message and message.edns else None,
            rejected=tuple(self.rejected),
            more_rejected=self.more_rejected,
            warnings=self.warnings,
            detail=self.detail,
            edns=self.edns,
        )
