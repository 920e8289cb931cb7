"""The rules that judge zone files, of three families: a validation loads no others."""

from __future__ import annotations

from kmsdns.rules.service import catalogue as service
from kmsdns.rules.srv import catalogue as srv
from kmsdns.rules.zone import catalogue as zone

RULES = (*zone.RULES, *srv.RULES, *service.RULES, *zone.HOUSE)
