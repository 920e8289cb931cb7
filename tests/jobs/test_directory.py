"""The records of a domain's controllers, by hand: what is asked, what is said of it, and that KMS is judged as ever."""

from __future__ import annotations

import json
import random

import pytest

from kmsdns.formats import FORMATS, Style, render
from kmsdns.jobs.diagnose import diagnose
from kmsdns.kms.config import ClientConfig
from kmsdns.kms.diagnosis import Observed, would_show
from kmsdns.kms.evidence.facts import Facts, Suffix
from kmsdns.kms.steps import directory_steps, steps
from kmsdns.model.messages import Outcome, Question, Response
from kmsdns.model.report import Report, Verdict
from kmsdns.rules.catalogue import RULES
from kmsdns.rules.choice import select
from kmsdns.services.client_lookup import LookupOptions
from kmsdns.services.table import service_from_text
from tests.jobs.test_discover import World

KMS = {"_vlmcs._tcp.contoso.com. SRV": ["0 0 1688 kms1.contoso.com."], "kms1.contoso.com. A": ["127.0.10.1"]}
NAMES = {
    "_ldap._tcp": 389,
    "_kerberos._tcp": 88,
    "_kpasswd._tcp": 464,
    "_ldap._tcp.dc._msdcs": 389,
    "_kerberos._tcp.dc._msdcs": 88,
    "_ldap._tcp.pdc._msdcs": 389,
    "_gc._tcp": 3268,
    "_ldap._tcp.gc._msdcs": 3268,
}
DC = "dc1.contoso.com."


def domain(*without: str, name: str = "contoso.com.", hosts: tuple[str, ...] = (DC,)) -> dict[str, list[str]]:
    """The records of a domain, but for some names."""
    records = {
        f"{front}.{name} SRV": [f"0 100 {port} {host}" for host in hosts]
        for front, port in NAMES.items()
        if front not in without
    }
    return {**records, **{f"{host} A": ["127.0.10.40"] for host in hosts}}


def drive(world: World, *, directory: str | None = "contoso.com.", **fields: object) -> Report:
    config = ClientConfig(**{"suffixes": (Suffix(name="contoso.com."),), **fields})
    wishes = LookupOptions(randbelow=random.Random(1).randrange, probe="tcp", thorough=True)
    client = Observed(config=config, facts=Facts(), named="contoso.com.")
    plan = diagnose([client], service_from_text("kms"), wishes, select(RULES), directory=directory)
    try:
        batch = next(plan)
        while True:
            batch = plan.send(world.answer(batch))
    except StopIteration as end:
        return end.value


def told(report: Report) -> list[tuple[str, str]]:
    return [(each.code, each.message) for each in report.findings]


def test_a_complete_domain() -> None:
    world = World({**KMS, **domain()}, ("127.0.10.1",))
    report = drive(world)
    assert (told(report), report.verdict, would_show(report.clients[0])) == ([], Verdict.CLEAN, None)
    found = [(each.step, each.asked, each.outcome) for each in directory_steps(report.clients[0])]
    assert found == [*[("srv", f"{name}.contoso.com.", "answer") for name in NAMES], ("address", DC, "answer")]
    assert not any("_ldap" in each.asked for each in steps(report.clients[0])), "it is not the client's own way"
    asked = [question for batch in world.questions for question in batch]
    assert len(asked) == len(set(asked)), "each question once"
    assert not any(probe.target == DC for batch in world.batches for probe in batch if hasattr(probe, "target"))


def test_nobody_asks_without_the_profile() -> None:
    world = World({**KMS, **domain()}, ("127.0.10.1",))
    report = drive(world, directory=None)
    assert (told(report), directory_steps(report.clients[0])) == ([], ())
    assert not any("_ldap" in question for batch in world.questions for question in batch)


def test_what_is_missing_is_told_once_with_what_the_dns_said() -> None:
    world = World({**KMS, **domain("_kpasswd._tcp", "_ldap._tcp.gc._msdcs")}, ("127.0.10.1",))
    report = drive(world)
    (finding,) = report.findings
    assert (finding.code, finding.subject) == ("SVC201", "contoso.com.")
    assert finding.message.endswith("lacks _kpasswd._tcp.contoso.com., _ldap._tcp.gc._msdcs.contoso.com.")
    assert [each.text for each in finding.evidence] == [
        "_kpasswd._tcp.contoso.com. SRV: nxdomain",
        "_ldap._tcp.gc._msdcs.contoso.com. SRV: nxdomain",
    ]
    assert str(report.services[0].used) == "kms1.contoso.com.:1688"


def test_the_msdcs_zone_alone_may_be_lost() -> None:
    without = [name for name in NAMES if "_msdcs" in name]
    report = drive(World({**KMS, **domain(*without)}, ("127.0.10.1",)))
    assert [code for code, _message in told(report)] == ["SVC201"]
    assert all(name in told(report)[0][1] for name in without)


def test_no_domain_of_active_directory_at_all() -> None:
    report = drive(World(KMS, ("127.0.10.1",)))
    ((code, message),) = told(report)
    assert code == "SVC201"
    assert message == "contoso.com. has none of the records that the controllers of an Active Directory domain register"
    assert len(report.findings[0].evidence) == 6


@pytest.mark.parametrize("outcome", [Outcome.TIMEOUT, Outcome.SERVFAIL, Outcome.REFUSED])
def test_silence_is_not_taken_for_a_missing_record(outcome: Outcome) -> None:
    class Silent(World):
        def response(self, question: Question) -> Response:
            reply = super().response(question)
            is_lost = question.name.startswith("_kpasswd")
            return reply.replace(outcome=outcome, reason=outcome) if is_lost else reply

    report = drive(Silent({**KMS, **domain("_kpasswd._tcp")}, ("127.0.10.1",)))
    assert (told(report), report.verdict) == ([], Verdict.INCONCLUSIVE)
    assert ("_kpasswd._tcp.contoso.com.", outcome) in [
        (each.asked, each.outcome) for each in directory_steps(report.clients[0])
    ]


def test_a_controller_that_is_in_one_set_only_and_one_that_is_gone() -> None:
    records = {**KMS, **domain()}
    records["_ldap._tcp.contoso.com. SRV"].append("0 100 389 dc2.contoso.com.")
    records["_ldap._tcp.dc._msdcs.contoso.com. SRV"].append("0 100 389 dc2.contoso.com.")
    report = drive(World(records, ("127.0.10.1",)))
    (gone,) = [each for each in report.findings if each.code == "SRV303"]
    assert (gone.message, len(gone.evidence)) == ("the target dc2.contoso.com. does not exist", 2), (
        "one host, one finding"
    )
    (other,) = [each for each in report.findings if each.code == "SVC202"]
    assert other.message == "dc2.contoso.com. is in _ldap._tcp.contoso.com., and not in _kerberos._tcp.contoso.com."
    assert other.evidence[0].text == "_ldap._tcp.contoso.com. SRV 0 100 389 dc2.contoso.com."
    assert would_show(report.clients[0]) is None


def test_a_child_domain_has_its_catalogues_in_the_root() -> None:
    child = domain("_gc._tcp", "_ldap._tcp.gc._msdcs", name="emea.contoso.com.")
    world = World({**KMS, **domain(), **child}, ("127.0.10.1",))
    report = drive(world, directory="emea.contoso.com.")
    assert told(report) == []
    assert "_gc._tcp.contoso.com." in [each.asked for each in directory_steps(report.clients[0])]


def test_a_client_that_fails_shows_the_same_code() -> None:
    for records in ({}, domain()):
        report = drive(World(records))
        assert would_show(report.clients[0]) == "0x8007232B"
        assert report.findings[0].code == "LIV001", "the cause of what the client shows comes first"


def test_every_question_is_in_the_trace_and_the_steps_in_every_report() -> None:
    report = drive(World({**KMS, **domain("_kpasswd._tcp")}, ("127.0.10.1",)), domain_joined=True)
    asked = {str(response.question) for response in report.responses}
    assert {f"{name}.contoso.com. SRV" for name in NAMES} < asked
    document = json.loads(render("json", report, Style()))
    assert ["_kpasswd._tcp.contoso.com.", "nxdomain"] in [
        [each["asked"], each["outcome"]] for each in document["result"]["directory"]
    ]
    for form in ("text", "markdown", "html"):
        assert "_kpasswd._tcp.contoso.com." in render(form, report, Style()), form
    for form in set(FORMATS) - {"text", "markdown", "html", "json", "prometheus"}:
        assert "SVC201" in render(form, report, Style()), form
