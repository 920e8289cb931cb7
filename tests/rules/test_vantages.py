"""LIV101 to LIV115 on what servers said, written by hand: each fires on its own cause, and on nothing close to it."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest

from kmsdns.model.messages import Question, Server, Try
from kmsdns.model.vantages import INSIDE, OUTSIDE, ServerAnswers
from kmsdns.rules.case import Case
from kmsdns.rules.catalogue import RULES
from kmsdns.rules.choice import run, select, skipped
from tests.rules.said import (
    AA,
    KMS1,
    KMS2,
    OWNER,
    RA,
    SIBLING,
    TCP,
    VANTAGE_RULES,
    ZONE,
    Says,
    codes,
    consulted,
    findings,
    record,
    soa,
    statement,
    two,
)


def test_what_is_as_it_should_be() -> None:
    everybody = [statement(n, Says()) for n in (1, 2, 3)] + [statement(4, Says(), RA), statement(5, Says(), RA)]
    assert codes(*everybody) == []
    assert codes(everybody[0]) == [], "a single server has nobody to disagree with"


def test_without_vantages_every_rule_is_skipped() -> None:
    for case in (Case(), Case(vantages=consulted())):
        assert run(VANTAGE_RULES, case) == ()
        told = {each.code: each.reason for each in skipped(VANTAGE_RULES, case)}
        assert set(told) == {rule.code for rule in VANTAGE_RULES}
        assert told["LIV101"] == "the servers of the zone were not asked one by one"


def test_the_rules_of_vantages() -> None:
    wanted = {f"LIV{n}" for n in (*range(101, 113), 114, 115)}
    assert {rule.code for rule in VANTAGE_RULES} == wanted - {"LIV104", "LIV105", "LIV106"}
    assert {rule.code for rule in select(RULES) if rule.code.startswith("LIV1")} == wanted, "all are on"
    assert [rule.code for rule in VANTAGE_RULES if not rule.check_keys] == [], "each is told by some key of a check"


OTHER = ["0 60 1688 " + KMS1]


@pytest.mark.parametrize("other", [OTHER, "nodata", "nxdomain"])
def test_liv101_servers_disagree(other: object) -> None:
    (finding,) = findings(*two(Says().but(OWNER, "SRV", other)))
    assert (finding.code, finding.subject) == ("LIV101", OWNER)
    assert len(finding.evidence) == 2
    assert "latest" not in finding.message


def test_liv101_says_who_is_behind() -> None:
    finding, _serials = findings(*two(Says().but(OWNER, "SRV", OTHER).serial(5)))
    assert finding.message.endswith("ns2.contoso.com. (192.0.2.2:53) has 5; the latest is 7")


def test_liv101_is_silent_about_order_case_and_ttl() -> None:
    same = Says().but(OWNER, "SRV", ["0 40 1688 KMS02.contoso.com.", "0 60 1688 " + KMS1])
    same.ttl = 60
    assert codes(*two(same)) == []


def test_liv101_is_silent_about_other_views_and_those_that_do_not_count() -> None:
    other = Says().but(OWNER, "SRV", OTHER)
    assert codes(statement(1, Says(), view=INSIDE), statement(2, other, view=OUTSIDE)) == ["LIV108"]
    assert codes(*two(Says().only("timeout"))) == ["LIV103"]


@pytest.mark.parametrize(
    ("mine", "theirs", "behind"),
    [(7, 5, "ns2"), (5, 7, "ns1"), (1, 2**32 - 1, "ns2"), (2**31, 0, "no order")],
)
def test_liv102_serials_differ(mine: int, theirs: int, behind: str) -> None:
    (finding,) = findings(statement(1, Says().serial(mine)), statement(2, Says().serial(theirs)))
    assert (finding.code, finding.subject) == ("LIV102", ZONE)
    assert f"serials: {behind}" in finding.message


def test_liv102_is_silent_about_views_and_lame_servers() -> None:
    assert codes(statement(1, Says(), view=INSIDE), statement(2, Says().serial(9), view=OUTSIDE)) == []
    lame = Says().serial(9)
    lame.flags[ZONE, "SOA"] = ()
    assert codes(*two(lame)) == ["LIV103"]


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("timeout", "does not answer: timeout"),
        ("host-unreachable", "does not answer: host-unreachable"),
        ("refused", "refuses the question"),
        ("servfail", "fails"),
        ("lame", "refers upwards"),
        ("referral", "refers elsewhere"),
        ("nxdomain", "denies that the zone exists"),
        ("malformed-name", "gives no usable answer: malformed-name"),
    ],
)
def test_liv103_server_lame_or_silent(reason: str, said: str) -> None:
    (finding,) = findings(*two(Says().only(reason)))
    assert (finding.code, finding.subject) == ("LIV103", "ns2.contoso.com.")
    assert said in finding.message


def test_liv103_of_resolvers_of_names_and_of_all() -> None:
    (finding,) = findings(*two(Says().only("timeout"), RA))
    assert "the resolver resolver2" in finding.message
    assert codes(*two(Says().but(OWNER, "SRV", "timeout"))) == ["LIV103"], "it answers something, but not this"
    (finding,) = findings(statement(1, Says()), homeless=("ns9.contoso.com.",))
    assert (finding.code, finding.subject) == ("LIV103", "ns9.contoso.com.")
    (finding,) = findings(*[statement(n, Says().only("timeout")) for n in (1, 2)], statement(3, Says(), RA))
    assert (finding.code, finding.subject) == ("LIV103", ZONE)
    assert "firewall" in finding.message


def test_liv103_is_silent_where_this_machine_has_no_way() -> None:
    away = statement(2, Says().only("host-unreachable"), address="2001:db8::2")
    assert codes(statement(1, Says()), away) == []
    nearer = statement(3, Says(), address="2001:db8::3")
    assert codes(statement(1, Says()), away, nearer) == ["LIV103"]


def test_liv103_is_silent_about_aliases_that_lead_elsewhere() -> None:
    says = Says().but(OWNER, "SRV", "refused")
    says.aliases[OWNER, "SRV"] = "_vlmcs._tcp.fabrikam.com."
    assert codes(statement(1, says), statement(2, says)) == []


def dangling(target: str, registry: str | None, above: dict[str, object], canonical: str | None = None) -> Says:
    says = Says().but(OWNER, "SRV", ["0 0 1688 " + target])
    for rdtype in ("A", "AAAA"):
        says.but(target, rdtype, "nxdomain")
        if registry is not None:
            says.denied_by[target, rdtype] = registry
        if canonical is not None:
            says.aliases[target, rdtype] = canonical
    for name, what in above.items():
        says.but(name, "SOA", what)
    return says


@pytest.mark.parametrize(
    ("target", "registry", "above", "domain"),
    [
        ("a.b.gone.net.", "net.", {"gone.net.": "nxdomain"}, "gone.net."),
        ("gone.net.", "net.", {"gone.net.": "nxdomain"}, "gone.net."),
        ("kms.gone.co.uk.", "co.uk.", {"gone.co.uk.": "nxdomain"}, "gone.co.uk."),
        ("kms.gone.net.", None, {"gone.net.": "nxdomain", "net.": [soa(1, "net.")]}, "gone.net."),
    ],
)
def test_liv107_target_domain_dangling(
    target: str, registry: str | None, above: dict[str, object], domain: str
) -> None:
    says = dangling(target, registry, above)
    (finding,) = findings(statement(1, says, RA))
    assert (finding.code, finding.subject) == ("LIV107", target)
    assert f"leads into {domain}, which does not exist" in finding.message
    assert finding.fix is not None
    assert [(each.op, each.rdata) for each in finding.fix.changes] == [("delete", f"0 0 1688 {target}")]


def test_liv107_of_what_an_alias_leads_to() -> None:
    says = dangling(KMS1, "net.", {"gone.net.": "nxdomain"}, canonical="kms.gone.net.")
    (finding,) = findings(statement(1, says, RA))
    assert finding.code == "LIV107"


@pytest.mark.parametrize(
    ("target", "registry", "above"),
    [
        ("kms.fabrikam.net.", "fabrikam.net.", {"fabrikam.net.": [soa(1, "fabrikam.net.")]}),  # its owner's business
        ("a.dept.fabrikam.net.", "fabrikam.net.", {"dept.fabrikam.net.": "nxdomain"}),
        ("kms.corp.local.", ".", {"local.": "nxdomain"}),  # nobody can register that
        ("kms.gone.net.", "net.", {"gone.net.": "timeout"}),
        ("kms.gone.net.", "net.", {}),
        ("kms.gone.net.", None, {"gone.net.": "nxdomain", "net.": "servfail"}),
    ],
)
def test_liv107_is_silent_where_nobody_else_can_register_it(
    target: str, registry: str, above: dict[str, object]
) -> None:
    assert codes(statement(1, dangling(target, registry, above), RA)) == []


def test_liv108_views_differ() -> None:
    outside = Says().but(OWNER, "SRV", "nxdomain")
    (finding,) = findings(statement(1, Says(), RA, INSIDE), statement(2, outside, RA, OUTSIDE))
    assert (finding.code, finding.subject) == ("LIV108", OWNER)
    assert finding.message.endswith("inside, and nxdomain outside")
    assert codes(statement(1, Says(), RA, INSIDE), statement(2, Says(), RA, OUTSIDE)) == []
    assert codes(statement(1, Says(), RA, INSIDE), statement(2, outside, RA, INSIDE)) == [], "two resolvers, one view"
    assert codes(statement(1, Says(), RA, INSIDE), statement(2, Says().only("timeout"), RA, OUTSIDE)) == ["LIV103"]


def cut_off(tcp: str) -> Says:
    says = Says().but(OWNER, "SRV", "tcp-refused")
    question = Question(name=OWNER, rdtype="SRV")
    says.tries[OWNER, "SRV"] = (
        Try(question=question, server="192.0.2.2:53", transport="udp", outcome="answer", elapsed=0.0, rcode="NOERROR",
            flags=("aa", "tc")),
        Try(question=question, server="192.0.2.2:53", transport="tcp", outcome=tcp, elapsed=0.0),
    )  # fmt: skip
    return says


def test_liv109_truncated_without_tcp() -> None:
    (finding,) = findings(*two(cut_off("tcp-refused")))
    assert (finding.code, finding.subject) == ("LIV109", "ns2.contoso.com."), "and not LIV103"
    assert len(finding.evidence) == 2
    whole = cut_off("answer").but(OWNER, "SRV", ["0 60 1688 " + KMS1, "0 40 1688 " + KMS2])
    assert codes(*two(whole)) == []


def test_liv110_ent_nxdomain() -> None:
    (finding,) = findings(*two(Says().but(TCP, "A", "nxdomain")))
    assert (finding.code, finding.subject) == ("LIV110", TCP)
    repeated = Says().but(TCP, "A", "nxdomain")
    (finding,) = findings(statement(1, repeated), statement(2, repeated, RA))
    assert "resolver" not in finding.message, "it repeats what it is told"
    assert codes(statement(1, repeated, RA)) == ["LIV110"]
    absent = Says().but(TCP, "A", "nxdomain").but(OWNER, "SRV", "nxdomain")
    assert codes(statement(1, absent)) == [], "there is nothing below it"


def test_liv111_answer_from_wildcard() -> None:
    wild = Says().but(SIBLING, "SRV", ["0 60 1688 " + KMS1, "0 40 1688 " + KMS2])
    (finding,) = findings(statement(1, wild), statement(2, wild))
    assert (finding.code, finding.subject) == ("LIV111", OWNER)
    assert codes(statement(1, Says().but(SIBLING, "SRV", ["0 0 0 ."]))) == [], "a wildcard denies what isn't published"


def test_liv112_additional_mismatch() -> None:
    says = Says()
    says.additional = (record(KMS1, "A", "192.0.2.99"), record(KMS2, "A", "192.0.2.12"))
    (finding,) = findings(*two(says))
    assert (finding.code, finding.subject) == ("LIV112", KMS1)
    assert "gives 192.0.2.99" in finding.message
    says = Says().but(KMS1, "A", ["192.0.2.11", "192.0.2.99"])
    says.additional = (record(KMS1, "A", "192.0.2.99"), record("unasked.contoso.com.", "A", "192.0.2.1"))
    assert codes(statement(1, says)) == [], "a part of the addresses is allowed"


def test_liv114_resolver_stale() -> None:
    (finding,) = findings(*two(Says().but(OWNER, "SRV", OTHER), RA))
    assert (finding.code, finding.subject) == ("LIV114", OWNER)
    assert "for another 3600 s" in finding.message
    (finding,) = findings(*two(Says().but(KMS1, "A", ["192.0.2.99"]), RA))
    assert finding.subject == KMS1
    torn = (*two(Says().but(OWNER, "SRV", OTHER)), statement(3, Says().but(OWNER, "SRV", OTHER), RA))
    assert codes(*torn) == ["LIV101"], "it says what one of the servers says"
    other_view = statement(2, Says().but(OWNER, "SRV", OTHER), RA, OUTSIDE)
    assert codes(statement(1, Says(), view=INSIDE), other_view) == ["LIV108"]


def unchecked(says: Says, **answers: Sequence[str]) -> ServerAnswers:
    """A resolver that says more with checking disabled."""
    server = Server(address="192.0.2.2")
    free = Says()
    free.said = {(OWNER, "SRV"): answers["srv"]}
    found = statement(2, says, RA)
    return found.replace(unchecked=free.responses(server, (*RA, "cd")))


def test_liv115_answer_bogus() -> None:
    whole = ["0 60 1688 " + KMS1, "0 40 1688 " + KMS2]
    failing = Says().but(OWNER, "SRV", "servfail")
    (finding,) = findings(statement(1, Says()), unchecked(failing, srv=whole))
    assert (finding.code, finding.subject) == ("LIV115", OWNER), "and neither LIV103 nor LIV114"
    differing = Says().but(OWNER, "SRV", OTHER)
    assert codes(statement(1, Says()), unchecked(differing, srv=whole)) == ["LIV115"]
    assert codes(statement(1, Says()), unchecked(Says(), srv=whole)) == []
    assert codes(statement(1, Says()), unchecked(failing, srv="servfail")) == ["LIV103"], "it fails either way"


def test_nothing_at_all_raises() -> None:
    """Whatever servers say, in whatever combination."""
    rng = random.Random(1)
    reasons = [
        "nxdomain",
        "nodata",
        "servfail",
        "refused",
        "timeout",
        "lame",
        "referral",
        "malformed-name",
        ["0 0 1 ."],
    ]
    for _ in range(200):
        statements = []
        for number in range(1, rng.randrange(1, 5)):
            says = Says()
            for key in list(says.said):
                if rng.random() < 0.3:
                    reason = rng.choice(reasons)
                    says.said[key] = reason if isinstance(reason, str) or key[1] == "SRV" else "nodata"
            statements.append(statement(number, says, rng.choice([AA, RA]), rng.choice([None, INSIDE, OUTSIDE])))
        for each in findings(*statements):
            assert each.message
            assert each.subject
