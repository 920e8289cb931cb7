"""kmsdns diagnose: a domain and evidence in, the cause out, exit status."""

from __future__ import annotations

from kmsdns.cli.output import destinations, put, write_file
from kmsdns.cli.reporting import deliver, exit_status, given, progress, split_servers, weighed
from kmsdns.errors import KmsdnsError
from kmsdns.options import DIAGNOSE

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
    names, servers = split_servers(values["names"], values)
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
    from kmsdns.api import diagnose

    evidence = _evidence(values["client"])
    return diagnose(names[0] if names else None, **given(DIAGNOSE, values, evidence=evidence, servers=servers))


def _act(values: Mapping[str, Any]) -> Report:
    """Diagnoses the client of a scenario, with the scenario at work around it."""
    from kmsdns.api import diagnose
    from kmsdns.net.scenario import ScenarioRun, evidence_paths, probe_of, read_scenario

    scenario = read_scenario(values["scenario"])
    spec = scenario.client
    asked = given(DIAGNOSE, values, evidence=_evidence(evidence_paths(scenario)), suffixes=())
    asked["known_hosts"] = asked["known_hosts"] or (spec.known_hosts if spec else ())
    asked["machines"] = asked["machines"] or (spec.machines if spec else None)
    asked["profile"] = "ad" if asked["profile"] == "ad" else scenario.profile
    if asked["probe"] == "tcp":
        probe = probe_of(scenario)
        asked["probe"] = None if probe == "none" else probe
    with ScenarioRun(scenario) as running:
        return diagnose(scenario.domain, config=running.config, **{**asked, "servers": [running.address]})


def _evidence(paths: tuple[str, ...]) -> list[tuple[str, bytes]]:
    if not paths:
        return []
    from kmsdns.net.files.evidence import gather

    return gather(paths)
