"""SUP: comments that hide findings, and those that hide none. Needs: zone.

"; kmsdns: ignore CODE[,CODE]" hides findings about the record on its line; "; kmsdns: ignore-file CODE[,CODE]", on any
line, those of the whole file.
"""

from __future__ import annotations

import re

from kmsdns.core.findings import Fix, Safety, Severity
from kmsdns.core.records import Location
from kmsdns.rules.rule import Needs, Told, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from kmsdns.core.findings import Finding
    from kmsdns.rules.case import Case

_COMMENT = re.compile(r";[ \t]*kmsdns:[ \t]*(ignore|ignore-file)[ \t]+([A-Za-z0-9, \t]+)")
_CODE = re.compile(r"[A-Za-z0-9]+")


class Suppressions:
    """The comments of some files. It remembers which of them hid something."""

    def __init__(self, sources: Mapping[str, str], judging: Collection[str], known: Collection[str]) -> None:
        # Codes that could have been found, or that are no rule's: of the others nothing is known.
        self._judging, self._known = frozenset(judging) - {"SUP001"}, frozenset(known)
        self._used: set[Location] = set()
        self._of_file: dict[tuple[str, str], list[Location]] = {}  # path, code
        self._of_line: dict[tuple[str, int, str], list[Location]] = {}
        self._codes: dict[Location, str] = {}
        for path, text in sources.items():
            if "kmsdns:" in text:
                self._read(path, text)

    def _read(self, path: str, text: str) -> None:
        for number, line in enumerate(text.split("\n"), start=1):
            for comment in _COMMENT.finditer(line) if "kmsdns:" in line else ():
                for word in _CODE.finditer(line, comment.start(2), comment.end(2)):
                    at = Location(
                        path=path,
                        line=number,
                        column=word.start() + 1,
                        end_line=number,
                        end_column=word.end() + 1,
                    )
                    code = word[0].upper()
                    self._codes[at] = code
                    if comment[1] == "ignore-file":
                        self._of_file.setdefault((path, code), []).append(at)
                    else:
                        self._of_line.setdefault((path, number, code), []).append(at)

    def unhidden(self, findings: Iterable[Finding]) -> list[Finding]:
        """The findings that no comment hides."""
        return [each for each in findings if not self._hides(each)]

    def _hides(self, finding: Finding) -> bool:
        at = finding.location
        if at is None or not self._codes:
            return False
        hiding = list(self._of_file.get((at.path, finding.code), ()))
        for line in range(at.line, at.end_line + 1):
            hiding += self._of_line.get((at.path, line, finding.code), ())
        self._used.update(hiding)
        return bool(hiding)

    def unused(self) -> Iterator[tuple[Location, str, bool]]:
        """The codes that hid nothing though they were judged, or are no rule's: place, code, whether it is a rule's."""
        for at, code in self._codes.items():
            is_known = code in self._known
            if at not in self._used and (code in self._judging or not is_known):
                yield at, code, is_known


@rule("SUP001", "unused-suppression", Severity.WARNING, "kmsdns validate", needs=(Needs.ZONE,), safety=Safety.SAFE)
def unused_suppression(case: Case) -> Iterator[Told]:
    """A comment is to hide a finding, and there is none to hide.

    Why: The mistake was mended, or the code is mistyped; left there, the comment hides the next mistake unseen.
    Fix: Remove the code from the comment.
    Example: Where SRV301 is found, and meant to be
        _sip._tcp IN SRV 0 0 5060 sip ; kmsdns: ignore SRV301
    """
    for at, code, is_known in case.suppressions.unused() if case.suppressions is not None else ():
        yield Told(
            subject=code,
            message=f"there is no {code} here to ignore" if is_known else f"no rule is called {code}",
            location=at,
            fix=Fix(summary="remove the code from the comment", safety=Safety.SAFE),
        )


RULES = (unused_suppression,)
