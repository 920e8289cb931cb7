"""What the jobs' commands share: values out of options, a report to its formats and files, and the exit status."""

from __future__ import annotations

import os

from kmsdns.cli.output import destinations, put, say, wants_color, write_file
from kmsdns.cli.statuses import CLEAN, FINDINGS, UNKNOWN
from kmsdns.formats import Style, render
from kmsdns.model.findings import Severity
from kmsdns.model.option import FLAG, PATH
from kmsdns.model.report import Status

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from kmsdns.model.option import Keywords, Option
    from kmsdns.model.report import Report


def deliver(report: Report, values: Mapping[str, Any]) -> None:
    """The report in every format asked for, each to its place."""
    color = wants_color(values["color"], dict(os.environ))
    style = Style(color=color, quiet=values["quiet"], verbose=values["verbose"], unicode=shows_unicode())
    formats = destinations(values)
    for name, path in formats:
        if path is None:
            put(render(name, report, style))
        else:
            write_file(path, render(name, report, style.replace(color=False, unicode=True)))
    if all(name not in ("text", "json", "markdown") for name, _path in formats):
        talk(report, any(_tells(name, report) for name, path in formats if path is None))


def shows_unicode() -> bool:
    """Whether standard output takes more than ASCII."""
    import sys

    return sys.stdout is not None and (sys.stdout.encoding or "").lower().replace("-", "").startswith("utf")


def talk(report: Report, findings_are_told: bool) -> None:
    """What a format leaves out, or takes to a file, on standard error."""
    for service in report.services:
        for notice in service.notices:
            say(f"warning: {service.service} {notice}")
    for notice in report.notices:
        say(f"warning: {notice}")
    for finding in () if findings_are_told else report.findings:
        where = f"{finding.location}: " if finding.location else ""
        say(f"{where}{finding.severity}[{finding.code}] {finding.message}")


def _tells(name: str, report: Report) -> bool:
    """Whether a format shows the findings: of a discovery, those for pipes and spreadsheets show the endpoints."""
    return report.job != "discover" or name not in ("short", "csv")


def weighed(report: Report, values: Mapping[str, Any]) -> Report:
    """The report with the severity from which on findings count, as --fail-on says."""
    return report.replace(fail_on=Severity(values["fail_on"]))


def exit_status(report: Report, values: Mapping[str, Any]) -> int:
    """The report's status by the numbers of the command line, or with the format nagios by those of plugins.

    --exit-zero takes a failure for a success, except for a plugin, which has to tell the state that its line tells.
    """
    if any(name == "nagios" for name, _path in destinations(values)):
        from kmsdns.formats.monitoring.nagios import state

        return state(report).value
    if report.status is Status.FAILS:
        return CLEAN if values["exit_zero"] else FINDINGS
    return UNKNOWN if report.status is Status.UNKNOWN else CLEAN


def split_servers(words: Sequence[str], values: Mapping[str, Any]) -> tuple[list[str], list[str]]:
    """The words that are no servers, and the servers: those of --server and those among the words, as @ADDR."""
    servers = [*values["server"], *[word[1:] for word in words if word.startswith("@")]]
    return [word for word in words if not word.startswith("@")], servers


def progress(values: Mapping[str, Any]) -> Any:
    """What shows on a terminal that an answer is being waited for."""
    from kmsdns.cli.progress import Progress, Silent

    return Silent() if values["no_progress"] or values["quiet"] else Progress("waiting for an answer")


def given(keywords: Keywords, values: Mapping[str, Any], **instead: Any) -> dict[str, Any]:
    """Each keyword argument that flags set, as they set it. instead: those that the command reads for itself."""
    return {
        **{
            each.name: _READ[each.name](values) if each.name in _READ else _value(each, values[each.key])
            for each in keywords.options
            if each.name not in instead and (each.name in _READ or each.kind)
        },
        **instead,
    }


def _value(option: Option, value: Any) -> Any:
    if option.kind == FLAG and option.default is True:
        return not value  # --no-edns
    if option.kind == PATH and not option.multiple:
        return path_of(value)
    return value


def _families(values: Mapping[str, Any]) -> tuple[int, ...]:
    """4 and 6, unless one was chosen."""
    return tuple([family for family, chosen in ((4, values["ipv4"]), (6, values["ipv6"])) if chosen]) or (4, 6)


def _probe(values: Mapping[str, Any]) -> str | None:
    return None if values["probe"] == "none" else values["probe"]


def _cache(values: Mapping[str, Any]) -> Any:
    """The path of the host cache, where a probe uses it."""
    if values["no_cache"] or _probe(values) is None:
        return None
    from kmsdns.cli.cache import cache_path

    return cache_path(values["cache_file"])


def _dice(values: Mapping[str, Any]) -> Any:
    """The dice of --seed; None for those of the operating system."""
    if values["seed"] is None:
        return None
    from random import Random

    return Random(values["seed"])  # noqa: S311  # a draw to repeat, no secret


def path_of(text: str | None) -> Any:
    """A path, which costs an import; None without one."""
    if text is None:
        return None
    from pathlib import Path

    return Path(text)


_READ = {"families": _families, "probe": _probe, "cache": _cache, "rng": _dice}
"""Keywords that aren't what one flag holds."""
