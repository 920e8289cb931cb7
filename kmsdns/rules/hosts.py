"""The hosts that a check's records name: their addresses, whether they can be reached, and where a client ends."""

from __future__ import annotations

from ipaddress import ip_address, ip_network

from kmsdns.core.findings import Fix
from kmsdns.core.messages import Outcome
from kmsdns.rules.evidence import attempt_evidence, outcome_words
from kmsdns.rules.misses import response_said

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kmsdns.core.expectations import Seen
    from kmsdns.rules.misses import Notes


def targets(notes: Notes, place: int, seen: Seen) -> None:
    """Each has an address, none is an alias, all are within the networks."""
    wanted = notes.checked.expectation.targets
    where = notes.checked.expectation.place("targets")
    networks = [ip_network(network) for network in wanted.within]
    for target, replies in seen.addresses:
        evidence = [response_said(each, seen.viewpoint.label) for each in replies]
        addresses = [address for each in replies for address in each.addresses]
        denied = all(each.outcome in (Outcome.NODATA, Outcome.NXDOMAIN) for each in replies)
        if not addresses and wanted.resolve and denied:
            notes.add("EXP113", place, f"the target {target} has no address", where, subject=target,
                      evidence=evidence, fix=Fix(summary=f"publish an A or AAAA record at {target}"))  # fmt: skip
        if wanted.no_alias and any(each.aliases for each in replies):
            alias = next(each.aliases[0] for each in replies if each.aliases)
            what, advice = f"the target {target} is an alias of {alias.rdata}", f"let the record name {alias.rdata}"
            notes.add("EXP113", place, what, where, subject=target, evidence=evidence, fix=Fix(summary=advice))
        odd = [each for each in addresses if networks and not any(ip_address(each) in net for net in networks)]
        if odd:
            what = f"the target {target} has {', '.join(odd)}, outside of {', '.join(wanted.within)}"
            notes.add("EXP113", place, what, where, subject=target, evidence=evidence,
                      fix=Fix(summary=f"correct the addresses of {target}, or the networks"))  # fmt: skip


def reachable(notes: Notes, place: int, seen: Seen) -> None:
    """Each endpoint answers; of one without an address only that is told, if anything."""
    for result in seen.probes:
        probe = result.probe
        if result.is_open or any(each == probe.target for each in _unresolved(seen)):
            continue
        endpoint = f"{probe.target}:{probe.port}"
        where = f" at {result.address}" if result.address else ""
        notes.add(
            "EXP110",
            place,
            f"{endpoint} can't be reached: {outcome_words(result.outcome)}{where}",
            notes.checked.expectation.place("reachable"),
            subject=endpoint,
            evidence=[attempt_evidence(endpoint, attempt) for attempt in result.attempts],
            fix=Fix(summary="check that the service runs there and that a firewall lets its port through"),
        )


def _unresolved(seen: Seen) -> list[str]:
    """Targets without an address, where that is told already or nobody could say."""
    return [target for target, replies in seen.addresses if not any(each.addresses for each in replies)]


def client(notes: Notes, place: int, seen: Seen) -> None:
    """A client ends where it should."""
    wanted, found = notes.checked.expectation.client, seen.client
    if wanted is None or found is None:
        return
    used = None if found.used is None else str(found.used)
    if wanted.used == (used or "none") or (wanted.used == "any" and used is not None):
        return
    goal = {"any": "a host", "none": "no host"}.get(wanted.used, wanted.used)
    tried = [str(endpoint) for endpoint in found.endpoints]
    ends = f"ends at {used}" if used else f"finds none ({'tried ' + ', '.join(tried) if tried else found.outcome})"
    evidence = [response_said(each, seen.viewpoint.label) for each in found.snapshot.srv]
    evidence += [
        attempt_evidence(endpoint, attempt)
        for endpoint in found.endpoints
        if endpoint.probe is not None
        for attempt in endpoint.probe.attempts
    ]
    notes.add(
        "EXP114",
        place,
        f"the client is to end at {goal}, and {ends}",
        notes.checked.expectation.place("client"),
        evidence=evidence,
        fix=Fix(summary="kmsdns diagnose shows the client's way step by step, and what mends it"),
    )
