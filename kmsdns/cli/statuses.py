"""The exit statuses.

0 clean · 1 findings · 2 usage, configuration or unreadable input · 3 could not tell · 130 interrupted
"""

CLEAN, FINDINGS, USAGE, UNKNOWN, INTERRUPTED = 0, 1, 2, 3, 130
