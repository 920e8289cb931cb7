"""SVC: what a service needs beyond well-formed records: KMS, Active Directory, mail. Needs: records or a client."""

from __future__ import annotations

from kmsdns.kms import PORT
from kmsdns.model.findings import Fix, Safety, Severity
from kmsdns.model.names import parent, split
from kmsdns.rules.evidence import record_evidence, servers
from kmsdns.rules.rule import FindingDraft, Needs, rule
from kmsdns.rules.srv import entries as words
from kmsdns.rules.srv.entries import OWNER, evidence_of, expected, place, replaced
from kmsdns.rules.srv.fields import in_order

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kmsdns.rules.case import Case
    from kmsdns.rules.sets import ServiceSet

_RECORDS = (Needs.RECORDS,)
_ZONE = (Needs.ZONE,)
_KMS = ("_vlmcs", "_tcp")
_WRONG_PLACES = {
    "msdcs": "below _msdcs",
    "msdcs-dc": "below dc._msdcs",
    "doubled": "at a name that repeats the domain",
    "udp": "under _udp",
    "misspelt": "at a misspelt name",
}


@rule("SVC101", "kms-port", Severity.WARNING, "docs/kms.md 1.6", needs=_RECORDS, safety=Safety.UNSAFE)
def kms_port(case: Case) -> Iterator[FindingDraft]:
    """The record of a KMS host names another port than 1688.

    Why: It is right only when the host was told to listen there (slmgr /sprt); else it is a slip.
    Fix: Write 1688, or leave it when the host listens there.
    Example:
        _vlmcs._tcp  IN  SRV  0 0 1688 kms01.contoso.com.
    """
    for found in case.sets:
        if (found.service, found.proto) != _KMS:
            continue
        for each in found.entries:
            if each.srv.port in (0, PORT) or each.srv.is_no_service or in_order(found, each.srv) is not None:
                continue
            fix = Fix(summary=f"compare with the host (slmgr /dlv); write {PORT} unless it listens there")
            if found.zone is not None:
                fix = fix.replace(safety=Safety.UNSAFE, changes=replaced(found, each, each.srv.replace(port=PORT)))
            yield FindingDraft(
                subject=f"{each.target.name}:{each.srv.port}",
                message=f"{each.target.name} is published with port {each.srv.port}, not {PORT}: right only if it "
                "listens there",
                location=place(found, each, words.PORT),
                evidence=evidence_of(found, (each,)),
                fix=fix,
            )


@rule("SVC102", "kms-wrong-place", Severity.WARNING, "docs/kms.md 6.5 (17, 35), 9", needs=_RECORDS)
def kms_wrong_place(case: Case) -> Iterator[FindingDraft]:
    """The record of a KMS host stands where no client looks: below _msdcs, a site or a host, or at a misspelt name.

    Why: Clients ask for _vlmcs._tcp and their suffix, and nothing else.
    Fix: Make the record at that name, and remove the other.
    Example:
        _vlmcs._tcp.contoso.com. IN SRV 0 0 1688 kms01.contoso.com.
    """
    for found in case.sets:
        where = _wrong_place(found, case.suffixes) if found.zone is not None else None
        if where is not None:
            what, domain = where
            owner = f"_vlmcs._tcp.{domain}"
            yield FindingDraft(
                subject=found.owner,
                message=f"a KMS record stands at {found.owner}, {what}: no client looks there",
                location=place(found, found.entries[0], OWNER),
                fix=Fix(summary=f"make the record at {owner}, and remove this one"),
            )
    for elsewhere in case.client.elsewhere if case.client is not None else ():
        if elsewhere.place in _WRONG_PLACES and elsewhere.response.srvs:
            owner = elsewhere.response.question.name
            yield FindingDraft(
                subject=owner,
                message=f"a KMS record stands at {owner}, {_WRONG_PLACES[elsewhere.place]}: "
                f"no client looks there (from {servers(elsewhere.response)})",
                evidence=record_evidence(elsewhere.response),
                fix=Fix(summary="make the record at _vlmcs._tcp and the client's suffix, and remove this one"),
            )


def _wrong_place(found: ServiceSet, suffixes: tuple[str, ...]) -> tuple[str, str] | None:
    """Where a KMS record stands, if no client looks there, and the domain it is meant for."""
    if (found.service, found.proto) != _KMS or found.domain in suffixes:
        return None
    labels = split(found.domain)
    for label, what in (("_msdcs", "below _msdcs"), ("_sites", "below a site")):
        if label in labels:
            behind = labels[labels.index(label) + 1 :]
            return what, "".join([f"{each}." for each in behind]) or "."
    if found.domain != found.origin and any(each.target.name == found.domain for each in found.entries):
        return "below the name of the host", parent(found.domain)
    return None


@rule("SVC103", "kms-missing-for-suffix", Severity.ERROR, "docs/kms.md 1.2", needs=_ZONE, causes=("SRV406",))
def kms_missing_for_suffix(case: Case) -> Iterator[FindingDraft]:
    """Clients search a domain, and its zone has no record of a KMS host.

    Why: Clients of that suffix find no host (0x8007232B).
    Fix: Write the record in each zone that clients search.
    Example: Domains are named with --suffix
        _vlmcs._tcp  IN  SRV  0 0 1688 kms01.contoso.com.
    """
    for owner, view, records in expected(case):
        if records:
            continue  # or an alias of a name elsewhere; a wildcard is denied-by-wildcard
        soa = view.zone.soa_record
        yield FindingDraft(
            subject=owner,
            message=f"clients search {parent(parent(owner))}, and there is no {owner}",
            location=None if soa is None else words.owner_place(view, soa),
            hresult="0x8007232B",
            fix=Fix(summary=f"write an SRV record at {owner} with port {PORT} and the KMS host as its target"),
        )


@rule("SVC301", "mail-set-contradictory", Severity.NOTE, "RFC 6186 3.4, RFC 8314", needs=_ZONE, per_service=False)
def mail_set_contradictory(case: Case) -> Iterator[FindingDraft]:
    """A mail service is said not to be there in clear text, and nothing is said of the same service under TLS.

    Why: Without a record for it, a program that looks for the user's mailbox may guess a host, or give up.
    Fix: Say where the service is, or that it isn't there either.
    Example:
        _imap._tcp   IN  SRV  0 0 0 .
        _imaps._tcp  IN  SRV  0 1 993 mail.contoso.com.
    """
    known = {(found.service, found.proto, found.domain) for found in case.sets if found.zone is not None}
    for found in case.sets:
        if found.zone is None or found.proto != "_tcp" or found.service not in ("_imap", "_pop3", "_submission"):
            continue
        secure = f"{found.service}s"
        if all(each.srv.is_no_service for each in found.entries) and (secure, "_tcp", found.domain) not in known:
            yield FindingDraft(
                subject=found.owner,
                message=f"{found.owner} says that there is no such service, and nothing is said of {secure}._tcp",
                location=place(found, found.entries[0], words.TARGET),
                fix=Fix(summary=f"write {secure}._tcp with the host, or with the target . if there is none"),
            )
