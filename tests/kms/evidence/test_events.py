"""Events of the licensing service, as text and as XML, by value (docs/kms.md 4.1)."""

from __future__ import annotations

from kmsdns.kms.evidence import read
from kmsdns.kms.evidence.events import MAX_EVENT
from kmsdns.kms.evidence.facts import Product
from tests.kms.evidence.samples import OFFICE_SKU, WINDOWS_SKU, claims, sample, told, unread

REQUEST = {
    "number": 12288,
    "hresult": "0xC004F06C",
    "host": "kms01.contoso.com:1688",
    "client_id": "36f27b39-1111-4222-8333-444455556666",
    "flags": "0x00000000",
    "sku": "68531fb9-1111-4222-8333-444455556666",
    "minimum": 5,
}
MACHINE = [("machine", "PC01"), ("machine domain", "contoso.com")]


def test_text_of_the_event_viewer() -> None:
    facts = sample("events.txt")
    assert [told(event) for event in facts.events] == [
        REQUEST | {"time": "9/29/2026 7:52:00 PM"},
        {
            "number": 12289,
            "time": "9/29/2026 7:52:01 PM",
            "hresult": "0xC004F038",
            "flags": "0x04000000",
            "activated": False,
            "count": 3,
        },
        {"number": 8198, "hresult": "0x800706BA", "sku": WINDOWS_SKU, "product": Product.WINDOWS},
    ], "VSS has a 12289 of its own"
    assert (claims(facts), facts.unread) == (MACHINE, ())
    assert facts.events[0].source.line == 13


def test_text_of_wevtutil_on_a_host() -> None:
    facts = sample("events-host.txt")
    assert [told(event) for event in facts.events] == [
        {
            "number": 12290,
            "time": "2026-09-29T17:52:00.0000000Z",
            "hresult": "0x00000000",
            "minimum": 25,
            "client": "PC01.contoso.com",
            "client_id": "36f27b39-1111-4222-8333-444455556666",
            "sku": WINDOWS_SKU,
        },
        {"number": 12293, "hresult": "0x80072338", "domain": "contoso.com"},
        {"number": 12294, "domain": "emea.contoso.com"},
    ]
    assert claims(facts) == [("machine", "KMS01"), ("machine domain", "contoso.com")]


def test_german_by_the_shape_of_its_data() -> None:
    (event,) = sample("events-german.txt").events
    assert told(event) == REQUEST | {"time": "2026/09/29 17:52"}


def test_xml() -> None:
    facts = sample("events.xml")
    time = {"time": "2026-09-29T17:52:00.000000000Z"}
    request = {key: value for key, value in REQUEST.items() if key != "minimum"}
    assert [told(event) for event in facts.events] == [
        request | time | {"host": "[2001:db8::20]:1688"},
        {
            "number": 12289,
            "hresult": "0x00000000",
            "flags": "0x00000000",
            "activated": True,
            "count": 50,
        }
        | time,
        {"number": 8198, "hresult": "0xC0020017", "sku": WINDOWS_SKU, "product": Product.WINDOWS} | time,
        {"number": 12293, "hresult": "0x80072338", "domain": "contoso.com"} | time,
        {"number": 12294, "domain": "emea.contoso.com"} | time,
    ]
    assert [event.source.line for event in facts.events] == [1, 2, 3, 4, 5]
    assert (claims(facts)[:2], facts.unread) == (MACHINE, ())


def test_an_info_line_alone() -> None:
    line = f"0xC004F074, 0x00000000, kms01:1688, {OFFICE_SKU}, 2026/01/31 10:00, 0, 5, 0, {OFFICE_SKU}, 25"
    (event,) = read(line.encode(), "x").events
    assert (event.number, event.host, event.minimum, event.time) == (12288, "kms01:1688", 25, "2026/01/31 10:00")


def test_a_list_of_get_winevent_and_several_info_lines() -> None:
    line = f"0xC004F074, 0x00000000, kms01:1688, {OFFICE_SKU}, 2026/01/31 10:00, 0, 5, 0, {OFFICE_SKU}, 25"
    text = "TimeCreated  : 1/31/2026 11:00:00 AM\nProviderName : Microsoft-Windows-Security-SPP\nId           : 12288\n"
    text += f"Message      : The client has sent an activation request.\n               Info:\n               {line}\n"
    text += f"{line.replace('kms01', 'kms02')}\n0xC004F074, 1, nonsense\n"
    facts = read(text.encode(), "x")
    assert [(event.host, event.time) for event in facts.events] == [
        ("kms01:1688", "1/31/2026 11:00:00 AM"),
        ("kms02:1688", "2026/01/31 10:00"),
    ]
    assert [number for number, _ in unread(facts)] == [8]


def test_messages_without_an_event_id() -> None:
    text = "Source: Microsoft-Windows-Security-SPP\n"
    text += "Publishing the Key Management Service (KMS) to DNS in the 'x.test' domain failed.\nInfo:\n0x8007232D\n"
    (event,) = read(text.encode(), "x").events
    assert told(event) == {"number": 12293, "hresult": "0x8007232D", "domain": "x.test"}


def test_entities_are_refused() -> None:
    bomb = '<!DOCTYPE e [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    inside = f"<Event xmlns='x'><System>{bomb}<EventID>12288</EventID></System></Event>"
    outside = (
        bomb
        + "<Event xmlns='x'><System><EventID>8198</EventID></System><EventData><Data>&b;</Data></EventData></Event>"
    )
    for text in (inside, outside, "<?xml version='1.0'?>" + outside):
        facts = read(text.encode(), "x")
        assert (facts.events, len(facts.unread)) == ((), 1), text


def test_xml_that_is_none_and_xml_without_an_end() -> None:
    broken = "<Event xmlns='x'><System></EventID></Event>\n<Event xmlns='x'>" + "a" * MAX_EVENT + "</Event>\n"
    facts = read(broken.encode(), "x")
    assert [line for line, _ in unread(facts)] == [1, 2]


def test_an_event_without_its_data_is_said_to_be_unread() -> None:
    text = b"Source: Microsoft-Windows-Security-SPP\nEvent ID: 12288\nDescription: The client has sent\n"
    facts = read(text, "x")
    assert [reason for _, reason in unread(facts)] == ["event 12288 without the line that says what happened"]
