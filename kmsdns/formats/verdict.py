"""What a diagnosis comes to, in one sentence, and the words of its steps: shared by text, Markdown and HTML."""

from __future__ import annotations

from kmsdns.core.findings import Severity
from kmsdns.core.report import NO_ANSWER, Verdict
from kmsdns.core.value import Value
from kmsdns.formats.words import count, duration_minutes, share_text
from kmsdns.kms.diagnosis import would_show

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from kmsdns.core.report import Discovered, Endpoint, Report
    from kmsdns.kms.diagnosis import Observed
    from kmsdns.kms.evidence.facts import Licence
    from kmsdns.kms.steps import Step

GOOD, BAD, UNKNOWN, NEITHER = "good", "bad", "unknown", "neither"
GLYPHS = {GOOD: "✓", BAD: "✗", UNKNOWN: "?", NEITHER: "-"}
PLAIN_GLYPHS = {GOOD: "ok:", BAD: "fails:", UNKNOWN: "unknown:", NEITHER: "-"}
"""For a terminal that can't show the others."""

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


class Sentence(Value):
    """The verdict on one client."""

    kind: str  # GOOD, BAD, UNKNOWN or NEITHER
    head: str
    cause: str = ""  # the finding that explains it, empty where the head says all
    fix: str = ""  # what mends that


def sentence(report: Report) -> Sentence:
    """The verdict on the client that the diagnosis is about."""
    observed = report.clients[0]
    who = "This client" if observed.facts else "A client"
    code = would_show(observed)
    used = observed.found.used if observed.found is not None else None
    if not observed.config.asks_for_kms:
        return _explained(report, Sentence(kind=NEITHER, head=f"{who} looks for no KMS host."), Severity.NOTE)
    if code is not None:
        reached = f" reaches {used}, but" if used else ""
        return _explained(report, Sentence(kind=BAD, head=f"{who}{reached} would fail with {code}: {code_text(code)}."))
    if used is not None and observed.found is not None:
        return Sentence(kind=GOOD, head=f"{who} would {_deed(report)} {used}{_beside(observed.found, used)}.")
    if report.verdict is Verdict.INCONCLUSIVE or any(each.code == NO_ANSWER for each in report.findings):
        return _explained(report, Sentence(kind=UNKNOWN, head=f"Could not tell: {_silence(observed)}."))
    if any(finding.severity is Severity.ERROR for finding in report.findings):
        return _explained(report, Sentence(kind=BAD, head=f"{who} would find no host."))
    if observed.found is not None and observed.found.endpoints:
        first = observed.found.endpoints[0]
        return Sentence(kind=GOOD, head=f"{who} would try {first} first; nobody was contacted.")
    if observed.facts.licences and all(each.is_activated for each in observed.facts.licences if each.has_key):
        return Sentence(kind=NEITHER, head=f"{who} is activated; what it would do next was not asked.")
    return Sentence(kind=UNKNOWN, head="Could not tell: the evidence does not say what the DNS holds.")


def _explained(report: Report, said: Sentence, severity: Severity = Severity.ERROR) -> Sentence:
    """With the first finding of that severity, or else of any, and its fix."""
    found = [finding for finding in report.findings if finding.severity is severity] or list(report.findings)
    if not found:
        return said
    first = found[0].message.partition(" ")[0]
    is_name = "." in first or "_" in first or not first.isalpha()
    cause = found[0].message if is_name else first.capitalize() + found[0].message[len(first) :]
    return said.replace(cause=cause + ".", fix=found[0].fix.summary if found[0].fix else "")


def _deed(report: Report) -> str:
    kms = report.services and report.services[0].service.startswith("_vlmcs.")
    return "activate against" if kms else "use"


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
