"""python -m kmsdns: the command line."""

from __future__ import annotations

from kmsdns.cli import main

main()
