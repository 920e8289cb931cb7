"""Writes the man pages from the command line's own help into docs/man. Run by `make man`."""

from __future__ import annotations

from pathlib import Path

from click_man.core import write_man_pages

from kmsdns import __version__
from kmsdns.cli.group import kmsdns

if __name__ == "__main__":
    target = Path(__file__).parent / "man"
    target.mkdir(exist_ok=True)
    write_man_pages("kmsdns", kmsdns, version=__version__, target_dir=str(target), date="")
