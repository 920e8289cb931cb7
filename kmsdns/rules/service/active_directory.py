"""SVC2xx: the service records of an Active Directory domain, which are a set. Needs: records."""

from __future__ import annotations

from kmsdns.model.findings import Fix, Related, Severity
from kmsdns.rules.evidence import response_evidence
from kmsdns.rules.rule import FindingDraft, Needs, rule
from kmsdns.rules.srv.entries import OWNER, TARGET, evidence_of, place
from kmsdns.services.active_directory import OF_A_DOMAIN, OF_A_FOREST, is_missing, is_untold

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kmsdns.model.findings import Evidence
    from kmsdns.rules.case import Case
    from kmsdns.rules.sets import ServiceSet

_RECORDS = (Needs.RECORDS,)
SIBLINGS = (
    ("_ldap._tcp.", "_kerberos._tcp."),
    ("_ldap._tcp.dc._msdcs.", "_kerberos._tcp.dc._msdcs."),
    ("_ldap._tcp.", "_ldap._tcp.dc._msdcs."),
    ("_gc._tcp.", "_ldap._tcp.gc._msdcs."),
)
"""Sets that the same domain controllers are in."""
FRONTS = tuple(sorted((*OF_A_DOMAIN, *OF_A_FOREST), key=len, reverse=True))
"""All names that controllers register in front of a domain's, the longest first."""

_REGISTER = Fix(summary="on a domain controller: nltest /dsregdns, or restart the Netlogon service")


def _domains(case: Case) -> dict[str, dict[str, ServiceSet]]:
    """Domain -> what there is of the names that controllers register.

    Only of Active Directory: something stands below _msdcs, or somebody said that the domain is one.
    """
    found: dict[str, dict[str, ServiceSet]] = {}
    for each in case.sets:
        front = next((front for front in FRONTS if each.owner.startswith(front)), None)
        if front is not None:
            found.setdefault(each.owner[len(front) :] or ".", {})[front] = each
    said = _domain(case)
    return {
        domain: sets for domain, sets in found.items() if domain == said or any("_msdcs" in front for front in sets)
    }


def _domain(case: Case) -> str | None:
    """The domain of Active Directory that the DNS was asked about."""
    return next((each.service.domain for each in case.located.values()), None)


@rule("SVC201", "ad-set-incomplete", Severity.WARNING, "docs/kms.md 7", needs=_RECORDS, per_service=False)
def ad_set_incomplete(case: Case) -> Iterator[FindingDraft]:
    """A domain of Active Directory has some of its service records, and lacks others.

    Why: Clients that look for a domain controller by the missing name find none. Of zone files only names are judged
    whose zone was given: _msdcs is often a zone of its own. Live answers are judged with kmsdns diagnose --profile ad.
    Fix: Let a domain controller register its records again.
    KMS: Activation through the directory needs a controller, and comes before KMS.
    Example: Of each domain
        _ldap._tcp           IN  SRV  0 100 389 dc01.contoso.com.
        _kerberos._tcp       IN  SRV  0 100 88 dc01.contoso.com.
        _kpasswd._tcp        IN  SRV  0 100 464 dc01.contoso.com.
        _ldap._tcp.dc._msdcs IN  SRV  0 100 389 dc01.contoso.com.
    """
    found = _domains(case)
    for domain, sets in found.items():
        wanted = [*OF_A_DOMAIN, *(OF_A_FOREST if any(each in sets for each in OF_A_FOREST) else ())]
        missing = [
            front + (domain if domain != "." else "")
            for front in wanted
            if front not in sets and _is_told(case, front + domain)
        ]
        if missing:
            first = next(iter(sets.values()))
            yield FindingDraft(
                subject=domain,
                message=f"{domain} is a domain of Active Directory, and lacks {', '.join(missing)}",
                location=place(first, first.entries[0], OWNER),
                evidence=_said(case, missing),
                fix=_REGISTER,
            )
    said = _domain(case)
    if said is not None and said not in found and not any(is_untold(each) for each in case.located.values()):
        yield FindingDraft(
            subject=said,
            message=f"{said} has none of the records that the controllers of an Active Directory domain register",
            evidence=_said(case, [front + said for front in OF_A_DOMAIN]),
            fix=Fix(
                summary="ask a server that holds the domain; if this is one, on a domain controller: nltest /dsregdns, "
                "or restart the Netlogon service"
            ),
        )


def _is_told(case: Case, owner: str) -> bool:
    """Whether the zones given say what is at a name, or the DNS did."""
    view = None if case.zones is None else case.zones.holding(owner)
    if view is not None and view.cut(owner) is None:
        return True
    return owner in case.located and is_missing(case.located[owner])


def _said(case: Case, owners: Sequence[str]) -> tuple[Evidence, ...]:
    """What the DNS said of names."""
    asked = [case.located[owner] for owner in owners if owner in case.located]
    return response_evidence([response for each in asked for response in each.srv])


@rule("SVC202", "ad-set-targets-differ", Severity.NOTE, "docs/kms.md 7", needs=_RECORDS, per_service=False)
def ad_set_targets_differ(case: Case) -> Iterator[FindingDraft]:
    """A domain controller is in one set of a domain's service records, and not in its sibling.

    Why: Clients that look in the other set never find it: it may be gone, or have failed to register.
    Fix: Let it register its records again, or remove what is left of it.
    Example: The same hosts in both
        _ldap._tcp.dc._msdcs      IN  SRV  0 100 389 dc01.contoso.com.
        _kerberos._tcp.dc._msdcs  IN  SRV  0 100 88 dc01.contoso.com.
    """
    for sets in _domains(case).values():
        told = set()
        for one, other in SIBLINGS:
            if one not in sets or other not in sets:
                continue
            for here, there in ((sets[one], sets[other]), (sets[other], sets[one])):
                names = {each.target.name for each in there.entries}
                for each in here.entries:
                    name = each.target.name
                    if each.srv.is_no_service or name in names or name in told:
                        continue
                    told.add(name)  # once for each host: what it lacks further has the same cause
                    at = place(there, there.entries[0], OWNER)
                    yield FindingDraft(
                        subject=name,
                        message=f"{name} is in {here.owner}, and not in {there.owner}",
                        location=place(here, each, TARGET),
                        evidence=evidence_of(here, (each,)),
                        related=() if at is None else (Related(location=at, message="the other set"),),
                        fix=Fix(summary=f"on {name}: nltest /dsregdns; if it is gone, remove its records"),
                    )
