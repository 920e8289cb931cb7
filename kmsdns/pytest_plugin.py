"""What the pytest plugin makes of a spec: a file with an item for each check and vantage, and one run for all of them.

Loaded when pytest comes to a spec, no sooner.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from kmsdns.errors import KmsdnsError
from kmsdns.expectations.values import CheckOutcome
from kmsdns.model.safe import safe

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kmsdns.expectations.values import CheckResult, Expectation, Spec
    from kmsdns.model.report import Report

LIVE = "dns_live"
"""The marker of what asks servers other than those that are started for the run."""


class SpecFile(pytest.File):
    """A spec."""

    _spec: Spec
    _outcome: Report | KmsdnsError | None = None

    def collect(self) -> Iterator[SpecItem]:
        """An item for each check and vantage, in the order of the spec."""
        from kmsdns.net.files.specs import read

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
        """How the checks that this run selected ended: asked all together, when the first one wants to know.

        Fails without a traceback when they can't be run at all.
        """
        if self._outcome is None:
            from kmsdns.api import check

            try:
                self._outcome = check(self._selected())
            except KmsdnsError as error:
                self._outcome = error
        if isinstance(self._outcome, KmsdnsError):
            pytest.fail(str(self._outcome), pytrace=False)
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
        """An error, not a failure, when it could not be asked at this vantage: nothing is known then."""
        results = self._results()
        silent = [each for each in results if each.outcome is CheckOutcome.NO_ANSWER]
        if not results or (silent and not any(each.outcome is CheckOutcome.FAILED for each in results)):
            pytest.fail(self._told(silent) or f"{self.vantage} could not be asked", pytrace=False)

    def runtest(self) -> None:
        """Fails with the findings; a failure that the spec puts up with is an xfail."""
        results = self._results()
        failed = [each for each in results if each.outcome is CheckOutcome.FAILED]
        if failed:
            pytest.fail(self._told(failed) or "the check failed", pytrace=False)
        if any(each.outcome is CheckOutcome.EXPECTED_FAILURE for each in results) and self.check.xfail is not None:
            until = f"until {self.check.xfail.until}"
            pytest.xfail(f"{safe(self.check.xfail.reason)} ({until})" if self.check.xfail.reason else until)

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
        from kmsdns.formats.terminal.places import finding_lines

        assert isinstance(self.parent, SpecFile)
        report = self.parent.report()
        findings = dict.fromkeys([each for result in results for each in result.findings])
        if not findings and self._place is not None:
            findings = dict.fromkeys([each for each in report.findings if each.location == self._place])
        text = "\n".join([line for each in findings for line in finding_lines(each, report.sources, PLAIN)])
        return text.replace(str(self.path), self.parent.nodeid)  # as pytest calls it
