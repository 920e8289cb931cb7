"""ZF: the text of a zone file. The reader finds these while it reads; here each has its manual page. Needs: zone."""

from __future__ import annotations

from kmsdns.core.findings import Severity
from kmsdns.rules.rule import Needs, Told, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kmsdns.rules.case import Case

_ZONE = (Needs.ZONE,)


def told_by_the_reader(case: Case, code: str) -> Iterator[Told]:
    """What reading the zones found of one code."""
    for view in case.zones.judged if case.zones is not None else ():
        for found in view.zone.findings:
            if found.code == code:
                yield Told(
                    subject=found.subject,
                    message=found.message,
                    location=found.location,
                    related=found.related,
                    evidence=found.evidence,
                    fix=found.fix,
                )


@rule("ZF001", "syntax-error", Severity.ERROR, "RFC 1035 5.1", needs=_ZONE)
def syntax_error(case: Case) -> Iterator[Told]:
    """A line can't be read as a record.

    Why: A name server refuses the zone, or leaves the record out.
    Fix: Write owner, TTL, class, type and the fields of that type, in this order.
    Example: The fields of a record
        kms01  3600  IN  A  192.0.2.11
    """
    yield from told_by_the_reader(case, "ZF001")
