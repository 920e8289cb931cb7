"""NET: whether the endpoints that the DNS names can be reached. Needs: probes.

One finding per cause: what every endpoint shares is told once (NET106), what some of them have is told once (NET103).
Hosts that the DNS did not name, a manual or a cached one, are the KMS rules' business.
"""

from __future__ import annotations

from kmsdns.model.findings import Action, Do, Fix, Severity
from kmsdns.model.messages import ProbeOutcome
from kmsdns.rules.evidence import attempt_evidence, found_words, probe_evidence
from kmsdns.rules.live.removal import removal
from kmsdns.rules.rule import FindingDraft, Needs, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kmsdns.model.report import Discovered, Endpoint
    from kmsdns.rules.case import Case

_PROBES = (Needs.PROBES,)
_NOT_THE_SERVICE = (ProbeOutcome.NOT_THE_SERVICE, ProbeOutcome.NO_RPC)  # of --probe rpc


def _is_open(service: Discovered) -> bool:
    """An endpoint could not be contacted, since its address could not be asked: it may be the one that answers."""
    return any(endpoint.addresses is None and endpoint.probe is None for endpoint in service.endpoints)


def _services(case: Case) -> Iterator[tuple[Discovered, list[Endpoint], list[Endpoint]]]:
    """Services found through the DNS and probed: those endpoints that answer, those with an address that don't."""
    for service in case.services:
        probed = [endpoint for endpoint in service.endpoints if endpoint.probe]
        if service.source == "dns" and probed:
            good = [endpoint for endpoint in probed if endpoint.probe and endpoint.probe.is_open]
            yield service, good, [each for each in probed if each not in good and each.addresses != ()]


def _is_the_wrong_service(endpoint: Endpoint) -> bool:
    return endpoint.probe is not None and endpoint.probe.outcome in _NOT_THE_SERVICE


def _shown(service: Discovered, hresult: str) -> str | None:
    return hresult if _is_kms(service) else None


def _is_kms(service: Discovered) -> bool:
    return service.snapshot.service.service == "_vlmcs"


def _firewall(service: Discovered, *endpoints: Endpoint) -> Fix:
    if not _is_kms(service):
        return Fix(summary="check that the service runs there, and that a firewall lets its port through")
    hosts = tuple(dict.fromkeys(endpoint.target for endpoint in endpoints))
    return Fix(
        summary="on the host, check that the service sppsvc runs and enable the firewall rule SPPSVC-In-TCP, which is "
        "off by default; if the host is gone, remove its record",
        actions=tuple([Action(do=do, on=host) for host in hosts for do in (Do.RESTART_SERVICE, Do.OPEN_FIREWALL)]),
    )


def _alone(case: Case, *outcomes: ProbeOutcome) -> Iterator[tuple[Discovered, Endpoint]]:
    """The only endpoint of a service, when it ended so."""
    for service, good, bad in _services(case):
        if not good and len(service.endpoints) == len(bad) == 1:
            (endpoint,) = bad
            assert endpoint.probe is not None
            if endpoint.probe.outcome in outcomes:
                yield service, endpoint


@rule("NET101", "port-closed", Severity.ERROR, "RFC 9293 3.10.7.1", needs=_PROBES)
def port_closed(case: Case) -> Iterator[FindingDraft]:
    """Every address of the only endpoint refuses the connection.

    Why: The host is there, but nothing listens on the port: the service is stopped, listens elsewhere, or the record
    leads to the wrong machine.
    Fix: Start the service, compare the record's port with the one the host listens on, or remove the record when the
    machine is no host any more.
    KMS: A client notes 0x800706BA and ends with 0xC004F074. On the host, Get-Service sppsvc tells whether the service
    runs, and slmgr /dlv its port.
    Example: What a Windows client finds out by itself
        Test-NetConnection kms01.contoso.com -Port 1688
    """
    for service, endpoint in _alone(case, ProbeOutcome.CLOSED):
        yield FindingDraft(
            subject=str(endpoint),
            message=f"{endpoint} refuses connections: the host is there, and nothing listens on port {endpoint.port}",
            evidence=probe_evidence(endpoint),
            fix=_firewall(service, endpoint),
            hresult=_shown(service, "0x800706BA"),
        )


@rule("NET102", "port-filtered", Severity.ERROR, "RFC 9293 3.8.3", needs=_PROBES)
def port_filtered(case: Case) -> Iterator[FindingDraft]:
    """No address of the only endpoint answers within the time limit, or there is no way to it.

    Why: A firewall drops the packets, the machine is switched off, or its address is an old one.
    Fix: Enable the firewall rule on the host, look for a filter on the way, check the address.
    KMS: The rule SPPSVC-In-TCP is off by default on a host. A client notes 0x800706BA and ends with 0xC004F074.
    Example:
        Set-NetFirewallRule -Name SPPSVC-In-TCP `
            -Profile Domain,Private -Enabled True
    """
    for service, endpoint in _alone(case, ProbeOutcome.TIMEOUT, ProbeOutcome.UNREACHABLE):
        assert endpoint.probe is not None
        what = found_words(endpoint.probe)
        yield FindingDraft(
            subject=str(endpoint),
            message=f"{endpoint} can't be reached: {what} at any of its addresses",
            evidence=probe_evidence(endpoint),
            fix=_firewall(service, endpoint),
            hresult=_shown(service, "0x800706BA"),
        )


@rule("NET103", "some-targets-unreachable", Severity.WARNING, "RFC 2782", needs=_PROBES)
def some_targets_unreachable(case: Case) -> Iterator[FindingDraft]:
    """Some of several targets do not answer, while others do, or could not be tried.

    Why: Clients that draw a dead target first wait for it, then try the next: they are slow now and then, and
    those that give up before fail.
    Fix: Bring the host back, or remove exactly its record.
    KMS: On an old host stop the publisher first (slmgr /cdns), else the record is back within a day.
    Example: The record of one host, and of no other
        Remove-DnsServerResourceRecord -ZoneName contoso.com `
            -RRType Srv -Name _vlmcs._tcp `
            -RecordData "0","0","1688","kms-old.contoso.com."
    """
    for service, good, bad in _services(case):
        dead = [endpoint for endpoint in bad if not _is_the_wrong_service(endpoint)]
        if dead and (good or _is_open(service)):
            which = ", ".join(str(endpoint) for endpoint in dead)
            first = "stop its publisher and " if _is_kms(service) else ""
            yield FindingDraft(
                subject=service.snapshot.service.owner,
                message=f"{len(dead)} of {len(service.endpoints)} endpoints of {service.service} can't be reached: "
                f"{which}",
                evidence=tuple([each for endpoint in dead for each in probe_evidence(endpoint)]),
                fix=removal(
                    service,
                    dead,
                    f"bring the host back, or, when it is gone for good, {first}remove exactly its record",
                ),
            )


@rule("NET104", "not-the-service", Severity.ERROR, "C706 12.6.3.1", needs=_PROBES)
def not_the_service(case: Case) -> Iterator[FindingDraft]:
    """Something listens at the endpoint, but it is not the service.

    Why: The port is open, so every simple test succeeds, and yet no client is ever served there.
    Fix: Find out what took the port (netstat -abno), and let the record name the machine that is the host.
    KMS: The RPC bind to the KMS interface fails: seen only with --probe rpc.
    Example:
        kmsdns diagnose contoso.com --probe rpc
    """
    for service in case.services:
        for endpoint in service.endpoints:
            if _is_the_wrong_service(endpoint):
                assert endpoint.probe is not None
                yield FindingDraft(
                    subject=str(endpoint),
                    message=f"{endpoint} is not the service: there is {found_words(endpoint.probe)}",
                    evidence=probe_evidence(endpoint),
                    fix=Fix(
                        summary="see what listens on that port (netstat -abno), and correct the record or the machine"
                    ),
                    hresult=_shown(service, "0xC004F074"),
                )


@rule("NET105", "one-family-unreachable", Severity.WARNING, "RFC 8305 1", needs=_PROBES)
def one_family_unreachable(case: Case) -> Iterator[FindingDraft]:
    """An endpoint answers over one of IPv4 and IPv6 and is dead over the other.

    Why: A client that tries the dead family first waits, and one that has only this family fails.
    Fix: Let the service listen on both, open both firewalls, or publish only the addresses that work.
    Example: An AAAA record that leads nowhere
        kms01  IN  AAAA  2001:db8::5
    """
    for _service, good, _bad in _services(case):
        for endpoint in good:
            assert endpoint.probe is not None
            attempts = endpoint.probe.attempts
            for family, is_v6 in (("IPv6", True), ("IPv4", False)):
                of = [attempt for attempt in attempts if (":" in attempt.address) is is_v6]
                others = [attempt for attempt in attempts if (":" in attempt.address) is not is_v6]
                works = any(attempt.outcome is ProbeOutcome.OPEN for attempt in others)
                if of and works and all(attempt.outcome is not ProbeOutcome.OPEN for attempt in of):
                    yield FindingDraft(
                        subject=str(endpoint),
                        message=f"{endpoint} answers, but at none of its {family} addresses",
                        evidence=tuple([attempt_evidence(endpoint, attempt) for attempt in attempts]),
                        fix=Fix(
                            summary=f"make the service reachable over {family}, or remove the address that is dead"
                        ),
                    )


@rule("NET106", "no-target-reachable", Severity.ERROR, "RFC 2782", needs=_PROBES)
def no_target_reachable(case: Case) -> Iterator[FindingDraft]:
    """Every endpoint failed, and there are several.

    Why: A client tries them all and gives up. What all hosts have in common is the likeliest cause: a firewall between
    here and there, the wrong port in every record.
    Fix: Look at the one thing they share; then, host by host, at service, firewall and address.
    KMS: A client ends with 0xC004F074, and only its events 12288 say why each host failed.
    Example:
        Get-Service sppsvc; Get-NetFirewallRule -Name SPPSVC-In-TCP
    """
    for service, good, bad in _services(case):
        dead = [endpoint for endpoint in bad if not _is_the_wrong_service(endpoint)]
        if good or not dead or len(service.endpoints) == 1 or _is_open(service):
            continue
        failed = [endpoint for endpoint in service.endpoints if endpoint.probe]
        yield FindingDraft(
            subject=service.snapshot.service.owner,
            message=f"none of the {len(service.endpoints)} endpoints of {service.service} can be reached",
            evidence=tuple([each for endpoint in failed for each in probe_evidence(endpoint)]),
            fix=_firewall(service, *dead),
            hresult=_shown(service, "0xC004F074"),
        )


OF_A_DEAD_END = (port_closed, port_filtered, some_targets_unreachable, not_the_service, no_target_reachable)
"""Those that say why a client gets to no endpoint."""
