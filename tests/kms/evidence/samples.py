"""The samples of fixtures/evidence, and their facts in a form that tests can state."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from kmsdns.kms.evidence import read
from kmsdns.kms.evidence.facts import Facts
from kmsdns.model.value import Value

FOLDER = Path(__file__).parents[3] / "fixtures/evidence"
SAMPLES = sorted(FOLDER.iterdir())

WINDOWS_APP = "55c92734-d682-4d71-983e-d6ec3f16059f"
WINDOWS_SKU = "73111121-5638-40f6-bc11-f1d7b0d64300"
OFFICE_SKU = "d450596f-894d-49e0-966a-fd39ed4c4c64"
VISIO_SKU = "6bf301c1-b94a-43e9-ba31-d494598c47fb"
CMID = "0a0b0c0d-1111-4222-8333-444455556666"


def sample(name: str) -> Facts:
    """The facts of one sample."""
    return read((FOLDER / name).read_bytes(), name)


def told(value: Value) -> dict[str, Any]:
    """The fields of a fact that aren't at their defaults, but for where they stand."""
    fields: tuple[str, ...] = value.__match_args__
    defaults = type(value)._defaults
    found = {field: getattr(value, field) for field in fields if not field.endswith("source")}
    return {field: each for field, each in found.items() if field not in defaults or each != defaults[field]}


def claims(facts: Facts) -> list[tuple[str, object]]:
    """Topic and value of each claim, in order."""
    return [(str(claim.topic), claim.value) for claim in facts.claims]


def unread(facts: Facts) -> list[tuple[int, str]]:
    """Line and reason of what could not be read."""
    return [(each.source.line, each.reason) for each in facts.unread]
