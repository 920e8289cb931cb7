"""The lexer alone: entries, tokens and their places, and what happens to text that cannot be lexed."""

from __future__ import annotations

import time

import pytest

from kmsdns.zone.lexer import decode, entries, scan


def words(text: str) -> list[list[str]]:
    return [entry.words for entry in entries(text)]


def problems(text: str) -> list[tuple[str, int] | None]:
    return [entry.problem and (entry.problem.code, entry.problem.offset) for entry in entries(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("\n\n ; nothing\n", []),
        ("a A 192.0.2.1", [["a", "A", "192.0.2.1"]]),
        ("a\tA\t192.0.2.1 ; why\r\n", [["a", "A", "192.0.2.1"]]),
        ("a (\n A ; one\n ) 1\nb", [["a", "A", "1"], ["b"]]),
        ("a ( ( A ) ) 1", [["a", "A", "1"]]),
        ("(a A(1)\n)", [["a", "A", "1"]]),
        ('t "a;b" "c(" d', [["t", '"a;b"', '"c("', "d"]]),
        ('t "foo""bar"', [["t", '"foo"', '"bar"']]),
        ('t "a\\"b" c\\ d \\;e', [["t", '"a\\"b"', "c\\ d", "\\;e"]]),
        ('t ("first\nsecond"\nthird)', [["t", '"first\nsecond"', "third"]]),
        ('key="v,w"', [["key=", '"v,w"']]),
        ("a\\", [["a\\"]]),
        ("\ufeff$TTL 1", [["$TTL", "1"]]),
        ("a\xa0A\u200b \u200b1", [["a", "A", "1"]]),
    ],
)
def test_entries(text, expected):
    assert words(text) == expected
    assert all(problem is None for problem in problems(text))


def test_a_blank_in_front_inherits_the_owner():
    text = "a A 1\n\tA 2\n A ( 3 )\nb A ( 4\n  )\n"
    assert [entry.inherits for entry in entries(text)] == [False, True, True, False]


def test_tokens_know_their_place():
    text = 'a ( ; c\n  "x\ny" z )\nb c\n'
    first, second = entries(text)
    assert [(t.text, t.line, t.column, t.end_line, t.end_column) for t in first.tokens(text)] == [
        ("a", 1, 1, 1, 2),
        ('"x\ny"', 2, 3, 3, 3),
        ("z", 3, 4, 3, 5),
    ]
    assert (first.line, first.lines, second.line) == (1, 3, 4)
    assert [text[t.offset : t.end] for t in second.tokens(text)] == ["b", "c"]


def test_tokens_are_in_step_with_words():
    text = 'a \u200b \u200bA ( "q" ) \\032b ; c\n'
    (entry,) = entries(text)
    assert entry.words == ["a", "A", '"q"', "\\032b"]
    assert [token.text.replace("\u200b", "") for token in entry.tokens(text)] == entry.words


def test_scan_gives_every_token():
    kinds = [token.kind.name for token in scan('a ( "q" ) ; c\n"x\nb')]
    assert kinds == ["WORD", "OPEN", "QUOTED", "CLOSE", "COMMENT", "NEWLINE", "QUOTE", "NEWLINE", "WORD"]


def test_an_open_parenthesis_is_reported_where_it_stands_and_ends_with_its_line():
    text = "a A ( 1\nb A ( 2 )\nc A 3\n"
    assert problems(text) == [("ZF002", 4), None, None]
    assert words(text) == [["a", "A", "1"], ["b", "A", "2"], ["c", "A", "3"]]


def test_the_unclosed_parenthesis_is_found_among_closed_ones():
    text = "@ SOA a b ( 1 2\n 3 4 5\nm MX ( 10 x )\nn MX ( 10 x )\n"
    assert problems(text)[0] == ("ZF002", text.index("("))
    assert words(text)[-2:] == [["m", "MX", "10", "x"], ["n", "MX", "10", "x"]]


def test_a_stray_closing_parenthesis():
    assert problems("a A 1 )\nb A 2") == [("ZF002", 6), None]


@pytest.mark.parametrize("text", ['a TXT "x\nb TXT "y"\n', 'a TXT "x\nb A 1\n', 'a TXT "x\\"\nb A 1'])
def test_an_unterminated_quote_ends_with_its_line(text):
    assert problems(text) == [("ZF003", 6), None]


def test_odd_characters_are_located_outside_quotes_and_comments():
    assert [entry.odd for entry in entries('a\xa0A 1\nb TXT "\u201c" ; \u201c\nc \u201cx\u201d\nd\r A\r\n')] == [
        1,
        -1,
        22,
        27,
    ]


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"a", "a"),
        ("\u00e9".encode(), "\u00e9"),
        (b"\xe9", "\udce9"),
        (b"\xff\xfea\0", "a"),
        (b"\xfe\xff\0a\0", "a\ufffd"),
    ],
)
def test_decode(data, text):
    assert decode(data) == text


@pytest.mark.parametrize(
    "text",
    [
        "(" * 100_000,
        "(\n" * 50_000,
        "a A (\n" * 30_000,
        ")" * 100_000,
        '"\n' * 50_000,
        'x "a\n' * 50_000,
        '"a\\\n' * 50_000,
        "a" * 1_000_000,
        "\\" * 1_000_001,
        "a " * 500_000,
        '"' + "\\" * 1_000_000,
        "\xa0" * 1_000_000,
    ],
    ids=lambda text: repr(text[:6]),
)
def test_time_is_linear(text):
    started = time.process_time()
    for entry in entries(text):
        entry.tokens(text)
    assert time.process_time() - started < 10
