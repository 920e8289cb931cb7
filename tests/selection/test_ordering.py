"""selection.ordering, selection.clients, selection.shares: by exact enumeration of every draw, never by sampling.

Long, because the code, an independent reading of RFC 2782 and its mutants all have to pass or fail the same assertions.
"""

from __future__ import annotations

import random
import runpy
import subprocess
import sys
from fractions import Fraction as F
from itertools import permutations
from pathlib import Path

import dns.rdata
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kmsdns.errors import InvalidArgument
from kmsdns.model.records import Record, Srv
from kmsdns.selection import ordering
from kmsdns.selection.clients import head
from kmsdns.selection.ordering import (
    POLICIES,
    processing_order,
    rank_shares,
    share_terms,
    shares,
    uniform_below,
)
from kmsdns.selection.shares import by_clocks, by_draws

distribution = runpy.run_path(str(Path(__file__).with_name("enumerate_draws.py")))["distribution"]

SETS = ([0], [0, 0], [0, 0, 3], [1, 1], [2, 1, 1], [3, 0, 0, 0], [1, 6, 1, 2])
MIXED = (*SETS, [0, 2, 0, 1], [1, 0, 2, 1], [3, 2, 1], [0, 0, 0, 0], [2, 2, 2])


def srvs(weights, priority=0):
    return [Srv(priority=priority, weight=w, port=i, target=f"h{i}.example.") for i, w in enumerate(weights)]


def orders(weights, policy="rfc2782"):
    """Complete orders, as the places the records had in the answer, with their probabilities."""
    records = srvs(weights)
    return distribution(
        lambda randbelow: tuple(r.port for r in processing_order(records, policy=policy, randbelow=randbelow))
    )


def at_places(found, n):
    """[i][k]: the probability that i is tried as number k, from a distribution over complete orders."""
    rows = [[F(0)] * n for _ in range(n)]
    for order, probability in found.items():
        for k, i in enumerate(order):
            rows[i][k] += probability
    return rows


# RFC 2782, read literally and independently of the code under test.


def literal(weights, randbelow, *, inclusive=True, zeros_first=True, shuffled=True):
    """An arrangement, then running sums and a draw from 0 to their sum; the switches make the mutants."""
    zeros = [i for i, w in enumerate(weights) if w == 0]
    others = [i for i, w in enumerate(weights) if w > 0]
    if shuffled:
        for group in (zeros, others):
            for last in range(len(group) - 1, 0, -1):
                other = randbelow(last + 1)
                group[last], group[other] = group[other], group[last]
    line = zeros + others if zeros_first else others + zeros
    order = []
    while line:
        total = sum(weights[i] for i in line)
        draw = randbelow(total + 1) if inclusive else randbelow(total or 1)
        running = 0
        for i in line:
            running += weights[i]
            if running >= draw if inclusive else running > draw or total == 0:
                break
        line.remove(i)
        order.append(i)
    return tuple(order)


def tree(weights):
    """The same again, as a tree of probabilities instead of draws."""
    zeros = [i for i, w in enumerate(weights) if w == 0]
    others = [i for i, w in enumerate(weights) if w > 0]
    found = {}

    def walk(line, order, probability):
        if not line:
            found[order] = found.get(order, F(0)) + probability
            return
        total = sum(weights[i] for i in line)
        for draw in range(total + 1):
            running = 0
            for at, i in enumerate(line):
                running += weights[i]
                if running >= draw:
                    walk(line[:at] + line[at + 1 :], (*order, i), probability / (total + 1))
                    break

    arrangements = [z + o for z in permutations(zeros) for o in permutations(others)]
    for arrangement in arrangements:
        walk(arrangement, (), F(1, len(arrangements)))
    return found


def closed_form(weights):
    total, n, z = sum(weights), len(weights), weights.count(0)
    if z:
        return [F(w, total + 1) if w else F(1, z * (total + 1)) for w in weights]
    return [(w + F(1, n)) / (total + 1) for w in weights]


def assert_is_rfc2782(weights, found):
    """The assertion that the code passes and that the mutants must not."""
    assert found == tree(weights)
    assert [row[0] for row in at_places(found, len(weights))] == closed_form(weights)


@pytest.mark.parametrize("weights", SETS, ids=str)
def test_every_draw_equals_the_closed_form_the_shares_and_the_literal_rfc(weights):
    found = orders(weights)
    assert_is_rfc2782(weights, found)
    assert found == distribution(lambda randbelow: literal(weights, randbelow))
    assert shares(srvs(weights)) == closed_form(weights)
    assert rank_shares(srvs(weights)) == at_places(found, len(weights))


@pytest.mark.parametrize(
    "weights", [[0, 0, 10], [10, 0, 0], [5, 1, 1, 0], [0, 2, 0, 1], [2, 2, 2], [9, 1], [0, 1, 40]], ids=str
)
def test_more_sets_equal_the_literal_rfc(weights):
    assert_is_rfc2782(weights, orders(weights))


@pytest.mark.parametrize(
    "mutation",
    [{"inclusive": False}, {"zeros_first": False}, {"shuffled": False}],
    ids=["exclusive draw", "zeros last", "no shuffle"],
)
def test_the_mutants_fail(mutation):
    caught = 0
    for weights in SETS[:-1]:
        assert_is_rfc2782(weights, distribution(lambda randbelow, w=weights: literal(w, randbelow)))
        try:
            assert_is_rfc2782(weights, distribution(lambda randbelow, w=weights: literal(w, randbelow, **mutation)))
        except AssertionError:
            caught += 1
    assert caught > 0


@pytest.mark.parametrize("weights", MIXED, ids=str)
def test_the_tree_draws_what_the_scan_draws(weights, monkeypatch):
    scanned = orders(weights)
    monkeypatch.setattr(ordering, "FENWICK_FROM", 0)
    assert orders(weights) == scanned


@given(st.lists(st.integers(0, 300) | st.sampled_from([0, 1, 65535]), max_size=150), st.integers(0, 2**32))
def test_the_tree_equals_the_scan_draw_for_draw(weights, seed):
    members = list(range(len(weights)))
    if members:
        scanned, walked = (
            list(draws(list(members), list(weights), uniform_below(random.Random(seed))))
            for draws in (ordering._scan, ordering._fenwick)
        )
        assert walked == scanned


# Other clients.


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("weights", MIXED, ids=str)
def test_every_policy_draws_its_shares_at_every_place(policy, weights):
    rows = at_places(orders(weights, policy), len(weights))
    assert [row[0] for row in rows] == shares(srvs(weights), policy=policy)
    assert rank_shares(srvs(weights), policy=policy) == rows


RFC_SHUFFLED = [
    "1/2 1/2",
    "1/22 1/22 20/22",
    "1/2 1/2",
    "41/404 241/404 41/404 81/404",
    "1/65537 1/65537 65535/65537",
    "300/303 1/303 1/303 1/303",
]
IN_LINE = [
    "1 0",
    "1/11 0 10/11",
    "2/3 1/3",
    "11/101 60/101 10/101 20/101",
    "1/65537 1/65537 65535/65537",
    "100/101 1/101 0 0",
]
FIRST = ["1 0", "1 0 0", "1 0", "1 0 0 0", "1 0 0", "1 0 0 0"]
HEAVIEST = ["1 0", "0 0 1", "1 0", "0 1 0 0", "0 0 1", "1 0 0 0"]
UNIFORM = ["1/2 1/2", "1/3 1/3 1/3", "1/2 1/2", "1/4 1/4 1/4 1/4", "1/3 1/3 1/3", "1/4 1/4 1/4 1/4"]
PUBLISHED = {
    "rfc2782": RFC_SHUFFLED,
    "proportional": [*RFC_SHUFFLED[:3], "1/10 6/10 1/10 2/10", *RFC_SHUFFLED[4:]],
    "uniform": UNIFORM,
    "heaviest": HEAVIEST,
    "dns": FIRST,
    "dnspython": ["1/2 1/2", "1/102 1/102 100/102", "1/2 1/2", "1/10 6/10 1/10 2/10",
                  "1/655361 10/655361 655350/655361", "1000/1003 1/1003 1/1003 1/1003"],
    "glib": IN_LINE,
    "go": ["1 0", "0 0 1", "1/2 1/2", "1/10 6/10 1/10 2/10", "0 1/65536 65535/65536", "1 0 0 0"],
    "krb5": FIRST,
    "postfix": ["1/2 1/2", "1/33 1/33 31/33", "1/2 1/2", "41/404 241/404 41/404 81/404",
                "1/196611 4/196611 196606/196611", "401/404 1/404 1/404 1/404"],
    "samba": HEAVIEST,
    "sssd": ["1 0", "1/11 0 10/11", "1/3 2/3", "10/101 60/101 10/101 21/101", *IN_LINE[4:]],
    "synapse": ["1/2 1/2", "0 0 1", "1/2 1/2", "1/10 6/10 1/10 2/10", "0 1/65536 65535/65536", "1 0 0 0"],
}  # fmt: skip
"""Chances to be tried first, as found by running or reading each client, for the sets below; [0] gives 1 everywhere."""
COLUMNS = ([0, 0], [0, 0, 10], [1, 1], [10, 60, 10, 20], [0, 1, 65535], [100, 0, 0, 0])


@pytest.mark.parametrize("policy", POLICIES)
def test_shares_are_those_the_clients_were_found_to_give(policy):
    assert shares(srvs([0]), policy=policy) == [1]
    for weights, expected in zip(COLUMNS, PUBLISHED[policy], strict=True):
        assert shares(srvs(weights), policy=policy) == [F(part) for part in expected.split()]


def test_places_after_the_first():
    """Weights 2, 1, 1, as worked out by hand for each rule."""
    two, one = [F(7, 15), F(1, 3), F(1, 5)], [F(4, 15), F(1, 3), F(2, 5)]
    assert rank_shares(srvs([2, 1, 1])) == [two, one, one]
    two, one = [F(1, 2), F(1, 3), F(1, 6)], [F(1, 4), F(1, 3), F(5, 12)]
    assert rank_shares(srvs([2, 1, 1]), policy="proportional") == [two, one, one]


def test_go_swaps_and_so_turns_the_order_of_weights_of_0():
    assert orders([0, 0, 5], "go") == {(2, 1, 0): F(1)}


def test_heimdal_scales_once_and_not_anew_when_zeros_are_taken():
    # Three zeros count 1 each beside 3; after one of them, 2 of 5 parts are theirs, not 1 of 2.
    found = orders([1, 0, 0, 0], "proportional")
    assert sum(p for order, p in found.items() if order[1] == 0) == F(3, 6) * F(3, 5)


@pytest.mark.parametrize("policy", POLICIES)
def test_a_policy_says_whose_rule_it_is(policy):
    assert POLICIES[policy].name == policy
    assert POLICIES[policy].what.endswith(".")


def test_an_unknown_policy_is_refused_at_once_and_the_known_ones_are_named():
    for function in (processing_order, shares, share_terms, rank_shares):
        with pytest.raises(ValueError, match="'bind' is no policy: choose one of rfc2782, proportional"):
            function(srvs([1]), policy="bind")


# Chances by place beyond what is walked exactly.


@pytest.mark.parametrize("policy", [policy for policy in POLICIES if POLICIES[policy].odds is not head])
@pytest.mark.parametrize("weights", [[5, 1, 30, 7, 12, 100], [0, 4, 0, 9, 2, 0, 700], [1, 65535, 0, 300]], ids=str)
def test_clocks_agree_with_draws(policy, weights):
    rule = POLICIES[policy]
    exact = by_draws(rule, weights, F, 10**6)
    assert exact is not None
    approximate = by_clocks(rule, weights)
    lightest = sorted(weights)
    off = 0.0  # what the draws up to a place can be off: S is no less than the sum of the lightest that can be left
    for k in range(len(weights)):
        for weight, row, near in zip(weights, exact, approximate, strict=True):
            if policy != "go" or weight or weights.count(0) < 2:
                assert abs(row[k] - near[k]) < off + 1e-12
        if policy not in ("proportional", "uniform", "dnspython", "synapse", "go"):
            off += 1 / (1 + sum(lightest[: len(weights) - k - 1]))


def test_clocks_are_close_to_rfc2782_where_weights_are_large():
    weights = [6000, 100, 300, 1500, 900, 40, 2500, 0, 0]
    exact = by_draws(POLICIES["rfc2782"], weights, float_ratio, 10**6)
    assert exact is not None
    approximate = by_clocks(POLICIES["rfc2782"], weights)
    assert max(abs(x - y) for a, b in zip(exact, approximate, strict=True) for x, y in zip(a, b, strict=True)) < 2e-3


def float_ratio(numerator, denominator):
    return numerator / denominator


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("weights", [[*range(1, 13)], [*range(1, 19), 0, 0]], ids=["12 weights", "20 weights"])
def test_chances_by_place_are_a_doubly_stochastic_matrix(policy, weights):
    rows = rank_shares(srvs(weights), policy=policy)
    assert all(abs(sum(row) - 1) < 1e-12 for row in rows)
    assert all(abs(sum(column) - 1) < 1e-12 for column in zip(*rows, strict=True))
    for share, row in zip(shares(srvs(weights), policy=policy), rows, strict=True):
        assert abs(share - row[0]) < 1e-12


def test_what_is_exact_comes_in_fractions_and_the_rest_in_floats():
    def kind(weights, policy="rfc2782"):
        return {type(chance) for row in rank_shares(srvs(weights), policy=policy) for chance in row}

    assert kind([5] * 40 + [0] * 20) == {F}
    assert kind(range(1, 11)) == {F}
    assert kind(range(1, 12)) == {float}
    assert kind(range(1, 60), "uniform") == kind(range(1, 60), "samba") == {F}
    assert rank_shares(srvs([7] * 40))[3] == [F(1, 40)] * 40


def test_places_of_a_priority_begin_where_the_one_before_ends():
    records = [*srvs([1, 1], priority=10), *srvs([0], priority=0), Srv(priority=0, weight=9, port=0, target=".")]
    half = F(1, 2)
    assert rank_shares(records) == [[0, half, half, 0], [0, half, half, 0], [1, 0, 0, 0], [0, 0, 0, 0]]
    assert shares(records) == [0, 0, 1, 0]


# What a record is, and which can be used.


def test_a_sole_root_target_means_unavailable():
    alone = [Srv(priority=0, weight=0, port=0, target=".")]
    assert processing_order(alone) == []
    assert shares(alone) == [0]
    assert rank_shares(alone) == [[0]]


def test_a_root_target_beside_others_is_skipped():
    records = [Srv(priority=0, weight=60000, port=0, target="."), *srvs([1, 1], priority=1)]
    assert sorted(r.port for r in processing_order(records)) == [0, 1]
    assert shares(records) == [0, F(1, 2), F(1, 2)]
    assert processing_order([records[0], records[0]]) == []


def test_nothing_comes_of_nothing():
    assert processing_order([]) == shares([]) == share_terms([]) == rank_shares([]) == []


def test_records_and_the_rdatas_of_dnspython_are_ordered_as_well():
    weights = [3, 0, 5]
    ours = srvs(weights)
    theirs = [dns.rdata.from_text("IN", "SRV", f"0 {s.weight} {s.port} {s.target}") for s in ours]
    whole = [Record(owner="_x._tcp.example.", ttl=60, rdtype="SRV", rdata=srv) for srv in ours]
    expected = [r.port for r in processing_order(ours, rng=random.Random(4))]
    assert [r.port for r in processing_order(theirs, rng=random.Random(4))] == expected
    assert [r.rdata.port for r in processing_order(whole, rng=random.Random(4))] == expected
    assert shares(theirs) == shares(whole) == shares(ours)
    root = dns.rdata.from_text("IN", "SRV", "0 0 0 .")
    assert processing_order([root]) == []
    assert processing_order([root, theirs[0]]) == [theirs[0]]
    relative = dns.rdata.from_text("IN", "SRV", "0 0 0 kms")
    assert processing_order([relative]) == [relative]


@pytest.mark.parametrize("policy", POLICIES)
def test_equal_records_are_two_entries(policy):
    twin = Srv(priority=0, weight=5, port=1688, target="a.example.")
    other = Srv(priority=0, weight=5, port=1688, target="a.example.")
    order = processing_order([twin, other, twin], policy=policy)
    assert sorted(map(id, order)) == sorted([id(twin), id(other), id(twin)])
    assert sum(shares([twin, other, twin], policy=policy)) == 1


def test_the_heaviest_weights_there_are():
    assert shares(srvs([65535] * 3)) == [F(1, 3)] * 3
    assert sorted(r.port for r in processing_order(srvs([65535] * 500))) == list(range(500))


def test_an_all_zero_set_is_spread_evenly():
    assert set(orders([0, 0, 0]).values()) == {F(1, 6)}
    assert len(orders([0, 0, 0])) == 6


def test_input_is_left_as_it_was():
    records = srvs([1, 2, 3, 0])
    before = list(records)
    for policy in POLICIES:
        processing_order(records, policy=policy)
        rank_shares(records, policy=policy)
    assert records == before


def test_a_record_set_of_another_type_is_misuse():
    with pytest.raises(InvalidArgument, match=r"Record\(.* is no SRV record: give kmsdns.Srv"):
        processing_order([Record(owner="a.example.", ttl=1, rdtype="A", rdata="192.0.2.1")])


# The dice.


def test_uniform_below_is_exact():
    """Bits that make no integer under n are drawn anew: 3 of 2 bits in the first draw leads to a second."""

    class Scripted:
        def __init__(self, *draws):
            self.draws = list(draws)

        def getrandbits(self, k):
            draw = self.draws.pop(0)
            assert draw < 2**k
            return draw

    assert [uniform_below(Scripted(draw))(3) for draw in range(3)] == [0, 1, 2]
    assert uniform_below(Scripted(3, 3, 1))(3) == 1
    assert [uniform_below(Scripted(draw))(4) for draw in range(4)] == [0, 1, 2, 3]
    assert uniform_below(random.Random())(1) == 0


def test_below_overrides_rng():
    assert processing_order(srvs([1, 1]), rng=random.Random(1), randbelow=lambda n: 0)[0].port == 0
    assert processing_order(srvs([1, 1]), rng=random.Random(1), randbelow=lambda n: n - 1)[0].port == 1


def test_without_dice_the_interpreters_own_are_used():
    state = random.getstate()
    try:
        random.seed(7)
        first = processing_order(srvs(range(30)))
        random.seed(7)
        assert processing_order(srvs(range(30))) == first
    finally:
        random.setstate(state)
    assert first == processing_order(srvs(range(30)), rng=random.Random(7))


def test_a_seed_gives_the_same_order_in_every_version():
    assert [r.port for r in processing_order(srvs([10, 60, 10, 20, 0]), rng=random.Random(1))] == SEEDED


SEEDED = [1, 3, 0, 2, 4]


def test_the_module_loads_nothing_it_does_not_need():
    code = (
        "import sys; before = set(sys.modules); from kmsdns.selection.ordering import processing_order, share_terms;"
        "from kmsdns.model.records import Srv;"
        "two = [Srv(priority=0, weight=w, port=1, target='a.') for w in (1, 2)];"
        "processing_order(two, randbelow=lambda n: 0); share_terms(two);"
        "print(*sorted(m for m in set(sys.modules) - before if not m.startswith('kmsdns')))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["__future__"]


# Properties.

weights_of_a_priority = st.integers(0, 12) | st.sampled_from([0, 100, 65535])
record_sets = st.lists(
    st.builds(
        lambda priority, weight, root: Srv(
            priority=priority, weight=weight, port=1, target="." if root else "a.example."
        ),
        st.integers(0, 3),
        weights_of_a_priority,
        st.integers(0, 9).map(lambda n: n == 0),
    ),
    max_size=12,
)
seeds = st.integers(0, 2**64)
policies = st.sampled_from(sorted(POLICIES))


def usable(records):
    return [record for record in records if record.target != "."]


@given(record_sets, policies, seeds)
def test_an_order_is_a_permutation_and_priorities_never_descend(records, policy, seed):
    order = processing_order(records, policy=policy, rng=random.Random(seed))
    assert sorted(map(id, order)) == sorted(map(id, usable(records)))
    assert [r.priority for r in order] == sorted(r.priority for r in order)


@given(record_sets, policies, seeds)
def test_seeds_reproduce(records, policy, seed):
    order = processing_order(records, policy=policy, rng=random.Random(seed))
    assert list(map(id, processing_order(records, policy=policy, rng=random.Random(seed)))) == list(map(id, order))


@given(record_sets, policies, seeds)
def test_no_more_than_two_draws_a_record(records, policy, seed):
    rng, asked = random.Random(seed), []

    def randbelow(n):
        asked.append(n)
        return rng.randrange(n)

    processing_order(records, policy=policy, randbelow=randbelow)
    assert len(asked) <= 2 * len(records)


@given(record_sets, policies)
def test_shares_sum_to_one_when_something_is_usable(records, policy):
    found = shares(records, policy=policy)
    assert len(found) == len(records)
    assert sum(found) == (1 if usable(records) else 0)
    assert all(share == 0 for share, record in zip(found, records, strict=True) if record.target == ".")
    assert [F(*terms) for terms in share_terms(records, policy=policy)] == found


@given(
    st.lists(weights_of_a_priority, min_size=1, max_size=7).flatmap(
        lambda w: st.tuples(st.just(w), st.permutations(range(len(w))))
    )
)
def test_rfc2782_does_not_depend_on_the_order_of_the_answer(drawn):
    weights, permuted = drawn
    rows = rank_shares(srvs(weights))
    assert rank_shares(srvs([weights[i] for i in permuted])) == [rows[i] for i in permuted]


@given(record_sets, policies)
def test_each_usable_record_has_one_place_and_each_place_one_record(records, policy):
    rows = rank_shares(records, policy=policy)
    for row, record in zip(rows, records, strict=True):
        assert abs(sum(row) - (record.target != ".")) < 1e-12
    for k, column in enumerate(zip(*rows, strict=True)):
        assert abs(sum(column) - (k < len(usable(records)))) < 1e-12
    assert all(abs(row[0] - share) < 1e-12 for row, share in zip(rows, shares(records, policy=policy), strict=True))
