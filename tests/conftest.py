"""What any test may ask for: the corpora that nobody here wrote, and the addresses of scenarios for itself alone."""

from __future__ import annotations

import getpass
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")  # a machine may be busy with other things


@pytest.fixture(scope="session")
def corpora() -> Path:
    """The corpora folder, read in place and never copied; the test is skipped without it.

    It is that of KMSDNS_SHARED, or of `shared` beside the project.
    """
    beside = Path(__file__).parents[2] / "shared"
    folder = Path(os.environ.get("KMSDNS_SHARED", beside)) / "corpora"
    if not folder.is_dir():
        pytest.skip(f"no corpora: {folder} is no directory (set KMSDNS_SHARED)")
    return folder


@pytest.fixture
def alone() -> Iterator[None]:
    """Scenarios listen at addresses and a port of their own choice: here one of all running tests at a time does."""
    import fcntl  # not on Windows, nor are all of 127.0.0.0/8 elsewhere

    with Path(tempfile.gettempdir(), f"kmsdns-scenarios-{getpass.getuser()}.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
