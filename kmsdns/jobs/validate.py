"""validate: what is wrong in zone files, all of it at once. Nothing is asked: the zones are all there is."""

from __future__ import annotations

from collections import Counter

from kmsdns.model import names
from kmsdns.model.findings import fold
from kmsdns.model.records import Soa
from kmsdns.model.report import Report, ZoneFile
from kmsdns.rules.case import Case
from kmsdns.rules.choice import run, skipped
from kmsdns.rules.exceptions import NO_EXCEPTIONS, Exceptions
from kmsdns.rules.of_zones import RULES as OF_ZONES
from kmsdns.rules.zone.comments import Suppressions
from kmsdns.rules.zone.suppressions import unused_suppression
from kmsdns.rules.zone.view import Zones, ZoneView
from kmsdns.zone.pointing import pointed_at

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from kmsdns.jobs.document import Document
    from kmsdns.model.findings import Finding
    from kmsdns.model.records import Location, Record
    from kmsdns.rules.rule import Rule
    from kmsdns.rules.zone.house_rules import HouseRules
    from kmsdns.zone.zone import Zone

_SUBJECT_BEFORE = frozenset([rule.code for rule in OF_ZONES if rule.subject_before])


def validate(
    judged: Sequence[tuple[str, Zone]],
    rules: Sequence[Rule],
    *,
    reference: Sequence[tuple[str, Zone]] = (),
    suffixes: Sequence[str] = (),
    is_public: bool | None = None,
    base: Mapping[str, int] | None = None,
    policy: HouseRules | None = None,
    exceptions: Exceptions = NO_EXCEPTIONS,
) -> Report:
    """What the rules say of zones, each given with its path. reference: zones that are only looked things up in.

    suffixes: domains that clients search for services. is_public: whether the zones are for everybody to ask. base:
    origin -> serial of each zone that has changed, as it was before. policy: house rules. exceptions: from
    rules, by file, zone and severity.
    """
    views = [ZoneView(zone, path) for path, zone in judged]
    zones = Zones(views, [ZoneView(zone, path) for path, zone in reference])
    sources = {path: text for _path, zone in judged for path, text in zone.sources.items()}
    case = Case(zones=zones, suffixes=suffixes, is_public=is_public, base=base, policy=policy)
    lacking = {each.code for each in skipped(rules, case)}
    judging = [each for each in rules if each.code not in lacking]
    suppressions = Suppressions([zone for _path, zone in judged], judging, _catalogue)
    found = fold([*_read(judged), *run([each for each in rules if each != unused_suppression], case)])
    kept = suppressions.unhidden(found)
    if unused_suppression in rules:
        case = Case(zones=zones, suppressions=suppressions)
        unused = run((unused_suppression,), case)
        found += unused
        kept += suppressions.unhidden(unused)
    origins = {path: zone.origin for _path, zone in judged for path in zone.sources}
    rated = exceptions.rated(kept)
    hidden = len(found) - len(kept)
    kept = [each for each in rated if not _is_excepted(each, exceptions, origins)]
    return Report(
        job="validate",
        files=tuple([_file(path, zone) for path, zone in judged]),
        sources=sources,
        findings=tuple(sorted(kept, key=_place)),
        skipped=skipped(rules, case),
        suppressed=hidden + len(rated) - len(kept),
        notices=_twice(views),
    )


def _is_excepted(finding: Finding, exceptions: Exceptions, origins: Mapping[str, str | None]) -> bool:
    path = finding.subject if finding.location is None else finding.location.path
    return exceptions.ignores(finding, path, origins.get(path))


def changed_since(base: Sequence[Document], documents: Sequence[Document]) -> dict[str, int]:
    """Origin -> serial as it was, of each zone whose records are others than in the base, the serial apart."""
    before = {names.fold(each.zone.origin or "."): each.zone for each in base}
    changed = {}
    for document in documents:
        origin = names.fold(document.zone.origin or ".")
        old = before.get(origin)
        if old is not None and old.soa is not None and _records(old) != _records(document.zone):
            changed[origin] = old.soa.serial
    return changed


def _records(zone: Zone) -> Counter[tuple[object, ...]]:
    return Counter(
        (names.fold(each.owner), each.ttl, each.rdtype, rdata.replace(serial=0) if isinstance(rdata, Soa) else rdata)
        for each in zone.records
        for rdata in (each.rdata,)
    )


def only_about(report: Report, zones: Sequence[Zone], service: str) -> Report:
    """The report without what is not about one service's records ("_vlmcs._tcp"), or about what they point at.

    How many findings are hidden is not told: it is not known which of them are about the service.
    """
    records: dict[str, list[Record]] = {}
    for zone in zones:
        for record in zone.records:
            records.setdefault(names.fold(record.owner), []).append(record)
    about: set[str] = set()
    new = {owner for owner in records if owner.startswith(f"{service}.")}
    while new:  # also along aliases
        about |= new
        held = [record for name in new for record in records.get(name, ()) if record.rdtype in ("SRV", "CNAME")]
        new = {name for record in held for name in pointed_at(record)} - about
    found = [record for name in about for record in records.get(name, ())]
    lines = _lines(found)
    others = _lines([record for name, held in records.items() if name not in about for record in held])

    def is_about(finding: Finding) -> bool:
        at = finding.location
        where = None if at is None else (at.path, at.line)
        if where in lines or where in others:
            return where in lines
        if at is not None and finding.code in _SUBJECT_BEFORE:
            return any(_begins(zone, at, service.partition(".")[0]) for zone in zones if at.path in zone.sources)
        subject = names.fold(finding.subject).partition(":")[0]  # of a line that could not be read
        return subject in about or subject.startswith(f"{service}.")

    kept = tuple([finding for finding in report.findings if is_about(finding)])
    files = [
        each.replace(records=sum(record.location is not None and record.location.path == each.path for record in found))
        for each in report.files
    ]
    return report.replace(findings=kept, files=tuple(files), suppressed=0)


def _begins(zone: Zone, at: Location, label: str) -> bool:
    """Whether a line begins with a label."""
    start = zone.line_start(at.path, at.line)
    return names.fold(zone.sources[at.path][start : start + len(label)]) == label


def _lines(records: Iterable[Record]) -> set[tuple[str, int]]:
    """The lines that records stand on."""
    places = [record.location for record in records if record.location is not None]
    return {(at.path, line) for at in places for line in range(at.line, at.end_line + 1)}


def new_only(report: Report, known: Counter[tuple[str, str, str]]) -> Report:
    """The report without the findings that are known: code, subject and message, each as often as it was found."""
    left, kept = known.copy(), []
    for finding in report.findings:
        key = (finding.code, finding.subject, finding.message)
        left[key] -= 1
        if left[key] < 0:
            kept.append(finding)
    return report.replace(findings=tuple(kept), suppressed=report.suppressed + len(report.findings) - len(kept))


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


def _catalogue() -> Sequence[Rule]:
    """All rules; only comments that hide findings may name those that are not of zones."""
    from kmsdns.rules.catalogue import RULES

    return RULES


def _read(judged: Sequence[tuple[str, Zone]]) -> list[Finding]:
    """What the reader found and no rule of the catalogue tells: nothing that it noticed is passed over."""
    told = {rule.code for rule in OF_ZONES}
    return [finding for _path, zone in judged for finding in zone.findings if finding.code not in told]


def _place(finding: Finding) -> tuple[object, ...]:
    """In the order of the files; what has no place comes last, worst first."""
    at = finding.location
    if at is None:
        return (1, "", 0, 0, finding.severity.rank, finding.code)
    return (0, at.path, at.line, at.column, finding.severity.rank, finding.code)


def _file(path: str, zone: Zone) -> ZoneFile:
    soa = zone.soa
    return ZoneFile(path=path, origin=zone.origin, records=zone.total, serial=None if soa is None else soa.serial)
