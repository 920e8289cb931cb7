"""Encrypted look-ups at real servers: BIND and Unbound over TLS and HTTPS."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kmsdns.model.messages import Question
from tests import peers
from tests.net.client.secure import GOOD, ZONE, at
from tests.net.client.test_secure import SRV, Ask, both

NAMED = """\
tls own {{ cert-file "{folder}/chain.pem"; key-file "{folder}/key.pem"; }};
http own {{ endpoints {{ "/dns-query"; }}; }};
options {{
  directory "{folder}";
  listen-on port {port} {{ 127.0.0.1; }};
  listen-on port {dot} tls own {{ 127.0.0.1; }};
  listen-on port {doh} tls own http own {{ 127.0.0.1; }};
  listen-on-v6 {{ none; }};
  pid-file none;
  session-keyfile none;
  recursion no;
  notify no;
}};
controls {{ }};
logging {{
  channel log {{ file "{folder}/named.log"; severity info; }};
  category default {{ log; }};
}};
zone "corp.test." {{ type primary; file "corp.zone"; }};
"""

UNBOUND = """\
server:
  interface: 127.0.0.1@{port}
  interface: 127.0.0.1@{dot}
  interface: 127.0.0.1@{doh}
  tls-port: {dot}
  https-port: {doh}
  tls-service-key: "{folder}/key.pem"
  tls-service-pem: "{folder}/chain.pem"
  do-ip6: no
  do-daemonize: no
  num-threads: 1
  username: ""
  chroot: ""
  directory: "{folder}"
  pidfile: ""
  use-syslog: no
  logfile: "{folder}/unbound.log"
  root-hints: "{folder}/root.hints"
  module-config: "iterator"
  local-zone: "test." nodefault
remote-control:
  control-enable: no
auth-zone:
  name: "corp.test."
  zonefile: "{folder}/corp.zone"
  for-upstream: no
"""

PEERS = {"named": (["named", "-f", "-n", "1", "-c"], NAMED), "unbound": (["unbound", "-d", "-p", "-c"], UNBOUND)}
Ports = dict[str, int]


@pytest.fixture(scope="module", params=list(PEERS))
def ports(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ports]:
    """The ports of each transport."""
    command, template = PEERS[request.param]
    found: Ports = {}

    def settings(peer: peers.Peer, folder: Path) -> str:
        (folder / "corp.zone").write_text(ZONE)
        (folder / "key.pem").write_bytes(GOOD.private_key_pem.bytes())
        (folder / "chain.pem").write_bytes(b"".join(pem.bytes() for pem in GOOD.cert_chain_pems))
        found.update({transport: peers.free_port("127.0.0.1") for transport in ("dot", "doh")})
        return template.format(folder=folder, port=peer.port, **found)

    with peers.configured(command, settings, "corp.test.", tmp_path_factory.mktemp(request.param)):
        yield found


@both
@pytest.mark.parametrize("transport", ["dot", "doh"])
def test_a_real_server_answers(ask: Ask, ports: Ports, transport: str) -> None:
    many = [Question(name=f"h{n}.corp.test.", rdtype="A") for n in range(50)]
    found = ask([at(ports[transport], transport)], [SRV], [*many, Question(name="many._tcp.corp.test.", rdtype="SRV")])
    assert [response.outcome for response in found] == ["answer", *["nxdomain"] * 50, "answer"]
    assert {response.transport for response in found} == {transport}
    assert {len(response.tries) for response in found} == {1}
    assert [srv.target for srv in found[0].srvs] == ["kms1.corp.test."]
    assert len(found[-1].srvs) == 60


@both
def test_a_real_server_under_another_name_or_path(ask: Ask, ports: Ports) -> None:
    for transport in ("dot", "doh"):
        (found,) = ask([at(ports[transport], transport, "other.test")], [SRV])
        assert (found.reason, len(found.tries)) == ("tls-untrusted", 1)
    (found,) = ask([at(ports["doh"], "doh").replace(path="/elsewhere")], [SRV])
    assert (found.reason, found.tries[0].detail) == ("http-status", "404")
