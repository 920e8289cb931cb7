"""text: for a person at a terminal, at most 80 columns wide unless a name is: the answer, the order, the findings."""

from __future__ import annotations

from kmsdns.core.findings import Severity
from kmsdns.core.safe import safe
from kmsdns.formats.columns import GAP, columns
from kmsdns.formats.words import beside, count, duration, elapsed, first_share, probe_text, wrapped

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kmsdns.core.findings import Finding
    from kmsdns.core.report import Discovered, Endpoint, Report
    from kmsdns.formats import Style

WIDTH = 80
NO_ADDRESS = "none"
_COLORS = {Severity.ERROR: "31", Severity.WARNING: "33", Severity.NOTE: "36"}
_BELOW_TARGET = " " * 7
_RIGHT = ("try", "port", "priority", "weight", "first")


def render(report: Report, style: Style) -> str:
    """See the module's docstring."""
    blocks = [_service(service, style) for service in report.services]
    blocks += [_finding(finding, style) for finding in report.findings]
    if style.verbose:
        blocks.append(_trace(report))
    if report.notices:
        blocks.append(_warnings(report.notices))
    if report.suppressed:
        blocks.append([f"{count(report.suppressed, 'finding')} suppressed"])
    return "\n\n".join(["\n".join(block) for block in blocks if block]) + "\n"


def _service(service: Discovered, style: Style) -> list[str]:
    lines = [*_headline(service, style), *_warnings(service.notices)]
    if service.endpoints:
        lines += ["", *_endpoints(service)]
        if not style.quiet:
            lines += ["", *_explanations(service)]
    return lines


def _warnings(notices: tuple[str, ...]) -> list[str]:
    return [line for notice in notices for line in wrapped(safe(notice), "warning: ", "  ")]


def _headline(service: Discovered, style: Style) -> list[str]:
    """The name and what was said about it, on one line or, where that is too long, on two."""
    name = service.service + beside(service.service)
    facts = _facts(service)
    shown = f"\x1b[1m{name}\x1b[0m" if style.color else name
    return [f"{shown}  {facts}"] if len(name) + 2 + len(facts) <= WIDTH else [shown, *wrapped(facts, "  ", "  ")]


def _facts(service: Discovered) -> str:
    if service.cached is not None:
        when = service.cached.when.replace("T", " ").replace("Z", " UTC")
        return f"cached since {when}; DNS was not asked"
    answer = service.snapshot.srv[-1] if service.outcome in ("answer", "unavailable") else service.snapshot.srv[0]
    facts = [count(len(answer.answer), "record") if answer.answer else answer.reason]
    facts += [f"alias of {answer.canonical.lower()}"] if answer.aliases else []
    facts += [f"TTL {duration(service.ttl)}"] if service.ttl is not None else []
    if answer.server:
        facts.append(f"from {answer.server} ({answer.transport or 'udp'}, {elapsed(answer.elapsed)})")
    return ", ".join(facts)


def _endpoints(service: Discovered) -> list[str]:
    """The table. Addresses that don't fit into it go below it, or below the row that they belong to."""
    heads = ["try", "target", "port", "priority", "weight", "first", "answers"]
    lowest = min((each.priority for each in service.endpoints if each.priority is not None), default=None)
    rows = [_row(place, endpoint, lowest) for place, endpoint in enumerate(service.endpoints, start=1)]
    used = [index for index in range(len(heads)) if any(row[index] for row in rows)]
    heads, rows = [heads[index] for index in used], [[row[index] for index in used] for row in rows]
    head, *lines = columns(heads, rows, _RIGHT)
    width = max(map(len, (head, *lines)))
    room = WIDTH - width - len(GAP)
    longest = max(len(address) for each in service.endpoints for address in each.addresses or (NO_ADDRESS,))
    beside_table = longest + 1 <= room
    table = [head.ljust(width) + GAP + "addresses" if beside_table else head]
    for line, endpoint in zip(lines, service.endpoints, strict=True):
        text = ", ".join(endpoint.addresses) or NO_ADDRESS
        if beside_table:
            table += wrapped(text, line.ljust(width) + GAP, " " * width + GAP)
        else:
            table += [line, *wrapped(text, _BELOW_TARGET, _BELOW_TARGET)]
    return table


def _row(place: int, endpoint: Endpoint, lowest: int | None) -> list[str]:
    return [
        str(place),
        endpoint.target,
        str(endpoint.port),
        "" if endpoint.priority is None else str(endpoint.priority),
        "" if endpoint.weight is None else str(endpoint.weight),
        first_share(endpoint, lowest),
        probe_text(endpoint),
    ]


def _explanations(service: Discovered) -> list[str]:
    shown = dict.fromkeys((endpoint.target, beside(endpoint.target)) for endpoint in service.endpoints)
    lines = [f"{target}{unicode}" for target, unicode in shown if unicode]
    if any(endpoint.share_terms for endpoint in service.endpoints):
        lines.append("try: one draw, as a client would make it. first: the exact chance (RFC 2782).")
    if service.used is not None:
        lines.append(f"A client would use {service.used}.")
    elif any(endpoint.probe for endpoint in service.endpoints):
        lines.append("No endpoint answers: a client would fail.")
    return lines


def _finding(finding: Finding, style: Style) -> list[str]:
    head = plain = f"{finding.severity}[{finding.code}]"
    if style.color:
        head = f"\x1b[1;{_COLORS[finding.severity]}m{plain}\x1b[0m"
    lines = wrapped(safe(finding.message), f"{head} ", "  ", WIDTH + len(head) - len(plain))
    if style.quiet:
        return lines
    for label, text in (
        *[("evidence", f"{each.text} (from {each.source})") for each in finding.evidence],
        ("shows", finding.hresult and f"a client shows {finding.hresult}"),
        ("fix", finding.fix and finding.fix.summary),
        ("clause", finding.reference),
    ):
        if text:
            lines += wrapped(safe(text), f"  {label:<8}  ", " " * 12)
    return lines


def _trace(report: Report) -> list[str]:
    """Every try: for -v."""
    from tabulate import tabulate

    rows = [
        [
            str(each.question),
            each.server,
            safe(each.outcome),
            elapsed(each.elapsed),
            safe(
                ", ".join(
                    [
                        *([each.transport] if each.transport != "udp" else []),
                        *([each.detail] if each.detail else []),
                        *[flag for flag in each.flags if flag != "rd"],
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
    heads = ["question", "server", "outcome", "time", "notes"]
    return tabulate(rows, heads, tablefmt="simple", disable_numparse=True).splitlines()
