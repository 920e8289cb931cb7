"""The plain path reads a command line as click does, or leaves it to click."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kmsdns.cli import group, plain
from kmsdns.cli.options import COMMANDS
from kmsdns.model.option import COUNT, FLAG

DISCOVER = COMMANDS["discover"]()
VALUES = (
    "contoso.com",
    "1",
    "0",
    "70000",
    "1.5",
    "nan",
    "tcp",
    "json",
    "json=x",
    "error",
    "auto",
    "",
    "-",
    "-1",
    "a=b",
)


def by_click(arguments: list[str]) -> dict[str, object] | None:
    """What click makes of it; None when it refuses, or shows help."""
    seen: list[dict[str, object]] = []
    command = group.kmsdns.commands["discover"]  # type: ignore[attr-defined]
    callback, command.callback = command.callback, lambda **values: seen.append(values)
    try:
        group.run(["discover", *arguments, "--no-config"])
    finally:
        command.callback = callback
    return seen[0] if seen else None


words = st.one_of(
    st.sampled_from([flag for option in DISCOVER for flag in option.flags if flag not in ("--no-config", "--config")]),
    st.sampled_from(VALUES),
    st.sampled_from(["--", "--nope", "-x", "--server=127.0.0.1", "--tcp=1", "-s=x", "--seed=", "-vv", "-46", "--ser"]),
)


@given(st.lists(words, max_size=6))
def test_what_is_read_here_is_what_click_reads(arguments: list[str]) -> None:
    values = plain.parse([*(a for a in arguments if a != "--"), "--no-config"], DISCOVER)
    if values is not None:
        assert values == by_click([a for a in arguments if a != "--"])


# --config and --no-config are decided before either reads the line.
READ = [option for option in DISCOVER if option.key not in ("config", "no_config")]


@pytest.mark.parametrize("option", READ, ids=lambda option: option.key)
def test_every_option_is_read_here_and_by_click_alike(option) -> None:
    good = {"int": "3", "float": "1.5", "text": "x", "path": "x"}.get(option.kind) or (*option.choices, "")[0]
    for flag in option.flags:
        words = [flag] if option.kind in (FLAG, COUNT) else [flag, good]
        values = plain.parse([*words, "contoso.com", "--no-config"], DISCOVER)
        assert values is not None
        assert values == by_click([*words, "contoso.com"])
        is_default = good == str(option.unset)
        assert (values[option.key] == plain.parse([], DISCOVER)[option.key]) is is_default
        if option.multiple:
            twice = plain.parse([*words, *words, "--no-config"], DISCOVER)
            assert len(twice[option.key]) == 2
            assert twice == by_click([*words, *words])


@pytest.mark.parametrize(
    "arguments",
    [
        ["--help"],
        ["--server"],
        ["--timeout", "soon"],
        ["--tcp=yes"],
        ["--unknown"],
        ["--config", "x.toml"],
        ["-vq"],
        ["--server", "--tcp"],
    ],
)
def test_what_is_out_of_the_ordinary_is_left_to_click(arguments: list[str]) -> None:
    assert plain.parse(arguments, DISCOVER) is None


def test_names_after_two_dashes() -> None:
    assert plain.parse(["a", "--", "-b"], DISCOVER)["names"] == ("a", "-b")
