"""SRV4xx: what the service records of one name do together. Needs: records, of a zone file or of live answers."""

from __future__ import annotations

from kmsdns.model.findings import Fix, Related, Safety, Severity
from kmsdns.model.names import is_at_or_below, to_wire
from kmsdns.model.records import Srv
from kmsdns.rules.rule import FindingDraft, Needs, rule
from kmsdns.rules.srv.entries import (
    OWNER,
    PORT,
    TARGET,
    WEIGHT,
    evidence_of,
    expected,
    owner_place,
    place,
    removed,
    replaced,
)
from kmsdns.rules.srv.fields import assigned, in_order

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kmsdns.rules.case import Case
    from kmsdns.rules.sets import ServiceEntry, ServiceSet

_RECORDS = (Needs.RECORDS,)
_ZONE = (Needs.ZONE,)
_PLAIN_DNS = 512  # octets of a message over UDP without EDNS (RFC 1035 4.2.1)
_EDNS = 1232  # octets that pass nearly every network in one piece


@rule("SRV401", "no-service-beside-targets", Severity.ERROR, 'RFC 2782, "Target"', needs=_RECORDS, safety=Safety.UNSAFE)
def no_service_beside_targets(case: Case) -> Iterator[FindingDraft]:
    """A target "." stands beside others: the set says that there is no service, and where it is.

    Why: Only alone it means "decidedly not available"; beside others each client does something else with it.
    Fix: Remove the one that isn't meant.
    Example: Alone, for a service that isn't offered
        _vlmcs._tcp  IN  SRV  0 0 0 .
    """
    for found in case.sets:
        none = tuple([each for each in found.entries if each.srv.is_no_service])
        others = [each for each in found.entries if not each.srv.is_no_service]
        if none and others:
            other = place(found, others[0], TARGET)
            yield FindingDraft(
                subject=found.owner,
                message=f'{found.owner} has a target "." beside others: no service, and where it is',
                location=place(found, none[0], TARGET),
                related=() if other is None else (Related(location=other, message="a host here"),),
                evidence=evidence_of(found, none),
                fix=Fix(
                    summary='remove the record with the target "."',
                    safety=Safety.UNSAFE,
                    changes=removed(found, none),
                ),
            )


@rule("SRV402", "same-endpoint-twice", Severity.WARNING, "RFC 2782", needs=_RECORDS)
def same_endpoint_twice(case: Case) -> Iterator[FindingDraft]:
    """The same target and port stand twice, with another priority or weight.

    Why: The host is drawn more often than it seems, and a client that found it dead tries it again.
    Fix: Keep one of the records.
    Example: One record for one endpoint
        _vlmcs._tcp  IN  SRV  0 50 1688 kms01.contoso.com.
    """
    for found in case.sets:
        by_endpoint: dict[tuple[str, int], list[ServiceEntry]] = {}
        for each in found.entries:
            if not each.srv.is_no_service:
                by_endpoint.setdefault((each.target.name, each.srv.port), []).append(each)
        for (target, port), entries in by_endpoint.items():
            different: dict[tuple[int, int], ServiceEntry] = {}
            for each in entries:
                different.setdefault((each.srv.priority, each.srv.weight), each)
            first, *later = different.values()
            at = place(found, first, TARGET) if later else None
            for each in later if found.zone is not None else later[:1]:  # equal ones are a duplicate-record
                yield FindingDraft(
                    subject=f"{target}:{port}",
                    message=f"{target}:{port} stands {len(different)} times in {found.owner}",
                    location=place(found, each, TARGET),
                    related=() if at is None else (Related(location=at, message="first here"),),
                    evidence=evidence_of(found, entries),
                    fix=Fix(summary="keep one record for this endpoint"),
                )


def _by_priority(found: ServiceSet) -> dict[int, list[ServiceEntry]]:
    listed: dict[int, list[ServiceEntry]] = {}
    for each in found.entries:
        if not each.srv.is_no_service:
            listed.setdefault(each.srv.priority, []).append(each)
    return listed


@rule("SRV403", "zero-weight-beside-weighted", Severity.NOTE, 'RFC 2782, "Weight"', needs=_RECORDS)
def zero_weight_beside_weighted(case: Case) -> Iterator[FindingDraft]:
    """Some records of one priority have weight 0, others have more.

    Why: In the presence of greater weights, a weight of 0 is drawn very seldom, and by some clients never.
    Fix: Give every host that is to be used a weight; use a higher priority value for a spare one.
    Example: A spare host
        _vlmcs._tcp  IN  SRV  10 0 1688 kms02.contoso.com.
    """
    for found in case.sets:
        for priority, same in _by_priority(found).items():
            zero = tuple([each for each in same if each.srv.weight == 0])
            if not zero or len(zero) == len(same):
                continue
            for told in [(each,) for each in zero] if found.zone is not None else [zero]:
                which = ", ".join(each.target.name for each in told)
                yield FindingDraft(
                    subject=found.owner,
                    message=f"{which} with weight 0 is hardly ever drawn beside the others of priority {priority}",
                    location=place(found, told[0], WEIGHT),
                    evidence=evidence_of(found, told),
                    fix=Fix(summary="give it a weight, or a higher priority value if it is a spare one"),
                )


@rule("SRV404", "weight-without-choice", Severity.NOTE, 'RFC 2782, "Weight"', needs=_RECORDS, safety=Safety.SAFE)
def weight_without_choice(case: Case) -> Iterator[FindingDraft]:
    """A record has a weight though it is the only one of its priority.

    Why: There is nothing to choose; the standard asks for 0 there, to make the record easier to read.
    Fix: Write 0.
    Example:
        _vlmcs._tcp  IN  SRV  10 0 1688 kms02.contoso.com.
    """
    registered = case.located  # by controllers, each with the weight 100 (docs/kms.md 7): nobody writes that
    for found in case.sets:
        if found.zone is None and found.owner in registered:
            continue
        for priority, same in _by_priority(found).items():
            if len(same) == 1 and same[0].srv.weight and in_order(found, same[0].srv) is None:
                (each,) = same
                yield FindingDraft(
                    subject=found.owner,
                    message=f"{each.target.name} has the weight {each.srv.weight}, and is the only one of priority "
                    f"{priority}",
                    location=place(found, each, WEIGHT),
                    evidence=evidence_of(found, same),
                    fix=Fix(
                        summary="write the weight 0",
                        safety=Safety.SAFE,
                        changes=replaced(found, each, each.srv.replace(weight=0)),
                    ),
                )


@rule("SRV405", "answer-too-large", Severity.WARNING, "RFC 2782", needs=_RECORDS)
def answer_too_large(case: Case) -> Iterator[FindingDraft]:
    """The set is so large that its answer needs more than one plain datagram.

    Why: A client that asks over UDP gets a truncated answer and asks again over TCP, if it and all between let it.
    Counted are 512 octets for the answer alone, and 1232 with the addresses of the targets: what passes without EDNS,
    and what passes nearly every network in one piece.
    Fix: Publish fewer hosts, or shorter names.
    Example: A few hosts are enough
        _vlmcs._tcp  IN  SRV  0 50 1688 kms01.contoso.com.
        _vlmcs._tcp  IN  SRV  0 50 1688 kms02.contoso.com.
    """
    for found in case.sets:
        answer, whole = _octets(found)
        if answer > _PLAIN_DNS:
            size = f"{answer} octets, more than the {_PLAIN_DNS} of a plain datagram"
        elif whole > _EDNS:
            size = f"{whole} octets with the addresses, more than the {_EDNS} that pass in one piece"
        else:
            continue
        yield FindingDraft(
            subject=found.owner,
            message=f"the answer for {found.owner} has about {size}",
            location=place(found, found.entries[0], OWNER),
            fix=Fix(summary="publish fewer hosts, or hosts with shorter names"),
        )


def _octets(found: ServiceSet) -> tuple[int, int]:
    """The size of the answer, and with the addresses of its targets. Owners are compressed, targets are not."""
    answer = 12 + len(to_wire(found.owner)) + 4 + sum(12 + 6 + len(to_wire(each.srv.target)) for each in found.entries)
    hosts = {each.target.name: each.target.addresses or () for each in found.entries}
    more = sum(12 + (16 if ":" in address else 4) for addresses in hosts.values() for address in addresses)
    return answer, answer + more + 11


@rule("SRV406", "denied-by-wildcard", Severity.WARNING, "RFC 4592, RFC 2782", needs=_ZONE)
def denied_by_wildcard(case: Case) -> Iterator[FindingDraft]:
    """A wildcard with the target "." answers for a service that clients of this suffix look for.

    Why: It says that the service is decidedly not available, and clients give up.
    Fix: Write the service's own record beside the wildcard.
    Example:
        *._tcp       IN  SRV  0 0 0 .
        _vlmcs._tcp  IN  SRV  0 0 1688 kms01.contoso.com.
    """
    for owner, view, records in expected(case):
        wildcard = next((each for each in records if isinstance(each.rdata, Srv) and each.rdata.is_no_service), None)
        if wildcard is None or view.at(owner):
            continue
        sources = [each for each in view.of_type("SRV") if each.owner.startswith("*.") and each.rdata == wildcard.rdata]
        source = next((each for each in sources if is_at_or_below(owner, each.owner[2:])), None)
        yield FindingDraft(
            subject=owner,
            message=f"a wildcard says that there is no service at {owner}, where clients look for a KMS host",
            location=None if source is None else owner_place(view, source),
            fix=Fix(summary=f"write the record of {owner} beside the wildcard"),
        )


@rule("SRV407", "ports-differ-in-set", Severity.NOTE, "RFC 2782", needs=_RECORDS, default=False)
def ports_differ_in_set(case: Case) -> Iterator[FindingDraft]:
    """The records of one set have several ports, and only one is the usual one.

    Why: It may be meant, and it may be a slip.
    Fix: Compare with the hosts.
    Example: The same port for both
        _vlmcs._tcp  IN  SRV  0 50 1688 kms01.contoso.com.
        _vlmcs._tcp  IN  SRV  0 50 1688 kms02.contoso.com.
    """
    for found in case.sets:
        port = assigned(found)
        used = [each for each in found.entries if not each.srv.is_no_service]
        odd = [each for each in used if each.srv.port != port]
        if port is None or not odd or len(odd) == len(used):
            continue
        for each in odd:
            yield FindingDraft(
                subject=f"{each.target.name}:{each.srv.port}",
                message=f"{each.target.name} has the port {each.srv.port}, others of {found.owner} have {port}",
                location=place(found, each, PORT),
                evidence=evidence_of(found, (each,)),
                fix=Fix(summary=f"write {port}, unless the host listens on {each.srv.port}"),
            )
