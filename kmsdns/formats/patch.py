"""Changes of a text as a unified diff, as patch takes it; fast also where thousands of lines of a large file change."""

from __future__ import annotations

from bisect import bisect_left
from difflib import Match, SequenceMatcher

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

_NO_NEWLINE = "\n\\ No newline at end of file\n"


def unified(before: str, after: str, path: str) -> str:
    """The diff of two texts of one file; empty when they are equal. Only a line feed ends a line."""
    if before == after:
        return ""
    old, new = _lines(before), _lines(after)
    pieces = [f"--- {path}\n+++ {path}\n"]
    for group in _Matcher(old, new).get_grouped_opcodes(3):
        first, last = group[0], group[-1]
        pieces.append(f"@@ -{_range(first[1], last[2])} +{_range(first[3], last[4])} @@\n")
        for what, old_start, old_end, new_start, new_end in group:
            if what == "equal":
                pieces += [" " + line for line in old[old_start:old_end]]
                continue
            pieces += ["-" + line for line in old[old_start:old_end]]
            pieces += ["+" + line for line in new[new_start:new_end]]
    return "".join([piece if piece.endswith("\n") else piece + _NO_NEWLINE for piece in pieces])


def _lines(text: str) -> list[str]:
    *lines, last = text.split("\n")
    return [f"{line}\n" for line in lines] + ([last] if last else [])


def _range(start: int, end: int) -> str:
    """Where a hunk is: its first line, and how many there are."""
    size = end - start
    return f"{start + 1 if size else start}" if size == 1 else f"{start + 1 if size else start},{size}"


class _Matcher(SequenceMatcher[str]):
    """Lines that are found again divide the texts, so that only short pieces are compared line by line."""

    def __init__(self, old: Sequence[str], new: Sequence[str]) -> None:
        super().__init__(None, old, new, autojunk=False)
        self._old, self._new = old, new

    def get_matching_blocks(self) -> list[Match]:
        """As SequenceMatcher has it."""
        old, new = self._old, self._new
        blocks = [Match(0, 0, 0)]
        old_at = new_at = 0
        for old_next, new_next in (*_anchors(old, new), (len(old), len(new))):
            pieces = SequenceMatcher(None, old[old_at:old_next], new[new_at:new_next], autojunk=False)
            found = [Match(old_at + a, new_at + b, size) for a, b, size in pieces.get_matching_blocks()[:-1]]
            if old_next < len(old):
                found.append(Match(old_next, new_next, 1))
            for block in found:
                last = blocks[-1]
                if (last.a + last.size, last.b + last.size) == (block.a, block.b):
                    blocks[-1] = Match(last.a, last.b, last.size + block.size)
                else:
                    blocks.append(block)
            old_at, new_at = old_next + 1, new_next + 1
        return [*[block for block in blocks if block.size], Match(len(old), len(new), 0)]


def _anchors(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """The first places of lines that are in both texts, as many of them as are in the same order in both."""
    places: dict[str, int] = {}
    for at, line in enumerate(new):
        places.setdefault(line, at)
    pairs = [(at, places.pop(line)) for at, line in enumerate(old) if line in places]
    # The longest rising sequence of places (patience sorting).
    tops: list[int] = []
    ends: list[int] = []  # of each pile, the pair on top
    previous: list[int] = []
    for number, (_at, place) in enumerate(pairs):
        pile = bisect_left(tops, place)
        previous.append(ends[pile - 1] if pile else -1)
        if pile == len(tops):
            tops.append(place)
            ends.append(number)
        else:
            tops[pile], ends[pile] = place, number
    chain: list[tuple[int, int]] = []
    number = ends[-1] if ends else -1
    while number >= 0:
        chain.append(pairs[number])
        number = previous[number]
    return chain[::-1]
