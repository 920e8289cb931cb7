"""kmsdns discover: flags in, report out, exit status."""

from __future__ import annotations

from kmsdns.cli.reporting import deliver, exit_status, families, path_of, progress, seeded, split_names, weighed

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

    names, servers = split_names(values)
    probe = None if values["probe"] == "none" else values["probe"]
    return discover(
        *names,
        servers=servers,
        ca_file=path_of(values["ca_file"]),
        service=values["service"],
        bare=values["bare"],
        port=values["port"],
        families=families(values),
        tcp=values["tcp"],
        all_servers=values["all_servers"],
        edns=not values["no_edns"],
        cookie=values["cookie"],
        mix_case=values["mix_case"],
        timeout=values["timeout"],
        retries=values["retries"],
        deadline=values["deadline"],
        probe=probe,
        probe_local=values["probe_local"],
        fallback=values["fallback"],
        rng=seeded(values["seed"]),
        cache=_cache_path(values) if probe else None,
        select=values["select"],
        extend_select=values["extend_select"],
        ignore=values["ignore"],
        record=path_of(values["record"]),
        replay=path_of(values["replay"]),
    )


def _cache_path(values: Mapping[str, Any]) -> Any:
    if values["no_cache"]:
        return None
    from kmsdns.cli.cache import cache_path

    return cache_path(values["cache_file"])
