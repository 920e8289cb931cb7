"""The catalogue's rules of zone files, apart: a validation loads no other."""

from __future__ import annotations

from kmsdns.rules.service import active_directory as directory
from kmsdns.rules.service import profiles
from kmsdns.rules.srv import fields as srv_fields
from kmsdns.rules.srv import hosts as srv_hosts
from kmsdns.rules.srv import names as srv_names
from kmsdns.rules.srv import owners as srv_owners
from kmsdns.rules.srv import sets as srv_sets
from kmsdns.rules.srv import targets as srv_targets
from kmsdns.rules.zone import delegation, names, rrsets, suppressions
from kmsdns.rules.zone import house as policy
from kmsdns.rules.zone import public_names as names_public
from kmsdns.rules.zone import targets as rr_targets
from kmsdns.rules.zone import text as zonefile

OF_ZONES = (
    zonefile.syntax_error,
    zonefile.unbalanced_parenthesis,
    zonefile.unterminated_quote,
    zonefile.unknown_directive,
    zonefile.include_unusable,
    zonefile.no_default_ttl,
    zonefile.ttl_inherited_from_previous,
    zonefile.inherited_owner_after_origin,
    zonefile.no_newline_at_end,
    zonefile.generate_invalid,
    zonefile.class_mismatch,
    zonefile.out_of_zone_record,
    zonefile.invisible_or_smart_character,
    zonefile.windows_export_dialect,
    zonefile.unknown_or_pseudo_type,
    zonefile.number_out_of_range,
    names.label_too_long,
    names.name_too_long,
    names.empty_label,
    names.owner_repeats_origin,
    names.rdata_name_repeats_origin,
    names.not_a_hostname,
    names.non_ascii_name,
    names.invalid_a_label,
    names.non_terminal_wildcard,
    names_public.special_use_name,
    names_public.wildcard_blocked,
    rrsets.rrset_ttl_mismatch,
    rrsets.duplicate_record,
    rrsets.ttl_too_large,
    rrsets.cname_and_other_data,
    rrsets.multiple_cname,
    rr_targets.cname_loop,
    rr_targets.cname_chain,
    rr_targets.dangling_cname,
    rrsets.data_below_dname,
    rr_targets.target_is_address,
    rr_targets.ns_mx_target_is_alias,
    rr_targets.ns_mx_target_without_address,
    delegation.soa_missing_or_misplaced,
    delegation.apex_ns_missing,
    delegation.single_name_server,
    delegation.soa_rname_has_at,
    delegation.soa_timers_unusual,
    delegation.serial_not_increased,
    delegation.glue_missing,
    delegation.occluded_by_delegation,
    delegation.occluded_by_dname,
    delegation.ds_misplaced,
    delegation.no_server_for_family,
    *srv_owners.RULES,
    *srv_names.RULES,
    *srv_fields.RULES,
    *srv_targets.RULES,
    *srv_hosts.RULES,
    *srv_sets.RULES,
    *profiles.RULES,
    *directory.RULES,
)
"""What stands in a zone: the file's text, names, RRsets, the apex, and what services need."""

OF_THE_HOUSE = (
    *policy.RULES,
    *suppressions.RULES,
)
"""What somebody wants besides."""
