"""Words one slip away from another one: a letter too many, too few, another one, or two that changed places."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_LOOKALIKES = (("rn", "m"), ("vv", "w"), ("0", "o"), ("1", "l"), ("5", "s"), ("|", "l"))


def nearest(wanted: Iterable[str], known: Iterable[str]) -> dict[str, str]:
    """Word wanted -> a known word that is one slip away; words without one are left out.

    Takes time in proportion to the letters of all words, however many there are of both.
    """
    shorter: dict[str, list[str]] = {}
    for word in dict.fromkeys(wanted):
        for form in (word, *_shorter(word)):
            shorter.setdefault(form, []).append(word)
    found: dict[str, str] = {}
    for each in known if shorter else ():
        for form in (each, *_shorter(each)):
            for word in shorter.get(form, ()):
                if word != each and word not in found and is_slip(word, each):
                    found[word] = each
    return found


def slips(word: str, letters: Iterable[str]) -> Iterator[str]:
    """All words made of these letters that are one slip away from a word."""
    yield from _shorter(word)
    for at in range(len(word) + 1):
        head, tail = word[:at], word[at:]
        if len(tail) > 1:
            yield f"{head}{tail[1]}{tail[0]}{tail[2:]}"
        for letter in letters:
            yield f"{head}{letter}{tail}"
            if tail:
                yield f"{head}{letter}{tail[1:]}"


def _shorter(word: str) -> list[str]:
    return [word[:at] + word[at + 1 :] for at in range(len(word))]


def is_slip(one: str, other: str) -> bool:
    """Whether two different words are one slip apart."""
    if len(one) > len(other):
        one, other = other, one
    if one == other or len(other) - len(one) > 1:
        return False
    at = 0
    while at < len(one) and one[at] == other[at]:
        at += 1
    if len(one) < len(other):
        return one[at:] == other[at + 1 :]
    if one[at + 1 :] == other[at + 1 :]:
        return True
    return one[at : at + 2] == other[at : at + 2][::-1] and one[at + 2 :] == other[at + 2 :]


def plain(word: str) -> str:
    """The word with characters that look like others replaced by these: equal for words that look alike."""
    for seen, meant in _LOOKALIKES:
        word = word.replace(seen, meant)
    return word
