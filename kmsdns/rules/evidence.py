"""What rules show as evidence: responses, probes, and lines of a client's own tools."""

from __future__ import annotations

from kmsdns.model.findings import Evidence, EvidenceKind
from kmsdns.model.messages import ProbeOutcome

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from kmsdns.kms.evidence.facts import Source
    from kmsdns.model.messages import ProbeAttempt, ProbeResult, Response
    from kmsdns.model.records import Record
    from kmsdns.model.report import Endpoint

_WORDS = {
    ProbeOutcome.OPEN: "answers",
    ProbeOutcome.CLOSED: "connection refused",
    ProbeOutcome.TIMEOUT: "no answer within the time limit",
    ProbeOutcome.UNREACHABLE: "unreachable",
    ProbeOutcome.NO_ADDRESS: "no address",
    ProbeOutcome.NOT_THE_SERVICE: "an RPC server that is no KMS host",
    ProbeOutcome.NO_RPC: "something that speaks no RPC",
}


def found_words(result: ProbeResult | ProbeAttempt) -> str:
    """What a probe found, in words; of one that the client's own tools made no more than these tell."""
    if result.elapsed is None and result.outcome is ProbeOutcome.TIMEOUT:
        return "no connection came about"
    return _WORDS[result.outcome]


def probe_evidence(endpoint: Endpoint) -> tuple[Evidence, ...]:
    """What each address of an endpoint did."""
    assert endpoint.probe is not None
    told = endpoint.probe.attempts
    if not told:
        where = found_words(endpoint.probe)
        return (Evidence(kind=EvidenceKind.PROBE, text=f"{endpoint}: {where}", source="probe"),)
    return tuple([attempt_evidence(endpoint, attempt) for attempt in told])


def attempt_evidence(endpoint: Endpoint | str, attempt: ProbeAttempt) -> Evidence:
    """What one address of an endpoint did."""
    text = f"{endpoint} at {attempt.address}: {found_words(attempt)}"
    source = "probe" if attempt.elapsed is not None else "the client's own tools"
    return Evidence(kind=EvidenceKind.PROBE, text=text, source=source)


def response_evidence(responses: Iterable[Response]) -> tuple[Evidence, ...]:
    """What the DNS said to each question, and which server."""
    return tuple(
        [
            Evidence(kind=EvidenceKind.RESPONSE, text=f"{each.question}: {reason(each)}", source=servers(each))
            for each in responses
        ]
    )


def reason(response: Response) -> str:
    """Why a question failed, with what is known besides: http-status (404). What the answer was, when there is one."""
    details = [each.detail for each in response.tries if each.outcome == response.reason and each.detail]
    return f"{response.reason} ({details[0]})" if details else response.reason


def servers(response: Response) -> str:
    """The server that answered; without an answer those that were asked, each once."""
    return response.server or ", ".join(dict.fromkeys(each.server for each in response.tries)) or "any server"


def record_evidence(response: Response) -> tuple[Evidence, ...]:
    """The records of an answer."""
    return tuple(
        [
            Evidence(kind=EvidenceKind.RECORD, text=_record(record, response), source=servers(response))
            for record in response.answer
        ]
    )


def _record(record: Record, response: Response) -> str:
    """A record as it came. The tools of a client print no TTL, and then nothing is said of it."""
    if response.ttl is None:
        return f"{record.owner} {record.rdclass} {record.rdtype} {record.rdata}"
    return str(record)


def client_evidence(source: Source | None, text: str = "") -> tuple[Evidence, ...]:
    """The line that a fact was read from; or, of what was given by hand, the fact itself."""
    if source is None:
        return (Evidence(kind=EvidenceKind.CLIENT, text=text, source="as given"),) if text else ()
    shown = source.text or text
    return (Evidence(kind=EvidenceKind.CLIENT, text=shown, source=str(source)),) if shown else ()
