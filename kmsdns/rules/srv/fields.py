"""SRV2xx: the fields of service records. Needs: records; where the reader told it, a zone file."""

from __future__ import annotations

from kmsdns.model.findings import Fix, Safety, Severity
from kmsdns.rules.rule import FindingDraft, Needs, rule
from kmsdns.rules.srv.entries import PORT, PRIORITY, WEIGHT, evidence_of, place, replaced
from kmsdns.rules.zone.text import told_by_the_reader

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kmsdns.model.records import Srv
    from kmsdns.rules.case import Case
    from kmsdns.rules.sets import ServiceEntry, ServiceSet

_RECORDS = (Needs.RECORDS,)
_ZONE = (Needs.ZONE,)
_LOW = 10  # a port up to here is none that a service of today has


def _entries(case: Case) -> Iterator[tuple[ServiceSet, ServiceEntry]]:
    for found in case.sets:
        for each in found.entries:
            if not each.srv.is_no_service:
                yield found, each


@rule("SRV201", "field-count", Severity.ERROR, "RFC 2782", needs=_ZONE)
def field_count(case: Case) -> Iterator[FindingDraft]:
    """A record has too few fields, or too many.

    Why: Name servers refuse the zone, or leave the record out.
    Fix: Write priority, weight, port and target, in this order.
    Example:
        _vlmcs._tcp  IN  SRV  0 0 1688 kms01.contoso.com.
    """
    yield from told_by_the_reader(case, "SRV201", Fix(summary="write priority, weight, port and target"))


@rule("SRV202", "field-out-of-range", Severity.ERROR, "RFC 2782", needs=_ZONE)
def field_out_of_range(case: Case) -> Iterator[FindingDraft]:
    """Priority, weight or port is a number outside of 0 to 65535.

    Why: Each has 16 bits. Name servers refuse the zone, and some take what remains of a greater number.
    Fix: Write a number that fits.
    Example: Not 0 65536 1688, but
        _vlmcs._tcp  IN  SRV  0 65535 1688 kms01.contoso.com.
    """
    yield from told_by_the_reader(case, "SRV202", Fix(summary="write a number from 0 to 65535"))


@rule("SRV203", "port-zero", Severity.ERROR, "RFC 6335 6", needs=_RECORDS)
def port_zero(case: Case) -> Iterator[FindingDraft]:
    """The port is 0, which is reserved: nobody can connect to it.

    Why: It is often a sign of fields in the wrong order.
    Fix: Write the service's port.
    Example: Priority, weight, port, target
        _vlmcs._tcp  IN  SRV  0 0 1688 kms01.contoso.com.
    """
    for found, each in _entries(case):
        if each.srv.port == 0 and in_order(found, each.srv) is None:
            yield FindingDraft(
                subject=found.owner,
                message=f"the port of the target {each.srv.target} is 0: nobody can connect to it",
                location=place(found, each, PORT),
                evidence=evidence_of(found, (each,)),
                fix=Fix(summary="write the service's port as the third field"),
            )


@rule("SRV204", "fields-maybe-in-wrong-order", Severity.WARNING, "RFC 2782", needs=_RECORDS, safety=Safety.UNSAFE)
def fields_maybe_in_wrong_order(case: Case) -> Iterator[FindingDraft]:
    """The priority or the weight is the service's port, and the port is no port of today: fields changed places.

    Why: Clients connect to the wrong port.
    Fix: Write priority, weight, port, target.
    Example: Not 1688 0 0, but
        _vlmcs._tcp  IN  SRV  0 0 1688 kms01.contoso.com.
    """
    for found, each in _entries(case):
        meant = in_order(found, each.srv)
        if meant is not None:
            field, word = ("priority", PRIORITY) if each.srv.priority == meant.port else ("weight", WEIGHT)
            yield FindingDraft(
                subject=found.owner,
                message=f"the {field} is {meant.port}, the usual port of {found.service}, and the port is "
                f"{each.srv.port}: the fields are priority, weight, port, target",
                location=place(found, each, word),
                evidence=evidence_of(found, (each,)),
                fix=Fix(
                    summary=f"write {meant}",
                    safety=Safety.UNSAFE,
                    changes=replaced(found, each, meant),
                ),
            )


def in_order(found: ServiceSet, srv: Srv) -> Srv | None:
    """The record that was meant when its fields seem to have changed places; None when they are in order."""
    if srv.port > _LOW:
        return None
    port = assigned(found)
    if port is None or port <= _LOW:
        return None
    if srv.priority == port:
        return srv.replace(priority=srv.port, port=port)
    return srv.replace(weight=srv.port, port=port) if srv.weight == port else None


def assigned(found: ServiceSet) -> int | None:
    """The port that the service usually has; None when it isn't known."""
    from kmsdns.rules.data import SERVICES

    name = (found.service or "_")[1:]
    if name in SERVICES:
        return SERVICES[name][1]
    from kmsdns.services.registry import port_of  # all of IANA's, which few zones need

    return port_of(name)


@rule("SRV205", "port-differs-from-assigned", Severity.NOTE, "RFC 6335", needs=_RECORDS, default=False)
def port_differs_from_assigned(case: Case) -> Iterator[FindingDraft]:
    """The port is another one than the service usually has.

    Why: That is what SRV records are for; it may also be a slip.
    Fix: Compare with the host.
    Example: LDAP usually has port 389
        _ldap._tcp  IN  SRV  0 100 389 dc01.contoso.com.
    """
    for found, each in _entries(case):
        port = assigned(found)
        if port is not None and each.srv.port not in (0, port) and in_order(found, each.srv) is None:
            yield FindingDraft(
                subject=f"{each.target.name}:{each.srv.port}",
                message=f"{found.service} has port {each.srv.port} on {each.target.name}, where {port} is usual",
                location=place(found, each, PORT),
                evidence=evidence_of(found, (each,)),
                fix=Fix(summary=f"write {port}, unless the host listens on {each.srv.port}"),
            )


@rule("SRV206", "no-service-with-nonzero-fields", Severity.NOTE, "RFC 6186 3.4", needs=_RECORDS, safety=Safety.SAFE)
def no_service_with_nonzero_fields(case: Case) -> Iterator[FindingDraft]:
    """A record says that there is no service, and has a priority, a weight or a port.

    Why: Nobody reads them; but people wonder whether the target was lost.
    Fix: Write zeros.
    Example:
        _imap._tcp  IN  SRV  0 0 0 .
    """
    for found in case.sets:
        for each in found.entries:
            srv = each.srv
            if not srv.is_no_service or len(found.entries) > 1 or not (srv.priority or srv.weight or srv.port):
                continue
            word = PRIORITY if srv.priority else WEIGHT if srv.weight else PORT
            yield FindingDraft(
                subject=found.owner,
                message=f'{found.owner} has the target ".", and fields that are not 0',
                location=place(found, each, word),
                evidence=evidence_of(found, (each,)),
                fix=Fix(
                    summary="write 0 0 0 .",
                    safety=Safety.SAFE,
                    changes=replaced(found, each, srv.replace(priority=0, weight=0, port=0)),
                ),
            )
