"""Rules of a KMS client, its host and its licence."""

from __future__ import annotations

from kmsdns.rules.kms import activation, host, licence, manual_host, search

RULES = (
    manual_host.manual_host_bypasses_dns,
    manual_host.manual_host_unresolvable,
    manual_host.manual_host_unreachable,
    manual_host.manual_host_suspicious,
    manual_host.manual_host_malformed,
    manual_host.lookup_domain_ignored,
    manual_host.port_value_wrong_type,
    manual_host.setting_in_ineffective_tree,
    manual_host.manual_host_differs_from_dns,
    search.cached_host_used,
    search.cached_host_dead,
    search.cached_host_not_published,
    search.caching_defeats_weights,
    search.no_dns_suffix,
    search.no_dns_servers,
    search.record_at_bare_name,
    search.record_under_other_suffix,
    search.suffix_append_disabled,
    activation.activation_type_excludes_kms,
    activation.not_a_kms_client,
    activation.directory_activation_first,
    activation.shown_code_unexplained,
    host.count_below_threshold,
    host.hosts_dilute_count,
    host.clock_skew,
    host.host_lacks_key,
    host.host_not_activated,
    licence.licence_out_of_tolerance,
    licence.licence_in_notification,
    licence.renewal_overdue,
    host.host_publishing_disabled,
    host.host_publish_denied,
    host.published_host_is_a_client,
    licence.evidence_unreadable,
    licence.evidence_contradicts,
)
