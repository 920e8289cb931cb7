"""What a policy is, and the rules of clients other than RFC 2782's: how each orders the records of one priority.

A rule is told apart by what it does before the first draw (how it reads the weights, how it lines the records up) and
by the odds it then gives to each record that is left. Nothing a client remembers between two draws matters beyond that,
so its order, its shares and its chances at every later place all follow from the same few lines.
"""

from __future__ import annotations

from kmsdns.model.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import TypeVar

    T = TypeVar("T")
    RandBelow = Callable[[int], int]
    """randbelow(n): an integer from 0 to n - 1, each equally likely; n is at least 1."""
    Weights = list[int]


class Policy(Value):
    """One client's rule for the records of one priority."""

    name: str
    what: str  # whose rule it is, and what it does, in one sentence
    odds: Callable[[Weights], Weights]  # of the weights in line, each one's odds of being next; their sum is never 0
    reads: Callable[[Weights], Weights] | None = None  # the weights as the client reads them; None: as published
    lines_up: Callable[[Weights], Sequence[int]] | None = (
        None  # places in the answer, the head first; None: as answered
    )
    swaps: bool = False  # the head takes the place of the one drawn; otherwise the line closes up
    alike: bool = True  # equal weights have equal odds, wherever they stand

    def line(self, weights: Weights) -> tuple[Sequence[int], Weights]:
        """Places in the answer, in the order of the line, and the weights there as the client reads them."""
        if self.reads is not None:
            weights = self.reads(weights)
        if self.lines_up is None:
            return range(len(weights)), weights
        places = self.lines_up(weights)
        return places, [weights[place] for place in places]


def by_odds(policy: Policy, members: Sequence[T], weights: Weights, randbelow: RandBelow) -> Iterator[T]:
    """The members in the policy's order, one draw at a time."""
    places, weights = policy.line(weights)
    waiting, weights = [members[place] for place in places], list(weights)
    while len(waiting) > 1:
        odds = policy.odds(weights)
        total = sum(odds)
        draw = randbelow(total) if total > 1 else 0
        at = 0
        while draw >= odds[at]:
            draw -= odds[at]
            at += 1
        drawn = waiting[at]
        if policy.swaps:
            waiting[at], weights[at] = waiting[0], weights[0]
            at = 0
        del waiting[at], weights[at]
        yield drawn
    yield from waiting


# Odds. Those of a draw from 0 to the sum inclusive, as RFC 2782 has it, hold one part more than the weights.


def rfc2782_odds(weights: Weights) -> Weights:
    """The part beyond the sum is shared by the weights of 0, or by everybody when there are none."""
    zeros = weights.count(0)
    return [weight * zeros or 1 for weight in weights] if zeros else everybody_shares(weights)


def everybody_shares(weights: Weights) -> Weights:
    """The part beyond the sum is shared by everybody."""
    return [weight * len(weights) + 1 for weight in weights]


def head_takes(weights: Weights) -> Weights:
    """The part beyond the sum goes to the head of the line."""
    return [weights[0] + 1, *weights[1:]]


def in_proportion(weights: Weights) -> Weights:
    """Nothing beyond the sum: the weights are the odds. For readings without a 0."""
    return weights


def then_uniform(weights: Weights) -> Weights:
    """Nothing beyond the sum; when only weights of 0 are left, all of them have the same odds."""
    return weights if any(weights) else [1] * len(weights)


def then_head(weights: Weights) -> Weights:
    """Nothing beyond the sum; when only weights of 0 are left, the head of the line is next."""
    return weights if any(weights) else head(weights)


def head(weights: Weights) -> Weights:
    """No draw: the line is the order."""
    return [1] + [0] * (len(weights) - 1)


# Readings.


def zeros_share_one(weights: Weights) -> Weights:
    """The weights of 0 count as one unit between them: all others are scaled by how many there are."""
    zeros = weights.count(0)
    return [weight * zeros or 1 for weight in weights] if zeros else weights


def zero_is_a_tenth(weights: Weights) -> Weights:
    """0 counts as 0.1: beside one all count in tenths, to stay with integers."""
    return [weight * 10 or 1 for weight in weights] if 0 in weights else weights


def one_each(weights: Weights) -> Weights:
    """The weight is ignored."""
    return [1] * len(weights)


# Lines.


def lightest_first(weights: Weights) -> Sequence[int]:
    """By ascending weight, equal ones in answer order."""
    return sorted(range(len(weights)), key=weights.__getitem__)


def heaviest_first(weights: Weights) -> Sequence[int]:
    """By descending weight, equal ones in answer order."""
    return sorted(range(len(weights)), key=lambda place: -weights[place])


def zeros_then_reversed(weights: Weights) -> Sequence[int]:
    """The weights of 0 in answer order, then the others from the last to the first."""
    zeros = [place for place, weight in enumerate(weights) if not weight]
    return zeros + [place for place in reversed(range(len(weights))) if weights[place]]


POLICIES: dict[str, Policy] = {
    policy.name: policy
    for policy in (
        Policy(
            name="rfc2782",
            what="RFC 2782 with the arrangement shuffled: in proportion to weight, and one part beyond the sum for the "
            "weights of 0, or for everybody when there are none.",
            odds=rfc2782_odds,
        ),
        Policy(
            name="proportional",
            what="Heimdal: exactly in proportion to weight; all weights of 0 together count as 1.",
            odds=in_proportion,
            reads=zeros_share_one,
        ),
        Policy(
            name="uniform",
            what="A KMS client that ignores weight, as Windows did before 7: all records are equally likely.",
            odds=in_proportion,
            reads=one_each,
        ),
        Policy(
            name="heaviest",
            what="No dice: the heaviest first, equal weights in answer order.",
            odds=head,
            lines_up=heaviest_first,
            alike=False,
        ),
        Policy(
            name="dns",
            what="No dice: in the order of the answer, as a client that leaves the spreading to the server.",
            odds=head,
            alike=False,
        ),
        Policy(
            name="dnspython",
            what="dnspython: in proportion to weight, with 0 counted as 0.1.",
            odds=in_proportion,
            reads=zero_is_a_tenth,
        ),
        Policy(
            name="glib",
            what="GLib (also Twisted and aioxmpp): RFC 2782 without a shuffle, lined up by ascending weight, so the "
            "part beyond the sum always goes to the same record.",
            odds=head_takes,
            lines_up=lightest_first,
            alike=False,
        ),
        Policy(
            name="go",
            what="Go's net.LookupSRV: in proportion to weight; weights of 0 only after all others, without a draw.",
            odds=then_head,
            lines_up=lightest_first,
            swaps=True,
            alike=False,
        ),
        Policy(
            name="krb5",
            what="MIT Kerberos: the weight is not used, records of one priority stay in answer order.",
            odds=head,
            alike=False,
        ),
        Policy(
            name="postfix",
            what="Postfix: RFC 2782 with the arrangement shuffled, and weights of 0 treated like any other.",
            odds=everybody_shares,
        ),
        Policy(
            name="samba",
            what="Samba: no dice, the heaviest first, equal weights in answer order.",
            odds=head,
            lines_up=heaviest_first,
            alike=False,
        ),
        Policy(
            name="sssd",
            what="SSSD: RFC 2782 without a shuffle, weights of 0 in answer order, then the others in reverse.",
            odds=head_takes,
            lines_up=zeros_then_reversed,
            alike=False,
        ),
        Policy(
            name="synapse",
            what="Synapse (also MiniDNS): in proportion to weight; weights of 0 only after all others, shuffled.",
            odds=then_uniform,
        ),
    )
}
"""Every way of producing an order that is known here, by name."""
