"""What a person reads in a terminal: the report as text, one line a thing, the trace, manual pages, tables."""
