"""SVC: what a service needs beyond well-formed records: KMS, Active Directory, mail. Needs: records or a client."""

from __future__ import annotations

from kmsdns.core.findings import Fix, Safety, Severity
from kmsdns.kms.client import PORT
from kmsdns.rules.evidence import record_evidence, servers
from kmsdns.rules.rule import Needs, Told, rule
from kmsdns.rules.srv_targets import entry_evidence

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kmsdns.rules.case import Case

_KMS = ("_vlmcs", "_tcp")
_WRONG_PLACES = {
    "msdcs": "below _msdcs",
    "msdcs-dc": "below dc._msdcs",
    "doubled": "at a name that repeats the domain",
    "udp": "under _udp",
    "misspelt": "at a misspelt name",
}


@rule("SVC101", "kms-port", Severity.WARNING, "docs/kms.md 1.6", needs=(Needs.RECORDS,), safety=Safety.UNSAFE)
def kms_port(case: Case) -> Iterator[Told]:
    """The record of a KMS host names another port than 1688.

    Why: It is right only when the host was told to listen there (slmgr /sprt); else it is a slip.
    Fix: Write 1688, or leave it when the host listens there.
    Example:
        _vlmcs._tcp  IN  SRV  0 0 1688 kms01.contoso.com.
    """
    for found in case.sets:
        if (found.service, found.proto) != _KMS:
            continue
        for each in found.entries:
            if each.srv.port not in (0, PORT) and not each.srv.is_no_service:
                yield Told(
                    subject=f"{each.target.name}:{each.srv.port}",
                    message=f"{each.target.name} is published with port {each.srv.port}, not {PORT}: right only if it "
                    "listens there",
                    evidence=entry_evidence(found, (each,)),
                    fix=Fix(summary=f"compare with the host (slmgr /dlv); write {PORT} unless it listens there"),
                )


@rule("SVC102", "kms-wrong-place", Severity.WARNING, "docs/kms.md 6.5 (17, 35), 9", needs=(Needs.LIVE,))
def kms_wrong_place(case: Case) -> Iterator[Told]:
    """The record of a KMS host stands where no client looks: below _msdcs, at a doubled or misspelt name, under _udp.

    Why: Clients ask for _vlmcs._tcp and their suffix, and nothing else.
    Fix: Make the record at that name, and remove the other.
    Example:
        _vlmcs._tcp.contoso.com. IN SRV 0 0 1688 kms01.contoso.com.
    """
    if case.client is None:
        return
    for place in case.client.elsewhere:
        if place.place in _WRONG_PLACES and place.response.srvs:
            yield Told(
                subject=place.response.question.name,
                message=f"a KMS record stands at {place.response.question.name}, {_WRONG_PLACES[place.place]}: "
                f"no client looks there (from {servers(place.response)})",
                evidence=record_evidence(place.response),
                fix=Fix(summary="make the record at _vlmcs._tcp and the client's suffix, and remove this one"),
            )
