"""kmsdns collect: the script parses, reads only, and gathers what evidence.bundle reads and nothing secret."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
import pytest

from kmsdns.cli import run
from kmsdns.kms.evidence import bundle, bundle_types
from tests.powershell import errors

SCRIPT = (Path(bundle.__file__).parents[1] / "collect.ps1").read_text("ascii")
CODE = re.sub(r"^\s*#.*$", "", SCRIPT, flags=re.MULTILINE)


def test_it_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["collect"]) == 0
    assert capsys.readouterr() == (SCRIPT, "")


def test_it_is_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "collect.ps1"
    assert run(["collect", "-o", str(path)]) == 0
    assert path.read_text("ascii") == SCRIPT
    assert capsys.readouterr() == ("", "")


def test_it_parses() -> None:
    assert errors(SCRIPT) == []


@pytest.mark.parametrize("broken", ["if ($x { 1 }\n", "$x = $a ?? $b\n", "$x = $a ? 1 : 2\n", "$x = @{ a = 1 \n"])
def test_the_grammar_tells_what_does_not_parse(broken: str) -> None:
    assert errors(broken)


def test_nothing_in_it_is_newer_than_powershell_5() -> None:
    assert not re.search(
        r"&&|\|\||\?\?|\?\.|\? [^:\n]+ : |-AsHashtable|-Parallel|\bclean\b|\busing\b|#requires", CODE, re.I
    )
    for name in ("Resolve-DnsName", "Get-DnsClientGlobalSetting", "Get-DnsClientServerAddress"):
        assert f"Test-Command '{name}'" in CODE, "of a module that Windows 7 and Server 2008 R2 lack"


@pytest.mark.parametrize("name", ["nslookup-good.txt", "nslookup-slow-server-name.txt"])
def test_what_it_takes_from_nslookup_is_there(name: str) -> None:
    """The expressions are .NET's, and mean the same to Python."""
    printed = Path("fixtures/evidence", name).read_bytes().decode("utf-8", "replace")
    field, host = re.findall(r"-match '(\^\\s\*(?:\(priority|svr)[^']+)'", CODE)
    found = [match for line in printed.splitlines() if (match := re.search(field, line, re.I))]
    hosts = [match[1] for line in printed.splitlines() if (match := re.search(host, line, re.I))]
    assert hosts
    assert len(found) == 3 * len(hosts)


def commands() -> set[str]:
    """Every cmdlet the script calls, in lower case, its own functions aside."""
    own = {name.lower() for name in re.findall(r"^function ([\w-]+)", CODE, re.MULTILINE)}
    return {word.lower() for word in re.findall(r"(?<![\w.$'-])[A-Z][a-zA-Z]+-[A-Z][A-Za-z]+\b", CODE)} - own


def test_it_only_reads() -> None:
    assert commands() == {
        "convertto-json", "foreach-object", "get-childitem", "get-ciminstance", "get-command", "get-dnsclient",
        "get-dnsclientglobalsetting", "get-dnsclientserveraddress", "get-item", "get-itemproperty", "get-winevent",
        "new-object", "resolve-dnsname", "select-object", "set-strictmode", "test-path", "where-object", "write-output",
    }  # fmt: skip
    assert re.findall(r"&\s+(\S+)", CODE) == ["nslookup.exe", "w32tm.exe"]
    assert set(re.findall(r"New-Object ([\w.]+)", CODE)) == {
        "System.Collections.ArrayList",
        "System.Net.Sockets.TcpClient",
    }
    for word in ("Invoke-", "Set-Item", "Out-File", "[IO.", "Download", "GetStream", "-AsHashtable", "??", "Activate"):
        assert word not in CODE, word


def test_no_key_and_no_name_of_a_user_is_gathered() -> None:
    assert re.findall(r"\w*ProductKey\w*", CODE) == ["PartialProductKey"], "only to see whether there is one"
    assert "PartialProductKey IS NOT NULL" in CODE
    for word in ("DigitalProductId", "USERNAME", "UserName", "LOGONSERVER", "USERPROFILE", "whoami"):
        assert word not in CODE, word


def keys_of(script: str) -> set[str]:
    """The keys of every [ordered] @{ ... } in the script."""
    found = set()
    for start in re.finditer(r"\[ordered\] @\{", script):
        depth, at = 1, start.end()
        while depth:
            depth += {"{": 1, "}": -1}.get(script[at], 0)
            at += 1
        found.update(re.findall(r"(?:^|;|\n)\s*(\w+)\s*=", script[start.end() : at]))
    return found


def test_its_fields_are_those_of_the_bundle() -> None:
    fields = {
        field.name
        for struct in vars(bundle_types).values()
        if isinstance(struct, type) and issubclass(struct, msgspec.Struct)
        for field in msgspec.structs.fields(struct)
    }
    assert keys_of(SCRIPT) == fields


def test_its_registry_values_are_those_that_are_understood() -> None:
    from kmsdns.kms.evidence import registry

    names = re.search(r"\$LicensingValues = @\((.*?)\n\)", SCRIPT, re.DOTALL)
    assert names is not None
    source = Path(registry.__file__).read_text().lower()
    for name in re.findall(r"'(\w+)'", names.group(1)):
        assert name.lower() in source, name


def test_arrays_stay_arrays_and_depth_is_enough() -> None:
    depth = re.search(r"ConvertTo-Json -InputObject \$bundle -Depth (\d+)", SCRIPT)
    assert depth is not None
    assert int(depth.group(1)) >= 6
    for field in ("services", "products", "registry", "lookups", "connects", "events", "problems"):
        assert re.search(rf"^    {field}\s+= @\(", SCRIPT, re.MULTILINE), field
