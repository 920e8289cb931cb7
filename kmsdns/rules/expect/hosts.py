"""The hosts that a check's records name: their addresses, whether they can be reached, and where a client ends."""

from __future__ import annotations

from ipaddress import ip_address, ip_network

from kmsdns.model.findings import Fix
from kmsdns.model.messages import Outcome
from kmsdns.rules.evidence import attempt_evidence, found_words, reason
from kmsdns.rules.expect.failures import response_said
from kmsdns.rules.live.vantage_targets import target_alias_live, target_no_address_live

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from kmsdns.expectations.values import Seen
    from kmsdns.model.messages import Response
    from kmsdns.rules.expect.failures import FailureNotes


def targets(notes: FailureNotes, place: int, seen: Seen) -> None:
    """Each has an address, none is an alias, all are within the networks."""
    wanted = notes.checked.expectation.targets
    where = notes.checked.expectation.place("targets")
    networks = [ip_network(network) for network in wanted.within]
    for target, replies in seen.addresses:
        evidence = [response_said(each, seen.viewpoint.label) for each in replies]
        addresses = [address for each in replies for address in each.addresses]
        is_alias = any(each.aliases for each in replies)
        denied = all(each.outcome in (Outcome.NODATA, Outcome.NXDOMAIN) for each in replies)
        if not addresses and wanted.resolve and denied and not (wanted.no_alias and is_alias):
            notes.add(target_no_address_live.code, place, f"the target {target} has no address", where, subject=target,
                      evidence=evidence, fix=Fix(summary=f"publish an A or AAAA record at {target}"))  # fmt: skip
        if wanted.no_alias and is_alias:
            alias = next(each.aliases[0] for each in replies if each.aliases)
            what, advice = f"the target {target} is an alias of {alias.rdata}", f"let the record name {alias.rdata}"
            notes.add(
                target_alias_live.code, place, what, where, subject=target, evidence=evidence, fix=Fix(summary=advice)
            )
        odd = [each for each in addresses if networks and not any(ip_address(each) in net for net in networks)]
        if odd:
            what = f"the target {target} has {', '.join(odd)}, outside of {', '.join(wanted.within)}"
            notes.add("EXP113", place, what, where, subject=target, evidence=evidence,
                      fix=Fix(summary=f"correct the addresses of {target}, or the networks"))  # fmt: skip


def reachable(notes: FailureNotes, place: int, seen: Seen) -> None:
    """Each endpoint answers; of one without an address only that is told, if anything."""
    resolves = notes.checked.expectation.targets.resolve
    for result in seen.probes:
        probe = result.probe
        if result.is_open or (not probe.addresses and (resolves or probe.target in _unsaid(seen))):
            continue  # that it has no address, or that nobody says which, is told
        endpoint = f"{probe.target}:{probe.port}"
        where = f" at {result.address}" if result.address else ""
        notes.add(
            "EXP110",
            place,
            f"{endpoint} can't be reached: {found_words(result)}{where}",
            notes.checked.expectation.place("reachable"),
            subject=endpoint,
            evidence=[attempt_evidence(endpoint, attempt) for attempt in result.attempts],
            fix=Fix(summary="check that the service runs there and that a firewall lets its port through"),
        )


def _unsaid(seen: Seen) -> dict[str, Response]:
    """Targets of whose addresses the server says nothing, since they are not its own, or it failed; and how."""
    return {
        target: replies[0]
        for target, replies in seen.addresses
        if replies and not any(each.outcome.is_conclusive for each in replies)
    }


def unsaid(notes: FailureNotes, answered: Sequence[int]) -> None:
    """A target that no viewpoint says anything of could not be asked; one that some other does is judged there."""
    told = {place: _unsaid(notes.checked.seen[place]) for place in answered}
    for place in answered:
        seen = notes.checked.seen[place]
        for target, response in told[place].items():
            if all(target in told[other] for other in answered):
                what = f"no address is to be had of the target {target}: {reason(response)}"
                evidence = [response_said(response, seen.viewpoint.label)]
                notes.add("EXP107", place, what, notes.checked.expectation.location, subject=target, evidence=evidence)


def client(notes: FailureNotes, place: int, seen: Seen) -> None:
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
