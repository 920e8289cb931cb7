"""From facts to clients: what is in force, for which product, and what contradicts."""

from __future__ import annotations

from kmsdns.kms.config import ClientConfig
from kmsdns.kms.evidence.facts import (
    Claim,
    Facts,
    Level,
    Licence,
    ManualHost,
    Product,
    RememberedHost,
    Source,
    Suffix,
    SuffixOrigin,
    Topic,
    Tree,
)
from kmsdns.kms.evidence.resolver import clients, contradictions, in_force, split_printed, uses_office_tree
from kmsdns.kms.licence import LicenceState

SKU = "d450596f-894d-49e0-966a-fd39ed4c4c64"


def source(line: int = 1, path: str = "a.txt") -> Source:
    return Source(path=path, line=line, text=f"line {line}")


def licence(product: Product = Product.OFFICE, **fields: object) -> Licence:
    names = {
        Product.OFFICE: "Office 16, Office16ProPlusVL_KMS_Client edition",
        Product.WINDOWS: "Windows(R), Enterprise",
    }
    known = {"name": names[product], "channel": "VOLUME_KMSCLIENT", "sku": SKU, "state": LicenceState.LICENSED}
    return Licence(source=source(), product=product, **{**known, **fields})


def manual(name: str, level: Level, product: Product | None = None, **fields: object) -> ManualHost:
    return ManualHost(source=source(), name=name, level=level, product=product, **fields)


def claim(topic: Topic, value: str | bool, line: int = 1, **fields: object) -> Claim:
    return Claim(source=source(line), topic=topic, value=value, **fields)


def one(facts: Facts, base: ClientConfig | None = None) -> ClientConfig:
    (config,) = clients(facts, base or ClientConfig())
    return config


def test_the_sku_counts_before_the_application_before_the_machine() -> None:
    everywhere = (
        manual("machine", Level.GLOBAL),
        manual("windows", Level.APP, Product.WINDOWS),
        manual("office", Level.APP, Product.OFFICE),
        manual("other", Level.SKU, Product.OFFICE, sku="00000000-0000-0000-0000-000000000000"),
        manual("sku", Level.SKU, Product.OFFICE, sku=SKU),
    )
    names = []
    for kept in range(len(everywhere), 0, -1):
        found = in_force(Facts(manual=everywhere[:kept]), licence(), Product.OFFICE)
        names.append(found.name if found else None)
    assert names == ["sku", "office", "office", "machine", "machine"]


def test_what_a_tool_prints_counts_where_the_registry_is_silent() -> None:
    printed = licence(manual="kms02.contoso.com:1699")
    found = in_force(Facts(), printed, Product.OFFICE)
    assert found is not None
    assert (found.name, found.port, found.level) == ("kms02.contoso.com", "1699", Level.SKU)


def test_the_office_tree_counts_only_where_office_reads_it() -> None:
    set_there = Facts(manual=(manual("old", Level.GLOBAL, tree=Tree.OSPP),))
    assert in_force(set_there, licence(), Product.OFFICE) is None
    seven = set_there + Facts(claims=(claim(Topic.WINDOWS_VERSION, "6.1"),))
    assert in_force(seven, licence(), Product.OFFICE) is not None
    assert in_force(seven, licence(Product.WINDOWS), Product.WINDOWS) is None
    assert uses_office_tree(Facts(), licence(name="Office 14, OfficeProPlus edition"))
    assert not uses_office_tree(Facts(claims=(claim(Topic.WINDOWS_VERSION, "10.0"),)), licence())


def test_the_products_that_fail_come_first_and_each_has_its_own_way() -> None:
    windows = licence(Product.WINDOWS, sku="w", cached="kms01.contoso.com:1688")
    office = licence(state=LicenceState.OOB_GRACE, manual="kms-old.contoso.com:1688")
    found = clients(Facts(licences=(windows, office)), ClientConfig())
    assert [config.product for config in found] == [Product.OFFICE, Product.WINDOWS]
    assert found[0].manual is not None
    assert found[0].cached is None
    assert found[1].manual is None
    assert found[1].cached is not None
    assert found[1].cached.target == "kms01.contoso.com."


def test_products_that_go_the_same_way_are_one_client() -> None:
    twice = Facts(licences=(licence(sku="a"), licence(sku="b", name="Office 16, VisioProVL_KMS_Client edition")))
    assert len(clients(twice, ClientConfig())) == 1


def test_what_is_no_kms_client_makes_none() -> None:
    others = (licence(channel="VOLUME_MAK"), licence(has_key=False), licence(channel=None))
    assert clients(Facts(licences=others), ClientConfig()) == (ClientConfig(),)


def test_what_was_given_counts_before_the_evidence() -> None:
    facts = Facts(
        suffixes=(Suffix(name="evidence.test."),),
        claims=(claim(Topic.CACHING, False), claim(Topic.DNS_SERVER, "192.0.2.1")),
    )
    given = ClientConfig(suffixes=(Suffix(name="given.test."),), caching=True)
    config = one(facts, given)
    assert (config.suffixes, config.caching, config.dns_servers) == (given.suffixes, True, ("192.0.2.1",))
    assert one(facts).caching is False


def test_suffixes_are_searched_by_their_origin() -> None:
    listed = (
        Suffix(name="list.test.", origin=SuffixOrigin.SEARCH_LIST),
        Suffix(name="connection.test.", origin=SuffixOrigin.CONNECTION),
        Suffix(name="primary.test.", origin=SuffixOrigin.PRIMARY),
        Suffix(name="primary.test.", origin=SuffixOrigin.SEARCH_LIST),
    )
    assert one(Facts(suffixes=listed)).searched == ("primary.test.", "connection.test.", "list.test.")
    assert one(Facts(claims=(claim(Topic.NO_SUFFIX, True),))).suffixes == ()
    assert one(Facts()).suffixes is None


def test_no_dns_server_is_not_the_same_as_none_told() -> None:
    assert one(Facts()).dns_servers is None
    assert one(Facts(claims=(claim(Topic.NO_DNS_SERVER, True),))).dns_servers == ()


def test_vista_ignores_priority_and_weight() -> None:
    assert not one(Facts(claims=(claim(Topic.WINDOWS_VERSION, "6.0"),))).honours_weights
    assert one(Facts(claims=(claim(Topic.WINDOWS_VERSION, "6.1"),))).honours_weights


def test_a_remembered_host_of_the_product() -> None:
    remembered = RememberedHost(source=source(), name="kms05.contoso.com", port=1700, product=Product.WINDOWS)
    facts = Facts(remembered=(remembered,))
    config = one(facts + Facts(licences=(licence(Product.WINDOWS),)))
    assert config.cached is not None
    assert (config.cached.target, config.cached.port) == ("kms05.contoso.com.", 1700)
    assert one(facts + Facts(licences=(licence(),))).cached is None


def test_printed_hosts() -> None:
    assert split_printed("kms01.contoso.com:1688") == ("kms01.contoso.com", "1688")
    assert split_printed("[2001:db8::5]:1688") == ("[2001:db8::5]", "1688")
    assert split_printed("2001:db8::5") == ("2001:db8::5", None)
    assert split_printed("kms01") == ("kms01", None)


def test_claims_that_disagree_are_told_once() -> None:
    claims = (
        claim(Topic.MACHINE, "PC01"),
        claim(Topic.MACHINE, "pc01", 2),
        claim(Topic.MACHINE, "PC02", 3),
        claim(Topic.MACHINE, "PC02", 4),
        claim(Topic.DNS_SERVER, "192.0.2.1"),
        claim(Topic.DNS_SERVER, "192.0.2.2"),
        claim(Topic.CACHING, True, sku="a"),
        claim(Topic.CACHING, False, sku="b"),
    )
    (found,) = contradictions(Facts(claims=claims))
    assert (found.first.source.line, found.second.source.line) == (1, 3)
