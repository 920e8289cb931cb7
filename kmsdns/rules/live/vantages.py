"""LIV101-103, 108, 114: whether those who are asked for a service agree, and whether they answer. Needs: vantages."""

from __future__ import annotations

from kmsdns.model.findings import Evidence, EvidenceKind, Severity
from kmsdns.model.messages import Outcome
from kmsdns.model.names import fold
from kmsdns.model.records import is_later
from kmsdns.model.vantages import INSIDE, OUTSIDE, VantageKind, in_words, says
from kmsdns.rules.evidence import reason, response_evidence
from kmsdns.rules.rule import FindingDraft, Needs, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from kmsdns.model.messages import Response
    from kmsdns.model.vantages import ServerAnswers, ServerSurvey
    from kmsdns.rules.case import Case

    Heard = tuple[ServerAnswers, Response]

VANTAGES = (Needs.VANTAGES,)
_LAME = {
    "lame": "refers upwards: it does not know the zone",
    "referral": "refers elsewhere: it does not have the zone",
    "refused": "refuses the question: it does not have the zone, or not for this machine",
    "notauth": "says that it has no authority over the zone",
    "servfail": "fails: it has the zone and can't load it, or it has expired there",
    "nodata": "denies that the zone begins there",
    "nxdomain": "denies that the zone exists",
}
_SILENT = (Outcome.TIMEOUT, Outcome.UNREACHABLE)


def heard(consulted: ServerSurvey, statements: Iterable[ServerAnswers], name: str, rdtype: str) -> list[Heard]:
    """What those of the statements say to a question that count, each with the response."""
    found = [(each, each.response(name, rdtype)) for each in statements]
    return [(each, response) for each, response in found if response is not None and consulted.counts(each, response)]


def evidence_from(told: Iterable[Heard], note: str = "") -> tuple[Evidence, ...]:
    """What each of them says, in words."""
    return tuple(
        [
            Evidence(
                kind=EvidenceKind.RESPONSE,
                text=f"{response.question}: {in_words(response)}{note}",
                source=str(each.vantage),
            )
            for each, response in told
        ]
    )


def named(told: Iterable[Heard]) -> str:
    """The vantages, for a sentence."""
    return ", ".join(dict.fromkeys(str(each.vantage) for each, _response in told))


def of_view(view: str | None) -> str:
    """The view for a sentence, where there is one."""
    return "" if view is None else f" ({view})"


@rule(
    "LIV101",
    "servers-disagree",
    Severity.ERROR,
    "RFC 1034 4.3.5, RFC 2182",
    needs=VANTAGES,
    safety=None,
    check_keys=("consistent",),
)
def servers_disagree(case: Case) -> Iterator[FindingDraft]:
    """The servers of the zone have different SRV records for the service.

    Why: What a client learns depends on which server its resolver happens to ask: it works, and fails, and works.
    Most often a secondary no longer gets the zone, or a domain controller no longer replicates.
    Fix: Compare the serials; look into the log of the server that is behind, at its transfers (or, between domain
    controllers, with repadmin /showrepl). Nothing needs to be changed in the zone.
    Example: What each server itself has
        $ dig +norecurse @ns1.contoso.com _vlmcs._tcp.contoso.com SRV
        $ dig +norecurse @ns2.contoso.com _vlmcs._tcp.contoso.com SRV
    """
    consulted = case.vantages
    for view in consulted.views:
        of = [each for each in consulted.authorities if each.vantage.view == view]
        told = heard(consulted, of, consulted.owner, "SRV")
        answers = dict.fromkeys(says(response) for _each, response in told)
        if len(answers) > 1:
            serials = consulted.serials
            behind = f"; {_behind(consulted, view)}" if len({serials.get(each.vantage) for each, _ in told}) > 1 else ""
            yield FindingDraft(
                subject=consulted.owner,
                message=f"the servers of {consulted.zone}{of_view(view)} give {len(answers)} different answers to "
                f"{consulted.owner} SRV{behind}",
                evidence=evidence_from(told),
            )


@rule(
    "LIV102",
    "serials-differ",
    Severity.WARNING,
    "RFC 1034 4.3.5, RFC 1982",
    needs=VANTAGES,
    safety=None,
    check_keys=("serial", "consistent"),
)
def serials_differ(case: Case) -> Iterator[FindingDraft]:
    """The servers of the zone have it with different serials.

    Why: One of them is behind: the next change doesn't reach those who ask it. For a while after a change that is as it
    should be. Domain controllers with a zone in the directory each count for themselves: among those alone, a
    difference means nothing.
    Fix: Ask again after the zone's refresh time; then look at notifications and transfers of the one that is behind.
    Example:
        $ dig +norecurse @ns1.contoso.com contoso.com SOA +short
        $ dig +norecurse @ns2.contoso.com contoso.com SOA +short
    """
    consulted = case.vantages
    assert consulted.zone is not None or not consulted.serials
    for view in consulted.views:
        of = [each for each in consulted.authorities if each.vantage in consulted.serials and each.vantage.view == view]
        if len({consulted.serials[each.vantage] for each in of}) > 1:
            yield FindingDraft(
                subject=consulted.zone or "",
                message=f"the servers of {consulted.zone}{of_view(view)} have it with different serials: "
                f"{_behind(consulted, view)}",
                evidence=tuple(
                    [
                        Evidence(
                            kind=EvidenceKind.RESPONSE,
                            text=f"{consulted.zone} SOA: serial {consulted.serials[each.vantage]}",
                            source=str(each.vantage),
                        )
                        for each in of
                    ]
                ),
            )


def _behind(consulted: ServerSurvey, view: str | None) -> str:
    """Which servers have an older serial than another one (RFC 1982 3.2: serials that are 2^31 apart have no order)."""
    serials = {vantage: serial for vantage, serial in consulted.serials.items() if vantage.view == view}
    newest = latest(list(serials.values()))
    behind = [f"{vantage} has {serial}" for vantage, serial in serials.items() if is_later(newest, serial)]
    if not behind:
        return "no order is defined between " + " and ".join(map(str, sorted(set(serials.values()))))
    return f"{', '.join(behind)}; the latest is {newest}"


def latest(serials: Sequence[int]) -> int:
    """The serial that comes after most of the others (RFC 1982 3.2)."""
    return max(serials, key=lambda each: sum(is_later(each, other) for other in serials))


@rule(
    "LIV103",
    "server-lame-or-silent",
    Severity.ERROR,
    "RFC 1912 2.8",
    needs=VANTAGES,
    safety=None,
    check_keys=("serial", "consistent"),
)
def server_lame_or_silent(case: Case) -> Iterator[FindingDraft]:
    """A server that is asked for the zone doesn't answer, doesn't have the zone, or has no address at all.

    Why: A resolver that picks it waits in vain and asks the next: look-ups are slow, and fail when the others do. When
    none of them answers, it is most often a firewall that lets only resolvers ask.
    Fix: Mend the server, or take it out of the NS records of the zone and of the delegation above it.
    Example: A server that has the zone answers with the flag aa
        $ dig +norecurse @ns2.contoso.com contoso.com SOA
    """
    consulted = case.vantages
    for name in consulted.homeless:
        yield FindingDraft(
            subject=name,
            message=f"{name} is a name server of {consulted.zone}, and has no address",
            evidence=response_evidence([each for each in consulted.located if fold(each.question.name) == name]),
        )
    failing = [(each, found) for each in consulted.statements if (found := _failure(consulted, each)) is not None]
    silent = [each for each, (response, _what) in failing if response.outcome in _SILENT]
    servers = [each for each in consulted.authorities if not _is_out_of_reach(consulted, each)]
    if len(servers) > 1 and all(each in silent for each in servers):
        told = [(each, found[0]) for each, found in failing if each in servers]
        yield FindingDraft(
            subject=consulted.zone or consulted.owner,
            message=f"none of the {len(servers)} servers of {consulted.zone} answers this machine: they are down, or a "
            "firewall lets only resolvers ask them",
            evidence=evidence_from(told),
        )
        failing = [(each, found) for each, found in failing if each not in servers]
    for each, (response, what) in failing:
        role = {VantageKind.AUTHORITATIVE: f"server of {consulted.zone}", VantageKind.RESOLVER: "resolver"}
        yield FindingDraft(
            subject=each.vantage.name,
            message=f"the {role.get(each.vantage.kind, 'server')} {each.vantage} {what}",
            evidence=evidence_from([(each, response)]),
        )


def _failure(consulted: ServerSurvey, statement: ServerAnswers) -> tuple[Response, str] | None:
    """The response that shows what is the matter with a vantage, and that in words; None when nothing is."""
    if _is_out_of_reach(consulted, statement):
        return None
    asked = statement.response(consulted.owner, consulted.rdtype)
    if asked is None or is_cut_off(asked):
        return None  # LIV109
    is_server = statement.vantage.kind is VantageKind.AUTHORITATIVE
    soa = statement.response(consulted.zone, "SOA") if is_server and consulted.zone is not None else None
    for response in dict.fromkeys((soa, asked)):
        if response is None or (response.aliases and response.outcome is not Outcome.ANSWER):
            continue  # what an alias leads to may be another server's
        if response.outcome in _SILENT:
            return response, f"does not answer: {reason(response)}"
        if not response.outcome.is_conclusive:
            recovered = statement.without_checking(consulted.owner, consulted.rdtype)
            if recovered is not None and recovered.outcome.is_conclusive:
                return None  # LIV115
            return response, _LAME.get(response.reason, f"gives no usable answer: {reason(response)}")
        if response is soa and response.outcome is not Outcome.ANSWER:
            return response, _LAME[response.outcome]
        if is_server and not consulted.counts(statement, response):
            return (
                response,
                "answers without authority (no aa): it is not configured for the zone, or only has it cached",
            )
    return None


def _is_out_of_reach(consulted: ServerSurvey, statement: ServerAnswers) -> bool:
    """This machine has no way to any address of the family: that says nothing of the server."""
    if not statement.vantage.was_found:
        return False
    family = [each for each in consulted.statements if _is_six(each) == _is_six(statement)]
    return all(response.reason == "host-unreachable" for each in family for response in each.responses)


def _is_six(statement: ServerAnswers) -> bool:
    return ":" in statement.vantage.server.address


def is_cut_off(response: Response) -> bool:
    """The answer was truncated over UDP, and TCP brought nothing (RFC 7766 5)."""
    truncated = any(each.transport == "udp" and "tc" in each.flags for each in response.tries)
    refused = any(each.transport == "tcp" and each.outcome.startswith("tcp-") for each in response.tries)
    return truncated and refused and not response.outcome.is_conclusive


@rule(
    "LIV108",
    "views-differ",
    Severity.WARNING,
    "RFC 6950 4, RFC 9499 6",
    needs=VANTAGES,
    safety=None,
    check_keys=("consistent",),
)
def views_differ(case: Case) -> Iterator[FindingDraft]:
    """Inside and outside, the service has different answers.

    Why: Where both are meant to be the same zone, a laptop finds its host in the office and none at home, or one that
    it can't reach. Where the views differ on purpose, this is as it should be.
    Fix: Publish the record in both views, or, where the difference is wanted, ignore this rule.
    Example: A zone that exists twice, inside with
        _vlmcs._tcp.contoso.com.  IN  SRV  0 0 1688 kms01.contoso.com.
    and outside without.
    """
    consulted = case.vantages
    sides = {
        view: heard(
            consulted, [each for each in consulted.statements if each.vantage.view == view], consulted.owner, "SRV"
        )
        for view in (INSIDE, OUTSIDE)
    }
    answers = [{says(response) for _each, response in told} for told in sides.values()]
    if all(answers) and not answers[0] & answers[1]:
        inside, outside = (told[0][1] for told in sides.values())
        yield FindingDraft(
            subject=consulted.owner,
            message=f"{consulted.owner} SRV is {in_words(inside)} inside, and {in_words(outside)} outside",
            evidence=tuple([each for view, told in sides.items() for each in evidence_from(told, of_view(view))]),
        )


@rule(
    "LIV114",
    "resolver-stale",
    Severity.NOTE,
    "RFC 1035 7.4, RFC 8767",
    needs=VANTAGES,
    safety=None,
    causes=("LIV115",),
    check_keys=("consistent",),
)
def resolver_stale(case: Case) -> Iterator[FindingDraft]:
    """A resolver says something else than any server of the zone.

    Why: Its clients see what was before, until it forgets. A difference that outlasts the TTL means that it asks other
    servers than those, or has a copy of the zone of its own.
    Fix: Wait for the TTL, or empty its cache.
    Example: On a Windows DNS server, with unbound, with BIND
        PS> Clear-DnsServerCache
        $ unbound-control flush _vlmcs._tcp.contoso.com
        $ rndc flushname _vlmcs._tcp.contoso.com
    """
    consulted = case.vantages
    asked = [(consulted.owner, "SRV"), *[(name, kind) for name in consulted.targets for kind in ("A", "AAAA")]]
    for name, rdtype in asked:
        if not consulted.is_inside(name):
            continue
        for view in consulted.views:
            servers = [each for each in consulted.authorities if each.vantage.view == view]
            resolvers = [each for each in consulted.resolvers if each.vantage.view == view]
            true = {says(response) for _each, response in heard(consulted, servers, name, rdtype)}
            stale = [
                (each, response)
                for each, response in heard(consulted, resolvers, name, rdtype)
                if true and says(response) not in true
            ]
            for each, response in stale:
                left = "" if response.ttl is None else f", for another {response.ttl} s"
                yield FindingDraft(
                    subject=name,
                    message=f"the resolver {each.vantage} says {in_words(response)} to {name} {rdtype}{left}; no "
                    f"server of {consulted.zone} does",
                    evidence=evidence_from([(each, response), *heard(consulted, servers, name, rdtype)]),
                )
