"""Specs: files of expectations, read strictly (spec.reader), drafted and brought up to date (spec.writer)."""
