"""The screen in front of the rules: the owners in a big file that a rule could have something to say about.

Of all others it is proven in bulk, on the columns of the file, that no rule says anything: a host with addresses and a
proper name, an alias of such a host, a service with the port and the protocol it usually has. The rules themselves
judge an excerpt of the owners left, and don't know of it. A proof may fail for what is right: it costs time only.
"""

from __future__ import annotations

from functools import cache

from kmsdns.kms import PORT
from kmsdns.model.names import ROOT, parent
from kmsdns.model.pattern import pattern
from kmsdns.rules.near import slips
from kmsdns.rules.service.active_directory import FRONTS, SIBLINGS
from kmsdns.rules.sets import is_protocol
from kmsdns.services.active_directory import OF_A_DOMAIN, OF_A_FOREST
from kmsdns.zone.columns import Unusual

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from kmsdns.rules.rule import Rule
    from kmsdns.zone.columns import NameLevel
    from kmsdns.zone.subzone import Survey
    from kmsdns.zone.zone import Zone

PROVEN = frozenset(
    """
    ZF001 ZF002 ZF003 ZF004 ZF005 ZF006 ZF007 ZF008 ZF009 ZF010 ZF011 ZF012 ZF013 ZF014 ZF015 ZF016
    ZN001 ZN002 ZN003 ZN004 ZN005 ZN006 ZN007 ZN008 ZN009 ZN010 ZN011
    RR001 RR002 RR003 RR004 RR005 RR006 RR007 RR008 RR009 RR010 RR011 RR012
    ZD001 ZD002 ZD003 ZD004 ZD005 ZD006 ZD007 ZD008 ZD009 ZD010
    SRV101 SRV102 SRV103 SRV104 SRV105 SRV106 SRV108 SRV109 SRV110 SRV111 SRV112 SRV113 SRV114
    SRV201 SRV202 SRV203 SRV204 SRV206 SRV301 SRV302 SRV303 SRV304 SRV305 SRV306 SRV307 SRV308 SRV309
    SRV310 SRV311 SRV313 SRV314 SRV401 SRV402 SRV403 SRV404 SRV405 SRV406
    SVC101 SVC102 SVC103 SVC201 SVC202 SVC301 SUP001
    """.split()
)
"""The rules that say nothing of an owner that isn't a suspect. A new rule's code comes here when that is true of it.

This is the one list of codes outside of the rules. It belongs to the fast path for big files, and goes when that goes.
"""

_HOST = pattern(r"(?:[a-z0-9]+(?:-+[a-z0-9]+)*\.)+")
_LITERAL = pattern(r"(?:[0-9]+\.){3}[0-9]+(?:\.|\Z)|[^.]*:")
_HOST_CHARACTERS = b"abcdefghijklmnopqrstuvwxyz0123456789-.\n"
_PRIVATE = ("private", "shared", "unique local")
_USUAL = ("10.", "192.168.")  # of private addresses, which most are
_MOST_MISSING = 1000
_LOWEST_PORT = 11  # what is below may be a field that changed places
_PLAIN_DNS, _EDNS = 512, 1232  # octets


def screened(survey: Survey, suffixes: Iterable[str] = ()) -> Zone:
    """An excerpt in which the rules find what they would find in the whole zone. Raises Unusual.

    suffixes: domains that clients search for services, in lower case.
    """
    suspects = Screen(survey).suspects()
    expected = [f"_vlmcs._tcp.{suffix if suffix != '.' else ''}" for suffix in suffixes]
    return survey.excerpt(suspects, expected, _companions)


def is_proven(rules: Sequence[Rule]) -> bool:
    """Whether all of these rules are among those that a screen stands for."""
    return all(rule.code in PROVEN for rule in rules)


def _companions(owner: str) -> list[str]:
    """The owners that rules look at when they judge one: of service records, those of the same domain."""
    if not owner.startswith("_"):
        return []
    found = [parent(owner)]
    front = next((front for front in FRONTS if owner.startswith(front)), None)
    if front is not None:
        found += [each + owner[len(front) :] for each in FRONTS]
    service, _, rest = owner.partition(".")
    return [*found, f"{service}s.{rest}"] if service in ("_imap", "_pop3", "_submission") else found


class Screen:
    """One survey, and what was found suspicious of it."""

    def __init__(self, survey: Survey) -> None:
        self._survey, self._columns = survey, survey.columns
        origin = survey.origin
        first = origin.partition(".")[0]
        self._occluded = [level for level in survey.levels if survey.cuts_above(level.name)]
        repeating = [level for level in survey.levels if f"{first}.{level.name}".count(origin) > 1]
        outside = [level for level in survey.levels if not survey.covers(level.name)]
        flagged = {*self._columns.marked, *_owners(repeating)}
        self._outside = {owner for owner in _owners(outside) if owner != origin}
        self._suspects = {origin, *survey.others, *flagged, *self._outside, *self._columns.unproven}
        self._flagged = flagged | survey.others.keys()  # targets that are to be looked at; besides aliases
        self._servers: dict[str, bool] = {}  # target of name servers and mail servers -> whether it is one that can be
        self._hosts: dict[str, int | None] = {}  # target of services -> how many addresses; None where it may be wrong

    def suspects(self) -> set[str]:
        """The owners that the rules are to judge."""
        survey, found = self._survey, self._suspects
        first = survey.first_owner()
        if first is not None:
            found.add(first)
        found.update(self._cut())
        for level in survey.levels:
            labels = {*self._beside_aliases(level), *self._hosts_called_oddly(level), *self._pointing_oddly(level)}
            labels.update(self._services(level) if level.srv else ())
            found.update(map(level.owner, labels))
        found.update(self._of_directories())
        targets = set(self._targets_of(found))
        found.update(self._hosts_at({target for target in targets if _LITERAL.match(target)}))
        found.update(self._hosts_near({target for target in targets if not self._exists(target)}))
        return found

    def _hosts_at(self, literals: set[str]) -> Iterator[str]:
        """The hosts whose address stands as a target."""
        if any(":" in literal for literal in literals):
            raise Unusual("rules compare a target that is an IPv6 address with those of all hosts there are")
        quads = {".".join(literal.split(".")[:4]) for literal in literals}
        for level in self._survey.levels if quads else ():
            yield from [level.owner(label) for label, address in level.a.items() if address in quads]
        for (rdtype, owner), more in self._columns.more.items() if quads else ():
            if rdtype == "a" and not quads.isdisjoint(more):
                yield owner

    def _hosts_near(self, missing: set[str]) -> Iterator[str]:
        """The hosts that a target which isn't there may be a slip of."""
        if len(missing) > _MOST_MISSING:
            raise Unusual("many targets of service records are not there, and each is compared with all hosts")
        letters = {"."}
        for level in self._survey.levels if missing else ():
            letters.update(level.name, "".join(level.a), "".join(level.aaaa))
        for target in missing:
            for name in slips(target, letters):
                if not self._survey.types(name).isdisjoint(("A", "AAAA")):
                    yield name

    def _targets_of(self, owners: set[str]) -> Iterator[str]:
        """What the service records of suspects point at."""
        for owner in owners:
            if "SRV" in self._survey.types(owner):
                yield from self._survey.targets(owner)

    def _exists(self, name: str) -> bool:
        return not self._survey.covers(name) or self._survey.has(name)

    def _cut(self) -> Iterator[str]:
        """Owners at or below a delegation, where there is more than that and glue."""
        survey = self._survey
        yield from [owner for owner in survey.cuts if survey.types(owner) != {"NS"}]
        servers = {target for owner in survey.cuts for target in survey.targets(owner)} if self._occluded else ()
        for owner in _owners(self._occluded):
            if owner not in servers or not survey.types(owner) <= {"A", "AAAA"}:
                yield owner

    def _beside_aliases(self, level: NameLevel) -> Iterator[str]:
        """Labels of aliases that have other records as well."""
        aliases = level.cname.keys()
        for column in level.columns() if aliases else ():
            if column and column is not level.cname:
                yield from aliases & column.keys()

    def _hosts_called_oddly(self, level: NameLevel) -> Iterator[str]:
        """Labels of addresses where the owner's name has something else than letters, digits and inner hyphens."""
        is_proper = not (level.a or level.aaaa) or _HOST.fullmatch(level.name) is not None
        for column in [each for each in (level.a, level.aaaa) if each]:
            text = "-\n-".join(column)  # so that a hyphen at an end has another beside it
            if not is_proper or text.encode().translate(None, _HOST_CHARACTERS) or _is_edged(text):
                yield from [label for label in column if not is_proper or not _HOST.fullmatch(f"{label}.")]

    def _pointing_oddly(self, level: NameLevel) -> Iterator[str]:
        """Labels of aliases, name servers, mail servers and reverse names whose targets are no proper names there."""
        levels, flagged = self._columns.levels, self._flagged
        for column in [each for each in (level.cname, level.ptr) if each]:
            for label, target in column.items():
                host, _, above = target.partition(".")
                there = levels.get(above)
                # Most are aliases of plain hosts without a digit in front.
                is_host = there is not None and host in there.a and host not in there.cname and target > ":"
                if not (self._is_settled(target) if not is_host or target in flagged else True) or label[:1] == "_":
                    yield label
        for several in (level.ns, level.mx):
            for label, records in several.items():
                values = [fields[1:] for fields in records]
                is_one = len(records) == 1 or (len(set(values)) == len(records) and len({r[0] for r in records}) == 1)
                if not is_one or not all(self._is_server(value[-1]) for value in values):
                    yield label

    def _is_settled(self, target: str) -> bool:
        """Whether a target is a name with records of its own, or in another zone."""
        if target in self._flagged or "xn--" in target or (target < ":" and _LITERAL.match(target)) or ":" in target:
            return False
        if not self._survey.covers(target):
            return True
        return "CNAME" not in (types := self._survey.types(target)) and bool(types)

    def _is_server(self, target: str) -> bool:
        """Whether a target is a host with an address, or one in another zone."""
        found = self._servers.get(target)
        if found is None:
            is_host = self._is_settled(target) and _HOST.fullmatch(target) is not None
            if is_host and self._survey.covers(target):
                is_host = not self._survey.types(target).isdisjoint(("A", "AAAA"))
            found = self._servers[target] = is_host
        return found

    # Service records

    def _services(self, level: NameLevel) -> Iterator[str]:
        """Labels of service records that a rule may say something of, but for what their domain lacks."""
        proto, _, domain = level.name.partition(".")
        is_odd = not self._survey.covers(domain) or is_protocol(domain.partition(".")[0])
        if is_odd or self._survey.origin.startswith("_"):
            yield from level.srv
            return
        usual = _usual().get(proto, frozenset())
        for label, records in level.srv.items():
            is_kms = label == "_vlmcs"
            if (
                label not in usual
                or (is_kms and ("_" in domain or any(port != PORT or at == domain for *_, port, at in records)))
                or not self._are_in_order(records, len(label) + len(level.name))
            ):
                yield label

    def _are_in_order(self, records: list[tuple[int, int, int, int, str]], size: int) -> bool:
        """Whether the rules say nothing of the fields of a set; size is that of its owner."""
        hosts = self._hosts
        addresses = 0
        weights: dict[int, list[int]] = {}
        size += 18
        for ttl, priority, weight, port, target in records:
            if target not in hosts:
                hosts[target] = self._host(target)
            count = hosts[target]
            if count is None or port < _LOWEST_PORT or ttl != records[0][0]:
                return False
            weights.setdefault(priority, []).append(weight)
            addresses += count
            size += 19 + len(target)
        if len({each[3:] for each in records}) != len(records) or size > _PLAIN_DNS:
            return False
        if size + 11 + 28 * addresses > _EDNS:
            return False
        return all(any(same) == (len(same) > 1 and all(same)) for same in weights.values())

    def _host(self, target: str) -> int | None:
        """How many addresses the target of a service record has; None when a rule may say something of it."""
        survey, columns = self._survey, self._columns
        if not _HOST.fullmatch(target) or target.count(".") < 2 or not self._is_settled(target):
            return None
        if not survey.covers(target):
            return 0
        place = columns.find(target)
        if target in columns.unproven or place is None or survey.cuts_above(target) or target == survey.origin:
            return None
        level, label = place
        found = [column[label] for column in (level.a, level.aaaa) if label in column]
        found += [each for kind in ("a", "aaaa") for each in columns.more.get((kind, target), ())]
        return len(found) if found and all(_is_ordinary(each, survey.origin) for each in found) else None

    def _of_directories(self) -> Iterator[str]:
        """Service records of Active Directory domains that lack some, or whose sets name different hosts."""
        domains: dict[str, dict[str, set[str]]] = {}
        for level in self._survey.levels:
            if level.srv and level.name.startswith("_"):
                told: set[str] = set()
                for front in FRONTS:  # the longest first, as the rules have it
                    label, _, rest = front.partition(".")
                    if level.name.startswith(rest) and label not in told and label in level.srv:
                        told.add(label)
                        sets = domains.setdefault(level.name[len(rest) :] or ROOT, {})
                        sets[front] = {fields[-1] for fields in level.srv[label]}
        for domain, sets in domains.items():
            if not any("_msdcs" in front for front in sets):
                continue
            wanted = {*OF_A_DOMAIN, *(() if sets.keys().isdisjoint(OF_A_FOREST) else OF_A_FOREST)}
            if not wanted <= sets.keys() or any(sets.get(one) != sets.get(other) for one, other in SIBLINGS):
                yield from [front + domain for front in sets]


def _owners(levels: Iterable[NameLevel]) -> Iterator[str]:
    for level in levels:
        for column in level.columns():
            yield from map(level.owner, column)


def _is_edged(text: str) -> bool:
    """Whether a word of those joined begins or ends with a hyphen."""
    return "--\n" in text or "\n--" in text or text[:1] == "-" or text[-1:] == "-"


@cache
def _usual() -> dict[str, frozenset[str]]:
    """Protocol label -> labels of the services that are known, and offered over it."""
    from kmsdns.rules.data import SERVICES, SYNONYMS, UNDERSCORED

    protocols = [label for label in UNDERSCORED if is_protocol(label)]
    known = {f"_{service}": protos for service, (protos, _port) in SERVICES.items() if service not in SYNONYMS}
    return {
        proto: frozenset([label for label, protos in known.items() if proto[1:] in protos and not is_protocol(label)])
        for proto in protocols
    }


def _is_ordinary(address: str, origin: str) -> bool:
    """Whether a host can have an address that clients reach it at."""
    from kmsdns.rules.data import EXAMPLE_NAMES
    from kmsdns.rules.srv.hosts import purpose

    if address.startswith(_USUAL):
        return True
    what = purpose(address)
    if what == "documentation":
        return any(origin == f"{name}." or origin.endswith(f".{name}.") for name in EXAMPLE_NAMES)
    return what is None or what in _PRIVATE
