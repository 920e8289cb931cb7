"""validate: what is wrong in zone files, all of it at once. Nothing is asked: the zones are all there is."""

from __future__ import annotations

import re

from kmsdns.core.findings import fold
from kmsdns.core.report import Report, ZoneFile
from kmsdns.rules.case import Case
from kmsdns.rules.choice import run, skipped
from kmsdns.rules.zones import Zones, ZoneView

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kmsdns.core.findings import Finding
    from kmsdns.rules.rule import Rule
    from kmsdns.zone.zone import Zone

_COMMENT = re.compile(r";[ \t]*kmsdns:[ \t]*(ignore|ignore-file)[ \t]+([A-Za-z0-9, \t]+)")


def validate(
    judged: Sequence[tuple[str, Zone]],
    rules: Sequence[Rule],
    *,
    reference: Sequence[tuple[str, Zone]] = (),
    suffixes: Sequence[str] = (),
    is_public: bool | None = None,
    base: Mapping[str, int] | None = None,
) -> Report:
    """What the rules say of zones, each given with its path. reference: zones that are only looked things up in.

    suffixes: domains that clients search for services. is_public: whether the zones are for everybody to ask. base:
    origin -> serial of each zone that has changed, as it was before.
    """
    views = [ZoneView(zone, path) for path, zone in judged]
    zones = Zones(views, [ZoneView(zone, path) for path, zone in reference])
    case = Case(zones=zones, suffixes=suffixes, is_public=is_public, base=base)
    found = fold(run(rules, case))
    sources = {path: text for _path, zone in judged for path, text in zone.sources.items()}
    kept = _unsuppressed(found, sources)
    return Report(
        job="validate",
        files=tuple([_file(path, zone) for path, zone in judged]),
        sources=sources,
        findings=tuple(sorted(kept, key=_place)),
        skipped=skipped(rules, case),
        suppressed=len(found) - len(kept),
    )


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


def _unsuppressed(findings: Sequence[Finding], sources: Mapping[str, str]) -> list[Finding]:
    """Those that no comment hides: "; kmsdns: ignore CODE" on a line of the record, or ignore-file anywhere."""
    of_file: dict[str, set[str]] = {}
    of_line: dict[tuple[str, int], set[str]] = {}
    for path, text in sources.items():
        lines = text.split("\n") if "kmsdns:" in text else []
        for number, line in enumerate(lines, start=1):
            for scope, words in _COMMENT.findall(line) if "kmsdns:" in line else ():
                codes = {code.upper() for code in re.split(r"[,\s]+", words) if code}
                if scope == "ignore-file":
                    of_file.setdefault(path, set()).update(codes)
                else:
                    of_line.setdefault((path, number), set()).update(codes)
    return [each for each in findings if not _is_suppressed(each, of_file, of_line)]


def _is_suppressed(
    finding: Finding, of_file: Mapping[str, set[str]], of_line: Mapping[tuple[str, int], set[str]]
) -> bool:
    at = finding.location
    if at is None:
        return False
    if finding.code in of_file.get(at.path, ()):
        return True
    return any(finding.code in of_line.get((at.path, line), ()) for line in range(at.line, at.end_line + 1))
