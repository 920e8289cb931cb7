"""Picking: the records of one service out of a big file, and those that they point at, without reading the rest.

Directives are obeyed; between them, only lines whose owner can be one of those wanted are read, each the thorough way.
What can't be told so is left to who reads all of the file: a target that isn't there, an $INCLUDE or a $GENERATE, an
owner or a TTL from lines that were not read, parentheses or strings that hold what looks like a directive.
"""

from __future__ import annotations

import re

from kmsdns.model.names import ROOT, fold, from_text, parent
from kmsdns.model.value import Value
from kmsdns.zone.collector import paused
from kmsdns.zone.columns import Unusual, put_in_order
from kmsdns.zone.complaints import TORN
from kmsdns.zone.lexer import Entries
from kmsdns.zone.pointing import pointed_at
from kmsdns.zone.reader import Reader
from kmsdns.zone.zone import Inheritance

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from kmsdns.zone.reading import Reading
    from kmsdns.zone.zone import Zone

_USUAL = Inheritance.OWNER_INHERITED | Inheritance.TTL_DEFAULT
_BLANKS = " \t"
_WORDS = re.compile(r"^[^\s;()\"\\]+", re.MULTILINE)
_DOTTED = re.compile(r"\n([^\s;()\"\\.]++\.[^\s;()\"\\]*+)")
_FEW = 8  # words that are looked for one by one
_LONGEST = 8  # aliases one behind the other


class _Stretch(Value):
    """The text between two directives, and how the reader stood in front of it."""

    start: int
    end: int
    line: int
    origin: str | None
    suffix: str
    default_ttl: int | None


class Extractor:
    """Takes the place of what reads plain records: it passes over all text up to the next directive."""

    def __init__(self) -> None:
        self.stretches: list[_Stretch] = []

    def read(self, reader: Reading, source: Entries) -> None:
        """Passes over the text where the source stands. Raises Unusual."""
        text, start = source.text, source.at
        if len(reader.paths) > 1:
            raise Unusual("a file is included")
        is_whole = start == len(text) or text[start] == "$"
        if is_whole or not any(record.rdtype == "SOA" for record in reader.records):
            if len(reader.records) > _FEW:
                raise Unusual("the SOA record is not among the first")
            end = start
        else:
            end = text.find("\n$", start) + 1 or len(text)
        if text[end : end + 9].upper() in ("$GENERATE", "$INCLUDE ", "$INCLUDE\t"):
            raise Unusual("records come from elsewhere")
        if end == start:
            return
        if text[start] in _BLANKS or text.count('"', start, end) % 2:
            raise Unusual("an owner is inherited across a directive, or a string goes on behind it")
        if "(" in text[start:end] and text.count("(", start, end) != text.count(")", start, end):
            raise Unusual("a parenthesis may go on behind a directive")
        name = reader.name
        self.stretches.append(
            _Stretch(
                start=start, end=end, line=source.line, origin=name.origin, suffix=fold(name.suffix),
                default_ttl=reader.default_ttl,
            )
        )  # fmt: skip
        source.line += text.count("\n", start, end)
        source.at = end


def pick(source: str | bytes, service: str, origin: str | None = None, *, path: str = "<zone>") -> Zone:
    """A zone of the service's records ("_vlmcs._tcp"), of its targets and of its own apex. Raises Unusual."""
    reader = Reader(None if origin is None else from_text(origin), None, "IN", True, False)
    picker = Extractor()
    reader.columns = picker
    with paused():
        reader.file(source, path)
        return _Picking(reader, picker.stretches, path).zone(service)


class _Picking:
    """The stretches of one file, and what was read of them so far."""

    def __init__(self, reader: Reader, stretches: list[_Stretch], path: str) -> None:
        self._reader, self._stretches, self._path = reader, stretches, path
        self._text = reader.sources[path]
        self._lower = self._text.lower()
        self._read: set[int] = set()  # lines
        if len(self._lower) != len(self._text) or not self._text.isascii():
            raise Unusual("letters that have other places in lower case")

    def zone(self, service: str) -> Zone:
        reader = self._reader
        origin = fold(reader.zone_origin() or ROOT)
        if origin == ROOT or "\\" in origin:
            raise Unusual("it isn't told which zone this is, or it is the root")
        label = service.partition(".")[0]
        for stretch in self._stretches:
            for at in self._places(stretch, label):
                self._read_at(stretch, at, f"{service}.")
        wanted = {origin}
        asked: set[str] = set()
        for _ in range(_LONGEST):
            found = self._pointed_at()
            wanted |= found - asked
            for name in found | {fold(record.owner) for record in reader.records}:
                while name.endswith(f".{origin}") and name != origin:
                    wanted.update((name, f"*.{parent(name)}"))
                    name = parent(name)
            wanted -= asked
            if not wanted:
                break
            self._look_up(wanted)
            asked |= wanted
            wanted = set()
        present = {fold(record.owner) for record in reader.records}
        lost = [name for name in self._pointed_at() - present if name.endswith(f".{origin}")]
        unusual = any(manner & ~_USUAL for manner in reader.manners)
        is_torn = any(finding.code in TORN for finding in reader.complaints.listed())
        if lost or unusual or is_torn or any(record.rdtype == "DNAME" for record in reader.records):
            raise Unusual("a target is not there, or a TTL or an owner comes from a line that was not read")
        put_in_order(reader)
        zone = reader.finish()
        zone.anchors[self._path] = (
            [1, *[each.line for each in self._stretches]],
            [0, *[e.start for e in self._stretches]],
        )
        return zone

    def _pointed_at(self) -> set[str]:
        """What the records point at. Of name servers only those that a target has."""
        records = self._reader.records
        found = {name for each in records if each.rdtype not in ("NS", "SOA") for name in pointed_at(each)}
        return found | {name for each in records if fold(each.owner) in found for name in pointed_at(each)}

    def _places(self, stretch: _Stretch, label: str) -> Iterable[int]:
        """The offsets of the lines whose owner may begin with a label."""
        text, start = self._lower, stretch.start
        if label in stretch.suffix:
            yield from [start + match.start() for match in _WORDS.finditer(text[start : stretch.end])]
            return
        if text.startswith(label, start):
            yield start
        at = text.find(f"\n{label}", start, stretch.end)
        while at >= 0:
            yield at + 1
            at = text.find(f"\n{label}", at + 1, stretch.end)

    def _look_up(self, names: set[str]) -> None:
        """Reads the records of these names."""
        relative: dict[str, set[str]] = {}
        for name in names:
            at = name.find(".")
            while at >= 0:
                relative.setdefault(name[at:], set()).add(name[:at])
                at = name.find(".", at + 1)
        for stretch in self._stretches:
            words = relative.get(stretch.suffix, set())
            text = "\n" + self._lower[stretch.start : stretch.end]
            heads = set(_WORDS.findall(text) if len(words) > _FEW else _DOTTED.findall(text)) & (names | words)
            heads.update(words if len(words) <= _FEW else ())
            heads.update(("@",) if stretch.suffix[1:] in names else ())
            for word in heads:
                at = text.find(f"\n{word}")
                while at >= 0:
                    if text[at + 1 + len(word)] in _BLANKS:
                        self._read_at(stretch, stretch.start + at, "")
                    at = text.find(f"\n{word}", at + 1)

    def _read_at(self, stretch: _Stretch, at: int, front: str) -> None:
        """Reads the entry at a place, if its owner begins so, and those that inherit its owner."""
        reader, text = self._reader, self._text
        word = text[at : min([found for end in _BLANKS if (found := text.find(end, at)) > 0] or [at])]
        name = fold(word) if word[-1:] == "." else fold(word) + stretch.suffix if word != "@" else stretch.suffix[1:]
        if front and not name.startswith(front):
            return
        line = stretch.line + text.count("\n", stretch.start, at)
        if line in self._read:
            return
        source = Entries(text)
        source.at, source.line = at, line
        reader.name.origin, reader.default_ttl, reader.after_origin = stretch.origin, stretch.default_ttl, False
        reader.paths.append(self._path)
        reader.text = text
        is_first = True
        while source.at < stretch.end and (is_first or text[source.at] in " \t;\n\r"):
            start = source.at
            entry = next(source, None)
            if entry is None or (not is_first and not entry.inherits):
                break
            self._read.add(entry.line)
            reader.count = 1 + start
            reader.take(entry)
            is_first = False
        reader.paths.pop()
