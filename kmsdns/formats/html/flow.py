"""What the figure of a service shows, wherever it is drawn: who asks, which names, which targets, which addresses."""

from __future__ import annotations

from kmsdns.formats.verdict import PROBE_WORDS
from kmsdns.formats.words import count, duration, elapsed, first_share, probe_text
from kmsdns.model.messages import Outcome, ProbeOutcome
from kmsdns.model.names import fold, parent, split
from kmsdns.model.safe import safe
from kmsdns.model.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kmsdns.model.messages import ProbeAttempt, Response
    from kmsdns.model.report import Discovered, Endpoint

OK, BAD, PART, UNKNOWN, IDLE = "ok", "bad", "part", "unknown", "idle"
MARKS = {OK: "✓", BAD: "✗", PART: "!", UNKNOWN: "?", IDLE: "○"}
"""A state is told by its mark too, never by its colour alone."""

STATE_WORDS = {
    OK: "answers",
    BAD: "fails",
    PART: "some of its addresses fail",
    UNKNOWN: "not known",
    IDLE: "not contacted",
}
OUTCOME_WORDS = {
    "nodata": "no such record",
    "nxdomain": "no such name",
    "servfail": "server failure",
    "refused": "refused by the server",
    "timeout": "no answer",
    "unreachable": "server not reachable",
    "malformed": "no usable answer",
    "unavailable": "not offered here",
}
MAX_BRANCHES = 8
"""Targets in a figure; the table has all."""

MAX_NAMES = 4
MAX_ADDRESSES = 3
_SILENT = (Outcome.TIMEOUT, Outcome.UNREACHABLE, Outcome.MALFORMED)


class Card(Value):
    """One thing of the figure."""

    name: str
    state: str  # empty for what has none
    about: tuple[str, ...] = ()  # lines below the name
    title: str = ""  # everything about it, nothing cut off


class Branch(Value):
    """A target, with what it is reached by and what it leads to."""

    card: Card
    share: float | None  # 0 to 1: the exact chance of being tried first; None when no SRV record says
    label: str  # the share in words
    is_backup: bool
    is_used: bool
    addresses: tuple[Card, ...]


class Flow(Value):
    """A client's way to a service."""

    client: Card
    names: tuple[Card, ...]  # asked in this order; the branches start from the last one
    branches: tuple[Branch, ...]
    more: str  # how many targets there are besides; empty when none
    more_share: float  # of all of them together
    label: str  # the figure in one sentence

    @property
    def is_rated(self) -> bool:
        """Whether SRV records say how clients share the targets."""
        return any(branch.share is not None for branch in self.branches)


def flow(found: Discovered, client: str, way: str = "") -> Flow:
    """The figure of a service. client: what the one who asks is called; way: a line below."""
    shown = list(found.endpoints[:MAX_BRANCHES])
    used = found.used
    if used is not None and used not in shown:
        shown[-1] = used
    left = [each for each in found.endpoints if each not in shown]
    more_share = sum(each.share_terms[0] / each.share_terms[1] for each in left if each.share_terms)
    more = count(len(left), "more target") if left else ""
    lowest = min((each.priority for each in found.endpoints if each.priority is not None), default=None)
    return Flow(
        client=Card(name=client, state="", about=(way,) if way else (), title=f"{client} {way}".strip()),
        names=_names(found),
        branches=tuple([_branch(found, each, lowest) for each in shown]),
        more=more,
        more_share=more_share,
        label=_label(found, client),
    )


def response_state(response: Response) -> str:
    """Of a question: there are answers; there are none; nobody knows. For an address, none of a family is no fault."""
    if response.outcome is Outcome.ANSWER:
        return OK
    if response.outcome is Outcome.NODATA and response.question.rdtype != "SRV":
        return IDLE
    return UNKNOWN if response.outcome in _SILENT else BAD


def attempt_state(attempt: ProbeAttempt) -> str:
    """Of the contact with one address."""
    return OK if attempt.outcome is ProbeOutcome.OPEN else BAD


def attempt_words(attempt: ProbeAttempt) -> str:
    """How it ended: open 0.4 ms, refused, no answer in 2.0 s."""
    if attempt.elapsed is None and attempt.outcome is ProbeOutcome.TIMEOUT:
        return "no connection"
    if attempt.outcome is ProbeOutcome.OPEN:
        return f"open {elapsed(attempt.elapsed)}" if attempt.elapsed else "open"
    if attempt.outcome is ProbeOutcome.TIMEOUT and attempt.elapsed:
        return f"{'silent for' if attempt.connected else 'no answer in'} {elapsed(attempt.elapsed)}"
    return PROBE_WORDS.get(attempt.outcome, str(attempt.outcome))


def endpoint_state(endpoint: Endpoint) -> str:
    """Of a target: what all its addresses come to."""
    if endpoint.probe is None and endpoint.addresses is None:
        return UNKNOWN
    if not endpoint.addresses and endpoint.probe is None:
        return BAD
    if endpoint.probe is None:
        return IDLE
    if not endpoint.probe.is_open:
        return BAD
    return OK if all(each.outcome is ProbeOutcome.OPEN for each in endpoint.probe.attempts) else PART


def _names(found: Discovered) -> tuple[Card, ...]:
    if found.source == "manual":
        return (Card(name="set by hand", state="", about=("no DNS name is asked",), title="the host is set by hand"),)
    if found.source == "cache":
        when = found.cached.when.partition("T")[0] if found.cached else ""
        about = (f"since {when}",) if when else ()
        title = f"{found.service}: the client remembers the host {' '.join(about)}".strip()
        return (Card(name="remembered", state="", about=("no DNS name is asked", *about), title=title),)
    cards = [*_forgotten(found), *[_name(found, response) for response in found.snapshot.srv]]
    left = cards[MAX_NAMES - 2 : -1]
    if len(left) > 1:
        title = "; ".join(card.title for card in left)
        cards = [*cards[: MAX_NAMES - 2], Card(name=count(len(left), "more name"), state="", title=title), cards[-1]]
    return tuple(cards)


def _forgotten(found: Discovered) -> list[Card]:
    """The host that the client remembered, and that did not answer."""
    cached, probes = found.snapshot.cached, found.snapshot.probes
    if cached is None or not probes:
        return []
    where = safe(f"{cached.target}:{cached.port}")
    said = PROBE_WORDS.get(probes[0].outcome, str(probes[0].outcome))
    return [Card(name="remembered", state=BAD, about=(where, said), title=f"the remembered host {where}: {said}")]


def _name(found: Discovered, response: Response) -> Card:
    owner = safe(fold(response.question.name))
    service, domain = ".".join(split(owner)[:2]), parent(parent(owner))
    if response.outcome is Outcome.ANSWER:
        offered = found.outcome != "unavailable"
        state = OK if offered else BAD
        number = count(len(response.answer), "record")
        about = [number if offered else OUTCOME_WORDS["unavailable"]]
        about += [f"TTL {duration(response.ttl)}"] if response.ttl is not None else []
    else:
        state = response_state(response)
        about = [OUTCOME_WORDS.get(response.outcome, str(response.outcome))]
    said = [f"{response.reason} from {response.server}" if response.server else response.reason, *about]
    said += [f"an alias of {fold(response.canonical)}"] if response.aliases else []
    title = safe(f"{owner} SRV: {', '.join(said)}")
    return Card(name=service, state=state, about=(domain, " · ".join(about)), title=title)


def _branch(found: Discovered, endpoint: Endpoint, lowest: int | None) -> Branch:
    label = first_share(endpoint, lowest)
    is_backup = endpoint.share_terms is not None and endpoint.priority != lowest
    is_used = endpoint is found.used
    state = endpoint_state(endpoint)
    record = [] if endpoint.priority is None else [f"priority {endpoint.priority}", f"weight {endpoint.weight}"]
    record.append(f"port {endpoint.port}")
    told = [
        " · ".join(record),
        "asked when the others fail" if is_backup else f"tried first with a chance of {label}" if label else "",
        probe_text(endpoint) or _uncontacted(endpoint),
        "the one that would be used" if is_used else "",
    ]
    title = safe(f"{endpoint.target}: {', '.join([each for each in told if each])}")
    card = Card(name=safe(endpoint.target), state=state, about=(" · ".join(record),), title=title)
    return Branch(
        card=card,
        share=None if endpoint.share_terms is None else endpoint.share_terms[0] / endpoint.share_terms[1],
        label=label,
        is_backup=is_backup,
        is_used=is_used,
        addresses=_addresses(found, endpoint, state),
    )


def _uncontacted(endpoint: Endpoint) -> str:
    if endpoint.addresses is None:
        return "address unknown"
    return "not contacted" if endpoint.addresses else "no address"


def _addresses(found: Discovered, endpoint: Endpoint, state: str) -> tuple[Card, ...]:
    if not endpoint.addresses:
        asked = [each for each in found.snapshot.addresses if fold(each.question.name) == endpoint.target]
        why = ", ".join(dict.fromkeys(f"{each.question.rdtype} {each.reason}" for each in asked))
        what = _uncontacted(endpoint) if endpoint.addresses is None else "no address"
        title = safe(f"{endpoint.target}: {what}: {why or 'none was found'}")
        return (Card(name=what, state=state, about=(safe(why),) if why else (), title=title),)
    attempts = {each.address: each for each in endpoint.probe.attempts} if endpoint.probe else {}
    cards = []
    for address in endpoint.addresses:
        attempt = attempts.get(address)
        said = attempt_words(attempt) if attempt else "not contacted"
        title = f"{address}, port {endpoint.port}: {said}"
        cards.append(
            Card(name=address, state=attempt_state(attempt) if attempt else IDLE, about=(said,), title=safe(title))
        )
    if len(cards) > MAX_ADDRESSES:
        rest = cards[MAX_ADDRESSES - 1 :]
        title = "; ".join(card.title for card in rest)
        worst = next((state for state in (BAD, IDLE, OK) if any(card.state == state for card in rest)), IDLE)
        cards = [*cards[: MAX_ADDRESSES - 1], Card(name=f"{len(rest)} more", state=worst, title=title)]
    return tuple(cards)


def _label(found: Discovered, client: str) -> str:
    asked = f"{client} looks for {found.service}"
    if not found.endpoints:
        return safe(f"{asked}: {OUTCOME_WORDS.get(found.outcome, found.outcome)}.")
    open_ones = sum(1 for each in found.endpoints if each.probe is not None and each.probe.is_open)
    probed = any(each.probe for each in found.endpoints)
    contact = f", of which {open_ones} can be used" if probed else ", none of which was contacted"
    return safe(f"{asked}: {count(len(found.endpoints), 'target')}{contact}. The table below has the same facts.")
