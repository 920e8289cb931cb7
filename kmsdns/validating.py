"""What the front doors share of a validation: paths become zones, and these a report."""

from __future__ import annotations

from time import gmtime, monotonic, strftime

from kmsdns.core import names
from kmsdns.jobs.validate import validate as judge
from kmsdns.net.gathering import gather
from kmsdns.rules.catalogue import RULES
from kmsdns.rules.choice import select as select_rules
from kmsdns.rules.rule import Needs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from kmsdns.core.report import Report
    from kmsdns.rules.policy import Policy

OF_A_ZONE = frozenset((Needs.ZONE, Needs.RECORDS))
"""What a rule needs that zone files alone can satisfy."""


def validate(
    *paths: str | Path,
    origin: str | None = None,
    reference: Sequence[str | Path] = (),
    include_root: str | Path | None = None,
    suffixes: Sequence[str] = (),
    view: str | None = None,
    policy: Policy | None = None,
    select: Sequence[str] = (),
    extend_select: Sequence[str] = (),
    ignore: Sequence[str] = (),
) -> Report:
    """What is wrong in zone files, all of it at once, at path, line and column.

    paths: zone files, folders of them (*.zone, *.db, db.*), or "-" for standard input
    origin: what completes the names of a single file that doesn't say it; without it the file's own $ORIGIN or name
    reference: zone files to look names up in, that are not judged themselves
    include_root: the folder below which $INCLUDE may read; default none
    suffixes: domains that clients search for services; view: "public" or "internal", who the zones are for
    policy: house rules, for those of the rules POL that are chosen
    select, extend_select, ignore: rules by code, slug or prefix

    Raises UnreadableInput when nothing could be read, InvalidName or another KmsdnsError for misuse.
    """
    started, clock = strftime("%Y-%m-%dT%H:%M:%SZ", gmtime()), monotonic()
    among = tuple([rule for rule in RULES if OF_A_ZONE.issuperset(rule.needs)])
    report = judge(
        gather(paths, origin=origin, include_root=include_root),
        select_rules(among, select, extend_select, ignore),
        reference=gather(reference, include_root=include_root) if reference else (),
        suffixes=[names.fold(names.from_text(suffix)) for suffix in suffixes],
        is_public=None if view is None else view == "public",
        policy=policy,
    )
    return report.replace(started=started, elapsed=monotonic() - clock)
