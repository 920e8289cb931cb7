"""LIV: what the DNS answers, or fails to, when a client looks for the service. Needs: live answers."""

from __future__ import annotations

from kmsdns.model.findings import Action, Do, Fix, Severity
from kmsdns.model.messages import Outcome, first_failed
from kmsdns.model.report import unknown_addresses
from kmsdns.rules.evidence import reason, record_evidence, response_evidence, servers
from kmsdns.rules.rule import FindingDraft, Needs, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kmsdns.model.findings import Evidence
    from kmsdns.model.messages import Response
    from kmsdns.model.report import Discovered
    from kmsdns.model.snapshot import Snapshot
    from kmsdns.rules.case import Case

_KMS = "_vlmcs"
_LIVE = (Needs.LIVE,)


def _unanswered(case: Case, *outcomes: Outcome) -> Iterator[tuple[Snapshot, Response]]:
    """Snapshots in which no name has the service, with the response that counts when it is one of these outcomes.

    It counts where a later name has the record, too: whether a client would have asked that one can't be told.
    """
    for snapshot in case.snapshots:
        counts = first_failed(snapshot.srv)
        if counts is None or (counts.outcome.is_conclusive and _later(snapshot, counts) is not None):
            continue
        if counts.outcome in outcomes and not (snapshot.has_fallback and counts.outcome.is_conclusive):
            yield snapshot, counts


def _later(snapshot: Snapshot, response: Response) -> Response | None:
    """The answer at another name that was asked after this one; None when there is none."""
    return next((each for each in snapshot.srv if each is not response and each.outcome is Outcome.ANSWER), None)


def _severity(snapshot: Snapshot, response: Response) -> Severity | None:
    """A warning where a later name has the record; None for the rule's own."""
    return None if _later(snapshot, response) is None else Severity.WARNING


def _beside(snapshot: Snapshot, response: Response) -> str:
    """What to say where a later name has the record."""
    later = _later(snapshot, response)
    return "" if later is None else f"; {later.question.name}, asked after it, has the record"


def _shown(snapshot: Snapshot, response: Response) -> str | None:
    """The code is what a KMS client shows that finds nothing; other services have none."""
    if snapshot.service.service != _KMS or _later(snapshot, response) is not None:
        return None
    from kmsdns.kms.codes import shown_for  # a look-up that finds what it looks for needs no code

    return shown_for(response)


def _failed(snapshot: Snapshot, response: Response, message: str) -> FindingDraft:
    """What to say of a look-up that failed, with what its reason asks for."""
    from kmsdns.rules.live.advice import advice

    told = advice(response)
    if response.unasked:
        number = len(response.unasked)
        message += f"; the turn of {number} more server{'' if number == 1 else 's'} did not come"
    return FindingDraft(
        subject=response.question.name,
        message=message + _beside(snapshot, response),
        severity=_severity(snapshot, response),
        evidence=response_evidence(snapshot.srv),
        fix=Fix(summary=told.fix),
        hresult=_shown(snapshot, response),
        reference=told.clause,
    )


def _elsewhere(case: Case) -> Response | None:
    """The answer at a domain that the client doesn't search, though it was named, or is a suffix of the client's."""
    places = case.client.elsewhere if case.client is not None else ()
    found = [each.response for each in places if each.place == "named"]
    return next((each for each in found if any(not srv.is_no_service for srv in each.srvs)), None)


def _records_elsewhere(case: Case) -> tuple[Evidence, ...]:
    found = _elsewhere(case)
    return () if found is None else record_evidence(found)


def _other_domain(case: Case, response: Response) -> tuple[str, Fix | None]:
    """What to say, and to do, where a domain has the record that this client doesn't search (docs/kms.md 6.5 (10))."""
    found = _elsewhere(case)
    if found is None:
        return "", None
    domain = found.question.name.removeprefix("_vlmcs._tcp.")
    fix = Fix(
        summary=f"publish the record at {response.question.name} too, let the client search {domain}, or set its "
        f"look-up domain: slmgr /skms-domain {domain.removesuffix('.')}",
        actions=(Action(do=Do.SET_LOOKUP_DOMAIN, on="client", value=domain),),
    )
    return f"; {found.question.name}, which this client doesn't ask, has it", fix


@rule(
    "LIV001",
    "no-service-record",
    Severity.ERROR,
    "RFC 2782, RFC 8020",
    needs=_LIVE,
    causes=("KMS123",),
    cause_of_any_subject=True,
)
def no_service_record(case: Case) -> Iterator[FindingDraft]:
    """No name that the client asks has the record: NXDOMAIN everywhere.

    Why: Without the SRV record a client doesn't learn where the service is, however healthy the host.
    Fix: Publish the record in the zone that the client's DNS suffix names, or give the client that suffix.
    KMS: A client shows 0x8007232B. A host publishes itself when it may: event 12293 on the host says why it could not.
    Example: In the zone contoso.com, with the dot at the end of the target
        _vlmcs._tcp  3600  IN  SRV  0 0 1688 kms01.contoso.com.
    """
    for snapshot, response in _unanswered(case, Outcome.NXDOMAIN):
        end = f" (the alias leads to {response.canonical})" if response.aliases else ""
        fix = Fix(summary=f"publish an SRV record at {response.question.name}, or check the domain's spelling")
        other, better = _other_domain(case, response)
        yield FindingDraft(
            subject=response.question.name,
            message=f"{response.question.name} does not exist: no SRV record is published there{end}{other}",
            evidence=response_evidence(snapshot.srv) + _records_elsewhere(case),
            fix=better or fix,
            hresult=_shown(snapshot, response),
        )


@rule("LIV002", "no-data", Severity.ERROR, "RFC 2308 2.2", needs=_LIVE)
def no_data(case: Case) -> Iterator[FindingDraft]:
    """The name exists, its SRV RRset does not.

    Why: Records of another type at the name (an A record made by mistake), or names below it, don't help a client that
    asks for SRV.
    Fix: Publish an SRV record at exactly this name.
    KMS: A client shows 0x8007251D.
    Example: An address where the service's record should be
        _vlmcs._tcp  IN  A    192.0.2.10
    and what a client needs instead
        _vlmcs._tcp  IN  SRV  0 0 1688 kms01.contoso.com.
        kms01        IN  A    192.0.2.10
    """
    for snapshot, response in _unanswered(case, Outcome.NODATA):
        end = f" (an alias of {response.canonical})" if response.aliases else ""
        other, better = _other_domain(case, response)
        yield FindingDraft(
            subject=response.question.name,
            message=f"{response.question.name}{end} exists, but has no SRV record{other}",
            evidence=response_evidence(snapshot.srv) + _records_elsewhere(case),
            fix=better or Fix(summary=f"publish an SRV record at {response.question.name}"),
            hresult=_shown(snapshot, response),
        )


@rule(
    "LIV003",
    "server-failure",
    Severity.ERROR,
    "RFC 1035 4.1.1, RFC 2308 7.1",
    needs=_LIVE,
    causes=("KMS124",),
    cause_of_any_subject=True,
)
def server_failure(case: Case) -> Iterator[FindingDraft]:
    """The server says that it failed (SERVFAIL, or another code that is no answer).

    Why: Whether the record exists can't be told through this server.
    Fix: Ask the zone's own servers; a resolver that fails where they answer has trouble with DNSSEC or the delegation.
    YXDOMAIN means that a DNAME record makes the name too long.
    KMS: A client shows 0x8007232A, or the code of the server's own: 0x80072329 for FORMERR, 0x8007232C for NOTIMP,
    0x8007232E for YXDOMAIN.
    Example: The resolver first, then a server of the zone
        $ kmsdns discover contoso.com -v
        $ kmsdns discover contoso.com --server 192.0.2.53 -v
    """
    for snapshot, response in _unanswered(case, Outcome.SERVFAIL):
        message = f"the server answered {response.question.name} SRV with {response.reason.upper()}"
        yield _failed(snapshot, response, message)


@rule(
    "LIV004",
    "query-refused",
    Severity.ERROR,
    "RFC 1035 4.1.1",
    needs=_LIVE,
    causes=("KMS124",),
    cause_of_any_subject=True,
)
def query_refused(case: Case) -> Iterator[FindingDraft]:
    """The server is not willing, or not the one, to answer: REFUSED, NOTAUTH, or a referral elsewhere.

    Why: A client whose resolver refuses never gets to the record.
    Fix: Use a resolver that serves this network, or, where it refuses, allow the client in the server's access list. A
    server that holds other zones only, or refers elsewhere, is none.
    KMS: A client shows 0x8007232D; for NOTAUTH, 0x80072331.
    Example: A server that is authoritative for other zones only is no resolver
        $ kmsdns discover contoso.com --server 192.0.2.53
        _vlmcs._tcp.contoso.com.  refused
    """
    for snapshot, response in _unanswered(case, Outcome.REFUSED):
        words = {"lame": "is not responsible for it", "referral": "only refers to other servers"}
        what = words.get(response.reason, f"said {response.reason.upper()}")
        yield _failed(snapshot, response, f"the server did not answer {response.question.name} SRV: it {what}")


@rule(
    "LIV005",
    "no-answer",
    Severity.ERROR,
    "RFC 1035 4.2.1",
    needs=_LIVE,
    is_open=True,
    causes=("KMS121", "KMS122", "KMS124"),
    cause_of_any_subject=True,
    offline=False,
)
def no_answer(case: Case) -> Iterator[FindingDraft]:
    """No server answered in time, or none could be reached.

    Why: Nothing is known about the record, so nothing else is judged.
    Fix: Check the resolver's address, that it runs, and that UDP and TCP port 53 get through.
    KMS: A client shows 0x8007232A.
    Example: Every try with what became of it, then the same over TCP
        $ kmsdns discover contoso.com -v
        $ kmsdns discover contoso.com --tcp -v
    """
    for snapshot, response in _unanswered(case, Outcome.TIMEOUT, Outcome.UNREACHABLE):
        what = f"no answer to {response.question.name} SRV from {servers(response)}"
        from kmsdns.rules.live.advice import is_cut_off

        if is_cut_off(response):
            what = f"no whole answer to {response.question.name} SRV from {servers(response)}, cut off over UDP"
        elif response.reason == "no-socket":
            what = f"{response.question.name} SRV could not be asked, since this machine has no socket left"
        yield _failed(snapshot, response, f"{what}: {reason(response)}")


@rule("LIV006", "service-decidedly-unavailable", Severity.ERROR, 'RFC 2782, "Target"', needs=_LIVE)
def service_decidedly_unavailable(case: Case) -> Iterator[FindingDraft]:
    """The only target is ".": the domain says that it does not offer the service.

    Why: A client stops here, by the standard.
    Fix: Replace the record, if the service is offered after all.
    Example: This record says that there is no such service
        _vlmcs._tcp  IN  SRV  0 0 0 .
    """
    for snapshot in case.snapshots:
        answers = [response for response in snapshot.srv if response.outcome is Outcome.ANSWER]
        for response in answers:
            if response.srvs and all(srv.is_no_service for srv in response.srvs):
                yield FindingDraft(
                    subject=response.question.name,
                    message=f'{response.question.name} says that the service is not available: its only target is "."',
                    evidence=record_evidence(response),
                    fix=Fix(summary="replace the record by one that names a host, if the service is offered"),
                )


@rule(
    "LIV007",
    "response-malformed",
    Severity.ERROR,
    "RFC 1035 4, RFC 9267",
    needs=_LIVE,
    causes=("KMS124",),
    cause_of_any_subject=True,
)
def response_malformed(case: Case) -> Iterator[FindingDraft]:
    """What came back doesn't parse, contradicts itself, or answers another question.

    Why: A client drops such a reply and waits in vain, or takes a forged one for the truth.
    Fix: Where the reply is whole and contradicts itself, mend the zone or the server; else find what answers in the
    server's place (a middlebox, a captive portal).
    Example: What was wrong with each reply, then whether another way brings the same
        $ kmsdns discover contoso.com -v
        $ kmsdns discover contoso.com --tcp -v
    """
    for snapshot, response in _unanswered(case, Outcome.MALFORMED):
        message = f"no usable reply to {response.question.name} SRV: {reason(response)}"
        yield _failed(snapshot, response, message)


@rule(
    "LIV008", "address-unknown", Severity.ERROR, "RFC 1035 4.1.1, RFC 2308 7", needs=_LIVE, is_open=True, offline=False
)
def address_unknown(case: Case) -> Iterator[FindingDraft]:
    """The address of a target could not be asked: the DNS failed, refused, or said nothing.

    Why: The target may have an address or none; nobody knows, so nothing else is said of it. A warning where a client
    has another endpoint to go to, else an error: then the whole outcome is open.
    Fix: Ask the servers of the zone that the target is in; a resolver that fails where they answer has trouble with
    DNSSEC or the delegation.
    Example: The resolver first, then a server of the target's zone
        $ dig kms01.contoso.com A
        $ dig @192.0.2.53 kms01.contoso.com A +norecurse
    """
    for service in case.services:
        severity = Severity.WARNING if _has_another(service) else None
        for target, failed in unknown_addresses(service).items():
            said = ", ".join(dict.fromkeys(f"{reason(each)} from {servers(each)}" for each in failed))
            yield FindingDraft(
                subject=target,
                message=f"the address of {target} could not be asked: {said}",
                severity=severity,
                evidence=response_evidence(failed),
                fix=Fix(summary=f"ask the servers of the zone of {target} with --server, and see why this one fails"),
            )


def _has_another(service: Discovered) -> bool:
    """A client has an endpoint to go to, as far as this way was followed."""
    return service.used is not None or any(each.addresses and each.probe is None for each in service.endpoints)


RULES = (
    no_service_record,
    no_data,
    server_failure,
    query_refused,
    no_answer,
    service_decidedly_unavailable,
    response_malformed,
    address_unknown,
)
"""All of discover's rules: it is started too often to load the others."""
