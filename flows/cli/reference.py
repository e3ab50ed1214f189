"""Turns the command line into the page docs/commands.md."""

from collections.abc import Iterator
from inspect import cleandoc

import click

from flows.cli import cli

HEAD = """# Commands

Made from the commands themselves by `make docs`. stdout is data, stderr is progress and log; `--json` gives one object that
carries `schema`. `--home DIR` stands before the command. Exit codes are in [operate.md](operate.md#exit-codes).
"""


def reference() -> str:
    """The page as Markdown."""
    with click.Context(cli, info_name="sinoscope") as context:
        return HEAD + "".join(chapter(command, inner) for inner, command in commands(cli, context))


def commands(group: click.Group, context: click.Context) -> Iterator[tuple[click.Context, click.Command]]:
    """Every command that does something, subcommands included, each in its context."""
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if command is None:
            raise LookupError(f"the command {name} is listed and not there")
        inner = click.Context(command, parent=context, info_name=name)
        if isinstance(command, click.Group):
            yield from commands(command, inner)
        else:
            yield inner, command


def chapter(command: click.Command, context: click.Context) -> str:
    """One command: how it is called, what it does, its options."""
    usage = " ".join([context.command_path, *command.collect_usage_pieces(context)])
    options = [each for each in command.params if isinstance(each, click.Option)]
    records = [record for each in options if (record := each.get_help_record(context))]
    lines = "".join(f"- `{names}` {about}\n" for names, about in records)
    return f"\n## {context.command_path}\n\n`{usage}`\n\n{cleandoc(command.help or '')}\n" + (
        f"\n{lines}" if lines else ""
    )
