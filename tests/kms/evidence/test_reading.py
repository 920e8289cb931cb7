"""Reading as such: no octets break it, nothing secret is kept, several outputs stay apart, big files have bounds."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kmsdns.kms.evidence import KINDS, read, sections
from kmsdns.kms.evidence import text as text_module
from kmsdns.kms.evidence.facts import Facts
from kmsdns.kms.evidence.text import decode
from kmsdns.model.value import Value
from tests.kms.evidence.samples import FOLDER, SAMPLES, claims, sample, unread

SECRETS = re.compile(r"AAAAA|BBBBB|CCCCC|DDDDD|EEEEE|adele", re.IGNORECASE)
CHUNK = 3000  # characters of a sample that hypothesis cuts and joins


def strings(value: object) -> list[str]:
    """Every string in a value, however deep."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, tuple):
        return [each for item in value for each in strings(item)]
    if isinstance(value, Value):
        return [each for field in value.__match_args__ for each in strings(getattr(value, field))]
    return []


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_a_sample_is_told_by_its_content_and_keeps_no_secret(path: Path) -> None:
    octets = path.read_bytes()
    facts = read(octets, "file")
    assert facts, "recognised"
    assert {kind for _, kind in facts.kinds} <= set(KINDS)
    for text in strings(facts):
        assert not SECRETS.search(text), text


KEY = "AAAAA-BBBBB-CCCCC-DDDDD-EEEEE"


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_a_whole_key_is_dropped_wherever_it_stands(path: Path) -> None:
    text = decode(path.read_bytes())
    words = re.findall(r"kms[\w.-]*\.com|contoso\.com|[A-Z]{4,}", text)
    for word in dict.fromkeys(words):
        facts = read(text.replace(word, KEY).encode(), "file")
        for found in strings(facts):
            assert not SECRETS.search(found), (word, found)


def test_keys_in_other_dress() -> None:
    texts = (
        f'{{"kmsdns_bundle": 1, "collected": "{KEY}", "{KEY.lower()}": 2}}',
        f"Name: Windows(R), {KEY} edition\nDescription: {KEY}, {KEY} channel\nTeil-Product Key: EEEEE\nFoo: {KEY}\n",
        "Name: Windows(R), X edition\nProduct Key:\nEEEEE\nプロダクト キーの一部\uff1aEEEEE\n",
        f"<Event xmlns='x'><System><EventID>8198</EventID><Computer>{KEY}.x.test</Computer></System>"
        f"<EventData><Data>hr=0x80072338 {KEY}</Data></EventData></Event>",
        "[HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\SoftwareProtectionPlatform]\n"
        '"KeyManagementServiceName"=hex(1):'
        + ",".join(f"{octet:02x}" for octet in KEY.encode("utf-16-le"))
        + f'\n"{KEY}"=1\n"ProductKey"="{KEY}"\n',
        "SKU ID: 1\nLICENSE NAME: x\nKMS machine name from DNS: AAAAA-BBBBB-\nCCCCC-DDDDD-EEEEE:1688\n",
        f"<Event xmlns='x'><System><EventID>{KEY}</EventID><Computer>a.test</Computer></System></Event>",
        f"*** dc01 can't find {KEY}.test: Non-existent domain\n",
    )
    for text in texts:
        facts = read(text.encode(), "file")
        assert facts, text
        for found in strings(facts):
            assert not SECRETS.search(found), found


def test_several_outputs_of_two_machines_in_one_file() -> None:
    names = ("ipconfig-domain.txt", "ospp-healthy.txt", "nslookup-good.txt", "events.xml", "registry-levels.reg")
    again = ("ipconfig-workgroup.txt", "slmgr-dlv-healthy.txt", "netconn.txt", "resolvedns.txt")
    text = "\n".join(decode((FOLDER / name).read_bytes()) for name in (*names, *again))
    facts = read(text.encode("utf-16"), "all.txt")
    assert list(dict.fromkeys(kind for _, kind in facts.kinds)) == [
        "ipconfig", "ospp", "nslookup", "events", "reg", "slmgr", "netconn", "resolvedns",
    ]  # fmt: skip
    for field in Facts.__match_args__:
        if field in ("kinds", "claims", "unread"):
            continue
        apart = [fact for name in (*names, *again) for fact in getattr(sample(name), field)]
        together = getattr(facts, field)
        assert [each.replace(source=None) for each in together] == [each.replace(source=None) for each in apart], field
    assert [value for topic, value in claims(facts) if topic == "machine"] == ["PC01", "PC01", "KMS01", "DESKTOP-01"]
    assert facts.unread == ()


def test_facts_of_several_files_are_added_up() -> None:
    both = sample("netconn.txt") + sample("nslookup-bare.txt")
    assert both.kinds == (("netconn.txt", "netconn"), ("nslookup-bare.txt", "nslookup"))
    assert (len(both.connects), len(both.answers)) == (2, 1)


def test_what_is_no_output_of_a_tool() -> None:
    assert unread(read(b"", "x")) == [(1, "it is empty")]
    for octets in (b"\x7fELF\x02\x01\x01\0" + bytes(range(256)) * 20, b"Dear colleague,\nplease find attached ...\n"):
        facts = read(octets, "x")
        assert not facts
        assert unread(facts) == [(1, "nothing in it is known as the output of a tool")]


def test_lines_around_an_output_are_said_to_be_unread() -> None:
    around = b"".join(b"something else %d\n" % at for at in range(9))
    facts = read(around + (FOLDER / "netconn.txt").read_bytes(), "x")
    assert unread(facts) == [(1, "9 lines from here on are not the output of a known tool")]
    assert facts.connects[0].source.line == 18


def test_tabs_blanks_and_odd_line_ends_make_no_difference() -> None:
    text = decode((FOLDER / "ospp-healthy.txt").read_bytes())
    expected = sample("ospp-healthy.txt").licences[0].replace(source=None)
    for odd in (
        text.replace("\n", "\n    "),
        text.replace("\t", "        "),
        text.replace("\t", ""),
        text.replace(": ", ":\xa0"),
        text.replace("\n", "\r"),
    ):
        (licence,) = read(odd.encode(), "x").licences
        assert licence.replace(source=None) == expected


@pytest.mark.parametrize(
    "unit",
    [
        b"\n", b"a\n", b" ", b".", b" .", b":", b"-", b"a: b\n", b"KMS machine name from DNS: \n", b"Event[1]\n",
        b"<Event ", b"0x0,", b"product key", b'"a"=hex(7):\\\n', b"Server: x\nAddress:  1.1.1.1\n", b"{\n", b"\xff\xfe",
        b'{"kmsdns_bundle":', b"SKU ID: \n", b"Name: Windows edition\n", b", ", b"\0", b"*** ", b"\\Users\\", b"\r",
    ],
)  # fmt: skip
def test_the_same_thing_over_and_over_takes_no_more_than_its_length(unit: bytes) -> None:
    size = 1 << 16
    steps = Steps()
    with steps:
        read(unit * (size // len(unit)), "x")
    assert steps.lines < 60 * size, "about linear in the file"


class Steps:
    """Counts the lines of Python that run: a measure without a clock."""

    def __init__(self) -> None:
        self.lines = 0

    def __enter__(self) -> None:
        import sys

        def tracer(frame: object, event: str, arg: object) -> object:
            self.lines += 1
            return tracer

        self.before = sys.gettrace()
        sys.settrace(tracer)  # type: ignore[arg-type]

    def __exit__(self, *_: object) -> None:
        import sys

        sys.settrace(self.before)


def test_bounds_are_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sections, "MAX_SECTION", 2000)
    monkeypatch.setattr(sections, "MAX_SECTIONS", 3)
    monkeypatch.setattr(sections, "MAX_LINES", 500)
    one = (FOLDER / "ospp-dstatusall.txt").read_text()
    assert unread(read(one.encode() * 5, "x"))[-1] == (88, "the file has 5 outputs, and 3 are read")
    long = one.replace("---Exiting", "SKU ID:\n" * 600 + "---Exiting")
    reasons = [reason for _, reason in unread(read(long.encode(), "x"))]
    assert "this output is longer than what is read of one: 2000 characters" in reasons
    assert reasons[-1] == "the file has more than 500 lines, and they are what is read"


def test_a_file_that_is_too_big(monkeypatch: pytest.MonkeyPatch) -> None:
    one = (FOLDER / "ospp-dstatusall.txt").read_bytes()
    monkeypatch.setattr(text_module, "MAX_OCTETS", 3 * len(one) + 100)
    facts = read(one * 9, "big.txt")
    assert len(facts.licences) == 6
    assert unread(facts) == [(1, f"it has {9 * len(one)} octets, and the first {3 * len(one) + 100} are read")]


@settings(max_examples=150)
@given(st.binary(max_size=400))
def test_no_octets_break_it(octets: bytes) -> None:
    facts = read(octets, "x")
    assert facts or facts.unread


PIECES = [decode(path.read_bytes())[:CHUNK] for path in SAMPLES]


@settings(max_examples=150)
@given(st.data())
def test_no_pieces_of_outputs_break_it(data: st.DataObject) -> None:
    piece = st.sampled_from(PIECES).flatmap(
        lambda text: st.tuples(st.integers(0, len(text)), st.integers(0, len(text))).map(
            lambda cut: text[min(cut) : max(cut)]
        )
    )
    odd = st.text(max_size=20)
    text = "".join(data.draw(st.lists(piece | odd, min_size=1, max_size=6)))
    encoding = data.draw(st.sampled_from(["utf-8", "utf-16", "utf-16-be", "cp932", "cp850"]))
    facts = read(text.encode(encoding, "replace"), "x")
    for found in strings(facts):
        assert len(found) < 1000
    assert {each.source.path for field in Facts.__match_args__[1:] for each in getattr(facts, field)} <= {"x"}
