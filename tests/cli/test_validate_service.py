"""kmsdns validate --service: one service's records, and what they point at."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kmsdns.cli import run

HEAD = "$ORIGIN contoso.test.\n$TTL 3600\n@ SOA ns1 hostmaster 7 7200 3600 1209600 3600\n NS ns1\n NS ns2\n"
ZONE = HEAD + (
    "ns1 A 10.0.0.53\nns2 A 10.0.0.54\nkms A 10.0.0.1\nkms 60 A 10.0.0.2\ndc A 10.0.0.3\n"
    "_vlmcs._tcp SRV 0 0 1688 kms\n_ldap._tcp SRV 0 0 0 dc\nlost CNAME nowhere\nbad A 1.2.3\n"
    "_vlmcs._tcp.eu SRV 0 0 70000 dc\n_vlmcs._tcp.us SRV 0 7 1688 dc\n"
)


ENDS = ["", "$GENERATE 1-3 h$ A 10.0.1.$\n", "x DNAME y.test.\n", '"\n', "*._tcp SRV 0 0 0 .\n"]


@pytest.mark.parametrize("end", ENDS)
def test_only_what_is_about_it(tmp_path: Path, capsys: pytest.CaptureFixture[str], end: str) -> None:
    zone = tmp_path / "contoso.zone"
    zone.write_text(ZONE + end)
    assert run(["validate", str(zone), "--service", "kms", "--json", "--no-config"]) == 1
    told = json.loads(capsys.readouterr().out)
    found = {(each["code"], each["location"]["line"]) for each in told["findings"]}
    assert found == {("RR001", 9), ("SRV202", 15), ("SRV404", 16)}
    assert told["result"]["files"] == [{"path": str(zone), "origin": "contoso.test.", "records": 5, "serial": 7}]
    assert run(["validate", str(zone), "--service", "_ldap._tcp", "-f", "short", "--no-config"]) == 1
    assert [line.split()[1] for line in capsys.readouterr().out.splitlines()] == ["SRV203"]


def test_of_several_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "contoso.zone").write_text(ZONE)
    other = HEAD.replace("contoso", "other") + "_vlmcs._tcp SRV 0 0 1688 kms.contoso.test.\n"
    (tmp_path / "other.zone").write_text(other)
    assert run(["validate", str(tmp_path), "--service", "kms", "-f", "short", "--no-config"]) == 1
    assert sorted(line.split()[1] for line in capsys.readouterr().out.splitlines()) == ["RR001", "SRV202", "SRV404"]


def test_no_such_service(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "contoso.zone").write_text(ZONE)
    assert run(["validate", str(tmp_path), "--service", "kmss", "--no-config"]) == 2
    assert "did you mean kms" in capsys.readouterr().err
