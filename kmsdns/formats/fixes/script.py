"""How every script looks: what it was made from, then block after block, each step below the findings it is for.

A line is either a command that a tool wrote of what checks found fit, or a comment. Comments hold what came from
outside too, so they are made here alone, in ASCII and on one line; nothing in one can end it, whatever reads the
script.
"""

from __future__ import annotations

from kmsdns import __version__
from kmsdns.formats.fixes.checks import unfit_action, unfit_change
from kmsdns.formats.fixes.commands import commands, machine
from kmsdns.formats.fixes.work import ZONE, emptied, gather, zone_of
from kmsdns.formats.words import wrapped
from kmsdns.model.findings import Action, Change, Do
from kmsdns.model.names import ROOT
from kmsdns.model.safe import safe
from kmsdns.model.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from kmsdns.formats.fixes.work import FixBlock, FixStep, Work
    from kmsdns.model.findings import Finding
    from kmsdns.model.report import Report

_WIDTH = 100
_IN_BATCH = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 .,:;_-/()[]{}='+*#@")
"""What a comment of a batch file may hold: cmd expands %NAME% there, and a caret at its end takes the next line."""


class Tool(Value):
    """How one tool's scripts are written."""

    name: str
    mark: str  # what a line begins with that is a comment
    intro: tuple[str, ...]  # sentences about how it is run
    first: tuple[str, ...] = ()  # lines above everything
    reaches: tuple[str, ...] = ()  # the kinds of places it works in; elsewhere its script says what to do by hand
    change: Callable[[Change, str], list[str]] | None = None  # a fit change, and its zone
    action: Callable[[Action], list[str]] | None = None  # a fit action; [] when it can't do that
    head: Callable[[Work, Report], list[str]] | None = None  # below the comments at the top
    around: Callable[[FixBlock, Report], tuple[list[str], list[str]]] | None = None  # lines before and after a block
    indent: str = ""  # of what stands between the lines around a block
    is_batch: bool = False

    def comment(self, text: str, indent: str = "") -> list[str]:
        """The text as comment lines; nothing in it can end one."""
        shown = safe(text).encode("ascii", "backslashreplace").decode("ascii")
        if self.is_batch:
            shown = "".join([character if character in _IN_BATCH else "#" for character in shown])
        return wrapped(shown, f"{self.mark} {indent}", f"{self.mark}   {indent}", _WIDTH)


def write(report: Report, tool: Tool) -> str:
    """The script; every line ends in a newline."""
    work = gather(report)
    lines = [*tool.first, *_made_from(report, tool), *_findings(report, work, tool)]
    if tool.head is not None:
        lines += tool.head(work, report)
    for number, block in enumerate(work.blocks, start=1):
        lines += ["", *_block(block, number, work, report, tool)]
    return "".join([line + "\n" for line in lines])


def words(what: Change | Action) -> str:
    """What a step does."""
    if isinstance(what, Change):
        return f"{what.op} {what.line}"
    of = f" of {what.product.capitalize()}" if what.product else ""
    aside = " (clears one that is set by hand, too)" if what.do is Do.FORGET_CACHED_HOST else ""
    return f"{what.do.value}{of}{aside}" + (f": {what.value}" if what.value else "")


def _made_from(report: Report, tool: Tool) -> list[str]:
    about = dict.fromkeys(service.service for service in report.services)
    said = dict.fromkeys(each.server for service in report.services for each in service.snapshot.srv if each.server)
    facts = [f"Made by kmsdns {__version__}, {report.job}"]
    facts += [f"of {', '.join(about)}"] if about else []
    facts += [f"from what {', '.join(said)} answered"] if said else []
    lines = tool.comment(" ".join(facts) + (f", {report.started}." if report.started else "."))
    lines += tool.comment("Nothing of it was run. Review it line by line, then run what you mean to, in this order.")
    return lines + [line for sentence in tool.intro for line in tool.comment(sentence)]


def _findings(report: Report, work: Work, tool: Tool) -> list[str]:
    lines = [tool.mark]
    if not report.findings:
        return lines + tool.comment("There is no finding, so there is nothing to do.")
    for finding in report.findings:
        lines += tool.comment(f"{finding.code} ({finding.severity}): {finding.message}")
        lines += _advice(finding, finding in work.without, tool)
    for step in work.disputed:
        said = f"left out, because another finding asks for the opposite: {words(step.what)}"
        lines += tool.comment(f"{', '.join(step.codes)}: {said}")
    lines += [line for notice in report.notices for line in tool.comment(f"warning: {notice}")]
    if not work.blocks:
        lines += [tool.mark, *tool.comment("None of these findings has a fix that a script can make.")]
    return lines


def _advice(finding: Finding, is_without: bool, tool: Tool) -> list[str]:
    if finding.fix is None:
        return tool.comment("no fix is known", "  ")
    label = "no fix that a script can make" if is_without else "fix"
    return tool.comment(f"{label}: {finding.fix.summary}", "  ")


def _block(block: FixBlock, number: int, work: Work, report: Report, tool: Tool) -> list[str]:
    lines = tool.comment(f"{number}. {_heading(block)}{'' if block.kind in tool.reaches else ': by hand'}")
    if block.kind == ZONE:
        lines += tool.comment(f"The zone is taken from the names: check that {block.where} is one.")
        unstopped = sorted(change.rdata.rpartition(" ")[2] for change in block.changes if change in work.unstopped)
        if unstopped:
            lines += tool.comment(
                f"If {', '.join(unstopped)} publishes itself, stop it first (slmgr /cdns on the host): else the record "
                "is back within a day."
            )
        for name in emptied(block, report):
            lines += tool.comment(f"This removes the last record of {name}: whoever looks for it finds nothing then.")
        if any(change.op == "add" and change.ttl is not None for change in block.changes):
            lines += tool.comment("A TTL is as the answer had it; a resolver counts it down: check it.")
    made = [_commands(step, block, tool) for step in block.steps]
    body = [line for step, of in zip(block.steps, made, strict=True) for line in _step(step, of, tool)]
    if tool.around is None or not any(made):  # then all that the lines around hold is fit, too
        return lines + body
    is_active = any(of and not step.is_optional for step, of in zip(block.steps, made, strict=True))
    opens, closes = (
        part if is_active else [f"{tool.mark} {line}" for line in part] for part in tool.around(block, report)
    )
    indent = tool.indent if opens else ""
    return [*lines, *opens, *[indent + line for line in body], *closes]


def _step(step: FixStep, made: list[str], tool: Tool) -> list[str]:
    """The commands of a step below the findings that it is for; what is to be done by hand is told in full."""
    what = step.what
    said = what.op if made and isinstance(what, Change) else words(what)
    said += "; worth considering, so it is commented out" if step.is_optional else ""
    lines = tool.comment(f"{', '.join(step.codes)}: {said}")
    if not made:
        return lines + _by_hand(what, tool)
    return lines + ([f"{tool.mark} {line}" for line in made] if step.is_optional else made)


def _heading(block: FixBlock) -> str:
    if block.kind == ZONE:
        return f"In the zone {block.where}"
    return f"On {machine(block.where)}, as administrator"


def _commands(step: FixStep, block: FixBlock, tool: Tool) -> list[str]:
    """The tool's own commands; [] when the step is not fit for one, or the tool can't do it."""
    what = step.what
    if block.kind not in tool.reaches or _unfit(what) is not None:
        return []
    if isinstance(what, Change):
        return tool.change(what, block.where) if tool.change is not None else []
    return tool.action(what) if tool.action is not None else []


def _unfit(what: Change | Action) -> str | None:
    if isinstance(what, Action):
        return unfit_action(what)
    reason = unfit_change(what)
    return "it stands in no domain" if reason is None and zone_of(what.name) == ROOT else reason


def _by_hand(what: Change | Action, tool: Tool) -> list[str]:
    reason = _unfit(what)
    if reason is not None:
        return tool.comment(f"not written here, do it by hand: {reason}", "  ")
    if isinstance(what, Change):
        return tool.comment(f"{tool.name} can't do this; --fix-as nsupdate, powershell, dnscmd, samba-tool can", "  ")
    typed = commands(what)
    if not typed:
        return tool.comment(f"{tool.name} can't do this", "  ")
    return [line for each in typed for line in tool.comment(each, "  ")]
