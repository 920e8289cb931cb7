"""SRV106-110: the names of services in a zone: their syntax, their spelling and their protocol. Needs: zone."""

from __future__ import annotations

from kmsdns.model.findings import Fix, Safety, Severity
from kmsdns.rules.rule import FindingDraft, Needs, rule
from kmsdns.rules.sets import is_protocol
from kmsdns.rules.srv.owners import regular, renaming, told_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kmsdns.rules.case import Case

_ZONE = (Needs.ZONE,)
_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-")
_LONGEST = 15  # of a service name, without its underscore (RFC 6335 5.1)


@rule("SRV106", "service-name-syntax", Severity.ERROR, "RFC 6335 5.1", needs=_ZONE)
def service_name_syntax(case: Case) -> Iterator[FindingDraft]:
    """The service name is none that could be registered.

    Why: Programs that check names refuse to ask for it.
    Fix: Write another name: behind its underscore 1 to 15 letters, digits and hyphens, at least one letter, no hyphen
    at either end and no two in a row. Names in wide use are let pass though they are longer.
    Example: Not _kms_server, but
        _vlmcs._tcp  IN  SRV  0 0 1688 kms01.contoso.com.
    """
    from kmsdns.rules.data import SERVICES

    for found, service, _proto in regular(case):
        wrong = None if service[1:] in SERVICES else _wrong_with(service[1:])
        if wrong is not None:
            message = f"the service name {service} of {found.owner} {wrong}"
            yield told_of(found, message, Fix(summary="write the service's registered name"))


def _wrong_with(name: str) -> str | None:
    if not name:
        return "is an underscore and nothing else"
    if not _LETTERS.issuperset(name):
        return "holds something else than letters, digits and hyphens"
    if not any(letter.isalpha() for letter in name):
        return "has no letter"
    if name[0] == "-" or name[-1] == "-" or "--" in name:
        return "has a hyphen at one end, or two in a row"
    if len(name) > _LONGEST:
        return f"has {len(name)} characters behind its underscore, {_LONGEST} is the most"
    return None


@rule("SRV107", "service-name-unregistered", Severity.NOTE, "RFC 6335", needs=_ZONE, safety=None, default=False)
def service_name_unregistered(case: Case) -> Iterator[FindingDraft]:
    """The service name isn't registered by IANA, and none that SRV records are commonly published for.

    Why: Another service may come to use the same name. The registry is known as it was in February 2026.
    Fix: Nothing, if clients ask for this name; else write the one they ask for.
    Example: Known, among others
        _vlmcs._tcp  IN  SRV  0 0 1688 kms01.contoso.com.
    """
    for found, service, _proto in regular(case):
        if not _is_known(service[1:]) and not _wrong_with(service[1:]):
            yield told_of(found, f"the service name {service} of {found.owner} is not registered", None)


def _is_known(name: str) -> bool:
    """Whether SRV records are commonly published for a service of that name, or IANA has it."""
    from kmsdns.rules.data import SERVICES, SYNONYMS

    if name in SERVICES or name in SYNONYMS:
        return True
    from kmsdns.services.registry import is_registered  # all of it, which few zones need

    return is_registered(name)


@rule("SRV108", "service-name-near-miss", Severity.WARNING, "RFC 6335", needs=_ZONE, safety=Safety.UNSAFE)
def service_name_near_miss(case: Case) -> Iterator[FindingDraft]:
    """The service name is one slip away from a known one: a letter missing, doubled, or taken for a digit.

    Why: No client asks for the misspelt name.
    Fix: Write the known name, if it is meant.
    Example: Not _vlmc, _vmlcs or _v1mcs, but
        _vlmcs._tcp  IN  SRV  0 0 1688 kms01.contoso.com.
    """
    near = _near_services(case)
    for found, service, _proto in regular(case):
        known = near.get(service[1:])
        if known is not None:
            front = [found.instance, f"_{known}"] if found.instance else [f"_{known}"]
            message = f"no client asks for the service name {service} of {found.owner}: is _{known} meant?"
            yield told_of(found, message, renaming(found, front, len(front)))


def _near_services(case: Case) -> dict[str, str]:
    """Service name that isn't known -> the known one that it is a slip of.

    A registered name is taken for a slip where all its records have the port of the other service, and not its own.
    """
    from kmsdns.rules.data import SERVICES, SYNONYMS
    from kmsdns.rules.near import nearest, plain

    ports: dict[str, set[int]] = {}
    for found, service, _proto in regular(case):
        ports.setdefault(service[1:], set()).update(each.srv.port for each in found.entries)
    unknown = [name for name in ports if name not in SERVICES and name not in SYNONYMS]
    known = [name for name in SERVICES if len(name) > 3]  # short names are a slip away from half of all words
    near = nearest(unknown, known)
    alike = {plain(name): name for name in known}
    for name in unknown:
        if name not in near and plain(name) in alike:
            near[name] = alike[plain(name)]
    return {
        name: meant
        for name, meant in near.items()
        # A digit or an s behind a known name makes another one of it, on purpose.
        if (name[-1] not in "s0123456789" or name[:-1] not in SERVICES)
        and (not _is_known(name) or _has_port_of(name, meant, ports[name]))
    }


def _has_port_of(name: str, meant: str, ports: set[int]) -> bool:
    """Whether the only port of a registered service is that of another one."""
    from kmsdns.rules.data import SERVICES
    from kmsdns.services.registry import port_of

    return ports == {SERVICES[meant][1]} and port_of(name) not in ports


@rule("SRV109", "service-name-synonym", Severity.WARNING, "RFC 6335 5", needs=_ZONE, safety=Safety.UNSAFE)
def service_name_synonym(case: Case) -> Iterator[FindingDraft]:
    """The service has another name: this one is an alias that must not be used for SRV records.

    Why: Clients ask for the registered name only.
    Fix: Write the registered name.
    Example: Not _www, but
        _http._tcp  IN  SRV  0 0 80 www.contoso.com.
    """
    from kmsdns.rules.data import SYNONYMS

    for found, service, _proto in regular(case):
        name = SYNONYMS.get(service[1:])
        if name is not None:
            front = [found.instance, f"_{name}"] if found.instance else [f"_{name}"]
            message = f"{service} of {found.owner} is called _{name} in the DNS: clients ask for that"
            yield told_of(found, message, renaming(found, front, len(front)))


@rule("SRV110", "proto-unusual-for-service", Severity.WARNING, "RFC 6335", needs=_ZONE, safety=Safety.UNSAFE)
def proto_unusual_for_service(case: Case) -> Iterator[FindingDraft]:
    """The service isn't offered over that protocol.

    Why: Clients of the service ask for the other protocol, and don't find this record.
    Fix: Write the protocol that the service uses.
    Example: Not _vlmcs._udp, but
        _vlmcs._tcp  IN  SRV  0 0 1688 kms01.contoso.com.
    """
    from kmsdns.rules.data import SERVICES

    for found, service, proto in regular(case):
        protos, _port = SERVICES.get(service[1:], ((), None))
        if not protos or not is_protocol(proto) or proto[1:] in protos:
            continue
        fronts = [found.instance, service] if found.instance else [service]
        message = (
            f"{service} is published for {' and '.join(protos)}, not for {proto[1:]}: no client asks for {found.owner}"
        )
        yield told_of(found, message, renaming(found, [*fronts, f"_{protos[0]}"], len(fronts) + 1))
