"""The order in which a client tries the records of an SRV RRset: RFC 2782 here, other clients' rules in clients.

RFC 2782, "Priority" and "Weight": lower priorities first and never mixed; within one, arrange the records in any order,
except that those of weight 0 come first; draw an integer from 0 to the sum of the weights *inclusive*; take the first
record whose running sum is not below it; repeat with the rest until none is left.

"In any order" leaves a choice that matters. The draw has one value more than the sum, and it goes to whoever is at the
head: kept in answer order, {1, 1} is split 2/3 to 1/3, and an all-zero set sends every client to the same host. So the
arrangement is shuffled, within the weights of 0 and within the others. Who is at the head is then uniform, and remains
so: a draw may tell that the head was taken or was not, but never how the rest stand behind it. That makes the shuffle
itself unnecessary. Of records whose weights have the sum S, a draw from 0 to S takes

    at 0       one of weight 0, all equally likely; without any, one of all of them, equally likely;
    at 1 to S  one in proportion to its weight.

So with n records, z of them of weight 0, a record of weight w is tried first with probability

    z > 0:  w / (S + 1),  or 1 / (z (S + 1)) when w is 0
    z = 0:  (w + 1/n) / (S + 1)

and every later place follows from the same draw among those left. All of it is integers, and so exact.

RFC 2782, "Target": the root alone means "decidedly not available", an empty order; beside others it names no host and
is skipped. The dice are an argument: from the same seed comes the same order.
"""

from __future__ import annotations

from kmsdns.errors import InvalidArgument
from kmsdns.model.arguments import dice, function, require, told, whole
from kmsdns.selection.clients import POLICIES as POLICIES
from kmsdns.selection.clients import by_odds

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from fractions import Fraction
    from typing import Any, NoReturn, Protocol, TypeVar

    from kmsdns.selection.clients import Policy
    from kmsdns.selection.clients import RandBelow as RandBelow

    T = TypeVar("T")

    class Dice(Protocol):
        """A random.Random, or what can be used like it."""

        def getrandbits(self, k: int, /) -> int: ...


def processing_order(
    records: Iterable[T], *, policy: str = "rfc2782", rng: Dice | None = None, randbelow: RandBelow | None = None
) -> list[T]:
    """The records in the order in which a client tries them; [] when the service is decidedly unavailable.

    records are SRV rdatas (Srv, or dnspython's) or Records that hold one. Equal records stay separate entries. policy
    is a key of POLICIES. randbelow overrides rng; without both, random's own dice are used. InvalidArgument, a
    ValueError, for another policy, and for what is no SRV record.
    """
    rule = _rule(policy)
    randbelow = _randbelow(rng, randbelow)
    order: list[T] = []
    items = _listed(records)
    for members, weights in _priorities(items, items):
        order += _draws(rule, members, weights, randbelow)
    return order


def shares(records: Iterable[Any], *, policy: str = "rfc2782") -> list[Fraction]:
    """For each record the exact probability of being tried first. Where place matters, it is that of the order given.

    They sum to 1, or are all 0 when no record can be used. InvalidArgument as processing_order has it.
    """
    from fractions import Fraction

    return [Fraction(*terms) for terms in share_terms(records, policy=policy)]


def share_terms(records: Iterable[Any], *, policy: str = "rfc2782") -> list[tuple[int, int]]:
    """shares as (numerator, denominator), perhaps not in lowest terms, without the cost of importing fractions."""
    rule = _rule(policy)
    items = _listed(records)
    terms = [(0, 1)] * len(items)
    for members, weights in _priorities(items, list(range(len(items))))[:1]:
        places, weights = rule.line(weights)
        odds = rule.odds(weights)
        total = sum(odds)
        for place, odd in zip(places, odds, strict=True):
            if odd:
                terms[members[place]] = (odd, total) if odd < total else (1, 1)
    return terms


def rank_shares(records: Iterable[Any], *, policy: str = "rfc2782") -> list[list[Fraction | float]]:
    """For each record i and place k, counted from 0, the probability at [i][k] that i is tried as number k.

    A row holds Fractions when they are exact, floats when they are not: kmsdns.selection.shares says when, and how good
    the floats are. There are as many places as records; those of a priority begin where the one before ends, and a
    record that is never tried has none. InvalidArgument as processing_order has it.
    """
    from fractions import Fraction

    from kmsdns.selection.shares import by_place

    rule = _rule(policy)
    items = _listed(records)
    never: list[Fraction | float] = [Fraction(0)] * len(items)
    rows = [list(never) for _ in items]
    first = 0
    for members, weights in _priorities(items, list(range(len(items)))):
        for member, row in zip(members, by_place(rule, weights), strict=True):
            if isinstance(row[0], float):
                rows[member] = [0.0] * len(items)
            rows[member][first : first + len(row)] = row
        first += len(members)
    return rows


def uniform_below(rng: Dice) -> RandBelow:
    """An exact randbelow from random bits: those that make no integer under n are thrown away, so none is favoured."""
    getrandbits = rng.getrandbits

    def randbelow(n: int) -> int:
        bits = (n - 1).bit_length()
        drawn = getrandbits(bits)
        while drawn >= n:
            drawn = getrandbits(bits)
        return drawn

    return randbelow


_shared_randbelow: RandBelow | None = None


def _share_randbelow() -> RandBelow:
    """The dice of callers who bring none: the interpreter's, which the operating system seeds, in each child anew."""
    global _shared_randbelow
    import random

    _shared_randbelow = uniform_below(random)
    return _shared_randbelow


def _randbelow(rng: Dice | None, randbelow: RandBelow | None) -> RandBelow:
    """The dice that a caller brings, or the shared ones."""
    if randbelow is not None:
        require(function, randbelow, "randbelow=")
        return randbelow
    if rng is not None:
        return uniform_below(require(_DICE, rng, "rng="))
    return _shared_randbelow or _share_randbelow()


_DICE = dice("getrandbits")


def _rule(policy: Any) -> Policy:
    rule = POLICIES.get(policy) if isinstance(policy, str) else None
    if rule is None:
        raise InvalidArgument(f"{told(policy)} is no policy: choose one of {', '.join(POLICIES)}")
    return rule


def _listed(records: Iterable[T]) -> list[T]:
    try:
        return list(records)
    except TypeError:
        raise InvalidArgument(f"records: {told(records)} won't do: give a list of SRV records, as kmsdns.Srv") from None


def _misused(items: Sequence[Any]) -> NoReturn:
    """Says which of the records is none, or has numbers that no SRV record has."""
    for item in items:
        rdata = item if hasattr(item, "priority") else getattr(item, "rdata", item)
        if not all(hasattr(rdata, field) for field in ("priority", "weight", "target")):
            raise InvalidArgument(
                f"records: {told(item)} is no SRV record: give kmsdns.Srv, or dnspython's, or Records of them"
            )
        for field in ("priority", "weight"):
            require(whole(0, 65535), getattr(rdata, field), f"records: {field} of {told(item)}")
    raise InvalidArgument(f"records: {told(items)} holds what is no SRV record: give kmsdns.Srv(...) each")


def _priorities(items: Sequence[Any], names: list[T]) -> list[tuple[list[T], list[int]]]:
    """The names of the usable items and their weights, by ascending priority; names may be the items themselves."""
    try:
        found = _by_priority(items, names)
        fits = True
        for _members, weights in found:
            fits = fits and min(weights) >= 0 and type(sum(weights)) is int
    except (AttributeError, TypeError):
        fits = False
    if not fits:
        _misused(items)
    return found


def _by_priority(items: Sequence[Any], names: list[T]) -> list[tuple[list[T], list[int]]]:
    if not items:
        return []
    rdatas = items
    try:
        priority = rdatas[0].priority
    except AttributeError:
        rdatas = [getattr(item, "rdata", item) for item in items]
        priority = rdatas[0].priority
    weights = []
    for rdata in rdatas:
        # len is the number of labels when a target is a dns.name.Name: only the root has one, be it text or name.
        if rdata.priority != priority or len(rdata.target) < 2:
            return _several_priorities(rdatas, names)
        weights.append(rdata.weight)
    return [(names, weights)]


def _several_priorities(rdatas: Sequence[Any], names: list[T]) -> list[tuple[list[T], list[int]]]:
    found: dict[int, tuple[list[T], list[int]]] = {}
    for rdata, name in zip(rdatas, names, strict=True):
        if len(rdata.target) > 1 or str(rdata.target) != ".":
            members, weights = found.setdefault(rdata.priority, ([], []))
            members.append(name)
            weights.append(rdata.weight)
    return [found[priority] for priority in sorted(found)]


_RFC2782 = POLICIES["rfc2782"]

FENWICK_FROM = 64
"""Records of one priority from which the tree beats the scan. Measured: even at 64, 1.3 times at 100, 8 at 1,000."""


def _draws(rule: Policy, members: list[T], weights: list[int], randbelow: RandBelow) -> Iterator[T]:
    """All members, one draw at a time; consumes both lists."""
    if rule is not _RFC2782:
        return by_odds(rule, members, weights, randbelow)
    return (_scan if len(members) < FENWICK_FROM else _fenwick)(members, weights, randbelow)


def _scan(members: list[T], weights: list[int], randbelow: RandBelow) -> Iterator[T]:
    """The draw of RFC 2782 by running sums, as the module's docstring has it."""
    total = sum(weights)
    zeros = weights.count(0)
    left = len(members)
    while left > 1:
        if not total:
            at = randbelow(left)
        elif draw := randbelow(total + 1):
            at = -1
            for weight in weights:
                at += 1
                draw -= weight
                if draw <= 0:
                    break
            total -= weight
        elif zeros:
            at = weights.index(0)
            for _ in range(randbelow(zeros)):
                at = weights.index(0, at + 1)
            zeros -= 1
        else:
            at = randbelow(left)
            total -= weights[at]
        del weights[at]
        yield members.pop(at)
        left -= 1
    yield members[0]


def _fenwick(members: list[T], weights: list[int], randbelow: RandBelow) -> Iterator[T]:
    """_scan draw for draw, with the running sums in a Fenwick tree: O(log n) a draw.

    sums[i] is the sum of the last (i & -i) weights up to the i-th, so a walk from the highest power of two down finds
    the first record whose running sum is not below the draw, and a walk up takes its weight out.
    """
    zeros = [at for at, weight in enumerate(weights) if not weight]
    total = sum(weights)
    size = 1 << (len(weights) - 1).bit_length()
    sums = [0, *weights] + [0] * (size - len(weights))
    for i in range(1, size):
        sums[i + (i & -i)] += sums[i]
    steps = [size >> shift for shift in range(1, size.bit_length())]
    for left in range(len(weights), 1, -1):
        if not total:
            at = zeros.pop(randbelow(left))
        elif draw := randbelow(total + 1):
            at = 0
            for step in steps:
                if sums[at + step] < draw:
                    at += step
                    draw -= sums[at]
        elif zeros:
            at = zeros.pop(randbelow(len(zeros)))
        else:
            # Seldom: once in S + 1 draws, and without zeros S is no less than the number of records left.
            at = [at for at, weight in enumerate(weights) if weight][randbelow(left)]
        if weight := weights[at]:
            total -= weight
            weights[at] = 0
            i = at + 1
            while i < size:
                sums[i] -= weight
                i += i & -i
        yield members[at]
    yield members[zeros[0] if zeros else next(at for at, weight in enumerate(weights) if weight)]
