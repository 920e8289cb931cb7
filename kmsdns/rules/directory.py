"""SVC2xx: the service records of an Active Directory domain, which are a set. Needs: zone."""

from __future__ import annotations

from kmsdns.core.findings import Fix, Related, Severity
from kmsdns.rules.entries import OWNER, TARGET, place
from kmsdns.rules.rule import Needs, Told, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kmsdns.rules.case import Case
    from kmsdns.rules.sets import ServiceSet

_ZONE = (Needs.ZONE,)
OF_A_DOMAIN = (
    "_ldap._tcp.",
    "_kerberos._tcp.",
    "_kpasswd._tcp.",
    "_ldap._tcp.dc._msdcs.",
    "_kerberos._tcp.dc._msdcs.",
    "_ldap._tcp.pdc._msdcs.",
)
"""What a domain controller registers in each domain. _gc and gc._msdcs are in the forest's root only."""
PAIRS = (("_gc._tcp.", "_ldap._tcp.gc._msdcs."),)
SIBLINGS = (
    ("_ldap._tcp.", "_kerberos._tcp."),
    ("_ldap._tcp.dc._msdcs.", "_kerberos._tcp.dc._msdcs."),
    ("_ldap._tcp.", "_ldap._tcp.dc._msdcs."),
    ("_gc._tcp.", "_ldap._tcp.gc._msdcs."),
)
"""Sets that the same domain controllers are in."""
FRONTS = tuple(sorted({*OF_A_DOMAIN, *[front for pair in PAIRS for front in pair]}, key=len, reverse=True))
"""All of these names, the longest first."""


def _domains(case: Case) -> dict[str, dict[str, ServiceSet]]:
    """Domain -> what there is of the names above. Only of Active Directory: something stands below _msdcs."""
    found: dict[str, dict[str, ServiceSet]] = {}
    for each in case.sets:
        front = next((front for front in FRONTS if each.owner.startswith(front)), None)
        if each.zone is not None and front is not None:
            found.setdefault(each.owner[len(front) :] or ".", {})[front] = each
    return {domain: sets for domain, sets in found.items() if any("_msdcs" in front for front in sets)}


@rule("SVC201", "ad-set-incomplete", Severity.WARNING, "docs/kms.md 7", needs=_ZONE)
def ad_set_incomplete(case: Case) -> Iterator[Told]:
    """A domain of Active Directory has some of its service records, and lacks others.

    Why: Clients that look for a domain controller by the missing name find none. Activation through the directory
    needs one, and comes before KMS. Only names are judged whose zone was given: _msdcs is often a zone of its own.
    Fix: Let a domain controller register its records again.
    Example: Of each domain
        _ldap._tcp           IN  SRV  0 100 389 dc01.contoso.com.
        _kerberos._tcp       IN  SRV  0 100 88 dc01.contoso.com.
        _kpasswd._tcp        IN  SRV  0 100 464 dc01.contoso.com.
        _ldap._tcp.dc._msdcs IN  SRV  0 100 389 dc01.contoso.com.
    """
    for domain, sets in _domains(case).items():
        wanted = [*OF_A_DOMAIN, *[front for pair in PAIRS if any(each in sets for each in pair) for front in pair]]
        missing = [
            front + (domain if domain != "." else "")
            for front in wanted
            if front not in sets and _is_told(case, front + domain)
        ]
        if missing:
            first = next(iter(sets.values()))
            yield Told(
                subject=domain,
                message=f"{domain} is a domain of Active Directory, and lacks {', '.join(missing)}",
                location=place(first, first.entries[0], OWNER),
                fix=Fix(summary="on a domain controller: nltest /dsregdns, or restart the Netlogon service"),
            )


def _is_told(case: Case, owner: str) -> bool:
    """Whether the zones given say what is at a name."""
    view = None if case.zones is None else case.zones.holding(owner)
    return view is not None and view.cut(owner) is None


@rule("SVC202", "ad-set-targets-differ", Severity.NOTE, "docs/kms.md 7", needs=_ZONE)
def ad_set_targets_differ(case: Case) -> Iterator[Told]:
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
                    yield Told(
                        subject=name,
                        message=f"{name} is in {here.owner}, and not in {there.owner}",
                        location=place(here, each, TARGET),
                        related=() if at is None else (Related(location=at, message="the other set"),),
                        fix=Fix(summary=f"on {name}: nltest /dsregdns; if it is gone, remove its records"),
                    )


RULES = (ad_set_incomplete, ad_set_targets_differ)
