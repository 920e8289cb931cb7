"""What rules of zone files say about lines: the words of a record, the directive above it, the changes that mend it."""

from __future__ import annotations

import re

from kmsdns.model.findings import Change
from kmsdns.model.pattern import pattern
from kmsdns.model.records import Location

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kmsdns.model.records import Record
    from kmsdns.rules.case import Case
    from kmsdns.rules.zone.view import ZoneView

_PERIOD = pattern(r"[0-9]+(?:[smhdw][0-9smhdw]*)?", re.IGNORECASE)
_GENERATE = "$GENERATE"


def judged(case: Case) -> tuple[ZoneView, ...]:
    """The zones that are judged."""
    return case.zones.judged if case.zones is not None else ()


def owner_word(view: ZoneView, record: Record) -> str | None:
    """The owner as the record's line writes it; None where it is inherited, or made by $GENERATE."""
    tokens = view.zone.tokens(record)
    if not tokens or record.location is None or tokens[0].column > 1 or tokens[0].text.upper() == _GENERATE:
        return None
    return tokens[0].text


def owner_place(view: ZoneView, record: Record) -> Location | None:
    """Where a record's owner stands: the word, or where there is none the whole record."""
    return record.location if owner_word(view, record) is None else view.word(record, 0)


def rdata_word(view: ZoneView, record: Record, index: int) -> str | None:
    """A word of the rdata as written, counted from the end; None where $GENERATE made it, or it is in octets."""
    words = [token.text for token in view.zone.tokens(record)]
    if len(words) < -index or words[0].upper() == _GENERATE or "\\#" in words:
        return None
    return words[index]


def ttl_place(view: ZoneView, record: Record) -> Location | None:
    """Where a record's TTL stands: the word, or without one the whole record."""
    tokens = view.zone.tokens(record)
    first = 3 if tokens and tokens[0].text.upper() == _GENERATE else int(bool(tokens) and tokens[0].column == 1)
    for at, token in enumerate(tokens[first : first + 2], first):
        if _PERIOD.fullmatch(token.text):
            return view.word(record, at)
    return record.location


def directive_above(view: ZoneView, at: Location | None, *names: str) -> Location | None:
    """The last directive of these names above a place, in the same file: where its last word stands."""
    if at is None or at.path not in view.zone.sources:
        return None
    above = [each for each in view.directives(at.path) if each[1].line < at.line and each[0] in names]
    return above[-1][1] if above else None


def text_at(view: ZoneView, at: Location | None) -> str:
    """What stands at a place within one line."""
    text = view.zone.sources.get(at.path) if at is not None else None
    if at is None or text is None or at.line != at.end_line:
        return ""
    start = view.zone.line_start(at.path, at.line)
    return text[start + at.column - 1 : start + at.end_column - 1].partition("\n")[0]


def mnemonic(rdtype: str) -> str:
    """A type as a person knows it."""
    from kmsdns.zone import layouts  # on use: a diagnosis has no zone to read

    return layouts.mnemonic(rdtype)


def presented(record: Record) -> str:
    """A record's rdata as a person writes it."""
    from kmsdns.zone import rdata

    return rdata.present(record.rdtype, record.rdata)


def change(op: str, record: Record) -> Change:
    """A record added or deleted."""
    from kmsdns.zone.writer import shown

    rdtype = mnemonic(record.rdtype)
    return Change(op=op, name=record.owner, ttl=record.ttl, rdtype=rdtype, rdata=shown(record, None))


def replaced(pairs: Iterable[tuple[Record, Record]]) -> tuple[Change, ...]:
    """The changes that put the second record of each pair in place of the first."""
    return tuple([each for old, new in pairs for each in (change("delete", old), change("add", new))])


def renamed(records: Iterable[Record], owner: str) -> tuple[Change, ...]:
    """The changes that give records another owner."""
    return replaced((record, record.replace(owner=owner)) for record in records)


def by_type(records: Iterable[Record]) -> Iterator[tuple[str, list[Record]]]:
    """Records of one owner as RRsets, in the order of the file."""
    found: dict[str, list[Record]] = {}
    for record in records:
        found.setdefault(record.rdtype, []).append(record)
    yield from found.items()
