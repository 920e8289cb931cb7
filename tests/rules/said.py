"""What servers said of a service, written down by hand: for the tests of the rules that judge it."""

from __future__ import annotations

from kmsdns.lookup.reply_checks import outcome_of
from kmsdns.model.findings import Finding
from kmsdns.model.messages import Question, Response, Server, Try
from kmsdns.model.names import ServiceName
from kmsdns.model.records import Rdata, Record, Soa, Srv
from kmsdns.model.vantages import ServerAnswers, ServerSurvey, Vantage, VantageKind
from kmsdns.rules.case import Case
from kmsdns.rules.catalogue import RULES
from kmsdns.rules.choice import run
from kmsdns.rules.rule import Needs

VANTAGE_RULES = tuple([rule for rule in RULES if Needs.VANTAGES in rule.needs])
"""What is judged of what several servers say: LIV101 to LIV115."""

ZONE = "contoso.com."
OWNER = "_vlmcs._tcp.contoso.com."
TCP = "_tcp.contoso.com."
SIBLING = "_abcdefghijklmno._tcp.contoso.com."
KMS1, KMS2, ELSEWHERE = "kms01.contoso.com.", "kms02.contoso.com.", "kms.fabrikam.com."
AA, RA = ("aa",), ("rd", "ra")
KINDS = {AA: VantageKind.AUTHORITATIVE, RA: VantageKind.RESOLVER}


def record(owner: str, rdtype: str, rdata: Rdata, ttl: int = 3600) -> Record:
    return Record(owner=owner, ttl=ttl, rdtype=rdtype, rdata=rdata)


def srv(text: str) -> Srv:
    priority, weight, port, target = text.split()
    return Srv(priority=int(priority), weight=int(weight), port=int(port), target=target)


def soa(serial: int, owner: str = ZONE) -> Record:
    rdata = Soa(mname="ns1." + owner, rname=owner, serial=serial, refresh=1, retry=1, expire=1, minimum=1)
    return record(owner, "SOA", rdata)


class Says:
    """What a server says: by name and type, a list of rdata, or a word for why there is none."""

    def __init__(self, **changes: object) -> None:
        self.said: dict[tuple[str, str], object] = {
            (ZONE, "SOA"): [soa(7)],
            (OWNER, "SRV"): ["0 60 1688 " + KMS1, "0 40 1688 " + KMS2],
            (SIBLING, "SRV"): "nxdomain",
            (TCP, "A"): "nodata",
            (KMS1, "A"): ["192.0.2.11"],
            (KMS1, "AAAA"): "nodata",
            (KMS2, "A"): ["192.0.2.12"],
            (KMS2, "AAAA"): "nodata",
        }
        self.flags: dict[tuple[str, str], tuple[str, ...]] = {}
        self.additional: tuple[Record, ...] = ()
        self.aliases: dict[tuple[str, str], str] = {}
        self.denied_by: dict[tuple[str, str], str] = {}
        self.tries: dict[tuple[str, str], tuple[Try, ...]] = {}
        self.ttl = 3600

    def but(self, name: str, rdtype: str, what: object) -> Says:
        self.said[name, rdtype] = what
        return self

    def serial(self, number: int) -> Says:
        return self.but(ZONE, "SOA", [soa(number)])

    def only(self, reason: str) -> Says:
        self.said = dict.fromkeys(self.said, reason)
        return self

    def responses(self, server: Server, flags: tuple[str, ...]) -> tuple[Response, ...]:
        return tuple([self._response(key, what, server, flags) for key, what in self.said.items()])

    def _response(self, key: tuple[str, str], what: object, server: Server, flags: tuple[str, ...]) -> Response:
        name, rdtype = key
        question = Question(name=name, rdtype=rdtype)
        aliases = (record(name, "CNAME", self.aliases[key]),) if key in self.aliases else ()
        reason, answer = (what, ()) if isinstance(what, str) else ("answer", tuple(map(self._record(key), what)))
        has_message = reason not in ("timeout", "host-unreachable", "tcp-refused")
        tried = Try(
            question=question, server=str(server), transport="udp", outcome=reason, elapsed=0.0,
            rcode="NOERROR" if has_message else None, flags=self.flags.get(key, flags) if has_message else (),
        )  # fmt: skip
        return Response(
            question=question,
            outcome=outcome_of(reason),
            reason=reason,
            answer=answer,
            aliases=aliases,
            additional=self.additional if key == (OWNER, "SRV") else (),
            authority=(soa(1, self.denied_by[key]),) if key in self.denied_by else (),
            ttl=self.ttl if answer else None,
            server=str(server) if has_message else None,
            transport="udp",
            tries=self.tries.get(key, (tried,)),
        )

    def _record(self, key: tuple[str, str]):
        owner, rdtype = self.aliases.get(key, key[0]), key[1]

        def made(rdata: object) -> Record:
            if isinstance(rdata, Record):
                return rdata
            assert isinstance(rdata, str)
            return record(owner, rdtype, srv(rdata) if rdtype == "SRV" else rdata)

        return made


def statement(number: int, says: Says, flags: tuple[str, ...] = AA, view: str | None = None, **fields) -> ServerAnswers:
    server = Server(address=fields.pop("address", f"192.0.2.{number}"))
    name = f"ns{number}.contoso.com." if flags == AA else f"resolver{number}"
    vantage = Vantage(name=name, server=server, kind=KINDS[flags], view=view, was_found=flags == AA)
    return ServerAnswers(vantage=vantage, responses=says.responses(server, flags), **fields)


def consulted(*statements: ServerAnswers, **fields) -> ServerSurvey:
    service = ServiceName(service="_vlmcs", proto="_tcp", domain=ZONE)
    return ServerSurvey(service=service, zone=ZONE, statements=statements, sibling=SIBLING, **fields)


def findings(*statements: ServerAnswers, **fields) -> tuple[Finding, ...]:
    return run(VANTAGE_RULES, Case(vantages=consulted(*statements, **fields)))


def codes(*statements: ServerAnswers, **fields) -> list[str]:
    return [each.code for each in findings(*statements, **fields)]


def two(one: Says, flags: tuple[str, ...] = AA) -> tuple[ServerAnswers, ServerAnswers]:
    """A server as it should be, and this one."""
    return statement(1, Says()), statement(2, one, flags)
