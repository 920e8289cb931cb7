"""What the front doors share of a validation: paths become zones, and these a report, or mended files."""

from __future__ import annotations

from collections import Counter
from functools import partial
from time import gmtime, monotonic, strftime, time

from kmsdns.errors import KmsdnsError
from kmsdns.jobs.validate import changed_since, only_about
from kmsdns.jobs.validate import new_only as only_new
from kmsdns.jobs.validate import validate as judge
from kmsdns.model.arguments import TEXTS, one_of, require
from kmsdns.model.option import OptionGroup, option
from kmsdns.model.typed import typed_name
from kmsdns.model.value import Value
from kmsdns.net.files.gathering import gather
from kmsdns.options import VALIDATE, RuleChoice, Validating
from kmsdns.rules.choice import chosen_rules
from kmsdns.rules.exceptions import NO_EXCEPTIONS, Exceptions
from kmsdns.rules.of_zones import RULES as OF_ZONES
from kmsdns.rules.rule import Needs
from kmsdns.rules.zone.prefilter import is_proven, screened
from kmsdns.services.table import service_from_text
from kmsdns.zone.subzone import survey

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path
    from typing import Unpack

    from kmsdns import options
    from kmsdns.jobs.autofix import Autofixed
    from kmsdns.jobs.document import Document
    from kmsdns.model.report import Report
    from kmsdns.net.files.gathering import Part
    from kmsdns.rules.rule import Rule
    from kmsdns.rules.zone.house_rules import HouseRules
    from kmsdns.services.table import Service
    from kmsdns.zone.zone import Zone

    class ValidateArguments(options.ValidateFlags, total=False):
        source: TransferSource | None
        policy: HouseRules | None
        exceptions: Exceptions


OF_A_ZONE = frozenset((Needs.ZONE, Needs.RECORDS))
"""What a rule needs that zone files alone can satisfy."""

LIVE = "live"
"""The base that is what a server has of the zones."""


class TransferSource(Value):
    """Where zones are transferred from."""

    servers: Sequence[str]  # ADDR[:PORT], asked in turn
    keyfile: str | None = None  # TSIG


class Validation(Value):
    """What is validated, and how. validate() says what each of these is."""

    paths: tuple[str | Path, ...] = ()
    axfr: str | None = None  # a zone to transfer from the source
    source: TransferSource | None = None
    zones: Validating = Validating()
    policy: HouseRules | None = None
    exceptions: Exceptions = NO_EXCEPTIONS
    choice: RuleChoice = RuleChoice()
    service: Service | None = None

    def prepared(self, *, whole: bool) -> tuple[list[Document], Callable[[Sequence[Document]], Report]]:
        """The documents as they were read, and what judges them. Raises as validate() does.

        whole: all their records are wanted, not only those that the rules may say something of.
        """
        among = tuple([rule for rule in OF_ZONES if OF_A_ZONE.issuperset(rule.needs)])
        rules = chosen_rules(among, self.choice)
        if self.service is not None:
            rules = tuple([rule for rule in rules if rule.per_service])
        if self.exceptions != NO_EXCEPTIONS:
            from kmsdns.rules.catalogue import RULES

            self.exceptions.check(RULES)
        suffixes = [typed_name(suffix) for suffix in self.zones.suffixes]
        origin = None if self.zones.origin is None else str(self.zones.origin)
        if origin is not None:
            typed_name(origin)  # what a zone file says of itself, on the other hand, is a finding
        documents = []
        if self.paths:
            part = None if whole else self._part(rules, suffixes)
            documents = gather(self.paths, origin=origin, include_root=self.zones.include_root, part=part)
        if self.axfr is not None:
            documents.append(self._transferred(self.axfr))
        helping = gather(self.zones.reference, include_root=self.zones.include_root) if self.zones.reference else ()
        before = self._before(documents)

        def judged(those: Sequence[Document], base: Sequence[Document] = ()) -> Report:
            return judge(
                [(each.path, each.zone) for each in those],
                rules,
                reference=[(each.path, each.zone) for each in helping],
                suffixes=suffixes,
                is_public=None if self.zones.view is None else self.zones.view == "public",
                base=changed_since(base, those) if self.zones.base is not None else None,
                policy=self.policy,
                exceptions=self.exceptions,
            )

        known = Counter[tuple[str, str, str]]()
        if self.zones.new_only:
            if self.zones.base is None:
                raise KmsdnsError("--new-only needs --base: a git revision, a file, a folder, or live, to compare with")
            known.update((each.code, each.subject, each.message) for each in judged(before).findings)

        def told(those: Sequence[Document]) -> Report:
            report = judged(those, before)
            if self.service is not None:
                report = only_about(report, [each.zone for each in those], str(self.service))
            return only_new(report, known) if self.zones.new_only else report

        return documents, told

    def _transferred(self, zone: str) -> Document:
        from kmsdns.net.client.transfer import transfer

        if self.source is None or not self.source.servers:
            raise KmsdnsError("no server to transfer a zone from: give --server ADDR[:PORT]")
        servers = require(TEXTS, self.source.servers, "TransferSource(servers=)")
        return transfer(zone, servers, self.source.keyfile)

    def _before(self, documents: Sequence[Document]) -> list[Document]:
        """The documents as the base has them."""
        if self.zones.base is None:
            return []
        if self.zones.base == LIVE:
            return [self._transferred(each.zone.origin) for each in documents if each.zone.origin is not None]
        from kmsdns.net.files.bases import bases

        return bases(str(self.zones.base), documents)

    def _part(self, rules: Sequence[Rule], suffixes: Sequence[str]) -> Part | None:
        """What makes a zone of the part of a file that the rules may say something of; None where all of it matters."""
        is_alone = self.axfr is None and not self.zones.reference and self.zones.base is None
        if (
            not is_alone
            or self.zones.view == "public"
            or not is_proven(rules)
            or (self.service is not None and suffixes)
        ):
            return None
        if self.service is not None:
            return partial(_picked, str(self.service))
        return partial(_screened, suffixes)


def _picked(service: str, octets: bytes, origin: str | None, path: str) -> Zone:
    from kmsdns.zone.service_extract import pick

    return pick(octets, service, origin, path=path)


def _screened(suffixes: Sequence[str], octets: bytes, origin: str | None, path: str) -> Zone:
    return screened(survey(octets, origin, path=path), suffixes)


class ValidatingInPython(OptionGroup):
    """What only a program can give, as a value of its own."""

    source: TransferSource | None = option(
        default=None, check=one_of("kmsdns.sessions.validate", "TransferSource", ""), after="base"
    )
    policy: HouseRules | None = option(
        default=None, check=one_of("kmsdns.rules.zone.house_rules", "HouseRules", ""), after="new_only"
    )
    exceptions: Exceptions = option(default=NO_EXCEPTIONS, check=one_of("kmsdns.rules.exceptions", "Exceptions", ""))


@VALIDATE.plus(ValidatingInPython).taken
def validate(*paths: str | Path, **given: Unpack[ValidateArguments]) -> Report:
    """What is wrong in zone files, all of it at once, at path, line and column.

    paths: zone files, folders of them (*.zone, *.db, db.*), or "-" for standard input
    origin: what completes the names of a single file that doesn't say it; without it the file's own $ORIGIN or name
    reference: zone files to look names up in, that are not judged themselves
    include_root: the folder below which $INCLUDE may read; default none
    suffixes: domains that clients search for services; view: "public" or "internal", who the zones are for
    base: the zones as they were: a file, a folder, a git revision, or "live": as the source's servers transfer them
    new_only: only what is wrong since then
    policy: house rules, for those of the rules POL that are chosen; exceptions: from rules, by file, zone and severity
    select, extend_select, ignore: rules by code, slug or prefix
    service: only what is wrong with the records of one service ("_vlmcs._tcp", "ldap"), and with what they point at

    Raises UnreadableInput when nothing could be read, NoAnswer when no server transferred what "live" stands for,
    InvalidArgument, InvalidName or another KmsdnsError for misuse.
    """
    if not paths:
        raise KmsdnsError("nothing to validate: name zone files, folders of them, or - for standard input")
    zones, own = Validating.of(given), ValidatingInPython.of(given)
    return report_of(
        Validation(
            paths=paths,
            source=own.source,
            zones=zones,
            policy=own.policy,
            exceptions=own.exceptions,
            choice=RuleChoice.of(given),
            service=None if zones.service is None else service_from_text(zones.service),
        )
    )


def report_of(validation: Validation) -> Report:
    """What is wrong."""
    started, clock = strftime("%Y-%m-%dT%H:%M:%SZ", gmtime()), monotonic()
    documents, told = validation.prepared(whole=False)
    return told(documents).replace(started=started, elapsed=monotonic() - clock)


def mend(validation: Validation, *, unsafe: bool, bump: bool) -> tuple[list[Document], Autofixed]:
    """The documents as they were, and as they are with their fixes made; nothing is written.

    unsafe: also the fixes that only a person should decide upon. bump: the serial of a zone that changes goes up.
    """
    from kmsdns.jobs.autofix import mend as mend_documents

    started, clock = strftime("%Y-%m-%dT%H:%M:%SZ", gmtime()), monotonic()
    documents, told = validation.prepared(whole=True)
    mended = mend_documents(documents, told, unsafe=unsafe, now=time() if bump else None)
    return documents, mended.replace(report=mended.report.replace(started=started, elapsed=monotonic() - clock))
