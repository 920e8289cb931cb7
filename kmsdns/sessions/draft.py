"""Specs made of what is live: a first one for a domain (check --init), and those there are (check --update)."""

from __future__ import annotations

from kmsdns.errors import NoAnswer
from kmsdns.jobs import draft as writer
from kmsdns.model.messages import Question
from kmsdns.model.typed import typed_service_name
from kmsdns.net.client.drive import run
from kmsdns.net.client.stub import Stub
from kmsdns.net.files.specs import read
from kmsdns.options import DRAFT, Discovering, Transport
from kmsdns.services.table import service_from_text
from kmsdns.sessions.check import check
from kmsdns.sessions.discover import look_up_settings, servers_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path
    from typing import Unpack

    from kmsdns.jobs.draft import Update
    from kmsdns.model.report import Report
    from kmsdns.model.typed import Text
    from kmsdns.options import CheckArguments, DraftArguments


@DRAFT.taken
def draft(domain: Text, **given: Unpack[DraftArguments]) -> str:
    """A first spec for a domain, or an owner name, made of what the servers say. NoAnswer when they don't."""
    transport = Transport.of(given)
    wanted = service_from_text(Discovering.of(given).service)
    name = typed_service_name(domain, wanted.service, wanted.proto)
    stub = Stub(servers_of(transport.servers), look_up_settings(transport))
    srv, ns = stub.ask([Question(name=name.owner, rdtype="SRV"), Question(name=name.domain, rdtype="NS")])
    if not srv.outcome.is_conclusive:
        raise NoAnswer(f"no spec can be made: no answer to {srv.question} ({srv.reason}); name a server with --server")
    return writer.draft(name.domain, srv, [str(record.rdata) for record in ns.answer])


def update(*specs: str | Path, **options: Unpack[CheckArguments]) -> tuple[list[Update], Report]:
    """Each spec with what is live in it, and the report on it as it is; nothing is written. As kmsdns.check."""
    found = read(*specs)
    with check(*found, **options) as session:
        report = session.finish(run(session.plan, session.source))
    left = list(report.checked)
    updates = []
    for spec in found:
        mine, left = left[: len(spec.checks)], left[len(spec.checks) :]
        updates.append(writer.update(spec, mine))
    return updates, report
