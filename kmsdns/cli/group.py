"""The click side of the command line: help, completion, messages about mistakes, variables and configuration."""

from __future__ import annotations

import os
from difflib import get_close_matches
from io import StringIO
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kmsdns import __version__
from kmsdns.cli.config import is_on, is_plugin, nearest
from kmsdns.cli.options import COMMANDS
from kmsdns.cli.output import Unwritable, put, say, why
from kmsdns.cli.statuses import CLEAN
from kmsdns.config import load
from kmsdns.errors import KmsdnsError
from kmsdns.model.names import shown
from kmsdns.model.option import COUNT, FLAG, Option
from kmsdns.options import Discovering

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_SERVICE = Discovering.options["service"]
_SETTINGS = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


class _Converted(click.ParamType[object]):
    """A value that the option's own convert reads, so that click and the plain path can't differ."""

    def __init__(self, option: Option) -> None:
        self.option = option
        self.name = option.kind

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Raises click.BadParameter with the option's own sentence."""
        try:
            return self.option.convert(str(value))
        except ValueError as error:
            self.fail(str(error), param, ctx)

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str | None:
        del param, ctx
        return self.option.metavar or "|".join(self.option.choices)

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[Any]:
        del param, ctx
        if self.option.kind == "path":
            return [click.shell_completion.CompletionItem(incomplete, type="file")]
        items = [choice for choice in self.option.choices if choice.startswith(incomplete)]
        return [click.shell_completion.CompletionItem(item) for item in items]


def _files(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[Any]:
    """What completes an argument that is a file."""
    del ctx, param
    return [click.shell_completion.CompletionItem(incomplete, type="file")]


def _with(command: str, *more: Option) -> Callable[[Callable[..., int]], Callable[..., int]]:
    """A decorator that gives a command its options, and more before them."""

    def decorate(function: Callable[..., int]) -> Callable[..., int]:
        for option in reversed((*more, *COMMANDS[command]())):
            common: dict[str, Any] = {"help": option.help, "envvar": option.variable}
            if option.kind == FLAG:
                function = click.option(*option.flags, option.key, is_flag=True, **common)(function)
            elif option.kind == COUNT:
                function = click.option(*option.flags, option.key, count=True, **common)(function)
            else:
                function = click.option(
                    *option.flags,
                    option.key,
                    type=_Converted(option),
                    multiple=option.multiple,
                    default=None if option.multiple else option.unset,
                    show_default=option.unset not in (None, ()),
                    **common,
                )(function)
        return function

    return decorate


def _printed(text: Callable[[click.Context], str]) -> Callable[[click.Context, click.Parameter, bool], None]:
    """What an option does that prints and ends: where that can't be written, it says so as all output does."""

    def print_and_end(ctx: click.Context, param: click.Parameter, value: bool) -> None:
        del param
        if value and not ctx.resilient_parsing:
            put(text(ctx) + "\n")
            ctx.exit()

    return print_and_end


class _Command(click.Command):
    """A command whose help goes out as all output does."""

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """As click's."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.callback = _printed(click.Context.get_help)
        return option


class _Group(_Command, click.Group):
    """Likewise a group, and what stands in it."""

    command_class = _Command
    group_class = type


@click.group(cls=_Group, context_settings=_SETTINGS, no_args_is_help=True)
@click.option(
    "-V",
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    help="Show the version and exit.",
    callback=_printed(lambda _ctx: f"kmsdns {__version__}"),
)
def kmsdns() -> None:
    """Find a service through DNS as its clients do (SRV, RFC 2782), see why they don't, and test both.

    KMS is the profile it knows best: --service takes any other. It never activates anything.
    """


@kmsdns.command("discover", context_settings=_SETTINGS)
@click.argument("names", nargs=-1, metavar="[NAME]...")
@_with("discover")
def _discover(**values: Any) -> int:
    """Live domains or owner names in, the endpoints a client would try out: in processing order, with exact shares.

    NAME is a domain (contoso.com) or an owner name (_ldap._tcp.contoso.com); none means this machine's own DNS
    suffixes, in the order a client searches them.
    """
    from kmsdns.cli.discover import run

    return run(values)


@kmsdns.command("diagnose", context_settings=_SETTINGS)
@click.argument("names", nargs=-1, metavar="[NAME]")
@_with("diagnose")
def _diagnose(**values: Any) -> int:
    """A live domain or a client's evidence in, why discovery fails and what mends it out.

    NAME is a domain (contoso.com) or an owner name (_ldap._tcp.contoso.com); with neither NAME nor --client the client
    is this machine. The client's own way is shown step by step, with the code that a KMS client would end with.
    Nothing is activated, and no key is read.
    """
    from kmsdns.cli.diagnose import run

    return run(values)


@kmsdns.command("validate", context_settings=_SETTINGS)
@click.argument("paths", nargs=-1, metavar="PATH...", shell_complete=_files)
@_with("validate")
def _validate(**values: Any) -> int:
    """Zone files in, every mistake at file:line:column out, with its fix.

    PATH is a zone file, a folder (its *.zone, *.db and db.* files), or - for standard input. Zones given together see
    each other's names. Servers are asked only for --axfr and --base live.
    """
    from kmsdns.cli.validate import run

    return run(values)


@kmsdns.command("check", context_settings=_SETTINGS)
@click.argument("specs", nargs=-1, metavar="SPEC...", shell_complete=_files)
@_with("check")
def _check(**values: Any) -> int:
    """Your expectations in, pass or fail of each at each vantage out, for build pipelines and monitoring.

    SPEC is a file of expectations (*.kmsdns.toml, .json or .yaml), a folder of them, a pyproject.toml with
    [[tool.kmsdns.check]], or - for standard input. What could not be asked is neither passed nor failed: exit status 3.
    """
    from kmsdns.cli.check import run

    return run(values)


@kmsdns.command("serve", context_settings=_SETTINGS)
@click.argument("zones", nargs=-1, metavar="[ZONE]...", shell_complete=_files)
@_with("serve")
def _serve(**values: Any) -> int:
    """Zone files in, a DNS server for tests out.

    The first line of standard output is "ready ADDRESS:PORT". SIGTERM ends it with status 0; SIGHUP reads the zones
    again.
    """
    from kmsdns.cli.serve import run

    return run(values)


@kmsdns.command("explain", context_settings={**_SETTINGS, "ignore_unknown_options": True})
@click.argument("codes", nargs=-1, metavar="[CODE]...")
@_with("explain")
def _explain(**values: Any) -> int:
    """A rule's code or slug, an activation error or an event in, its manual page out.

    CODE is a rule (LIV001, no-data), an activation error as it was shown (0xC004F074, C004F074, -1073418124), or the
    ID of an event (12288).
    """
    from kmsdns.cli.explain import run

    # A negative number is no option, so unknown ones are let through; all others are mistakes after all.
    for word in values["codes"]:
        if word.startswith("-") and not word[1:].isdecimal():
            flags = [flag for option in COMMANDS["explain"]() for flag in option.flags]
            raise click.NoSuchOption(
                word, possibilities=get_close_matches(word, flags), ctx=click.get_current_context()
            )
    return run(values)


@kmsdns.group("cache", context_settings=_SETTINGS, no_args_is_help=True)
def _cache() -> None:
    """The host cache in, its state out: the host of each service that answered last, as a client remembers it."""


@_cache.command("show", context_settings=_SETTINGS)
@_with("cache")
def _show(**values: Any) -> int:
    """Show what is cached, and whether caching is on."""
    from kmsdns.cli import cache

    return cache.show(values)


@_cache.command("set", context_settings=_SETTINGS)
@click.argument("name")
@click.argument("endpoint", metavar="TARGET:PORT")
@_with("cache", _SERVICE)
def _set(**values: Any) -> int:
    """Remember TARGET:PORT as the host of NAME (a domain or an owner name) that answered last."""
    from kmsdns.cli import cache

    return cache.put_host(values)


@_cache.command("clear", context_settings=_SETTINGS)
@click.argument("names", nargs=-1, metavar="[NAME]...")
@_with("cache", _SERVICE)
def _clear(**values: Any) -> int:
    """Forget the hosts of these names, or all of them."""
    from kmsdns.cli import cache

    return cache.clear(values)


@_cache.command("enable", context_settings=_SETTINGS)
@_with("cache")
def _enable(**values: Any) -> int:
    """Switch caching on."""
    from kmsdns.cli import cache

    return cache.switch(values, on=True)


@_cache.command("disable", context_settings=_SETTINGS)
@_with("cache")
def _disable(**values: Any) -> int:
    """Switch caching off: the DNS is asked each time, so that priority and weight are honoured."""
    from kmsdns.cli import cache

    return cache.switch(values, on=False)


@kmsdns.command("collect", context_settings=_SETTINGS)
@_with("collect")
def _collect(**values: Any) -> int:
    """Nothing in, a PowerShell script out: run on a Windows client, it gathers what diagnose needs.

    The script reads only, and prints one JSON file without product keys and user names:
    powershell -NoProfile -ExecutionPolicy Bypass -File collect.ps1 > client.json
    """
    from kmsdns.cli.collect import run

    return run(values)


def run(arguments: Sequence[str]) -> int:
    """Runs the command line through click and returns the exit status."""
    if os.environ.get("_KMSDNS_COMPLETE"):
        _complete(arguments)
    try:
        # Not through main(), which has words of its own for an interrupt.
        with kmsdns.make_context("kmsdns", list(arguments), default_map=_defaults(arguments)) as ctx:
            status = kmsdns.invoke(ctx)
    except click.exceptions.Exit as end:
        return end.exit_code
    except click.ClickException as error:
        if is_plugin(arguments):
            raise KmsdnsError(error.format_message()) from None
        shown_by_click = StringIO()
        error.show(shown_by_click)  # it quotes what it was given, and knows no orders to pipelines
        for line in shown_by_click.getvalue().splitlines():
            say(line)
        return error.exit_code
    return status if isinstance(status, int) else CLEAN


def _complete(arguments: Sequence[str]) -> None:
    """Completes a command line for a shell, and exits, when its variable says how."""
    from kmsdns.cli.powershell import PowerShellComplete

    click.shell_completion.add_completion_class(PowerShellComplete)
    try:
        kmsdns.main(list(arguments), "kmsdns", standalone_mode=False)
    except OSError as error:
        raise Unwritable(f"cannot write to standard output: {why(error)}") from None


def _defaults(arguments: Sequence[str]) -> dict[str, Any]:
    """What the configuration file sets, for click. --config and --no-config are read before everything else."""
    if "--no-config" in arguments or "--help" in arguments or "-h" in arguments or is_on("KMSDNS_NO_CONFIG"):
        return {}
    path = _named(arguments) or os.environ.get("KMSDNS_CONFIG") or nearest()
    if path is None:
        return {}
    options = {command: made() for command, made in COMMANDS.items()}
    found = load(Path(path), {command: frozenset(o.key for o in those) for command, those in options.items()})
    for command, values in found.items():
        for option in options[command]:
            if option.key in values:
                _check_type(path, option, values[option.key])
    subcommands = ("show", "set", "clear", "enable", "disable")
    return {**found, "cache": dict.fromkeys(subcommands, found["cache"])}


def _check_type(path: str, option: Option, value: object) -> None:
    """Raises KmsdnsError for a value that click would not expect of a command line."""
    if option.kind == FLAG:
        fits, wanted = isinstance(value, bool | str), "is true or false"
    elif option.kind == COUNT:
        fits, wanted = isinstance(value, int | str), "takes a number"
    elif option.multiple:
        fits, wanted = isinstance(value, list) and all(_is_single(each) for each in value), "takes a list of texts"
    else:
        fits, wanted = _is_single(value), "takes one text or number"
    if not fits:
        raise KmsdnsError(f"{path}: {option.key} {wanted}, not {shown(repr(value))}")


def _is_single(value: object) -> bool:
    return isinstance(value, str | int | float) and not isinstance(value, bool)


def _named(arguments: Sequence[str]) -> str | None:
    for word, following in zip_longest(arguments, arguments[1:]):
        if word == "--config":
            if following is None:
                raise KmsdnsError("--config needs a FILE")
            return following
        if word.startswith("--config="):
            return word.partition("=")[2]
    return None
