"""The words of the field as pure values: names, records, messages, findings, reports, plans.

No input or output, no clock, no dice of its own, and no service: nothing here knows KMS.
"""
