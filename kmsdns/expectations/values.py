"""Expectations: what must hold of the DNS, where, and seen from whom; and what was seen of it.

A spec (expectations.reader) becomes Expectations; jobs.check asks for each of them at each CheckVantage, and
rules.expect judges.
"""

from __future__ import annotations

from enum import StrEnum

from kmsdns.model.names import fold
from kmsdns.model.value import Value
from kmsdns.selection.ordering import share_terms

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from fractions import Fraction

    from kmsdns.model.findings import Finding
    from kmsdns.model.messages import ProbeResult, Question, Response, Server
    from kmsdns.model.names import ServiceName
    from kmsdns.model.records import Location, Rdata, Record
    from kmsdns.model.report import Discovered
    from kmsdns.model.vantages import ServerSurvey
    from kmsdns.zone.zone import Zone

SYSTEM = "system"
"""The vantage of checks that name none: this machine's resolvers, or the servers of the command line."""


class Wish(Value):
    """What one record must be. A field that is None may be anything; rdata, when it is there, is the whole of it."""

    text: str  # as the spec has it
    location: Location
    rdata: Rdata | None = None
    priority: int | None = None
    weight: int | None = None
    port: int | None = None
    target: str | None = None  # in canonical form
    regex: str | None = None  # found somewhere in the rdata's presentation form


class Bounds(Value):
    """A lowest and a highest figure, both allowed; None is no bound."""

    low: float | None = None
    high: float | None = None

    def holds(self, figure: float) -> bool:
        """Whether a figure is within them."""
        return (self.low is None or figure >= self.low) and (self.high is None or figure <= self.high)

    def __str__(self) -> str:
        if self.low == self.high:
            return f"{self.low:g}"
        if self.low is None or self.high is None:
            return f"at most {self.high:g}" if self.low is None else f"at least {self.low:g}"
        return f"{self.low:g} to {self.high:g}"


class Targets(Value):
    """What the hosts that records name must be."""

    resolve: bool = False  # each has an address
    no_alias: bool = False  # none is an alias (RFC 2782, RFC 2181 10.3)
    within: tuple[str, ...] = ()  # networks, as 10.0.0.0/8: each address is in one of them

    @property
    def needs_addresses(self) -> bool:
        """Whether anything has to be asked about them."""
        return self.resolve or self.no_alias or bool(self.within)


class ClientWish(Value):
    """Where a client that is set up so must end."""

    suffixes: tuple[str, ...]  # in canonical form, in the order searched
    used: str  # "any", "none", or an endpoint: kms01.contoso.com.:1688
    manual: tuple[str, int] | None = None  # target and port
    cached: tuple[str, int] | None = None
    probe: str = "tcp"  # how it is found out whether a host answers


class Same(Value):
    """A zone that must be live as a file has it."""

    path: str
    zone: Zone
    ignored: frozenset[str] = frozenset()  # types, and "TTL"


class Xfail(Value):
    """A failure that is known, and until when it is put up with."""

    until: str  # the last day, 2026-12-31
    reason: str = ""


class VantageGroup(Value):
    """A name for whom to ask: servers, each asked and judged by itself, or zone files served for the run."""

    name: str
    location: Location
    servers: tuple[str, ...] = ()  # as --server has them
    zones: tuple[str, ...] = ()  # paths
    faults: tuple[str, ...] = ()  # of the server of those zones
    view: str | None = None  # "inside", "outside": whom its servers answer


class Expectation(Value):
    """One check of a spec. An empty or absent part expects nothing."""

    title: str
    location: Location
    places: Mapping[str, Location]  # where each key of the check stands in the spec
    question: Question
    vantages: tuple[str, ...] = (SYSTEM,)
    service: ServiceName | None = None
    exactly: tuple[Wish, ...] | None = None  # () is no record at all
    contains: tuple[Wish, ...] = ()
    any_of: tuple[Wish, ...] = ()
    none_of: tuple[Wish, ...] = ()
    count: Bounds | None = None
    rcode: str | None = None  # NOERROR, NXDOMAIN, ...; or NODATA: NOERROR and no record
    flags: tuple[tuple[str, bool], ...] = ()  # of the reply's header, and whether each must be set
    ttl: Bounds | None = None  # seconds
    share: tuple[tuple[str, Bounds], ...] = ()  # of first choices (RFC 2782), by target in canonical form
    consistent: bool = False
    serial: int | bool = False  # True: equal everywhere
    targets: Targets = Targets()
    reachable: str | None = None  # the kind of probe
    client: ClientWish | None = None
    same: Same | None = None
    xfail: Xfail | None = None

    @property
    def asks_about_ad(self) -> bool:
        """Whether the flag AD is expected, or not: a reply has it only where the query wants to know."""
        return any(flag == "ad" for flag, _is_set in self.flags)

    def place(self, key: str) -> Location:
        """Where a key stands, or else the check."""
        return self.places.get(key, self.location)


class Spec(Value):
    """A spec file that was read."""

    path: str
    text: str
    vantages: tuple[VantageGroup, ...]
    checks: tuple[Expectation, ...]


class CheckVantage(Value):
    """One server of a vantage, which checks are asked at and judged by."""

    label: str  # "office", or "auth ns1.contoso.com" where the vantage has several
    servers: tuple[Server, ...]  # its addresses, asked in turn; () when it has none
    location: Location | None = None
    view: str | None = None  # "inside", "outside": whom it is for
    fault: str = ""  # why it has no address


class ZoneTransferred(Value):
    """A zone as one server transfers it, or why it doesn't."""

    records: tuple[Record, ...] | None
    reason: str = ""


class Seen(Value):
    """What was seen of an expectation at one viewpoint."""

    viewpoint: CheckVantage
    response: Response | None  # None when there was nobody to ask
    addresses: tuple[tuple[str, tuple[Response, ...]], ...] = ()  # of each target: A, AAAA
    probes: tuple[ProbeResult, ...] = ()
    client: Discovered | None = None
    transfer: ZoneTransferred | None = None
    implied: tuple[Response, ...] = ()  # to the questions that a zone file implies, where there is no transfer

    @property
    def shares(self) -> dict[str, Fraction]:
        """Each target's part of the first choices (RFC 2782), exact, by target in canonical form."""
        from fractions import Fraction

        srvs = self.response.srvs if self.response is not None else ()
        found: dict[str, Fraction] = {}
        for srv, terms in zip(srvs, share_terms(srvs), strict=True):
            target = fold(srv.target)
            found[target] = found.get(target, Fraction(0)) + Fraction(*terms)
        return found

    @property
    def responses(self) -> tuple[Response, ...]:
        """Everything the DNS said."""
        asked = [each for each in (self.response, *self.implied) if each is not None]
        asked += [each for _target, replies in self.addresses for each in replies]
        return (*asked, *(self.client.snapshot.responses if self.client is not None else ()))

    @property
    def elapsed(self) -> float:
        """Seconds that the replies took, added up."""
        probes = (*self.probes, *(self.client.snapshot.probes if self.client is not None else ()))
        return sum([each.elapsed for each in self.responses]) + sum([each.elapsed or 0.0 for each in probes])


class Checked(Value):
    """An expectation with all that was seen of it."""

    expectation: Expectation
    seen: tuple[Seen, ...]  # one of each viewpoint
    consulted: ServerSurvey | None = None  # all their servers beside each other, where the check is about that
    today: str  # 2026-01-31, UTC


class At(Value):
    """A question put to certain servers: an ask of its own, beside Question and Probe."""

    servers: tuple[Server, ...]
    question: Question
    authentic_data: bool = False  # a resolver is to say whether it has validated the answer (RFC 6840 5.7)


class ZoneTransfer(Value):
    """A zone asked of a server as a whole; the reply is a ZoneTransferred."""

    servers: tuple[Server, ...]
    zone: str


class Pause(Value):
    """A while to wait before asking again; the reply is a Resumed."""

    seconds: float  # 0: a new round begins at once, whether there is time left or not


class Resumed(Value):
    """How long there is still to go."""

    left: float  # seconds; 0 when no further round is due


class CheckOutcome(StrEnum):
    """How a check ended at a viewpoint."""

    PASSED = "passed"
    FAILED = "failed"
    EXPECTED_FAILURE = "expected-failure"  # xfail
    NO_ANSWER = "no-answer"  # could not ask: neither passed nor failed


class CheckResult(Value):
    """How one check ended at one viewpoint."""

    name: str
    vantage: str  # the label of the viewpoint
    outcome: CheckOutcome
    elapsed: float  # seconds that the replies took, added up
    location: Location  # of the check
    findings: tuple[Finding, ...] = ()  # of the report's those that are about it

    @property
    def passed(self) -> bool | None:
        """It came out as the spec says, an expected failure included; None when it could not be asked."""
        if self.outcome is CheckOutcome.NO_ANSWER:
            return None
        return self.outcome is not CheckOutcome.FAILED
