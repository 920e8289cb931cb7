"""slmgr.vbs: each sample's facts, by value, in English and in languages of which only the neutral parts are read."""

from __future__ import annotations

from kmsdns.kms.evidence import read
from kmsdns.kms.evidence.facts import Product
from tests.kms.evidence.samples import CMID, WINDOWS_SKU, claims, sample, told, unread

CLIENT = {
    "name": "Windows(R), Enterprise edition",
    "product": Product.WINDOWS,
    "description": "Windows(R) Operating System, VOLUME_KMSCLIENT channel",
    "channel": "VOLUME_KMSCLIENT",
}
INTERVALS = {"activation_interval": 120, "renewal_interval": 10080}
NOT_READ = "the words of this language are not read, so the licence's state is not known"


def test_a_licensed_client_that_remembers_a_host() -> None:
    facts = sample("slmgr-dlv-healthy.txt")
    (licence,) = facts.licences
    assert told(licence) == CLIENT | INTERVALS | {
        "sku": WINDOWS_SKU,
        "state": "licensed",
        "minutes_left": 253564,
        "activation_type": "all",
        "activated_by": "kms",
        "tells_host": True,
        "cached": "kms01.contoso.com:1688",
        "cached_address": "192.0.2.20",
        "caching": True,
    }
    assert claims(facts) == [
        ("windows version", "10.0"),
        ("client machine id", CMID),
        ("server edition", False),
    ]
    assert facts.unread == ()


def test_a_manual_host_takes_the_place_of_the_remembered_one() -> None:
    facts = sample("slmgr-dlv-manual.txt")
    (licence,) = facts.licences
    assert (licence.manual, licence.cached, licence.cached_address) == ("[2001:db8::20]:1688", None, None)
    assert (licence.lookup_domain, licence.caching, licence.minutes_left) == ("kms.contoso.com", False, 259199)
    assert facts.unread == ()


def test_a_client_that_is_not_licensed_tells_no_host() -> None:
    (licence,) = sample("slmgr-dlv-notification.txt").licences
    assert told(licence) == CLIENT | {
        "sku": WINDOWS_SKU,
        "state": "notification",
        "error": "0xC004F009",
        "activation_type": "all",
    }
    assert licence.tells_host is False


def test_activation_by_the_directory() -> None:
    (licence,) = sample("slmgr-dlv-ad.txt").licences
    assert (licence.activated_by, licence.tells_host, licence.manual) == ("ad", False, None)


def test_windows_7_prints_less() -> None:
    (licence,) = sample("slmgr-dli-windows7.txt").licences
    assert told(licence) == {
        "name": "Windows(R) 7, Enterprise edition",
        "product": Product.WINDOWS,
        "description": "Windows Operating System - Windows(R) 7, VOLUME_KMSCLIENT channel",
        "channel": "VOLUME_KMSCLIENT",
        "state": "oob_grace",
        "minutes_left": 14400,
    }


def test_a_host() -> None:
    facts = sample("slmgr-host.txt")
    (host,) = facts.hosts
    assert told(host) == {
        "current_count": 2,
        "port": 1688,
        "publishing": True,
        "total_requests": 826,
        "failed_requests": 3,
    }
    (licence,) = facts.licences
    assert (licence.channel, licence.state) == ("VOLUME_KMS_WS19", "licensed")
    assert ("server edition", True) in claims(facts)


def test_xpr_tells_a_state_and_a_date() -> None:
    (licence,) = sample("slmgr-xpr.txt").licences
    assert told(licence) == {
        "name": "Windows(R), Enterprise edition",
        "product": Product.WINDOWS,
        "state": "licensed",
        "expires": "7/30/2026 1:02:03 PM",
    }


def test_ato_tells_an_error_and_no_licence() -> None:
    facts = sample("slmgr-ato.txt")
    (claim,) = facts.claims
    assert told(claim) == {
        "topic": "error shown",
        "value": "0xC004F074",
        "product": Product.WINDOWS,
        "sku": WINDOWS_SKU,
    }
    assert facts.licences == ()


def test_an_error_alone_and_one_without_a_text() -> None:
    assert claims(read(b"Error: 0x8007232B DNS name does not exist.\n", "x")) == [("error shown", "0x8007232B")]
    slui = b"On a computer running Microsoft Windows non-core edition, run 'slui.exe 0x2a 0x8007232A' to display it."
    assert claims(read(slui, "x")) == [("error shown", "0x8007232A")]


def test_german_of_which_all_but_the_words_is_read() -> None:
    facts = sample("slmgr-dli-german.txt")
    (licence,) = facts.licences
    assert told(licence) == CLIENT | INTERVALS | {
        "minutes_left": 253564,
        "tells_host": True,
        "cached": "kms01.contoso.com:1688",
        "cached_address": "192.0.2.20",
    }
    assert claims(facts) == [("client machine id", CMID), ("server edition", False)]
    assert unread(facts) == [(4, NOT_READ)]
    assert facts.unread[0].source.text == "Lizenzstatus"


def test_japanese_of_which_all_but_the_words_is_read() -> None:
    facts = sample("slmgr-dlv-japanese.txt")
    (licence,) = facts.licences
    assert told(licence) == CLIENT | INTERVALS | {
        "sku": WINDOWS_SKU,
        "minutes_left": 253564,
        "tells_host": True,
        "manual": "kms02.contoso.com:1689",
    }
    assert claims(facts) == [("windows version", "10.0"), ("client machine id", CMID), ("server edition", False)]
    assert unread(facts) == [(11, NOT_READ)]
    assert facts.unread[0].source.text == "ライセンスの状態"


def test_a_german_host_by_the_order_of_its_numbers() -> None:
    facts = sample("slmgr-host-german.txt")
    (host,) = facts.hosts
    assert told(host) == {"current_count": 27, "port": 1688, "total_requests": 826, "failed_requests": 3}
    assert facts.licences[0].channel == "VOLUME_KMS_WS19"


def test_a_key_is_seen_in_a_language_that_is_not_known_at_all() -> None:
    text = "Nazwa: Windows(R), X edition\nOpis: Y, VOLUME_KMSCLIENT channel\nCzesciowy klucz: EEEEE\nStan: Z\n"
    facts = read(text.encode(), "x")
    assert facts.licences[0].has_key
    assert unread(facts) == [(4, NOT_READ)]


def test_an_error_of_another_run_is_not_the_products() -> None:
    text = (
        "Name: Windows(R), Enterprise edition\nDescription: Windows(R) Operating System, VOLUME_KMSCLIENT channel\n"
        "License Status: Licensed\n\nError: 0xC004F041 The Key Management Server is not activated.\n"
    )
    facts = read(text.encode(), "x")
    assert facts.licences[0].error is None
    assert ("error shown", "0xC004F041") in claims(facts)


def test_minutes_and_days_that_do_not_agree_are_no_minutes() -> None:
    text = "Name: Windows(R), Enterprise edition\nX: Y, VOLUME_KMSCLIENT channel\nRest: 253564 foo (176 bar)\n"
    assert read(text.encode(), "x").licences[0].minutes_left is None, "slmgr rounds days up"


def test_products_in_one_output_stay_apart_and_a_lost_name_loses_nothing_else() -> None:
    text = (
        "Description: Windows(R) Operating System, VOLUME_KMSCLIENT channel\nLicense Status: Licensed\n\n"
        "Name: Office 16, Office16ProPlusVL_KMS_Client edition\nDescription: Office 16, VOLUME_MAK channel\n"
        "License Status: Unlicensed\n"
    )
    first, second = read(text.encode(), "x").licences
    assert (first.name, first.product, first.channel, first.state) == (
        "",
        Product.WINDOWS,
        "VOLUME_KMSCLIENT",
        "licensed",
    )
    assert (second.product, second.channel, second.has_key) == (Product.OFFICE, "VOLUME_MAK", False)
