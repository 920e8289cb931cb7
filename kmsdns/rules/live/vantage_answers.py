"""LIV109-112 and 115: what is odd about the answers that vantages give. Needs: vantages."""

from __future__ import annotations

from kmsdns.model.findings import Evidence, EvidenceKind, Fix, Severity
from kmsdns.model.messages import Outcome
from kmsdns.model.names import fold
from kmsdns.model.vantages import in_words, says
from kmsdns.rules.live.vantages import VANTAGES, evidence_from, heard, is_cut_off, named
from kmsdns.rules.rule import FindingDraft, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kmsdns.model.messages import Response
    from kmsdns.model.vantages import ServerAnswers
    from kmsdns.rules.case import Case


@rule("LIV109", "truncated-without-tcp", Severity.ERROR, "RFC 7766 5", needs=VANTAGES, check_keys=("consistent",))
def truncated_without_tcp(case: Case) -> Iterator[FindingDraft]:
    """The answer doesn't fit a datagram, and the server can't be asked over TCP.

    Why: The whole answer is to be had over TCP only; a client gets none, or a part of it.
    Fix: Let TCP port 53 through, or publish fewer records.
    Example:
        $ dig +tcp @ns1.contoso.com _vlmcs._tcp.contoso.com SRV
        ;; Connection to 192.0.2.53#53 failed: connection refused.
    """
    consulted = case.vantages
    for each in consulted.statements:
        cut = [response for response in each.responses if is_cut_off(response)]
        if cut:
            last = cut[0].tries[-1]
            yield FindingDraft(
                subject=each.vantage.name,
                message=f"{each.vantage} truncates its answer to {cut[0].question} and can't be asked over TCP: "
                f"{last.outcome}",
                evidence=tuple(
                    [
                        Evidence(
                            kind=EvidenceKind.RESPONSE,
                            text=f"{one.question} over {one.transport}: "
                            + ("truncated" if "tc" in one.flags else one.outcome),
                            source=one.server,
                        )
                        for one in cut[0].tries
                    ]
                ),
                fix=Fix(summary="let TCP port 53 through to the server, or publish fewer records at the name"),
            )


@rule(
    "LIV110",
    "ent-nxdomain",
    Severity.WARNING,
    "RFC 8020 2, RFC 4592 2.2.2",
    needs=VANTAGES,
    safety=None,
    check_keys=("consistent",),
)
def ent_nxdomain(case: Case) -> Iterator[FindingDraft]:
    """A name is said not to exist, though there are records below it.

    Why: A resolver that minimises what it asks (RFC 9156) comes to _tcp.contoso.com first; when it hears NXDOMAIN, it
    needn't go on, and the service isn't found. Other resolvers find it: the failure comes and goes with the resolver.
    Fix: Update the server; some, and some load balancers in front of them, don't know empty non-terminals.
    Example:
        $ dig +norecurse @ns1.contoso.com _tcp.contoso.com A
        ;; ->>HEADER<<- opcode: QUERY, status: NXDOMAIN
    """
    consulted = case.vantages
    for of in (consulted.authorities, consulted.resolvers):
        published = [each for each, found in heard(consulted, of, consulted.owner, "SRV") if found.answer]
        told = [
            (name, [(each, found) for each, found in denied if found.outcome is Outcome.NXDOMAIN and not found.aliases])
            for name in consulted.between()
            for denied in (heard(consulted, published, name, "A"),)
        ]
        wrong = [(name, denying) for name, denying in told if denying]
        for name, denying in wrong:
            yield FindingDraft(
                subject=name,
                message=f"{named(denying)} says that {name} does not exist, and has records at {consulted.owner}",
                evidence=evidence_from(denying),
            )
        if wrong:
            return  # resolvers repeat what they are told


@rule(
    "LIV111",
    "answer-from-wildcard",
    Severity.NOTE,
    "RFC 4592 4.5",
    needs=VANTAGES,
    safety=None,
    check_keys=("consistent",),
)
def answer_from_wildcard(case: Case) -> Iterator[FindingDraft]:
    """The answer comes from a wildcard: a name beside it that nobody has published has the same one.

    Why: Clients of every other service find this host as well, and the record of one that is really published hides it.
    Fix: Publish the record at the service's own name, if that is what is meant.
    Example: Not the first, but the second
        *._tcp       IN  SRV  0 0 1688 kms01.contoso.com.
        _vlmcs._tcp  IN  SRV  0 0 1688 kms01.contoso.com.
    """
    consulted = case.vantages
    if consulted.sibling is None:
        return
    told = [
        (each, found)
        for each, found in heard(consulted, consulted.statements, consulted.owner, "SRV")
        if found.answer
        and (beside := each.response(consulted.sibling, "SRV")) is not None
        and beside.answer
        and says(beside) == says(found)
    ]
    if told:
        yield FindingDraft(
            subject=consulted.owner,
            message=f"the answer to {consulted.owner} SRV comes from a wildcard: {consulted.sibling} has the same",
            evidence=evidence_from(told),
        )


@rule(
    "LIV112",
    "additional-mismatch",
    Severity.WARNING,
    'RFC 2782, "Usage rules", RFC 2181 5.4',
    needs=VANTAGES,
    safety=None,
    check_keys=("consistent",),
)
def additional_mismatch(case: Case) -> Iterator[FindingDraft]:
    """The addresses that come with the SRV records are others than those the same server gives when asked for them.

    Why: A client that takes what comes along connects elsewhere than one that asks; old glue is the usual cause.
    Fix: Look for the address in the server's other zones, in its glue records and its cache.
    Example: In the additional section, and when asked for
        kms01.contoso.com.  3600  IN  A  192.0.2.10
        kms01.contoso.com.  3600  IN  A  192.0.2.11
    """
    consulted = case.vantages
    mismatches: dict[str, list[tuple[ServerAnswers, Response, list[str]]]] = {}
    for each, found in heard(consulted, consulted.statements, consulted.owner, "SRV"):
        for target in consulted.targets:
            for rdtype in ("A", "AAAA"):
                along = [
                    str(record.rdata)
                    for record in found.additional
                    if (fold(record.owner), record.rdtype, record.rdclass) == (target, rdtype, "IN")
                ]
                for _same, direct in heard(consulted, (each,), target, rdtype):
                    if set(along) - set(direct.addresses):
                        mismatches.setdefault(target, []).append((each, direct, along))
    for target, told in mismatches.items():
        each, direct, along = told[0]
        yield FindingDraft(
            subject=target,
            message=f"{each.vantage} gives {', '.join(along)} for {target} along with the SRV records, and "
            f"{in_words(direct)} when asked for it",
            evidence=evidence_from([(one, response) for one, response, _along in told]),
        )


@rule(
    "LIV115", "answer-bogus", Severity.ERROR, "RFC 4035 3.2.2, RFC 4035 5.5", needs=VANTAGES, check_keys=("consistent",)
)
def answer_bogus(case: Case) -> Iterator[FindingDraft]:
    """A resolver fails, or answers otherwise, as long as it checks signatures: with checking disabled it has an answer.

    Why: The zone is signed, and the signatures are wrong, expired or don't fit the DS record above. Clients of every
    resolver that validates find nothing, those of the others do.
    Fix: Sign the zone again, or mend the DS record in the zone above.
    Example: The same question without and with checking disabled
        $ dig _vlmcs._tcp.contoso.com SRV
        ;; ->>HEADER<<- opcode: QUERY, status: SERVFAIL
        $ dig +cdflag _vlmcs._tcp.contoso.com SRV
        ;; ->>HEADER<<- opcode: QUERY, status: NOERROR
    """
    consulted = case.vantages
    bogus: dict[str, list[tuple[ServerAnswers, Response, Response]]] = {}
    for each in consulted.resolvers:
        for unchecked in each.unchecked:
            checked = each.response(unchecked.question.name, unchecked.question.rdtype)
            if checked is None or not unchecked.outcome.is_conclusive:
                continue
            if not checked.outcome.is_conclusive or says(checked) != says(unchecked):
                name = fold(unchecked.question.name)
                of = consulted.owner if consulted.is_inside(name) else name  # the same zone has the same signatures
                bogus.setdefault(of, []).append((each, checked, unchecked))
    for name, told in bogus.items():
        each, checked, unchecked = told[0]
        why = next((f" ({one.ede})" for one in checked.tries if one.ede), "")
        yield FindingDraft(
            subject=name,
            message=f"{each.vantage} says {checked.reason}{why} to {checked.question}, and with checking disabled "
            f"{in_words(unchecked)}: the signatures (DNSSEC) are the matter",
            evidence=tuple(
                [
                    found
                    for one, first, second in told
                    for found in (*evidence_from([(one, first)]), *evidence_from([(one, second)], " (CD)"))
                ]
            ),
            fix=Fix(summary="sign the zone again, or mend the DS record in the zone above"),
        )
