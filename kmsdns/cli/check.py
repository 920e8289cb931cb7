"""kmsdns check: specs in, pass or fail of each expectation out, or specs brought up to date; exit status."""

from __future__ import annotations

from kmsdns.cli.output import destinations, put, say, write_file
from kmsdns.cli.reporting import deliver, exit_status, given, path_of, progress, split_servers, weighed
from kmsdns.cli.statuses import CLEAN, UNKNOWN
from kmsdns.errors import KmsdnsError
from kmsdns.formats.words import count
from kmsdns.options import CHECK, DRAFT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from kmsdns.model.report import Report


def run(values: Mapping[str, Any]) -> int:
    """Checks, writes the report in every format asked for, and returns the exit status."""
    if values["init"] is not None:
        return _init(values)
    destinations(values)  # a mistake there is told before anything is asked
    specs, servers = split_servers(values["specs"], values)
    if values["update"]:
        return _update(specs, servers, values)
    from kmsdns.api import check

    def once() -> Report:
        with progress(values):
            return weighed(check(*specs, **given(CHECK, values, servers=servers)), values)

    if values["watch"] is not None or values["listen"] is not None:
        from kmsdns.cli.watching import watch

        if "-" in specs:
            raise KmsdnsError("standard input is read once only: --watch and --listen take files")
        return watch(values, once)
    report = once()
    deliver(report, values)
    return exit_status(report, values)


def _init(values: Mapping[str, Any]) -> int:
    """A first spec of a domain, to standard output or a file that isn't there yet."""
    if values["specs"] or values["update"]:
        raise KmsdnsError("--init DOMAIN makes a new spec: it takes neither specs nor --update")
    from kmsdns.sessions.draft import draft

    path = path_of(values["output"])
    if path is not None and path.exists():
        raise KmsdnsError(f"{path} is there already: --init writes new specs only, --update changes one")
    with progress(values):
        text = draft(values["init"], **given(DRAFT, values))
    if path is None:
        put(text)
    else:
        write_file(str(path), text)
        say(f"wrote {path}")
    return CLEAN


def _update(specs: list[str], servers: list[str], values: Mapping[str, Any]) -> int:
    """The specs rewritten where something else is live, and what was changed in each."""
    from kmsdns.sessions.draft import update

    with progress(values):
        updates, report = update(*specs, **given(CHECK, values, servers=servers))
    from kmsdns.net.files.replacing import replace

    for each in updates:
        if each.before != each.after:
            replace(each.path, each.before.encode(), each.after.encode())
        for sentence in (*each.told, *each.unasked):
            say(f"{each.path}: {sentence}")
    changed = sum(each.before != each.after for each in updates)
    say(f"updated {changed} of {count(len(updates), 'spec')}")
    unasked = any(each.unasked for each in updates)
    if report.inconclusive and not unasked:
        say("not everything that the checks ask was answered: kmsdns check says what")
    return UNKNOWN if report.inconclusive or unasked else CLEAN
