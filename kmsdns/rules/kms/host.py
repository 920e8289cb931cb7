"""KMS141-163: what a host said when it was reached, and what hosts publish of themselves. Needs: client."""

from __future__ import annotations

from kmsdns.kms.evidence.facts import Product, Topic
from kmsdns.kms.evidence.resolver import CLIENT_CHANNEL, claimed
from kmsdns.kms.licence import CLOCK_SKEW, COUNT_OFFICE_OR_SERVER, COUNT_WINDOWS_CLIENT
from kmsdns.model.findings import Action, Do, Fix, Severity
from kmsdns.model.names import is_at_or_below, split
from kmsdns.rules.evidence import client_evidence, record_evidence
from kmsdns.rules.live.removal import removal
from kmsdns.rules.rule import FindingDraft, Needs, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kmsdns.kms.diagnosis import Observed
    from kmsdns.model.findings import Evidence
    from kmsdns.model.report import Discovered
    from kmsdns.rules.case import Case

_CLIENT = (Needs.CLIENT,)
COUNT_INSUFFICIENT, NOT_ACTIVATED, WRONG_HOST, CLOCK = "0xC004F038", "0xC004F041", "0xC004F042", "0xC004F06C"
MANY_HOSTS = 3
"""Hosts from which on a small network hardly fills any of them (docs/kms.md 9)."""


def _coded(observed: Observed, code: str) -> tuple[Evidence, ...]:
    """Where the client's own tools show a code."""
    sources = [each.source for each in (*observed.facts.licences,) if each.has_key and each.error == code]
    sources += [
        claim.source for claim in observed.facts.claims if (claim.topic, claim.value) == (Topic.SHOWN_ERROR, code)
    ]
    sources += [event.source for event in observed.facts.events if event.hresult == code]
    return tuple(dict.fromkeys(each for source in sources for each in client_evidence(source, code)))


def _last_host(observed: Observed) -> str:
    """The host that the client went to last, as its events tell."""
    hosts = [event.host for event in observed.facts.events if event.number == 12288 and event.host]
    return hosts[-1] if hosts else "its host"


def _threshold(observed: Observed) -> int:
    small = observed.config.product is Product.OFFICE or bool(claimed(observed.facts, Topic.IS_SERVER))
    return COUNT_OFFICE_OR_SERVER if small else COUNT_WINDOWS_CLIENT


def _offered(observed: Observed) -> Discovered | None:
    for service in (observed.found, observed.published):
        if service is not None and service.source == "dns" and service.endpoints:
            return service
    return None


def _hosts(observed: Observed) -> list[str]:
    offered = _offered(observed)
    return list(dict.fromkeys(each.target for each in offered.endpoints)) if offered else []


@rule("KMS141", "count-below-threshold", Severity.ERROR, "docs/kms.md 3, 4", needs=_CLIENT, kms_only=True)
def count_below_threshold(case: Case) -> Iterator[FindingDraft]:
    """The host has not seen enough machines yet: 5 for Office and Windows servers, 25 for Windows clients (0xC004F038).

    Why: A host activates nobody before that many different machines have asked within 30 days. Hosts don't share
    their counts; clones that kept their client machine ID (CMID) count once.
    Fix: Let more machines ask this host; use fewer hosts; generalise images with sysprep. `slmgr /dli` on the host
    shows its count.
    Example: On the host
        slmgr /dli
    """
    observed = case.client
    if observed is None:
        return
    evidence = _coded(observed, COUNT_INSUFFICIENT)
    counts: list[int] = []
    for event in observed.facts.events:
        if event.number == 12289 and event.count is not None and event.count < (event.minimum or _threshold(observed)):
            counts.append(event.count)
            evidence += client_evidence(event.source)
    for host in observed.facts.hosts:
        if host.current_count is not None and 0 <= host.current_count < _threshold(observed):
            counts.append(host.current_count)
            evidence += client_evidence(host.source, f"current count {host.current_count}")
    if not evidence:
        return
    known = f" ({counts[-1]} so far)" if counts else ""
    yield FindingDraft(
        subject=_last_host(observed),
        message=f"{_last_host(observed)} has not been asked by enough machines{known}: "
        f"{_threshold(observed)} are needed{_clones(observed)}",
        evidence=evidence,
        fix=Fix(
            summary="see the count with slmgr /dli on the host; use fewer hosts, look for cloned machines (one CMID)"
        ),
        hresult=COUNT_INSUFFICIENT,
    )


def _clones(observed: Observed) -> str:
    ids = [event.client_id for event in observed.facts.events if event.number == 12290 and event.client_id]
    if len(ids) > 1 and len(set(ids)) == 1:
        return f"; all {len(ids)} requests came with the same client machine ID, so they count once"
    return ""


@rule("KMS142", "hosts-dilute-count", Severity.WARNING, "docs/kms.md 3, 6.5 (7, 8)", needs=(Needs.LIVE,), kms_only=True)
def hosts_dilute_count(case: Case) -> Iterator[FindingDraft]:
    """The machines are spread over so many hosts that none of them reaches its threshold.

    Why: Each host counts for itself. With 40 Windows clients and three hosts, each sees about 13 of the 25 it needs.
    Fix: Publish fewer hosts. Two are enough for most networks.
    Example: How many ask which host
        kmsdns diagnose contoso.com --machines 40
    """
    observed = case.client
    if observed is None:
        return
    hosts, threshold = _hosts(observed), _threshold(observed)
    if len(hosts) < 2:
        return
    if observed.machines is not None:
        if not observed.machines // len(hosts) < threshold <= observed.machines:
            return
        share = (
            f"{observed.machines} machines over {len(hosts)} hosts are about {observed.machines // len(hosts)} for each"
        )
    elif len(hosts) >= MANY_HOSTS and _coded(observed, COUNT_INSUFFICIENT):
        share = f"the machines are spread over {len(hosts)} hosts, and the host asked has too few"
    else:
        return
    yield FindingDraft(
        subject=", ".join(hosts),
        message=f"{share}; a host needs {threshold}",
        evidence=_coded(observed, COUNT_INSUFFICIENT),
        fix=Fix(summary="publish fewer hosts: hosts don't share their counts"),
    )


@rule("KMS143", "clock-skew", Severity.ERROR, "docs/kms.md 3, 4", needs=_CLIENT, kms_only=True)
def clock_skew(case: Case) -> Iterator[FindingDraft]:
    """The clocks of client and host differ by more than four hours (0xC004F06C).

    Why: The host refuses the request. The client often shows 0xC004F074 instead; only its event 12288 has the cause.
    Fix: Synchronise both clocks; compare them in UTC, not in local time.
    Example:
        w32tm /resync
    """
    observed = case.client
    if observed is None:
        return
    evidence = _coded(observed, CLOCK)
    for claim in observed.facts.claims:
        if claim.topic is Topic.TIME_OFFSET and abs(float(claim.value)) > CLOCK_SKEW.total_seconds():
            evidence += client_evidence(claim.source)
    if evidence:
        yield FindingDraft(
            subject=_last_host(observed),
            message=f"{_last_host(observed)} refused the request's time stamp: "
            "the clocks of client and host differ by more than four hours",
            evidence=evidence,
            fix=Fix(
                summary="synchronise the clocks of client and host: w32tm /resync",
                actions=(Action(do=Do.SYNC_CLOCK, on="client"),),
            ),
            hresult=CLOCK,
        )


@rule("KMS144", "host-lacks-key", Severity.ERROR, "docs/kms.md 4, 6.5 (27)", needs=_CLIENT, kms_only=True)
def host_lacks_key(case: Case) -> Iterator[FindingDraft]:
    """The host was reached, and has no key for this product (0xC004F042).

    Why: SRV records can't tell products apart. When hosts for Windows and hosts for Office share one RRset, a client
    draws the wrong one by chance.
    Fix: Give every published host the keys of all products; or lead a product to its host (a look-up domain, /skms).
    Example:
        cscript ospp.vbs /sethst:kms-office.contoso.com
    """
    observed = case.client
    evidence = _coded(observed, WRONG_HOST) if observed is not None else ()
    if observed is not None and evidence:
        hosts = _hosts(observed)
        drawn = f"; the DNS publishes {', '.join(hosts)}, and it may be any of them" if len(hosts) > 1 else ""
        yield FindingDraft(
            subject=_last_host(observed),
            message=f"{_last_host(observed)} has no key for this product{drawn}",
            evidence=evidence,
            fix=Fix(
                summary="install the product's host key on every published host, or set the right host for this product"
            ),
            hresult=WRONG_HOST,
        )


@rule("KMS145", "host-not-activated", Severity.ERROR, "docs/kms.md 4", needs=_CLIENT, kms_only=True)
def host_not_activated(case: Case) -> Iterator[FindingDraft]:
    """The host was reached, and is not activated itself (0xC004F041).

    Why: A host that has its key but was never activated with Microsoft activates nobody.
    Fix: Activate the host, online or by telephone.
    Example: On the host
        slmgr /dlv
    """
    observed = case.client
    evidence = _coded(observed, NOT_ACTIVATED) if observed is not None else ()
    if observed is not None and evidence:
        yield FindingDraft(
            subject=_last_host(observed),
            message=f"{_last_host(observed)} is not activated itself",
            evidence=evidence,
            fix=Fix(summary="activate the host with Microsoft, online or by telephone"),
            hresult=NOT_ACTIVATED,
        )


@rule("KMS161", "host-publishing-disabled", Severity.WARNING, "docs/kms.md 2.1", needs=_CLIENT, kms_only=True)
def host_publishing_disabled(case: Case) -> Iterator[FindingDraft]:
    """A KMS host does not publish itself (DisableDnsPublishing).

    Why: Its record exists only if somebody makes and keeps it by hand. Where the zone takes no dynamic updates, that is
    meant.
    Fix: Switch publishing on, or keep the record by hand.
    Example: On the host, then restart the service
        slmgr /sdns
    """
    observed = case.client
    if observed is None:
        return
    evidence = tuple(
        each for host in observed.facts.hosts if host.publishing is False for each in client_evidence(host.source)
    )
    for claim in observed.facts.claims:
        if claim.topic is Topic.PUBLISHING and claim.value is False:
            evidence += client_evidence(claim.source)
    if evidence:
        machine = claimed(observed.facts, Topic.MACHINE) or "the host"
        yield FindingDraft(
            subject=str(machine),
            message=f"{machine} does not publish itself in the DNS: its record must be kept by hand",
            evidence=tuple(dict.fromkeys(evidence)),
            fix=Fix(
                summary="switch publishing on with slmgr /sdns and restart the service, or keep the record by hand",
                actions=(Action(do=Do.PUBLISH, on="host"), Action(do=Do.RESTART_SERVICE, on="host")),
            ),
        )


@rule("KMS162", "host-publish-denied", Severity.ERROR, "docs/kms.md 2.3, 4.1", needs=_CLIENT, kms_only=True)
def host_publish_denied(case: Case) -> Iterator[FindingDraft]:
    """A host tried to publish itself, and the DNS refused (event 12293).

    Why: All SRV records of one name share one access list, and it belongs to the host that came first. The second one
    gets 0x80072338 or 0x8007232D, and clients never hear of it.
    Fix: Put all hosts into one group and give it full control of the record's node, in every zone; restart the service.
    Event 12294 says that it worked.
    Example: On the host
        Restart-Service sppsvc
    """
    observed = case.client
    if observed is None:
        return
    events = [event for event in observed.facts.events if event.number == 12293]
    if not events:
        return
    last = events[-1]
    done = any(event.number == 12294 for event in observed.facts.events[observed.facts.events.index(last) :])
    if done:
        return
    why = ": the record's access list doesn't let this host write" if last.hresult == "0x80072338" else ""
    yield FindingDraft(
        subject=last.domain or "the host's domain",
        message=f"publishing in {last.domain or 'the DNS'} failed with {last.hresult or 'an unknown code'}{why}",
        evidence=client_evidence(last.source),
        fix=Fix(
            summary="give a group of all hosts full control of the _VLMCS record's node, then restart the service",
            actions=(Action(do=Do.RESTART_SERVICE, on="host"),),
        ),
        hresult=last.hresult,
    )


@rule(
    "KMS163",
    "published-host-is-a-client",
    Severity.WARNING,
    "docs/kms.md 6.4, 6.5 (2, 3)",
    needs=(Needs.LIVE,),
    kms_only=True,
)
def published_host_is_a_client(case: Case) -> Iterator[FindingDraft]:
    """A published target is no KMS host by its own evidence, or is not among the hosts there should be.

    Why: A KMS host key typed on an ordinary machine makes it publish itself, every day anew; clients that draw it count
    on the wrong host or fail.
    Fix: Give that machine a client key first, then remove exactly its record; the other way round it comes back.
    Example: On that machine, then in the DNS
        slmgr /cdns
        kmsdns diagnose contoso.com --known-host kms01.contoso.com
    """
    observed = case.client
    offered = _offered(observed) if observed is not None else None
    if observed is None or offered is None:
        return
    for endpoint in offered.endpoints:
        own = _is_no_host(observed, endpoint.target)
        unknown = bool(observed.known_hosts) and endpoint.target not in observed.known_hosts
        if not own and not unknown:
            continue
        why = "its own tools say it is a client" if own else "it is not among the known hosts"
        yield FindingDraft(
            subject=str(endpoint),
            message=f"{endpoint.target} is published as a KMS host, but {why}",
            evidence=own or record_evidence(offered.snapshot.srv[-1]),
            fix=removal(
                offered,
                (endpoint,),
                f"on {endpoint.target} replace the host key and stop publishing (slmgr /cdns); then remove its record",
            ),
        )


def _is_no_host(observed: Observed, target: str) -> tuple[Evidence, ...]:
    """The evidence of the machine with that name, when it is a client's and no host's."""
    machine = claimed(observed.facts, Topic.MACHINE)
    if not isinstance(machine, str) or observed.facts.hosts or not split(target):
        return ()
    domain = observed.config.domain
    if split(target)[0] != machine.lower() or (domain is not None and not is_at_or_below(target, domain)):
        return ()
    return tuple(
        each
        for licence in observed.facts.licences
        if licence.channel == CLIENT_CHANNEL and licence.has_key
        for each in client_evidence(licence.source)
    )
