"""What is to be done, worked out of the findings' fixes: once each, on hosts first, then in zones, then on clients.

A publisher is stopped before its record is removed, or the record is back within a day; what is added to a zone comes
before what is removed, so that the name never vanishes; caches are emptied last (docs/kms.md 2.5, 6.4, 9).
"""

from __future__ import annotations

from kmsdns.model.findings import Action, Change, Do, Severity
from kmsdns.model.names import fold, parent, split
from kmsdns.model.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from kmsdns.model.findings import Finding
    from kmsdns.model.report import Report

HOST, ZONE, CLIENT = "host", "zone", "client"
"""The kinds of places, in the order they are worked on."""

ORDER = (
    Do.STOP_PUBLISHING,
    Do.PUBLISH,
    Do.OPEN_FIREWALL,
    Do.RESTART_SERVICE,
    Do.FLUSH_DNS,
    Do.CLEAR_MANUAL_HOST,
    Do.FORGET_CACHED_HOST,  # which clears what is set by hand, too
    Do.CLEAR_LOOKUP_DOMAIN,
    Do.SET_LOOKUP_DOMAIN,
    Do.SET_MANUAL_HOST,
    Do.SWITCH_CACHING_OFF,
    Do.SWITCH_CACHING_ON,
    Do.SET_ACTIVATION_TYPE,
    Do.SYNC_CLOCK,
)
"""In which order things are done on one machine."""

FLUSH = Action(do=Do.FLUSH_DNS, on="client")


class FixStep(Value):
    """One thing to do, and the codes of the findings that ask for it."""

    what: Change | Action
    codes: tuple[str, ...]
    is_optional: bool  # only notes ask for it: nothing is wrong without it


class FixBlock(Value):
    """What is to be done in one place."""

    kind: str  # HOST, ZONE or CLIENT
    where: str  # the zone, or Action.on
    steps: tuple[FixStep, ...]

    @property
    def changes(self) -> tuple[Change, ...]:
        """The changes among the steps."""
        return tuple([step.what for step in self.steps if isinstance(step.what, Change)])


class Work(Value):
    """All there is to do."""

    blocks: tuple[FixBlock, ...]
    without: tuple[Finding, ...]  # findings that no script can mend
    disputed: tuple[FixStep, ...]  # one finding adds what another one deletes: neither is done

    @property
    def unstopped(self) -> frozenset[Change]:
        """Removals of a KMS host's record for which no fix stops the host's publishing."""
        stopped = {fold(action.on) for action in self._actions() if action.do is Do.STOP_PUBLISHING}
        removals = [change for block in self.blocks for change in block.changes if is_kms_removal(change)]
        return frozenset(change for change in removals if fold(change.rdata.rpartition(" ")[2]) not in stopped)

    def _actions(self) -> Iterable[Action]:
        return [step.what for block in self.blocks for step in block.steps if isinstance(step.what, Action)]


def is_kms_removal(change: Change) -> bool:
    """Whether it takes the record of a KMS host away, which hosts publish by themselves."""
    is_host = change.op == "delete" and change.rdtype == "SRV" and not change.rdata.endswith(" .")
    return is_host and split(fold(change.name))[:1] == ["_vlmcs"]


def emptied(block: FixBlock, report: Report) -> tuple[str, ...]:
    """The names of which nothing is left of what the DNS answered."""
    removed = {(fold(each.name), fold(each.rdata)) for each in block.changes if each.op == "delete"}
    added = {fold(each.name) for each in block.changes if each.op == "add"}
    answers = [response.answer for service in report.services for response in service.snapshot.srv if response.answer]
    gone = [of[0].owner for of in answers if all((fold(each.owner), fold(str(each.rdata))) in removed for each in of)]
    return tuple(dict.fromkeys(name for name in gone if fold(name) not in added))


def gather(report: Report) -> Work:
    """What the findings of a report ask for."""
    wanted: dict[object, list[tuple[Change | Action, Finding]]] = {}
    without = []
    for finding in report.findings:
        fix = finding.fix
        if fix is None or not (fix.changes or fix.actions):
            without.append(finding)
            continue
        for what in (*fix.actions, *fix.changes, *((FLUSH,) if fix.changes else ())):
            wanted.setdefault(_key(what), []).append((what, finding))
    steps = {key: _step(asked) for key, asked in wanted.items()}
    disputed = {key for key in steps if isinstance(key, tuple) and (_opposite(key[0]), *key[1:]) in steps}
    done = [step for key, step in steps.items() if key not in disputed]
    return Work(
        blocks=tuple(_blocks(done)),
        without=tuple(without),
        disputed=tuple([step for key, step in steps.items() if key in disputed]),
    )


def _key(what: Change | Action) -> object:
    """Changes are the same whatever their TTL and the case of their letters."""
    return what if isinstance(what, Action) else (what.op, fold(what.name), what.rdtype, fold(what.rdata))


def _opposite(op: str) -> str:
    return "add" if op == "delete" else "delete"


def _step(asked: list[tuple[Change | Action, Finding]]) -> FixStep:
    codes = dict.fromkeys(finding.code for _what, finding in asked)
    notes = all(finding.severity is Severity.NOTE for _what, finding in asked)
    return FixStep(what=asked[0][0], codes=tuple(codes), is_optional=notes)


def _blocks(steps: list[FixStep]) -> list[FixBlock]:
    found: dict[tuple[str, str], list[FixStep]] = {}
    for step in steps:
        found.setdefault(_place(step.what), []).append(step)
    kinds = (HOST, ZONE, CLIENT)
    ordered = sorted(found.items(), key=lambda item: kinds.index(item[0][0]))
    return [
        FixBlock(kind=kind, where=where, steps=tuple(sorted(of, key=lambda step: _rank(step.what))))
        for (kind, where), of in ordered
    ]


def _place(what: Change | Action) -> tuple[str, str]:
    """Where it is done: a change in the zone that probably holds the name."""
    if isinstance(what, Change):
        return ZONE, zone_of(what.name)
    return (CLIENT, what.on) if what.on == "client" else (HOST, what.on)


def _rank(what: Change | Action) -> int:
    return ORDER.index(what.do) if isinstance(what, Action) else ("add", "delete").index(what.op)


def zone_of(owner: str) -> str:
    """The zone that a name is probably in: behind a service's labels, else behind a host's."""
    domain = owner
    while split(domain) and split(domain)[0].startswith("_"):
        domain = parent(domain)
    return fold(domain if domain != owner else parent(owner))
