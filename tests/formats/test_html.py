"""The page: well-formed, harmless whatever names it holds, its figures true, its colours apart for every eye."""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest

from kmsdns.formats import render
from kmsdns.formats.html.drawing import narrow, wide
from kmsdns.formats.html.flow import MAX_BRANCHES, flow
from kmsdns.formats.words import count
from kmsdns.model.records import Srv
from kmsdns.model.report import Report
from kmsdns.model.safe import safe
from tests.formats.reports import (
    CLOSED,
    FIVE,
    OPEN,
    OWNER,
    WEIGHTED,
    diagnosis,
    discovery,
    every_code_point,
    found,
    saying,
    saying_of_files,
    silent,
    validated,
)

HOSTILE = (
    "<script>alert(1)</script>",
    '" onload="alert(1)',
    "' onmouseover='x",
    "</title></style></svg><img src=x onerror=alert(1)>",
    "{{ 7 * 7 }}{% raw %}<!--",
    "]]>&lt;&#60;&amp;",
    "a\x00\x07\x1b[31m\x9b\r\n\t\x7f",
    "\u202egnp\u2066\u200b\u2028\ufeff",
    "\ufffe\uffff\U0001fffe\ufdd0",
    "\ud800\udfff",
    "x" * 300,
)
TAGS = set(
    """html head meta title style body main header p span b i div h1 h2 h3 ul li ol section figure figcaption svg path
    g rect text line table caption thead tbody tr th td article dl dt dd code pre mark footer br""".split()
)
ATTRIBUTES = set(
    """lang charset http-equiv content name class aria-hidden aria-label role tabindex id scope title viewBox width
    height x y x1 x2 y1 y2 rx d stroke-width text-anchor""".split()
)
TEXT, GRAPHIC = 4.5, 3.0
"""WCAG 2 AA: the contrast of text, and of what figures are made of."""


class Seen(HTMLParser):
    """Every tag and attribute, as a browser would read them."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.text = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _value in attrs}

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data!r}")


def page(report: Report) -> str:
    return render("html", report)


def parsed(report: Report) -> ElementTree.Element:
    """The page as XML, which is stricter than HTML."""
    return ElementTree.fromstring(page(report))


def texts(element: ElementTree.Element, path: str) -> list[str]:
    return ["".join(each.itertext()) for each in element.iterfind(path)]


def check_harmless(report: Report) -> Seen:
    made = page(report)
    assert made.isascii()
    assert not set(made) - {"\n"} & {chr(each) for each in range(32)}
    seen = Seen(made)
    assert seen.tags <= TAGS
    assert seen.attributes <= {name.lower() for name in ATTRIBUTES}
    root = ElementTree.fromstring(made)
    for each in root.iter():
        assert each.tag in TAGS
        assert set(each.attrib) <= ATTRIBUTES
    return seen


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_no_name_makes_a_tag_or_an_attribute(text: str) -> None:
    assert safe(text) in check_harmless(saying(text)).text, "what was escaped can still be read"
    check_harmless(saying_of_files(text))


def test_no_code_point_breaks_the_page() -> None:
    shown = check_harmless(every_code_point()).text
    assert not any(safe(character) != character for character in set(shown) - {"\n"})


def test_a_validation_shows_each_finding_with_its_lines() -> None:
    root = parsed(validated(contoso=FIVE))
    assert texts(root, ".//h1") == ["3 errors and 1 warning in the zone file."]
    (row,) = root.iterfind(".//tbody/tr")
    assert texts(row, "td") == ["zones/contoso.zone", "contoso.com.", "7", "2026010101", "3", "1", "0"]
    twice = next(each for each in root.iter("article") if "RR002" in "".join(each.itertext()))
    (quoted,) = twice.iter("pre")
    assert "".join(quoted.itertext()).split() == (
        "7 _vlmcs._tcp SRV 0 0 1688 kms01 6 _vlmcs._tcp SRV 0 0 1688 kms01 first here".split()
    )
    assert [each.get("class") for each in quoted.iter("mark")] == [None, "other"]
    assert texts(parsed(validated(a="@ 60 SOA a. b. 1 2 3 4 5\n", b="")), ".//h1")[0].endswith(" in 2 zone files.")


def test_the_page_forbids_what_it_does_not_need() -> None:
    root = parsed(diagnosis(found()))
    (policy,) = [each.get("content") for each in root.iter("meta") if each.get("http-equiv")]
    (style,) = root.iter("style")
    assert style.text is not None
    digest = b64encode(sha256(style.text.encode()).digest()).decode()
    expected = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    assert policy == expected
    assert "url(" not in style.text
    assert "@import" not in style.text
    assert "\r" not in style.text


def test_the_frame_is_small() -> None:
    assert len(page(discovery(silent()))) < 16_000
    assert len(page(diagnosis(found()))) < 36_000


def test_the_verdict_comes_first() -> None:
    root = parsed(diagnosis(found(outcomes=(CLOSED, OPEN))))
    assert texts(root, ".//h1") == ["A client would activate against kms02.contoso.com.:1688, after kms01 failed."]
    assert texts(root, ".//header/div/span") == ["✓"]
    assert texts(parsed(diagnosis(silent())), ".//header/div/span") != ["✓"]


def test_the_verdict_of_a_discovery() -> None:
    for services, glyph, head in (
        ((found(),), "✓", "A client would use kms01.contoso.com.:1688."),
        ((found(outcomes=None),), "✓", f"{OWNER} leads to 4 endpoints; --probe tells which of them answer."),
        ((found(outcomes=(CLOSED,)),), "✗", f"A client would fail: no endpoint of {OWNER} can be used."),
        ((found(addresses=(), outcomes=None),), "✗", "A client would find no host: no target has an address."),
        ((found(()),), "✗", f"A client would find no host: {OWNER} SRV: nxdomain."),
        ((silent(),), "?", f"Could not tell: no usable answer to {OWNER} SRV (timeout)."),
        ((found(), found(())), "✗", "Of 2 services, 1 can be found by a client."),
        ((found(), silent()), "?", "Of 2 services, 1 can be found by a client."),
    ):
        root = parsed(discovery(*services))
        assert (texts(root, ".//h1"), texts(root, ".//header/div/span")) == ([head], [glyph])


@pytest.mark.parametrize("draw", [wide, narrow])
def test_the_width_of_a_line_is_the_exact_share(draw: object) -> None:
    drawing = draw(flow(found(), "A client"))
    whole, *lines = sorted([line for line in drawing.lines if line.is_flow], key=lambda line: -line.width)
    by_target = {line.title.split(".")[0]: line for line in lines}
    assert by_target["kms01"].width / whole.width == pytest.approx(181 / 303)
    assert by_target["kms02"].width / whole.width == pytest.approx(61 / 303)
    assert [name for name, line in by_target.items() if line.is_backup] == ["kms-dr"]


@pytest.mark.parametrize("draw", [wide, narrow])
@pytest.mark.parametrize("number", [0, 1, 2, MAX_BRANCHES, MAX_BRANCHES + 1, 40, 256])
def test_however_many_targets_the_figure_has_room_and_the_table_has_all(draw: object, number: int) -> None:
    srvs = [Srv(priority=n // 200, weight=n, port=1688, target=f"kms{n:03}.contoso.com.") for n in range(number)]
    service = found(srvs, (CLOSED,) * (number - 1) + (OPEN,) if number else None)
    drawing = draw(flow(service, "A client"))
    inside = [box for box in drawing.boxes if any(".contoso.com." in text.text for text in box.texts)]
    assert len(inside) <= MAX_BRANCHES + 1
    for above, below in zip(drawing.boxes, drawing.boxes[1:], strict=False):
        assert above.x != below.x or above.y + above.height <= below.y, "boxes of a column lie apart"
    for box in drawing.boxes:
        assert box.title
        assert box.x >= 0
        assert box.x + box.width <= drawing.width
        assert box.y >= -0.1
        assert box.y + box.height <= drawing.height + 0.1
    told = " ".join(text.text for box in drawing.boxes for text in box.texts)
    left = number - MAX_BRANCHES
    assert (f"{count(left, 'more target')}" in told) == (left > 0)
    assert ("no target" in told) == (number == 0)
    if number:
        assert "used" in told, "the host that is used is in the figure, wherever it stands in the order"
    root = parsed(discovery(service))
    assert len({text for text in texts(root, ".//td") if re.fullmatch(r"kms\d+\.contoso\.com\.", text)}) == number


def test_long_names_are_cut_in_the_figure_and_whole_beside_it() -> None:
    long = ".".join(["a" * 63] * 3) + ".test."
    wide_name = "\u4eba" * 60 + "."
    for name in (long, wide_name):
        report = diagnosis(found((Srv(priority=0, weight=0, port=1688, target=name), *WEIGHTED)))
        root = parsed(report)
        inside = [text for text in texts(root, ".//svg//text") if "…" in text]
        assert inside
        assert not any(name in text for text in texts(root, ".//svg//text"))
        assert any(name in text for text in texts(root, ".//svg//title"))
        assert name in texts(root, ".//td")


def test_a_figure_is_followed_by_its_table() -> None:
    root = parsed(diagnosis(found(outcomes=(OPEN, CLOSED))))
    for parent in root.iter("section"):
        children = list(parent)
        for index, child in enumerate(children):
            if child.tag == "figure":
                after = [each.get("role") for each in children[index + 1 : index + 3]]
                assert "region" in after
    labelled = [each for each in root.iter() if each.get("role") == "img"]
    assert len(labelled) == 4  # the topology twice, for two widths; shares; times
    assert all(each.get("aria-label") for each in labelled)
    for box in root.iterfind(".//svg/g"):
        assert box.find("title") is not None


def test_a_state_is_told_by_a_mark_wherever_it_is_told_by_a_colour() -> None:
    for report in (diagnosis(found(outcomes=(OPEN, CLOSED))), discovery(found(outcomes=None)), diagnosis(silent())):
        root = parsed(report)
        for box in root.iterfind(".//svg/g"):
            rect, marks = box.find("rect"), texts(box, "svg/text")
            assert rect is not None
            state = (rect.get("class") or "").split()[1:2]
            if state and state != ["none"]:
                assert set(marks) & set("✓✗!?○"), state
        words = [text for text in texts(root, ".//figcaption/span") if text[0] in "✓✗!?○"]
        assert all(len(text) > 3 for text in words)


def test_shares_are_exact() -> None:
    root = parsed(diagnosis(found()))
    cells = [texts(row, "td") for row in root.iter("tr")]
    assert ["kms01.contoso.com.:1688", "0", "60", "59.7 %", "181/303"] in cells
    assert ["kms-dr.contoso.com.:1688", "10", "0", "backup", "0"] in cells


def test_contrast() -> None:
    (style,) = parsed(diagnosis(found())).iter("style")
    for theme in themes(style.text or ""):
        for surface in ("page", "card"):
            for ink in ("ink", "dim", "flow", "ok", "bad", "part", "unknown", "idle"):
                assert contrast(theme[ink], theme[surface]) >= TEXT, (ink, surface, theme[ink])
            for shape in ("way", "edge", "ok", "bad", "part", "unknown"):
                assert contrast(theme[shape], theme[surface]) >= GRAPHIC, (shape, surface, theme[shape])


def themes(css: str) -> list[dict[str, str]]:
    """The colours of the light theme and of the dark one."""
    found_themes = [dict(re.findall(r"--(\w+):#(\w+)", block)) for block in re.findall(r":root\{([^}]*)\}", css)]
    assert len(found_themes) == 2
    return found_themes


def contrast(one: str, other: str) -> float:
    """WCAG 2, "contrast ratio"."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def luminance(color: str) -> float:
    digits = color if len(color) == 6 else "".join(digit * 2 for digit in color)
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
