"""A copy of docs/data.py and of the package, as far as the tables need it, to be changed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


class Copy:
    """The files that the program has, in another folder."""

    def __init__(self, folder: Path) -> None:
        for part in ("data", "model", "services"):
            shutil.copytree(ROOT / "kmsdns" / part, folder / "kmsdns" / part)
        (folder / "docs").mkdir()
        for path in ("kmsdns/__init__.py", "kmsdns/errors.py", "docs/data.py"):
            shutil.copy(ROOT / path, folder / path)
        self.folder = folder
        self.files = folder / "kmsdns/data"

    def ran(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Python, with the copied package."""
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=self.folder,
            capture_output=True,
            text=True,
            env={**os.environ, "PYTHONPATH": str(self.folder)},
        )


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    return Copy(tmp_path)
