"""What slmgr.vbs makes of the text behind /skms (docs/kms.md 1.7)."""

from __future__ import annotations

import pytest

from kmsdns.kms.settings import Skms, clng, skms

REFUSED = Skms(name=None, port=None, is_refused=True)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # No colon: the port that was set before is erased.
        ("kms01.contoso.com", Skms(name="kms01.contoso.com", port=None)),
        ("kms01.contoso.com:1688", Skms(name="kms01.contoso.com", port=1688)),
        ("KMS01:1700", Skms(name="KMS01", port=1700)),
        ("kms01:", Skms(name="kms01", port=None)),
        # The port alone, and nothing at all.
        (":1688", Skms(name=None, port=1688)),
        (":", Skms(name=None, port=None)),
        ("", Skms(name=None, port=None)),
        # In brackets: they are kept, and the character after them is skipped, whatever it is.
        ("[2001:db8::20]", Skms(name="[2001:db8::20]", port=None)),
        ("[2001:db8::20]:1688", Skms(name="[2001:db8::20]", port=1688)),
        ("[2001:db8::20]1688", Skms(name="[2001:db8::20]", port=688)),
        ("[2001:db8::20]:", Skms(name="[2001:db8::20]", port=None)),
        ("[]:1688", Skms(name="[]", port=1688)),
        # A bracket that nothing closes is none.
        ("[2001", Skms(name="[2001", port=None)),
        ("[2001:db8::20", REFUSED),
        # A bare IPv6 address ends at its first colon; what follows is no number.
        ("2001:db8::5", REFUSED),
        ("2001:db8::5:1688", REFUSED),
        ("fe80::1", REFUSED),
        # But where it is one, it is taken.
        ("2001:5", Skms(name="2001", port=5)),
        # What is no number changes nothing: the former name is put back.
        ("kms01:http", REFUSED),
        ("kms01: 1688 ", Skms(name="kms01", port=1688)),
        ("https://kms01:1688", REFUSED),
        # CLng takes what can be no port.
        ("kms01:-1", Skms(name="kms01", port=-1)),
        ("kms01:70000", Skms(name="kms01", port=70000)),
        ("kms01:4294967296", REFUSED),
    ],
)
def test_skms(text: str, expected: Skms) -> None:
    assert skms(text) == expected


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1688", 1688), (" 1688\t", 1688), ("+1688", 1688), ("-5", -5), ("1,688", 1688), ("1688.0", 1688),
        ("1688.", 1688),
        (".5", 0), ("0.5", 0), ("1.5", 2), ("2.5", 2), ("1687.5", 1688), ("-2.5", -2), ("1.688e3", 1688), ("1e3", 1000),
        ("1688E-3", 2), ("&H698", 1688), ("&h698", 1688), ("&O3230", 1688), ("2147483647", 2147483647),
        ("-2147483648", -2147483648), ("2147483648", None), ("2147483647.4", 2147483647), ("2147483647.5", None),
        ("1e300", None), ("1e-300", 0), ("0e999", 0), ("", None), (".", None), ("-", None), ("e3", None),
        ("1 688", None),
        ("16,88", None), ("0x698", None), ("&H", None), ("&HFFFF", None), ("&HG", None), ("1688x", None),
        ("\u0661", None),
        ("9" * 400, None),
    ],
)  # fmt: skip
def test_clng(text: str, number: int | None) -> None:
    assert clng(text) == number
