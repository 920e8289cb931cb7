"""prometheus: gauges as text, for the textfile collector of the node exporter, or for any reader of that format.

Prometheus text format 0.0.4. What is unknown has no sample: a figure that is made up would be kept for years.
"""

from __future__ import annotations

from kmsdns.expectations.values import CheckOutcome
from kmsdns.model.findings import Severity
from kmsdns.model.metrics import Family, Sample
from kmsdns.model.report import Status
from kmsdns.model.safe import inert, safe

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kmsdns.formats import Style
    from kmsdns.model.report import Endpoint, Report

    Labelled = Iterable[tuple[dict[str, str], float | None]]


def render(report: Report, _style: Style) -> str:
    """See the module's docstring."""
    return text(families(report))


def text(gauges: Iterable[Family]) -> str:
    """Gauges as Prometheus reads them, in the order they come."""
    lines = []
    for family in gauges:
        lines += [f"# HELP {family.name} {_escaped(family.help)}", f"# TYPE {family.name} gauge"]
        for sample in family.samples:
            labels = ",".join([f'{name}="{_quoted(value)}"' for name, value in sample.labels])
            lines.append(f"{family.name}{f'{{{labels}}}' if labels else ''} {_number(sample.figure)}")
    return "".join([f"{line}\n" for line in lines])


def families(report: Report) -> tuple[Family, ...]:
    """The gauges of a report; those without a sample are left out."""
    made = (*_of_the_run(report), *_of_checks(report), *_of_services(report))
    return tuple([each for each in made if each.samples])


def _of_the_run(report: Report) -> Iterator[Family]:
    """How the run ended. Its labels tell apart the files of several runs, which a collector puts together."""
    run = {"command": report.job, "subject": subject(report)}
    yield _family("run_timestamp_seconds", "When the run began, in seconds since 1970.", [(run, _seconds(report))])
    yield _family("run_duration_seconds", "How long the run took.", [(run, round(report.elapsed, 6))])
    status = report.status
    conclusive = float(status is not Status.UNKNOWN and not report.inconclusive)
    passed = None if status is Status.UNKNOWN else float(status is Status.PASSES)
    yield _family(
        "run_conclusive", "1 when everything could be asked, 0 when something could not.", [(run, conclusive)]
    )
    yield _family("run_passed", "1 when the run passed, 0 when it failed; nothing when it can't tell.", [(run, passed)])
    counts = [({**run, "severity": each.value}, float(report.count(each))) for each in Severity]
    yield _family("findings", "Findings of the run.", counts)


def subject(report: Report) -> str:
    """What a run was about: its names or files, with a space between."""
    files = [*[each.path for each in report.files], *[each.location.path for each in report.checks]]
    return " ".join(dict.fromkeys(files or [each.service for each in report.services]))


def _of_checks(report: Report) -> Iterator[Family]:
    """A check that could not be asked has neither passed nor failed: what is known of it is that it wasn't answered."""
    labels = [{"spec": each.location.path, "check": each.name, "vantage": each.vantage} for each in report.checks]
    checks = list(zip(labels, report.checks, strict=True))
    yield _family(
        "check_answered",
        "1 when a check could be asked, 0 when it could not: then nothing else is known of it.",
        [(own, float(each.passed is not None)) for own, each in checks],
    )
    yield _family(
        "check_passed",
        "1 when a check came out as the spec says, an expected failure included, 0 when it failed.",
        [(own, each.passed) for own, each in checks],
    )
    yield _family(
        "check_lookup_seconds",
        "How long the replies to a check's questions took, added up.",
        [(own, round(each.elapsed, 6)) for own, each in checks if each.passed is not None],
    )
    # What was seen has the order of the results; a report that was made by hand may lack it.
    pairs = [(each.expectation, seen) for each in report.checked for seen in each.seen]
    known = [(own, each, *pair) for (own, each), pair in zip(checks, pairs, strict=False)]
    dated = [(own, each, expected.xfail) for own, each, expected, _seen in known if expected.xfail is not None]
    yield _family(
        "check_expected_failure",
        "1 when a check failed and the spec puts up with it.",
        [(own, each.outcome is CheckOutcome.EXPECTED_FAILURE) for own, each, _xfail in dated],
    )
    yield _family(
        "check_expected_failure_seconds",
        "How long a failure is put up with, to the end of its last day (UTC); below 0 it is overdue.",
        [(own, _left(report, xfail.until)) for own, _each, xfail in dated],
    )
    answered = [(own, seen) for own, each, _expected, seen in known if each.passed is not None]
    yield _family(
        "check_records",
        "Records in the answer to a check's question.",
        [(own, len(seen.response.answer)) for own, seen in answered if seen.response is not None],
    )
    yield _family(
        "check_target_share",
        "Part of the clients that try a target first, exact (RFC 2782).",
        [({**own, "target": target}, float(share)) for own, seen in answered for target, share in seen.shares.items()],
    )


def _left(report: Report, until: str) -> float | None:
    """Seconds from the start of a run to the end of a day; None when the report doesn't tell when it began."""
    from datetime import UTC, datetime, timedelta

    began = _seconds(report)
    if began is None:
        return None
    end = datetime.fromisoformat(until).replace(tzinfo=UTC) + timedelta(days=1)
    return end.timestamp() - began


def _of_services(report: Report) -> Iterator[Family]:
    services = [({"service": each.service}, each) for each in report.services]
    yield _family(
        "service_endpoints",
        "Endpoints that a client would find for a service.",
        [(labels, float(len(each.endpoints))) for labels, each in services],
    )
    yield _family(
        "service_ttl_seconds",
        "How long the SRV records of a service may be kept.",
        [(labels, each.ttl) for labels, each in services],
    )
    endpoints = [
        ({**labels, "target": each.target, "port": str(each.port)}, each)
        for labels, service in services
        for each in service.endpoints
    ]
    yield _family(
        "endpoint_share",
        "Part of the clients that try an endpoint first (RFC 2782).",
        [(labels, _share(each)) for labels, each in endpoints],
    )
    yield _family(
        "endpoint_priority",
        "Priority of an endpoint's SRV record; the lowest is tried first.",
        [(labels, each.priority) for labels, each in endpoints],
    )
    probed = [(labels, each.probe) for labels, each in endpoints if each.probe is not None]
    yield _family(
        "endpoint_open",
        "1 when an endpoint answered the probe, 0 when it didn't.",
        [(labels, float(probe.is_open)) for labels, probe in probed],
    )
    yield _family(
        "endpoint_probe_seconds",
        "How long the probe of an endpoint took.",
        [(labels, None if probe.elapsed is None else round(probe.elapsed, 6)) for labels, probe in probed],
    )


def _share(endpoint: Endpoint) -> float | None:
    return None if endpoint.share is None else float(endpoint.share)


def _seconds(report: Report) -> float | None:
    """Seconds from 1970 to the start of a run; None when the report doesn't tell it."""
    from datetime import datetime

    return datetime.fromisoformat(report.started).timestamp() if report.started else None


def _family(name: str, told: str, figures: Labelled) -> Family:
    """A family. A second sample with the labels of an earlier one is left out: one such pair spoils a whole scrape."""
    samples: dict[tuple[tuple[str, str], ...], Sample] = {}
    for labels, figure in figures:
        if figure is not None:
            key = tuple([(label, inert(safe(value))) for label, value in labels.items()])
            samples.setdefault(key, Sample(labels=key, figure=float(figure)))
    return Family(name=f"kmsdns_{name}", help=told, samples=tuple(samples.values()))


def _escaped(told: str) -> str:
    return told.replace("\\", "\\\\").replace("\n", "\\n")


def _quoted(value: str) -> str:
    return _escaped(value).replace('"', '\\"')


def _number(figure: float) -> str:
    """The shortest text that is read as the same figure."""
    return str(int(figure)) if figure.is_integer() and abs(figure) < 1e15 else repr(figure)
