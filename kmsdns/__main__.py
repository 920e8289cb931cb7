"""python -m kmsdns: the command line."""

from __future__ import annotations

from kmsdns.entry import main

main()
