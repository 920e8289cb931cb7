"""POL: house rules. They say nothing until a policy gives them their values. Needs: records, most a zone file."""

from __future__ import annotations

from kmsdns.model.findings import Fix, Safety, Severity
from kmsdns.model.names import is_at_or_below
from kmsdns.model.records import Location
from kmsdns.rules.rule import FindingDraft, Needs, rule
from kmsdns.rules.srv.entries import OWNER, TARGET, WEIGHT, evidence_of, judged, place
from kmsdns.rules.zone.lines import by_type, ttl_place
from kmsdns.rules.zone.lines import judged as zones_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kmsdns.rules.case import Case

_RECORDS = (Needs.RECORDS,)
_ZONE = (Needs.ZONE,)


@rule(
    "POL101",
    "ttl-range",
    Severity.WARNING,
    "house rule",
    needs=_ZONE,
    default=False,
    policy_keys=("ttl-min", "ttl-max"),
)
def ttl_range(case: Case) -> Iterator[FindingDraft]:
    """A TTL is outside of the range that the policy allows.

    Why: A short one makes resolvers ask more often, a long one makes a change take longer.
    Fix: Write a TTL within the range.
    Example: An hour
        kms01  3600  IN  A  192.0.2.11
    """
    least, most = case.policy.ttl_min, case.policy.ttl_max
    for view in zones_of(case) if (least, most) != (None, None) else ():
        for owner, records in view.owners():
            for rdtype, same in by_type(records):
                odd = next(
                    (
                        each
                        for each in same
                        if (least is not None and each.ttl < least) or (most is not None and each.ttl > most)
                    ),
                    None,
                )
                if odd is not None:
                    yield FindingDraft(
                        subject=owner,
                        message=f"the TTL of {owner} {rdtype} is {odd.ttl}, outside of the policy's "
                        f"{0 if least is None else least} to {'any' if most is None else most}",
                        location=ttl_place(view, odd),
                        fix=Fix(summary="write a TTL within the policy's range"),
                    )


@rule(
    "POL102",
    "allowed-services",
    Severity.WARNING,
    "house rule",
    needs=_RECORDS,
    default=False,
    policy_keys=("services",),
)
def allowed_services(case: Case) -> Iterator[FindingDraft]:
    """A service is published that is not among those that the policy allows.

    Why: The house keeps a list of what it offers.
    Fix: Remove the record, or add the service to the list.
    Example: With the list _vlmcs._tcp, only
        _vlmcs._tcp  IN  SRV  0 0 1688 kms01.contoso.com.
    """
    allowed = case.policy.services
    for found in case.sets if allowed is not None else ():
        what = f"{found.service}.{found.proto}"
        if allowed is None or found.service is None or what in allowed:
            continue
        if any(not each.srv.is_no_service for each in found.entries):
            yield FindingDraft(
                subject=found.owner,
                message=f"{what} is not among the services that the policy allows",
                location=place(found, found.entries[0], OWNER),
                evidence=evidence_of(found, found.entries),
                fix=Fix(summary="remove the records, or add the service to the policy"),
            )


@rule(
    "POL103",
    "allowed-target-suffix",
    Severity.WARNING,
    "house rule",
    needs=_RECORDS,
    default=False,
    policy_keys=("target-suffixes",),
)
def allowed_target_suffix(case: Case) -> Iterator[FindingDraft]:
    """A target is in none of the domains that the policy allows.

    Why: The house wants its services on its own hosts.
    Fix: Name a host of an allowed domain.
    Example: With contoso.com allowed
        _vlmcs._tcp  IN  SRV  0 0 1688 kms01.contoso.com.
    """
    suffixes = case.policy.target_suffixes
    for found, target, entries in judged(case) if suffixes is not None else ():
        if not any(is_at_or_below(target.name, suffix) for suffix in suffixes or ()):
            yield FindingDraft(
                subject=target.name,
                message=f"the target {target.name} is in no domain that the policy allows",
                location=place(found, entries[0], TARGET),
                evidence=evidence_of(found, entries),
                fix=Fix(summary="name a host of an allowed domain"),
            )


@rule(
    "POL104",
    "minimum-targets",
    Severity.WARNING,
    "house rule",
    needs=_RECORDS,
    default=False,
    policy_keys=("minimum-targets",),
)
def minimum_targets(case: Case) -> Iterator[FindingDraft]:
    """A service has fewer targets than the policy asks for.

    Why: With one host there is none left when it fails.
    Fix: Publish another host.
    Example: Two
        _vlmcs._tcp  IN  SRV  0 50 1688 kms01.contoso.com.
        _vlmcs._tcp  IN  SRV  0 50 1688 kms02.contoso.com.
    """
    least = case.policy.minimum_targets
    for found in case.sets if least is not None else ():
        names = {each.target.name for each in found.entries if not each.srv.is_no_service}
        if names and len(names) < (least or 0):
            yield FindingDraft(
                subject=found.owner,
                message=f"{found.owner} has {len(names)} of the {least} targets that the policy asks for",
                location=place(found, found.entries[0], OWNER),
                evidence=evidence_of(found, found.entries),
                fix=Fix(summary="publish another host of the service"),
            )


@rule("POL105", "layout", Severity.NOTE, "house rule", needs=_ZONE, safety=Safety.SAFE, default=False)
def layout(case: Case) -> Iterator[FindingDraft]:
    """A file isn't laid out as the formatter would do it.

    Why: Files that look alike are easier to compare.
    Fix: Let the formatter write it.
    Example:
        kms01  3600  IN  A  192.0.2.11
    """
    formatted = case.policy.layout
    for view in zones_of(case) if formatted is not None else ():
        for path, text in view.zone.sources.items():
            wanted = text if formatted is None else formatted(text)
            if wanted == text:
                continue
            lines, others = text.split("\n"), wanted.split("\n")
            number = next((at for at, pair in enumerate(zip(lines, others, strict=False)) if pair[0] != pair[1]), None)
            at = min(len(lines), len(others)) - 1 if number is None else number
            yield FindingDraft(
                subject=path,
                message="the file is not laid out as the formatter does it, from this line on",
                location=Location(
                    path=path, line=at + 1, column=1, end_line=at + 1, end_column=max(len(lines[at]), 1) + 1
                ),
                fix=Fix(summary="let the formatter write the file", safety=Safety.SAFE),
            )


@rule(
    "POL106",
    "comment-required",
    Severity.WARNING,
    "house rule",
    needs=_ZONE,
    default=False,
    policy_keys=("comment-required",),
)
def comment_required(case: Case) -> Iterator[FindingDraft]:
    """A service record has no comment, on its line or on a line of its own above it.

    Why: The house wants to know later why the record is there.
    Fix: Write one.
    Example:
        _vlmcs._tcp IN SRV 0 0 1688 kms01.contoso.com. ; since 2024
    """
    for view in zones_of(case) if case.policy.comment_required else ():
        commented = {path: _commented(text) for path, text in view.zone.sources.items()}
        for record in view.of_type("SRV"):
            at = record.location
            if at is not None and not commented[at.path].intersection(range(at.line, at.end_line + 1)):
                yield FindingDraft(
                    subject=record.owner,
                    message=f"the SRV record of {record.owner} has no comment",
                    location=at,
                    fix=Fix(summary="write a comment behind the record"),
                )


def _commented(text: str) -> set[int]:
    """The lines with a comment, and those behind a line that is a comment and nothing else."""
    from kmsdns.zone.lexer import TokenKind, scan  # a diagnosis reads no zone

    found: set[int] = set()
    if ";" not in text:
        return found
    filled: set[int] = set()
    for token in scan(text, 0, len(text), 1):
        if token.kind is not TokenKind.NEWLINE:
            (found if token.kind is TokenKind.COMMENT else filled).add(token.line)
    return found | {number + 1 for number in found - filled}


@rule(
    "POL107",
    "no-wildcard-srv",
    Severity.WARNING,
    "house rule",
    needs=_RECORDS,
    default=False,
    policy_keys=("no-wildcard-srv",),
)
def no_wildcard_srv(case: Case) -> Iterator[FindingDraft]:
    """A service record stands at a wildcard, and the policy allows none.

    Why: A wildcard answers for names that nobody thought of.
    Fix: Name the service.
    Example: Not *._tcp, but
        _vlmcs._tcp  IN  SRV  0 0 1688 kms01.contoso.com.
    """
    for found in case.sets if case.policy.no_wildcard_srv else ():
        if found.owner.startswith("*."):
            yield FindingDraft(
                subject=found.owner,
                message=f"{found.owner} is a wildcard: the policy allows none for services",
                location=place(found, found.entries[0], OWNER),
                fix=Fix(summary="write records for the services that are meant"),
            )


@rule(
    "POL108", "weights-sum", Severity.WARNING, "house rule", needs=_RECORDS, default=False, policy_keys=("weights-sum",)
)
def weights_sum(case: Case) -> Iterator[FindingDraft]:
    """The weights of one priority don't add up to what the policy asks for.

    Why: With a sum of 100, weights are shares in per cent.
    Fix: Change the weights.
    Example: A sum of 100
        _vlmcs._tcp  IN  SRV  0 60 1688 kms01.contoso.com.
        _vlmcs._tcp  IN  SRV  0 40 1688 kms02.contoso.com.
    """
    wanted = case.policy.weights_sum
    for found in case.sets if wanted is not None else ():
        for priority in dict.fromkeys(each.srv.priority for each in found.entries):
            same = tuple([each for each in found.entries if each.srv.priority == priority])
            total = sum(each.srv.weight for each in same)
            if len(same) > 1 and total != wanted:
                yield FindingDraft(
                    subject=found.owner,
                    message=f"the weights of priority {priority} of {found.owner} add up to {total}, not to {wanted}",
                    location=place(found, same[0], WEIGHT),
                    evidence=evidence_of(found, same),
                    fix=Fix(summary=f"change the weights so that they add up to {wanted}"),
                )
