"""Excerpts: a zone of those records of a big file that somebody asks for, and of what look-ups of theirs would meet.

The rest of the file is in columns. Within an excerpt, a server answers for its names and for what they point at as it
does from the whole zone: delegations above a name are there, the ends of aliases, the wildcards that could cover a name
that isn't there, and for each name that exists only because of others the first of these.
"""

from __future__ import annotations

from bisect import bisect_right

from kmsdns.model.names import ROOT, fold, from_text, is_at_or_below, parent
from kmsdns.zone.collector import paused
from kmsdns.zone.columns import RECORD, Columns, Untold, Unusual, flat, named, put_in_order
from kmsdns.zone.lexer import Entries
from kmsdns.zone.pointing import pointed_at
from kmsdns.zone.reader import Reader
from kmsdns.zone.zone import Inheritance

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from kmsdns.model.records import Record
    from kmsdns.zone.columns import Run
    from kmsdns.zone.zone import Zone

_USUAL = Inheritance.OWNER_INHERITED | Inheritance.TTL_DEFAULT
TYPES = ("A", "AAAA", "CNAME", "PTR", "TXT", "NS", "MX", "SRV")
"""Of the columns of a level, in their order."""


def survey(
    source: str | bytes, origin: str | None = None, *, path: str = "<zone>", read: Callable[[str], bytes] | None = None
) -> Survey:
    """A file in columns; the arguments are those of kmsdns.zone.load. Raises Unusual, and what load raises."""
    reader = Reader(None if origin is None else from_text(origin), read, "IN", True, False)
    reader.columns = Columns()
    with paused():
        reader.file(source, path)
        return Survey(reader, reader.columns, path)


class Survey:
    """What is known of a file before any plain record of it is a value. Names are in lower case."""

    def __init__(self, reader: Reader, columns: Columns, path: str) -> None:
        self._reader, self.columns, self._path = reader, columns, path
        self._text = reader.sources[path]
        origin = reader.zone_origin()
        if origin is None:
            raise Untold
        self.origin = fold(origin)
        self.others: dict[str, list[Record]] = {}  # owner -> records that aren't plain
        for record in reader.records:
            self.others.setdefault(fold(record.owner), []).append(record)
        if self.origin == ROOT or "\\" in self.origin:
            raise Unusual("names of the root zone and with escapes are not told by their ends")
        if any(manner & ~_USUAL for manner in reader.manners) or any(each.rdtype == "DNAME" for each in reader.records):
            raise Unusual("a TTL or an owner comes from a line that is not beside it, or there is a DNAME")
        self.levels = [level for level in columns.levels.values() if any(level.columns())]
        self.cuts = {level.owner(label) for level in self.levels for label in level.ns}
        self.cuts.update([owner for owner, held in self.others.items() if any(each.rdtype == "NS" for each in held)])
        self.cuts.discard(self.origin)
        self._existing: set[str] = {self.origin}  # names with others below them
        for name in {*[level.name for level in self.levels], *map(parent, self.others)}:
            while name not in self._existing and self.covers(name):
                self._existing.add(name)
                name = parent(name)

    # What there is

    def covers(self, name: str) -> bool:
        """Whether a name is at or below the origin."""
        if "\\" in name:
            return is_at_or_below(name, self.origin)
        return name.endswith(self.origin) and (name == self.origin or name[-len(self.origin) - 1] == ".")

    def has(self, name: str) -> bool:
        """Whether a name has records."""
        if name in self.others:
            return True
        place = self.columns.find(name)
        return place is not None and any(place[1] in column for column in place[0].columns())

    def types(self, name: str) -> set[str]:
        """The types of the records that a name has."""
        place = self.columns.find(name)
        found = {record.rdtype for record in self.others.get(name, ())}
        if place is not None:
            found.update(
                [rdtype for rdtype, column in zip(TYPES, place[0].columns(), strict=True) if place[1] in column]
            )
        return found

    def cuts_above(self, name: str) -> list[str]:
        """The delegations at or above a name."""
        found = []
        while self.cuts and name != self.origin and self.covers(name):
            if name in self.cuts:
                found.append(name)
            name = parent(name)
        return found

    def first_owner(self) -> str | None:
        """The owner of the first record in the file."""
        runs = self.columns.runs
        place = self._reader.places[0] if self._reader.places else None
        for run in runs[:2]:  # one may be of comments alone
            if place is not None and place <= run.count:
                break
            for name, row in self._rows(run):
                if row[2]:
                    return name
        return fold(self._reader.records[0].owner) if self._reader.records else None

    def targets(self, name: str) -> Iterator[str]:
        """What the records of a name point at."""
        place = self.columns.find(name)
        if place is not None:
            level, label = place
            for rdtype, single in (("cname", level.cname), ("ptr", level.ptr)):
                if label in single:
                    yield from (single[label], *self.columns.more.get((rdtype, name), ()))
            for several in (level.ns, level.mx, level.srv):
                yield from [fields[-1] for fields in several.get(label, ())]
        for record in self.others.get(name, ()):
            yield from pointed_at(record)

    # An excerpt

    def excerpt(
        self,
        owners: Iterable[str],
        looked_up: Iterable[str] = (),
        companions: Callable[[str], Iterable[str]] | None = None,
    ) -> Zone:
        """A zone of the records at some names, and of all that look-ups of theirs meet.

        looked_up: names that somebody will look up besides. companions: further owners that go with one.
        """
        reader, total = self._reader, self.columns.count + len(self._reader.records)
        with paused():
            kept = self._closed(set(owners), set(looked_up), companions)
            for run in self._runs_of(kept):
                self._read_again(run, kept)
            put_in_order(reader)
            read = len(reader.records)
            zone = reader.finish()
        zone.total = total + len(zone.records) - read  # what is outside of the zone doesn't count
        runs = self.columns.runs
        zone.anchors[self._path] = [1, *[run.line for run in runs]], [0, *[run.start for run in runs]]
        return zone

    def _closed(
        self, owners: set[str], looked_up: set[str], companions: Callable[[str], Iterable[str]] | None
    ) -> set[str]:
        """The names with all that belongs to them."""
        serving: dict[str, list[str]] | None = None  # name server -> delegations
        seen: set[str] = set()
        missing: set[str] = set()
        while owners or looked_up:
            while owners or looked_up:
                is_owner = bool(owners)
                name = owners.pop() if is_owner else looked_up.pop()
                is_missing = not is_owner and not self.has(name)
                if is_missing and self.covers(name):
                    missing.add(name)
                if name in seen:
                    continue
                seen.add(name)
                cuts = self.cuts_above(name)
                owners.update(cuts)
                looked_up.update(self.targets(name))
                if companions is not None:
                    owners.update(companions(name))
                if cuts:
                    serving = serving if serving is not None else self._serving()
                    owners.update(serving.get(name, ()))
            owners.update(self._around(missing))
            owners -= seen
            missing.clear()
        return seen

    def _serving(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for owner in self.cuts:
            for name in self.targets(owner):
                found.setdefault(name, []).append(owner)
        return found

    def _around(self, missing: set[str]) -> set[str]:
        """What tells of names without records whether they exist, and what wildcards make of them."""
        found: set[str] = set()
        above: set[str] = set()
        for name in missing:
            while self.covers(name):
                above.add(name)
                found.update((name, f"*.{name}"))
                if name == self.origin:
                    break
                name = parent(name)
        above &= self._existing
        above.discard(self.origin)
        for level in self.levels if above else ():
            name = level.name
            while name not in above and name != self.origin and self.covers(name):
                name = parent(name)
            if name in above:  # the first of each column of each level: so the first of all is among them
                found.update([level.owner(next(iter(column))) for column in level.columns() if column])
        return found

    def _runs_of(self, names: set[str]) -> list[Run]:
        """The runs that hold a record of one of these names, in the order of the file."""
        runs = self.columns.runs
        found = {at for name in names for at in self.columns.again.get(name, ())}
        by_level: dict[str, set[str]] = {}
        for name in names:
            label, _, above = name.partition(".")
            by_level.setdefault(above or ROOT, set()).add(label)
        for above, labels in by_level.items():
            level = self.columns.levels.get(above)
            for number, column in enumerate(level.columns() if level is not None else ()):
                if level is not None and not labels.isdisjoint(column):
                    marks = [mark[number] for mark in level.marks]
                    places = [at for at, label in enumerate(column) if label in labels]
                    found.update([level.runs[bisect_right(marks, at) - 1] for at in places])
        return [runs[at] for at in sorted(found)]

    def _rows(self, run: Run) -> Iterator[tuple[str, tuple[str, str, str, str]]]:
        origin = run.origin
        suffix = "" if origin is None else "." + (fold(origin) if origin != ROOT else "")
        return named(RECORD.findall(flat(self._text[run.start : run.end])), fold(run.owner or ""), suffix)

    def _read_again(self, run: Run, names: set[str]) -> None:
        """The records of these names in a run, read the thorough way."""
        reader, text = self._reader, self._text
        source = Entries(text)
        reader.name.origin, reader.default_ttl, reader.after_origin = run.origin, run.default_ttl, False
        reader.paths.append(self._path)
        reader.text = text
        lines = flat(text[run.start : run.end])
        at, count, spelled = 0, run.count, run.owner
        word_at = None
        for name, (word, _ttl, rdtype, _rdata) in self._rows(run):
            if word:
                word_at = run.start + at, run.start + at + len(word)
            if rdtype:
                count += 1
                if name in names:
                    if word_at is not None:
                        spelled = reader.name(text[word_at[0] : word_at[1]])
                    reader.owner, reader.count = spelled, count
                    source.at = run.start + at
                    source.line = run.line + text.count("\n", run.start, source.at)
                    reader.entry(next(source))
            at = lines.index("\n", at) + 1
        reader.paths.pop()
