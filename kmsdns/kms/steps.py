"""The steps of a client's way, as a report shows them: what was asked, how it ended, how long it took."""

from __future__ import annotations

from kmsdns.kms.config import level_text, manual_endpoint
from kmsdns.lookup.glue import glue
from kmsdns.model.messages import Outcome, told_addresses
from kmsdns.model.names import fold
from kmsdns.model.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kmsdns.kms.config import ClientConfig
    from kmsdns.kms.diagnosis import Observed
    from kmsdns.model.messages import ProbeResult, Response
    from kmsdns.model.report import Discovered, Endpoint


class Step(Value):
    """One step."""

    step: str  # "manual", "cache", "lookup-domain", "suffix", "srv", "address" or "probe"
    asked: str
    outcome: str  # an Outcome, a ProbeOutcome, or a word for what is no question
    detail: str = ""  # what was learnt, for a person
    elapsed: float | None = None  # seconds; None where nothing was asked


def steps(observed: Observed) -> tuple[Step, ...]:
    """The client's own way, in order; what was asked besides, to explain it, is not among them."""
    config, found = observed.config, observed.found
    if not config.asks_for_kms:
        return ()
    if config.manual is not None:
        endpoint = manual_endpoint(config.manual)
        outcome = "malformed" if endpoint.fault else "set"
        asked = f"{endpoint.target}:{endpoint.port}"
        first = Step(step="manual", asked=asked, outcome=outcome, detail=f"set {level_text(config.manual)}")
        rest = list(_reach(found.endpoints[0], found.snapshot.addresses)) if found is not None else []
        return (first, *rest)
    if found is None:
        return tuple(_searched(config, len(config.searched)))
    taken: list[Step] = []
    if found.snapshot.cached is not None:
        taken += _cache(found)
    if found.source == "dns":
        taken += _looked_up(config, found)
    return tuple(taken)


def directory_steps(observed: Observed) -> tuple[Step, ...]:
    """What the DNS says of the domain's controllers: name by name, then each controller's addresses."""
    taken = []
    about: dict[str, list[Response]] = {}
    along: dict[str, dict[str, None]] = {}
    for snapshot in observed.locators:
        for response in snapshot.srv:
            targets = [fold(srv.target) for srv in response.srvs if not srv.is_no_service]
            taken.append(_srv(response, response.outcome))
            came = glue(response)
            for target in targets:
                about[target] = [each for each in snapshot.addresses if fold(each.question.name) == target]
                known = along.setdefault(target, {})
                known.update({address: None for rdtype in ("A", "AAAA") for address in came.get((target, rdtype), ())})
    for target, asked in about.items():
        told = dict.fromkeys([*along[target], *[address for each in asked for address in each.addresses]])
        taken.append(_address(target, asked, tuple(told)))
    return tuple(taken)


def _srv(response: Response, outcome: str) -> Step:
    asked, number = fold(response.question.name), len(response.srvs)
    detail = f"{number} record{'' if number == 1 else 's'}" if number else response.reason
    return Step(step="srv", asked=asked, outcome=outcome, detail=detail, elapsed=_elapsed([response]))


def _cache(found: Discovered) -> Iterator[Step]:
    cached = found.snapshot.cached
    assert cached is not None
    yield Step(step="cache", asked=f"{cached.target}:{cached.port}", outcome="remembered", detail="from the last time")
    asked = [each for each in found.snapshot.addresses if fold(each.question.name) == cached.target]
    if asked:
        yield _address(cached.target, asked)
    if found.snapshot.probes:
        yield _probe(f"{cached.target}:{cached.port}", found.snapshot.probes[0])


def _searched(config: ClientConfig, count: int) -> Iterator[Step]:
    if config.lookup_domain is not None:
        yield Step(step="lookup-domain", asked=config.lookup_domain, outcome="set", detail="instead of the suffixes")
        return
    origins = {suffix.name: str(suffix.origin) for suffix in reversed(config.suffixes or ())}
    for name in config.searched[:count]:
        yield Step(step="suffix", asked=name, outcome="searched", detail=origins[name])


def _looked_up(config: ClientConfig, found: Discovered) -> Iterator[Step]:
    searched = list(_searched(config, len(found.snapshot.srv)))
    for index, response in enumerate(found.snapshot.srv):
        if index < len(searched):
            yield searched[index]
        yield _srv(response, _outcome(response, found) if response.srvs else response.outcome)
    for endpoint in found.endpoints:
        yield from _reach(endpoint, found.snapshot.addresses)


def _outcome(response: Response, found: Discovered) -> str:
    return found.outcome if response is found.snapshot.srv[-1] else response.outcome


def _reach(endpoint: Endpoint, asked: tuple[Response, ...]) -> Iterator[Step]:
    about = [each for each in asked if fold(each.question.name) == endpoint.target]
    yield _address(endpoint.target, about, endpoint.addresses)
    if endpoint.probe is not None and endpoint.addresses:
        yield _probe(str(endpoint), endpoint.probe)


def _address(target: str, asked: list[Response], known: tuple[str, ...] | None = ()) -> Step:
    addresses = known or told_addresses(asked)
    if addresses:
        outcome = str(Outcome.ANSWER)
        detail = ", ".join(addresses)
    else:
        decides = (lambda each: not each.outcome.is_conclusive) if addresses is None else _denies
        worst = max(asked, key=decides, default=None)
        outcome = str(worst.outcome) if worst is not None else str(Outcome.NODATA)
        detail = worst.reason if worst is not None else "no address"
    return Step(step="address", asked=target, outcome=outcome, detail=detail, elapsed=_elapsed(asked))


def _denies(response: Response) -> bool:
    return response.outcome is Outcome.NXDOMAIN


def _elapsed(asked: list[Response]) -> float | None:
    """The longest of questions that were asked at once; None when nobody was."""
    return max((response.elapsed for response in asked if response.tries), default=None)


def _probe(asked: str, result: ProbeResult) -> Step:
    return Step(step="probe", asked=asked, outcome=str(result.outcome), elapsed=result.elapsed)
