"""Faults: what the bundled server does wrong when it is asked to. table has them; the others carry them out."""
