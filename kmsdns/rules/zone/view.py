"""Zones as rules see them: indexed by type and by owner, several at once, and what a server of them would answer."""

from __future__ import annotations

import re

from kmsdns.model.messages import Question
from kmsdns.model.names import fold, is_at_or_below, parent
from kmsdns.model.pattern import pattern
from kmsdns.model.records import Location
from kmsdns.rules.target import Target
from kmsdns.zone.authority import respond_from

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kmsdns.model.records import Record
    from kmsdns.zone.authority import Reply
    from kmsdns.zone.zone import Zone

_DIRECTIVE = pattern(r"^(\$[A-Za-z]+)(?:[\t ]+([^\s;]+))+", re.MULTILINE)

MAX_ALIASES = 16
"""CNAME records followed across zones."""


class ZoneView:
    """One zone, with the indexes that several rules need; each is made when it is first used."""

    def __init__(self, zone: Zone, path: str) -> None:
        self.zone = zone
        self.path = path
        self.origin = fold(zone.origin or ".")
        self._by_type: dict[str, list[Record]] | None = None
        self._by_owner: dict[str, list[Record]] | None = None
        self._existing: dict[str, Record] = {}
        self._directives: dict[str, list[tuple[str, Location]]] = {}

    def of_type(self, rdtype: str) -> Sequence[Record]:
        """The records of a type, in the order of the file."""
        if self._by_type is None:
            self._by_type = {}
            for record in self.zone.records:
                self._by_type.setdefault(record.rdtype, []).append(record)
        return self._by_type.get(rdtype, ())

    def at(self, owner: str) -> Sequence[Record]:
        """The records at an owner name (in lower case), in the order of the file."""
        return self._owners().get(owner, ())

    def owners(self) -> Iterator[tuple[str, Sequence[Record]]]:
        """Each owner name in lower case with its records, in the order of the file."""
        yield from self._owners().items()

    def _owners(self) -> dict[str, list[Record]]:
        if self._by_owner is None:
            self._by_owner = {}
            for record in self.zone.records:
                self._by_owner.setdefault(fold(record.owner), []).append(record)
        return self._by_owner

    def exists(self, name: str) -> bool:
        """Whether a name in lower case is there: with records, or because there is a name below it (RFC 4592 2.2.2)."""
        return name == self.origin or self.below(name) is not None

    def below(self, name: str) -> Record | None:
        """The first record at or below a name in lower case that is not the origin."""
        if not self._existing:
            for owner, records in self.owners():
                while owner not in self._existing and owner != self.origin and self.covers(owner):
                    self._existing[owner] = records[0]
                    owner = parent(owner)
        return self._existing.get(name)

    def directives(self, path: str) -> list[tuple[str, Location]]:
        """The directives of a file that was read, in capitals, each with the place of its last word."""
        found = self._directives.get(path)
        if found is None:
            text = self.zone.sources[path]
            found = self._directives[path] = []
            line = at = 0
            for match in _DIRECTIVE.finditer(text):
                line, at = line + text.count("\n", at, match.start()), match.start()
                column, end = match.start(2) - at + 1, match.end(2) - at + 1
                place = Location(path=path, line=line + 1, column=column, end_line=line + 1, end_column=end)
                found.append((match[1].upper(), place))
        return found

    def word(self, record: Record, index: int) -> Location | None:
        """Where a word of a record's line stands: 0 is the first, -1 the last of its rdata.

        The whole record where there are not so many words; None for a record that isn't from a file.
        """
        tokens = self.zone.tokens(record)
        if record.location is None or not -len(tokens) <= index < len(tokens):
            return record.location
        token = tokens[index]
        return Location(
            path=record.location.path,
            line=token.line,
            column=token.column,
            end_line=token.end_line,
            end_column=token.end_column,
        )

    def covers(self, name: str) -> bool:
        """Whether a name in lower case is at or below the origin; of a zone without one nothing is known to be."""
        return self.zone.origin is not None and is_at_or_below(name, self.origin)

    def cut(self, name: str) -> Record | None:
        """The topmost NS record below the apex, at or above a name: where another zone begins."""
        found = None
        while name != self.origin and self.covers(name):
            found = next((record for record in self.at(name) if record.rdtype == "NS"), found)
            name = parent(name)
        return found

    def dname(self, name: str) -> Record | None:
        """The topmost DNAME record above a name."""
        found = None
        while name != self.origin and self.covers(name):
            name = parent(name)
            found = next((record for record in self.at(name) if record.rdtype == "DNAME"), found)
        return found


class Zones:
    """The zones that are known: those that are judged, and those that only help to judge them."""

    def __init__(self, judged: Sequence[ZoneView], reference: Sequence[ZoneView] = ()) -> None:
        self.judged = tuple(judged)
        self._all = (*judged, *reference)
        self._targets: dict[str, Target] = {}
        self._zones = tuple([view.zone for view in self._all])

    def seen_from(self, view: ZoneView) -> Zones:
        """The same without other zones of this one's origin: two files of one zone are each judged by itself."""
        others = [each for each in self._all if each.origin != view.origin]
        return self if len(others) + 1 == len(self._all) else Zones((view,), others)

    def holding(self, name: str) -> ZoneView | None:
        """The zone with the longest origin that a name (in lower case) is at or below."""
        covering = [view for view in self._all if view.covers(name)]
        return max(covering, key=lambda view: len(view.origin), default=None)

    def reply(self, name: str, rdtype: str) -> Reply:
        """What a server of all these zones answers."""
        return respond_from(self._zones, Question(name=name, rdtype=rdtype))

    def target(self, name: str) -> Target:
        """What these zones say of a host's name (in lower case)."""
        found = self._targets.get(name)
        if found is None:
            found = self._targets[name] = self._target(name)
        return found

    def _target(self, name: str) -> Target:
        view = self.holding(name)
        if view is None:
            return Target(name=name, exists=None, addresses=None, is_inside=False)
        cut = view.cut(name)
        if cut is not None:
            return Target(name=name, exists=None, addresses=None, cut=fold(cut.owner))
        replies = [self.reply(name, rdtype) for rdtype in ("A", "AAAA")]
        addresses = [
            str(record.rdata) for reply in replies for record in reply.answer_records if record.rdtype in ("A", "AAAA")
        ]
        aliases = [record for record in replies[0].answer_records if record.rdtype == "CNAME"]
        dname = view.dname(name)
        is_known = all(reply.aa for reply in replies) and not (aliases and self._leads_out(str(aliases[-1].rdata)))
        return Target(
            name=name,
            exists=not (replies[0].rcode == "NXDOMAIN" and not aliases),
            addresses=tuple(dict.fromkeys(addresses)) if addresses or is_known else None,
            alias_of=fold(str(aliases[-1].rdata)) if aliases else None,
            by_wildcard=bool(addresses or aliases) and not view.at(name) and dname is None,
            below_dname=fold(dname.owner) if dname is not None else None,
        )

    def _leads_out(self, name: str) -> bool:
        """Whether an alias leads to where these zones don't say."""
        view = self.holding(fold(name))
        return view is None or view.cut(fold(name)) is not None
