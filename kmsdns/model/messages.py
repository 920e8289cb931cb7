"""What plans ask and are told: questions and responses, probes and their results, and the trace of every try."""

from __future__ import annotations

from enum import StrEnum

from kmsdns.model.records import RRset, Srv
from kmsdns.model.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from kmsdns.model.records import Record

REASONS = frozenset(
    """timeout late no-socket port-unreachable host-unreachable tcp-refused tcp-timeout tcp-reset tcp-closed tcp-short
    tcp-length-zero tls-untrusted http-status http-content-type too-large
    id-mismatch question-mismatch question-missing question-count not-a-response opcode-mismatch source-mismatch short
    malformed-label malformed-pointer malformed-name malformed-rdata malformed-count malformed-opt
    servfail refused notimp formerr badvers notauth yxdomain
    truncated-over-tcp nxdomain-with-answer cname-loop cname-too-long cname-dangling cname-multiple lame referral
    answer-unrelated answer-wrong-type answer-wrong-class negative-without-soa
    trailing-bytes case-changed target-compressed rrset-huge contradiction slow udp-oversize ttl-out-of-range
    not-authoritative extra-frame edns-dropped duplicate-record rrset-ttl-mismatch""".split()
)
"""Every reason and warning a trace may hold, besides "rcode-N" for a response code without a name here."""


class Outcome(StrEnum):
    """How a question ended, when all tries at it are counted together."""

    ANSWER = "answer"
    NODATA = "nodata"  # the name exists, records of the type do not (RFC 2308 2.2)
    NXDOMAIN = "nxdomain"  # the name does not exist, nor does any below it (RFC 8020)
    SERVFAIL = "servfail"
    REFUSED = "refused"
    TIMEOUT = "timeout"
    UNREACHABLE = "unreachable"  # ICMP or TCP said at once that nobody is there
    MALFORMED = "malformed"  # something came back, and it was no usable answer to this question

    @property
    def is_conclusive(self) -> bool:
        """The DNS told what it holds, be it nothing."""
        return self in CONCLUSIVE


CONCLUSIVE = frozenset({Outcome.ANSWER, Outcome.NODATA, Outcome.NXDOMAIN})
"""What needs no other server to be believed; the reasons of tries that are so are the same words."""


class Server(Value):
    """Where a stub resolver sends its questions."""

    address: str  # an IPv4 or IPv6 address
    port: int = 53
    transport: str | None = None  # "dot", "doh" or "doq"; None for UDP and TCP
    name: str = ""  # what an encrypted server's certificate must be for, when that isn't its address
    path: str = ""  # of its URI, over HTTPS

    @property
    def identity(self) -> str:
        """What its certificate must be for (RFC 8310 7): a host name or an address."""
        return self.name or self.address.partition("%")[0]

    def __str__(self) -> str:
        return f"[{self.address}]:{self.port}" if ":" in self.address else f"{self.address}:{self.port}"


def named(server: str, transport: str | None) -> str:
    """A server for a person, with its encrypted transport if it has one: DoT and DoQ share the number of their port."""
    return f"{server} ({transport})" if transport in ("dot", "doh", "doq") else server


class Question(Value):
    """A question of class IN."""

    name: str
    rdtype: str

    def __str__(self) -> str:
        return f"{self.name} {self.rdtype}"


class Directed(Value):
    """A question put to one server, whoever else could be asked."""

    question: Question
    server: Server
    recursion_desired: bool = False  # no: what the server itself holds
    checking_disabled: bool = False  # yes: a resolver is to answer also what it can't validate (RFC 4035 3.2.2)

    def __str__(self) -> str:
        return f"{self.question} to {self.server}"


class Transfer(Value):
    """A whole zone asked of one server (AXFR, RFC 5936)."""

    zone: str
    server: Server

    def __str__(self) -> str:
        return f"{self.zone} AXFR to {self.server}"


class Rejected(Value):
    """A packet that was not taken for the answer."""

    reason: str
    source: str  # "127.0.0.1:53"
    size: int  # octets
    detail: str | None = None  # what is known of it besides, fit for a terminal (lookup.details)


class Try(Value):
    """One question sent to one server over one transport, and what became of it: an entry of the look-up trace."""

    question: Question
    server: str
    transport: str  # "udp", "tcp", "dot", "doh" or "doq"
    outcome: str  # "answer", "nodata", "nxdomain", or one of REASONS
    elapsed: float  # seconds
    rcode: str | None = None
    flags: tuple[str, ...] = ()  # aa, tc, rd, ra, ad, cd
    ede: str | None = None  # extended DNS error (RFC 8914)
    rejected: tuple[Rejected, ...] = ()
    warnings: tuple[str, ...] = ()
    more_rejected: int = 0  # packets rejected besides those written down
    detail: str | None = None  # more about the outcome (lookup.details): an alias, octets received, an HTTP status
    edns: int | None = None  # octets that its OPT offered to take, 0 without one; None on a tape that doesn't say


class Said(Value):
    """What one server said to a question that all were asked."""

    server: str
    outcome: str  # as a Try's
    rdatas: tuple[str, ...] = ()  # of the answer, sorted, names in lower case: without owner, TTL and order
    is_second: bool = False  # it came behind another reply to the same question, and differs from it
    transport: str | None = None  # of that reply, or of the last try; None on a tape that doesn't say

    @property
    def by(self) -> str:
        """The server as a person is told of it."""
        return named(self.server, self.transport)


class Response(Value):
    """What the DNS said to one question."""

    question: Question
    outcome: Outcome
    reason: str  # the outcome's own word, or the reason that says more
    answer: tuple[Record, ...] = ()  # records of the type asked for, at the end of any chain of aliases
    aliases: tuple[Record, ...] = ()  # the CNAME records followed to get there, in order
    additional: tuple[Record, ...] = ()
    authority: tuple[Record, ...] = ()
    ttl: int | None = None  # seconds: the lowest on the way (RFC 2181 5.2), for a negative answer as RFC 2308 5
    server: str | None = None  # the one that gave the answer, None when none did
    transport: str | None = None
    elapsed: float = 0.0  # seconds, from the first packet out
    tries: tuple[Try, ...] = ()
    said: tuple[Said, ...] = ()  # when all servers were asked: what each said, in their order
    unasked: tuple[str, ...] = ()  # without an answer: the servers whose turn had not come when the look-up ended

    @property
    def is_contradicted(self) -> bool:
        """Servers disagree, or one of them gave two different replies; only told when all servers were asked."""
        return any("contradiction" in each.warnings for each in self.tries)

    @property
    def canonical(self) -> str:
        """The name at the end of the chain of aliases; the name asked for when there is none."""
        target = self.aliases[-1].rdata if self.aliases else self.question.name
        assert isinstance(target, str)
        return target

    @property
    def reply(self) -> Try | None:
        """The try that brought the message which the response is made of; None when there was no message."""
        if self.server is None:
            return None
        of = [each for each in self.tries if (each.server, each.transport) == (self.server, self.transport)]
        return next((each for each in reversed(of) if each.rcode is not None), None)

    @property
    def flags(self) -> tuple[str, ...]:
        """The flags of that message: aa, tc, rd, ra, ad, cd."""
        reply = self.reply
        return () if reply is None else reply.flags

    @property
    def srvs(self) -> tuple[Srv, ...]:
        """The rdata of the answer's SRV records."""
        return tuple([record.rdata for record in self.answer if isinstance(record.rdata, Srv)])

    @property
    def addresses(self) -> tuple[str, ...]:
        """The addresses of the answer's A and AAAA records."""
        return tuple([str(record.rdata) for record in self.answer if record.rdtype in ("A", "AAAA")])

    @property
    def rrset(self) -> RRset | None:
        """The answer as one RRset, None without an answer."""
        if not self.answer:
            return None
        ttl = min(record.ttl for record in self.answer)
        rdatas = tuple([record.rdata for record in self.answer])
        return RRset(owner=self.canonical, rdtype=self.question.rdtype, ttl=ttl, rdatas=rdatas)


def first_failed(responses: Sequence[Response]) -> Response | None:
    """Of look-ups that all came to nothing the one that counts: the first that failed, for behind it the record may be;
    else the first. None when there are none."""
    return min(responses, key=lambda response: response.outcome.is_conclusive, default=None)


def told_addresses(asked: Iterable[Response]) -> tuple[str, ...] | None:
    """The addresses that responses about one name tell; None when that is not known.

    It is known when there are any, when every question was answered, and when one answer denies the name: then it has
    no records of any type (RFC 8020 2).
    """
    responses = list(asked)
    found = tuple(dict.fromkeys(address for response in responses for address in response.addresses))
    denied = any(response.outcome is Outcome.NXDOMAIN for response in responses)
    settled = bool(responses) and all(response.outcome.is_conclusive for response in responses)
    return found if found or denied or settled else None


class ProbeOutcome(StrEnum):
    """How the attempt to reach an endpoint ended."""

    OPEN = "open"  # tcp: the connection stands; rpc: the bind to the service's interface was accepted
    NOT_THE_SERVICE = "not-the-service"  # an RPC server that rejects the bind
    NO_RPC = "no-rpc"  # took the connection, and answered the bind with no RPC, or hung up
    CLOSED = "closed"  # refused: the host answers, nothing listens
    TIMEOUT = "timeout"  # no connection in time, or one on which nothing was said (Attempt.connected)
    UNREACHABLE = "unreachable"  # no route, or a router said no
    NO_ADDRESS = "no-address"  # there was nothing to connect to


class Probe(Value):
    """A question put to an endpoint instead of the DNS: does it answer?"""

    kind: str  # a key of net.client.probes.PROBERS
    target: str
    port: int
    addresses: tuple[str, ...]  # tried with their families interleaved, staggered as RFC 8305 says
    thorough: bool = False  # every address is tried at once and waited for, not only until one answers


class ProbeAttempt(Value):
    """What one address of a probed endpoint did."""

    address: str
    outcome: ProbeOutcome
    elapsed: float | None  # seconds; None when the client's own tools made the attempt, and tell no time
    connected: bool = False  # a TCP connection stood, whatever came of it


class ProbeResult(Value):
    """What a probe found: open as soon as one address answers as it should, else the outcome that got furthest."""

    probe: Probe
    outcome: ProbeOutcome
    address: str | None = None  # the one that the outcome is about, None when no connection stood
    elapsed: float | None = 0.0  # seconds; None as an attempt's
    attempts: tuple[ProbeAttempt, ...] = ()

    @property
    def is_open(self) -> bool:
        """A client could use the endpoint, as far as this kind of probe can tell."""
        return self.outcome is ProbeOutcome.OPEN

    @property
    def is_silent(self) -> bool:
        """A connection stood, and nothing was said on it in time."""
        return self.outcome is ProbeOutcome.TIMEOUT and self.address is not None


class Transferred(Value):
    """What came of a transfer."""

    transfer: Transfer
    records: tuple[Record, ...] = ()  # in the order they came, the SOA once
    reason: str = ""  # a sentence that says why there are none; "" when there are


Ask = Question | Directed | Probe | Transfer
Reply = Response | ProbeResult | Transferred
