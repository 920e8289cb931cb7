"""What a case must hold for a rule to judge it."""

from __future__ import annotations

from enum import StrEnum


class Needs(StrEnum):
    """What a case must hold for a rule to judge it."""

    RECORDS = "records"
    ZONE = "zone"
    LIVE = "live"
    PROBES = "probes"
    VANTAGES = "vantages"
    CLIENT = "client"
    EXPECTATIONS = "expectations"
