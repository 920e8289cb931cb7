"""The text report of a diagnosis: the verdict in one sentence, the client's way, its licences, then the findings."""

from __future__ import annotations

from kmsdns.formats.glyphs import headline
from kmsdns.formats.terminal.columns import columns
from kmsdns.formats.verdict import counts, licence_words, sentence, step_words
from kmsdns.formats.words import count, elapsed, wrapped
from kmsdns.kms.steps import directory_steps, steps
from kmsdns.model.safe import safe

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from kmsdns.formats import Style
    from kmsdns.kms.diagnosis import Observed
    from kmsdns.kms.steps import Step
    from kmsdns.model.report import Report

_INDENT = "  "


def blocks(report: Report, style: Style) -> list[list[str]]:
    """What stands above the findings, a list of lines each."""
    found = [_verdict(report, style)]
    if style.quiet:
        return found
    found += [_way(observed) for observed in report.clients]
    return [*found, _directory(report.clients[0]), _licences(report.clients[0])]


def last_line(report: Report) -> list[str]:
    """What was found and what it took."""
    asked = len(report.trace) + sum(len(each.snapshot.probes) for each in report.services)
    effort = f"{count(asked, 'look-up')} and probes" if asked != 1 else "1 look-up"
    return [f"{counts(report)} · {effort if asked else 'nothing was asked'} in {elapsed(report.elapsed)}"]


def _verdict(report: Report, style: Style) -> list[str]:
    said = sentence(report)
    lines = headline(said, style)
    if said.cause:
        lines += wrapped(safe(said.cause), _INDENT, _INDENT)
    if said.fix:
        lines += wrapped(safe(said.fix), f"{_INDENT}fix: ", f"{_INDENT}     ")
    return lines


def _way(observed: Observed) -> list[str]:
    taken = steps(observed)
    if not taken:
        return []
    title = [f"{observed.config.product.value}:"] if observed.facts or observed.locators else []
    return title + _table(taken)


def _directory(observed: Observed) -> list[str]:
    taken = directory_steps(observed)
    return ["the directory's controllers:", *_table(taken)] if taken else []


def _table(taken: Sequence[Step]) -> list[str]:
    rows = [
        [each.step, safe(each.asked), safe(step_words(each)), "" if each.elapsed is None else elapsed(each.elapsed)]
        for each in taken
    ]
    return [(_INDENT + line).rstrip() for line in columns(["step", "asked", "outcome", "time"], rows, ("time",))]


def _licences(observed: Observed) -> list[str]:
    rows = [[safe(each.name), safe(licence_words(each))] for each in observed.facts.licences if each.has_key]
    return [(_INDENT + line).rstrip() for line in columns(["licence", "state"], rows, ())] if rows else []
