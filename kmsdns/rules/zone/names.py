"""ZN: the names in a zone file. The reader finds those that are no names at all. Needs: zone."""

from __future__ import annotations

from kmsdns.errors import InvalidName
from kmsdns.model.findings import Fix, Related, Safety, Severity
from kmsdns.model.names import fold, from_text, is_at_or_below, shown, split
from kmsdns.rules.rule import FindingDraft, Needs, rule
from kmsdns.rules.zone.lines import directive_above, judged, owner_place, owner_word, renamed, replaced, text_at
from kmsdns.rules.zone.pointers import OF_NAMES, pointers
from kmsdns.rules.zone.text import told_by_the_reader

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kmsdns.model.records import Record
    from kmsdns.rules.case import Case

_ZONE = (Needs.ZONE,)
_ENDINGS = frozenset(("arpa", "biz", "com", "edu", "gov", "info", "local", "mil", "net", "org"))
"""Labels that hardly anybody gives to a host or a site: behind a dot, they end a name that is meant whole."""


@rule("ZN001", "label-too-long", Severity.ERROR, "RFC 1035 2.3.4", needs=_ZONE)
def label_too_long(case: Case) -> Iterator[FindingDraft]:
    """A label, the part of a name between two dots, has more than 63 octets.

    Why: A message has no room for it: the length of a label is a number of six bits. Name servers refuse the zone.
    Fix: Shorten it; mind that a letter outside ASCII has more than one octet.
    Example: 63 octets at most between two dots
        kms01.eu.contoso.com.
    """
    yield from told_by_the_reader(case, "ZN001", Fix(summary="shorten the label to 63 octets"))


@rule("ZN002", "name-too-long", Severity.ERROR, "RFC 1035 2.3.4", needs=_ZONE)
def name_too_long(case: Case) -> Iterator[FindingDraft]:
    """A name has more than 255 octets, the origin that completes it included.

    Why: A message has no room for it. Name servers refuse the zone.
    Fix: Shorten it, or end it with a dot where the origin is not meant to follow.
    Example:
        kms01.eu.contoso.com.
    """
    yield from told_by_the_reader(case, "ZN002", Fix(summary="shorten the name, or end it with a dot if it is whole"))


@rule("ZN003", "empty-label", Severity.ERROR, "RFC 1035 2.3.1", needs=_ZONE)
def empty_label(case: Case) -> Iterator[FindingDraft]:
    """A name has two dots in a row, or begins with one.

    Why: Only the root has an empty label, at the very end. Name servers refuse the zone.
    Fix: Remove the dot, or write the label that is missing.
    Example:
        kms01.eu  IN  A  192.0.2.11
    """
    yield from told_by_the_reader(case, "ZN003", Fix(summary="remove the dot, or write the label that is missing"))


@rule("ZN004", "owner-repeats-origin", Severity.ERROR, "RFC 1035 5.1", needs=_ZONE, safety=Safety.UNSAFE)
def owner_repeats_origin(case: Case) -> Iterator[FindingDraft]:
    """An owner ends in the zone's origin twice: the dot at its end was forgotten.

    Why: A name without the final dot is completed with the origin. Nobody asks for the name that comes of it.
    Where an $ORIGIN lacks the dot, that is told once, for all the names behind it. A name that is written in full, with
    its final dot, is a warning only: somebody may mean it.
    Fix: Write the dot, or only the part in front of the origin.
    Example: Not kms01.contoso.com, which becomes kms01.contoso.com.contoso.com., but
        kms01.contoso.com.  IN  A  192.0.2.11
    """
    for view in judged(case):
        told = set()
        for owner, records in view.owners():
            record = records[0]
            word = owner_word(view, record) if owner.count(view.origin) > 1 else None
            meant = _without_repetition(owner, view.origin, word)
            if meant is None:
                continue
            directive = None
            if word is not None and word[-1] != "." and not is_at_or_below(f"{word}.", view.origin):
                directive = directive_above(view, record.location, "$ORIGIN")
            written = text_at(view, directive)
            if directive is not None and not written.endswith("."):
                if directive not in told:
                    told.add(directive)
                    yield FindingDraft(
                        subject=owner,
                        message=f"the origin {written} lacks its final dot: so {owner} repeats {view.origin}",
                        location=directive,
                        related=_related(record, "the first name completed with it"),
                        fix=Fix(summary=f"write $ORIGIN {written}.", safety=Safety.UNSAFE),
                    )
                continue
            severity = _when_written(word)
            yield FindingDraft(
                subject=owner,
                message=f"{owner} repeats the origin: the dot at the end of {meant[:-1]} was forgotten",
                location=owner_place(view, record),
                fix=Fix(
                    summary=f"write {meant} with the dot at its end",
                    safety=Safety.ADVICE if severity else Safety.UNSAFE,
                    changes=() if severity else renamed(records, meant),
                ),
                severity=severity,
            )


def _without_repetition(name: str, origin: str, word: str | None) -> str | None:
    """The name that was meant by one that an origin was put behind once more; word is the name as it is written.

    That is the zone's origin, or one that an $ORIGIN set. What is right is example.com._report._dmarc.example.com
    (RFC 7489 7.1).
    """
    size = len(split(origin))
    if size < 2 or name.count(origin) < 2:
        return None
    if is_at_or_below(name[: -len(origin)], origin):
        return name[: -len(origin)]
    meant = "" if word is None or word[-1] == "." else fold(f"{word}.")
    if not (meant and name.startswith(meant) and is_at_or_below(meant, origin)):
        return None
    return None if "_" in name[len(meant) :] else meant


def _when_written(word: str | None) -> Severity | None:
    """A warning only for a name that has its final dot; else the rule's own severity."""
    return Severity.WARNING if word is not None and word[-1] == "." else None


def _related(record: Record, message: str) -> tuple[Related, ...]:
    return () if record.location is None else (Related(location=record.location, message=message),)


@rule("ZN005", "rdata-name-repeats-origin", Severity.ERROR, "RFC 1035 5.1", needs=_ZONE, safety=Safety.UNSAFE)
def rdata_name_repeats_origin(case: Case) -> Iterator[FindingDraft]:
    """A record points at a name that the zone's origin was put behind, though it was meant whole.

    Why: A name without the final dot is completed with the origin, and what comes of it does not exist. It is an error
    where the name repeats the zone's origin, and a warning where it only looks like one of another domain.
    Fix: Write the dot. Of SRV records, SRV306 says the same.
    Example: Not mail.example.net, which becomes mail.example.net.contoso.com., but
        @  IN  MX  10 mail.example.net.
    """
    for view in judged(case):
        for pointer in pointers(view, *OF_NAMES, "MX", "SOA"):
            name = pointer.folded
            word = pointer.word(view) if view.covers(name) and name != view.origin else "."
            meant, severity = _without_repetition(name, view.origin, word), _when_written(word)
            if meant is None and word is not None and word[-1] != ".":
                meant, severity = _foreign(case, name, word), Severity.WARNING
            if meant is None:
                continue
            yield FindingDraft(
                subject=name,
                message=f"this is {pointer.name}: the dot at the end of {meant[:-1]} was forgotten",
                location=pointer.place(view),
                fix=Fix(
                    summary=f"write {meant} with the dot at its end",
                    safety=Safety.UNSAFE,
                    changes=replaced([(pointer.record, pointer.turned(meant))]),
                ),
                severity=severity,
            )


def _foreign(case: Case, name: str, word: str) -> str | None:
    """The name of another domain that was meant by a relative one, which makes a name that is not there."""
    labels = split(fold(f"{word}."))
    if len(labels) < 2 or case.zones is None or name == fold(f"{word}.") or not name.startswith(f"{fold(word)}."):
        return None
    is_domain = labels[-1] in _ENDINGS or (len(labels) > 2 and len(labels[-1]) == 2 and labels[-1].isalpha())
    if not is_domain:
        return None
    found = case.zones.target(name)
    return fold(f"{word}.") if found.exists is False or found.by_wildcard else None


@rule(
    "ZN006",
    "not-a-hostname",
    Severity.WARNING,
    "RFC 952, RFC 1123 2.1",
    needs=_ZONE,
    causes=("RR010", "SRV114", "SRV307", "ZN008", "ZN009"),
)
def not_a_hostname(case: Case) -> Iterator[FindingDraft]:
    """A host's name holds something else than letters, digits and inner hyphens.

    Why: Many programs refuse such a name, and some name servers the zone. It is about the owners of addresses, and the
    names of name servers and mail servers; a label of services, such as _msdcs, is right where it is.
    Fix: Rename the host; write a hyphen for an underscore.
    Example:
        kms-01  IN  A  192.0.2.11
    """
    for view in judged(case):
        for owner, records in view.owners():
            hosts = [record for record in records if record.rdtype in ("A", "AAAA")]
            wrong = _not_of_a_host(owner.removeprefix("*.")) if hosts else None
            if wrong is not None:
                yield FindingDraft(
                    subject=owner,
                    message=f"{owner} has an address, but {shown(wrong)} is no part of a host's name",
                    location=owner_place(view, hosts[0]),
                    fix=Fix(summary="use letters, digits and inner hyphens only"),
                )
        for pointer in pointers(view, "NS", "MX"):
            wrong = _not_of_a_host(pointer.folded)
            if wrong is not None:
                yield FindingDraft(
                    subject=pointer.folded,
                    message=f"{pointer.name} is to be a server, but {shown(wrong)} is no part of a host's name",
                    location=pointer.place(view),
                    fix=Fix(summary="name a host of letters, digits and inner hyphens"),
                )


_SERVICE_LABELS = frozenset(("_msdcs", "_sites", "_tcp", "_udp", "_tls"))


def _not_of_a_host(name: str) -> str | None:
    """The first label that no host's name has; None too where letters outside ASCII were told by ZN007."""
    for label in split(name):
        bare = label.replace("-", "a")
        is_plain = bare.isascii() and bare.isalnum() and label[0] != "-" and label[-1] != "-"
        if not is_plain and label not in _SERVICE_LABELS:
            return None if "\\1" in label or "\\2" in label else label
    return None


@rule("ZN007", "non-ascii-name", Severity.ERROR, "RFC 5891", needs=_ZONE, safety=Safety.UNSAFE)
def non_ascii_name(case: Case) -> Iterator[FindingDraft]:
    """A name is typed with letters outside ASCII.

    Why: Name servers don't agree on what it means: the octets as they are, or the A-label of either standard. Clients
    ask for the A-label.
    Fix: Write the A-label, which begins with xn--.
    Example: For m\u00fcnchen.contoso.com
        xn--mnchen-3ya  IN  A  192.0.2.80
    """
    for view in judged(case):
        for found in view.zone.findings:
            if found.code != "ZN007":
                continue
            word = text_at(view, found.location)
            try:
                label = from_text(word)
            except InvalidName:
                label = ""
            label = label if word.endswith(".") else label[:-1]
            yield FindingDraft(
                subject=found.subject,
                message=found.message,
                location=found.location,
                fix=Fix(summary=f"write {label}", safety=Safety.UNSAFE) if label else None,
            )


@rule("ZN008", "invalid-a-label", Severity.WARNING, "RFC 5891 4.2", needs=_ZONE)
def invalid_a_label(case: Case) -> Iterator[FindingDraft]:
    """A label begins with xn--, and stands for no internationalised label.

    Why: Such labels are made by an algorithm, and this one it would not make. Browsers and registries refuse it.
    Fix: Make the label anew from the word that is meant.
    Example:
        $ python -c "import idna; print(idna.encode('m\u00fcnchen'))"
        b'xn--mnchen-3ya'
    """
    for view in judged(case):
        for owner, records in view.owners():
            wrong = _invalid(owner)
            if wrong is not None:
                yield FindingDraft(
                    subject=owner,
                    message=f"{shown(wrong)} is no valid A-label: nothing is encoded so",
                    location=owner_place(view, records[0]),
                    fix=Fix(summary="make the label anew from the word that is meant"),
                )
        for pointer in pointers(view, *OF_NAMES, "MX", "SRV"):
            wrong = _invalid(pointer.folded)
            if wrong is not None and not view.at(pointer.folded):
                yield FindingDraft(
                    subject=pointer.folded,
                    message=f"{shown(wrong)} is no valid A-label: nothing is encoded so",
                    location=pointer.place(view),
                    fix=Fix(summary="make the label anew from the word that is meant"),
                )


def _invalid(name: str) -> str | None:
    """The first A-label of a name in lower case that does not decode, or is not what its word encodes to."""
    if "xn--" not in name:
        return None
    import idna

    for label in split(name):
        if label.startswith("xn--"):
            try:
                if idna.alabel(idna.ulabel(label)).decode("ascii") != label:
                    return label
            except (idna.IDNAError, UnicodeError):
                return label
    return None


@rule("ZN009", "non-terminal-wildcard", Severity.WARNING, "RFC 4592 2.1.1", needs=_ZONE)
def non_terminal_wildcard(case: Case) -> Iterator[FindingDraft]:
    """An asterisk stands inside an owner, not as its first label.

    Why: Only the leftmost label makes a wildcard. Elsewhere it is a label like any other, which nobody asks for.
    Fix: Put the asterisk in front, or write a record for each name.
    Example: Any service over TCP; services of any host can't be written so
        *._tcp  IN  SRV  0 0 0 .
    """
    for view in judged(case):
        for owner, records in view.owners():
            if "*" in split(owner)[1:]:
                yield FindingDraft(
                    subject=owner,
                    message=f"{owner} is no wildcard: only an asterisk as the first label makes one",
                    location=owner_place(view, records[0]),
                    fix=Fix(summary="put the asterisk in front, or write a record for each name"),
                )
