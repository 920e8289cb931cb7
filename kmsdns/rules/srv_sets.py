"""SRV2xx and SRV4xx: the fields of service records, and what the records of one set do together. Needs: records."""

from __future__ import annotations

from kmsdns.core.findings import Change, Fix, Safety, Severity
from kmsdns.rules.rule import Needs, Told, rule
from kmsdns.rules.srv_targets import entry_evidence

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kmsdns.rules.case import Case

_RECORDS = (Needs.RECORDS,)


@rule("SRV203", "port-zero", Severity.ERROR, "RFC 6335 6", needs=_RECORDS)
def port_zero(case: Case) -> Iterator[Told]:
    """The port is 0, which is reserved: nobody can connect to it.

    Why: It is often a sign of fields in the wrong order.
    Fix: Write the service's port.
    Example: Priority, weight, port, target
        _vlmcs._tcp  IN  SRV  0 0 1688 kms01.contoso.com.
    """
    for found in case.sets:
        for each in found.entries:
            if each.srv.port == 0 and not each.srv.is_no_service:
                yield Told(
                    subject=found.owner,
                    message=f"the port of the target {each.srv.target} is 0: nobody can connect to it",
                    evidence=entry_evidence(found, (each,)),
                    fix=Fix(summary="write the service's port as the third field"),
                )


@rule("SRV401", "no-service-beside-targets", Severity.ERROR, 'RFC 2782, "Target"', needs=_RECORDS, safety=Safety.UNSAFE)
def no_service_beside_targets(case: Case) -> Iterator[Told]:
    """A target "." stands beside others: the set says that there is no service, and where it is.

    Why: Only alone it means "decidedly not available"; beside others each client does something else with it.
    Fix: Remove the one that isn't meant.
    Example: Alone, for a service that isn't offered
        _vlmcs._tcp  IN  SRV  0 0 0 .
    """
    for found in case.sets:
        none = tuple([each for each in found.entries if each.srv.is_no_service])
        if none and len(none) < len(found.entries):
            yield Told(
                subject=found.owner,
                message=f'{found.owner} has a target "." beside others: no service, and where it is',
                evidence=entry_evidence(found, none),
                fix=Fix(
                    summary='remove the record with the target "."',
                    safety=Safety.UNSAFE,
                    changes=tuple(
                        [
                            Change(op="delete", name=found.owner, ttl=found.ttl, rdtype="SRV", rdata=str(each.srv))
                            for each in none
                        ]
                    ),
                ),
            )


@rule("SRV402", "same-endpoint-twice", Severity.WARNING, "RFC 2782", needs=_RECORDS)
def same_endpoint_twice(case: Case) -> Iterator[Told]:
    """The same target and port stand twice, with another priority or weight.

    Why: The host is drawn more often than it seems, and a client that found it dead tries it again.
    Fix: Keep one of the records.
    Example: One record for one endpoint
        _vlmcs._tcp  IN  SRV  0 50 1688 kms01.contoso.com.
    """
    for found in case.sets:
        by_endpoint: dict[tuple[str, int], list[object]] = {}
        for each in found.entries:
            by_endpoint.setdefault((each.target.name, each.srv.port), []).append(each)
        for (target, port), entries in by_endpoint.items():
            if len(entries) > 1:
                same = tuple([each for each in found.entries if (each.target.name, each.srv.port) == (target, port)])
                yield Told(
                    subject=f"{target}:{port}",
                    message=f"{target}:{port} stands {len(entries)} times in {found.owner}",
                    evidence=entry_evidence(found, same),
                    fix=Fix(summary="keep one record for this endpoint"),
                )


@rule("SRV403", "zero-weight-beside-weighted", Severity.NOTE, 'RFC 2782, "Weight"', needs=_RECORDS)
def zero_weight_beside_weighted(case: Case) -> Iterator[Told]:
    """Some records of one priority have weight 0, others have more.

    Why: In the presence of greater weights, a weight of 0 is drawn very seldom, and by some clients never.
    Fix: Give every host that is to be used a weight; use a higher priority value for a spare one.
    Example: A spare host
        _vlmcs._tcp  IN  SRV  10 0 1688 kms02.contoso.com.
    """
    for found in case.sets:
        for priority in dict.fromkeys(each.srv.priority for each in found.entries):
            same = [each for each in found.entries if each.srv.priority == priority and not each.srv.is_no_service]
            zero = tuple([each for each in same if each.srv.weight == 0])
            if zero and len(zero) < len(same):
                which = ", ".join(each.target.name for each in zero)
                yield Told(
                    subject=found.owner,
                    message=f"{which} with weight 0 is hardly ever drawn beside the others of priority {priority}",
                    evidence=entry_evidence(found, zero),
                    fix=Fix(summary="give it a weight, or a higher priority value if it is a spare one"),
                )
