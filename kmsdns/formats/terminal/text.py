"""text: for a person at a terminal, at most 80 columns wide unless a name is: the answer, the order, the findings."""

from __future__ import annotations

from kmsdns.formats.conclusion import conclusion
from kmsdns.formats.glyphs import headline
from kmsdns.formats.terminal.columns import GAP, columns
from kmsdns.formats.words import beside, count, duration, elapsed, first_share, probe_text, wrapped
from kmsdns.model.findings import Severity
from kmsdns.model.messages import named
from kmsdns.model.safe import defused, safe

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kmsdns.formats import Style
    from kmsdns.model.findings import Finding, Fix
    from kmsdns.model.messages import Response
    from kmsdns.model.report import Discovered, Endpoint, Report

WIDTH = 80
NO_ADDRESS = "none"
UNKNOWN_ADDRESS = "unknown"
_COLORS = {Severity.ERROR: "31", Severity.WARNING: "33", Severity.NOTE: "36"}
_BELOW_TARGET = " " * 7
_TOLD = {
    "not-the-service": "bind rejected: an RPC server, without the KMS interface.",
    "no-rpc": "no RPC: it takes connections, and speaks no RPC.",
}
_BELOW_LABEL = " " * 12
_RIGHT = ("try", "port", "priority", "weight", "first")


def render(report: Report, style: Style) -> str:
    """See the module's docstring."""
    if report.files:
        return defused(_validation(report, style))
    if report.job == "check":
        return defused(_checks(report, style))
    if report.clients:
        from kmsdns.formats.terminal.diagnosis import blocks as diagnosis

        blocks = diagnosis(report, style)
    else:
        blocks = [_service(service, style) for service in report.services]
    if any(response.is_contradicted for response in report.responses):
        from kmsdns.formats.terminal.trace import contradictions

        blocks.append(contradictions(report.responses))
    blocks += [_finding(finding, style) for finding in report.findings]
    if style.verbose:
        from kmsdns.formats.terminal.trace import trace

        blocks.append(trace(report, style.quiet))
    if report.notices:
        blocks.append(_warnings(report.notices))
    if report.suppressed:
        blocks.append([f"{count(report.suppressed, 'finding')} suppressed"])
    if report.clients:
        from kmsdns.formats.terminal.diagnosis import last_line

        blocks.append(last_line(report))
    elif report.services:
        blocks.append(headline(conclusion(report), style))
    return defused("\n\n".join(["\n".join(block) for block in blocks if block]) + "\n")


def _validation(report: Report, style: Style) -> str:
    from kmsdns.formats.terminal.places import finding_lines, last_line

    blocks = [finding_lines(finding, report.sources, style) for finding in report.findings]
    if report.notices:
        blocks.append(_warnings(report.notices))
    if report.suppressed:
        blocks.append([f"{count(report.suppressed, 'finding')} suppressed"])
    separator = "\n" if style.quiet else "\n\n"
    return separator.join(["\n".join(block) for block in [*blocks, last_line(report, style)]]) + "\n"


def _checks(report: Report, style: Style) -> str:
    from kmsdns.formats.terminal import checks

    blocks = checks.blocks(report, style)
    if style.verbose:
        from kmsdns.formats.terminal.trace import trace

        blocks.append(trace(report, style.quiet))
    if report.notices:
        blocks.append(_warnings(report.notices))
    separator = "\n" if style.quiet else "\n\n"
    return separator.join(["\n".join(block) for block in [*blocks, checks.last_line(report, style)]]) + "\n"


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
    facts += _agreement(answer)
    return ", ".join(facts)


def _agreement(answer: Response) -> list[str]:
    """How many servers say what is used, when all were asked."""
    said = [(each.by, each.outcome, each.rdatas) for each in answer.said if not each.is_second]
    used = [what for server, *what in said if answer.server and server == named(answer.server, answer.transport)]
    same = sum([what] == used for _, *what in said)
    return (
        [f"{same} of {count(len(said), 'server')} say{'s' if same == 1 else ''} so"] if same and len(said) > 1 else []
    )


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
    longest = max(len(address) for each in service.endpoints for address in each.addresses or (_addresses(each),))
    beside_table = longest + 1 <= room
    table = [head.ljust(width) + GAP + "addresses" if beside_table else head]
    for line, endpoint in zip(lines, service.endpoints, strict=True):
        text = _addresses(endpoint)
        if beside_table:
            table += wrapped(text, line.ljust(width) + GAP, " " * width + GAP)
        else:
            table += [line, *wrapped(text, _BELOW_TARGET, _BELOW_TARGET)]
    return [_told_apart(line) for line in table]


def _addresses(endpoint: Endpoint) -> str:
    return UNKNOWN_ADDRESS if endpoint.addresses is None else ", ".join(endpoint.addresses) or NO_ADDRESS


def _told_apart(line: str) -> str:
    """A line that begins with ::1 would look like a pipeline's order; 0::1 is the same address."""
    begin = line.lstrip()
    return line[: -len(begin)] + "0" + begin if begin.startswith("::") else line


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
    probes = [endpoint.probe for endpoint in service.endpoints if endpoint.probe]
    lines += [told for outcome, told in _TOLD.items() if any(probe.outcome == outcome for probe in probes)]
    lines += ["silent: it takes connections, and says nothing."] if any(probe.is_silent for probe in probes) else []
    return lines


def _finding(finding: Finding, style: Style) -> list[str]:
    head = plain = f"{finding.severity}[{finding.code}]"
    if style.color:
        head = f"\x1b[1;{_COLORS[finding.severity]}m{plain}\x1b[0m"
    lines = wrapped(safe(finding.message), f"{head} ", "  ", WIDTH + len(head) - len(plain))
    if style.quiet:
        return lines
    facts = [
        *[("evidence", f"{each.text} (from {each.source})") for each in finding.evidence],
        ("shows", finding.hresult and f"a client shows {finding.hresult}"),
        ("fix", finding.fix and finding.fix.summary),
        ("clause", finding.reference),
        ("more", " · ".join(f"kmsdns explain {code}" for code in (finding.code, finding.hresult) if code)),
    ]
    told = ""
    for label, text in facts:
        if text:
            lines += wrapped(safe(text), f"  {'' if label == told else label:<8}  ", _BELOW_LABEL)
            told = label
        if label == "fix" and finding.fix and finding.fix.actions:
            lines += _commands(finding.fix)
    return lines


def _commands(fix: Fix) -> list[str]:
    """What to type on which machine, beyond what the summary shows."""
    from kmsdns.formats.fixes.commands import by_machine, folded

    lines = []
    for machines, commands in by_machine(fix):
        lines += wrapped(f"on {machines}, as administrator:", _BELOW_LABEL, _BELOW_LABEL)
        lines += [
            f"{_BELOW_LABEL}  {line}" for each in commands for line in folded(each, WIDTH - len(_BELOW_LABEL) - 2)
        ]
    return lines
