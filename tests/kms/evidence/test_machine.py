"""ipconfig and the registry: what is set on the machine, by value."""

from __future__ import annotations

import pytest

from kmsdns.kms.evidence import read
from kmsdns.kms.evidence.facts import Level, Product, SuffixOrigin, Tree
from tests.kms.evidence.samples import FOLDER, OFFICE_SKU, WINDOWS_SKU, claims, sample, told, unread

PRIMARY, SEARCH, CONNECTION = SuffixOrigin.PRIMARY, SuffixOrigin.SEARCH_LIST, SuffixOrigin.CONNECTION


def suffixes(name: str) -> list[tuple[str, SuffixOrigin]]:
    return [(suffix.name, suffix.origin) for suffix in sample(name).suffixes]


def test_a_member_of_a_domain() -> None:
    assert suffixes("ipconfig-domain.txt") == [
        ("corp.contoso.com.", PRIMARY),
        ("corp.contoso.com.", SEARCH),
        ("contoso.com.", SEARCH),
        ("branch.contoso.com.", CONNECTION),
    ]
    facts = sample("ipconfig-domain.txt")
    assert claims(facts) == [("machine", "PC01"), ("DNS server", "192.0.2.53"), ("DNS server", "2001:db8::53")]
    assert [str(suffix.source) for suffix in facts.suffixes][2] == "ipconfig-domain.txt:9"


def test_a_workgroup_machine_without_a_primary_suffix_and_without_indentation() -> None:
    assert suffixes("ipconfig-workgroup.txt") == [("lan.contoso.com.", SEARCH), ("lan.contoso.com.", CONNECTION)]
    assert claims(sample("ipconfig-workgroup.txt")) == [("machine", "DESKTOP-01"), ("DNS server", "198.51.100.1")]


def test_a_machine_without_suffixes_and_servers() -> None:
    facts = sample("ipconfig-no-dns.txt")
    assert facts.suffixes == ()
    assert claims(facts) == [("machine", "DESKTOP-02"), ("no DNS suffix", True), ("no DNS server", True)], (
        "the site-local addresses are what Windows lists where none is set"
    )


def test_german_by_the_order_of_its_fields() -> None:
    assert suffixes("ipconfig-german.txt") == [
        ("contoso.com.", PRIMARY),
        ("contoso.com.", SEARCH),
        ("emea.contoso.com.", SEARCH),
        ("emea.contoso.com.", CONNECTION),
    ]
    assert claims(sample("ipconfig-german.txt")) == [
        ("machine", "PC03"),
        ("DNS server", "192.0.2.53"),
        ("DNS server", "192.0.2.54"),
    ]


def test_values_of_ipconfig_that_cannot_be() -> None:
    text = "   Host Name . . . . . . . . . . . . : PC\n   Primary Dns Suffix  . . . . . . . : a..b\n"
    text += "Ethernet adapter Ethernet:\n   DNS Servers . . . . . . . . . . . : 999.1.1.1\n"
    facts = read(text.encode(), "x")
    assert unread(facts) == [(2, "no domain name"), (4, "no address of a DNS server")]


def test_ipconfig_without_all_tells_nothing_of_what_it_leaves_out() -> None:
    text = b"Windows IP Configuration\n\nEthernet adapter Ethernet:\n\n   Connection-specific DNS Suffix  . :\n"
    text += b"   IPv4 Address. . . . . . . . . . . : 192.0.2.4\n"
    facts = read(text, "x")
    assert (facts.kinds, facts.suffixes, facts.claims) == ((("x", "ipconfig"),), (), ())


def test_manual_hosts_at_each_level() -> None:
    facts = sample("registry-levels.reg")
    assert [told(manual) for manual in facts.manual] == [
        {"name": "kms-global.contoso.com", "port": "1688"},
        {"name": "kms-app.contoso.com", "level": Level.APP, "product": Product.WINDOWS},
        {
            "name": "kms-sku.contoso.com",
            "port": "1700",
            "level": Level.SKU,
            "product": Product.WINDOWS,
            "sku": WINDOWS_SKU,
        },
        {
            "name": "2001:db8::20",
            "port": "not a number",
            "level": Level.SKU,
            "product": Product.OFFICE,
            "sku": OFFICE_SKU,
        },
    ]
    assert claims(facts) == [("host caching", False), ("activation interval", 120), ("activation type", "kms")]
    assert (facts.claims[2].product, facts.claims[2].sku) == (Product.WINDOWS, WINDOWS_SKU)
    assert facts.unread == (), "a product key in an export is passed over"


def test_odd_types_other_trees_and_deletions() -> None:
    facts = sample("registry-odd-types.reg")
    assert [told(manual) for manual in facts.manual] == [
        {"name": "kms01.contoso.com", "port": "1688", "port_type": "REG_DWORD"},
        {"name": "kms-office.contoso.com", "product": Product.OFFICE, "tree": Tree.OSPP},
    ]
    assert unread(facts) == [
        (12, "set below Wow6432Node, where the licensing service doesn't look"),
        (19, "a port without the name of a host beside it"),
    ]


def test_a_host_in_the_registry() -> None:
    assert claims(sample("registry-host.reg")) == [
        ("KMS host marker", "10.0.17763.1"),
        ("listening port", 1689),
        ("DNS publishing", False),
        ("publish domain", "contoso.com, 10, 100"),
        ("publish domain", "emea.contoso.com"),
        ("domain published last", "contoso.com"),
    ]


def test_what_the_client_remembers_and_the_tree_of_vista() -> None:
    facts = sample("registry-cache.reg")
    assert [told(each) for each in facts.remembered] == [
        {"name": "192.0.2.20", "addresses": ("192.0.2.20",), "product": Product.WINDOWS, "sku": WINDOWS_SKU},
        {"name": "kms-vista.contoso.com", "port": 1690},
    ]
    assert [told(each) for each in facts.manual] == [{"name": "kms-vista-manual.contoso.com", "tree": Tree.SL}]


def test_settings_of_the_dns_client_where_a_policy_counts_first() -> None:
    assert suffixes("registry-dnsclient.reg") == [
        ("pc.contoso.com.", PRIMARY),
        ("corp.contoso.com.", SEARCH),
        ("contoso.com.", SEARCH),
        ("dhcp.contoso.com.", CONNECTION),
    ]
    assert claims(sample("registry-dnsclient.reg")) == [
        ("suffixes appended to names with a dot", False),
        ("machine", "PC04"),
        ("DNS server", "192.0.2.53"),
        ("DNS server", "192.0.2.54"),
    ]


def test_an_export_of_version_4_has_its_octets_in_a_code_page() -> None:
    key = r"[HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Windows NT\CurrentVersion\SoftwareProtectionPlatform]"
    octets = ",".join(f"{octet:02x}" for octet in b"a.test\0b.test\0\0")
    facts = read(f'REGEDIT4\n\n{key}\n"DnsDomainPublishList"=hex(7):{octets}\n'.encode(), "x")
    assert claims(facts) == [("publish domain", "a.test"), ("publish domain", "b.test")]


def test_policies_and_settings_that_cannot_be() -> None:
    text = r"""
[HKEY_LOCAL_MACHINE\SOFTWARE\Policies\Microsoft\Windows NT\DNSClient]
"AppendToMultiLabelName"=dword:00000007
"AdapterDomainName"="policy.test"
[HKEY_LOCAL_MACHINE\SOFTWARE\Policies\Microsoft\System\DNSClient]
"NV PrimaryDnsSuffix"="primary.test"
[HKEY_LOCAL_MACHINE\SYSTEM\ControlSet001\Services\Tcpip\Parameters]
"Domain"="local.test"
"SearchList"="a..b c.test"
[HKEY_LOCAL_MACHINE\SYSTEM\ControlSet001\Services\Tcpip\Parameters\Interfaces\{1}]
"DhcpDomain"="dhcp.test"
[HKEY_USERS\S-1-5-20\SOFTWARE\Microsoft\Windows NT\CurrentVersion\SL]
"DiscoveredKeyManagementServiceName"="kms.test"
"DiscoveredKeyManagementServicePort"="many"
"""
    facts = read(text.encode(), "x")
    assert [(suffix.name, suffix.origin) for suffix in facts.suffixes] == [
        ("primary.test.", PRIMARY),
        ("c.test.", SEARCH),
        ("policy.test.", CONNECTION),
    ]
    assert unread(facts) == [(14, "no port number"), (3, "AppendToMultiLabelName is 0 or 1"), (9, "no domain name")]
    assert told(facts.remembered[0]) == {"name": "kms.test"}


def test_reg_query() -> None:
    facts = sample("registry-query.txt")
    assert [told(manual) for manual in facts.manual] == [
        {"name": "kms01.contoso.com", "port": "1688", "port_type": "REG_DWORD"},
        {"name": "", "level": Level.APP, "product": Product.WINDOWS},
    ]
    assert claims(facts) == [("publish domain", "contoso.com"), ("publish domain", "emea.contoso.com, 5")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_an_export_means_the_same_in_every_encoding(encoding: str) -> None:
    text = (FOLDER / "registry-levels.reg").read_bytes().decode("utf-16")
    facts = read(text.encode(encoding), "registry-levels.reg")
    assert facts == sample("registry-levels.reg")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ('"VLActivationType"=dword:00000000', ("activation type", "all")),
        ('"VLActivationType"=dword:00000001', ("activation type", "ad")),
        ('"VLActivationType"=dword:00000003', ("activation type", "token")),
        ('"VLActivationType"=dword:00000009', ("activation type", "all")),
        ('"DisableKeyManagementServiceHostCaching"=dword:00000000', ("host caching", True)),
        ('"KeyManagementServiceLookupDomain"="kms.contoso.com"', ("lookup domain", "kms.contoso.com")),
        ('"VLRenewalInterval"=hex(4):60,27,00,00', ("renewal interval", 10080)),
    ],
)
def test_values_of_the_service(line: str, expected: tuple[str, object]) -> None:
    key = r"[HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Windows NT\CurrentVersion\SoftwareProtectionPlatform]"
    assert claims(read(f"{key}\n{line}\n".encode(), "x")) == [expected]


@pytest.mark.parametrize(
    "line",
    [
        '"VLActivationType"="kms"',
        '"KeyManagementServiceName"=dword:00000001',
        '"KeyManagementServiceListeningPort"="many"',
        '"VLRenewalInterval"=nonsense',
        '"VLRenewalInterval"=dword:123456789',
    ],
)
def test_values_that_cannot_be_are_said_to_be_unread(line: str) -> None:
    key = r"[HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Windows NT\CurrentVersion\SoftwareProtectionPlatform]"
    facts = read(f"{key}\n{line}\n".encode(), "x")
    assert (facts.claims, facts.manual, [number for number, _ in unread(facts)]) == ((), (), [2])
