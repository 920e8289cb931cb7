"""What any test may ask for: the corpora that nobody here wrote, and the addresses of scenarios for itself alone."""

from __future__ import annotations

import asyncio
import getpass
import os
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.loops import LOOPS, run_on

LONGEST = (
    "rules/test_screen.py",
    "lookup/test_wire_differential.py",
    "e2e/test_one_verdict.py",
    "net/client/test_stub.py",
    "net/client/test_secure.py",
    "zone/test_plain.py",
    "net/client/test_secure_faults.py",
    "net/client/test_netns.py",
    "net/server/test_fast_path.py",
    "e2e/test_sample_repository.py",
    "e2e/test_page.py",
    "cli/test_hostile_input.py",
    "net/client/test_fault_table_sockets.py",
    "net/server/test_axfr.py",
    "net/server/test_server_fuzz.py",
)
"""The files that take longest, which go first: a processor left with one of them would keep the others waiting."""

settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")  # a machine may be busy with other things


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Sorts the tests, with those of LONGEST in front."""
    here = Path(__file__).parent
    ranks = {here / name: rank for rank, name in enumerate(LONGEST)}
    assert all(path.is_file() for path in ranks)
    items.sort(key=lambda item: ranks.get(item.path, len(ranks)))


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


@pytest.fixture(params=LOOPS)
def each_loop(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """The test runs once on each kind of loop: that of asyncio.run."""
    kind: str = request.param
    monkeypatch.setattr(asyncio, "run", partial(run_on, kind))
    return kind
