"""Turns the command line into docs/commands.md: `python -m flows.cli.reference FILE [--check]`."""

import sys
from collections.abc import Iterator, Sequence
from inspect import cleandoc
from pathlib import Path

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


def main(arguments: Sequence[str]) -> int:
    """Write the page, or with --check say whether it is up to date (exit 1 when not)."""
    paths = [Path(argument) for argument in arguments if not argument.startswith("--")]
    if "--check" in arguments:
        if paths[0].read_text(encoding="utf-8") == reference():
            return 0
        sys.stderr.write(f"{paths[0]} is out of date; run `make docs`\n")
        return 1
    paths[0].write_text(reference(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
