"""SRV301-309: the names that service records have as targets. Needs: records, of a zone file or of live answers."""

from __future__ import annotations

from kmsdns.model.findings import Fix, Related, Safety, Severity
from kmsdns.model.names import address_of, fold, is_at_or_below, parent, split
from kmsdns.rules.rule import FindingDraft, Needs, rule
from kmsdns.rules.srv.entries import TARGET, evidence_of, judged, place, retarget, written
from kmsdns.rules.zone.lines import directive_above
from kmsdns.rules.zone.text import NOT_READ

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kmsdns.model.records import Record
    from kmsdns.rules.case import Case
    from kmsdns.rules.sets import ServiceEntry, ServiceSet
    from kmsdns.rules.srv.entries import Judged

_RECORDS = (Needs.RECORDS,)
_LAST_LABELS = frozenset("com net org edu gov mil int info biz test example local lan internal".split())
"""Last labels by which a name looks complete; so does one of three labels whose last has two letters."""
_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-")


def _told(about: Judged, message: str, fix: Fix, related: tuple[Related, ...] = ()) -> FindingDraft:
    found, target, entries = about
    return FindingDraft(
        subject=target.name,
        message=message,
        location=place(found, entries[0], TARGET),
        related=related,
        evidence=evidence_of(found, entries),
        fix=fix,
    )


@rule("SRV301", "target-is-alias", Severity.ERROR, 'RFC 2782, "Target"', needs=_RECORDS, safety=Safety.UNSAFE)
def target_is_alias(case: Case) -> Iterator[FindingDraft]:
    """The target is an alias (CNAME); the standard says that it must not be.

    Why: Some clients follow it, some don't, and one that doesn't finds no address.
    Fix: Name the host at the end of the chain.
    KMS: Whether clients follow it is not documented.
    Example: Not kms.contoso.com, which is an alias, but
        _vlmcs._tcp  IN  SRV  0 0 1688 kms01.contoso.com.
    """
    for about in judged(case):
        found, target, entries = about
        if target.alias_of is not None and target.below_dname is None:
            yield _told(
                about,
                f"the target {target.name} is an alias of {target.alias_of}: a target must not be one",
                Fix(
                    summary=f"name {target.alias_of} itself as the target",
                    safety=Safety.UNSAFE,
                    changes=retarget(found, entries, target.alias_of),
                ),
                _related(_record(case, target.name, "CNAME"), "the alias"),
            )


@rule("SRV302", "target-below-dname", Severity.ERROR, 'RFC 2782, "Target"', needs=_RECORDS, safety=Safety.UNSAFE)
def target_below_dname(case: Case) -> Iterator[FindingDraft]:
    """The target lies below a DNAME record, which makes it an alias; the standard says that it must not be one.

    Why: A server answers with an alias that it makes up, and some clients don't follow it. Records that stand at the
    name itself are never served.
    Fix: Name the host where it really is.
    Example: With a DNAME at old.contoso.com, not kms01.old.contoso.com, but
        _vlmcs._tcp  IN  SRV  0 0 1688 kms01.contoso.com.
    """
    for about in judged(case):
        found, target, entries = about
        if target.below_dname is not None:
            fix = Fix(summary="name the host where it really is")
            if target.alias_of is not None:
                fix = Fix(
                    summary=f"name {target.alias_of} itself as the target",
                    safety=Safety.UNSAFE,
                    changes=retarget(found, entries, target.alias_of),
                )
            yield _told(
                about,
                f"the target {target.name} is below the DNAME of {target.below_dname}, so it is an alias: a target "
                "must not be one",
                fix,
                _related(_record(case, target.below_dname, "DNAME"), "the DNAME"),
            )


@rule(
    "SRV303",
    "target-does-not-exist",
    Severity.ERROR,
    'RFC 2782, "Target"',
    needs=_RECORDS,
    causes=("SRV305", "SRV306", "SRV307", "SRV308", "SRV309", *NOT_READ, "ZN004"),
)
def target_does_not_exist(case: Case) -> Iterator[FindingDraft]:
    """The target's name does not exist.

    Why: There must be an address record for it; a client that draws this target loses time, and fails when there is no
    other.
    Fix: Correct the name, publish its address, or remove the record.
    Example: A host that was renamed
        kms01  IN  A  192.0.2.11
    """
    missing = [about for about in judged(case) if about[1].exists is False]
    near = _near_hosts(case, [target.name for found, target, _entries in missing if found.zone is not None])
    for about in missing:
        found, target, _entries = about
        summary = f"correct the target's name, publish an address for {target.name}, or remove the record"
        if target.name in near:
            summary = f"if {near[target.name]} is meant, write that; else publish an address for {target.name}"
        yield _told(about, f"the target {target.name}{_of(found)} does not exist", Fix(summary=summary))


def _of(found: ServiceSet) -> str:
    """Whose target it is. Of live answers the evidence tells: a host that several sets name is one finding."""
    return "" if found.zone is None else f" of {found.owner}"


def _near_hosts(case: Case, missing: list[str]) -> dict[str, str]:
    """A host with an address for each name that is a slip away from one."""
    if not missing or case.zones is None:
        return {}
    from kmsdns.rules.near import nearest

    hosts = (fold(each.owner) for view in case.zones.judged for kind in ("A", "AAAA") for each in view.of_type(kind))
    return nearest(missing, dict.fromkeys(hosts))


@rule(
    "SRV304",
    "target-without-address",
    Severity.ERROR,
    'RFC 2782, "Target"',
    needs=_RECORDS,
    causes=("SRV305", "SRV306", "SRV307", "SRV308", "SRV309", *NOT_READ, "ZN004"),
)
def target_without_address(case: Case) -> Iterator[FindingDraft]:
    """The target's name exists, and has neither an A nor an AAAA record.

    Why: There is nothing to connect to.
    Fix: Publish its address, or name another host.
    Example:
        kms01  IN  A  192.0.2.11
    """
    for about in judged(case):
        found, target, _entries = about
        if found.zone is not None and (target.alias_of is not None or target.below_dname is not None):
            continue  # SRV301 or SRV302 says what is the matter
        if target.exists and target.addresses == ():
            lacks = "address" if len(target.rdtypes) > 1 else f"{target.rdtypes[0]} record"
            yield _told(
                about,
                f"the target {target.name}{_of(found)} exists, but has no {lacks}",
                Fix(summary=f"publish an A or AAAA record for {target.name}, or name another host"),
            )


@rule("SRV305", "target-is-address", Severity.ERROR, 'RFC 2782, "Target"', needs=_RECORDS)
def target_is_address(case: Case) -> Iterator[FindingDraft]:
    """An IP address stands where the target's name belongs.

    Why: A client looks it up as a name, which does not exist.
    Fix: Give the host a name with that address, and make the name the target.
    Example:
        kms01        IN  A    192.0.2.11
        _vlmcs._tcp  IN  SRV  0 0 1688 kms01.contoso.com.
    """
    for about in judged(case):
        found = about[0]
        literal = _literal(about)
        if literal is not None:
            hosts = _hosts_of(case, literal)
            yield _told(
                about,
                f"the target of {found.owner} is the address {literal}, where a host's name belongs",
                Fix(
                    summary=f"write {fold(hosts[0].owner)}, the host with this address, as the target"
                    if hosts
                    else f"name the host that has the address {literal} as the target"
                ),
                _related(hosts[0], "a host with this address") if hosts else (),
            )


def literal_in(target: str, domain: str) -> str | None:
    """The address that stands as a target, also where the domain was put behind it."""
    bare = target
    if domain != "." and is_at_or_below(target, domain) and target != domain:
        bare = target[: -len(domain)]
    return address_of(bare) if "." in bare.rstrip(".") or "[" in bare else _six(bare)


def _six(text: str) -> str | None:
    """An IPv6 address without brackets."""
    bare = text.removesuffix(".")
    return address_of(f"[{bare}]") if ":" in bare else None


def _literal(about: Judged) -> str | None:
    found, target, entries = about
    literal = literal_in(target.name, found.origin)
    if literal is None and found.zone is not None and not target.addresses:
        # Relative to an $ORIGIN that isn't the zone's own.
        word = written(found, entries[0])
        literal = None if word.endswith(".") or "." not in word else address_of(word + ".")
    return literal


def _hosts_of(case: Case, address: str) -> list[Record]:
    kind = "AAAA" if ":" in address else "A"
    views = () if case.zones is None else case.zones.judged
    return [record for view in views for record in view.of_type(kind) if str(record.rdata) == address]


@rule("SRV306", "target-repeats-origin", Severity.ERROR, "RFC 1035 5.1", needs=_RECORDS, safety=Safety.UNSAFE)
def target_repeats_origin(case: Case) -> Iterator[FindingDraft]:
    """The target ends in its domain twice, or has it behind a whole name: the dot at its end was forgotten.

    Why: A name without the final dot is completed with the zone's origin, and the result does not exist.
    Fix: Write the dot.
    Example: Not kms01.contoso.com, which becomes kms01.contoso.com.contoso.com., but
        _vlmcs._tcp  IN  SRV  0 0 1688 kms01.contoso.com.
    """
    for about in judged(case):
        found, target, entries = about
        meant = _meant(about)
        if meant:
            behind = target.name.removeprefix(meant) or found.origin
            what = f"repeats {behind}" if is_at_or_below(meant, behind) else f"has {behind} behind a complete name"
            yield _told(
                about,
                f"the target {target.name} {what}: the dot at the end of {meant[:-1]} was forgotten",
                Fix(
                    summary=f"write {meant} with the dot at its end",
                    safety=Safety.UNSAFE,
                    changes=retarget(found, entries, meant),
                ),
                _origin_set(found, entries[0]),
            )


def _meant(about: Judged) -> str:
    """The target without what was put behind it by mistake; "" when there is no sign of a mistake."""
    found, target, entries = about
    if found.origin == "." or (target.addresses and not target.by_wildcard) or _literal(about) is not None:
        return ""
    below = target.name[: -len(found.origin)] if is_at_or_below(target.name, found.origin) else ""
    if below and is_at_or_below(below, found.origin):
        return below
    if found.zone is None or not below or not (target.exists is False or target.by_wildcard):
        return ""
    word = fold(written(found, entries[0]))
    if not word or word.endswith(".") or not target.name.startswith(word + "."):
        return ""
    meant = word + "."
    labels = split(meant)
    looks_complete = labels[-1] in _LAST_LABELS or (len(labels) > 2 and len(labels[-1]) == 2 and labels[-1].isalpha())
    return meant if is_at_or_below(meant, found.origin) or (len(labels) > 1 and looks_complete) else ""


def _origin_set(found: ServiceSet, entry: ServiceEntry) -> tuple[Related, ...]:
    """The $ORIGIN line that completes a record's names, when its file has one in front of it."""
    if found.zone is None or entry.location is None:
        return ()
    at = directive_above(found.zone, entry.location, "$ORIGIN")
    return () if at is None else (Related(location=at, message="origin set here"),)


@rule(
    "SRV307",
    "target-not-a-hostname",
    Severity.ERROR,
    "RFC 952, RFC 1123 2.1",
    needs=_RECORDS,
    causes=("SRV305", "SRV306", "SRV308"),
)
def target_not_a_hostname(case: Case) -> Iterator[FindingDraft]:
    """The target is no host's name: a label holds something else than letters, digits and hyphens.

    Why: A target is a host, and programs refuse to connect to other names, or to look them up. It is often a slip: a
    comma at the end, a whole address of a web page, an asterisk.
    Fix: Write the host's name; give the host one without underscores where it has none.
    Example: Not kms_01 or *.contoso.com, but
        _vlmcs._tcp  IN  SRV  0 0 1688 kms01.contoso.com.
    """
    for about in judged(case):
        found, target, entries = about
        odd = next((label for label in split(target.name) if not _is_host_label(label)), None)
        if odd is not None and written(found, entries[0]).isascii():  # any other is a non-ascii-name
            yield _told(
                about,
                f"the target {target.name} of {found.owner} is no host's name: {odd} holds something else than "
                "letters, digits and inner hyphens",
                Fix(summary="write the name of a host: letters, digits and hyphens"),
            )


def _is_host_label(label: str) -> bool:
    return _LETTERS.issuperset(label) and label[0] != "-" and label[-1] != "-"


@rule("SRV308", "target-is-service-name", Severity.ERROR, 'RFC 2782, "Target"', needs=_RECORDS, causes=("SRV101",))
def target_is_service_name(case: Case) -> Iterator[FindingDraft]:
    """The target is the name of a service, its own or another one's, not of a host.

    Why: SRV records lead to hosts; a client asks for addresses at that name and finds none.
    Fix: Name the host.
    Example: Not _vlmcs._tcp.contoso.com. itself, but
        _vlmcs._tcp  IN  SRV  0 0 1688 kms01.contoso.com.
    """
    for about in judged(case):
        found, target, _entries = about
        labels = split(target.name)
        if target.name == found.owner or (len(labels) > 1 and labels[0].startswith("_") and labels[1].startswith("_")):
            yield _told(
                about,
                f"the target {target.name} is the name of a service, not of a host",
                Fix(summary="name the host that offers the service"),
            )


@rule("SRV309", "target-single-label", Severity.WARNING, "RFC 1535", needs=_RECORDS, safety=Safety.UNSAFE)
def target_single_label(case: Case) -> Iterator[FindingDraft]:
    """The target is a single label: a short name such as kms01.

    Why: In a record it is not completed with the client's suffix; it is a name directly below the root, and does not
    exist there.
    Fix: Write the full name.
    Example:
        _vlmcs._tcp  IN  SRV  0 0 1688 kms01.contoso.com.
    """
    for about in judged(case):
        found, target, entries = about
        if parent(target.name) == "." and found.origin != "." and ":" not in target.name:
            full = target.name + found.origin
            yield _told(
                about,
                f"the target {target.name} is a single label: it is looked up below the root, not in {found.origin}",
                Fix(summary=f"write {full}", safety=Safety.UNSAFE, changes=retarget(found, entries, full)),
            )


def _record(case: Case, name: str, rdtype: str) -> Record | None:
    """The record of that type at a name in the zones."""
    view = None if case.zones is None else case.zones.holding(name)
    return None if view is None else next((each for each in view.at(name) if each.rdtype == rdtype), None)


def _related(record: Record | None, message: str) -> tuple[Related, ...]:
    return () if record is None or record.location is None else (Related(location=record.location, message=message),)


OF_LOST_TARGETS = (
    target_does_not_exist,
    target_without_address,
    target_is_address,
    target_repeats_origin,
    target_not_a_hostname,
    target_is_service_name,
)
"""Those that say why a target of a live answer leads nowhere."""
