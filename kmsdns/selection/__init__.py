"""Which record a client tries, and how likely: RFC 2782 in ordering, other clients' rules in clients, exact shares.

Pure functions of records and dice. Where a client gets the records from is not here.
"""
