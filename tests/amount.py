"""How much is tried by the tests that could go on for ever: little here, more on demand (make soak)."""

from __future__ import annotations

import os


def examples(few: int) -> int:
    """How many examples a property is shown with: few, or as many as KMSDNS_TEST_EXAMPLES says."""
    return int(os.environ.get("KMSDNS_TEST_EXAMPLES", few))
