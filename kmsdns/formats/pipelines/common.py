"""What the formats for build pipelines share: the file a finding belongs to, its path, its message, its identity."""

from __future__ import annotations

from pathlib import PurePath

from kmsdns.model.names import fold, is_at_or_below
from kmsdns.model.safe import inert, safe

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kmsdns.model.findings import Finding
    from kmsdns.model.report import Report


def path_of(report: Report, finding: Finding) -> str | None:
    """The file that a finding belongs to: its place, or the zone that its subject is in; None when no file has it."""
    if finding.location is not None:
        return finding.location.path
    if len(report.files) == 1:
        return report.files[0].path
    name = finding.subject.partition(":")[0]
    holding = [
        file for file in report.files if file.origin and name.endswith(".") and is_at_or_below(name, file.origin)
    ]
    return max(holding, key=lambda file: len(file.origin or "")).path if holding else None


def by_file(report: Report) -> dict[str, list[Finding]]:
    """The findings of each file of a validation, of those without any too; what no file has is under the job's name."""
    found: dict[str, list[Finding]] = {file.path: [] for file in report.files}
    for finding in report.findings:
        path = path_of(report, finding)
        found.setdefault(f"kmsdns {report.job}" if path is None else path, []).append(finding)
    return found


def concerns_kms(report: Report) -> bool:
    """Whether anything that was asked is about KMS. A report that asked nothing, of files, may be about anything."""
    names = [name for each in report.services for name in (each.service, *each.queried)]
    names += [fold(response.question.name) for response in report.responses]
    about_kms = any(client.is_kms for client in report.clients)
    return about_kms or not names or any(name.startswith("_vlmcs.") for name in names)


def slashed(path: str) -> str:
    """A path as pipelines compare it with those of a repository: with slashes, without a ./ in front; safe to print."""
    return inert(safe(PurePath(path).as_posix()))


def said(finding: Finding) -> str:
    """The message, safe to print, without an order to a pipeline in it."""
    return inert(safe(finding.message))


def fingerprints(report: Report) -> list[str]:
    """An identity for each finding, which stays when lines move and other findings come and go; 64 hexadecimal digits.

    Made of the code, the file, the subject and the message; of several that are equal in all these, the second has
    another than the first.
    """
    from hashlib import sha256

    seen: dict[tuple[str, ...], int] = {}
    found = []
    for finding in report.findings:
        path = path_of(report, finding)
        parts = (finding.code, "" if path is None else slashed(path), safe(finding.subject), safe(finding.message))
        seen[parts] = seen.get(parts, 0) + 1
        found.append(sha256("\n".join([*parts, str(seen[parts])]).encode()).hexdigest())
    return found
