"""Comments that hide findings, as they stand in zone files.

"; kmsdns: ignore RULE[,RULE]" hides findings about the record on its line, or on its lines; "; kmsdns: ignore-file
RULE[,RULE]", on any line, those of the whole file. A rule is named by its code, its slug or the beginning of a code;
what follows the list is the reason, for people.
"""

from __future__ import annotations

from kmsdns.model.findings import Rewrite
from kmsdns.model.pattern import pattern
from kmsdns.model.records import Location
from kmsdns.model.value import Value
from kmsdns.rules.naming import matches

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from typing import Protocol

    from kmsdns.model.findings import Finding
    from kmsdns.rules.naming import Named
    from kmsdns.zone.zone import Zone

    class Judging(Named, Protocol):
        """A rule, as far as a comment knows it."""

        @property
        def default(self) -> bool:
            """Whether it judges without being chosen."""


_WORD = r"[A-Za-z][A-Za-z0-9-]*"
_COMMENT = pattern(
    rf";[ \t]*kmsdns:[ \t]*(ignore-file|ignore)[ \t]+({_WORD}(?:[ \t]*,[ \t]*{_WORD}|[ \t]+[A-Z]{{2,3}}[0-9]{{3}}\b)*)"
)
_WORDS = pattern(_WORD)


class Unused(Value):
    """A word of a comment that hides nothing."""

    word: str
    location: Location
    rest: Rewrite  # what takes it out
    is_known: bool  # a rule is called so


class _Named(Value):
    word: str
    location: Location
    is_of_file: bool
    rest: Rewrite


class Suppressions:
    """The comments in the files of some zones. It remembers which of them hid something."""

    def __init__(
        self, zones: Sequence[Zone], judging: Sequence[Judging], known: Callable[[], Sequence[Judging]]
    ) -> None:
        self._judging = frozenset([each.code for each in judging]) - {"SUP001"}  # could have been found
        self._known = known  # all rules that there are
        self._used: set[_Named] = set()
        self._of_file: dict[str, list[_Named]] = {}
        self._of_line: dict[tuple[str, int], list[_Named]] = {}
        self._spans: dict[tuple[str, int], range] = {}  # the lines of the record that a line is part of
        for path, text in {path: text for zone in zones for path, text in zone.sources.items()}.items():
            if "kmsdns:" in text:
                self._read(path, text)
        places = [record.location for zone in zones for record in zone.records] if self._of_line else ()
        for at in places:
            if at is not None and at.end_line > at.line:
                span = range(at.line, at.end_line + 1)
                self._spans.update({(at.path, line): span for line in span})

    def _read(self, path: str, text: str) -> None:
        from kmsdns.zone.lexer import TokenKind, scan  # a diagnosis reads no zone

        lines = text.split("\n")
        for number, line in enumerate(lines, start=1):
            for token in scan(line) if "kmsdns:" in line else ():
                if token.kind is TokenKind.COMMENT:
                    for named in _named(path, number, line, token.offset, number < len(lines)):
                        if named.is_of_file:
                            self._of_file.setdefault(path, []).append(named)
                        else:
                            self._of_line.setdefault((path, number), []).append(named)

    def unhidden(self, findings: Iterable[Finding]) -> list[Finding]:
        """The findings that no comment hides."""
        return [each for each in findings if not self._hides(each)]

    def _hides(self, finding: Finding) -> bool:
        at = finding.location
        if at is None or not (self._of_file or self._of_line):
            return False
        named = list(self._of_file.get(at.path, ()))
        if self._of_line:
            spans = [self._spans.get((at.path, line), range(line, line + 1)) for line in (at.line, at.end_line)]
            for line in range(spans[0].start, spans[1].stop):
                named += self._of_line.get((at.path, line), ())
        hiding = [each for each in named if matches(finding, each.word)]
        self._used.update(hiding)
        return bool(hiding)

    def unused(self) -> Iterator[Unused]:
        """The words that hid nothing though all that they name was judged, or that name no rule."""
        for named in (each for group in (self._of_file, self._of_line) for held in group.values() for each in held):
            if named in self._used:
                continue
            known = self._known()
            meant = {each.code for each in known if matches(each, named.word)}
            usual = {each.code for each in known if each.code in meant and each.default} or meant
            if usual <= self._judging:
                yield Unused(word=named.word, location=named.location, rest=named.rest, is_known=bool(meant))


def _named(path: str, number: int, line: str, start: int, has_next: bool) -> Iterator[_Named]:
    """The words of the comments of one line; the first begins at start."""
    for comment in _COMMENT.finditer(line, start):
        words = list(_WORDS.finditer(line, comment.start(2), comment.end(2)))
        for at, word in enumerate(words):
            if len(words) > 1:
                taken = (words[at - 1].end(), word.end()) if at else (word.start(), words[1].start())
                place = _spot(path, number, *taken)
            else:
                end = line.find(";", comment.end())
                end = len(line.rstrip("\r")) if end < 0 else end
                begin = len(line[: comment.start()].rstrip(" \t"))
                place = _spot(path, number, begin, end)
                if not begin and end == len(line.rstrip("\r")) and has_next:
                    place = place.replace(end_line=number + 1, end_column=1)  # the line was there for it alone
            yield _Named(
                word=word[0],
                location=_spot(path, number, word.start(), word.end()),
                is_of_file=comment[1] == "ignore-file",
                rest=Rewrite(location=place, text=""),
            )


def _spot(path: str, line: int, start: int, end: int) -> Location:
    return Location(path=path, line=line, column=start + 1, end_line=line, end_column=end + 1)
