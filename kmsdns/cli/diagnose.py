"""kmsdns diagnose: a domain and evidence in, the cause out, exit status."""

from __future__ import annotations

from kmsdns.cli.reporting import deliver, exit_status, families, path_of, progress, seeded, split_names
from kmsdns.errors import KmsdnsError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from kmsdns.core.report import Report


def run(values: Mapping[str, Any]) -> int:
    """Diagnoses, writes the report in every format asked for, and returns the exit status."""
    from kmsdns.cli.output import destinations
    from kmsdns.kms.diagnosis import would_show

    destinations(values)  # a mistake there is told before anything is asked
    with progress(values):
        report = _diagnose(values)
    deliver(report, values)
    return exit_status(report, values, failed=any(would_show(client) for client in report.clients[:1]))


def _diagnose(values: Mapping[str, Any]) -> Report:
    from kmsdns.api import diagnose

    names, servers = split_names(values)
    if len(names) > 1:
        raise KmsdnsError(
            f"diagnose looks at one client: name one domain, not {len(names)}; --suffix gives what a client searches"
        )
    return diagnose(
        names[0] if names else None,
        evidence=_evidence(values["client"]),
        suffixes=values["suffix"],
        servers=servers,
        service=values["service"],
        families=families(values),
        tcp=values["tcp"],
        timeout=values["timeout"],
        retries=values["retries"],
        deadline=values["deadline"],
        probe=None if values["probe"] == "none" else values["probe"],
        probe_local=values["probe_local"],
        offline=values["offline"],
        known_hosts=values["known_host"],
        machines=values["machines"],
        rng=seeded(values["seed"]),
        select=values["select"],
        extend_select=values["extend_select"],
        ignore=values["ignore"],
        record=path_of(values["record"]),
        replay=path_of(values["replay"]),
    )


def _evidence(paths: tuple[str, ...]) -> list[tuple[str, bytes]]:
    if not paths:
        return []
    from kmsdns.net.evidence import gather

    return gather(paths)
