"""What the pytest plugin makes of a spec: a file with an item for each check and vantage, and one run for all of them.

Loaded when pytest comes to a spec, no sooner.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from kmsdns.core.expectations import CheckOutcome
from kmsdns.core.safe import safe
from kmsdns.errors import KmsdnsError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kmsdns.core.expectations import CheckResult, Expectation, Spec
    from kmsdns.core.report import Report

LIVE = "dns_live"
"""The marker of what asks servers other than those that are started for the run."""


class Missed(Exception):
    """The DNS isn't as the spec expects; the text is for a person."""


class Unanswered(Exception):
    """Nobody could be asked, so nothing is known: an error before the test, not a failure of it."""


class SpecFile(pytest.File):
    """A spec."""

    _spec: Spec
    _outcome: Report | KmsdnsError | None = None

    def collect(self) -> Iterator[SpecItem]:
        """An item for each check and vantage, in the order of the spec."""
        from kmsdns.spec.reader import read

        try:
            (self._spec,) = read(self.path)
        except KmsdnsError as error:
            raise self.CollectError(str(error)) from None
        for check in self._spec.checks:
            for vantage in check.vantages:
                yield SpecItem.from_parent(
                    self, name=safe(f"{check.title} [{vantage}]"), check=check, vantage=vantage, spec=self._spec
                )

    def report(self) -> Report:
        """How the checks that this session runs ended: asked all together, when the first one wants to know.

        Raises Unanswered when they could not be run at all.
        """
        if self._outcome is None:
            from kmsdns.api import check

            try:
                self._outcome = check(self._selected())
            except KmsdnsError as error:
                self._outcome = error
        if isinstance(self._outcome, KmsdnsError):
            raise Unanswered(str(self._outcome))
        return self._outcome

    def _selected(self) -> Spec:
        """The spec with the checks, and of each the vantages, that were not deselected: nobody else is asked."""
        wanted = {
            (id(item.check), item.vantage)
            for item in self.session.items
            if isinstance(item, SpecItem) and item.parent is self
        }
        found = []
        for check in self._spec.checks:
            vantages = tuple([name for name in check.vantages if (id(check), name) in wanted])
            if vantages:
                found.append(check.replace(vantages=vantages))
        return self._spec.replace(checks=tuple(found))


class SpecItem(pytest.Item):
    """A check at a vantage, whatever servers that has."""

    def __init__(self, *, check: Expectation, vantage: str, spec: Spec, **given: Any) -> None:
        super().__init__(**given)
        self.check, self.vantage = check, vantage
        named = next((each for each in spec.vantages if each.name == vantage), None)
        self._place = named.location if named is not None else None
        servers = named.servers if named is not None else ()
        self._labels = {vantage} if len(servers) < 2 else {f"{vantage} {server}" for server in servers}
        if named is None or not named.zones:
            self.add_marker(LIVE)

    def setup(self) -> None:
        """Raises Unanswered when nobody could be asked at this vantage, and nothing was found to be wrong there."""
        results = self._results()
        silent = [each for each in results if each.outcome is CheckOutcome.NO_ANSWER]
        if not results or (silent and not any(each.outcome is CheckOutcome.FAILED for each in results)):
            raise Unanswered(self._told(silent) or f"{self.vantage} could not be asked")

    def runtest(self) -> None:
        """Raises Missed when the check failed; a failure that the spec puts up with is one that pytest expected."""
        results = self._results()
        failed = [each for each in results if each.outcome is CheckOutcome.FAILED]
        if failed:
            raise Missed(self._told(failed) or "the check failed")
        if any(each.outcome is CheckOutcome.EXPECTED_FAILURE for each in results) and self.check.xfail is not None:
            until = f"until {self.check.xfail.until}"
            pytest.xfail(f"{safe(self.check.xfail.reason)} ({until})" if self.check.xfail.reason else until)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], *args: Any, **given: Any) -> Any:
        """What a person is told: the findings, without a traceback."""
        if isinstance(excinfo.value, Missed | Unanswered):
            return str(excinfo.value)
        return super().repr_failure(excinfo, *args, **given)

    def reportinfo(self) -> tuple[Any, int, str]:
        """The check's place in the spec."""
        return self.path, self.check.location.line - 1, self.name

    def _results(self) -> list[CheckResult]:
        assert isinstance(self.parent, SpecFile)
        return [
            each
            for each in self.parent.report().checks
            if each.location == self.check.location and each.vantage in self._labels
        ]

    def _told(self, results: list[CheckResult]) -> str:
        """The findings of these results, as the format text shows them; of a dead vantage what is said at its place."""
        from kmsdns.formats import PLAIN
        from kmsdns.formats.places import finding_lines

        assert isinstance(self.parent, SpecFile)
        report = self.parent.report()
        findings = dict.fromkeys([each for result in results for each in result.findings])
        if not findings and self._place is not None:
            findings = dict.fromkeys([each for each in report.findings if each.location == self._place])
        return "\n".join([line for each in findings for line in finding_lines(each, report.sources, PLAIN)])
