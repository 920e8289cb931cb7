"""The catalogue: every rule, a tuple for each family. rules.rule says how to add one."""

from __future__ import annotations

from kmsdns.rules.expect import catalogue as expect
from kmsdns.rules.kms import catalogue as kms
from kmsdns.rules.live import catalogue as live
from kmsdns.rules.service import catalogue as service
from kmsdns.rules.srv import catalogue as srv
from kmsdns.rules.zone import catalogue as zone

RULES = (*zone.RULES, *srv.RULES, *service.RULES, *live.RULES, *kms.RULES, *expect.RULES, *zone.HOUSE)
