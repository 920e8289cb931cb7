"""One verdict: whatever the zone, the fault, the service and the job, every output of a run says the same.

A dozen zones, each fault and five services go through discover, diagnose and check, over real sockets. The suite tries
each fault with each service and goes round the zones; `make soak` tries them all (KMSDNS_TEST_VERDICTS=all).
"""

from __future__ import annotations

import json
import os
import re
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as Xml

import pytest

from kmsdns.cli import check as check_command
from kmsdns.cli import diagnose as diagnose_command
from kmsdns.cli import discover as discover_command
from kmsdns.cli import reporting, run
from kmsdns.formats import FORMATS, PLAIN, render
from kmsdns.model.report import Report
from kmsdns.net.server.faults.table import FAULTS
from kmsdns.testing import DnsServer

HOST, DEAD = "127.0.0.1", "127.0.0.2"
SERVICES = {
    "kms": "_vlmcs._tcp",
    "ldap": "_ldap._tcp",
    "xmpp-client": "_xmpp-client._tcp",
    "mongodb": "_mongodb._tcp",
    "_sip._udp": "_sip._udp",
}
ZONES = {
    "good": "{s} SRV 0 0 {port} one\none A 127.0.0.1",
    "two": "{s} SRV 0 1 {port} one\n{s} SRV 0 2 {port} two\none A 127.0.0.1\ntwo A 127.0.0.1",
    "half": "{s} SRV 0 0 {port} one\n{s} SRV 1 0 {port} dead\none A 127.0.0.1\ndead A 127.0.0.2",
    "dead": "{s} SRV 0 0 {port} dead\ndead A 127.0.0.2",
    "lost": "{s} SRV 0 0 {port} lost",
    "bare": "{s} SRV 0 0 {port} bare\nbare TXT x",
    "outside": "{s} SRV 0 0 {port} host.elsewhere.test.",
    "mixed": "{s} SRV 0 0 {port} host.elsewhere.test.\n{s} SRV 0 0 {port} one\none A 127.0.0.1",
    "closed": "{s} SRV 0 0 {port} host.elsewhere.test.\n{s} SRV 0 0 {port} dead\ndead A 127.0.0.2",
    "denied": "{s} SRV 0 0 0 .",
    "nothing": "www A 127.0.0.1",
    "address": "{s} A 127.0.0.1",
    "alias": "{s} SRV 0 0 {port} www\nwww CNAME one\none A 127.0.0.1",
}
FAULT_SPECS = ("", *FAULTS, "servfail:type=A", "drop:type=A", "refused:type=AAAA", "nodata:type=A", "servfail:first=1")
SLOW = {"delay": "delay:ms=20", "reorder": "reorder:ms=20"}
PATIENCE = (
    "--timeout",
    "0.03",
    "--retries",
    "0",
    "--deadline",
    "0.2",
    "--no-config",
    "--no-progress",
    "--color",
    "never",
)
KMS_WORDS = re.compile(r"kms|vlmcs|slmgr|ospp|sppsvc|activat|0x[0-9a-f]{8}", re.IGNORECASE)
OWN_WORDS = re.compile(r"kmsdns|kms\.fault", re.IGNORECASE)  # of the tool, and of what its faults make up
GLYPHS = {"✓": 0, "✗": 1, "?": 3}
STATES = {"OK": 0, "WARNING": 1, "CRITICAL": 1, "UNKNOWN": 3}


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """The port of a listener at 127.0.0.1; nothing listens there at 127.0.0.2."""
    with socket.create_server((HOST, 0)) as listener:
        yield listener.getsockname()[1]


def zones(port: int) -> list[str]:
    head = "$ORIGIN {name}.test.\n$TTL 60\n@ SOA ns hostmaster 1 3600 900 1209600 60\n  NS ns\nns A 127.0.0.1\n"
    made = []
    for name, records in ZONES.items():
        of_each = [line.format(s=labels, port=port) for labels in SERVICES.values() for line in records.split("\n")]
        made.append(head.format(name=name) + "\n".join(dict.fromkeys(of_each)) + "\n")
    return made


class Run:
    """One run of the command line: its exit status, its report, and what each format says."""

    def __init__(self, command: str, arguments: list[str], folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        seen: list[tuple[Report, dict[str, Any]]] = []
        module = {"discover": discover_command, "diagnose": diagnose_command, "check": check_command}[command]
        deliver = module.deliver
        module.deliver = lambda report, values: (seen.append((report, dict(values))), deliver(report, values))
        try:
            files = [part for name in ("json", "junit", "tap") for part in ("-f", f"{name}={folder / name}")]
            self.status = run([command, *arguments, *PATIENCE, "-f", "text", *files])
        finally:
            module.deliver = deliver
        self.text, self.err = capsys.readouterr()
        assert seen, self.err
        self.report, values = seen[0]
        self.plugin = reporting.exit_status(self.report, {**values, "format": ("nagios",), "json": False})
        self.json = json.loads((folder / "json").read_text())
        self.junit = Xml.fromstring((folder / "junit").read_text())
        self.tap = (folder / "tap").read_text()

    def says(self) -> dict[str, int]:
        """The exit status that each output stands for."""
        glyph = next(line[0] for line in self.text.split("\n") if line[:2].rstrip() in GLYPHS)
        verdict = {"clean": 0, "inconclusive": 3, "findings": 1}[self.json["verdict"]]
        if verdict == 1 and all(each["severity"] != "error" for each in self.json["findings"]) and self.status == 0:
            verdict = 0  # warnings below --fail-on
        failures, errors = len(self.junit.findall(".//failure")), len(self.junit.findall(".//error"))
        passed = re.search(r"^kmsdns_run_passed\{.*\} (\d)$", render("prometheus", self.report, PLAIN), re.MULTILINE)
        points = re.findall(r"^(ok|not ok) ", self.tap, re.MULTILINE)
        run = json.loads(render("sarif", self.report, PLAIN))["runs"][0]
        return {
            "exit": self.status,
            "glyph": GLYPHS[glyph],
            "json": verdict,
            "nagios": STATES[render("nagios", self.report, PLAIN).split()[1]],
            "plugin": 1 if self.plugin == 2 else self.plugin,
            "junit": 1 if failures else 3 if errors else 0,
            "prometheus": 3 if passed is None else 1 - int(passed[1]),
            "tap": self.status if (set(points) == {"ok"}) is (self.status == 0) else -1,
            "sarif": self.status if run["invocations"][0]["executionSuccessful"] is (self.status != 3) else -1,
        }


def combinations() -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Each fault, with the zones and services that it meets."""
    everything = os.environ.get("KMSDNS_TEST_VERDICTS") == "all"
    names = list(ZONES)
    for number, fault in enumerate(FAULT_SPECS):
        pairs = [(zone, service) for zone in names for service in SERVICES]
        few = [(names[(number * len(SERVICES) + at) % len(names)], service) for at, service in enumerate(SERVICES)]
        yield fault, pairs if everything or not fault else few


@pytest.mark.parametrize(
    ("fault", "pairs"), list(combinations()), ids=lambda value: value if isinstance(value, str) else ""
)
def test_all_outputs_agree(
    fault: str, pairs: list[tuple[str, str]], port: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    spec = tmp_path / "a.kmsdns.toml"
    with DnsServer(zones(port), faults=[SLOW.get(fault, fault)] if fault else ()) as dns:
        for zone, service in pairs:
            domain = f"{zone}.test"
            spec.write_text(
                f'[[check]]\nname = "x"\nservice = "{SERVICES[service]}.{domain}"\ncount = {{ min = 1 }}\n'
                "targets = { resolve = true }\n"
            )
            probe = ["--probe", "tcp"]
            for command, arguments in (
                ("discover", [domain, "--service", service]),
                ("discover", [domain, "--service", service, *probe, "--no-cache"]),
                ("diagnose", [domain, "--service", service, *probe]),
                ("check", [str(spec)]),
            ):
                done = Run(command, [*arguments, "-s", dns.address], tmp_path, capsys)
                said = done.says()
                assert len(set(said.values())) == 1, (command, zone, service, fault, said, done.text)
                assert "Traceback" not in done.err
                if service != "kms":
                    _no_word_of_kms(done, (command, zone, service, fault))
                if command == "diagnose":
                    _a_failing_client_is_a_finding(done)


def _no_word_of_kms(done: Run, about: object) -> None:
    outputs = {"text": done.text, "stderr": done.err}
    outputs |= {name: render(name, done.report, PLAIN) for name in FORMATS if name != "html" or done.status}
    for name, output in outputs.items():
        found = KMS_WORDS.search(OWN_WORDS.sub("", output))
        assert found is None, (about, name, output[max(0, found.start() - 80) : found.end() + 40])


def _a_failing_client_is_a_finding(done: Run) -> None:
    if done.status == 1:
        assert any(each["severity"] == "error" for each in done.json["findings"]), done.text
    if done.json["result"]["would_show"] is not None:
        assert done.json["findings"], done.text
