"""The page in a real browser: it opens, asks the network for nothing, complains of nothing, and every text has room."""

from __future__ import annotations

import socket
import struct
from collections.abc import Iterator
from pathlib import Path

import pytest

import kmsdns
from kmsdns.formats import render
from kmsdns.model.records import Srv
from kmsdns.model.report import Report
from kmsdns.net.server.listeners import Listener, Listeners
from kmsdns.testing import DnsServer
from tests.browser import Browser, chromium
from tests.formats.reports import CLOSED, OPEN, WEIGHTED, diagnosis, found, saying, silent

LONG = ".".join(["a-really-long-label-for-a-host-that-nobody-would-type-twice-000"] * 3) + ".test."
MANY = [Srv(priority=n // 30, weight=n, port=1688, target=f"kms{n:02}.contoso.com.") for n in range(40)]
HARD = (Srv(priority=65535, weight=65535, port=65535, target=LONG), *WEIGHTED)
ADDRESSES = ("2001:db8:1234:5678:9abc:def0:1234:5678", "192.0.2.1", "::1", "192.0.2.2")
PAGES: dict[str, Report] = {
    "healthy": diagnosis(found()),
    "dead-host": diagnosis(found(outcomes=(OPEN, CLOSED))),
    "nobody-answers": diagnosis(silent()),
    "no-target": diagnosis(found(())),
    "40-targets": diagnosis(found(MANY, (CLOSED, OPEN, OPEN))),
    "long-names": diagnosis(found(HARD, (OPEN, CLOSED), addresses=ADDRESSES)),
    "wide-letters": diagnosis(found((Srv(priority=0, weight=0, port=1, target="\u4eba" * 40 + "."), *WEIGHTED))),
    "hostile": saying('"><script src=http://127.0.0.1/x></script><img src=x onerror=alert(1)>'),
}
# What a text takes beyond its box, as the browser has set it; half a pixel is rounding.
OVERFLOWING = """
[...document.querySelectorAll("svg svg")].filter(box => box.getClientRects().length).flatMap(box =>
  [...box.querySelectorAll("text")].filter(text => {
    const it = text.getBBox(), width = box.width.baseVal.value, height = box.height.baseVal.value;
    return it.x < 0 || it.y < -1 || it.x + it.width > width + .5 || it.y + it.height > height + 1;
  }).map(text => text.textContent))
"""
# Pairs of texts in one box that lie over each other.
OVERLAPPING = """
[...document.querySelectorAll("svg svg")].filter(box => box.getClientRects().length).flatMap(box => {
  const texts = [...box.querySelectorAll("text")].map(text => [text.textContent, text.getBBox()]);
  return texts.flatMap(([one, a], i) => texts.slice(i + 1).filter(([, b]) =>
    a.x + a.width > b.x && b.x + b.width > a.x && a.y + a.height - 4 > b.y && b.y + b.height - 4 > a.y
  ).map(([other]) => one + " / " + other));
})
"""
SHOWN = 'document.querySelector("svg.{}").getClientRects().length > 0'
SURFACE = "getComputedStyle(document.body).backgroundColor"
LIGHT, DARK = "rgb(255, 255, 255)", "rgb(13, 17, 23)"


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with chromium(tmp_path_factory.mktemp("profile")) as opened:
        yield opened


@pytest.fixture
def written(tmp_path: Path) -> Path:
    return tmp_path / "report.html"


def check_quiet(browser: Browser, page: Path) -> None:
    assert browser.requested == [page.as_uri()]
    assert browser.complaints == []


@pytest.mark.parametrize("name", PAGES)
def test_a_page_asks_for_nothing_and_every_text_has_room(browser: Browser, written: Path, name: str) -> None:
    written.write_text(render("html", PAGES[name]))
    for width, dark, kind, other in ((1200, False, "wide", "narrow"), (360, True, "narrow", "wide")):
        browser.open(written, width=width, dark=dark)
        check_quiet(browser, written)
        assert browser.ask(SURFACE) == (DARK if dark else LIGHT), "the style applies, as its hash is the policy's"
        assert (browser.ask(SHOWN.format(kind)), browser.ask(SHOWN.format(other))) == (True, False)
        assert browser.ask(OVERFLOWING) == []
        assert browser.ask(OVERLAPPING) == []
        assert browser.ask("document.documentElement.scrollWidth") <= width, "only tables scroll sideways"
        assert browser.ask("document.scripts.length + document.images.length") == 0
        assert browser.picture().startswith(b"\x89PNG")


def test_the_two_themes_differ_in_a_picture(browser: Browser, written: Path) -> None:
    written.write_text(render("html", PAGES["healthy"]))
    pictures = []
    for dark in (False, True):
        browser.open(written, dark=dark)
        pictures.append(browser.picture())
        assert struct.unpack(">II", pictures[-1][16:24])[0] == 1200
    assert pictures[0] != pictures[1]


@pytest.mark.parametrize("name", ["40-targets", "long-names"])
def test_paper_is_light_and_nothing_is_cut_off(browser: Browser, written: Path, name: str) -> None:
    written.write_text(render("html", PAGES[name]))
    browser.open(written, width=690, dark=True, media="print")
    assert browser.ask(SURFACE) == LIGHT
    assert browser.ask(SHOWN.format("wide"))
    assert browser.ask("document.documentElement.scrollWidth") <= 690
    hidden = "[...document.querySelectorAll('.table')].filter(each => each.scrollHeight > each.clientHeight + 1).length"
    assert browser.ask(hidden) == 0, "a table that scrolls on the screen is whole on paper"
    assert browser.paper().startswith(b"%PDF-")
    check_quiet(browser, written)


def test_the_policy_holds_even_if_something_got_in(browser: Browser, written: Path) -> None:
    written.write_text(render("html", PAGES["healthy"]))
    with socket.create_server(("127.0.0.1", 0)) as trap:
        trap.settimeout(0.3)
        address = f"http://127.0.0.1:{trap.getsockname()[1]}/x"
        browser.open(written)
        browser.ask(
            f"""document.body.insertAdjacentHTML("beforeend", `<img src="{address}"><iframe src="{address}"></iframe>
            <link rel="stylesheet" href="{address}"><p id="styled" style="color: rgb(1, 2, 3)" onclick="x = 1">x</p>`);
            new Promise(done => {{
                const script = document.createElement("script");
                script.src = "{address}";
                script.onload = script.onerror = () => done();
                document.body.append(script);
            }})"""
        )
        with pytest.raises(TimeoutError):
            trap.accept()
        assert browser.ask("getComputedStyle(document.getElementById('styled')).color") != "rgb(1, 2, 3)"
        assert browser.ask("document.getElementById('styled').click(); typeof x") == "undefined"


@pytest.mark.usefixtures("alone")
def test_a_diagnosis_over_real_sockets_is_in_the_page(browser: Browser, written: Path) -> None:
    zone = """$ORIGIN page.test.
@ 60 IN SOA ns h 1 2 3 4 5
_vlmcs._tcp IN SRV 0 60 1688 kms01
_vlmcs._tcp IN SRV 0 20 1688 kms02
_vlmcs._tcp IN SRV 10 0 1688 kms-dr
kms01 IN A 127.0.33.1
kms02 IN A 127.0.33.2
"""
    network = [
        Listener(address="127.0.33.1", port=1688, answers="open"),
        Listener(address="127.0.33.2", port=1688, answers="closed"),
    ]
    with DnsServer(zone) as dns, Listeners(network):
        written.write_text(render("html", kmsdns.diagnose("page.test", servers=[dns.address])))
    browser.open(written)
    check_quiet(browser, written)
    boxes = browser.ask('[...document.querySelectorAll("svg.wide svg")].map(box => box.textContent)')
    assert any("kms01.page.test." in box and "✓" in box and "used" in box for box in boxes)
    assert any("kms02.page.test." in box and "✗" in box for box in boxes)
    assert any("no address" in box and "✗" in box for box in boxes)
    rows = browser.ask('[...document.querySelectorAll("tbody tr")].map(row => [...row.cells].map(it => it.innerText))')
    assert ["kms01.page.test.", "1688", "0", "60"] in [row[1:5] for row in rows]
    assert "kms01.page.test.:1688" in browser.ask('document.querySelector("h1").innerText')
