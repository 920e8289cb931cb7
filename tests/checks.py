"""What tests of checks share: a zone, a spec made of a few lines, and what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kmsdns.net.files.specs import read_text

if TYPE_CHECKING:
    from pathlib import Path

    from kmsdns.expectations.values import Spec
    from kmsdns.model.report import Report

ZONE = """\
$ORIGIN contoso.com.
$TTL 1h
@            SOA  ns1 hostmaster 7 1h 15m 2w 10m
@            NS   ns1
@            MX   10 mail
@            TXT  "v=spf1; -all" "second"
ns1          A    127.0.10.53
mail         A    192.0.2.25
_vlmcs._tcp  SRV  0 50 1688 kms01
             SRV  0 50 1688 kms02
             SRV  10 0 1688 kms-dr
kms01        A    10.0.0.1
kms02        A    10.0.0.2
             AAAA 2001:db8::2
kms-dr       A    192.0.2.3
www          A    192.0.2.80
             A    192.0.2.81
_odd._tcp    SRV  0 0 1688 alias
             SRV  0 0 1688 nowhere
alias        CNAME kms01
_gone._tcp   SRV  0 0 1688 nowhere
_far._tcp    SRV  0 0 1688 kms.example.net.
_here._tcp   SRV  0 0 1 here
here         A    127.0.0.1
"""


def spec(check: str, *servers: str, folder: Path | None = None, more: str = "") -> Spec:
    """One check with these lines, of these servers."""
    listed = ", ".join(f'"{server}"' for server in servers)
    vantage = f"[vantage]\nat = [{listed}]\n" if servers else ""
    asked = 'from = ["at"]\n' if servers else ""
    path = "a.kmsdns.toml" if folder is None else str(folder / "a.kmsdns.toml")
    return read_text(path, f"{vantage}{more}[[check]]\n{check}\n{asked}")


def two_servers(first: str, second: str) -> tuple[str, str]:
    """A zone with name servers at these addresses, as it is and as it was before its serial went up."""
    zone = f"""$ORIGIN contoso.test.
$TTL 3600
@ SOA ns1 hostmaster 2026010105 7200 900 1209600 300
@ NS ns1
@ NS ns2
ns1 A {first}
ns2 A {second}
_vlmcs._tcp SRV 0 60 1688 kms01
_vlmcs._tcp SRV 0 40 1688 kms02
kms01 A 192.0.2.11
kms02 A 192.0.2.12
"""
    return zone, zone.replace("2026010105", "2026010101")


def codes(report: Report) -> list[str]:
    """The codes of the findings, sorted."""
    return sorted(finding.code for finding in report.findings)
