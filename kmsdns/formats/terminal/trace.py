"""The look-up for a person: under each question its tries, a line each; and what servers say where they disagree."""

from __future__ import annotations

from kmsdns.formats.terminal.columns import GAP, columns
from kmsdns.formats.terminal.reasons import MEANINGS
from kmsdns.formats.words import elapsed, wrapped
from kmsdns.model.safe import safe

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kmsdns.model.messages import Response, Said, Try
    from kmsdns.model.report import Report

_WIDTH = 80
_BELOW = " " * 6
_HEADS = ("server", "over", "outcome", "time")
# A try that another one overtook has not run out of time, so a person would take the trace's own word for a mistake.
_OUTCOMES = {"timeout": "no reply", "tcp-timeout": "no reply"}
_FLAGS = {"aa": "authoritative", "ad": "validated"}
_MAX_RECORDS = 8  # of one server's answer


def trace(report: Report, quiet: bool = False) -> list[str]:
    """The lines of the table and, unless quiet, what its words mean."""
    tries = [(index, each) for index, response in enumerate(report.responses) for each in response.tries]
    if not tries:
        return ["No question was asked of the DNS."]
    rows = [[each.server, each.transport, outcome_text(each), elapsed(each.elapsed)] for _, each in tries]
    head, *lines = columns(_HEADS, rows, ("time",))
    width = max(map(len, (head, *lines)))
    table = ["What was asked, and what came back:", "", head.ljust(width) + GAP + "remarks"]
    before: object = None
    for (index, each), line in zip(tries, lines, strict=True):
        if before != (index, each.question):
            table.append(str(each.question))
            before = (index, each.question)
        said = safe(", ".join(remarks(each)))
        if len(said) <= _WIDTH - width - len(GAP):
            table.append((line.ljust(width) + GAP + said).rstrip())
        else:
            table += [line, *wrapped(said, _BELOW, _BELOW, _WIDTH)]
    for response in report.responses:
        if response.unasked:
            table += wrapped(f"not asked: {', '.join(response.unasked)}", f"{response.question}: ", _BELOW, _WIDTH)
    return table if quiet else [*table, *_legend([each for _, each in tries])]


def _legend(tries: Sequence[Try]) -> list[str]:
    """What the words of these tries mean, each once, in the order of the table of words."""
    words = {word for each in tries for word in (each.outcome, *each.warnings)} - {"timeout", "tcp-timeout"}
    words |= {rejected.reason for each in tries for rejected in each.rejected}
    known = [word for word in MEANINGS if word in words]
    lines = [line for word in known for line in wrapped(f"{word}: {MEANINGS[word]}", "", "  ", _WIDTH)]
    return ["", *lines] if lines else []


def outcome_text(each: Try) -> str:
    """How a try ended, for a person."""
    if each.outcome == "answer" and "tc" in each.flags:
        return "truncated"
    if each.outcome == "tcp-timeout" and any(rejected.reason == "tcp-short" for rejected in each.rejected):
        return "incomplete"
    return safe(_OUTCOMES.get(each.outcome, each.outcome))


def remarks(each: Try) -> Iterator[str]:
    """More about the outcome; what was rejected, counted and told; what is odd about the reply, and what it says."""
    if each.detail:
        yield each.detail
    groups: dict[tuple[str, str], list[str | None]] = {}
    for rejected in each.rejected:
        groups.setdefault((rejected.reason, rejected.source), []).append(rejected.detail)
    for (reason, source), details in groups.items():
        number, detail = len(details), details[0]
        if number == 1 and (reason, source) == (each.outcome, each.server):  # which the line says already
            if detail and detail != each.detail:
                yield detail
            continue
        first = "the first: " if len(set(details)) > 1 else ""
        yield f"{number} x " * (number > 1) + f"{reason} from {source}" + (f" ({first}{detail})" if detail else "")
    if each.more_rejected:
        yield f"{each.more_rejected} more rejected"
    if each.edns == 0:
        yield "without EDNS"
    yield from each.warnings
    if each.outcome.startswith("rcode-") and each.rcode:
        yield each.rcode
    for flag in each.flags:
        if flag in _FLAGS:
            yield _FLAGS[flag]
    if each.ede:
        yield f"EDE {each.ede}"


def contradictions(responses: Sequence[Response]) -> list[str]:
    """What each server says to the questions on which they disagree; nothing when there is none."""
    lines: list[str] = []
    for response in responses:
        if response.is_contradicted:
            lines += ["", str(response.question)]
            width = max(len(each.by) for each in response.said)
            for each in response.said:
                first, *more = answer_words(each)
                server = "" if each.is_second else each.by
                lines += [f"  {server:{width}}  {first}", *[f"  {'':{width}}  {line}" for line in more]]
    return ["What each server says where they disagree:", *lines] if lines else []


def answer_words(said: Said) -> list[str]:
    """The records of an answer, or the word for what it is instead."""
    lines = [safe(rdata) for rdata in said.rdatas[:_MAX_RECORDS]]
    if len(said.rdatas) > _MAX_RECORDS:
        lines.append(f"and {len(said.rdatas) - _MAX_RECORDS} more")
    if not lines:
        word = safe(_OUTCOMES.get(said.outcome, said.outcome))
        lines = [word if word in ("nodata", "nxdomain", "no reply") else f"no answer ({word})"]
    return [f"right behind it: {lines[0]}", *lines[1:]] if said.is_second else lines
