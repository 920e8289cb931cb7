"""Faults: what the bundled server does wrong when it is asked to. FAULTS is the table; no I/O here.

A specification is NAME[:key=value,...]. Which queries it is for: name=OWNER, type=SRV, transport=udp|tcp, client=ADDR.
Which of those it is applied to, by counting: after=N lets the first N pass, every=N takes each Nth of the others,
first=N ends it after N. What it does there: ms=, n=, bytes=, where the table says so. Several are applied in order,
each to what the one before made of the correct answer.
"""

from __future__ import annotations

from ipaddress import ip_address

from kmsdns.errors import KmsdnsError
from kmsdns.model.names import fold, from_text, shown
from kmsdns.model.records import rdtype_number, rdtype_text
from kmsdns.model.value import Value
from kmsdns.net.server.faults import mutations as do
from kmsdns.net.server.faults.mutations import message, octets, rcode
from kmsdns.net.server.faults.parts import Unreadable, read
from kmsdns.net.server.faults.steps import FaultCase, ReplyStep

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from kmsdns.net.server.faults.mutations import Function
    from kmsdns.net.server.faults.steps import Step

TRANSPORTS = ("udp", "tcp")
COUNTERS = ("every", "first", "after")
KEYS = (*COUNTERS, "name", "type", "transport", "client")
"""What any fault takes, besides its own parameters."""

_MOST = 10**9
_SOA, _PRIVATE = 6, 65_280  # a type that no name has (RFC 6895 3.1)


class Parameter(Value):
    """A number that a fault takes: "ms" (milliseconds), "n" (what is counted) or "bytes" (octets)."""

    key: str
    default: int
    lowest: int = 1
    highest: int = 65_535


class Fault(Value):
    """One row of the table."""

    name: str
    sees: str  # what a client sees, a sentence
    does: Function
    parameters: tuple[Parameter, ...] = ()
    over: tuple[str, ...] = TRANSPORTS  # where it can happen
    usually: str | None = None  # the transport when none is asked for
    wants_soa: bool = False  # the zone's, to prove a denial
    closes: bool = False  # the port, and so counts itself out


def _ms(default: int, lowest: int = 0) -> Parameter:
    return Parameter(key="ms", default=default, lowest=lowest, highest=3_600_000)


def _n(default: int, lowest: int = 1, highest: int = 65_535) -> Parameter:
    return Parameter(key="n", default=default, lowest=lowest, highest=highest)


def _bytes(default: int, lowest: int = 1, highest: int = 65_535) -> Parameter:
    return Parameter(key="bytes", default=default, lowest=lowest, highest=highest)


_UDP, _TCP = ("udp",), ("tcp",)

# fmt: off
FAULTS = {fault.name: fault for fault in (
    # No answer, or not at once
    Fault(name="drop", does=do.drop, sees="Nothing comes back; a TCP connection stays open."),
    Fault(name="delay", does=do.delay, parameters=(_ms(1000),),
          sees="The answer comes ms milliseconds late; over TCP so do those behind it."),
    Fault(name="flap", does=do.flap, parameters=(_n(1),),
          sees="n queries are answered, the next n are not, and so on."),
    Fault(name="close-port", does=do.close_port, closes=True,
          sees="The kernel refuses: ICMP port unreachable over UDP, a reset over TCP; with after=N once N were "
               "answered, else from the start; transport= closes that port alone."),
    # A response code instead of an answer
    Fault(name="servfail", does=rcode(2), sees="SERVFAIL, and no records."),
    Fault(name="refused", does=rcode(5), sees="REFUSED, and no records."),
    Fault(name="nxdomain", does=do.nxdomain, wants_soa=True, sees="NXDOMAIN, with the SOA that proves it."),
    Fault(name="nodata", does=do.nodata, wants_soa=True, sees="NOERROR without an answer, with the SOA."),
    Fault(name="notimp", does=rcode(4), sees="NOTIMP, and no records."),
    Fault(name="formerr", does=rcode(1), sees="FORMERR, and no records."),
    Fault(name="no-edns", does=message(do.no_edns),
          sees="FORMERR without OPT to a query with OPT; the correct answer to one without."),
    Fault(name="edns-badvers", does=message(do.edns_badvers),
          sees="BADVERS to a query with OPT; the correct answer to one without."),
    Fault(name="truncate", does=message(do.truncated), usually="udp",
          sees="TC and no records; over UDP, over TCP too only with transport=tcp."),
    # An answer to something else, or from somewhere else
    Fault(name="wrong-id", does=octets(do.wrong_id), sees="The answer has the next ID, not the query's."),
    Fault(name="wrong-question", does=octets(do.wrong_question),
          sees="The answer is to another name: the last octet of its first label is an x (or y)."),
    Fault(name="no-question", does=message(do.no_question), sees="The answer's records, and no question section."),
    Fault(name="wrong-address", does=do.wrong_address, over=_UDP, sees="The answer comes from another port."),
    Fault(name="wrong-class", does=message(do.wrong_class), sees="The answer's records have class CH."),
    Fault(name="wrong-type", does=message(do.wrong_type),
          sees="The answer is one TXT record (an A record when TXT was asked for)."),
    Fault(name="case-flip", does=octets(do.case_flip), sees="The question comes back with its letters' case changed."),
    # Messages that are none
    Fault(name="garbage", does=octets(do.garbage), parameters=(_bytes(64, 2),),
          sees="bytes octets: the query's ID, then 0xFF throughout."),
    Fault(name="short", does=octets(do.short), parameters=(_bytes(5, 0, 11),),
          sees="Only the first bytes octets of the answer, fewer than a header has."),
    Fault(name="trailing-bytes", does=octets(do.trailing_bytes), parameters=(_bytes(12),),
          sees="bytes zero octets behind the end of the message."),
    Fault(name="bad-compression-loop", does=message(do.bad_compression_loop),
          sees="The first record's owner is a pointer to itself."),
    Fault(name="bad-compression-forward", does=message(do.bad_compression_forward),
          sees="The first record's owner is a pointer forwards, into its own rdata."),
    Fault(name="bad-rdlength", does=message(do.bad_rdlength), parameters=(_bytes(1000),),
          sees="The first record's RDLENGTH is bytes octets too large."),
    Fault(name="label-overrun", does=message(do.label_overrun),
          sees="The message ends within a label that promises 63 octets."),
    # Data that is wrong
    Fault(name="cname-loop", does=message(do.cname_loop), sees="Two CNAME records that lead to each other."),
    Fault(name="cname-chain", does=message(do.cname_chain), parameters=(_n(10, 1, 1000),),
          sees="n CNAME records in front of the answer's records; TC over UDP when they are too many."),
    Fault(name="huge", does=message(do.huge), parameters=(_n(1000),),
          sees="n made-up records (SRV, A, AAAA or TXT), as far as they fit; over UDP TC."),
    Fault(name="lame", does=message(do.lame), sees="A referral to the root, without AA."),
    Fault(name="stale-serial", does=message(do.stale_serial), parameters=(_n(1, 1, 2**31 - 1),),
          sees="SOA records have a serial number lower by n."),
    # More than one answer
    Fault(name="duplicate", does=do.duplicate, parameters=(_n(2, 2, 100),), sees="The answer comes n times."),
    Fault(name="reorder", does=do.reorder, parameters=(_ms(200, 1),),
          sees="Of two answers the second comes first; alone, one comes ms milliseconds late."),
    # What only TCP can do
    Fault(name="empty-tcp", does=do.empty_tcp, over=_TCP, sees="A length field of 0, and no message."),
    Fault(name="tcp-close", does=do.tcp_close, over=_TCP, parameters=(_bytes(0, 0),),
          sees="The connection ends after bytes octets of the answer, its length field included."),
    Fault(name="tcp-reset", does=do.tcp_reset, over=_TCP, sees="The connection is reset."),
    Fault(name="tcp-slow", does=do.tcp_slow, over=_TCP, parameters=(_bytes(100, 1, _MOST),),
          sees="The answer comes at bytes octets a second."),
    Fault(name="tcp-split", does=do.tcp_split, over=_TCP, parameters=(_n(3, 2, 1000), _ms(10)),
          sees="The answer comes in n writes ms milliseconds apart, the first of them half the length field."),
    Fault(name="tcp-length-lie", does=do.tcp_length_lie, over=_TCP, parameters=(_bytes(100),),
          sees="The length field promises bytes octets more than ever come."),
)}
# fmt: on
"""The faults, by name. The command line's help lists them from a copy; a test compares."""


class FaultSpec(Value):
    """A specification as understood. Zero or None where it says nothing."""

    text: str
    fault: Fault
    every: int = 1
    first: int = 0
    after: int = 0
    name: str | None = None  # folded
    rdtype: str | None = None
    transport: str | None = None
    client: str | None = None  # an address, in its shortest form
    ms: int = 0
    n: int = 0
    size: int = 0

    def is_for(self, name: str, rdtype: str, transport: str, client: str) -> bool:
        """Whether it is for this query at all. name as it was asked, "" for a query that could not be read."""
        return (
            transport in self.fault.over
            and (self.transport is None or self.transport == transport)
            and (self.rdtype is None or self.rdtype == rdtype)
            and (self.name is None or self.name == fold(name))
            and (self.client is None or self.client == _address(client))
        )

    def number(self, count: int) -> int | None:
        """What the fault has to count as, the count-th query it is for; None when that one is let through."""
        number, rest = divmod(count - self.after, self.every)
        if self.fault.closes:
            return number if count == max(self.after, 1) else None
        return number if number >= 1 and not rest and (not self.first or number <= self.first) else None


class Tally(Value):
    """What became of one specification so far."""

    spec: str
    seen: int  # queries it was for
    hit: int  # queries it was applied to


class Armed:
    """A specification that counts. Only the thread that serves touches it."""

    def __init__(self, spec: FaultSpec) -> None:
        self.spec = spec
        self.seen = self.hit = 0

    @property
    def tally(self) -> Tally:
        """What it has counted."""
        return Tally(spec=self.spec.text, seen=self.seen, hit=self.hit)

    def count(self, name: str, rdtype: str, transport: str, client: str) -> int | None:
        """Counts a query; the number the fault is applied with, None when it isn't."""
        if not self.spec.is_for(name, rdtype, transport, client):
            return None
        self.seen += 1
        number = self.spec.number(self.seen)
        self.hit += number is not None
        return number


def apply(
    armed: Sequence[Armed],
    query: bytes,
    answer: bytes,
    asked: tuple[str, str],
    transport: str,
    client: str,
    ask: Callable[[bytes], bytes | None],
) -> tuple[Step, ...] | None:
    """What to do with a correct answer, None to just send it.

    asked: name and type of the question, "" when it could not be read; client: an address. ask gives the correct
    answer to any other query: some faults want the SOA of the zone.
    """
    steps: tuple[Step, ...] | None = None
    for each in armed:
        number = each.count(*asked, transport, client)
        if number is None:
            continue
        spec = each.spec
        case = FaultCase(
            query=query, transport=transport, number=number, only=spec.transport, ms=spec.ms, n=spec.n, size=spec.size
        )
        if spec.fault.wants_soa:
            case = _with_soa(case, ask)
        done: list[Step] = []
        for step in (ReplyStep(message=answer),) if steps is None else steps:
            done += spec.fault.does(case, step) if isinstance(step, ReplyStep) else (step,)
        steps = tuple(done)
    return steps


def closed_from_the_start(armed: Sequence[Armed]) -> tuple[str, ...]:
    """The transports whose ports are closed before anything is asked."""
    closed: set[str] = set()
    for spec in [each.spec for each in armed]:
        if spec.fault.closes and not (spec.after or spec.name or spec.rdtype or spec.client):
            closed.update((spec.transport,) if spec.transport else TRANSPORTS)
    return tuple([transport for transport in TRANSPORTS if transport in closed])


def parse(text: str) -> FaultSpec:
    """A specification. Raises KmsdnsError with a sentence that says what is wrong with it."""
    name, colon, rest = text.partition(":")
    fault = FAULTS.get(name)
    if fault is None:
        raise KmsdnsError(f"there is no fault {shown(name)}: {_near(name, FAULTS)}")
    if colon and not rest:
        raise KmsdnsError(f"fault {shown(text)}: nothing stands behind the colon")
    fields: dict[str, object] = {_field(each.key): each.default for each in fault.parameters}
    given = set()
    for pair in rest.split(",") if rest else ():
        key, equals, value = pair.partition("=")
        if not equals:
            raise KmsdnsError(f"fault {shown(text)}: {shown(pair)} is no key=value")
        if key in given:
            raise KmsdnsError(f"fault {shown(text)}: {key}= stands there twice")
        given.add(key)
        fields[_field(key)] = _value(fault, key, value, text)
    if fault.closes and given & {"every", "first"}:
        raise KmsdnsError(f"fault {shown(text)}: a closed port counts no queries, so it takes only after=")
    fields.setdefault("transport", fault.usually)
    return FaultSpec(text=text, fault=fault, **fields)  # type: ignore[arg-type]  # _value has seen to the types


def arm(specs: Sequence[str]) -> list[Armed]:
    """Specifications, understood and with their counters at zero. Raises KmsdnsError as parse does."""
    return [Armed(parse(text)) for text in specs]


def _field(key: str) -> str:
    return {"type": "rdtype", "bytes": "size"}.get(key, key)


def _value(fault: Fault, key: str, value: str, text: str) -> object:
    parameters = {each.key: each for each in fault.parameters}
    if key in COUNTERS:
        return _number(Parameter(key=key, default=0, lowest=1, highest=_MOST), value, text)
    if key in parameters:
        return _number(parameters[key], value, text)
    try:
        if key == "name":
            return fold(from_text(value))
        if key == "type":
            return rdtype_text(rdtype_number(value.upper()))
        if key == "client":
            return str(ip_address(value))
    except (KmsdnsError, ValueError) as error:
        raise KmsdnsError(f"fault {shown(text)}: {error}") from None
    if key == "transport":
        if value in fault.over:
            return value
        where = f"{fault.name} happens over {fault.over[0]} only" if value in TRANSPORTS else "transport is udp or tcp"
        raise KmsdnsError(f"fault {shown(text)}: {where}")
    takes = (*KEYS, *parameters)
    if key in ("ms", "n", "bytes"):
        own = ", ".join(f"{each}=" for each in parameters) or "no number of its own"
        raise KmsdnsError(f"fault {shown(text)}: {fault.name} takes no {key}=, it takes {own}")
    raise KmsdnsError(f"fault {shown(text)}: there is no key {shown(key)}: {_near(key, takes)}")


def _number(parameter: Parameter, value: str, text: str) -> int:
    if not (value.isascii() and value.isdigit()) or len(value) > 10:
        raise KmsdnsError(f"fault {shown(text)}: {parameter.key}={shown(value)[1:-1]} is no whole number")
    if not parameter.lowest <= int(value) <= parameter.highest:
        limits = f"from {parameter.lowest} to {parameter.highest}"
        raise KmsdnsError(f"fault {shown(text)}: {parameter.key}={value} is out of range, it goes {limits}")
    return int(value)


def _near(word: str, words: Sequence[str] | dict[str, Fault]) -> str:
    from difflib import get_close_matches

    near = get_close_matches(word.lower().replace("_", "-"), words, n=1)
    return f"did you mean {near[0]}?" if near else f"it is one of {', '.join(words)}"


def _address(client: str) -> str:
    """A client's address without its zone, and as IPv4 when that is what it is (RFC 4291 2.5.5.2)."""
    return client.partition("%")[0].removeprefix("::ffff:")


def _with_soa(case: FaultCase, ask: Callable[[bytes], bytes | None]) -> FaultCase:
    """With the SOA of the zone that the query is for: a type that no name has is asked for, and denied."""
    query, at = case.query, 12
    while at < len(query) and query[at]:
        at += query[at] + 1
    try:
        answer = ask(query[: at + 1] + _PRIVATE.to_bytes(2, "big") + query[at + 3 :])
        found = [rr for rr in read(answer or b"").authority if rr.rtype == _SOA]
    except Unreadable:
        found = []
    if not found:
        return case
    return case.replace(soa=found[0].rdata, soa_owner=found[0].owner, soa_ttl=found[0].ttl)
