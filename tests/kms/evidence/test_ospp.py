"""OSPP.VBS: each sample's facts, by value (docs/kms.md 5.2 to 5.4)."""

from __future__ import annotations

from kmsdns.kms.evidence import read
from kmsdns.kms.evidence.facts import Product
from tests.kms.evidence.samples import OFFICE_SKU, VISIO_SKU, claims, sample, told, unread

CLIENT = {
    "name": "Office 16, Office16ProPlusVL_KMS_Client edition",
    "product": Product.OFFICE,
    "sku": OFFICE_SKU,
    "description": "Office 16, VOLUME_KMSCLIENT channel",
    "channel": "VOLUME_KMSCLIENT",
}
VISIO = CLIENT | {"name": "Office 16, Office16VisioProVL_KMS_Client edition", "sku": VISIO_SKU}
INTERVALS = {"activation_interval": 120, "renewal_interval": 10080}


def test_a_healthy_client_with_a_remembered_host() -> None:
    facts = sample("ospp-healthy.txt")
    (licence,) = facts.licences
    assert told(licence) == CLIENT | INTERVALS | {
        "state": "licensed",
        "minutes_left": 258131,
        "activation_type": "all",
        "tells_host": True,
        "cached": "kms01.contoso.com:1688",
        "caching": True,
    }, "0x4004F040 reports success and is no error; the DNS line is what the client remembers"
    assert (str(licence.source), licence.source.text) == ("ospp-healthy.txt:8", f"LICENSE NAME: {CLIENT['name']}")
    assert (facts.kinds, facts.unread, facts.manual) == ((("ospp-healthy.txt", "ospp"),), (), ())


def test_a_client_that_finds_no_host() -> None:
    (licence,) = sample("ospp-failing.txt").licences
    assert told(licence) == CLIENT | INTERVALS | {
        "state": "oob_grace",
        "minutes_left": 6410,
        "error": "0xC004F074",
        "activation_type": "kms",
        "tells_host": True,
        "caching": False,
    }


def test_a_dead_manual_host_with_lost_indentation_in_utf_16_without_a_mark() -> None:
    (licence,) = sample("ospp-dead-manual.txt").licences
    assert told(licence) == CLIENT | INTERVALS | {
        "state": "notification",
        "error": "0x8007232B",
        "activation_type": "all",
        "tells_host": True,
        "manual": "kms-old.contoso.com:1688",
        "lookup_domain": "kms.contoso.com",
        "caching": True,
    }, "that no name is available from the DNS is normal beside an override"


def test_after_a_product_that_ad_activated_missing_host_lines_say_nothing() -> None:
    first, second = sample("ospp-ad.txt").licences
    assert told(first) == CLIENT | {
        "state": "licensed",
        "minutes_left": 257000,
        "activation_type": "all",
        "activated_by": "ad",
    }
    assert told(second) == VISIO | {"state": "licensed", "minutes_left": 216000, "activation_type": "all"}
    assert (second.tells_host, second.activated_by) == (False, None)


def test_other_channels_are_told_by_their_descriptions() -> None:
    mak, retail = sample("ospp-mak-retail.txt").licences
    assert (mak.channel, mak.state, mak.minutes_left, mak.activation_type) == ("VOLUME_MAK", "licensed", None, "all")
    assert (retail.channel, retail.state, retail.minutes_left) == ("RETAIL", "extended_grace", 43200)
    assert retail.error is None, "0x4004FC06 reports success"


def test_dstatusall_lists_products_without_a_key() -> None:
    installed, unused = sample("ospp-dstatusall.txt").licences
    assert told(installed) == CLIENT | INTERVALS | {
        "state": "oot_grace",
        "minutes_left": 43100,
        "error": "0x800706BA",
        "activation_type": "all",
        "tells_host": True,
        "manual": "KMS02.contoso.com:1688",
        "cached": "[2001:db8::20]:1689",
        "caching": True,
    }
    assert told(unused) == CLIENT | {
        "name": "Office 16, Office16StandardVL_KMS_Client edition",
        "sku": "dedfa23d-6ed1-45a6-85dc-63cae0546de6",
        "has_key": False,
        "state": "unlicensed",
        "error": "0xC004F014",
    }


def test_dhistorykms_loses_ports_and_ipv6_addresses() -> None:
    facts = sample("ospp-dhistorykms.txt")
    common = {"number": 12288, "minimum": 5}
    assert [told(event) for event in facts.events] == [
        common | {"time": "9/29/2026 5:52:00 PM", "hresult": "0xC004F06C", "host": "kms01.contoso.com"},
        common | {"time": "9/29/2026 3:52:00 PM", "hresult": "0x00000000"},
        common | {"time": "9/29/2026 1:52:00 PM", "host": "kms02.contoso.com"},
        common | {"time": "9/29/2026 11:52:00 AM"},
    ]
    assert claims(facts) == [("machine", "PC01")]
    assert [reason.split(",")[0] for _, reason in unread(facts)] == [
        "the host may be an IPv6 address",
        "OSPP.VBS cut this out of a message in another language",
    ]


def test_a_machine_without_events() -> None:
    text = b"---Processing---------\r\nNo KMS activation events found on machine: PC01.\r\n"
    assert claims(read(text, "x")) == [("machine", "PC01")]


def test_act_tells_what_an_attempt_came_to_and_dcmid_the_client_id() -> None:
    facts = sample("ospp-act.txt")
    failed, activated = facts.licences
    assert told(failed) == CLIENT | {"error": "0xC004F074"}
    assert told(activated) == VISIO
    assert claims(facts) == [("client machine id", "0f0e0d0c-1111-4222-8333-444455556666")]
    assert [kind for _, kind in facts.kinds] == ["ospp", "ospp"]


def test_lines_that_a_window_wrapped_are_put_together() -> None:
    facts = sample("ospp-wrapped.txt")
    (licence,) = facts.licences
    assert told(licence) == CLIENT | INTERVALS | {
        "state": "licensed",
        "minutes_left": 258131,
        "tells_host": True,
        "manual": "kms02.contoso.com:1688",
        "cached": "kms01.contoso.com:1688",
        "caching": True,
    }
    assert facts.unread == ()


def test_a_value_of_another_form_is_not_guessed() -> None:
    facts = read(b"SKU ID: nonsense\nLICENSE NAME: Office 16, X edition\nREMAINING GRACE: 179 days\n", "x")
    (licence,) = facts.licences
    assert (licence.sku, licence.minutes_left) == (None, None), "days are rounded, and not taken for minutes"
    assert [line for line, _ in unread(facts)] == [1, 3]


def test_no_products_at_all() -> None:
    facts = read(b"---Processing----------\n<No installed product keys detected>\n---Exiting-----\n", "x")
    assert (facts.licences, facts.unread, bool(facts)) == ((), (), True)
