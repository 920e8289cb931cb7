"""reg: exports of the registry (.reg), and what reg query prints (docs/kms.md 1.6, 5.8), to the values in them.

What each value means is evidence.registry's work, which the bundle needs as well.
"""

from __future__ import annotations

import re

from kmsdns.kms.evidence.notes import Notes
from kmsdns.kms.evidence.registry import Setting, understand
from kmsdns.kms.evidence.text import DROPPED, redact

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kmsdns.kms.evidence.facts import Facts
    from kmsdns.kms.evidence.notes import Line
    from kmsdns.kms.evidence.sections import Section

_KEY = re.compile(r"\s*\[(-?)(HK[^\]]*)\]\s*$")
_QUERIED_KEY = re.compile(r"HKEY_\S[^\[\]]*$")
_VALUE = re.compile(r'\s*"((?:[^"\\]|\\.){1,255})"\s*=(.*)$')
_QUERIED_VALUE = re.compile(r"\s+(\S+)\s+(REG_[A-Z_]+)(?:\s(.*))?$")
_STRING = re.compile(r'"((?:[^"\\]|\\.)*)"')
_ESCAPE = re.compile(r"\\(.)")
_DWORD = re.compile(r"dword:([0-9A-Fa-f]{1,8})", re.IGNORECASE)
_HEX = re.compile(r"hex(?:\(([0-9A-Fa-f])\))?:([0-9A-Fa-f,\s]*)", re.IGNORECASE)
_TYPES = {"1": "REG_SZ", "2": "REG_EXPAND_SZ", "4": "REG_DWORD", "7": "REG_MULTI_SZ", "b": "REG_QWORD"}
_MAX_VALUE = 1 << 16  # characters


def read(section: Section) -> Facts:
    """The facts of one export."""
    notes = Notes(section)
    settings: list[Setting] = []
    lines = list(section.lines())
    ends_in_ansi = any(text.startswith("REGEDIT4") for _, text in lines[:5])  # version 4 has strings in the code page
    key, at = "", 0
    while at < len(lines):
        line = lines[at]
        at += 1
        text = line[1]
        if found := _KEY.match(text):
            key = "" if found.group(1) else found.group(2)  # "[-HKEY...]" deletes a key
        elif found := _QUERIED_KEY.match(text.lstrip()):
            key = found.group().strip()
        elif key and (found := _VALUE.match(text)):
            raw = found.group(2).strip()
            while raw.endswith("\\") and raw[:3].lower() == "hex" and at < len(lines) and len(raw) < _MAX_VALUE:
                raw = raw[:-1] + lines[at][1].strip()
                at += 1
            _append(notes, settings, line, key, (_unescaped(found.group(1)), raw), ends_in_ansi)
        elif key and (found := _QUERIED_VALUE.match(text)):
            settings.append(_queried(line, key, *found.groups()))
    understand(notes, settings)
    return notes.facts()


def _append(notes: Notes, settings: list[Setting], line: Line, key: str, value: tuple[str, str], in_ansi: bool) -> None:
    """One value of a .reg file; "-" deletes it, so nothing is set, and a product key is none of our business."""
    name, raw = value
    if raw in ("-", DROPPED):
        return
    if (string := _STRING.fullmatch(raw)) is not None:
        settings.append(Setting(line=line, key=key, name=name, kind="REG_SZ", value=_unescaped(string.group(1))))
    elif (dword := _DWORD.fullmatch(raw)) is not None:
        settings.append(Setting(line=line, key=key, name=name, kind="REG_DWORD", value=int(dword.group(1), 16)))
    elif (octets := _HEX.fullmatch(raw)) is not None:
        kind = _TYPES.get((octets.group(1) or "3").lower(), "")
        if kind:
            decoded = _decoded(kind, octets.group(2), in_ansi)
            settings.append(Setting(line=line, key=key, name=name, kind=kind, value=decoded))
    else:
        notes.unread(line, "a value of the registry in no form that a .reg file has")


def _decoded(kind: str, digits: str, in_ansi: bool) -> str | int | tuple[str, ...]:
    """The octets of hex(n): as what they stand for. A half octet at the end, as of a cut file, is left out."""
    pairs = [pair.strip() for pair in digits.split(",")]
    octets = bytes([int(pair, 16) for pair in pairs if 0 < len(pair) < 3])
    if kind in ("REG_DWORD", "REG_QWORD"):
        return int.from_bytes(octets[:8], "little")
    text = redact(octets.decode("cp1252" if in_ansi else "utf-16-le", "replace"))
    strings = tuple([each for each in text.split("\0") if each])
    return strings if kind == "REG_MULTI_SZ" else "".join(strings[:1])


def _queried(line: Line, key: str, name: str, kind: str, text: str | None) -> Setting:
    """A value as reg query prints it: a number as 0x1, strings of a list with \\0 between them."""
    text = (text or "").strip()
    value: str | int | tuple[str, ...] = text
    if kind in ("REG_DWORD", "REG_QWORD") and re.fullmatch(r"0x[0-9A-Fa-f]{1,16}", text):
        value = int(text, 16)
    elif kind == "REG_MULTI_SZ":
        value = tuple([each for each in text.split("\\0") if each])
    return Setting(line=line, key=key, name=name, kind=kind, value=value)


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(r"\1", text)
