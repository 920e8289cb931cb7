"""validate: what is wrong in zone files, all of it at once. Nothing is asked: the zones are all there is."""

from __future__ import annotations

from kmsdns.core.findings import fold
from kmsdns.core.report import Report, ZoneFile
from kmsdns.rules.case import Case
from kmsdns.rules.catalogue import RULES
from kmsdns.rules.choice import run, skipped
from kmsdns.rules.suppressions import Suppressions, unused_suppression
from kmsdns.rules.zones import Zones, ZoneView

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kmsdns.core.findings import Finding
    from kmsdns.rules.policy import Policy
    from kmsdns.rules.rule import Rule
    from kmsdns.zone.zone import Zone


def validate(
    judged: Sequence[tuple[str, Zone]],
    rules: Sequence[Rule],
    *,
    reference: Sequence[tuple[str, Zone]] = (),
    suffixes: Sequence[str] = (),
    is_public: bool | None = None,
    base: Mapping[str, int] | None = None,
    policy: Policy | None = None,
) -> Report:
    """What the rules say of zones, each given with its path. reference: zones that are only looked things up in.

    suffixes: domains that clients search for services. is_public: whether the zones are for everybody to ask. base:
    origin -> serial of each zone that has changed, as it was before. policy: house rules.
    """
    views = [ZoneView(zone, path) for path, zone in judged]
    zones = Zones(views, [ZoneView(zone, path) for path, zone in reference])
    sources = {path: text for _path, zone in judged for path, text in zone.sources.items()}
    case = Case(zones=zones, suffixes=suffixes, is_public=is_public, base=base, policy=policy)
    lacking = {each.code for each in skipped(rules, case)}
    suppressions = Suppressions(sources, {each.code for each in rules} - lacking, {each.code for each in RULES})
    found = fold([*_read(judged), *run([each for each in rules if each != unused_suppression], case)])
    kept = suppressions.unhidden(found)
    if unused_suppression in rules:
        case = Case(zones=zones, suppressions=suppressions)
        unused = run((unused_suppression,), case)
        found += unused
        kept += suppressions.unhidden(unused)
    return Report(
        job="validate",
        files=tuple([_file(path, zone) for path, zone in judged]),
        sources=sources,
        findings=tuple(sorted(kept, key=_place)),
        skipped=skipped(rules, case),
        suppressed=len(found) - len(kept),
        notices=_twice(views),
    )


def _twice(views: Sequence[ZoneView]) -> tuple[str, ...]:
    """A sentence for each zone that several files hold."""
    paths: dict[str, list[str]] = {}
    for view in views:
        paths.setdefault(view.origin, []).append(view.path)
    return tuple(
        [
            f"{' and '.join(held)} hold the same zone {origin}: each is judged by itself"
            for origin, held in paths.items()
            if len(held) > 1
        ]
    )


def _read(judged: Sequence[tuple[str, Zone]]) -> list[Finding]:
    """What the reader found and no rule of the catalogue tells: nothing that it noticed is passed over."""
    told = {rule.code for rule in RULES}
    return [finding for _path, zone in judged for finding in zone.findings if finding.code not in told]


def _place(finding: Finding) -> tuple[object, ...]:
    """In the order of the files; what has no place comes last, worst first."""
    at = finding.location
    if at is None:
        return (1, "", 0, 0, finding.severity.rank, finding.code)
    return (0, at.path, at.line, at.column, finding.severity.rank, finding.code)


def _file(path: str, zone: Zone) -> ZoneFile:
    soa = zone.soa
    return ZoneFile(
        path=path, origin=zone.origin, records=len(zone.records), serial=None if soa is None else soa.serial
    )
