"""kmsdns discover: flags in, report out, exit status."""

from __future__ import annotations

from kmsdns.cli.reporting import deliver, exit_status, given, progress, split_servers, weighed
from kmsdns.options import DISCOVER

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from kmsdns.model.report import Report


def run(values: Mapping[str, Any]) -> int:
    """Discovers, writes the report in every format asked for, and returns the exit status."""
    from kmsdns.cli.output import destinations

    destinations(values)  # a mistake there is told before anything is asked
    with progress(values):
        report = weighed(_discover(values), values)
    deliver(report, values)
    return exit_status(report, values)


def _discover(values: Mapping[str, Any]) -> Report:
    from kmsdns.api import discover

    names, servers = split_servers(values["names"], values)
    return discover(*names, **given(DISCOVER, values, servers=servers))
