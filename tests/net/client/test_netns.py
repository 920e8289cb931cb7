"""Look-ups on a network that loses, refuses and resets: a network namespace of its own, with nftables' rules in it.

The namespace has nothing but a loopback, and the bundled server is the process that holds it: it is gone when that
ends, however the test does. Rules stand where packets come in, since one that is dropped on its way out is an error of
the sender's own machine.
"""

from __future__ import annotations

import json
import os
import select
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.loops import needs_uvloop

PATIENCE = 60  # seconds
DEADLINE = 20.0  # seconds: far from what a look-up here needs, so that one which waits for it shows
TOOLS = ("unshare", "nsenter", "ip", "nft")
SERVER, OTHER, SIX = "127.0.0.1", "127.0.0.2", "::1"
NOWHERE = "198.51.100.53"
ZONE = """$ORIGIN corp.test.
@ 3600 IN SOA ns admin 1 7200 900 86400 300
@ IN NS ns
ns IN A 127.0.0.1
_vlmcs._tcp IN SRV 0 0 1688 kms1
kms1 IN A 127.0.10.1
""" + "".join(f"_large._tcp IN SRV 0 0 1688 host{n:03}.a-rather-long-label-to-fill-the-packet\n" for n in range(60))
ZONE += "".join(f"_vlmcs._tcp.n{n} IN SRV 0 0 1688 kms1\n" for n in range(40))
LARGE = "_large._tcp.corp.test"
RULES = """flush ruleset
table inet hardship {{
  chain coming_in {{
    type filter hook input priority 0;
    {rules}
  }}
  chain going_out {{
    type filter hook output priority 0;
    {out}
  }}
}}
"""
ASK = """
import asyncio, json, sys
import kmsdns
from kmsdns.formats import render
for line in sys.stdin:
    way, names, options = json.loads(line)
    if way == "blocking":
        report = kmsdns.discover(*names, **options)
    elif way == "uvloop":
        import uvloop
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            report = runner.run(kmsdns.aio.discover(*names, **options))
    else:
        report = asyncio.run(kmsdns.aio.discover(*names, **options))
    print(json.dumps(json.loads(render("json", report))), flush=True)
"""


class Network:
    """The namespace that a process holds, and a process in it that looks things up."""

    def __init__(self, holder: subprocess.Popen[str]) -> None:
        self._inside = ["nsenter", f"--net=/proc/{holder.pid}/ns/net", "--"]
        self.asker = subprocess.Popen(
            [*self._inside, sys.executable, "-c", ASK], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def run(self, *command: str, given: str = "") -> None:
        """Runs a command in the namespace; fails when it does."""
        done = subprocess.run(
            [*self._inside, *command], input=given, capture_output=True, text=True, timeout=PATIENCE, check=False
        )
        assert done.returncode == 0, (command, done.stderr)

    def output(self, *command: str) -> str:
        """What a command in the namespace writes."""
        return subprocess.run([*self._inside, *command], capture_output=True, text=True, timeout=PATIENCE).stdout

    def started(self, *command: str) -> subprocess.Popen[str]:
        """A command in the namespace that runs on."""
        return subprocess.Popen([*self._inside, *command], stdout=subprocess.PIPE, text=True)

    def rules(self, *rules: str, out: str = "") -> None:
        """These rules, one a line, in place of those there were."""
        self.run("nft", "-f", "-", given=RULES.format(rules="\n    ".join(rules), out=out))

    def discover(
        self, *names: str, servers: tuple[str, ...] = (SERVER,), way: str = "blocking", **options: Any
    ) -> dict[str, Any]:
        """The report of one look-up or several, as JSON."""
        options = {"servers": servers, "families": [4], "timeout": 5.0, "retries": 0, "deadline": DEADLINE, **options}
        assert self.asker.stdin is not None
        assert self.asker.stdout is not None
        self.asker.stdin.write(json.dumps([way, names or ("corp.test",), options]) + "\n")
        self.asker.stdin.flush()
        assert select.select([self.asker.stdout], [], [], PATIENCE)[0], "the look-up doesn't end"
        found: dict[str, Any] = json.loads(self.asker.stdout.readline())
        return found


def outcome(report: dict[str, Any]) -> str:
    (service,) = report["result"]["services"]
    said: str = service["outcome"]
    return said


def tries(report: dict[str, Any]) -> list[tuple[str, str]]:
    """Transport and outcome of each try in the trace, in order."""
    return [(each["transport"], each["outcome"]) for each in report["result"]["trace"]]


def obstacle() -> str | None:
    """Why no namespace can be made here; None when one can, rules included."""
    if sys.platform != "linux":
        return "network namespaces are Linux'"
    if lacking := [tool for tool in TOOLS if shutil.which(tool) is None]:
        return f"{', '.join(lacking)} not installed"
    if os.geteuid() != 0:
        return "only root may make a network namespace"
    rules = "numgen inc mod 5 < 2 drop\n    reject with icmpx type admin-prohibited\n    ct state established drop"
    rules = RULES.format(rules=rules, out="")
    for command, given in ((["unshare", "-n", "true"], ""), (["unshare", "-n", "nft", "-f", "-"], rules)):
        done = subprocess.run(command, input=given, capture_output=True, text=True, timeout=PATIENCE, check=False)
        if done.returncode:
            return f"{' '.join(command)} fails here: {done.stderr.strip()}"
    return None


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Network]:
    if reason := obstacle():
        pytest.skip(reason)
    zone: Path = tmp_path_factory.mktemp("netns") / "corp.zone"
    zone.write_text(ZONE)
    serve = [sys.executable, "-m", "kmsdns", "serve", str(zone), "--port", "53", "--die-with-parent", "--quiet"]
    for address in (SERVER, OTHER, SIX):
        serve += ["--address", address]
    command = ["unshare", "-n", "sh", "-c", 'ip link set lo up && exec "$@"', "sh", *serve]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as holder:
        try:
            assert holder.stdout is not None
            assert holder.stdout.readline() == f"ready {SERVER}:53\n"
            made = Network(holder)
            with made.asker:
                try:
                    yield made
                finally:
                    made.asker.kill()
        finally:
            holder.terminate()


both = pytest.mark.parametrize("way", ["blocking", "awaited", pytest.param("uvloop", marks=needs_uvloop)])


@both
def test_nothing_in_the_way(network: Network, way: str) -> None:
    network.rules()
    for server in (SERVER, SIX):
        report = network.discover(servers=(server,), way=way)
        assert (outcome(report), tries(report)) == ("answer", [("udp", "answer")])
    report = network.discover(LARGE, way=way)
    assert (outcome(report), tries(report)[:2]) == ("answer", [("udp", "answer"), ("tcp", "answer")])


@both
def test_two_packets_of_five_are_lost(network: Network, way: str) -> None:
    """Counted over both directions: two questions are lost, the third and its reply come through."""
    network.rules("meta l4proto udp numgen inc mod 5 < 2 drop")
    report = network.discover(way=way, retries=5)
    assert (outcome(report), tries(report)) == ("answer", [("udp", "timeout")] * 2 + [("udp", "answer")])


@both
def test_two_packets_of_five_are_lost_by_chance(network: Network, way: str) -> None:
    """Each try gets through with a chance of 0.36, so 39 of 40 look-ups with nine of them are expected to succeed."""
    network.rules("meta l4proto udp numgen random mod 100 < 40 drop")
    names = [f"n{n}.corp.test" for n in range(40)]
    report = network.discover(*names, way=way, retries=8, timeout=0.3)
    said = [service["outcome"] for service in report["result"]["services"]]
    assert set(said) <= {"answer", "timeout"}
    assert said.count("answer") >= 30
    trace = tries(report)
    assert {each for each in trace if each[1] != "timeout"} == {("udp", "answer")}
    assert trace.count(("udp", "timeout")) > 10
    assert not any(each["rejected"] for each in report["result"]["trace"])


@both
@pytest.mark.parametrize("server", [SERVER, SIX])
@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("admin-prohibited", "host-unreachable"),
        ("host-unreachable", "host-unreachable"),
        ("no-route", "host-unreachable"),
        ("port-unreachable", "port-unreachable"),
    ],
)
def test_icmp_says_no(network: Network, kind: str, reason: str, server: str, way: str) -> None:
    network.rules(f"udp dport 53 reject with icmpx type {kind}")
    report = network.discover(servers=(server,), way=way)
    assert (outcome(report), tries(report)) == ("unreachable", [("udp", reason)])


@both
@pytest.mark.parametrize("server", [SERVER, SIX])
def test_icmp_says_no_to_a_connection(network: Network, server: str, way: str) -> None:
    """Over IPv6 and a loopback the kernel believes it only when it has asked again, after a second."""
    network.rules("tcp dport 53 reject with icmpx type admin-prohibited")
    report = network.discover(servers=(server,), way=way, tcp=True)
    assert (outcome(report), tries(report)) == ("unreachable", [("tcp", "host-unreachable")])


NO_ENTRY = [
    "icmp type net-prohibited",
    "icmp type host-prohibited",
    "icmpv6 type policy-fail",
    "icmpv6 type reject-route",
]


@pytest.mark.parametrize("kind", NO_ENTRY)
def test_other_words_for_no_entry(network: Network, kind: str) -> None:
    network.rules(f"udp dport 53 reject with {kind}")
    report = network.discover(servers=(SIX if "icmpv6" in kind else SERVER,))
    assert (outcome(report), tries(report)) == ("unreachable", [("udp", "host-unreachable")])


@both
def test_the_next_server_is_asked_when_icmp_says_no(network: Network, way: str) -> None:
    network.rules(f"ip daddr {SERVER} udp dport 53 reject with icmp type admin-prohibited")
    report = network.discover(servers=(SERVER, OTHER), way=way)
    assert (outcome(report), tries(report)) == ("answer", [("udp", "host-unreachable"), ("udp", "answer")])
    assert [each["server"] for each in report["result"]["trace"]] == [f"{SERVER}:53", f"{OTHER}:53"]


@both
def test_the_next_server_is_asked_when_the_first_is_silent(network: Network, way: str) -> None:
    network.rules(f"ip daddr {SERVER} udp dport 53 drop")
    report = network.discover(servers=(SERVER, OTHER), way=way)
    assert (outcome(report), tries(report)) == ("answer", [("udp", "timeout"), ("udp", "answer")])


@both
@pytest.mark.parametrize(
    ("rule", "reason", "said"),
    [
        ("tcp dport 53 reject with tcp reset", "tcp-refused", "unreachable"),
        ("tcp dport 53 ct state established tcp flags & psh == psh reject with tcp reset", "tcp-reset", "malformed"),
        ("tcp dport 53 reject with icmpx type admin-prohibited", "host-unreachable", "unreachable"),
        ("tcp dport 53 drop", "tcp-timeout", "timeout"),
        ("tcp dport 53 ct state established tcp flags & psh == psh drop", "tcp-timeout", "timeout"),
    ],
)
def test_truncated_and_then_no_way_over_tcp(network: Network, rule: str, reason: str, said: str, way: str) -> None:
    network.rules(rule)
    report = network.discover(LARGE, way=way, timeout=0.5)
    assert (outcome(report), tries(report)) == (said, [("udp", "answer"), ("tcp", reason)])


@both
def test_udp_is_dropped_and_tcp_open(network: Network, way: str) -> None:
    """Silence doesn't lead to TCP, which a person may ask for."""
    network.rules("udp dport 53 drop")
    report = network.discover(way=way, timeout=0.3, retries=1)
    assert (outcome(report), tries(report)) == ("timeout", [("udp", "timeout")] * 2)
    report = network.discover(way=way, tcp=True)
    assert (outcome(report), tries(report)) == ("answer", [("tcp", "answer")])


@both
def test_replies_are_dropped(network: Network, way: str) -> None:
    network.rules("udp sport 53 drop")
    report = network.discover(way=way, timeout=0.3, retries=1)
    assert (outcome(report), tries(report)) == ("timeout", [("udp", "timeout")] * 2)


@both
@pytest.mark.parametrize("transport", ["udp", "tcp"])
def test_everything_is_dropped(network: Network, transport: str, way: str) -> None:
    """The deadline cuts a try short whose own time is far from up, and none starts after it."""
    network.rules("drop")
    report = network.discover(way=way, timeout=30.0, retries=50, deadline=0.7, tcp=transport == "tcp")
    reason = "timeout" if transport == "udp" else "tcp-timeout"
    assert outcome(report) == "timeout"
    assert set(tries(report)) == {(transport, reason)}
    assert 0.65 < report["elapsed_s"] < 30.0, "the deadline ended it, not the try's own time"
    assert report["verdict"] == "inconclusive"


@both
def test_dropped_on_the_way_out(network: Network, way: str) -> None:
    """The kernel tells the sender (EPERM) that its own machine doesn't let this through."""
    network.rules(out="udp dport 53 drop")
    report = network.discover(way=way)
    assert (outcome(report), tries(report)) == ("unreachable", [("udp", "host-unreachable")])
    assert report["elapsed_s"] < DEADLINE


@both
@pytest.mark.parametrize("tcp", [False, True])
@pytest.mark.parametrize("kind", ["none", "unreachable", "prohibit", "blackhole"])
def test_no_route(network: Network, kind: str, tcp: bool, way: str) -> None:
    network.rules()
    if kind != "none":
        network.run("ip", "route", "replace", kind, f"{NOWHERE}/32")
    try:
        report = network.discover(servers=(NOWHERE,), tcp=tcp, way=way)
    finally:
        if kind != "none":
            network.run("ip", "route", "del", kind, f"{NOWHERE}/32")
    assert (outcome(report), tries(report)) == ("unreachable", [("tcp" if tcp else "udp", "host-unreachable")])
    assert report["elapsed_s"] < DEADLINE


@pytest.fixture
def link_local(network: Network, tmp_path: Path) -> Iterator[tuple[str, int]]:
    """The number of an interface, and the port where fe80::1 answers on it."""
    network.rules()
    network.run("ip", "link", "add", "link0", "type", "veth", "peer", "name", "link1")
    try:
        network.run("ip", "link", "set", "link0", "up")
        network.run("ip", "link", "set", "link1", "up")
        network.run("ip", "address", "add", "fe80::1/64", "dev", "link0", "nodad")
        number = str(json.loads(network.output("ip", "-j", "link", "show", "link0"))[0]["ifindex"])
        zone = tmp_path / "corp.zone"
        zone.write_text(ZONE)
        serve = [sys.executable, "-m", "kmsdns", "serve", str(zone), "--port", "0", "--die-with-parent", "--quiet"]
        with network.started(*serve, "--address", "::", "--allow-remote") as server:
            assert server.stdout is not None
            port = int(server.stdout.readline().rpartition(":")[2])
            try:
                yield number, port
            finally:
                server.terminate()
    finally:
        network.run("ip", "link", "del", "link0")


@both
@pytest.mark.parametrize("tcp", [False, True])
def test_a_link_local_server(network: Network, link_local: tuple[str, int], tcp: bool, way: str) -> None:
    """Its zone may be a number or a name, whatever the system writes in the source."""
    number, port = link_local
    for zone in (number, "link0"):
        report = network.discover(servers=(f"[fe80::1%{zone}]:{port}",), tcp=tcp, way=way)
        assert (outcome(report), tries(report)[0]) == ("answer", ("tcp" if tcp else "udp", "answer"))
        assert not [each for each in report["result"]["trace"] if each["rejected"]]
