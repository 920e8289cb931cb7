"""ZF: the text of a zone file. The reader finds most of it; here each code has its manual page. Needs: zone."""

from __future__ import annotations

from kmsdns.model.findings import Fix, Related, Safety, Severity, TextEdit
from kmsdns.model.records import Location
from kmsdns.rules.rule import FindingDraft, Needs, rule
from kmsdns.rules.zone.lines import directive_above, judged, text_at

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kmsdns.model.records import Record
    from kmsdns.rules.case import Case
    from kmsdns.rules.zone.view import ZoneView

_ZONE = (Needs.ZONE,)


def told_by_the_reader(case: Case, code: str, fix: Fix | None = None) -> Iterator[FindingDraft]:
    """What reading the zones found of one code; fix is what to do about each."""
    for view in judged(case):
        for found in view.zone.findings:
            if found.code == code:
                yield FindingDraft(
                    subject=found.subject,
                    message=found.message,
                    location=found.location,
                    related=found.related,
                    evidence=found.evidence,
                    fix=found.fix or fix,
                )


@rule("ZF001", "syntax-error", Severity.ERROR, "RFC 1035 5.1", needs=_ZONE)
def syntax_error(case: Case) -> Iterator[FindingDraft]:
    """A line can't be read as a record.

    Why: A name server refuses the zone, or leaves the record out.
    Fix: Write owner, TTL, class, type and the fields of that type, in this order.
    Example: The fields of a record
        kms01  3600  IN  A  192.0.2.11
    """
    yield from told_by_the_reader(case, "ZF001")


@rule("ZF002", "unbalanced-parenthesis", Severity.ERROR, "RFC 1035 5.1", needs=_ZONE, subject_before=True)
def unbalanced_parenthesis(case: Case) -> Iterator[FindingDraft]:
    """A parenthesis is opened and never closed, or closed and never opened.

    Why: Parentheses hold a record together over several lines. Without its closing one, everything up to a later
    record's, or to the end of the file, is one record, and name servers complain about the last line.
    Fix: Close it behind the last field of the record; a semicolon in front of it would make it a comment.
    Example:
        @  IN  SOA  ns1 hostmaster (
                    2026010100 7200 3600 1209600
                    3600 )  ; the closing one before the comment
    """
    yield from told_by_the_reader(case, "ZF002")


@rule("ZF003", "unterminated-quote", Severity.ERROR, "RFC 1035 5.1", needs=_ZONE, subject_before=True)
def unterminated_quote(case: Case) -> Iterator[FindingDraft]:
    """A quotation mark is opened and not closed.

    Why: The string goes on into the lines behind it, up to the next quotation mark, and swallows their records.
    Fix: Close the string; write a quotation mark that is part of it as \\".
    Example:
        info  IN  TXT  "say \\"hello\\" to everybody"
    """
    yield from told_by_the_reader(case, "ZF003")


@rule("ZF004", "unknown-directive", Severity.ERROR, "RFC 1035 5.1", needs=_ZONE)
def unknown_directive(case: Case) -> Iterator[FindingDraft]:
    """A line begins with a dollar sign, and its word is no directive.

    Why: Name servers refuse the zone. What the directive was to set, an origin or a TTL, is not set.
    Fix: Write $ORIGIN, $TTL, $INCLUDE or $GENERATE; a name that begins with a dollar sign is written \\$name.
    Example:
        $TTL 3600
    """
    yield from told_by_the_reader(case, "ZF004")


@rule("ZF005", "include-unusable", Severity.ERROR, "RFC 1035 5.1", needs=_ZONE)
def include_unusable(case: Case) -> Iterator[FindingDraft]:
    """A file can't be read that the zone includes, or that was to be validated.

    Why: Its records are missing in the zone. A file is also not read when it includes itself, when files are included
    more than 8 deep, and when it is outside the folder that files may be included from.
    Fix: Correct the path, which counts from the folder of the including file; allow the folder with --include-root.
    Example: Allow the files beside the zone
        $ kmsdns validate --include-root zones zones/contoso.zone
    """
    yield from told_by_the_reader(case, "ZF005")


@rule(
    "ZF006",
    "no-default-ttl",
    Severity.WARNING,
    "RFC 2308 4",
    needs=_ZONE,
    safety=Safety.SAFE,
    edit=TextEdit.DEFAULT_TTL,
)
def no_default_ttl(case: Case) -> Iterator[FindingDraft]:
    """A record has no TTL, and there is neither a $TTL nor a record before it to take one from.

    Why: What then counts differs: the last field of the SOA record, as was once meant, or 0, or the zone is refused.
    It is a note where the SOA record tells a value, and a warning where nothing does.
    Fix: Write $TTL at the top of the file.
    Example: An hour for every record that doesn't say otherwise
        $TTL 3600
    """
    from kmsdns.zone.zone import Inheritance

    yield from told_by_the_reader(case, "ZF006", Fix(summary="write $TTL 3600 at the top", safety=Safety.SAFE))
    for view in judged(case):
        found = _first_of(view, Inheritance.TTL_MINIMUM)
        if found is not None:
            yield FindingDraft(
                subject=found.owner,
                message=f"there is no TTL here and no $TTL: {found.ttl} s are taken from the last field of the SOA",
                location=found.location,
                fix=Fix(summary=f"write $TTL {found.ttl} at the top of the file", safety=Safety.SAFE),
                severity=Severity.NOTE,
            )


def _first_of(view: ZoneView, manner: int) -> Record | None:
    """The first record that came by something in this manner."""
    manners = zip(view.zone.records, view.zone.manners, strict=False)
    return next((record for record, flags in manners if flags & manner), None)


@rule(
    "ZF007",
    "ttl-inherited-from-previous",
    Severity.NOTE,
    "RFC 1035 5.1",
    needs=_ZONE,
    safety=Safety.SAFE,
    edit=TextEdit.INHERITED_TTLS,
)
def ttl_inherited_from_previous(case: Case) -> Iterator[FindingDraft]:
    """A record takes its TTL from the record in front of it.

    Why: So RFC 1035 has it where there is no $TTL. Whoever moves, inserts or removes a line changes the TTL of others
    without noticing. It is told once for each TTL that others inherit.
    Fix: Write $TTL at the top of the file, or the TTL on each line.
    Example: Here the second line has a TTL of 60 as well
        kms01  60  IN  A  192.0.2.11
        kms02      IN  A  192.0.2.12
    """
    from kmsdns.zone.zone import Inheritance

    for view in judged(case):
        source: Record | None = None  # the record that said it; none where that was the SOA's last field: see ZF006
        heirs: list[Record] = []
        for record, flags in [*zip(view.zone.records, view.zone.manners, strict=False), (None, 0)]:
            if record is not None and flags & Inheritance.TTL_PREVIOUS:
                heirs.append(record)
                continue
            if source is not None and heirs:
                yield _inherited_ttl(source, heirs)
            heirs = []
            source = (
                None
                if flags & (Inheritance.TTL_MINIMUM | Inheritance.TTL_UNKNOWN | Inheritance.TTL_DEFAULT)
                else record
            )


def _inherited_ttl(source: Record, heirs: list[Record]) -> FindingDraft:
    more = f", and {len(heirs) - 1} more behind it" if len(heirs) > 1 else ""
    related = () if source.location is None else (Related(location=source.location, message="the TTL is from here"),)
    return FindingDraft(
        subject=heirs[0].owner,
        message=f"{heirs[0].owner} {heirs[0].rdtype} has the TTL of the record before it, {source.ttl} s{more}",
        location=heirs[0].location,
        related=related,
        fix=Fix(summary=f"write the TTL here, or $TTL {source.ttl} at the top of the file", safety=Safety.SAFE),
    )


@rule(
    "ZF008",
    "inherited-owner-after-origin",
    Severity.WARNING,
    "RFC 1035 5.1",
    needs=_ZONE,
    safety=Safety.SAFE,
    edit=TextEdit.INHERITED_OWNER,
)
def inherited_owner_after_origin(case: Case) -> Iterator[FindingDraft]:
    """The first record behind an $ORIGIN or $INCLUDE has no owner of its own.

    Why: It has the owner of the last record before the directive, not the new origin, which is what most people mean.
    Fix: Write the owner: @ for the new origin.
    Example: The A record belongs to eu.contoso.com.
        $ORIGIN eu.contoso.com.
        @  IN  A  192.0.2.80
    """
    from kmsdns.zone.zone import Inheritance

    for view in judged(case):
        told = None
        for record, flags in zip(view.zone.records, view.zone.manners, strict=False):
            if not flags & Inheritance.AFTER_ORIGIN:
                told = None
            elif record.owner != told:
                told = record.owner
                above = directive_above(view, record.location, "$ORIGIN", "$INCLUDE")
                yield FindingDraft(
                    subject=record.owner,
                    message=f"this line has no owner: it belongs to {record.owner}, as before the directive above it",
                    location=record.location,
                    related=() if above is None else (Related(location=above, message="set here"),),
                    fix=Fix(
                        summary=f"write the owner: {record.owner}, or @ if the origin is meant", safety=Safety.SAFE
                    ),
                )


@rule(
    "ZF009",
    "no-newline-at-end",
    Severity.NOTE,
    "RFC 1035 5.1",
    needs=_ZONE,
    safety=Safety.SAFE,
    edit=TextEdit.LAST_LINE,
)
def no_newline_at_end(case: Case) -> Iterator[FindingDraft]:
    """The last line of the file has no line end.

    Why: Whatever is appended goes on in that line; some tools leave an unfinished line out.
    Fix: End the file with a newline.
    Example:
        $ echo >> contoso.zone
    """
    from kmsdns.zone.windows import is_list

    for view in judged(case):
        for path, text in view.zone.sources.items():
            if text.strip() and not text.endswith("\n") and not is_list(text):
                line, column = text.count("\n") + 1, len(text) - text.rfind("\n") - 1
                yield FindingDraft(
                    subject=path,
                    message="the file ends in the middle of this line: there is no newline",
                    location=Location(path=path, line=line, column=column, end_line=line, end_column=column + 1),
                    fix=Fix(summary="end the file with a newline", safety=Safety.SAFE),
                )


@rule("ZF010", "generate-invalid", Severity.ERROR, "BIND 9 $GENERATE", needs=_ZONE)
def generate_invalid(case: Case) -> Iterator[FindingDraft]:
    """A $GENERATE line can't be carried out.

    Why: Its range counts nothing, a modifier is none, or it makes too many records. Name servers refuse the zone.
    Fix: Write the range as START-STOP or START-STOP/STEP, a modifier as ${OFFSET,WIDTH,BASE}.
    Example: kms01 to kms04
        $GENERATE 1-4 kms${0,2,d} A 192.0.2.$
    """
    yield from told_by_the_reader(case, "ZF010")


@rule("ZF011", "class-mismatch", Severity.ERROR, "RFC 1035 5.2", needs=_ZONE)
def class_mismatch(case: Case) -> Iterator[FindingDraft]:
    """A record has another class than IN.

    Why: All records of a zone have one class, and kmsdns knows the Internet's only.
    Fix: Write IN, or leave the class out. Chaosnet answers such as version.bind are set in the server's configuration.
    Example:
        kms01  IN  A  192.0.2.11
    """
    yield from told_by_the_reader(case, "ZF011")


@rule("ZF012", "out-of-zone-record", Severity.ERROR, "RFC 1035 5.2", needs=_ZONE)
def out_of_zone_record(case: Case) -> Iterator[FindingDraft]:
    """A record's owner is not at or below the zone's origin.

    Why: The zone has no say about that name. Some name servers refuse the zone, others drop the record silently.
    Fix: Move it to the zone that it belongs to; or remove the dot that made a relative name absolute.
    Example: In the zone contoso.com
        kms01              IN  A  192.0.2.11
        kms01.contoso.com. IN  A  192.0.2.11
    """
    for view in judged(case):
        soa = view.zone.soa_record
        related = (
            ()
            if soa is None or soa.location is None
            else (Related(location=soa.location, message="the zone begins here"),)
        )
        for found in view.zone.findings:
            if found.code == "ZF012":
                yield FindingDraft(
                    subject=found.subject,
                    message=found.message,
                    location=found.location and _first_word(view, found.location),
                    related=related,
                    fix=Fix(summary=f"move it to its own zone, or write its owner relative to {view.zone.origin}"),
                )


def _first_word(view: ZoneView, at: Location) -> Location:
    """The first word of a record that is no part of the zone, where it begins in the first column."""
    line = text_at(view, at.replace(end_line=at.line, end_column=at.end_column if at.line == at.end_line else 1 << 20))
    size = len(line.split(None, 1)[0]) if at.column == 1 and line.strip() else 0
    return at.replace(end_line=at.line, end_column=at.column + size) if size else at


@rule(
    "ZF013",
    "invisible-or-smart-character",
    Severity.WARNING,
    "RFC 1035 5.1",
    needs=_ZONE,
    safety=Safety.SAFE,
    edit=TextEdit.CHARACTERS,
)
def invisible_or_smart_character(case: Case) -> Iterator[FindingDraft]:
    """A character stands among the words that nobody sees or means: a byte order mark, a no-break space, curly quotes.

    Why: It comes with text that was pasted from a page or a word processor. To name servers it is part of a name or a
    word, so the record is another one, or none. kmsdns reads the line as it was meant.
    Fix: Remove it, or type the plain character.
    Example: Straight quotation marks
        info  IN  TXT  "v=spf1 -all"
    """
    yield from told_by_the_reader(
        case, "ZF013", Fix(summary="remove the character, or type a plain one", safety=Safety.SAFE)
    )


@rule("ZF014", "windows-export-dialect", Severity.NOTE, "dnscmd /ZoneExport", needs=_ZONE, safety=None)
def windows_export_dialect(case: Case) -> Iterator[FindingDraft]:
    """The file is an export of a Windows DNS server, with words that no zone file has.

    Why: Other name servers refuse it. kmsdns reads it and passes over ages and frames; it is told once.
    Fix: None is needed to validate it. For another name server, remove them.
    Example: The age in brackets is none of the record's fields
        kms01  [AGE:3606219]  A  192.0.2.11
    """
    yield from told_by_the_reader(case, "ZF014")


@rule("ZF015", "unknown-or-pseudo-type", Severity.ERROR, "RFC 1035 3.2.2", needs=_ZONE)
def unknown_or_pseudo_type(case: Case) -> Iterator[FindingDraft]:
    """A record has a type that no name server loads from a zone file.

    Why: The word is misspelt, a provider's own invention (ALIAS, ANAME), or stands in messages only (ANY, OPT).
    Fix: Correct the type; write the addresses themselves in place of an ALIAS; a type that is too new to be known can
    be written as TYPEnnn.
    Example: At the apex, in place of ALIAS
        @  IN  A     192.0.2.80
        @  IN  AAAA  2001:db8::80
    """
    yield from told_by_the_reader(case, "ZF015")


@rule("ZF016", "number-out-of-range", Severity.ERROR, "RFC 1035 3.3", needs=_ZONE)
def number_out_of_range(case: Case) -> Iterator[FindingDraft]:
    """A number is larger than its field can hold, or negative.

    Why: Some name servers refuse it, others keep only its lowest bits: of 70000, in 16 bits 4464.
    Fix: Write a number that fits: 0 to 65535 in a preference, 0 to 4294967295 in a serial, 0 to 2147483647 in a TTL.
    Example:
        @  IN  MX  10 mail.contoso.com.
    """
    yield from told_by_the_reader(case, "ZF016")


NOT_READ = tuple(
    [
        each.code
        for each in (
            syntax_error,
            unbalanced_parenthesis,
            unterminated_quote,
            unknown_or_pseudo_type,
            number_out_of_range,
        )
    ]
)
"""The line isn't understood: a record that seems to be missing may stand there."""
