"""Vantages: servers that are asked about one service, each by itself, and what each of them said."""

from __future__ import annotations

from enum import StrEnum

from kmsdns.model.messages import Outcome
from kmsdns.model.names import ROOT, fold, is_at_or_below, parent
from kmsdns.model.records import Soa
from kmsdns.model.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kmsdns.model.messages import Question, Response, Server
    from kmsdns.model.names import ServiceName

INSIDE, OUTSIDE = "inside", "outside"
"""Views that a vantage may be of; any other word is one as well."""


class VantageKind(StrEnum):
    """What a vantage is asked for: what it holds itself, or what it finds out."""

    AUTHORITATIVE = "authoritative"
    RESOLVER = "resolver"
    UNKNOWN = "unknown"  # asked as a resolver; what it is shows in its answers


class Vantage(Value):
    """A server with a name to call it by."""

    name: str  # "ns1.contoso.com.", or what a person calls it
    server: Server
    kind: VantageKind = VantageKind.UNKNOWN
    view: str | None = None  # "inside", "outside"; None: nobody says, and it is compared with the others of no view
    was_found: bool = False  # as a name server of the zone, rather than given

    def __str__(self) -> str:
        return (
            self.name
            if str(self.server) in self.name
            else str(self.server)
            if self.name == self.server.address
            else f"{self.name} ({self.server})"
        )


class ServerAnswers(Value):
    """What one vantage said."""

    vantage: Vantage  # of a kind that its answers have shown
    responses: tuple[Response, ...]
    unchecked: tuple[Response, ...] = ()  # to questions put again with checking disabled (CD)

    def response(self, name: str, rdtype: str) -> Response | None:
        """What it said to a question; None when it wasn't asked."""
        return _find(self.responses, name, rdtype)

    def without_checking(self, name: str, rdtype: str) -> Response | None:
        """What it said to the question with checking disabled."""
        return _find(self.unchecked, name, rdtype)


class ServerSurvey(Value):
    """What all vantages said about one service, or about a zone, and how the servers of the zone were found."""

    service: ServiceName | None  # None: they were asked for the SOA record of the zone, and for nothing else
    zone: str | None  # the origin of the zone that holds the owner name, in lower case; None when nobody tells
    statements: tuple[ServerAnswers, ...] = ()
    sibling: str | None = None  # a name beside the owner's that nobody has published: who answers has a wildcard
    located: tuple[Response, ...] = ()  # to what was asked to find the zone and its servers
    homeless: tuple[str, ...] = ()  # names of name servers without an address
    notices: tuple[str, ...] = ()  # sentences about what was not asked, and why

    @property
    def owner(self) -> str:
        """The owner name of the service's SRV records, or of the zone's SOA record."""
        return fold(self.service.owner) if self.service is not None else self.zone or ROOT

    @property
    def rdtype(self) -> str:
        """The type of the records that it is about."""
        return "SOA" if self.service is None else "SRV"

    @property
    def authorities(self) -> tuple[ServerAnswers, ...]:
        """What the servers of the zone said."""
        return tuple([each for each in self.statements if each.vantage.kind is VantageKind.AUTHORITATIVE])

    @property
    def resolvers(self) -> tuple[ServerAnswers, ...]:
        """What the others said."""
        return tuple([each for each in self.statements if each.vantage.kind is not VantageKind.AUTHORITATIVE])

    @property
    def views(self) -> tuple[str | None, ...]:
        """The views that there are vantages of."""
        return tuple(dict.fromkeys(each.vantage.view for each in self.statements))

    @property
    def serials(self) -> dict[Vantage, int]:
        """The serial of the zone at each of its servers that tells it with authority."""
        found = {}
        for each in self.authorities:
            soa = None if self.zone is None else each.response(self.zone, "SOA")
            if soa is not None and self.counts(each, soa) and soa.answer and isinstance(soa.answer[0].rdata, Soa):
                found[each.vantage] = soa.answer[0].rdata.serial
        return found

    @property
    def targets(self) -> tuple[str, ...]:
        """The targets that any vantage names, in lower case; not the "." that is none."""
        srvs = [srv for each in self.statements if (got := each.response(self.owner, "SRV")) for srv in got.srvs]
        return tuple(dict.fromkeys(fold(srv.target) for srv in srvs if not srv.is_no_service))

    @property
    def responses(self) -> tuple[Response, ...]:
        """Everything the DNS said, in the order asked of each."""
        said = [got for each in self.statements for got in (*each.responses, *each.unchecked)]
        return (*self.located, *said)

    def counts(self, statement: ServerAnswers, response: Response | None) -> bool:
        """Whether a response says something: what a server says of its own zone does when it has it, with authority."""
        if response is None or not response.outcome.is_conclusive:
            return False
        if self.zone is None or statement.vantage.kind is not VantageKind.AUTHORITATIVE:
            return True
        if not self.is_inside(response.question.name):
            return True
        soa = statement.response(self.zone, "SOA")
        return "aa" in response.flags and (soa is None or (soa.outcome is Outcome.ANSWER and "aa" in soa.flags))

    def is_inside(self, name: str) -> bool:
        """Whether a name is at or below the origin of the zone."""
        return self.zone is not None and is_at_or_below(name, self.zone)

    def between(self) -> Iterator[str]:
        """The names between the owner and the zone's origin, longest first: each exists when the owner does."""
        name = parent(self.owner)
        while self.zone is not None and name != self.zone and is_at_or_below(name, self.zone):
            yield name
            name = parent(name)


def says(response: Response) -> tuple[str, tuple[str, ...]]:
    """What a response comes to, without TTL, order and case: the same for vantages that agree."""
    if response.aliases:
        chain = [fold(str(alias.rdata)) for alias in response.aliases]
        return "alias", (*chain, *sorted({fold(str(record.rdata)) for record in response.answer}))
    return response.outcome, tuple(sorted({fold(str(record.rdata)) for record in response.answer}))


def in_words(response: Response) -> str:
    """The same for a person: the records, or how it ended."""
    word, rdatas = says(response)
    if word == "alias":
        return f"an alias of {fold(response.canonical)}"
    return ", ".join(rdatas) or response.reason


def denying_zone(response: Response) -> str | None:
    """The origin of the zone that says a name doesn't exist (RFC 2308 3); None when the response doesn't tell."""
    if response.outcome is not Outcome.NXDOMAIN:
        return None
    return next((fold(record.owner) for record in response.authority if record.rdtype == "SOA"), None)


def _find(responses: tuple[Response, ...], name: str, rdtype: str) -> Response | None:
    wanted = fold(name)

    def is_it(question: Question) -> bool:
        return question.rdtype == rdtype and fold(question.name) == wanted

    return next((each for each in responses if is_it(each.question)), None)
