"""What a report comes to and its facts as tables: what Markdown and HTML both show."""

from __future__ import annotations

from kmsdns.formats.html.flow import attempt_words
from kmsdns.formats.pipelines.common import by_file
from kmsdns.formats.terminal.trace import answer_words
from kmsdns.formats.verdict import code_text, licence_words, step_words
from kmsdns.formats.words import count, elapsed, first_share
from kmsdns.kms.config import ClientConfig, level_text
from kmsdns.kms.steps import directory_steps, steps
from kmsdns.model.findings import Severity
from kmsdns.model.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from kmsdns.kms.diagnosis import Observed
    from kmsdns.kms.steps import Step
    from kmsdns.model.findings import Finding, Fix
    from kmsdns.model.report import Discovered, Endpoint, Report

    Cell = str | tuple[str, ...]

NOT_KNOWN = "not known"


class Table(Value):
    """Facts in rows; the cells are as they came, and not yet safe. A cell is a text, or several below each other."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    right: tuple[str, ...] = ()  # heads of figures, which stand to the right
    names: tuple[str, ...] = ()  # heads of names and addresses, in a font of fixed width


def table(
    *,
    title: str,
    heads: Sequence[str],
    rows: Sequence[tuple[Cell, ...]],
    right: tuple[str, ...] = (),
    names: tuple[str, ...] = (),
) -> Table:
    """A table with those of its columns that hold anything."""
    used = [column for column in range(len(heads)) if any(row[column] for row in rows)]
    return Table(
        title=title,
        heads=tuple([heads[column] for column in used]),
        rows=tuple([tuple([row[column] for column in used]) for row in rows]),
        right=right,
        names=names,
    )


def checks_table(report: Report) -> Table:
    """Each check at each vantage."""
    if not report.checks:
        return table(title="Checks", heads=(), rows=())
    from kmsdns.formats.terminal.checks import cell, grid

    heads, rows = grid(report)
    return table(title="Checks", heads=heads, rows=[tuple([cell(each) for each in row]) for row in rows])


def effort(report: Report) -> str:
    """What it took: 9 look-ups and probes in 11 ms, 120 records read in 3 ms."""
    if report.job == "validate":
        return f"{count(sum(file.records for file in report.files), 'record')} read in {elapsed(report.elapsed)}"
    if report.job == "check":
        from kmsdns.formats.terminal.checks import effort as of_checks

        return of_checks(report)
    probes = sum(len(service.snapshot.probes) for service in report.services)
    asked = len(report.trace) + probes
    what = "look-up or probe" if asked == 1 else "look-ups and probes"
    return f"{asked} {what} in {elapsed(report.elapsed)}" if asked else "nothing was asked"


def files_table(report: Report) -> Table:
    """The zone files that were read, and what was found in each."""
    found = by_file(report)
    rows = [
        (
            file.path,
            file.origin or NOT_KNOWN,
            str(file.records),
            "" if file.serial is None else str(file.serial),
            *[str(sum(each.severity is severity for each in found[file.path])) for severity in Severity],
        )
        for file in report.files
    ]
    return table(
        title="Zone files",
        heads=("file", "origin", "records", "serial", "errors", "warnings", "notes"),
        rows=rows,
        right=("records", "serial", "errors", "warnings", "notes"),
        names=("file", "origin"),
    )


def steps_table(observed: Observed) -> Table:
    """The client's own way."""
    return _steps("The client's way, step by step", steps(observed))


def directory_table(observed: Observed) -> Table:
    """What the DNS says of the directory's controllers."""
    return _steps("The directory's controllers", directory_steps(observed))


def _steps(title: str, taken: Sequence[Step]) -> Table:
    rows = [
        (each.step, each.asked, step_words(each), "" if each.elapsed is None else elapsed(each.elapsed))
        for each in taken
    ]
    return table(
        title=title,
        heads=("step", "asked", "outcome", "time"),
        rows=rows,
        right=("time",),
        names=("asked",),
    )


def endpoints_table(service: Discovered) -> Table:
    """The endpoints in processing order, as they were drawn."""
    rows: list[tuple[Cell, ...]] = [
        (str(place), *_endpoint(service, endpoint), _addresses(endpoint))
        for place, endpoint in enumerate(service.endpoints, start=1)
    ]
    return table(
        title="Targets and addresses" + (", in the order of this draw" if len(rows) > 1 else ""),
        heads=("try", "target", "port", "priority", "weight", "first", "addresses"),
        rows=rows,
        right=("try", "port", "priority", "weight", "first"),
        names=("target",),
    )


def shares_table(service: Discovered) -> Table:
    """The exact chance of each endpoint to be tried first, as a fraction too."""
    rows = [(str(each), *_endpoint(service, each)[2:], str(each.share)) for each, _share in rated(service)]
    return table(
        title="The chance of being tried first",
        heads=("endpoint", "priority", "weight", "first", "exactly"),
        rows=rows,
        right=("priority", "weight", "first", "exactly"),
        names=("endpoint",),
    )


def rated(service: Discovered) -> list[tuple[Endpoint, float]]:
    """The endpoints that SRV records rate, each with its chance of being tried first, the best one first."""
    found = [(each, each.share_terms[0] / each.share_terms[1]) for each in service.endpoints if each.share_terms]
    return sorted(found, key=lambda pair: (-pair[1], pair[0].priority or 0, pair[0].target))


def _endpoint(service: Discovered, endpoint: Endpoint) -> tuple[str, ...]:
    lowest = min((each.priority for each in service.endpoints if each.priority is not None), default=None)
    return (
        endpoint.target,
        str(endpoint.port),
        "" if endpoint.priority is None else str(endpoint.priority),
        "" if endpoint.weight is None else str(endpoint.weight),
        first_share(endpoint, lowest),
    )


def _addresses(endpoint: Endpoint) -> tuple[str, ...]:
    """Each address with what it did."""
    if endpoint.addresses is None:
        return (NOT_KNOWN,)
    told = {each.address: attempt_words(each) for each in endpoint.probe.attempts} if endpoint.probe else {}
    return tuple([f"{each}: {told.get(each, 'not contacted')}" for each in endpoint.addresses]) or ("none",)


def licences_table(observed: Observed) -> Table:
    """The products that have a key."""
    rows = [
        (each.name, licence_words(each), each.channel or NOT_KNOWN, each.manual or each.cached or "")
        for each in observed.facts.licences
        if each.has_key
    ]
    heads = ("licence", "state", "channel", "host")
    return table(title="Licences", heads=heads, rows=rows, names=("host",))


def settings_table(observed: Observed) -> Table:
    """How the client is set up, as it was understood; without a row when nothing is known but its suffixes."""
    config, facts = observed.config, observed.facts
    rows: list[tuple[str, str]] = []
    if facts or config.replace(suffixes=None) != ClientConfig():
        suffixes = None if config.suffixes is None else [f"{each.name} ({each.origin})" for each in config.suffixes]
        rows = [
            ("suffixes", _listed(suffixes)),
            ("joined to a domain", _yes(config.domain_joined)),
            ("DNS servers", _listed(config.dns_servers)),
            *(_kms_settings(observed) if observed.is_kms else ()),
            *[("evidence", f"{path} ({kind})") for path, kind in dict.fromkeys(facts.kinds)],
        ]
    return table(title="The client, as understood", heads=("setting", "value"), rows=rows, names=("value",))


def _kms_settings(observed: Observed) -> list[tuple[str, str]]:
    """What decides about KMS alone."""
    config = observed.config
    host = observed.facts.hosts[-1] if observed.facts.hosts else None
    rows = [
        ("product", config.product.value),
        ("activation type", config.activation_type),
        ("host set by hand", _manual(config)),
        ("look-up domain", config.lookup_domain or NOT_KNOWN),
        ("host caching", _switch(config.caching)),
        ("remembered host", f"{config.cached.target}:{config.cached.port}" if config.cached else NOT_KNOWN),
        ("honours priority and weight", _yes(config.honours_weights)),
    ]
    if host is not None:
        known = [
            "" if host.current_count is None else f"current count {host.current_count}",
            "" if host.port is None else f"port {host.port}",
            "" if host.publishing is None else f"publishing {_switch(host.publishing)}",
        ]
        rows.append(("is a KMS host itself", ", ".join([each for each in known if each]) or "yes"))
    return rows


def _manual(config: ClientConfig) -> str:
    if config.manual is None:
        return f"{NOT_KNOWN}; {config.refused} was refused" if config.refused else NOT_KNOWN
    port = f":{config.manual.port}" if config.manual.port else ""
    return f"{config.manual.name}{port}, {level_text(config.manual)}"


def _listed(texts: Sequence[str] | None) -> str:
    return NOT_KNOWN if texts is None else ", ".join(texts) or "none"


def _switch(value: bool | None) -> str:
    return NOT_KNOWN if value is None else "on" if value else "off"


def _yes(value: bool | None) -> str:
    return NOT_KNOWN if value is None else "yes" if value else "no"


def contradictions_table(report: Report) -> Table:
    """What each server says to the questions on which they disagree."""
    rows: list[tuple[Cell, ...]] = [
        (str(response.question), said.by, tuple(answer_words(said)))
        for response in report.responses
        if response.is_contradicted
        for said in response.said
    ]
    heads = ("question", "server", "says")
    return table(title="What each server says where they disagree", heads=heads, rows=rows, names=heads)


def skipped_table(report: Report) -> Table:
    """Rules that could not be applied, by the reason."""
    codes: dict[str, list[str]] = {}
    for each in report.skipped:
        codes.setdefault(each.reason, []).append(each.code)
    rows = [(reason, ", ".join(rules)) for reason, rules in codes.items()]
    return table(title="Rules that could not be applied", heads=("why", "rules"), rows=rows)


def shows(finding: Finding) -> str:
    """What a client shows, in words; empty when it shows no code."""
    return f"{finding.hresult}: {code_text(finding.hresult)}" if finding.hresult else ""


def changes(fix: Fix) -> tuple[str, ...]:
    """The changes to a zone as lines of a comparison."""
    return tuple([f"{'+' if each.op == 'add' else '-'} {each.line}" for each in fix.changes])


def actions(fix: Fix) -> tuple[str, ...]:
    """What is to be done on which machine, in order, each with the commands that do it."""
    from kmsdns.formats.fixes.commands import commands, machine

    lines = []
    for each in fix.actions:
        value = f" to {each.value}" if each.value else ""
        of = f" ({each.product})" if each.product else ""
        typed = "; ".join(commands(each))
        lines.append(f"on {machine(each.on)}: {each.do.value}{value}{of}" + (f": {typed}" if typed else ""))
    return tuple(lines)


def more(finding: Finding) -> tuple[str, ...]:
    """The commands that say more."""
    return tuple([f"kmsdns explain {code}" for code in (finding.code, finding.hresult) if code])
