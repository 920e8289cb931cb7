"""Where the corpora are that nobody here wrote; they are read in place and never copied."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def corpora() -> Path:
    """The corpora folder of KMSDNS_SHARED, or of `shared` beside the project; the test is skipped without it."""
    beside = Path(__file__).parents[2] / "shared"
    folder = Path(os.environ.get("KMSDNS_SHARED", beside)) / "corpora"
    if not folder.is_dir():
        pytest.skip(f"no corpora: {folder} is no directory (set KMSDNS_SHARED)")
    return folder
