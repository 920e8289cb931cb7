"""Expectations: the language of specs. Their values, read strictly (reader), drafted and brought up to date (writer).

Judging what was seen against them is rules.expect.
"""
