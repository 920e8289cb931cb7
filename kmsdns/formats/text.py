"""text: for a person at a terminal, at most 80 columns wide unless a name is: the answer, the order, the findings."""

from __future__ import annotations

from kmsdns.core.findings import Severity
from kmsdns.formats.columns import columns
from kmsdns.formats.words import beside, count, duration, elapsed, first_share, probe_text, safe

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kmsdns.core.findings import Finding
    from kmsdns.core.report import Discovered, Endpoint, Report
    from kmsdns.formats import Style

_WIDTH = 80
_COLORS = {Severity.ERROR: "31", Severity.WARNING: "33", Severity.NOTE: "36"}
_RIGHT = ("try", "port", "priority", "weight", "first")


def render(report: Report, style: Style) -> str:
    """See the module's docstring."""
    blocks = [_service(service, style) for service in report.services]
    blocks += [_finding(finding, style) for finding in report.findings]
    if style.verbose:
        blocks.append(_trace(report))
    if report.notices:
        blocks.append([f"warning: {safe(notice)}" for notice in report.notices])
    if report.suppressed:
        blocks.append([f"{count(report.suppressed, 'finding')} suppressed"])
    return "\n\n".join(["\n".join(block) for block in blocks if block]) + "\n"


def _service(service: Discovered, style: Style) -> list[str]:
    lines = [_headline(service, style)]
    lines += [f"warning: {safe(notice)}" for notice in service.notices]
    if service.endpoints:
        lines += ["", *_endpoints(service)]
    if service.endpoints and not style.quiet:
        lines += ["", *_explanations(service)]
    return lines


def _headline(service: Discovered, style: Style) -> str:
    name = service.service + beside(service.service)
    if service.cached is not None:
        when = service.cached.when.replace("T", " ").replace("Z", " UTC")
        return f"{_bold(name, style)}  cached since {when}; DNS was not asked"
    answer = service.snapshot.srv[-1] if service.outcome in ("answer", "unavailable") else service.snapshot.srv[0]
    facts = [count(len(answer.answer), "record") if answer.answer else answer.reason]
    facts += [f"alias of {answer.canonical.lower()}"] if answer.aliases else []
    facts += [f"TTL {duration(service.ttl)}"] if service.ttl is not None else []
    if answer.server:
        facts.append(f"from {answer.server} ({answer.transport or 'udp'}, {elapsed(answer.elapsed)})")
    return f"{_bold(name, style)}  {', '.join(facts)}"


def _endpoints(service: Discovered) -> list[str]:
    """The table; addresses that don't fit go on lines of their own below the first."""
    heads = ["try", "target", "port", "priority", "weight", "first", "answers", "addresses"]
    lowest = min((each.priority for each in service.endpoints if each.priority is not None), default=None)
    rows = [_row(place, endpoint, lowest) for place, endpoint in enumerate(service.endpoints, start=1)]
    used = [index for index, head in enumerate(heads) if head == "addresses" or any(row[index] for row in rows)]
    heads, rows = [heads[index] for index in used], [[row[index] for index in used] for row in rows]
    width = len(columns(heads[:-1], [row[:-1] for row in rows], _RIGHT)[0].ljust(0))
    width = max(width, *[len(line) for line in columns(heads[:-1], [row[:-1] for row in rows], _RIGHT)]) + 2
    broken: list[list[str]] = []
    for row, endpoint in zip(rows, service.endpoints, strict=True):
        first, *others = _wrapped(endpoint.addresses, _WIDTH - width)
        broken += [[*row[:-1], first], *[[*[""] * (len(row) - 1), other] for other in others]]
    return columns(heads, broken, _RIGHT)


def _row(place: int, endpoint: Endpoint, lowest: int | None) -> list[str]:
    return [
        str(place),
        endpoint.target,
        str(endpoint.port),
        "" if endpoint.priority is None else str(endpoint.priority),
        "" if endpoint.weight is None else str(endpoint.weight),
        first_share(endpoint, lowest),
        probe_text(endpoint),
        "",
    ]


def _wrapped(addresses: tuple[str, ...], width: int) -> list[str]:
    lines = [""]
    for address in addresses or ("none",):
        joined = f"{lines[-1]}, {address}" if lines[-1] else address
        if len(joined) > width and lines[-1]:
            lines[-1] += ","
            lines.append(address)
        else:
            lines[-1] = joined
    return lines


def _explanations(service: Discovered) -> list[str]:
    lines = []
    if any(endpoint.share_terms for endpoint in service.endpoints):
        lines.append("try: one draw, as a client would make it. first: the exact chance (RFC 2782).")
    if service.used is not None:
        lines.append(f"A client would use {service.used}.")
    elif any(endpoint.probe for endpoint in service.endpoints):
        lines.append("No endpoint answers: a client would fail.")
    return lines


def _finding(finding: Finding, style: Style) -> list[str]:
    head = f"{finding.severity}[{finding.code}]"
    if style.color:
        head = f"\x1b[1;{_COLORS[finding.severity]}m{head}\x1b[0m"
    lines = [f"{head} {safe(finding.message)}"]
    if style.quiet:
        return lines
    for label, text in (
        *[("evidence", f"{each.text} (from {each.source})") for each in finding.evidence],
        ("shows", finding.hresult and f"a client shows {finding.hresult}"),
        ("fix", finding.fix and finding.fix.summary),
        ("clause", finding.reference),
    ):
        if text:
            lines.append(f"  {label:<8}  {safe(text)}")
    return lines


def _trace(report: Report) -> list[str]:
    """Every try: for -v."""
    from tabulate import tabulate

    rows = [
        [
            str(each.question),
            each.server,
            each.transport,
            safe(each.outcome),
            elapsed(each.elapsed),
            safe(
                ", ".join(
                    [
                        *each.flags,
                        *[f"{rejected.reason} from {rejected.source}" for rejected in each.rejected],
                        *each.warnings,
                        *([f"EDE {each.ede}"] if each.ede else []),
                    ]
                )
            ),
        ]
        for each in report.trace
    ]
    if not rows:
        return ["No question was asked of the DNS."]
    heads = ["question", "server", "over", "outcome", "time", "flags, rejected packets, warnings"]
    return tabulate(rows, heads, tablefmt="simple", disable_numparse=True).splitlines()


def _bold(text: str, style: Style) -> str:
    return f"\x1b[1m{text}\x1b[0m" if style.color else text
