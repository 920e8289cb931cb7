"""kmsdns discover: flags in, report out, exit status."""

from __future__ import annotations

import os

from kmsdns.cli import CLEAN, FINDINGS, UNKNOWN
from kmsdns.cli.output import put, say, wants_color, write_file
from kmsdns.core.findings import Severity
from kmsdns.core.report import Verdict
from kmsdns.errors import KmsdnsError
from kmsdns.formats import Style, render

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from kmsdns.core.report import Report


def run(values: Mapping[str, Any]) -> int:
    """Discovers, writes the report in every format asked for, and returns the exit status."""
    formats = _destinations(values)
    servers = [*values["server"], *[name[1:] for name in values["names"] if name.startswith("@")]]
    names = [name for name in values["names"] if not name.startswith("@")]
    with _progress(values):
        report = _discover(names, servers, values)
    style = Style(
        color=wants_color(values["color"], dict(os.environ)), quiet=values["quiet"], verbose=values["verbose"]
    )
    for name, path in formats:
        if path is None:
            put(render(name, report, style))
        else:
            write_file(path, render(name, report, style.replace(color=False)))
    if all(name not in ("text", "json") for name, _path in formats):
        _talk(report)
    return exit_status(report, values["fail_on"], values["exit_zero"])


def _discover(names: list[str], servers: list[str], values: Mapping[str, Any]) -> Report:
    from kmsdns.api import discover

    families = [family for family, chosen in ((4, values["ipv4"]), (6, values["ipv6"])) if chosen]
    probe = None if values["probe"] == "none" else values["probe"]
    return discover(
        *names,
        servers=servers,
        ca_file=_path(values["ca_file"]),
        service=values["service"],
        port=values["port"],
        families=families or (4, 6),
        tcp=values["tcp"],
        timeout=values["timeout"],
        retries=values["retries"],
        deadline=values["deadline"],
        probe=probe,
        probe_local=values["probe_local"],
        fallback=values["fallback"],
        rng=_seeded(values["seed"]),
        cache=_cache_path(values) if probe else None,
        select=values["select"],
        extend_select=values["extend_select"],
        ignore=values["ignore"],
        record=_path(values["record"]),
        replay=_path(values["replay"]),
    )


def exit_status(report: Report, fail_on: str, exit_zero: bool) -> int:
    """Inconclusive is not clean, and to find no endpoint that a client could use is a failure."""
    if report.verdict is Verdict.INCONCLUSIVE:
        return UNKNOWN
    threshold = Severity(fail_on).rank
    usable = [each for each in report.endpoints if (each.probe.address if each.probe else each.addresses)]
    if any(finding.severity.rank <= threshold for finding in report.findings) or not usable:
        return CLEAN if exit_zero else FINDINGS
    return CLEAN


def _destinations(values: Mapping[str, Any]) -> list[tuple[str, str | None]]:
    """Each format with its file, None for standard output. KmsdnsError when two of them want the same place."""
    asked = [*values["format"], *(["json"] if values["json"] else [])] or ["text"]
    found = []
    for each in asked:
        name, equals, path = each.partition("=")
        found.append((name, path if equals else values["output"]))
    places = [path for _name, path in found]
    twice = next((path for path in places if places.count(path) > 1), "")
    if twice != "" and len(set(found)) == len(found):
        where = f"the file {twice}" if twice else "standard output"
        raise KmsdnsError(f"two formats go to {where}: give each but one its file, as -f {found[0][0]}=FILE")
    return list(dict.fromkeys(found))


def _talk(report: Report) -> None:
    """What a format for pipes leaves out, on standard error."""
    for service in report.services:
        for notice in service.notices:
            say(f"warning: {service.service} {notice}")
    for notice in report.notices:
        say(f"warning: {notice}")
    for finding in report.findings:
        say(f"{finding.severity}[{finding.code}] {finding.message}")


def _progress(values: Mapping[str, Any]) -> Any:
    from kmsdns.cli.progress import Progress, Silent

    return Silent() if values["no_progress"] or values["quiet"] else Progress("waiting for an answer")


def _seeded(seed: int | None) -> Any:
    if seed is None:
        return None
    from random import Random

    return Random(seed)  # noqa: S311  # a draw to repeat, no secret


def _path(text: str | None) -> Any:
    if text is None:
        return None
    from pathlib import Path

    return Path(text)


def _cache_path(values: Mapping[str, Any]) -> Any:
    if values["no_cache"]:
        return None
    from kmsdns.cli.cache import cache_path

    return cache_path(values["cache_file"])
