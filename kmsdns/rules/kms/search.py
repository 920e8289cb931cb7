"""KMS111-125: the cached host, and where a client looks for the record. Needs: client."""

from __future__ import annotations

from kmsdns.kms.codes import NO_SERVERS, NO_SUFFIX, SHOWN
from kmsdns.kms.diagnosis import lacks_servers
from kmsdns.model.findings import Action, Do, Fix, Severity
from kmsdns.model.messages import Outcome
from kmsdns.rules.evidence import client_evidence, found_words, probe_evidence, record_evidence, response_evidence
from kmsdns.rules.rule import FindingDraft, Needs, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kmsdns.kms.diagnosis import Observed
    from kmsdns.model.findings import Evidence
    from kmsdns.model.report import Discovered, Endpoint
    from kmsdns.model.snapshot import CachedHost
    from kmsdns.rules.case import Case

_CLIENT = (Needs.CLIENT,)
_FORGET = Action(do=Do.FORGET_CACHED_HOST, on="client")
_HOW_TO_FORGET = "slmgr /ckms (clears a manual host too), or wait: a dead one is replaced by itself"


def _cached(case: Case) -> Iterator[tuple[Observed, CachedHost]]:
    """The cached host of a client that would go to it."""
    observed = case.client
    if observed is None or observed.config.cached is None or observed.config.caching is False:
        return
    if observed.config.manual is None and observed.config.asks_for_kms:
        yield observed, observed.config.cached


def _offered(observed: Observed) -> Discovered | None:
    """What the DNS offers this client, be it on its way or past it; None when nobody knows."""
    for service in (observed.found, observed.published):
        if service is not None and service.source == "dns":
            return service
    return None


def _remembers(cached: CachedHost) -> str:
    return f"{cached.target}:{cached.port}"


@rule("KMS111", "cached-host-used", Severity.NOTE, "docs/kms.md 1.1, 1.5", needs=_CLIENT, kms_only=True)
def cached_host_used(case: Case) -> Iterator[FindingDraft]:
    """The client goes to the host that answered last, without asking the DNS.

    Why: A change in the DNS reaches this client only when that host stops answering. Each product remembers a host of
    its own, so Windows and Office on one machine may use different ones.
    Fix: Nothing, if the host is a good one; else let the client forget it, or switch caching off.
    Example:
        slmgr /ckms
        slmgr /ckhc
    """
    for observed, cached in _cached(case):
        if observed.found is not None and observed.found.source == "cache":
            yield FindingDraft(
                subject=_remembers(cached),
                message=f"{_remembers(cached)} is remembered and answers: the client uses it and asks no DNS",
                evidence=client_evidence(None, f"cached host {_remembers(cached)}"),
                fix=Fix(summary="to make the client ask the DNS each time: slmgr /ckhc, ospp.vbs /cachst:FALSE"),
            )


@rule("KMS112", "cached-host-dead", Severity.WARNING, "docs/kms.md 1.3", needs=_CLIENT, kms_only=True)
def cached_host_dead(case: Case) -> Iterator[FindingDraft]:
    """The host that answered last answers no more: the client falls back to the DNS.

    Why: Each renewal begins with a wait for the dead host, until another one has answered.
    Fix: Nothing, when the DNS leads to a host that answers: the client replaces it by itself.
    Example: To forget it at once
        slmgr /ckms
    """
    for observed, cached in _cached(case):
        found = observed.found
        if found is None or found.source == "cache" or not found.snapshot.probes:
            continue
        first = found.snapshot.probes[0]
        if first.probe.target != cached.target:
            continue
        yield FindingDraft(
            subject=_remembers(cached),
            message=f"the remembered host {_remembers(cached)} does not answer ({found_words(first)}): "
            "the client asks the DNS instead",
            evidence=probe_evidence(_as_endpoint(cached, found)),
            fix=Fix(summary=f"let the client forget it: {_HOW_TO_FORGET}", actions=(_FORGET,)),
        )


def _as_endpoint(cached: CachedHost, found: Discovered) -> Endpoint:
    from kmsdns.model.report import Endpoint

    return Endpoint(
        target=cached.target,
        port=cached.port,
        priority=None,
        weight=None,
        share_terms=None,
        addresses=cached.addresses,
        probe=found.snapshot.probes[0],
    )


@rule(
    "KMS113",
    "cached-host-not-published",
    Severity.WARNING,
    "docs/kms.md 1.3, 6.5 (6)",
    needs=_CLIENT,
    causes=("KMS112",),
    cause_of_any_subject=True,
    kms_only=True,
)
def cached_host_not_published(case: Case) -> Iterator[FindingDraft]:
    """The host that answered last is not in the SRV RRset any more.

    Why: Somebody took it out, and this client goes on using it for as long as it answers.
    Fix: Stop the service on the old host, or let the client forget it.
    Example:
        slmgr /ckms
    """
    for observed, cached in _cached(case):
        offered = _offered(observed)
        if offered is None or offered.outcome != Outcome.ANSWER:
            continue
        if cached.target in {each.target for each in offered.endpoints}:
            continue
        if {address for each in offered.endpoints for address in each.addresses or ()} & set(cached.addresses):
            continue  # the same machine by another name
        yield FindingDraft(
            subject=_remembers(cached),
            message=f"the remembered host {_remembers(cached)} is not published in the DNS any more: "
            + ", ".join(str(each) for each in offered.endpoints),
            evidence=response_evidence(offered.snapshot.srv[-1:]),
            fix=Fix(summary=f"stop the service on that host, or let the client forget it: {_HOW_TO_FORGET}"),
        )


@rule("KMS114", "caching-defeats-weights", Severity.NOTE, "docs/kms.md 1.4, 1.5", needs=(Needs.LIVE,), kms_only=True)
def caching_defeats_weights(case: Case) -> Iterator[FindingDraft]:
    """Priorities or weights are published, and caching is on.

    Why: They decide a client's first choice only. After that it stays with the host that answered, so the load never
    follows the weights again. Microsoft's documents disagree on whether clients use them at all; those since Windows 7
    are taken to.
    Fix: Switch caching off on the clients where priorities and weights are to count.
    Example:
        slmgr /ckhc
        cscript ospp.vbs /cachst:FALSE
    """
    observed = case.client
    if observed is None or observed.config.caching is False or observed.config.manual is not None:
        return
    offered = _offered(observed)
    if offered is None or len({(each.priority, each.weight) for each in offered.endpoints}) < 2:
        return
    yield FindingDraft(
        subject=offered.snapshot.service.owner,
        message="priorities or weights are published, but the client remembers the host that answered and keeps to it",
        evidence=record_evidence(offered.snapshot.srv[-1]),
        fix=Fix(
            summary="switch host caching off: slmgr /ckhc, for Office cscript ospp.vbs /cachst:FALSE",
            actions=(Action(do=Do.SWITCH_CACHING_OFF, on="client"),),
        ),
    )


@rule("KMS121", "no-dns-suffix", Severity.ERROR, "docs/kms.md 1.2, 6.5 (11)", needs=_CLIENT, kms_only=True)
def no_dns_suffix(case: Case) -> Iterator[FindingDraft]:
    """The client has no DNS suffix: there is no domain to put behind _vlmcs._tcp.

    Why: No question leaves the machine, and it shows 0x8007007B. Typical of machines outside a domain.
    Fix: Give the machine a primary DNS suffix, or one through DHCP (option 15); or set the host or the look-up domain.
    Example:
        slmgr /skms-domain contoso.com
        slmgr /skms kms01.contoso.com:1688
    """
    observed = case.client
    if observed is None or observed.config.suffixes != () or observed.config.searched or observed.found is not None:
        return
    if observed.config.manual is None and observed.config.asks_for_kms and not lacks_servers(observed.config):
        domain = observed.named or "the domain"
        yield FindingDraft(
            subject="DNS suffix",
            message="the client has no DNS suffix, so it has no name to ask for: no question leaves the machine",
            evidence=client_evidence(None, "no primary suffix, no connection suffix, no search list"),
            fix=Fix(
                summary="give the machine a primary DNS suffix (or DHCP option 15); "
                f"or set the look-up domain: slmgr /skms-domain {domain.removesuffix('.')}",
                actions=(Action(do=Do.SET_LOOKUP_DOMAIN, on="client", value=observed.named or ""),)
                if observed.named
                else (),
            ),
            hresult=NO_SUFFIX,
        )


@rule("KMS122", "no-dns-servers", Severity.ERROR, "docs/kms.md 4, 6.5 (15)", needs=_CLIENT, kms_only=True)
def no_dns_servers(case: Case) -> Iterator[FindingDraft]:
    """No DNS server is configured on the client.

    Why: It can ask nobody, and shows 0x8007267C.
    Fix: Set the adapter's DNS servers, by DHCP or by hand.
    Example:
        Set-DnsClientServerAddress -InterfaceAlias Ethernet `
            -ServerAddresses 192.0.2.53
        ipconfig /all
    """
    observed = case.client
    if observed is None or observed.found is not None:  # its cached host answers at a known address
        return
    if observed.config.asks_for_kms and lacks_servers(observed.config):
        yield FindingDraft(
            subject="DNS servers",
            message="no DNS server is configured on the client: it can ask nobody",
            evidence=client_evidence(None, "no DNS server at any adapter"),
            fix=Fix(summary="set the adapter's DNS servers (DHCP, or Set-DnsClientServerAddress), then look again"),
            hresult=NO_SERVERS,
        )


@rule("KMS123", "record-at-bare-name", Severity.ERROR, "docs/kms.md 1.2, 6.5 (12)", needs=(Needs.LIVE,), kms_only=True)
def record_at_bare_name(case: Case) -> Iterator[FindingDraft]:
    """The record answers at _vlmcs._tcp itself, without a domain behind it.

    Why: Nslookup -type=srv _vlmcs._tcp finds it and everybody thinks the DNS is fine, but a client asks for
    _vlmcs._tcp with its suffix, and shows 0x8007232B.
    Fix: Publish the record at the name with the client's domain.
    Example:
        _vlmcs._tcp.contoso.com. IN SRV 0 0 1688 kms01.contoso.com.
    """
    observed = case.client
    if observed is None or (observed.found is not None and any(each.srvs for each in observed.found.snapshot.srv)):
        return
    wanted = ", ".join(f"_vlmcs._tcp.{domain}" for domain in observed.config.searched) or "its name with a suffix"
    for place in observed.elsewhere:
        if place.place == "bare" and place.response.srvs:
            yield _bare(wanted, record_evidence(place.response))
            return
    for answer in observed.facts.answers:
        if answer.owner == "_vlmcs._tcp." and answer.srvs:
            yield _bare(wanted, client_evidence(answer.source))
            return


def _bare(wanted: str, evidence: tuple[Evidence, ...]) -> FindingDraft:
    return FindingDraft(
        subject="_vlmcs._tcp.",
        message=f"the record stands at _vlmcs._tcp. without a domain: nslookup sees it, the client asks for {wanted}",
        evidence=evidence,
        fix=Fix(summary=f"publish the record at {wanted}, and remove the one without a domain"),
        hresult=SHOWN[Outcome.NXDOMAIN],
    )


@rule(
    "KMS124",
    "record-under-other-suffix",
    Severity.WARNING,
    "docs/kms.md 1.2, 6.5 (10)",
    needs=(Needs.LIVE,),
    kms_only=True,
)
def record_under_other_suffix(case: Case) -> Iterator[FindingDraft]:
    """The record is found, but not under the first suffix that the client searches.

    Why: It works only for clients that search this far, and the order in which the licensing service asks is not
    documented.
    Fix: Publish the record under the first suffix too (DnsDomainPublishList on the host), or set the look-up domain.
    Example:
        slmgr /skms-domain contoso.com
    """
    observed = case.client
    if observed is None:
        return
    offered = _offered(observed)
    if offered is None or len(offered.snapshot.srv) < 2 or not offered.snapshot.srv[-1].srvs:
        return
    *before, last = offered.snapshot.srv
    said = ", ".join(f"{each.question.name}: {each.reason}" for each in before)
    yield FindingDraft(
        subject=last.question.name,
        message=f"the record is found at {last.question.name} only, after {said}",
        evidence=response_evidence(offered.snapshot.srv),
        fix=Fix(
            summary=f"publish it at {before[0].question.name} too, or set the look-up domain on the client",
            actions=(Action(do=Do.SET_LOOKUP_DOMAIN, on="client", value=offered.snapshot.service.domain),),
        ),
    )


@rule("KMS125", "suffix-append-disabled", Severity.WARNING, "docs/kms.md 1.2", needs=_CLIENT, kms_only=True)
def suffix_append_disabled(case: Case) -> Iterator[FindingDraft]:
    """AppendToMultiLabelName is 0: the DNS client puts no suffix behind a name that has a dot, and _vlmcs._tcp has one.

    Why: Whether the licensing service relies on this setting is not documented. If it does, it asks for the bare name
    and finds nothing.
    Fix: Allow it in the group policy (DNS Client, Allow DNS suffix appending to unqualified multi-label name queries).
    Example:
        AppendToMultiLabelName = 1 under HKLM\\Software\\Policies
            \\Microsoft\\Windows NT\\DNSClient
    """
    observed = case.client
    if observed is not None and observed.config.append_to_multi_label is False:
        yield FindingDraft(
            subject="AppendToMultiLabelName",
            message="AppendToMultiLabelName is 0: no suffix is put behind names that have a dot, such as _vlmcs._tcp",
            evidence=client_evidence(None, "AppendToMultiLabelName = 0"),
            fix=Fix(summary="allow it in the group policy of the DNS client, or set the look-up domain"),
        )
