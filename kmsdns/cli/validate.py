"""kmsdns validate: zone files in, findings at their places out, or mended files or a diff; exit status."""

from __future__ import annotations

from kmsdns.cli.output import destinations, is_terminal, put, put_octets, say
from kmsdns.cli.reporting import deliver, exit_status, given, progress, talk, weighed
from kmsdns.errors import KmsdnsError
from kmsdns.formats.words import count
from kmsdns.model.safe import safe
from kmsdns.options import VALIDATE, RuleChoice, Validating

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from kmsdns.jobs.autofix import Autofixed
    from kmsdns.jobs.document import Document
    from kmsdns.sessions.validate import Validation


def run(values: Mapping[str, Any]) -> int:
    """Validates, writes the report in every format asked for, and returns the exit status."""
    destinations(values)  # a mistake there is told before anything is read
    validation = _validation(values)
    if values["diff"] or values["fix"] or values["unsafe_fixes"]:
        return _mend(validation, values)
    from kmsdns.sessions.validate import report_of

    with progress(values):
        report = weighed(report_of(validation), values)
    deliver(report, values)
    return exit_status(report, values)


def _validation(values: Mapping[str, Any]) -> Validation:
    from kmsdns.cli.config import house
    from kmsdns.services.table import service_from_text
    from kmsdns.sessions.validate import LIVE, TransferSource, Validation

    zone, is_live = values["axfr"], values["base"] == LIVE
    if zone is None and not is_live and values["tsig"] is not None:
        raise KmsdnsError("--tsig is for a zone transfer: name the zone with --axfr ZONE")
    if (zone is not None or is_live) and not values["server"]:
        what = "--axfr" if zone is not None else "--base live"
        raise KmsdnsError(f"{what} needs the server to ask: --server ADDR[:PORT]")
    if not values["paths"] and zone is None:
        raise KmsdnsError("nothing to validate: name zone files, folders of them, or - for standard input")
    settings = house(values["config"], is_off=values["no_config"])
    choice = RuleChoice.of(values)
    return Validation(
        paths=tuple(values["paths"]),
        axfr=zone,
        source=TransferSource(servers=tuple(values["server"]), keyfile=values["tsig"]) if values["server"] else None,
        zones=Validating.of(given(VALIDATE, values)),
        policy=settings.policy,
        exceptions=settings.exceptions,
        choice=choice.replace(extend_select=(*choice.extend_select, *settings.extended)),
        service=None if values["service"] is None else service_from_text(values["service"]),
    )


def _mend(validation: Validation, values: Mapping[str, Any]) -> int:
    """Fixes made in the files, or shown as a diff. What is still wrong is reported where standard output is free."""
    from kmsdns.sessions.validate import mend

    takes_output = values["diff"] or "-" in values["paths"]
    shares = any(path is None for _name, path in destinations(values))
    if takes_output and shares and (values["format"] or values["json"]):
        what = "the diff" if values["diff"] else "the fixed text"
        raise KmsdnsError(f"standard output is for {what}: give each format its file, as -f json=FILE")
    with progress(values):
        before, mended = mend(validation, unsafe=values["unsafe_fixes"], bump=not values["no_serial"])
    if values["diff"]:
        put(_diff(before, mended.documents))
    else:
        _write(before, mended)
    report = weighed(mended.report.replace(notices=(*mended.report.notices, *mended.notices)), values)
    if takes_output and all(path is None for _name, path in destinations(values)):
        talk(report, findings_are_told=False)
    else:
        deliver(report, values)
    if mended.made:
        changed = sum(old.octets != new.octets for old, new in zip(before, mended.documents, strict=True))
        did = "would fix" if values["diff"] else "fixed"
        say(f"{did} {count(mended.made, 'finding')} in {count(changed, 'file')}")
    status = exit_status(report, values)
    return status if not values["diff"] else max(status, _differs(before, mended, values))


def _differs(before: Sequence[Document], mended: Autofixed, values: Mapping[str, Any]) -> int:
    """1 when a diff isn't empty, as diff and formatters have it."""
    differs = any(old.octets != new.octets for old, new in zip(before, mended.documents, strict=True))
    return int(differs and not values["exit_zero"])


def _write(before: Sequence[Document], mended: Autofixed) -> None:
    """Each changed file replaced; of standard input the text, changed or not, goes to standard output."""
    from kmsdns.net.files.replacing import Unwritten, replace

    failed = []
    for old, new in zip(before, mended.documents, strict=True):
        if old.path == "-" and old.zone.sources:
            put_octets(new.octets)
        elif old.octets != new.octets:
            try:
                if new.file is None:
                    raise Unwritten(f"{new.path} is not changed: it is no file that could be written to")
                replace(new.file, old.octets, new.octets)
            except Unwritten as error:
                failed.append(str(error))
    if failed:
        raise Unwritten("\n".join(failed))


def _diff(before: Sequence[Document], after: Sequence[Document]) -> str:
    """The changes of all documents; as they are for patch, safe to look at on a terminal."""
    from kmsdns.formats.patch import unified
    from kmsdns.zone.lexer import decode

    pairs = zip(before, after, strict=True)
    text = "".join([unified(decode(old.octets), decode(new.octets), old.path) for old, new in pairs])
    return "".join([safe(line) + "\n" for line in text.split("\n")[:-1]]) if is_terminal() else text
