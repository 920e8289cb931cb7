"""The catalogue: every rule in one explicit tuple, those of zone files in zone_catalogue.

A new rule is a function in the module whose first line says its letters, a line here or there, and its fixtures.
"""

from __future__ import annotations

from kmsdns.rules.expect import rules as expect
from kmsdns.rules.kms import activation as kms_activation
from kmsdns.rules.kms import host as kms_host
from kmsdns.rules.kms import licence as kms_licence
from kmsdns.rules.kms import manual_host as kms_manual
from kmsdns.rules.kms import search as kms_search
from kmsdns.rules.live import answers as live
from kmsdns.rules.live import drift, probes, vantage_answers, vantage_targets, vantages
from kmsdns.rules.zone.catalogue import OF_THE_HOUSE, OF_ZONES

RULES = (
    *OF_ZONES,
    *live.RULES,
    vantages.servers_disagree,
    vantages.serials_differ,
    vantages.server_lame_or_silent,
    drift.live_differs_from_file,
    *vantage_targets.RULES,
    vantages.views_differ,
    vantage_answers.truncated_without_tcp,
    vantage_answers.ent_nxdomain,
    vantage_answers.answer_from_wildcard,
    vantage_answers.additional_mismatch,
    vantages.resolver_stale,
    vantage_answers.answer_bogus,
    probes.port_closed,
    probes.port_filtered,
    probes.some_targets_unreachable,
    probes.not_the_service,
    probes.one_family_unreachable,
    probes.no_target_reachable,
    kms_manual.manual_host_bypasses_dns,
    kms_manual.manual_host_unresolvable,
    kms_manual.manual_host_unreachable,
    kms_manual.manual_host_suspicious,
    kms_manual.manual_host_malformed,
    kms_manual.lookup_domain_ignored,
    kms_manual.port_value_wrong_type,
    kms_manual.setting_in_ineffective_tree,
    kms_manual.manual_host_differs_from_dns,
    kms_search.cached_host_used,
    kms_search.cached_host_dead,
    kms_search.cached_host_not_published,
    kms_search.caching_defeats_weights,
    kms_search.no_dns_suffix,
    kms_search.no_dns_servers,
    kms_search.record_at_bare_name,
    kms_search.record_under_other_suffix,
    kms_search.suffix_append_disabled,
    kms_activation.activation_type_excludes_kms,
    kms_activation.not_a_kms_client,
    kms_activation.directory_activation_first,
    kms_activation.shown_code_unexplained,
    kms_host.count_below_threshold,
    kms_host.hosts_dilute_count,
    kms_host.clock_skew,
    kms_host.host_lacks_key,
    kms_host.host_not_activated,
    kms_licence.licence_out_of_tolerance,
    kms_licence.licence_in_notification,
    kms_licence.renewal_overdue,
    kms_host.host_publishing_disabled,
    kms_host.host_publish_denied,
    kms_host.published_host_is_a_client,
    kms_licence.evidence_unreadable,
    kms_licence.evidence_contradicts,
    *expect.RULES,
    *OF_THE_HOUSE,
)
