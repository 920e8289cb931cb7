"""Records of a zone written differently: only the words that change, and what other lines inherited from them."""

from __future__ import annotations

from kmsdns.errors import InvalidName, KmsdnsError
from kmsdns.model.names import fold, is_at_or_below, shown, split
from kmsdns.zone import writer
from kmsdns.zone.edits import Edit, replace
from kmsdns.zone.windows import is_list
from kmsdns.zone.zone import Inheritance

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from kmsdns.model.records import Location, Record
    from kmsdns.zone.lexer import Token
    from kmsdns.zone.zone import Zone

_CLASSES = ("IN", "CH", "HS", "CS", "CLASS")
_TTLS = Inheritance.TTL_DEFAULT | Inheritance.TTL_PREVIOUS | Inheritance.TTL_MINIMUM | Inheritance.TTL_UNKNOWN


class Respelling:
    """The edits that make records of a zone what is wanted of them: another record, or None for none."""

    def __init__(self, zone: Zone, wanted: Mapping[int, Record | None]) -> None:
        self._zone = zone
        self._wanted = dict(wanted)
        self._inserted: dict[int, list[Record]] = {}  # by the one that they follow
        self._edits: dict[tuple[str, Edit], None] = {}

    def insert(self, record: Record, after: int) -> None:
        """A new record, on a line of its own behind another one's."""
        self._inserted.setdefault(after, []).append(record)

    def say_ttl(self, index: int) -> None:
        """The TTL on the record's own line."""
        record, tokens = self._line(index)
        at = tokens[0 if self._zone.manners[index] & Inheritance.OWNER_INHERITED else 1].offset
        self._add(record, Edit(start=at, end=at, replacement=f"{record.ttl} "))

    def say_owner(self, index: int, owner: str | None = None) -> None:
        """The owner on the record's own line."""
        record, _tokens = self._line(index)
        assert record.location is not None
        start = lines(self._zone, record.location)[0]
        self._add(record, Edit(start=start, end=start, replacement=owner or record.owner))

    def edits(self) -> tuple[tuple[str, Edit], ...]:
        """All of them, each with the path of its file. KmsdnsError for what must be changed by hand."""
        for after, records in self._inserted.items():
            self._insert(after, records)
        for index, record in self._wanted.items():
            old, _tokens = self._line(index)
            if record is None:
                assert old.location is not None
                start, end = lines(self._zone, old.location)
                self._add(old, Edit(start=start, end=end, replacement=""))
            else:
                self._change(index, record)
        heirs = {self._heir(index) for index in (*self._wanted, *self._inserted)}
        for heir in sorted(each for each in heirs if each is not None):
            self._pin(heir)
        return tuple(self._edits)

    def _add(self, record: Record, edit: Edit) -> None:
        assert record.location is not None
        self._edits[record.location.path, edit] = None

    def _line(self, index: int) -> tuple[Record, list[Token]]:
        """A record that has its own line, and the words of that."""
        zone, record = self._zone, self._zone.records[index]
        what = shown(f"{record.owner} {record.rdtype}")
        if record.location is None or record.location.path not in zone.sources:
            raise KmsdnsError(f"{what} does not stand in a file that was read")
        tokens = zone.tokens(record)
        if not tokens or tokens[0].text.upper() == "$GENERATE":
            raise KmsdnsError(f"{what} is made by $GENERATE: change that line by hand")
        if is_list(zone.sources[record.location.path]):
            raise KmsdnsError(f"{what} stands in a list of DNS Manager: no record of it can be changed")
        return record, tokens

    def _before(self, index: int) -> Record | None:
        """The record in front of one, as it is going to be."""
        for at in range(index - 1, -1, -1):
            if at in self._inserted:
                return self._inserted[at][-1]
            record = self._wanted.get(at, self._zone.records[at])
            if record is not None:
                return record
        return None

    def _heir(self, index: int) -> int | None:
        """The next record that stays as it is."""
        return next((at for at in range(index + 1, len(self._zone.records)) if at not in self._wanted), None)

    def _pin(self, index: int) -> None:
        """The owner and the TTL of a record written into its line, where it would inherit others now."""
        record, manner, before = self._zone.records[index], self._zone.manners[index], self._before(index)
        if manner & Inheritance.OWNER_INHERITED and (before is None or fold(before.owner) != fold(record.owner)):
            self.say_owner(index)
        if manner & Inheritance.TTL_PREVIOUS and (before is None or before.ttl != record.ttl):
            self.say_ttl(index)

    def _insert(self, after: int, records: list[Record]) -> None:
        old, _tokens = self._line(after)
        assert old.location is not None
        text = self._zone.sources[old.location.path]
        _start, end = lines(self._zone, old.location)
        newline = "\r\n" if "\r\n" in text else "\n"
        new = newline.join([writer.line(record) for record in records])
        new = new + newline if text[end - 1 : end] == "\n" else newline + new
        self._add(old, Edit(start=end, end=end, replacement=new))

    def _change(self, index: int, new: Record) -> None:
        old, tokens = self._line(index)
        manner, before = self._zone.manners[index], self._before(index)
        at = 0 if manner & Inheritance.OWNER_INHERITED else 1
        if not at:
            if before is None or fold(before.owner) != fold(new.owner):
                self.say_owner(index, new.owner)
        elif fold(old.owner) != fold(new.owner):
            self._add(old, replace(tokens[0], _name(tokens[0].text, old.owner, new.owner)))
        rdtype = at
        while rdtype < len(tokens) - 1 and _precedes_type(tokens[rdtype].text):
            rdtype += 1
        if manner & _TTLS:
            implied = old.ttl
            if manner & Inheritance.TTL_PREVIOUS and before is not None:
                implied = before.ttl
            if implied != new.ttl:
                start = tokens[at].offset
                self._add(old, Edit(start=start, end=start, replacement=f"{new.ttl} "))
        elif old.ttl != new.ttl:
            token = next(token for token in tokens[at:rdtype] if token.text[0] in "0123456789-")
            self._add(old, replace(token, str(new.ttl)))
        self._change_rdata(old, new, tokens[rdtype + 1 :])

    def _change_rdata(self, old: Record, new: Record, words: list[Token]) -> None:
        before, after = writer.shown(old, None).split(" "), writer.shown(new, None).split(" ")
        if before == after:
            return
        if len(words) == len(before) == len(after):
            for token, was, becomes in zip(words, before, after, strict=True):
                if was != becomes:
                    is_name = was[-1:] == becomes[-1:] == "."
                    self._add(old, replace(token, _name(token.text, was, becomes) if is_name else becomes))
            return
        assert old.location is not None
        between = self._zone.sources[old.location.path][words[0].offset : words[-1].end] if words else "("
        if words[:1] and words[0].line == words[-1].end_line and not set("();") & set(between):
            edit = Edit(start=words[0].offset, end=words[-1].end, replacement=" ".join(after))
            self._add(old, edit)
        else:
            what = shown(f"{old.owner} {old.rdtype}")
            raise KmsdnsError(f"{what} is laid out so that its data cannot be replaced: change it by hand")


def _precedes_type(word: str) -> bool:
    """Whether a word between owner and type is a TTL, a class or an age."""
    return word[0] in "0123456789-[" or word.upper().startswith(_CLASSES)


def _name(word: str, old: str, new: str) -> str:
    """Another name in place of a word that was read as the name old: as short as the word was written."""
    if fold(f"{word}.") == fold(new):
        return f"{word}."
    if word.endswith(".") or not word:
        return new
    try:
        behind = split(old)[0 if word == "@" else len(split(f"{word}.")) :]
    except (InvalidName, ValueError):
        return new
    origin = ".".join(behind) + "."
    return writer.relative(new, origin) if behind and is_at_or_below(new, origin) else new


def lines(zone: Zone, location: Location) -> tuple[int, int]:
    """From the start of a place's first line to the end of its last, line end included."""
    starts = zone.line_starts(location.path)
    end = starts[location.end_line] if location.end_line < len(starts) else len(zone.sources[location.path])
    return starts[location.line - 1], end
