"""Reports made by hand, for the tests of scripts."""

from __future__ import annotations

from kmsdns.model.findings import Action, Change, Do, Finding, Fix, Severity
from kmsdns.model.report import Report

OWNER = "_vlmcs._tcp.contoso.com."
OLD, NEW = "0 0 1688 kms-old.contoso.com.", "0 0 1688 kms01.contoso.com."


def change(op: str, rdata: str = OLD, **fields: object) -> Change:
    return Change(**{"op": op, "name": OWNER, "ttl": 3600, "rdtype": "SRV", "rdata": rdata, **fields})


def action(do: Do, on: str = "client", **fields: object) -> Action:
    return Action(do=do, on=on, **fields)


def finding(code: str, *what: Change | Action, **fields: object) -> Finding:
    fix = Fix(
        summary=f"mend {code}",
        changes=tuple([each for each in what if isinstance(each, Change)]),
        actions=tuple([each for each in what if isinstance(each, Action)]),
    )
    made = {"slug": "x", "severity": Severity.ERROR, "subject": "s", "message": f"{code} is wrong", "fix": fix}
    return Finding(code=code, **{**made, **fields})


def report(*findings: Finding, **fields: object) -> Report:
    return Report(job="diagnose", findings=findings, **fields)


RETIRED = report(
    finding(
        "NET103",
        change("delete"),
        action(Do.STOP_PUBLISHING, "kms-old.contoso.com."),
        action(Do.FLUSH_DNS),
        action(Do.FORGET_CACHED_HOST),
    ),
    finding("SRV301", change("delete", "0 5 1688 kms.contoso.com."), change("add", "0 5 1688 kms02.contoso.com.")),
    finding("KMS114", action(Do.SWITCH_CACHING_OFF), severity=Severity.NOTE),
    finding("KMS132", fix=None),
)
"""A host to be taken out, an alias to be replaced, something worth considering, and something without a fix."""
