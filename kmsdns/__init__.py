"""Find a service as its clients do (DNS SRV, RFC 2782), see why they don't, and test both.

KMS (_vlmcs._tcp) is the service that this knows best; every other SRV service works the same way.

Where would a client go? discover asks the DNS and puts the endpoints in the order a client tries them.

    import kmsdns

    found = kmsdns.discover("contoso.com", servers="127.0.0.1:5353")
    for endpoint in found.endpoints:
        print(endpoint.target, endpoint.port, endpoint.share, endpoint.addresses)

Why can't a client find its host? diagnose follows the client's own way, from the live DNS, from what the client's own
tools printed, or from both.

    evidence = ("dstatus.txt", pathlib.Path("dstatus.txt").read_bytes())
    print(kmsdns.diagnose("contoso.com", evidence=[evidence]))

What is wrong in a zone file? validate tells all mistakes at once, at path, line and column.

    for finding in kmsdns.validate("zones/", select=["SRV", "SVC"]).findings:
        print(finding.location, finding.code, finding.message)

Is the DNS as it should be? check compares it with a spec (docs/check.md has the language).

    report = kmsdns.check("contoso.kmsdns.toml", servers="192.0.2.53", wait=60)
    assert report.verdict is kmsdns.Verdict.CLEAN, str(report)

What does this code mean? explain has the page of each rule, activation error and event.

    print(kmsdns.explain("0xC004F074").title)

Each of these is there as a coroutine, too: await kmsdns.aio.discover("contoso.com").

Which record does a client choose? processing_order draws once, shares gives the exact chances.

    srvs = [kmsdns.Srv(priority=0, weight=w, port=1688, target=t) for t, w in (("a.", 60), ("b.", 20))]
    kmsdns.processing_order(srvs)
    kmsdns.shares(srvs)                          # [Fraction(121, 162), Fraction(41, 162)]

kmsdns.zone reads zone files and answers from them, without a server:

    zone = kmsdns.zone.load(pathlib.Path("contoso.zone").read_bytes(), "contoso.com", path="contoso.zone")
    kmsdns.zone.respond(zone, "_vlmcs._tcp.contoso.com", "SRV").answer

kmsdns.testing has a real DNS server for tests, and is a pytest plugin:

    with kmsdns.testing.DnsServer("zonefiles/contoso.zone", faults=["drop:every=2"]) as dns:
        kmsdns.discover("contoso.com", servers=dns.address)

Jobs return a Report. That the DNS fails is part of it (Response.outcome, Discovered.outcome), never an exception; a
KmsdnsError means misuse, or an input that can't be read. Names are texts in presentation form, times are seconds. Each
name of kmsdns is loaded when it is first used (PEP 562): importing it costs next to nothing.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kmsdns import aio as aio
    from kmsdns import api as api
    from kmsdns import testing as testing
    from kmsdns import zone as zone
    from kmsdns.api import check, diagnose, discover, explain, validate
    from kmsdns.errors import (
        InvalidArgument,
        InvalidName,
        InvalidServer,
        KmsdnsError,
        NoAnswer,
        NothingConfigured,
        UnreadableInput,
    )
    from kmsdns.expectations.values import Bounds as Bounds
    from kmsdns.expectations.values import Checked as Checked
    from kmsdns.expectations.values import CheckOutcome as CheckOutcome
    from kmsdns.expectations.values import CheckResult as CheckResult
    from kmsdns.expectations.values import CheckVantage as CheckVantage
    from kmsdns.expectations.values import ClientWish as ClientWish
    from kmsdns.expectations.values import Expectation as Expectation
    from kmsdns.expectations.values import Same as Same
    from kmsdns.expectations.values import Seen as Seen
    from kmsdns.expectations.values import Spec
    from kmsdns.expectations.values import Targets as Targets
    from kmsdns.expectations.values import VantageGroup as VantageGroup
    from kmsdns.expectations.values import Wish as Wish
    from kmsdns.expectations.values import Xfail as Xfail
    from kmsdns.expectations.values import ZoneTransferred as ZoneTransferred
    from kmsdns.jobs.explain import Page
    from kmsdns.jobs.explain import PageSection as PageSection
    from kmsdns.kms.config import ClientConfig
    from kmsdns.kms.diagnosis import Elsewhere as Elsewhere
    from kmsdns.kms.diagnosis import Observed as Observed
    from kmsdns.kms.evidence.facts import Claim as Claim
    from kmsdns.kms.evidence.facts import Event as Event
    from kmsdns.kms.evidence.facts import Facts as Facts
    from kmsdns.kms.evidence.facts import HostState as HostState
    from kmsdns.kms.evidence.facts import Level as Level
    from kmsdns.kms.evidence.facts import Licence as Licence
    from kmsdns.kms.evidence.facts import ManualHost as ManualHost
    from kmsdns.kms.evidence.facts import Product as Product
    from kmsdns.kms.evidence.facts import RememberedHost as RememberedHost
    from kmsdns.kms.evidence.facts import SeenAnswer as SeenAnswer
    from kmsdns.kms.evidence.facts import SeenConnect as SeenConnect
    from kmsdns.kms.evidence.facts import Source as Source
    from kmsdns.kms.evidence.facts import Suffix as Suffix
    from kmsdns.kms.evidence.facts import SuffixOrigin as SuffixOrigin
    from kmsdns.kms.evidence.facts import Topic as Topic
    from kmsdns.kms.evidence.facts import Tree as Tree
    from kmsdns.kms.evidence.facts import Unread as Unread
    from kmsdns.kms.licence import LicenceState as LicenceState
    from kmsdns.lookup.edns import Ede as Ede
    from kmsdns.lookup.edns import Edns as Edns
    from kmsdns.lookup.wire import Message, WireError, decode
    from kmsdns.lookup.wire import QuestionEntry as QuestionEntry
    from kmsdns.model.findings import Action as Action
    from kmsdns.model.findings import Change as Change
    from kmsdns.model.findings import Do as Do
    from kmsdns.model.findings import Evidence, Finding, Fix
    from kmsdns.model.findings import EvidenceKind as EvidenceKind
    from kmsdns.model.findings import Related as Related
    from kmsdns.model.findings import Rewrite as Rewrite
    from kmsdns.model.findings import Safety as Safety
    from kmsdns.model.findings import Severity as Severity
    from kmsdns.model.findings import Skipped as Skipped
    from kmsdns.model.findings import TextEdit as TextEdit
    from kmsdns.model.messages import Outcome as Outcome
    from kmsdns.model.messages import Probe as Probe
    from kmsdns.model.messages import ProbeAttempt as ProbeAttempt
    from kmsdns.model.messages import ProbeOutcome as ProbeOutcome
    from kmsdns.model.messages import ProbeResult as ProbeResult
    from kmsdns.model.messages import Question as Question
    from kmsdns.model.messages import Rejected as Rejected
    from kmsdns.model.messages import Response, Server
    from kmsdns.model.messages import Said as Said
    from kmsdns.model.messages import Try as Try
    from kmsdns.model.names import ServiceName as ServiceName
    from kmsdns.model.records import Location, Srv
    from kmsdns.model.records import Opaque as Opaque
    from kmsdns.model.records import Record as Record
    from kmsdns.model.records import RRset as RRset
    from kmsdns.model.records import Soa as Soa
    from kmsdns.model.report import Discovered, Endpoint, Report
    from kmsdns.model.report import Fate as Fate
    from kmsdns.model.report import Status as Status
    from kmsdns.model.report import Verdict as Verdict
    from kmsdns.model.report import ZoneFile as ZoneFile
    from kmsdns.model.snapshot import CachedHost as CachedHost
    from kmsdns.model.snapshot import Snapshot as Snapshot
    from kmsdns.model.typed import Text as Text
    from kmsdns.model.vantages import ServerAnswers as ServerAnswers
    from kmsdns.model.vantages import ServerSurvey as ServerSurvey
    from kmsdns.model.vantages import Vantage as Vantage
    from kmsdns.model.vantages import VantageKind as VantageKind
    from kmsdns.net.files.zones import ZoneSource as ZoneSource
    from kmsdns.net.server.faults.table import Tally as Tally
    from kmsdns.net.server.server import Counts as Counts
    from kmsdns.net.server.server import Query as Query
    from kmsdns.rules.exceptions import Exceptions
    from kmsdns.rules.manual import ManualBlock as ManualBlock
    from kmsdns.rules.zone.house_rules import HouseRules
    from kmsdns.selection.ordering import POLICIES, processing_order, rank_shares, shares
    from kmsdns.selection.ordering import Dice as Dice
    from kmsdns.sessions.validate import TransferSource
    from kmsdns.testing import DnsServer, assert_srv
    from kmsdns.testing import DnsServers as DnsServers
    from kmsdns.zone.authority import Reply as Reply
    from kmsdns.zone.zone import Zone

__version__ = "0.2.0"

__all__ = [  # what help(kmsdns) tells of; the values that these hold are public names, too (_HOMES)
    "POLICIES",
    "ClientConfig",
    "Discovered",
    "DnsServer",
    "Endpoint",
    "Evidence",
    "Exceptions",
    "Finding",
    "Fix",
    "HouseRules",
    "InvalidArgument",
    "InvalidName",
    "InvalidServer",
    "KmsdnsError",
    "Location",
    "Message",
    "NoAnswer",
    "NothingConfigured",
    "Page",
    "Report",
    "Response",
    "Server",
    "Spec",
    "Srv",
    "TransferSource",
    "UnreadableInput",
    "WireError",
    "Zone",
    "__version__",
    "assert_srv",
    "check",
    "decode",
    "diagnose",
    "discover",
    "explain",
    "processing_order",
    "rank_shares",
    "shares",
    "validate",
]

_HOMES = {
    "kmsdns.api": "check diagnose discover explain validate",
    "kmsdns.errors": (
        "InvalidArgument InvalidName InvalidServer KmsdnsError NoAnswer NothingConfigured UnreadableInput"
    ),
    "kmsdns.expectations.values": (
        "Bounds CheckOutcome CheckResult CheckVantage Checked ClientWish Expectation Same Seen Spec Targets "
        "VantageGroup Wish Xfail ZoneTransferred"
    ),
    "kmsdns.jobs.explain": "Page PageSection",
    "kmsdns.kms.config": "ClientConfig",
    "kmsdns.kms.diagnosis": "Elsewhere Observed",
    "kmsdns.kms.evidence.facts": (
        "Claim Event Facts HostState Level Licence ManualHost Product RememberedHost SeenAnswer "
        "SeenConnect Source Suffix SuffixOrigin Topic Tree Unread"
    ),
    "kmsdns.kms.licence": "LicenceState",
    "kmsdns.lookup.edns": "Ede Edns",
    "kmsdns.lookup.wire": "Message QuestionEntry WireError decode",
    "kmsdns.model.findings": (
        "Action Change Do Evidence EvidenceKind Finding Fix Related Rewrite Safety Severity Skipped TextEdit"
    ),
    "kmsdns.model.messages": (
        "Outcome Probe ProbeAttempt ProbeOutcome ProbeResult Question Rejected Response Said Server Try"
    ),
    "kmsdns.model.names": "ServiceName",
    "kmsdns.model.records": "Location Opaque Record RRset Soa Srv",
    "kmsdns.model.report": "Discovered Endpoint Fate Report Status Verdict ZoneFile",
    "kmsdns.model.snapshot": "CachedHost Snapshot",
    "kmsdns.model.vantages": "ServerAnswers ServerSurvey Vantage VantageKind",
    "kmsdns.net.server.faults.table": "Tally",
    "kmsdns.net.server.server": "Counts Query",
    "kmsdns.rules.exceptions": "Exceptions",
    "kmsdns.rules.manual": "ManualBlock",
    "kmsdns.rules.zone.house_rules": "HouseRules",
    "kmsdns.selection.ordering": "POLICIES processing_order rank_shares shares",
    "kmsdns.sessions.validate": "TransferSource",
    "kmsdns.testing": "DnsServer DnsServers assert_srv",
    "kmsdns.zone.authority": "Reply",
    "kmsdns.zone.zone": "Zone",
}
"""Where each public name lives: what the functions take, what they return, and what reports are made of."""
_MODULES = frozenset({"aio", "api", "lookup", "model", "net", "selection", "services", "testing", "zone"})


if not TYPE_CHECKING:  # who sees it takes any name for a public one

    def __getattr__(name: str) -> object:
        from importlib import import_module

        if name in _MODULES:
            return import_module(f"kmsdns.{name}")
        home = _home(name)
        if home is None:
            raise AttributeError(f"module 'kmsdns' has no attribute {name!r}")
        return globals().setdefault(name, getattr(import_module(home), name))


def _home(name: str) -> str | None:
    return next((home for home, names in _HOMES.items() if name in names.split()), None)


def __dir__() -> list[str]:
    public = {name for names in _HOMES.values() for name in names.split()}
    return sorted({*__all__, *public, *_MODULES})
