"""RR: what the records of one name do together. Needs: records."""

from __future__ import annotations

from kmsdns.core.findings import Fix, Related, Safety, Severity
from kmsdns.core.names import fold
from kmsdns.rules.rule import Needs, Told, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kmsdns.rules.case import Case

_ZONE = (Needs.ZONE,)


@rule("RR002", "duplicate-record", Severity.WARNING, "RFC 2181 5", needs=_ZONE, safety=Safety.SAFE)
def duplicate_record(case: Case) -> Iterator[Told]:
    """The same record stands twice.

    Why: It counts once, and whoever changes one of the two wonders why nothing happens.
    Fix: Remove one of them.
    Example: Once is enough
        kms01  IN  A  192.0.2.11
    """
    for view in case.zones.judged if case.zones is not None else ():
        for owner, records in view.owners():
            first: dict[tuple[str, str], object] = {}
            for record in records:
                key = (record.rdtype, fold(str(record.rdata)))
                before = first.setdefault(key, record)
                if before is not record:
                    assert record.location is not None
                    yield Told(
                        subject=owner,
                        message=f"{record.owner} {record.rdtype} {record.rdata} stands there already",
                        location=record.location,
                        related=(Related(location=before.location, message="first here"),),  # type: ignore[attr-defined]
                        fix=Fix(summary="remove this line", safety=Safety.SAFE),
                    )
