"""Rules of live answers, of what several servers say, and of what probes came to."""

from __future__ import annotations

from kmsdns.rules.live import answers, probes, vantage_answers, vantage_targets, vantages

RULES = (
    *answers.RULES,
    vantages.servers_disagree,
    vantages.serials_differ,
    vantages.server_lame_or_silent,
    vantage_targets.live_differs_from_file,
    vantage_targets.target_alias_live,
    vantage_targets.target_no_address_live,
    vantage_targets.target_domain_dangling,
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
)
