"""KMS151-172: the licence's clock, and evidence that can't be read or disagrees. Needs: client."""

from __future__ import annotations

from kmsdns.errors import KmsdnsError
from kmsdns.kms.evidence.resolver import contradictions, kms_licences
from kmsdns.kms.licence import ACTIVATION_INTERVAL, RENEWAL_INTERVAL, LicenceState, renewal_clock
from kmsdns.model.findings import Fix, Severity
from kmsdns.rules.evidence import client_evidence
from kmsdns.rules.rule import FindingDraft, Needs, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from kmsdns.kms.evidence.facts import Licence
    from kmsdns.kms.licence import RenewalClock
    from kmsdns.rules.case import Case

_CLIENT = (Needs.CLIENT,)


def licence_clock(licence: Licence, now: datetime | None) -> RenewalClock | None:
    """When the licence was renewed and runs out; None where the evidence doesn't say."""
    if licence.state is None or licence.minutes_left is None or now is None:
        return None
    try:
        return renewal_clock(
            licence.state,
            licence.minutes_left,
            now,
            activation_interval=licence.activation_interval or ACTIVATION_INTERVAL,
            renewal_interval=licence.renewal_interval or RENEWAL_INTERVAL,
        )
    except KmsdnsError:  # figures that can't be
        return None


def _licences(case: Case, state: LicenceState) -> Iterator[tuple[Licence, RenewalClock | None]]:
    if case.client is not None:
        for licence in kms_licences(case.client.facts):
            if licence.state is state:
                yield licence, licence_clock(licence, case.client.now)


def _day(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d}"


@rule("KMS151", "licence-out-of-tolerance", Severity.ERROR, "docs/kms.md 3", needs=_CLIENT, kms_only=True)
def licence_out_of_tolerance(case: Case) -> Iterator[FindingDraft]:
    """The activation has expired: more than 180 days went by without a renewal.

    Why: 30 days are left; after them the product shows notifications, and Office turns its title bar red.
    Fix: Let the client reach a host; it renews by itself within its activation interval.
    Example: How much is left
        slmgr /xpr
        cscript ospp.vbs /dstatus
    """
    for licence, clock in _licences(case, LicenceState.OOT_GRACE):
        left = "" if licence.minutes_left is None else f": {licence.minutes_left // 1440} days are left"
        until = f", until {_day(clock.notification)}" if clock is not None and clock.notification else ""
        yield FindingDraft(
            subject=licence.name,
            message=f"the activation of {licence.name} has expired{left}{until}",
            evidence=client_evidence(licence.source),
            fix=Fix(summary="mend what keeps the client from its host; it renews by itself then"),
        )


@rule("KMS152", "licence-in-notification", Severity.ERROR, "docs/kms.md 3", needs=_CLIENT, kms_only=True)
def licence_in_notification(case: Case) -> Iterator[FindingDraft]:
    """All grace is over: the product is in notification state.

    Why: No host has activated it for 180 days and 30 more, or never since it was installed.
    Fix: Let the client reach a host and activate.
    Example: How it got there
        cscript ospp.vbs /dhistorykms
    """
    for licence, _clock in _licences(case, LicenceState.NOTIFICATION):
        yield FindingDraft(
            subject=licence.name,
            message=f"{licence.name} is in notification state: all of its grace is over",
            evidence=client_evidence(licence.source),
            fix=Fix(summary="mend what keeps the client from its host, then let it activate"),
            hresult=licence.error,
        )


@rule("KMS153", "renewal-overdue", Severity.WARNING, "docs/kms.md 3", needs=_CLIENT, kms_only=True)
def renewal_overdue(case: Case) -> Iterator[FindingDraft]:
    """The product is licensed, but has not been renewed for longer than the renewal interval.

    Why: Something keeps it from its host since then, and nobody notices until the 180 days run out.
    Fix: See why: the client's own way, and its events 12288.
    Example:
        kmsdns diagnose --client dstatus.txt
    """
    for licence, clock in _licences(case, LicenceState.LICENSED):
        if clock is not None and clock.is_overdue and clock.last_renewal and clock.runs_out:
            yield FindingDraft(
                subject=licence.name,
                message=f"{licence.name} was last renewed on {_day(clock.last_renewal)} and runs out on "
                f"{_day(clock.runs_out)}: a renewal is overdue",
                evidence=client_evidence(licence.source),
                fix=Fix(
                    summary="find out what keeps the client from its host; its events 12288 and 12289 say when it tried"
                ),
            )


@rule(
    "KMS171",
    "evidence-unreadable",
    Severity.WARNING,
    "docs/kms.md 5",
    needs=_CLIENT,
    safety=None,
    is_open=True,
    kms_only=True,
)
def evidence_unreadable(case: Case) -> Iterator[FindingDraft]:
    """A file, or a part of one, could not be read; everything else was.

    Why: What stood there is missing from the diagnosis.
    Fix: Save the output again in full, as text: in PowerShell with Out-File, in cmd with >.
    Example:
        cscript //nologo ospp.vbs /dstatus > dstatus.txt
    """
    if case.client is not None:
        for unread in case.client.facts.unread:
            yield FindingDraft(
                subject=unread.source.path,
                message=f"{unread.source} could not be read: {unread.reason}",
                evidence=client_evidence(unread.source),
            )


@rule("KMS172", "evidence-contradicts", Severity.NOTE, "docs/kms.md 5", needs=_CLIENT, safety=None, kms_only=True)
def evidence_contradicts(case: Case) -> Iterator[FindingDraft]:
    """Two pieces of evidence disagree.

    Why: They may be of two machines, or of before and after a change. The first one counts here.
    Fix: Leave out what is old, or diagnose each machine by itself.
    Example:
        kmsdns diagnose --client pc01.json
    """
    if case.client is not None:
        for each in contradictions(case.client.facts):
            yield FindingDraft(
                subject=each.first.topic.value,
                message=f"the evidence disagrees about the {each.first.topic.value}: {each.first.value} at "
                f"{each.first.source}, {each.second.value} at {each.second.source}",
                evidence=client_evidence(each.first.source) + client_evidence(each.second.source),
            )
