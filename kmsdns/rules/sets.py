"""Service sets: an SRV RRset with what is known of its targets. A zone file and live answers both come to this."""

from __future__ import annotations

from kmsdns.core.messages import Outcome
from kmsdns.core.names import fold
from kmsdns.core.value import Value
from kmsdns.rules.evidence import servers

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kmsdns.core.messages import Response
    from kmsdns.core.names import ServiceName
    from kmsdns.core.records import Location, Srv
    from kmsdns.core.snapshot import Snapshot


class Target(Value):
    """A target of SRV records, and what the source says of its name."""

    name: str  # in canonical form, lower case
    exists: bool | None  # None where the source can't tell
    addresses: tuple[str, ...] | None  # None where the source can't tell
    alias_of: str | None = None  # the end of its chain of aliases


class Entry(Value):
    """One SRV record of a set."""

    srv: Srv
    target: Target
    location: Location | None = None  # in a zone file


class ServiceSet(Value):
    """The SRV records at one owner name."""

    service: ServiceName
    ttl: int | None  # seconds
    entries: tuple[Entry, ...]
    source: str  # the server, or the file

    @property
    def owner(self) -> str:
        """The owner name."""
        return self.service.owner


def live_set(snapshot: Snapshot) -> ServiceSet | None:
    """What a snapshot's answer comes to; None without an answer."""
    if not snapshot.srv or not snapshot.srv[-1].srvs:
        return None
    answer = snapshot.srv[-1]
    targets = {name: _live_target(name, snapshot) for name in {fold(srv.target) for srv in answer.srvs}}
    return ServiceSet(
        service=snapshot.service,
        ttl=answer.ttl,
        entries=tuple([Entry(srv=srv, target=targets[fold(srv.target)]) for srv in answer.srvs]),
        source=servers(answer),
    )


def _live_target(name: str, snapshot: Snapshot) -> Target:
    asked = [response for response in snapshot.addresses if fold(response.question.name) == name]
    glue = tuple(
        [
            str(record.rdata)
            for record in snapshot.srv[-1].additional
            if fold(record.owner) == name and record.rdtype in ("A", "AAAA")
        ]
    )
    addresses = tuple(dict.fromkeys([*glue, *(each for response in asked for each in response.addresses)]))
    alias = next((fold(response.canonical) for response in asked if response.aliases), None)
    return Target(
        name=name,
        exists=_exists(asked, addresses),
        addresses=addresses if addresses or _is_known(asked) else None,
        alias_of=alias,
    )


def _is_known(asked: list[Response]) -> bool:
    return bool(asked) and all(response.outcome.is_conclusive for response in asked)


def _exists(asked: list[Response], addresses: tuple[str, ...]) -> bool | None:
    if addresses:
        return True
    if not _is_known(asked):
        return None
    return any(response.outcome is not Outcome.NXDOMAIN for response in asked)


def targets(found: ServiceSet) -> Iterator[tuple[Target, tuple[Entry, ...]]]:
    """Each target of a set once, with its records; not the "." that is none."""
    for name in dict.fromkeys(entry.target.name for entry in found.entries if not entry.srv.is_no_service):
        entries = tuple([entry for entry in found.entries if entry.target.name == name])
        yield entries[0].target, entries
