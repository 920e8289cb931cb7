"""sarif: SARIF 2.1.0, for GitHub code scanning and whatever else reads it. The rules' manual pages come along.

The clauses are those of the OASIS standard. Columns are counted in code points, as the lexer counts them (3.14.17).
"""

from __future__ import annotations

import re
from pathlib import PurePath
from urllib.parse import quote

from kmsdns import __version__
from kmsdns.formats.jsontext import document
from kmsdns.formats.pipelines.common import concerns_kms, fingerprints, path_of
from kmsdns.formats.terminal.manual import markdown_block
from kmsdns.model.report import Status
from kmsdns.model.safe import safe
from kmsdns.rules.catalogue import RULES
from kmsdns.rules.manual import read_manual

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from kmsdns.formats import Style
    from kmsdns.model.findings import Finding
    from kmsdns.model.records import Location
    from kmsdns.model.report import Report
    from kmsdns.rules.manual import ManualBlock

    Object = dict[str, object]

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
FINGERPRINT = "kmsdnsFinding/v1"
_LINK = re.compile(r"\[(?=[^\]]*\]\()")
_PLACEHOLDER = re.compile(r"\{(\d+)\}")
_DRIVE = re.compile(r"[A-Za-z]:/")


def render(report: Report, _style: Style) -> str:
    """See the module's docstring."""
    found = list(dict.fromkeys(finding.code for finding in report.findings))
    firsts = {finding.code: finding for finding in reversed(report.findings)}
    run: Object = {
        "tool": {
            "driver": {
                "name": "kmsdns",
                "version": __version__,
                "semanticVersion": __version__,
                "rules": [_rule(firsts[code], concerns_kms(report)) for code in found],
            }
        },
        "invocations": [_invocation(report)],
        "columnKind": "unicodeCodePoints",
        "artifacts": [{"location": {"uri": uri(path)}} for path in _paths(report)],
        "results": [
            _result(report, finding, found.index(finding.code), fingerprint)
            for finding, fingerprint in zip(report.findings, fingerprints(report), strict=True)
        ],
    }
    return document({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _paths(report: Report) -> list[str]:
    """The files that were read: zone files, or specs."""
    return list(report.sources) if report.job == "check" else [file.path for file in report.files]


def uri(path: str) -> str:
    """A path as a URI reference (3.10.1): relative as it is, absolute with file: in front."""
    pure = PurePath(path)
    text = pure.as_posix()
    quoted = quote(text.encode("utf-8", "surrogatepass"), safe="/!$&'()*+,;=@~")
    if pure.is_absolute():
        return ("file:///" if _DRIVE.match(text) else "file://") + quoted.replace("%3A", ":", 1)
    return quoted


def _rule(finding: Finding, is_kms: bool) -> Object:
    """What the catalogue has of a finding's rule (3.49); of services other than KMS without what is so for KMS."""
    told: Object = {"id": finding.code, "name": finding.slug}
    rule = next((rule for rule in RULES if rule.code == finding.code), None)
    if rule is None:
        return told
    page = read_manual(rule.manual)
    of_kms = (("KMS", page.kms), ("Example", page.example)) if is_kms else ()  # examples are of KMS, most of them
    sections = [(head, blocks) for head, blocks in (("Why", page.why), ("Fix", page.fix), *of_kms) if blocks]
    clause = [f"Clause: {rule.reference}"] if rule.reference else []
    text = [f"{head}: {_text(blocks)}" for head, blocks in sections]
    markdown = [_markdown(head, blocks) for head, blocks in sections]
    return told | {
        "shortDescription": {"text": _text(page.what[:1])},
        "fullDescription": {"text": _text((*page.what, *page.why))},
        "help": {"text": "\n\n".join([*text, *clause]), "markdown": "\n\n".join([*markdown, *clause])},
        "defaultConfiguration": {"level": rule.severity.value},
    }


def _text(blocks: Sequence[ManualBlock]) -> str:
    return "\n\n".join([block.text for block in blocks])


def _markdown(head: str, blocks: Sequence[ManualBlock]) -> str:
    """A section of a page; its label stands before its first paragraph, or above lines that are shown as they stand."""
    first, *rest = [markdown_block(block) for block in blocks]
    between = "\n\n" if blocks[0].is_verbatim else " "
    return "\n\n".join([f"**{head}:**{between}{first}", *rest])


def _result(report: Report, finding: Finding, index: int, fingerprint: str) -> Object:
    """A finding (3.27). One that no file has is told of a name, as a logical location."""
    path = path_of(report, finding)
    if finding.location is not None:
        place: Object = _physical(finding.location)
    elif path is not None:
        place = {"physicalLocation": {"artifactLocation": {"uri": uri(path)}}}
    else:
        place = {"logicalLocations": [{"fullyQualifiedName": safe(finding.subject), "kind": "resource"}]}
    related = [
        _physical(each.location) | {"id": number, "message": _message(each.message)}
        for number, each in enumerate(finding.related, start=1)
    ]
    told: Object = {
        "ruleId": finding.code,
        "ruleIndex": index,
        "level": finding.severity.value,
        "message": _message(finding.message),
        "locations": [place],
        "partialFingerprints": {FINGERPRINT: fingerprint},
        "properties": {
            "subject": finding.subject,
            "reference": finding.reference,
            "hresult": finding.hresult,
            "fix": finding.fix.summary if finding.fix else None,
        },
    }
    return told | ({"relatedLocations": related} if related else {})


def _physical(at: Location) -> Object:
    """A location (3.28); the end of its region is exclusive, as ours is (3.30.8)."""
    region = {
        "startLine": at.line,
        "startColumn": at.column,
        "endLine": at.end_line,
        "endColumn": at.end_column,
    }
    return {"physicalLocation": {"artifactLocation": {"uri": uri(at.path)}, "region": region}}


def _message(text: str) -> Object:
    """A plain text message (3.11): nothing in it is a link or a placeholder."""
    return {"text": _PLACEHOLDER.sub(r"{{\1}}", _LINK.sub(r"\\[", safe(text)))}


def _invocation(report: Report) -> Object:
    """How the run went (3.20): rules that could not be applied, and sentences about the run itself."""
    skipped = [
        {
            "level": "note",
            "message": _message(f"{each.code} could not be applied: {each.reason}"),
            "associatedRule": {"id": each.code},
        }
        for each in report.skipped
    ]
    notices = [{"level": "warning", "message": _message(notice)} for notice in report.notices]
    told: Object = {
        "executionSuccessful": report.status is not Status.UNKNOWN,
        "toolConfigurationNotifications": skipped,
        "toolExecutionNotifications": notices,
    }
    return told | ({"startTimeUtc": report.started} if report.started else {})
