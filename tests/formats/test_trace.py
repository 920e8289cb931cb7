"""The look-up as a person reads it: nothing wider than 80 columns unless a name is, many rejections in one line."""

from __future__ import annotations

from kmsdns.formats import Style, render
from kmsdns.formats.terminal.reasons import MEANINGS
from kmsdns.formats.terminal.trace import contradictions, trace
from kmsdns.model.messages import REASONS, Outcome, Question, Rejected, Response, Said, Try
from kmsdns.model.names import service_name
from kmsdns.model.report import Discovered, Report
from kmsdns.model.snapshot import Snapshot

QUESTION = Question(name="_vlmcs._tcp.contoso.com.", rdtype="SRV")
HERE, THERE = "127.0.0.1:53", "127.0.0.9:5353"


def one_try(server: str = HERE, outcome: str = "answer", **fields: object) -> Try:
    values = {"question": QUESTION, "transport": "udp", "elapsed": 0.0004, **fields}
    return Try(server=server, outcome=outcome, **values)


def asked(*tries: Try, **fields: object) -> Response:
    values = {"question": QUESTION, "outcome": Outcome.ANSWER, "reason": "answer", "server": HERE, **fields}
    return Response(tries=tries, **values)


def report(*responses: Response) -> Report:
    found = Discovered(
        service=QUESTION.name,
        outcome="answer",
        source="dns",
        queried=(QUESTION.name,),
        ttl=60,
        endpoints=(),
        notices=(),
        snapshot=Snapshot(service=service_name("contoso.com", "_vlmcs", "_tcp"), srv=responses),
    )
    return Report(job="discover", services=(found,))


def rows(*tries: Try) -> list[str]:
    """The table below its heads and the question."""
    return trace(report(asked(*tries)), quiet=True)[4:]


def test_a_try_is_a_line_below_its_question() -> None:
    first = asked(one_try(flags=("aa", "rd", "ra")))
    address = Question(name="kms01.contoso.com.", rdtype="A")
    other = asked(one_try(question=address, transport="tcp", outcome="nodata", elapsed=1.5), question=address)
    assert trace(report(first, other)) == [
        "What was asked, and what came back:",
        "",
        "  server        over  outcome    time  remarks",
        "_vlmcs._tcp.contoso.com. SRV",
        "  127.0.0.1:53  udp   answer   0.4 ms  authoritative",
        "kms01.contoso.com. A",
        "  127.0.0.1:53  tcp   nodata    1.5 s",
    ]


def test_rejections_are_counted() -> None:
    spoofed = [Rejected(reason="id-mismatch", source=HERE, size=61)] * 12
    elsewhere = Rejected(reason="source-mismatch", source=THERE, size=61)
    line, *below = rows(one_try(outcome="id-mismatch", rejected=(*spoofed, elsewhere), more_rejected=7))
    assert line.split() == [HERE, "udp", "id-mismatch", "0.4", "ms"]
    assert below == [
        "      12 x id-mismatch from 127.0.0.1:53, source-mismatch from 127.0.0.9:5353, 7",
        "      more rejected",
    ]
    (line,) = rows(one_try(outcome="answer", rejected=tuple(spoofed)))
    assert line.endswith("  12 x id-mismatch from 127.0.0.1:53")


def test_what_a_rejected_packet_holds_is_told_once() -> None:
    first, other = (
        Rejected(reason="id-mismatch", source=HERE, size=61, detail=f"ID {number} instead of 3") for number in (1, 2)
    )
    for packets, said in (
        ((first,), "id-mismatch from 127.0.0.1:53 (ID 1 instead of 3)"),
        ((first, first), "2 x id-mismatch from 127.0.0.1:53 (ID 1 instead of 3)"),
        ((other, first), "2 x id-mismatch from 127.0.0.1:53 (the first: ID 2 instead of 3)"),
    ):
        told = " ".join(" ".join(rows(one_try(rejected=packets))).split())
        assert told == f"{HERE} udp answer 0.4 ms {said}"
    assert rows(one_try(outcome="id-mismatch", rejected=(first,)))[0].endswith(" ms  ID 1 instead of 3")
    same = Rejected(reason="http-status", source=HERE, size=0, detail="404")
    (line,) = rows(one_try(outcome="http-status", detail="404", rejected=(same,)))
    assert line.count("404") == 1


def test_a_connection_that_stalled_is_not_called_silent() -> None:
    part = Rejected(reason="tcp-short", source=HERE, size=4, detail="2 of 84 octets came")
    lines = rows(one_try(outcome="tcp-timeout", transport="tcp", rejected=(part,)))
    assert lines[0].split()[2] == "incomplete"
    assert "2 of 84 octets came" in lines[-1]


def test_what_the_outcome_says_already_is_not_said_twice() -> None:
    (line,) = rows(one_try(outcome="short", rejected=(Rejected(reason="short", source=HERE, size=5),)))
    assert line.endswith("0.4 ms")


def test_more_about_the_outcome_comes_first() -> None:
    refused = Rejected(reason="http-status", source=HERE, size=0)
    (line,) = rows(
        one_try(outcome="http-status", transport="doh", detail="404", rejected=(refused,), warnings=("slow",))
    )
    assert line.split()[-2:] == ["404,", "slow"]
    for word in ("tls-untrusted", "http-status", "http-content-type"):
        assert any(line.startswith(f"{word}: ") for line in trace(report(asked(one_try(outcome=word, detail="x")))))


def test_outcomes_that_a_person_would_misread() -> None:
    found = rows(
        one_try(outcome="answer", flags=("tc", "aa")),
        one_try(outcome="timeout"),
        one_try(outcome="tcp-timeout", transport="tcp"),
        one_try(outcome="rcode-23", rcode="BADCOOKIE"),
    )
    assert [" ".join(line.split()[2:]) for line in found] == [
        "truncated 0.4 ms authoritative",
        "no reply 0.4 ms",
        "no reply 0.4 ms",
        "rcode-23 0.4 ms BADCOOKIE",
    ]


def test_long_names_and_long_remarks_stay_apart() -> None:
    name = ".".join(["a" * 60] * 3) + "."
    server = "[2001:db8:1234:5678:9abc:def0:1234:5678]:5353"
    ede = "6 (DNSSEC Bogus): signature expired before the validator's clock, see the operator's page"
    question = Question(name=name, rdtype="SRV")
    lines = trace(report(asked(one_try(server, "servfail", question=question, ede=ede, warnings=("slow",)))))
    assert f"{name} SRV" in lines
    assert max(len(line) for line in lines if name not in line) <= 80
    assert ede in " ".join(" ".join(lines).split())


def test_the_words_that_occur_are_explained() -> None:
    spoofed = Rejected(reason="id-mismatch", source=HERE, size=61)
    lines = trace(report(asked(one_try(outcome="answer", rejected=(spoofed,), warnings=("slow",)), one_try())))
    at = lines.index("")
    assert lines[lines.index("", at + 1) + 1 :] == [
        "id-mismatch: it is not marked as the reply to this question: a forgery, or a",
        "  reply to another one",
        "slow: it took half a second or longer",
    ]
    assert set(MEANINGS) == REASONS


def test_no_question_no_table() -> None:
    assert trace(report()) == ["No question was asked of the DNS."]


def test_what_each_server_says() -> None:
    many = tuple(f"0 0 1688 kms{n}.contoso.com." for n in range(10))
    said = (
        Said(server=HERE, outcome="answer", rdatas=many),
        Said(server=HERE, outcome="nxdomain", is_second=True),
        Said(server=THERE, outcome="nodata"),
        Said(server="127.0.0.3:53", outcome="timeout"),
        Said(server="127.0.0.4:53", outcome="servfail"),
    )
    disputed = asked(one_try(warnings=("contradiction",)), said=said)
    assert contradictions([disputed, asked(one_try())]) == [
        "What each server says where they disagree:",
        "",
        "_vlmcs._tcp.contoso.com. SRV",
        "  127.0.0.1:53    0 0 1688 kms0.contoso.com.",
        *[f"                  0 0 1688 kms{n}.contoso.com." for n in range(1, 8)],
        "                  and 2 more",
        "                  right behind it: nxdomain",
        "  127.0.0.9:5353  nodata",
        "  127.0.0.3:53    no reply",
        "  127.0.0.4:53    no answer (servfail)",
    ]
    assert contradictions([asked(one_try())]) == []
    text = render("text", report(disputed), Style())
    assert "1 of 4 servers says so" in text
    assert "right behind it: nxdomain" in text


def test_servers_that_agree_are_counted() -> None:
    said = tuple(Said(server=server, outcome="answer", rdatas=("0 0 1 a.",)) for server in (HERE, THERE))
    assert "2 of 2 servers say so" in " ".join(render("text", report(asked(one_try(), said=said)), Style()).split())
    assert "say so" not in render("text", report(asked(one_try(), said=said[:1])), Style())
