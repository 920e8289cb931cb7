"""A big zone column by column: what its plain records say, by owner and type, without a value for each record.

A run is a stretch of text between two entries that aren't plain. One expression finds all its records; rdata go into
dicts by the owner's first label, one dict for each type and each name that owners are directly below of: a level. So
most names need not be made, and dicts stay small. Names are in lower case.

What is unusual or wrong ends a run: the lexer and the reader take that entry the thorough way, as they would without
this, and its record is in the reader's list. So each record is either in the columns or in that list, and what the
reader complains about is the same.

The columns tell in bulk which owners can't have anything wrong (rules.zone.prefilter). Of the others, zone.subzone
reads the lines again, the thorough way, and gives a zone of these records alone.
"""

from __future__ import annotations

import re
from array import array

from kmsdns.model.names import ROOT, fold
from kmsdns.model.pattern import pattern
from kmsdns.model.records import MAX_TTL
from kmsdns.model.value import Value
from kmsdns.zone.addresses import SHORT, ipv6
from kmsdns.zone.complaints import ZoneSyntaxError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kmsdns.zone.lexer import Entries
    from kmsdns.zone.reading import Reading

    Row = tuple[str, str, str, str]

_FEWEST, _MOST = 512, 1 << 15  # characters that are taken at a time: more each time that all were plain
_LONGEST_LINE = 1 << 16  # characters
_LONGEST_SUFFIX = 190  # a word of 63 characters in front of it is a name in any case
_WORD = r"(?:[0-9a-z_*:][0-9a-z_*:./-]{0,62}+|@)"
_OCTET = r"(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"
_QUAD = rf"(?=[ ]++(?:{_OCTET}\.){{3}}{_OCTET}[ ]*+[;\n])"
RECORD = pattern(
    rf"^(?:({_WORD})?+[ ]++(?!in[ ]++(?:[0-9][^ ]*+[ ]++)?in[ ])(?:in[ ]++)?+(?:([0-9][0-9smhdw]*+)[ ]++)?+"
    r"(?:in[ ]++)?+"
    rf"(a{_QUAD}|aaaa|cname|srv|txt|mx|ns|ptr)[ ]++({_WORD}(?:[ ]++{_WORD}){{0,3}}|\"[ !#-\[\]-~]{{0,255}}+\"))?"
    r"[ ]*+(?:;[^\n]*+)?+\n",
    re.MULTILINE,
)
"""A line in lower case, with blanks for tabs and the like: owner, TTL, type, rdata; or nothing but a comment."""

_GROUPS = r"[1-9a-f][0-9a-f]{0,3}"
_SIXES = pattern(rf"(?:(?:(?!(?:[^:\n]++:++){{6}}){SHORT.pattern}|(?:{_GROUPS}:){{7}}{_GROUPS})\n)*+")  # RFC 5952
_GROUP = pattern(r"\((?:[^()\";\\]++|;[^\n]*+){0,16}\)")  # more would not be linear in the text
_COMMENT = pattern(r";[^\n]*+")
_FOREIGN = pattern(r"[^\x00-\x7f]")
_BLANKS = str.maketrans("()\n", "   ")


class Unusual(Exception):
    """The file is one that columns can't show in full: it is to be read the thorough way."""


class Untold(Unusual):
    """The file doesn't tell its origin."""


class Run(Value):
    """A stretch of text whose records are all in the columns, and how the reader stood in front of it."""

    start: int  # characters
    end: int
    line: int
    count: int  # entries in front of it
    origin: str | None
    owner: str | None
    default_ttl: int | None


class NameLevel:
    """The owners directly below one name, by their first label; in the order of their first appearance."""

    __slots__ = ("a", "aaaa", "cname", "last", "marks", "mx", "name", "ns", "ptr", "runs", "srv", "txt")

    def __init__(self, name: str) -> None:
        self.name = name
        self.a: dict[str, str] = {}  # label -> the first address
        self.aaaa: dict[str, str] = {}
        self.cname: dict[str, str] = {}  # label -> the first target
        self.ptr: dict[str, str] = {}
        self.txt: dict[str, str] = {}  # label -> the first string
        self.ns: dict[str, list[tuple[int, str]]] = {}  # label -> TTL, target
        self.mx: dict[str, list[tuple[int, int, str]]] = {}  # label -> TTL, preference, target
        self.srv: dict[str, list[tuple[int, int, int, int, str]]] = {}  # label -> TTL, priority, weight, port, target
        self.last = -1  # of the runs that have owners of this level
        self.runs: list[int] = []
        self.marks: list[tuple[int, ...]] = []  # how many labels each column had in front of these runs

    def columns(self) -> tuple[dict[str, object], ...]:
        """The columns, in one order."""
        return self.a, self.aaaa, self.cname, self.ptr, self.txt, self.ns, self.mx, self.srv  # type: ignore[return-value]

    def owner(self, label: str) -> str:
        """The name with this first label."""
        return f"{label}.{self.name if self.name != ROOT else ''}"

    def enter(self, run: int) -> None:
        """There are owners of this level in a run, the last so far."""
        if self.last != run:
            self.last = run
            self.runs.append(run)
            self.marks.append(tuple(map(len, self.columns())))


class Columns:
    """What the plain records of a file say."""

    def __init__(self) -> None:
        self.levels: dict[str, NameLevel] = {}
        self.more: dict[tuple[str, str], list[str]] = {}  # type, owner -> what follows the first one
        self.unproven: set[str] = set()  # owners of RRsets that may hold a record twice, or have two TTLs
        self.marked: set[str] = set()  # owners with an asterisk behind another label, or with an A-label
        self.again: dict[
            str, list[int]
        ] = {}  # owner -> runs that it is in, besides those where it is first in a column
        self.runs: list[Run] = []
        self.count = 0  # records
        self._size = _FEWEST
        self._is_long = False  # an IPv6 address of the run may be written in another way than it is shown

    def level(self, name: str) -> NameLevel:
        """The owners directly below a name."""
        found = self.levels.get(name)
        if found is None:
            found = self.levels[name] = NameLevel(name)
        return found

    def find(self, name: str) -> tuple[NameLevel, str] | None:
        """Where a name would be; None where there is nothing beside it."""
        label, _, above = name.partition(".")
        level = self.levels.get(above or ROOT)
        return None if level is None else (level, label)

    def read(self, reader: Reading, source: Entries) -> None:
        """Takes records from where the source stands, up to the first line that isn't plain. Raises Unusual."""
        if len(reader.paths) > 1:
            raise Unusual("a file is included")
        text, suffix = source.text, fold(reader.name.suffix)
        if len(suffix) > _LONGEST_SUFFIX or "\\" in suffix or not suffix.isascii():
            return
        while source.at < len(text) and text[source.at] != "$":
            start = source.at
            directive = text.find("\n$", start, start + self._size)
            end = text.rfind("\n", start, directive + 1 if directive >= 0 else start + self._size) + 1
            end = end or text.find("\n", start) + 1
            if end - start > _LONGEST_LINE:
                return
            lines = flat(text[start:end])
            rows, count = RECORD.findall(lines), lines.count("\n")
            if len(rows) != count:
                rows = rows[: _unbroken(lines)]
            taken = self._take(reader, rows[: self._sound(reader, rows, suffix, lines)], suffix, "@" in lines)
            upto = start + (len(lines) if taken == count else _offset(lines, taken))
            if taken:
                name = reader.name
                self.runs.append(
                    Run(
                        start=start, end=upto, line=source.line, count=reader.count, origin=name.origin,
                        owner=reader.owner, default_ttl=reader.default_ttl,
                    )
                )  # fmt: skip
                if any("xn--" in each or "*" in each for each in (suffix, lines)):
                    found = [name for name, _row in named(rows[:taken], fold(reader.owner or ""), suffix)]
                    self.marked.update([name for name in found if "xn--" in name or ".*" in name])
                self._move(reader, source, lines, rows if taken == len(rows) else rows[:taken], upto)
            if not taken or upto < end:
                self._size = max(_FEWEST, min(2 * (upto - start), _MOST))
                if taken and "(" in text[upto:end]:
                    continue  # maybe what it holds goes on behind the end
                return
            self._size = min(2 * self._size, _MOST)

    def _move(self, reader: Reading, source: Entries, lines: str, rows: list[Row], upto: int) -> None:
        """The reader stands behind the rows, as if it had read them itself."""
        word = next((row[0] for row in reversed(rows) if row[0]), None)
        if word is not None:
            at = source.at + lines.rfind(f"\n{word} ", 0, upto - source.at) + 1
            reader.owner, reader.after_origin = reader.name(source.text[at : at + len(word)]), False
        count = len(rows) - [row[2] for row in rows].count("")
        reader.count += count
        self.count += count
        source.line += source.text.count("\n", source.at, upto)
        source.at = upto

    def _sound(self, reader: Reading, rows: list[Row], suffix: str, lines: str) -> int:
        """How many rows there are in front of the first that is wrong, by what can be told of all at once."""
        if not rows:
            return 0
        wrong = [len(rows)]
        ttls = {row[1] for row in rows}
        if "" in ttls and reader.default_ttl is None:
            ttls = {row[1] for row in rows if row[2]}  # else it may be a line of a comment alone
        for ttl in ttls:
            try:
                self._seconds(reader, ttl)
            except ZoneSyntaxError:
                wrong += [at for at, row in enumerate(rows) if row[1] == ttl][:1]
        if ".." in lines:
            wrong += [at for at, row in enumerate(rows) if ".." in row[0] or (".." in row[3] and row[2] != "txt")][:1]
        if not suffix:
            wrong += [at for at, row in enumerate(rows) if _is_relative(row)][:1]
        sixes = [row[3] for row in rows if row[2] == "aaaa"]
        self._is_long = bool(sixes) and not _SIXES.fullmatch("\n".join(sixes) + "\n")
        if self._is_long:
            wrong += [at for at, row in enumerate(rows) if row[2] == "aaaa" and not _is_six(row[3])][:1]
        if reader.owner is None or reader.after_origin or "\\" in reader.owner:
            first = next((at for at, row in enumerate(rows) if row[2]), 0)
            wrong += [] if rows[first][0] else [first]
        return min(wrong)

    def _seconds(self, reader: Reading, ttl: str) -> int:
        """The TTL of a record. Raises ZoneSyntaxError, or Unusual where it is not its own or the zone's."""
        seconds = reader.ttls.get(ttl, reader.default_ttl) if ttl else reader.default_ttl
        if ttl and ttl not in reader.ttls:
            seconds = reader.ttl(ttl, 0)
        if seconds is None or seconds > MAX_TTL:
            raise Unusual("a TTL comes from the record before, or is too large")
        return seconds

    def _take(self, reader: Reading, rows: list[Row], suffix: str, has_at: bool) -> int:
        """Puts rows into the columns, up to the first that is wrong. How many."""
        numbers, apex, run, levels = reader.numbers, suffix[1:] or ROOT, len(self.runs), self.levels
        seconds = {**reader.ttls, "": reader.default_ttl or 0}
        here = self.level(apex)
        here.enter(run)
        twice: set[tuple[str, str]] = set()
        label, level, at = "", here, -1
        if rows and not rows[0][0]:
            label, _, above = fold(reader.owner or "").partition(".")
            level = self.level(above or ROOT)
            level.enter(run)
        try:
            for at, (word, ttl, rdtype, rdata) in enumerate(rows):  # noqa: B007  # told below
                if word:
                    if "." in word or (has_at and word == "@"):
                        name = word if word[-1] == "." else word + suffix if word != "@" else apex
                        label, _, above = name.partition(".")
                        level = levels.get(above) or self.level(above or ROOT)
                        if level.last != run:
                            level.enter(run)
                    else:
                        label, level = word, here
                if rdtype == "a":
                    if level.a.setdefault(label, rdata) is not rdata:
                        twice.add((rdtype, level.owner(label)))
                elif rdtype == "aaaa":
                    rdata = ipv6(rdata) if self._is_long else rdata
                    if level.aaaa.setdefault(label, rdata) is not rdata:
                        twice.add((rdtype, level.owner(label)))
                elif rdtype == "txt":
                    if rdata[0] != '"':
                        break
                    if level.txt.setdefault(label, rdata) is not rdata:
                        twice.add((rdtype, level.owner(label)))
                elif rdtype:
                    words = rdata.split()
                    target = words[-1]
                    if len(words) != _WORDS[rdtype] or rdata[0] == '"':
                        break
                    if target[-1] != ".":
                        target = target + suffix if target != "@" else apex
                    if rdtype == "cname" or rdtype == "ptr":
                        column = level.cname if rdtype == "cname" else level.ptr
                        if column.setdefault(label, target) is not target:
                            name = level.owner(label)
                            self.more.setdefault((rdtype, name), []).append(target)
                            self.unproven.add(name)
                            self._note(name)
                        continue
                    values: tuple[int | str, ...] = (seconds[ttl], *[numbers[each] for each in words[:-1]], target)
                    several: dict[str, list[tuple[int | str, ...]]] = getattr(level, rdtype)
                    if label in several:
                        several[label].append(values)
                        self._note(level.owner(label))
                    else:
                        several[label] = [values]
            else:
                at += 1
        except ZoneSyntaxError:
            pass
        if twice:
            self._compare(reader, named(rows[:at], fold(reader.owner or ""), suffix), twice)
        return max(at, 0)

    def _note(self, name: str) -> None:
        """An owner that is in its column already is in the run at hand as well."""
        runs = self.again.setdefault(name, [])
        if not runs or runs[-1] != len(self.runs):
            runs.append(len(self.runs))

    def _compare(self, reader: Reading, rows: Iterator[tuple[str, Row]], twice: set[tuple[str, str]]) -> None:
        """RRsets of several records: within one run it can be told that all differ, and have one TTL."""
        found: dict[tuple[str, str], list[tuple[int, str]]] = {key: [] for key in twice}
        for name, (_word, ttl, rdtype, rdata) in rows:
            if (rdtype, name) in found:
                found[rdtype, name].append((self._seconds(reader, ttl), rdata))
        for (rdtype, name), records in found.items():
            self._note(name)
            values = [rdata for _ttl, rdata in records]
            place = self.find(name)
            # Where the first is in another run, that can't be told.
            is_whole = values and place is not None and getattr(place[0], rdtype)[place[1]] is values[0]
            if is_whole and len(set(values)) == len(values) and len({ttl for ttl, _rdata in records}) == 1:
                self.more[rdtype, name] = values[1:]
            else:
                self.unproven.add(name)


_WORDS = {"cname": 1, "ptr": 1, "ns": 1, "mx": 2, "srv": 4}  # of the rdata


def _is_six(rdata: str) -> bool:
    try:
        ipv6(rdata)
    except ZoneSyntaxError:
        return False
    return True


def _is_relative(row: Row) -> bool:
    """Whether a row needs an origin."""
    word, _ttl, rdtype, rdata = row
    return (word != "" and word[-1] != ".") or (rdtype not in ("", "a", "aaaa", "txt") and rdata[-1] != ".")


def named(rows: list[Row], name: str, suffix: str) -> Iterator[tuple[str, Row]]:
    """Rows, each with its owner in lower case; name is that in front of the first."""
    for row in rows:
        word = row[0]
        if word:
            name = word if word[-1] == "." else word + suffix if word != "@" else suffix[1:] or "."
        yield name, row


def flat(text: str) -> str:
    """Whole lines, each record on one: in lower case, blanks for tabs, returns, parentheses and the lines' ends inside.

    Every character stays at its place. The text ends in front of the first line that isn't ASCII.
    """
    if not text.isascii():
        foreign = _FOREIGN.search(text)
        text = text[: text.rfind("\n", 0, foreign.start() if foreign else 0) + 1]
    text = text.lower().replace("\r\n", " \n")
    if "(" in text:
        text = _GROUP.sub(_joined, text)
    return text.replace("\t", " ")


def _joined(group: re.Match[str]) -> str:
    """Parentheses and what they hold as part of their line, unless they stand in a string or a comment."""
    before = group.string[group.string.rfind("\n", 0, group.start()) + 1 : group.start()]
    if not before or ";" in before or '"' in before:
        return group[0]
    return _COMMENT.sub(lambda comment: " " * len(comment[0]), group[0]).translate(_BLANKS)


def _unbroken(flat: str) -> int:
    """How many lines there are in front of the first that is no record."""
    at = count = 0
    for match in RECORD.finditer(flat):
        if match.start() != at:
            break
        at, count = match.end(), count + 1
    return count


def _offset(flat: str, lines: int) -> int:
    """Where the line behind so many begins."""
    at = 0
    for _ in range(lines):
        at = flat.index("\n", at) + 1
    return at


def put_in_order(reader: Reading) -> None:
    """The records that a reader took out of their order, in that of their entries."""
    order = sorted(range(len(reader.records)), key=reader.places.__getitem__)
    reader.records = [reader.records[index] for index in order]
    reader.manners = bytearray([reader.manners[index] for index in order])
    reader.places = array("Q", [reader.places[index] for index in order])
