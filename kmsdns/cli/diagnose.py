"""kmsdns diagnose: a domain and evidence in, the cause out, exit status."""

from __future__ import annotations

from kmsdns.cli.output import destinations, put, write_file
from kmsdns.cli.reporting import deliver, exit_status, families, path_of, progress, seeded, split_names, weighed
from kmsdns.errors import KmsdnsError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from kmsdns.model.report import Report


def run(values: Mapping[str, Any]) -> int:
    """Diagnoses, writes the report in every format asked for, and returns the exit status."""
    destinations(values)  # a mistake there is told before anything is asked
    with progress(values):
        report = weighed(_diagnose(values), values)
    if values["fix_as"] is None:
        deliver(report, values)
    else:
        _deliver_script(report, values)
    return exit_status(report, values)


def _deliver_script(report: Report, values: Mapping[str, Any]) -> None:
    """The script where the report would have gone; reports that have files of their own go there all the same."""
    from kmsdns.formats.fixes import render

    script = render(values["fix_as"], report)
    if values["output"] is None:
        put(script)
    else:
        write_file(values["output"], script)
    to_files = [each for each in values["format"] if "=" in each]
    if to_files:
        deliver(report, {**values, "format": to_files, "json": False})


def _diagnose(values: Mapping[str, Any]) -> Report:
    names, servers = split_names(values)
    if len(names) > 1:
        raise KmsdnsError(
            f"diagnose looks at one client: name one domain, not {len(names)}; --suffix gives what a client searches"
        )
    if values["scenario"] is not None:
        if names or servers or values["client"]:
            raise KmsdnsError(
                "a scenario brings its domain, server and client along: leave out NAME, --server, --client"
            )
        return _act(values)
    return _ask(
        values,
        names[0] if names else None,
        evidence=_evidence(values["client"]),
        suffixes=values["suffix"],
        servers=servers,
        known_hosts=values["known_host"],
        machines=values["machines"],
        profile=values["profile"],
        probe=values["probe"],
    )


def _act(values: Mapping[str, Any]) -> Report:
    """Diagnoses the client of a scenario, with the scenario at work around it."""
    from kmsdns.net.scenario import Stage, evidence_paths, probe_of, read_scenario

    scenario = read_scenario(values["scenario"])
    spec = scenario.client
    with Stage(scenario) as stage:
        return _ask(
            values,
            scenario.domain,
            config=stage.config,
            evidence=_evidence(evidence_paths(scenario)),
            servers=[stage.address],
            known_hosts=values["known_host"] or (spec.known_hosts if spec else ()),
            machines=values["machines"] or (spec.machines if spec else None),
            profile="ad" if values["profile"] == "ad" else scenario.profile,
            probe=probe_of(scenario) if values["probe"] == "tcp" else values["probe"],
        )


def _ask(values: Mapping[str, Any], name: str | None, *, probe: str, **given: Any) -> Report:
    from kmsdns.api import diagnose

    return diagnose(
        name,
        ca_file=path_of(values["ca_file"]),
        service=values["service"],
        bare=values["bare"],
        families=families(values),
        tcp=values["tcp"],
        all_servers=values["all_servers"],
        edns=not values["no_edns"],
        cookie=values["cookie"],
        mix_case=values["mix_case"],
        timeout=values["timeout"],
        retries=values["retries"],
        deadline=values["deadline"],
        probe=None if probe == "none" else probe,
        probe_local=values["probe_local"],
        offline=values["offline"],
        rng=seeded(values["seed"]),
        select=values["select"],
        extend_select=values["extend_select"],
        ignore=values["ignore"],
        record=path_of(values["record"]),
        replay=path_of(values["replay"]),
        **given,
    )


def _evidence(paths: tuple[str, ...]) -> list[tuple[str, bytes]]:
    if not paths:
        return []
    from kmsdns.net.files.evidence import gather

    return gather(paths)
