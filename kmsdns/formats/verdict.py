"""What a diagnosis comes to, in one sentence, and the words of its steps: shared by text, Markdown and HTML."""

from __future__ import annotations

from kmsdns.formats.glyphs import Sentence
from kmsdns.formats.words import count, duration_minutes, share_text
from kmsdns.kms.diagnosis import would_show
from kmsdns.model.findings import Severity
from kmsdns.model.report import Fate, Status

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from kmsdns.kms.diagnosis import Observed
    from kmsdns.kms.evidence.facts import Licence
    from kmsdns.kms.steps import Step
    from kmsdns.model.report import Discovered, Endpoint, Report

MANY = 3
"""Hosts that a sentence names; of more it says how many they are."""

PROBE_WORDS = {
    "open": "open",
    "closed": "refused",
    "timeout": "no answer",
    "unreachable": "unreachable",
    "no-address": "no address",
    "not-the-service": "not the service",
    "no-rpc": "no RPC",
}


def sentence(report: Report) -> Sentence:
    """A diagnosis in a sentence: what becomes of the client that it is about, and what counts besides."""
    observed = report.clients[0]
    head = _head(report, observed)
    status = report.status
    if status is Status.FAILS and report.fate is not Fate.FAILS:
        found = count(sum(not each.is_open for each in report.counted), "finding")
        if report.fate is Fate.UNKNOWN:
            head = f"{found}; whether a client gets through could not be told: {_open(observed)}."
        else:
            head = f"{head.removesuffix('.')}; but see {found}."
        return _explained(report, Sentence(status=status, head=head))
    if status is Status.UNKNOWN and report.fate is not Fate.UNKNOWN:
        return Sentence(status=status, head=f"{head.removesuffix('.')}; but not all could be asked.")
    said = Sentence(status=status, head=head)
    return said if status is Status.PASSES and report.clients[0].config.asks_for_kms else _explained(report, said)


def _head(report: Report, observed: Observed) -> str:
    """What becomes of the client."""
    who = "This client" if observed.facts else "A client"
    found, code = observed.found, would_show(observed)
    used = None if found is None else found.used
    if not observed.config.asks_for_kms:
        return f"{who} looks for no KMS host."
    if report.fate is Fate.UNKNOWN:
        shown = f" A client that meets the same shows {code}: {code_text(code)}." if code is not None else ""
        return f"Could not tell: {_open(observed)}.{shown}"
    if report.fate is Fate.FAILS:
        if code is not None:
            reached = f" reaches {used}, but" if used is not None else ""
            return f"{who}{reached} would fail with {code}: {code_text(code)}."
        what = "host" if observed.is_kms else f"endpoint of {found.service if found else 'the service'}"
        return f"{who} would {'reach' if found and found.endpoints else 'find'} no {what}."
    if used is None or found is None:
        return f"{who} is activated; what it would do next was not asked."
    if report.status is Status.FAILS:
        return f"{who} would reach {used}."
    return f"{who} would {_deed(observed)} {used}{_beside(found, used)}."


def _open(observed: Observed) -> str:
    """Why nobody can tell what becomes of the client."""
    found = observed.found
    if found is None:
        return _silence(observed)
    unknown = [each.target for each in found.endpoints if each.addresses is None]
    untried = next((each for each in found.endpoints if each.addresses and each.probe is None), None)
    if untried is not None:
        why = f": {found.unprobed}" if found.unprobed else ""
        return f"a client would try {untried} first, and nobody was contacted{why}"
    if unknown:
        return f"the address of {unknown[0]} could not be asked"
    return _silence(observed)


def _explained(report: Report, said: Sentence) -> Sentence:
    """With the first finding that counts, or else of any, and its fix."""
    told = [each for each in report.counted if not each.is_open] or [*report.counted] or [*report.findings]
    if not told:
        return said
    message = told[0].message
    first = message.partition(" ")[0]
    is_name = "." in first or "_" in first or not first.isalpha()
    cause = message if is_name else first.capitalize() + message[len(first) :]
    return said.replace(cause=cause + ".", fix=told[0].fix.summary if told[0].fix else "")


def _deed(observed: Observed) -> str:
    return "activate against" if observed.is_kms else "use"


def _beside(found: Discovered, used: Endpoint) -> str:
    """Of how many first tries it is the host, and who is next."""
    if found.source == "manual":
        return ", the host that is set by hand"
    if found.source == "cache":
        return ", the host that it remembers; no DNS is asked"
    place = found.endpoints.index(used)
    if place:
        return f", after {_listed(found.endpoints[:place])} failed"
    if len(found.endpoints) == 1:
        return ""
    rest = found.endpoints[1:]
    share = share_text(used)
    chance = f"{share} of first tries; " if share else ""
    return f" ({chance}{_listed(rest)} {'is' if len(rest) == 1 else 'are'} next)"


def _listed(endpoints: Sequence[Endpoint]) -> str:
    """kms01, kms02 and kms03; or how many, where there are more."""
    if len(endpoints) > MANY:
        return f"{len(endpoints)} others"
    *before, last = [endpoint.target.split(".")[0] for endpoint in endpoints]
    return f"{', '.join(before)} and {last}" if before else last


def _silence(observed: Observed) -> str:
    if observed.found is None:
        if observed.config.searched:
            return "the evidence does not say what the DNS holds"
        return "nothing is known of where this client looks; name its domain"
    servers = dict.fromkeys(each.server for response in observed.found.snapshot.srv for each in response.tries)
    return f"no usable answer from {', '.join(servers)}" if servers else "no DNS server was asked"


def code_text(code: str) -> str:
    """What an activation error says, in short."""
    from kmsdns.kms.codes import find_error

    known = find_error(int(code, 16))
    return known.text if known is not None else "an error that is not in the catalogue"


def step_words(step: Step) -> str:
    """How a step ended, for a person."""
    if step.step == "probe":
        return PROBE_WORDS.get(step.outcome, step.outcome)
    return step.detail or step.outcome


def licence_words(licence: Licence) -> str:
    """The state of a licence in a few words."""
    state = str(licence.state).replace("_", " ") if licence.state else "state unknown"
    left = f", {duration_minutes(licence.minutes_left)} left" if licence.minutes_left else ""
    error = f", {licence.error}" if licence.error and not licence.is_activated else ""
    return state + left + error


def counts(report: Report) -> str:
    """1 error, 0 warnings, 1 note."""
    words = [count(report.count(severity), severity.value) for severity in Severity]
    return ", ".join(words)
