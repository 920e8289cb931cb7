"""Metrics: figures with labels, as monitoring systems keep them over time (the data model of Prometheus)."""

from __future__ import annotations

from kmsdns.model.value import Value


class Sample(Value):
    """One figure."""

    labels: tuple[tuple[str, str], ...]  # name and value, each name once
    figure: float


class Family(Value):
    """A gauge: all figures of one name, of which each has other labels. Seconds are seconds, shares 0 to 1."""

    name: str
    help: str
    samples: tuple[Sample, ...]
