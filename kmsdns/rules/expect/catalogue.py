"""Rules of what a spec expects and the DNS does not keep."""

from __future__ import annotations

from kmsdns.rules.expect import rules

RULES = (
    rules.record_missing,
    rules.record_unexpected,
    rules.value_differs,
    rules.ttl_outside,
    rules.rcode_differs,
    rules.forbidden_record_present,
    rules.no_answer,
    rules.expected_failure_passed,
    rules.share_outside,
    rules.target_unreachable,
    rules.flags_differ,
    rules.vantages_disagree,
    rules.target_unfit,
    rules.client_ends_elsewhere,
)
