"""EvidenceSource: what a client's own tools were told, as a source of replies, for the client's way offline."""

from __future__ import annotations

from kmsdns.model.messages import Outcome, Probe, ProbeAttempt, ProbeOutcome, ProbeResult, Question, Response
from kmsdns.model.names import fold
from kmsdns.model.records import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from kmsdns.kms.evidence.facts import Facts, SeenAnswer
    from kmsdns.model.messages import Ask, Reply
    from kmsdns.model.report import Endpoint

TTL = 0
"""Seconds: the tools don't print it, and nothing here depends on it."""


UNKNOWN = "not known"
"""The reason of a question that the facts don't answer."""


class EvidenceSource:
    """Answers questions from facts. What they don't tell ends as a timeout without a try: it is not known."""

    def __init__(self, facts: Facts) -> None:
        self._answers = {answer.owner: answer for answer in reversed(facts.answers)}
        self._addresses = {
            fold(target): [address for name, address in answer.addresses if fold(name) == fold(target)]
            for answer in facts.answers
            for target, _ in answer.addresses
        }

    def answer(self, batch: Sequence[Ask]) -> list[Reply]:
        """One reply for each question, in order."""
        return [self._reply(ask) for ask in batch]

    async def aanswer(self, batch: Sequence[Ask]) -> list[Reply]:
        """As answer, for an event loop."""
        return self.answer(batch)

    def close(self) -> None:
        """There is nothing to close."""

    def _reply(self, ask: Ask) -> Reply:
        if not isinstance(ask, Question):
            raise TypeError("an EvidenceSource answers questions; what it knows of a connection is told by probe_told")
        if ask.rdtype == "SRV" and (told := self._answers.get(ask.name)) is not None:
            return _srv(ask, told)
        family = ":" if ask.rdtype == "AAAA" else "."
        addresses = [each for each in self._addresses.get(fold(ask.name), ()) if family in each]
        if not addresses:
            return Response(question=ask, outcome=Outcome.TIMEOUT, reason=UNKNOWN)
        records = tuple([Record(owner=ask.name, ttl=TTL, rdtype=ask.rdtype, rdata=each) for each in addresses])
        return Response(question=ask, outcome=Outcome.ANSWER, reason=Outcome.ANSWER, answer=records)


def _srv(question: Question, told: SeenAnswer) -> Response:
    once = {fold(str(srv)): srv for srv in told.srvs}.values()  # a record that was printed twice is one (RFC 2181 5)
    records = tuple([Record(owner=question.name, ttl=TTL, rdtype="SRV", rdata=srv) for srv in once])
    outcome = Outcome.ANSWER if records else Outcome(told.outcome)
    server = told.server or f"{told.tool} on the client"
    return Response(question=question, outcome=outcome, reason=outcome, answer=records, server=server)


def probe_told(facts: Facts, endpoint: Endpoint) -> ProbeResult | None:
    """What the client's own tools found at an endpoint; None when they didn't try."""
    known = endpoint.addresses or ()
    for seen in facts.connects:
        host = fold(seen.target).removesuffix(".")
        if seen.port != endpoint.port or (host != endpoint.target.removesuffix(".") and seen.address not in known):
            continue
        address = seen.address or next(iter(known), host)
        outcome = ProbeOutcome.OPEN if seen.succeeded else ProbeOutcome.TIMEOUT
        probe = Probe(kind="tcp", target=endpoint.target, port=endpoint.port, addresses=known)
        return ProbeResult(
            probe=probe,
            outcome=outcome,
            address=address if seen.succeeded else None,
            elapsed=None,
            attempts=(ProbeAttempt(address=address, outcome=outcome, elapsed=None),),
        )
    return None
