"""Jobs: one plan each, from what was asked for to a report. They ask; who answers is decided above."""
