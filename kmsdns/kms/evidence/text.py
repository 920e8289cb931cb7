"""Octets to text, and what is dropped from it before anything else sees it: product keys and the names of users.

Redirected output of Windows comes in UTF-16 (PowerShell 5.1, reg export), UTF-8 with or without a byte order mark, or
the console's code page. Nothing that is read depends on letters beyond ASCII, so a wrong code page costs no fact.
"""

from __future__ import annotations

import re

MAX_OCTETS = 64 << 20
"""Octets of one file that are read."""
DROPPED = "*****"
"""What stands in place of a product key or a user's name."""

_HEAD = 1 << 16
_ODD = {"\xa0": " ", "\u3000": " ", "\u202f": " ", "\ufeff": "", "\u200b": "", "\u200e": "", "\uff1a": ": "}
"""Blanks, marks and the wide colon that consoles and editors put in place of the usual ones."""
_KANA = re.compile("[\u3041-\u3096\u30a1-\u30fa]{2}")
_OEM_LETTER = re.compile(rb"[A-Za-z][\x80-\x9a][a-z]")  # in Windows-1252 these are quotes and dashes, not in words
_KEY = re.compile(r"(?<![0-9A-Za-z])[0-9A-Za-z]{5}(?:[-\u2010-\u2015\u2212][0-9A-Za-z]{5}){4}(?![0-9A-Za-z])")
_KEY_WORDS = re.compile(
    r"last 5 char|product ?key|cl[ée] de produit|clave de producto|プロダクト ?キー|产品密钥|產品金鑰|제품 키|ключ",
    re.IGNORECASE,
)
_USER_FOLDER = re.compile(r"(\\(?:Users|Documents and Settings)\\+)[^\\/:*?\"<>|\r\n]+", re.IGNORECASE)
_USER_LABEL = re.compile(
    r"^(\s*(?:user(?: ?name)?|benutzer(?:name)?|utilisateur|usuario|utente|ユーザー|用户|使用者)\s*:)\s*\S.*",
    re.IGNORECASE,
)
_USER_ID = re.compile(r"(UserID\s*=\s*)(?:'[^']*'|\"[^\"]*\")", re.IGNORECASE)


def decode(octets: bytes) -> str:
    """The text of a file, with its line ends as newlines and its odd blanks as spaces. Never fails."""
    return _plain(_decoded(octets[:MAX_OCTETS]))


def drop_keys(text: str) -> str:
    """The text without whole product keys. Linear in its length."""
    return _KEY.sub(DROPPED, text)


def redact(line: str) -> str:
    """One line without product keys, whole or their last five characters, and without the names of users."""
    if "-" in line or not line.isascii():
        line = drop_keys(line)
    line = _USER_LABEL.sub(rf"\1 {DROPPED}", line)
    if "user" in line.lower() or "documents and" in line.lower():
        line = _USER_FOLDER.sub(rf"\1{DROPPED}", line)
        line = _USER_ID.sub(rf"\1'{DROPPED}'", line)
    said = _KEY_WORDS.search(line)
    if said is not None:
        after = min((at for mark in ":=" if (at := line.find(mark, said.end())) >= 0), default=-1)
        if after >= 0 and line[after + 1 :].strip():
            return f"{line[: after + 1]} {DROPPED}"
    return line


def _decoded(octets: bytes) -> str:
    if octets.startswith(b"\xef\xbb\xbf"):
        return octets[3:].decode("utf-8", "replace")
    for mark, encoding in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if octets.startswith(mark):
            return octets[2:].decode(encoding, "replace")
    head = octets[:_HEAD]
    if b"\0" in head:
        even, odd = head[::2].count(0), head[1::2].count(0)
        # Text in UTF-16 has blanks, digits and line ends at least, whose high octets are all zero.
        if odd > 8 * even:
            return octets.decode("utf-16-le", "replace")
        if even > 8 * odd:
            return octets.decode("utf-16-be", "replace")
    try:
        return octets.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.end >= len(octets) - 3 and error.reason == "unexpected end of data":
            return octets.decode("utf-8", "ignore")  # cut off in the middle of a character
    try:
        text = octets.decode("cp932")
    except UnicodeDecodeError:
        pass
    else:
        if _KANA.search(text):
            return text
    return octets.decode("cp850" if _OEM_LETTER.search(octets) else "cp1252", "replace")


def _plain(text: str) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    for odd, plain in _ODD.items():
        text = text.replace(odd, plain)
    return text
