"""The DnsServer context manager, and the pytest plugin as a project would use it."""

from __future__ import annotations

import asyncio
import contextlib
import os
import select
import signal
import subprocess
import sys
import threading

import dns.asyncquery
import dns.message
import dns.query
import pytest

from kmsdns.errors import InvalidServer, KmsdnsError, UnreadableInput
from kmsdns.model.records import Srv
from kmsdns.testing import DEFAULT_SERVICE, DnsServer, DnsServers
from kmsdns.testing import assert_srv as check_srv

pytest_plugins = "pytester"

ZONE = """\
$ORIGIN contoso.test.
$TTL 60
@ SOA ns hostmaster 1 7200 900 1209600 300
@ NS ns
ns A 192.0.2.1
_vlmcs._tcp SRV 0 60 1688 kms1
_vlmcs._tcp SRV 0 40 1688 KMS2
_ldap._tcp SRV 0 0 389 dc1
_sip._tls CNAME _ldap._tcp
kms1 A 192.0.2.11
"""
OTHER = ZONE.replace("contoso", "fabrikam")
KMS = ["0 60 1688 kms1.contoso.test", "0 40 1688 kms2.contoso.test."]


def ask(server, name="_vlmcs._tcp.contoso.test", rdtype="SRV", host="127.0.0.1"):
    return dns.query.udp(dns.message.make_query(name, rdtype), host, port=server.port, timeout=10)


# DnsServer


@pytest.fixture(params=[False, True], ids=["thread", "process"])
def isolated(request):
    """Both ways in which a server can run beside the tests."""
    return request.param


def test_from_text(isolated):
    with DnsServer(ZONE, isolated=isolated) as server:
        assert server.address == f"127.0.0.1:{server.port}"
        assert len(ask(server).answer[0]) == 2
        (query,) = server.queries
        assert (query.name, query.rdtype, query.transport) == ("_vlmcs._tcp.contoso.test.", "SRV", "udp")
    assert len(server.queries) == server.counts.udp == 1
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("kmsdns")]


@pytest.mark.parametrize("kind", [str, lambda path: path])
def test_from_a_file(tmp_path, kind, isolated):
    path = tmp_path / "contoso.zone"
    path.write_text(ZONE)
    with DnsServer(kind(path), isolated=isolated) as server:
        assert len(ask(server).answer[0]) == 2


def test_from_several(tmp_path, isolated):
    path = tmp_path / "fabrikam.zone"
    path.write_text(OTHER)
    for zones in ([ZONE, path], (ZONE, OTHER), [ZONE, tmp_path]):
        with DnsServer(zones, isolated=isolated) as server:
            assert len(ask(server).answer[0]) == 2
            assert len(ask(server, "_vlmcs._tcp.fabrikam.test").answer[0]) == 2


def test_another_address(isolated):
    with DnsServer(ZONE, address="127.0.0.3", isolated=isolated) as server:
        assert server.address == f"127.0.0.3:{server.port}"
        assert len(ask(server, host="127.0.0.3").answer[0]) == 2


def test_again_on_the_same_port(isolated):
    with DnsServer(ZONE, isolated=isolated) as server:
        port = server.port
    with DnsServer(ZONE, port=port, isolated=isolated) as server:
        assert server.port == port
        with pytest.raises(KmsdnsError, match="running already"):
            server.start()
    server.stop()
    with server:
        assert len(ask(server).answer[0]) == 2


def test_reload(isolated):
    with DnsServer(ZONE, isolated=isolated) as server:
        server.reload(OTHER)
        assert ask(server).rcode() == 5
        assert len(ask(server, "_vlmcs._tcp.fabrikam.test").answer[0]) == 2
        with pytest.raises(UnreadableInput):
            server.reload("@ A 1\n")
        assert len(ask(server, "_vlmcs._tcp.fabrikam.test").answer[0]) == 2
        assert len(server.queries) == 3


def test_before_the_start():
    server = DnsServer("nowhere.zone")
    server.stop()
    with pytest.raises(KmsdnsError, match="not been started"):
        _ = server.address


def test_a_zone_that_cannot_be_read(tmp_path, isolated):
    path = tmp_path / "broken.zone"
    path.write_text(ZONE + "kms3 A 192.0.2.256\nkms4 A 192.0.2.257\n")
    with pytest.raises(UnreadableInput, match=r"broken\.zone:11:\d+: "), DnsServer(path, isolated=isolated):
        pass
    with pytest.raises(UnreadableInput, match=r"<zone>:11:\d+: "), DnsServer(path.read_text(), isolated=isolated):
        pass
    with (
        pytest.raises(UnreadableInput, match="cannot be read"),
        DnsServer(tmp_path / "missing.zone", isolated=isolated),
    ):
        pass


def test_misuse(isolated):
    with (
        pytest.raises(KmsdnsError, match="no fault 'dorp': did you mean drop"),
        DnsServer(ZONE, faults=["dorp"], isolated=isolated),
    ):
        pass
    with pytest.raises(KmsdnsError, match="other machines"), DnsServer(ZONE, address="192.0.2.1", isolated=isolated):
        pass
    with DnsServer(ZONE, isolated=isolated) as server:
        second = DnsServer(ZONE, port=server.port, isolated=isolated)
        with pytest.raises(KmsdnsError, match=f"port {server.port}"), second:
            pass


def test_faults(isolated):
    with DnsServer(
        ZONE, faults=["servfail:type=SRV,first=1", "refused:name=kms1.contoso.test"], isolated=isolated
    ) as server:
        assert [ask(server).rcode() for _ in range(2)] == [2, 0]
        assert ask(server, "kms1.contoso.test", "A").rcode() == 5
        assert ask(server, "refused.fault.test", "A").rcode() == 5
        assert [(tally.spec, tally.seen, tally.hit) for tally in server.faults] == [
            ("servfail:type=SRV,first=1", 2, 1),
            ("refused:name=kms1.contoso.test", 1, 1),
        ]


def test_relative_paths(tmp_path, monkeypatch, isolated):
    (tmp_path / "contoso.zone").write_text(ZONE)
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere/other.zone").write_text(OTHER)
    monkeypatch.chdir(tmp_path)
    with DnsServer("contoso.zone", isolated=isolated) as server:
        monkeypatch.chdir("elsewhere")
        server.reload("other.zone")
        assert len(ask(server, "_vlmcs._tcp.fabrikam.test").answer[0]) == 2


@pytest.mark.usefixtures("each_loop")
def test_in_async_suites(isolated):
    async def suite():
        async with DnsServer(ZONE, isolated=isolated) as server:
            query = dns.message.make_query("_vlmcs._tcp.contoso.test", "SRV")
            for way in (dns.asyncquery.udp, dns.asyncquery.tcp):
                assert len((await way(query, "127.0.0.1", port=server.port, timeout=10)).answer[0]) == 2
            assert [each.transport for each in server.queries] == ["udp", "tcp"]
        with pytest.raises(KmsdnsError):
            async with DnsServer("@ A 1\n", isolated=isolated):
                pass
        return server

    assert asyncio.run(suite()).counts.tcp == 1


def test_what_a_test_patches_is_not_patched_in_another_process(monkeypatch):
    monkeypatch.setattr("kmsdns.net.server.responder.respond_from", None)
    monkeypatch.setattr("kmsdns.net.server.response_cache.ResponseCache.quick", None)
    with DnsServer(ZONE, isolated=True) as server:
        assert len(ask(server, "_sip._tls.contoso.test").answer) == 2


def test_a_process_that_has_ended_by_itself():
    server = DnsServer(ZONE, isolated=True)
    server.start()
    server._server._process.kill()
    with pytest.raises(KmsdnsError, match="ended by itself"):
        _ = server.queries
    server.stop()
    with server:
        assert len(ask(server).answer[0]) == 2


@pytest.mark.skipif(sys.platform == "win32", reason="os.fork is POSIX's")
@pytest.mark.parametrize("end", ["os._exit(0)", "os.kill(os.getpid(), 9)", "if os.fork(): os._exit(0)\ntime.sleep(60)"])
def test_it_does_not_outlive_its_parent(end):
    """Not even when a fork of that goes on, and has all it had open."""
    read, write = os.pipe()
    code = (
        "import os, sys, time\n"
        "from kmsdns.testing import DnsServer\n"
        "os.set_inheritable(int(sys.argv[2]), True)\n"
        "import subprocess\n"
        "genuine = subprocess.Popen\n"
        "subprocess.Popen = lambda *a, **k: genuine(*a, **k, pass_fds=[int(sys.argv[2])])\n"
        "DnsServer(sys.argv[1], isolated=True).start()\n"
        "os.close(int(sys.argv[2]))\n"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", code + end, ZONE, str(write)], pass_fds=[write], start_new_session=True
    )
    os.close(write)
    try:
        parent.wait(20)
        assert select.select([read], [], [], 20)[0], "the server goes on"
        assert os.read(read, 1) == b""  # the server, which has the other end, is gone
    finally:
        os.close(read)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(parent.pid, signal.SIGKILL)


# The fixtures, in this very run


def test_fixtures(dns_server, assert_srv, tmp_path):
    with pytest.raises(KmsdnsError, match="no server to ask"):
        assert_srv("contoso.test", [])
    first = dns_server(ZONE)
    assert_srv("contoso.test", KMS)
    second = dns_server(OTHER)
    assert first.port != second.port
    assert_srv("fabrikam.test", [record.replace("contoso", "fabrikam") for record in KMS])
    third = dns_server(ZONE, faults=["refused"], isolated=True)
    with pytest.raises(AssertionError, match="refused"):
        assert_srv("contoso.test", KMS)
    assert third.faults[0].hit == 1
    assert_srv("contoso.test", KMS, server=first)
    assert_srv("contoso.test", KMS, server=first.address)


def test_all_are_stopped():
    servers = DnsServers()
    ports = [servers(ZONE).port for _ in range(3)]
    servers.stop()
    for port in ports:
        with DnsServer(ZONE, port=port):
            pass


# assert_srv


@pytest.fixture(scope="module")
def server():
    with DnsServer(ZONE) as running:
        yield running


@pytest.mark.parametrize(
    ("name", "expected", "options"),
    [
        ("contoso.test", KMS, {}),
        ("Contoso.Test.", reversed(KMS), {}),
        ("contoso.test", [Srv(priority=0, weight=60, port=1688, target="KMS1.contoso.test."), KMS[1]], {}),
        ("_ldap._tcp.contoso.test", ["0 0 389 dc1.contoso.test"], {}),
        ("contoso.test", ["0 0 389 dc1.contoso.test"], {"service": "ldap"}),
        ("contoso.test", ["0 0 389 dc1.contoso.test"], {"service": "_sip._tls"}),
        ("contoso.test", [], {"service": "kerberos"}),
        ("_tcp.contoso.test", [], {}),
    ],
)
def test_as_expected(server, name, expected, options):
    check_srv(name, expected, server=server, **options)


def test_the_difference(server):
    with pytest.raises(AssertionError) as failed:
        check_srv("contoso.test", [KMS[0], "0 10 1688 kms3.contoso.test", "10 0 1688 kms4.contoso.test"], server=server)
    assert str(failed.value).splitlines() == [
        f"_vlmcs._tcp.contoso.test. SRV at {server.address} is not as expected (answer)",
        "  - 0 10 1688 kms3.contoso.test.",
        "  + 0 40 1688 kms2.contoso.test.",
        "    0 60 1688 kms1.contoso.test.",
        "  - 10 0 1688 kms4.contoso.test.",
        "  (- expected and not there, + there and not expected)",
    ]


@pytest.mark.parametrize(("name", "outcome"), [("nothing.contoso.test", "nxdomain"), ("fabrikam.test", "refused")])
def test_the_outcome_is_told(server, name, outcome):
    with pytest.raises(AssertionError, match=rf"\({outcome}"):
        check_srv(name, KMS, server=server)


def test_no_usable_answer_is_no_pass(server):
    with pytest.raises(AssertionError, match="refused"):
        check_srv("fabrikam.test", [], server=server)


@pytest.mark.parametrize(
    "text",
    ["", "kms1", "0 0 1688", "0 0 65536 kms1", "0 -1 1688 kms1", "a b c d", "0 0 1688 kms1 x", "\u0663 0 0 kms1"],
)
def test_what_is_no_record(server, text):
    with pytest.raises(KmsdnsError, match="no SRV record"):
        check_srv("contoso.test", [text], server=server)


def test_what_is_no_server():
    with pytest.raises(InvalidServer):
        check_srv("contoso.test", [], server="127.0.0.1:x")


# The plugin in a project of its own


def test_the_plugin(pytester):
    pytester.makepyfile(
        f"""
        ZONE = {ZONE!r}

        def test_passes(dns_server, assert_srv):
            server = dns_server(ZONE)
            assert_srv("contoso.test", ["0 60 1688 kms1.contoso.test", "0 40 1688 kms2.contoso.test"])
            assert [query.rdtype for query in server.queries] == ["SRV"]

        def test_fails(dns_server, assert_srv):
            dns_server(ZONE)
            assert_srv("contoso.test", ["0 60 1688 kms1.contoso.test"])
        """
    )
    outcome = pytester.runpytest_subprocess()
    outcome.assert_outcomes(passed=1, failed=1)
    outcome.stdout.fnmatch_lines(
        [
            '>*assert_srv("contoso.test", *)',
            "E*AssertionError: _vlmcs._tcp.contoso.test. SRV at 127.0.0.1:* is not as expected (answer)",
            "E*+ 0 40 1688 kms2.contoso.test.",
        ]
    )
    assert "kmsdns/testing.py" not in outcome.stdout.str().replace("\\", "/")


def test_the_fixtures_are_listed(pytester):
    outcome = pytester.runpytest_subprocess("--fixtures")
    outcome.stdout.fnmatch_lines(["dns_server*", "assert_srv*"])


def test_the_default_service_is_the_one_of_everything_else():
    from kmsdns.services.table import DEFAULT

    assert DEFAULT_SERVICE == DEFAULT


def test_importing_it_is_light():
    heavy = {"pytest", "dns", "dnslib", "socket", "selectors", "threading", "asyncio", "kmsdns.lookup", "kmsdns.net"}
    code = "import sys; before = set(sys.modules); import kmsdns.testing; print(*set(sys.modules) - before)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "kmsdns.testing" in done.stdout.split()
    assert heavy.isdisjoint(done.stdout.split())
