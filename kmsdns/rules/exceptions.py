"""Exceptions from rules that a configuration makes: for files, for zones, and in how bad a finding is."""

from __future__ import annotations

from kmsdns.errors import KmsdnsError
from kmsdns.model.findings import Severity
from kmsdns.model.names import fold, shown
from kmsdns.model.value import Value
from kmsdns.rules.naming import matches

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from kmsdns.model.findings import Finding
    from kmsdns.rules.rule import Rule

OFF = "off"
"""The word for a rule whose findings are not told, where the others are severities."""


class Exceptions(Value):
    """Each rule in these is named by its code, its slug or the beginning of a code."""

    per_file: tuple[tuple[str, tuple[str, ...]], ...] = ()  # a glob for paths, and the rules ignored there
    per_zone: tuple[tuple[str, tuple[str, ...]], ...] = ()  # a glob for origins (contoso.com), likewise
    severity: tuple[tuple[str, Severity | None], ...] = ()  # None: not told; the last that matches a rule counts

    def check(self, known: Sequence[Rule]) -> None:
        """Raises KmsdnsError for a word that no rule is called by."""
        words = [word for _glob, named in (*self.per_file, *self.per_zone) for word in named]
        for word in (*words, *[word for word, _severity in self.severity]):
            if not any(matches(rule, word) for rule in known):
                raise KmsdnsError(f"the configuration names a rule {shown(word)}, and there is none")

    def rated(self, findings: Iterable[Finding]) -> list[Finding]:
        """The findings with the severities that are wanted, without those that are not to be told."""
        if not self.severity:
            return list(findings)
        kept = []
        for finding in findings:
            wanted = [severity for word, severity in self.severity if matches(finding, word)]
            if not wanted:
                kept.append(finding)
            elif wanted[-1] is not None:
                kept.append(finding.replace(severity=wanted[-1]))
        return kept

    def ignores(self, finding: Finding, path: str, origin: str | None) -> bool:
        """Whether a finding in a file, and in a zone, is not wanted."""
        return _is_in(finding, self.per_file, _file_names(path)) or _is_in(finding, self.per_zone, _origins(origin))


NO_EXCEPTIONS = Exceptions()


def _is_in(finding: Finding, table: Iterable[tuple[str, tuple[str, ...]]], names: Sequence[str]) -> bool:
    from fnmatch import fnmatchcase

    return any(
        any(fnmatchcase(name, glob) for name in names) and any(matches(finding, word) for word in words)
        for glob, words in table
    )


def _file_names(path: str) -> list[str]:
    """The path and what is left of it without its first folders: a glob may begin at any of them."""
    parts = path.replace("\\", "/").split("/")
    return ["/".join(parts[at:]) for at in range(len(parts))]


def _origins(origin: str | None) -> list[str]:
    return [] if origin is None else [fold(origin), fold(origin).removesuffix(".") or "."]
