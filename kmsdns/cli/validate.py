"""kmsdns validate: zone files in, findings at their places out, exit status."""

from __future__ import annotations

from kmsdns.cli.reporting import deliver, exit_status, progress
from kmsdns.errors import KmsdnsError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any


def run(values: Mapping[str, Any]) -> int:
    """Validates, writes the report in every format asked for, and returns the exit status."""
    from kmsdns.api import validate
    from kmsdns.cli.output import destinations

    destinations(values)  # a mistake there is told before anything is read
    if not values["paths"]:
        raise KmsdnsError("nothing to validate: name zone files, folders of them, or - for standard input")
    with progress(values):
        report = validate(
            *values["paths"],
            origin=values["origin"],
            reference=values["with"],
            include_root=values["include_root"],
            suffixes=values["suffix"],
            view=values["view"],
            select=values["select"],
            extend_select=values["extend_select"],
            ignore=values["ignore"],
        )
    deliver(report, values)
    return exit_status(report, values, failed=False)
