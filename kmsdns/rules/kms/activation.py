"""KMS131-134: how a product is activated, and whether it looks for a KMS host at all. Needs: client."""

from __future__ import annotations

from kmsdns.kms.diagnosis import would_show
from kmsdns.kms.evidence.facts import Topic
from kmsdns.kms.evidence.resolver import CLIENT_CHANNEL
from kmsdns.model.findings import Action, Do, Fix, Severity
from kmsdns.model.messages import Outcome
from kmsdns.rules.evidence import client_evidence
from kmsdns.rules.rule import FindingDraft, Needs, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kmsdns.kms.diagnosis import Observed
    from kmsdns.model.findings import Evidence
    from kmsdns.rules.case import Case

_CLIENT = (Needs.CLIENT,)


@rule("KMS131", "activation-type-excludes-kms", Severity.NOTE, "docs/kms.md 1.0", needs=_CLIENT, kms_only=True)
def activation_type_excludes_kms(case: Case) -> Iterator[FindingDraft]:
    """Activation is pinned to the directory or to a token: the client looks for no KMS host.

    Why: No SRV look-up is expected, and none is seen on the wire.
    Fix: Nothing, if it is meant; else allow every type again.
    Example:
        slmgr /act-type 0
        cscript ospp.vbs /actype:0
    """
    observed = case.client
    if observed is not None and not observed.config.asks_for_kms:
        by = {"ad": "the directory", "token": "a token"}[observed.config.activation_type]
        yield FindingDraft(
            subject="activation type",
            message=f"activation is pinned to {by}: this client looks for no KMS host",
            evidence=client_evidence(None, f"activation type {observed.config.activation_type}"),
            fix=Fix(
                summary="to allow KMS again: slmgr /act-type 0, for Office cscript ospp.vbs /actype:0",
                actions=(Action(do=Do.SET_ACTIVATION_TYPE, on="client", value="0"),),
            ),
        )


@rule("KMS132", "not-a-kms-client", Severity.ERROR, "docs/kms.md 5.5, 6.5 (37)", needs=_CLIENT, kms_only=True)
def not_a_kms_client(case: Case) -> Iterator[FindingDraft]:
    """The product's key is no KMS client key: MAK or RETAIL, or the key of a KMS host on a client.

    Why: Such a product never looks for a KMS host (0x8007007B is a frequent sequel); and a KMS host key on an ordinary
    machine makes it publish itself in the DNS.
    Fix: Install the product's public client setup key (GVLK) for volume activation.
    Example: The channel says what it is
        slmgr /dlv
    """
    observed = case.client
    if observed is None or any(each.channel == CLIENT_CHANNEL and each.has_key for each in observed.facts.licences):
        return
    is_host = bool(observed.facts.hosts)
    for licence in observed.facts.licences:
        if not licence.has_key or licence.channel is None:
            continue
        host_key = licence.channel.startswith("VOLUME_KMS")
        if host_key and is_host:
            continue  # a host that is meant to be one; KMS163 judges whether it should be
        what = "the key of a KMS host" if host_key else f"a key of the channel {licence.channel}"
        yield FindingDraft(
            subject=licence.name,
            message=f"{licence.name} has {what}, so it looks for no KMS host",
            evidence=client_evidence(licence.source, licence.description),
            fix=Fix(summary="install the product's client setup key (GVLK), if it is to be activated through KMS"),
        )


@rule("KMS133", "directory-activation-first", Severity.NOTE, "docs/kms.md 7", needs=_CLIENT, kms_only=True)
def directory_activation_first(case: Case) -> Iterator[FindingDraft]:
    """The machine is in a domain: it tries activation through the directory before it looks for a KMS host.

    Why: Where the forest has an activation object the client never asks for KMS, which is no fault.
    Fix: Nothing. To test KMS there, pin the type for a while, or use a machine outside the domain.
    Example:
        slmgr /act-type 2
    """
    observed = case.client
    if observed is None or not observed.config.domain_joined or observed.config.activation_type != "all":
        return
    located = ""
    for response in observed.directory:
        is_there = response.outcome is Outcome.ANSWER
        located = f" ({response.question.name}: {'found' if is_there else response.reason})"
    yield FindingDraft(
        subject=observed.config.domain or "the domain",
        message=f"a domain member tries activation through the directory first{located}",
        evidence=client_evidence(None, "domain member"),
        fix=Fix(summary="nothing; to test KMS by itself: slmgr /act-type 2, and /act-type 0 afterwards"),
    )


@rule("KMS134", "shown-code-unexplained", Severity.ERROR, "docs/kms.md 4", needs=_CLIENT, otherwise=True, kms_only=True)
def shown_code_unexplained(case: Case) -> Iterator[FindingDraft]:
    """The client shows a code, and nothing else that was seen explains it.

    Why: The client fails, whatever the DNS and the hosts look like from here. The catalogue knows what such a code
    means and what to check first.
    Fix: Check what the catalogue says of the code, on the client and on the host that it goes to.
    Example: All that is known of a code
        kmsdns explain 0xC004F035
    """
    from kmsdns.kms.codes import find_error

    observed = case.client
    code = None if observed is None else would_show(observed)
    if observed is None or code is None:
        return
    known = find_error(int(code, 16))
    text, cause = (known.text, known.cause) if known is not None else ("a code that the catalogue does not know", "")
    check = known.check if known is not None else "read the client's event log, and look the code up"
    yield FindingDraft(
        subject=code,
        message=f"the client shows {code}: {text}" + (f" ({cause.removesuffix('.')})" if cause else ""),
        evidence=_shown_in(observed, code),
        fix=Fix(summary=f"check first: {check.removesuffix('.')}"),
        hresult=code,
    )


def _shown_in(observed: Observed, code: str) -> tuple[Evidence, ...]:
    """The lines of the client's tools that have the code."""
    facts = observed.facts
    sources = [each.source for each in facts.licences if each.error == code]
    sources += [each.source for each in facts.claims if each.topic is Topic.SHOWN_ERROR and each.value == code]
    sources += [each.source for each in facts.events if each.hresult == code]
    return tuple([line for source in sources for line in client_evidence(source)])
