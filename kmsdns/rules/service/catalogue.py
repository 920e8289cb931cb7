"""Rules of what one service needs: KMS, mail, Active Directory."""

from __future__ import annotations

from kmsdns.rules.service import active_directory, profiles

RULES = (
    profiles.kms_port,
    profiles.kms_wrong_place,
    profiles.kms_missing_for_suffix,
    profiles.mail_set_contradictory,
    active_directory.ad_set_incomplete,
    active_directory.ad_set_targets_differ,
)
