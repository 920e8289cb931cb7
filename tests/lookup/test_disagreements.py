"""The sentences about servers that were all asked the same."""

from __future__ import annotations

from kmsdns.lookup.disagreements import disagreements
from kmsdns.model.messages import Outcome, Question, Response, Said, Try

QUESTION = Question(name="_VLMCS._tcp.contoso.com.", rdtype="SRV")


def response(*said: Said, contradicted: bool = True, server: str | None = "a:53") -> Response:
    warnings = ("contradiction",) if contradicted else ()
    tried = Try(question=QUESTION, server="a:53", transport="udp", outcome="answer", elapsed=0.1, warnings=warnings)
    return Response(
        question=QUESTION, outcome=Outcome.ANSWER, reason="answer", server=server, tries=(tried,), said=said
    )


ANSWER = Said(server="a:53", outcome="answer", rdatas=("0 0 1 x.",))


def test_two_servers_two_answers() -> None:
    (sentence,) = disagreements([response(ANSWER, Said(server="b:53", outcome="nxdomain"))])
    assert sentence == "the servers disagree on _vlmcs._tcp.contoso.com. SRV: used is what a:53 says"


def test_one_server_two_replies() -> None:
    second = Said(server="a:53", outcome="nxdomain", is_second=True)
    (sentence,) = disagreements([response(ANSWER, second)])
    assert sentence == (
        "a:53 gives two different replies to _vlmcs._tcp.contoso.com. SRV: used is what a:53 says first"
    )
    failed = Said(server="a:53", outcome="servfail")
    assert list(disagreements([response(failed, second, server=None)])) == [
        "a:53 gives two different replies to _vlmcs._tcp.contoso.com. SRV"
    ]


def test_a_server_that_never_answers_is_told_once() -> None:
    silent = Said(server="b:53", outcome="timeout")
    refusing = Said(server="b:53", outcome="refused")
    agreed = [response(ANSWER, each, contradicted=False) for each in (silent, silent, refusing)]
    assert list(disagreements(agreed)) == ["b:53 can't be compared: it answers no question (timeout, refused)"]
    knows = response(ANSWER, ANSWER.replace(server="b:53"), contradicted=False)
    assert list(disagreements([*agreed, knows])) == []


def test_two_transports_of_one_address_and_port_are_two_servers() -> None:
    dot, doq = [Said(server="a:853", transport=each, outcome="answer", rdatas=(each,)) for each in ("dot", "doq")]
    found = response(dot, doq, server="a:853").replace(transport="doq")
    (sentence,) = disagreements([found])
    assert sentence.endswith(": used is what a:853 (doq) says")
    silent = [response(dot, doq.replace(outcome="timeout"), contradicted=False)]
    assert list(disagreements(silent)) == ["a:853 (doq) can't be compared: it answers no question (timeout)"]


def test_nothing_was_compared() -> None:
    assert list(disagreements([response(contradicted=False)])) == []
