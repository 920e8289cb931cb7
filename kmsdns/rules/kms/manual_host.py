"""KMS101-109: the host that is set by hand, which a client asks instead of the DNS. Needs: client."""

from __future__ import annotations

from functools import cache

from kmsdns.data import rows
from kmsdns.kms.codes import NO_HOST, SHOWN, shown_for
from kmsdns.kms.config import level_text, manual_endpoint
from kmsdns.kms.diagnosis import BEHIND_NO_HOST, decisive
from kmsdns.kms.evidence.facts import Product, Tree
from kmsdns.kms.evidence.resolver import in_force, uses_office_tree
from kmsdns.model.findings import Action, Do, Fix, Severity
from kmsdns.model.messages import Outcome
from kmsdns.model.names import address_of
from kmsdns.rules.evidence import client_evidence, found_words, probe_evidence, response_evidence
from kmsdns.rules.rule import FindingDraft, Needs, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kmsdns.kms.config import ManualEndpoint
    from kmsdns.kms.diagnosis import Observed
    from kmsdns.kms.evidence.facts import ManualHost
    from kmsdns.model.findings import Evidence
    from kmsdns.model.report import Endpoint
    from kmsdns.rules.case import Case

_CLIENT = (Needs.CLIENT,)
DOCUMENTED_ADDRESSES = "0.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "224.0.0.0/3", "::/128", "::1/128", "fe80::/10"
"""Where no KMS host of another machine can be (RFC 6890)."""


def _manual(case: Case) -> Iterator[tuple[Observed, ManualHost, ManualEndpoint]]:
    """The manual host that is in force, of a client that looks for a host."""
    observed = case.client
    if observed is not None and observed.config.manual is not None and observed.config.asks_for_kms:
        yield observed, observed.config.manual, manual_endpoint(observed.config.manual)


def _set_by_hand(manual: ManualHost) -> tuple[Evidence, ...]:
    port = f":{manual.port}" if manual.port else ""
    return client_evidence(
        manual.source, f"manual host {manual.name}{port}, {level_text(manual)} ({manual.tree.value})"
    )


def _clear(manual: ManualHost, summary: str) -> Fix:
    """Back to looking for a host through the DNS."""
    product = (manual.product or Product.WINDOWS).value  # slmgr clears what is set for the machine
    skus = (manual.sku,) if manual.is_level_known else (None, manual.sku)
    clear = [Action(do=Do.CLEAR_MANUAL_HOST, on="client", product=product, sku=sku) for sku in dict.fromkeys(skus)]
    return Fix(summary=summary, actions=tuple(clear))


def _how_to_clear(manual: ManualHost) -> str:
    if manual.product is Product.OFFICE:
        return "cscript ospp.vbs /remhst"
    if not manual.is_level_known:
        return "slmgr /ckms" + (
            f"; if it was set for this product alone, slmgr /ckms {manual.sku}" if manual.sku else ""
        )
    return "slmgr /ckms" + (f" {manual.sku}" if manual.sku else "")


@rule("KMS101", "manual-host-bypasses-dns", Severity.NOTE, "docs/kms.md 1.1", needs=_CLIENT, kms_only=True)
def manual_host_bypasses_dns(case: Case) -> Iterator[FindingDraft]:
    """A host is set by hand (KeyManagementServiceName): the client asks the DNS for no SRV record.

    Why: What the DNS says, priorities and weights included, doesn't matter to this client. It takes the product's own
    setting before the one for all of Windows or Office before the machine's. Microsoft's page on the search order reads
    as if the client went on to the DNS when this host fails; what administrators see is that it does not.
    Fix: Nothing, if it is meant. Else clear it, and the client looks for a host through the DNS again.
    Example: For Windows; for Office; and VAMT clears it when it activates
        slmgr /ckms
        cscript ospp.vbs /remhst
    """
    for _observed, manual, endpoint in _manual(case):
        if endpoint.is_usable:
            yield FindingDraft(
                subject=f"{endpoint.target}:{endpoint.port}",
                message=f"the host {endpoint.target}:{endpoint.port} is set by hand {level_text(manual)}: "
                "the DNS is not asked for SRV records",
                evidence=_set_by_hand(manual),
                fix=_clear(manual, f"to look for a host through the DNS again: {_how_to_clear(manual)}"),
            )


@rule("KMS102", "manual-host-unresolvable", Severity.ERROR, "docs/kms.md 1.1, 4", needs=_CLIENT, kms_only=True)
def manual_host_unresolvable(case: Case) -> Iterator[FindingDraft]:
    """The host that is set by hand has no address.

    Why: The client has nowhere else to go, and shows 0x8007232B.
    Fix: Correct the name, give it an address record, or clear the setting.
    Example:
        slmgr /skms kms01.contoso.com:1688
        slmgr /ckms
    """
    for observed, manual, _endpoint in _manual(case):
        reached = _contacted(observed)
        if reached is None or reached.addresses:
            continue
        assert observed.found is not None
        fix = _clear(manual, f"correct the host's name, or clear the setting: {_how_to_clear(manual)}")
        if reached.addresses is None:  # that is told by itself
            code = SHOWN[Outcome.NXDOMAIN]
            if observed.is_offline and (seen := _failed(observed, manual, code)):
                yield FindingDraft(
                    subject=str(reached),
                    message=f"the host set by hand, {reached}, was not found when the client last looked its name up: "
                    f"the client shows {code}",
                    evidence=_set_by_hand(manual) + seen,
                    fix=fix,
                    hresult=code,
                )
            continue
        asked = observed.found.snapshot.addresses
        counts = decisive(asked)
        if counts is None:
            continue
        why = "its name does not exist" if counts.outcome is Outcome.NXDOMAIN else "its name exists, but has no address"
        replies = response_evidence(asked)
        yield FindingDraft(
            subject=str(reached),
            message=f"the host set by hand, {reached}, has no address: {why}",
            evidence=_set_by_hand(manual) + replies,
            fix=fix,
            hresult=shown_for(counts),
        )


def _contacted(observed: Observed) -> Endpoint | None:
    """The manual host as an endpoint, when the client went to it."""
    found = observed.found
    return found.endpoints[0] if found is not None and found.source == "manual" else None


@rule("KMS103", "manual-host-unreachable", Severity.ERROR, "docs/kms.md 1.1, 4", needs=_CLIENT, kms_only=True)
def manual_host_unreachable(case: Case) -> Iterator[FindingDraft]:
    """The port of the host that is set by hand does not answer.

    Why: The client tries this host and no other, and shows 0xC004F074. Often the host was retired and the
    setting stayed.
    Fix: Bring the host back, set the right one, or clear the setting.
    Example:
        slmgr /skms kms02.contoso.com:1688
        slmgr /ckms
    """
    for observed, manual, _endpoint in _manual(case):
        reached = _contacted(observed)
        if reached is None:
            continue
        better = _published_instead(observed)
        if reached.probe is None:
            is_clock = any(event.hresult == BEHIND_NO_HOST for event in observed.facts.events)
            seen = () if is_clock else _failed(observed, manual, NO_HOST)
            what = f"did not answer when the client last asked it: the client shows {NO_HOST}{better}"
        elif reached.addresses and not reached.probe.is_open:
            seen = probe_evidence(reached)
            what = f"does not answer: {found_words(reached.probe)}{better}"
        else:
            continue
        if seen:
            yield FindingDraft(
                subject=str(reached),
                message=f"the host set by hand, {reached}, {what}",
                evidence=_set_by_hand(manual) + seen,
                fix=_clear(manual, f"clear the setting, if the host is gone: {_how_to_clear(manual)}"),
                hresult=NO_HOST,
            )


def _failed(observed: Observed, manual: ManualHost, code: str) -> tuple[Evidence, ...]:
    """Where products that go to this host show this code."""
    failed = [
        each
        for each in observed.facts.licences
        if each.has_key and each.error == code and each.product in (observed.config.product, None)
    ]
    sources = [each.source for each in failed if manual.sku in (None, each.sku)]
    return tuple([line for source in sources for line in client_evidence(source)])


def _published_instead(observed: Observed) -> str:
    published = observed.published
    if published is None or not published.endpoints:
        return ""
    return f"; the DNS publishes {', '.join(str(each) for each in published.endpoints[:3])}"


@rule(
    "KMS104",
    "manual-host-suspicious",
    Severity.WARNING,
    "docs/kms.md 6.5 (30, 31), RFC 6890",
    needs=_CLIENT,
    kms_only=True,
)
def manual_host_suspicious(case: Case) -> Iterator[FindingDraft]:
    """The host that is set by hand can hardly be meant: this machine itself, an unroutable address, a cloud's own host.

    Why: An image taken from a cloud brings that provider's KMS host along, which answers nobody outside; an address
    such as 127.0.0.2 or 0.0.0.0 is left by a mistake, or by software that fakes activation: a matter for a licence
    review.
    Fix: Clear the setting; look into where it came from.
    Example:
        slmgr /ckms
    """
    for _observed, manual, endpoint in _manual(case):
        why = _suspicion(endpoint.target) if endpoint.is_usable else None
        if why:
            yield FindingDraft(
                subject=f"{endpoint.target}:{endpoint.port}",
                message=f"the host set by hand, {endpoint.target}, {why}",
                evidence=_set_by_hand(manual),
                fix=_clear(manual, f"clear the setting, and find out who made it: {_how_to_clear(manual)}"),
            )


def _suspicion(target: str) -> str | None:
    literal = address_of(target)
    provided = _provider_hosts()
    if target in provided or f"{literal}." in provided:
        return "is a cloud provider's KMS host: it answers only machines in that cloud"
    if target == "localhost." or target.endswith(".localhost."):
        return "is this machine itself"
    if literal is None:
        return None
    from ipaddress import ip_address, ip_network

    address = ip_address(literal)
    networks = [ip_network(text) for text in DOCUMENTED_ADDRESSES]
    if any(address in network for network in networks if network.version == address.version):
        return "is an address where no other machine can be (RFC 6890)"
    return None


@cache
def _provider_hosts() -> frozenset[str]:
    """Names and addresses, with a dot behind, of the KMS hosts of cloud providers."""
    return frozenset([f"{host}." for host, _provider in rows("cloud-kms-hosts.csv")])


@rule("KMS105", "manual-host-malformed", Severity.ERROR, "docs/kms.md 1.7", needs=_CLIENT, kms_only=True)
def manual_host_malformed(case: Case) -> Iterator[FindingDraft]:
    """The host that is set by hand is none: an IPv6 address without brackets, a port inside the name, nothing at all.

    Why: Slmgr splits at the first colon, ospp /sethst doesn't split at all. The client looks for a name that can't
    exist (0x8007232B), or the script refuses the setting and the one before stays in force.
    Fix: Set it as the script reads it: host:port, or [address]:port for IPv6; with ospp host and port apart.
    Example:
        slmgr /skms [2001:db8::5]:1688
        cscript ospp.vbs /sethst:kms01.contoso.com
        cscript ospp.vbs /setprt:1688
    """
    observed = case.client
    if observed is not None and observed.config.refused is not None:
        typed = observed.config.refused
        yield FindingDraft(
            subject=typed,
            message=f"slmgr /skms {typed} sets no host: {_why_refused(typed)}",
            evidence=client_evidence(None, f"slmgr /skms {typed}"),
            fix=Fix(summary="write host:port, an IPv6 address in brackets as [address]:port"),
        )
    for _observed, manual, endpoint in _manual(case):
        if endpoint.fault is not None:
            yield FindingDraft(
                subject=manual.name or "(empty)",
                message=f"the host set by hand, {manual.name!r} with port {manual.port or 'unset'}, is malformed: "
                f"{endpoint.fault}",
                evidence=_set_by_hand(manual),
                fix=_clear(manual, "set it again as host:port, or [address]:port for IPv6; or clear it"),
                hresult=None if endpoint.is_usable else SHOWN[Outcome.NXDOMAIN],
            )


def _why_refused(typed: str) -> str:
    if typed.partition(":")[0].strip():
        return "the script splits at the first colon, and what follows is no port"
    return "there is no name in it"


@rule("KMS106", "lookup-domain-ignored", Severity.NOTE, "docs/kms.md 1.1", needs=_CLIENT, kms_only=True)
def lookup_domain_ignored(case: Case) -> Iterator[FindingDraft]:
    """A look-up domain is set (/skms-domain), but the manual host overrides it.

    Why: The client never asks in that domain, whatever its administrator meant. /ckms leaves the look-up domain in
    force.
    Fix: Clear the one that is not meant.
    Example:
        slmgr /ckms
        slmgr /ckms-domain
    """
    for observed, manual, endpoint in _manual(case):
        if observed.config.lookup_domain:
            yield FindingDraft(
                subject=observed.config.lookup_domain,
                message=f"the look-up domain {observed.config.lookup_domain} has no effect: "
                f"the host {endpoint.target}:{endpoint.port} is set by hand",
                evidence=_set_by_hand(manual),
                fix=_clear(manual, "clear the manual host (slmgr /ckms), or the look-up domain (slmgr /ckms-domain)"),
            )


@rule("KMS107", "port-value-wrong-type", Severity.WARNING, "docs/kms.md 1.6", needs=_CLIENT, kms_only=True)
def port_value_wrong_type(case: Case) -> Iterator[FindingDraft]:
    """KeyManagementServicePort is no REG_SZ, or holds no number.

    Why: The licensing service reads a string; a DWORD made by hand may not be read at all, and 1688 is used.
    Fix: Delete the value and set host and port with the tool.
    Example:
        slmgr /skms kms01.contoso.com:1699
    """
    if case.client is None:
        return
    for manual in case.client.facts.manual:
        text = (manual.port or "").strip()
        if manual.port_type != "REG_SZ":
            what = f"is of type {manual.port_type}, not REG_SZ"
        elif text and not (text.isascii() and text.isdigit()):
            what = f"holds {text!r}, which is no number"
        else:
            continue
        yield FindingDraft(
            subject=f"KeyManagementServicePort {level_text(manual)}",
            message=f"KeyManagementServicePort {level_text(manual)} {what}",
            evidence=_set_by_hand(manual),
            fix=Fix(summary="delete the value, and set host and port with slmgr /skms host:port"),
        )


@rule("KMS108", "setting-in-ineffective-tree", Severity.WARNING, "docs/kms.md 1.6", needs=_CLIENT, kms_only=True)
def setting_in_ineffective_tree(case: Case) -> Iterator[FindingDraft]:
    """A host is set under OfficeSoftwareProtectionPlatform, where this Office doesn't look.

    Why: Office 2013 and later use the Windows platform on Windows 8 and later; the branch named in many guides counts
    for Windows 7 and for Office 2010 alone. The client goes on as if nothing were set.
    Fix: Set the host with ospp.vbs, which writes to the right place, and delete the value.
    Example:
        cscript ospp.vbs /sethst:kms01.contoso.com
    """
    observed = case.client
    if observed is None:
        return
    office = next((each for each in observed.facts.licences if each.product is Product.OFFICE), None)
    if uses_office_tree(observed.facts, office):
        return
    for manual in observed.facts.manual:
        if manual.tree is Tree.OSPP and manual.name:
            in_use = in_force(observed.facts, office, Product.OFFICE)
            instead = f"{in_use.name} is in force" if in_use else "no host is set where it does look"
            yield FindingDraft(
                subject=manual.name,
                message=f"the host {manual.name} is set under {Tree.OSPP.value}, where Office 2013 and later "
                f"do not look on Windows 8 and later; {instead}",
                evidence=_set_by_hand(manual),
                fix=Fix(
                    summary="set the host with cscript ospp.vbs /sethst, and delete the value that has no effect",
                    actions=(
                        Action(do=Do.SET_MANUAL_HOST, on="client", value=manual.name, product=Product.OFFICE.value),
                    ),
                ),
            )


@rule(
    "KMS109",
    "manual-host-differs-from-dns",
    Severity.NOTE,
    "docs/kms.md 1.1",
    needs=_CLIENT,
    causes=("KMS104",),
    cause_of_any_subject=True,
    kms_only=True,
)
def manual_host_differs_from_dns(case: Case) -> Iterator[FindingDraft]:
    """The host that is set by hand is not among the targets that the DNS publishes.

    Why: Often it is an old host, or a private one that nobody else knows.
    Fix: Clear the setting, or publish the host.
    Example:
        slmgr /ckms
    """
    for observed, manual, endpoint in _manual(case):
        published = observed.published
        if published is None or not published.endpoints or not endpoint.is_usable:
            continue
        addresses = {address for each in published.endpoints for address in each.addresses or ()}
        if endpoint.target in {each.target for each in published.endpoints} or address_of(endpoint.target) in addresses:
            continue
        yield FindingDraft(
            subject=f"{endpoint.target}:{endpoint.port}",
            message=f"{endpoint.target} is not among the published hosts: "
            + ", ".join(str(each) for each in published.endpoints),
            evidence=_set_by_hand(manual),
            fix=_clear(manual, f"clear the setting, if the published hosts are meant: {_how_to_clear(manual)}"),
        )
