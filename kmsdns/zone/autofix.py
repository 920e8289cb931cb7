"""What a finding's fix comes to in the text of a zone: which words change, and which records are to be there then.

Nothing is changed here. A fix that no edit can make raises KmsdnsError, whose sentence says why.
"""

from __future__ import annotations

import re
from collections import Counter

from kmsdns.errors import KmsdnsError
from kmsdns.model.findings import Fix, TextEdit
from kmsdns.model.names import fold, shown
from kmsdns.model.value import Value
from kmsdns.zone import writer
from kmsdns.zone.edits import Edit
from kmsdns.zone.lexer import ODD, REMOVED, TokenKind, entries, scan
from kmsdns.zone.respelling import Respelling, lines
from kmsdns.zone.windows import is_list
from kmsdns.zone.zone import Inheritance

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from kmsdns.model.findings import Change, Finding
    from kmsdns.model.records import Location, Record
    from kmsdns.zone.lexer import Entry
    from kmsdns.zone.zone import Zone

DEFAULT_TTL = 3600
"""Seconds; what $TTL is set to where nothing in the file tells a value."""

_SMART = re.compile("[\u2018-\u201f\u2032\u2033]")
_SINGLE = "\u2018\u2019\u201a\u201b\u2032"


class Plan(Value):
    """The edits of a fix, and what they may do to the records."""

    edits: tuple[tuple[str, Edit], ...]  # each with the path of its file
    gone: frozenset[int] = frozenset()  # records that may be others afterwards, or none
    come: tuple[Record, ...] = ()  # in place of those
    is_exact: bool = True  # all other records stay, and no further ones come


class Mending:
    """The fixes for one zone, as it is now; what several of them need is made once."""

    def __init__(self, zone: Zone) -> None:
        self.zone = zone
        self._by_key: dict[tuple[str, str, str], list[int]] | None = None
        self._by_line: dict[tuple[str, int], list[int]] | None = None
        self._odd: dict[str, dict[int, Entry]] = {}

    def plan(self, finding: Finding) -> Plan:
        """The plan of a finding's fix. Raises KmsdnsError where there is none."""
        fix = finding.fix or Fix(summary="")
        if fix.changes:
            return self._changed(fix.changes, finding.location)
        if finding.location is not None and finding.location.path not in self.zone.sources:
            raise KmsdnsError("it does not stand in a file that was read")
        if fix.rewrites:
            return self._rewritten(fix)
        if fix.edit is None or finding.location is None:
            raise KmsdnsError("it says no change of a record")
        return _EDITS[fix.edit](self, finding.location)

    def knows(self, finding: Finding) -> bool:
        """Whether a finding is about this zone: its place is in one of the files, or all that its fix deletes is."""
        if finding.location is not None:
            return finding.location.path in self.zone.sources
        deleted = [change for change in (finding.fix.changes if finding.fix else ()) if change.op == "delete"]
        return bool(deleted) and all(self._indexes(change) for change in deleted)

    # Changes of records

    def _changed(self, changes: Sequence[Change], at: Location | None) -> Plan:
        records = self.zone.records
        wanted: dict[int, Record | None] = {}
        waiting: list[tuple[int, Change]] = []  # deleted, and not yet replaced
        added: list[Record] = []
        for change in changes:
            if change.op == "delete":
                index = self._find(change, at, wanted)
                wanted[index] = None
                waiting.append((index, change))
                continue
            old = next((each for each in waiting if each[1].rdtype == change.rdtype), None)
            if old is None:
                added.append(_record(change, change.ttl))
                continue
            waiting.remove(old)
            index, before = old
            ttl = records[index].ttl if change.ttl in (None, before.ttl) else change.ttl
            wanted[index] = _record(change, ttl)
        respelling = Respelling(self.zone, wanted)
        for record in added:
            respelling.insert(record, self._anchor(record, at, wanted))
        come = [record for record in wanted.values() if record is not None]
        return Plan(edits=respelling.edits(), gone=frozenset(wanted), come=(*come, *added))

    def _indexes(self, change: Change) -> list[int]:
        if self._by_key is None:
            self._by_key = {}
            for index, record in enumerate(self.zone.records):
                for word in {record.rdtype, writer.word(record)}:
                    for text in {str(record.rdata), writer.shown(record, None)}:
                        key = (fold(record.owner), word, fold(text))
                        self._by_key.setdefault(key, []).append(index)
        return self._by_key.get((fold(change.name), change.rdtype, fold(change.rdata)), [])

    def _find(self, change: Change, at: Location | None, taken: Mapping[int, object]) -> int:
        """The record that a change is about; of several equal ones that at the finding's place."""
        found = [index for index in self._indexes(change) if index not in taken]
        if not found:
            raise KmsdnsError(f"there is no record {shown(f'{change.name} {change.rdtype} {change.rdata}', 200)}")
        near = set(self._on(at)) if at is not None else ()
        here = [index for index in found if index in near]
        same = [index for index in found if self.zone.records[index].ttl == change.ttl]
        return (here or same or found)[0]

    def _anchor(self, record: Record, at: Location | None, wanted: Mapping[int, Record | None]) -> int:
        """The record that a new one is to stand behind: the last of its owner, else that of the finding."""
        staying = [index for index in range(len(self.zone.records)) if wanted.get(index, record) is not None]
        same = [index for index in staying if fold(self.zone.records[index].owner) == fold(record.owner)]
        near = set(self._on(at)) if at is not None else ()
        here = [index for index in staying if index in near]
        if not staying:
            raise KmsdnsError("there is no line that the new record could follow")
        return (same or here or staying)[-1]

    # Changes of text

    def _rewritten(self, fix: Fix) -> Plan:
        edits, touched = [], set()
        for rewrite in fix.rewrites:
            at = rewrite.location
            if at.path not in self.zone.sources or at.end_line > len(self.zone.line_starts(at.path)):
                raise KmsdnsError("it does not stand in a file that was read")
            start = lines(self.zone, at)[0] + at.column - 1
            end = self.zone.line_starts(at.path)[at.end_line - 1] + at.end_column - 1
            edits.append((at.path, Edit(start=start, end=end, replacement=rewrite.text)))
            touched.update(self._on(at))
        return Plan(edits=tuple(edits), gone=frozenset(touched), is_exact=False)

    def _first_path(self, at: Location) -> str:
        path = next(iter(self.zone.sources))
        if is_list(self.zone.sources[path]):
            raise KmsdnsError(f"{shown(at.path, 200)} is a list of DNS Manager: it has no such line")
        return path

    def default_ttl(self, at: Location) -> Plan:
        """$TTL in front of the first line that says something; what would be changed by that gets a TTL of its own."""
        path = self._first_path(at)
        text = self.zone.sources[path]
        known = [ttl for ttl, how in self._ttls() if how & Inheritance.TTL_MINIMUM]
        value = known[0] if known else DEFAULT_TTL
        first = next(entries(text), None)
        start = 0 if first is None else first.start
        edit = Edit(start=start, end=start, replacement=f"$TTL {value}{_newline(text)}")
        respelling = Respelling(self.zone, {})
        gone, is_unknown = set(), False
        for index, (ttl, how) in enumerate(self._ttls()):
            is_unknown = bool(how & Inheritance.TTL_UNKNOWN or (how & Inheritance.TTL_PREVIOUS and is_unknown))
            if is_unknown:
                gone.add(index)
            elif how & (Inheritance.TTL_PREVIOUS | Inheritance.TTL_MINIMUM) and ttl != value:
                respelling.say_ttl(index)
        come = [self.zone.records[index].replace(ttl=value) for index in sorted(gone)]
        return Plan(edits=((path, edit), *respelling.edits()), gone=frozenset(gone), come=tuple(come))

    def _ttls(self) -> list[tuple[int, int]]:
        return [(record.ttl, how) for record, how in zip(self.zone.records, self.zone.manners, strict=True)]

    def inherited_ttls(self, at: Location) -> Plan:
        """The TTL on the record's own line, and on those behind it that have it from there too."""
        respelling = Respelling(self.zone, {})
        index = self._at(at)
        while index < len(self.zone.records) and self.zone.manners[index] & Inheritance.TTL_PREVIOUS:
            respelling.say_ttl(index)
            index += 1
        return Plan(edits=respelling.edits())

    def inherited_owner(self, at: Location) -> Plan:
        """The owner on the record's own line."""
        respelling = Respelling(self.zone, {})
        respelling.say_owner(self._at(at))
        return Plan(edits=respelling.edits())

    def last_line(self, at: Location) -> Plan:
        """A line end at the end of the file."""
        text = self.zone.sources[at.path]
        return Plan(edits=((at.path, Edit(start=len(text), end=len(text), replacement=_newline(text))),))

    def characters(self, at: Location) -> Plan:
        """All invisible and "smart" characters of the entry, outside of its strings and comments."""
        text = self.zone.sources[at.path]
        entry = self._odd_entries(at.path).get(at.line)
        if entry is None:
            raise KmsdnsError("the line is not read as one that could be retyped")
        spot = at.replace(line=entry.line, column=1, end_line=entry.line + entry.lines - 1)
        _start, stop = lines(self.zone, spot)
        skipped = {
            place
            for token in scan(text, entry.start, stop)
            if token.kind in (TokenKind.QUOTED, TokenKind.COMMENT)
            for place in range(token.offset, token.end)
        }
        edits = [
            (at.path, Edit(start=place, end=place + 1, replacement=_plain(text[place])))
            for place in range(entry.start, stop)
            if place not in skipped and _is_odd(text, place)
        ]
        return Plan(edits=tuple(edits), gone=frozenset(self._on(spot)), is_exact=False)

    def _odd_entries(self, path: str) -> dict[int, Entry]:
        if path not in self._odd:
            found = [entry for entry in entries(self.zone.sources[path]) if entry.odd >= 0]
            self._odd[path] = {line: each for each in found for line in range(each.line, each.line + each.lines)}
        return self._odd[path]

    def line(self, at: Location) -> Plan:
        """The record's line taken out."""
        index = self._at(at)
        return Plan(edits=Respelling(self.zone, {index: None}).edits(), gone=frozenset((index,)))

    def _at(self, at: Location) -> int:
        found = self._on(at)
        if not found:
            raise KmsdnsError("the line holds no record")
        return found[0]

    def _on(self, at: Location) -> list[int]:
        """The records that have a line in common with a place, in the order of the file."""
        if self._by_line is None:
            self._by_line = {}
            for index, record in enumerate(self.zone.records):
                place = record.location
                if place is None:
                    continue
                for line in range(place.line, place.end_line + 1):
                    self._by_line.setdefault((place.path, line), []).append(index)
        found = {index for line in range(at.line, at.end_line + 1) for index in self._by_line.get((at.path, line), ())}
        return sorted(found)


_EDITS: dict[TextEdit, Callable[[Mending, Location], Plan]] = {
    TextEdit.DEFAULT_TTL: Mending.default_ttl,
    TextEdit.INHERITED_TTLS: Mending.inherited_ttls,
    TextEdit.INHERITED_OWNER: Mending.inherited_owner,
    TextEdit.LAST_LINE: Mending.last_line,
    TextEdit.CHARACTERS: Mending.characters,
    TextEdit.LINE: Mending.line,
}


def objection(before: Zone, plans: Iterable[Plan], after: Zone) -> str | None:
    """Why a zone can't be what these plans made of it; None when it is. They are about different records."""
    gone: set[int] = set()
    come: list[Record] = []
    is_exact = True
    for plan in plans:
        gone |= plan.gone
        come += plan.come
        is_exact = is_exact and plan.is_exact
    staying = [record for index, record in enumerate(before.records) if index not in gone]
    expected = Counter(map(_key, [*staying, *come]))
    found = Counter(map(_key, after.records))
    for what, missing in (("lose", expected - found), ("add", found - expected if is_exact else Counter())):
        for owner, rdtype, rdata, ttl in missing:
            return f"it would {what} {shown(f'{owner} {ttl} {rdtype} {rdata}', 200)}"
    if len(after.records) < len(before.records) - len(gone) + len(come) or fold(after.origin or "") != fold(
        before.origin or ""
    ):
        return "it would lose records"
    return None


def _key(record: Record) -> tuple[str, str, str, int]:
    return fold(record.owner), record.rdtype, fold(str(record.rdata)), record.ttl


def _record(change: Change, ttl: int | None) -> Record:
    """The record that a change adds."""
    from kmsdns.zone.reader import load

    found = load(f"{change.name} {ttl or 0} IN {change.rdtype} {change.rdata}\n", ".").records
    if len(found) != 1:
        raise KmsdnsError(f"{shown(f'{change.name} {change.rdtype} {change.rdata}', 200)} cannot be read as a record")
    return found[0].replace(location=None)


def _newline(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"


def _is_odd(text: str, at: int) -> bool:
    return ODD.match(text, at) is not None and not (text[at] == "\r" and text[at + 1 : at + 2] in ("\n", ""))


def _plain(character: str) -> str:
    """What was meant by an odd character."""
    if REMOVED.match(character) or not (character.isspace() or _SMART.match(character)):
        return ""
    return " " if character.isspace() else "'" if character in _SINGLE else '"'
