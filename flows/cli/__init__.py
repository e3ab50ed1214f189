"""The command line: `sinoscope COMMAND`. Commands are found by name and imported only when called.

stdout is data, stderr is progress and log. Exit codes: 0 ok, 1 bug, 2 usage, 3 config, 4 partial, 5 network, 6 locked,
7 storage, 8 schema, 130 interrupted.
"""

import importlib
import os
import sys
import traceback
from pathlib import Path

import click

from extractors.errors import SinoscopeError
from flows.home import Home, find_home

# command -> (module, attribute, what it does); the help text stands here so that `--help` imports no command
COMMANDS = {
    "init": ("setup", "init", "Make a home: config files, and with --demo a local newsroom to try it on."),
    "doctor": ("setup", "doctor", "Check this machine, the home and its configuration."),
    "status": ("status", "status", "Is it alive, is it complete, how big is it?"),
    "run": ("run", "run", "Run one cycle: poll, fetch, extract, judge, place, tag, load, publish."),
    "serve": ("serve", "serve", "Run cycles on a schedule, with Prefect's server and UI on loopback."),
    "trigger": ("serve", "trigger", "Start a cycle now on a serving monitor."),
    "feeds": ("feeds", "feeds", "List, add, check, fix, pause and explain feeds; import and export OPML."),
    "trends": ("query", "trends", "Topics, entities or sources: this week against a usual one."),
    "query": ("query", "query", "Run a saved trend query."),
    "sql": ("query", "sql", "Run read-only SQL on the published warehouse."),
    "schema": ("query", "schema", "Every table and column, with units."),
    "why": ("why", "why", "What became of a URL, and what decided it."),
    "extract": ("extract", "extract", "Turn a page into an article."),
    "tag": ("tag", "tag", "Judge and tag texts, line by line."),
    "topics": ("retag", "topics", "List topics; test a changed one on the archive before it counts."),
    "entities": ("entities", "entities", "Find frequent names that no entity stands for."),
    "vote": ("vote", "vote", "Say whether a URL is AI-and-China coverage; kept to measure the rules by."),
    "retag": ("retag", "retag", "Tag stored articles again after a rule change: look, or write."),
    "stories": ("stories", "stories", "Fold texts into stories, line by line."),
    "story": ("story", "story", "How a story was told over time, by whom, and what each version changed."),
    "split": ("story", "split", "Take articles out of their story, for good."),
    "merge": ("story", "merge", "Put one story into another, for good."),
    "reprocess": ("run", "reprocess", "Read the archive again after a rule change, or quarantined pages."),
    "maintain": ("run", "maintain", "Data checks and housekeeping."),
    "db": ("db", "db", "Publish, migrate, back up and check the warehouse."),
    "config": ("config", "config", "Check and show the configuration, write its JSON Schemas."),
}


class LazyGroup(click.Group):
    """A click group that imports a command's module when the command is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: D102 - click's own contract
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: D102 - click's own contract
        if cmd_name not in COMMANDS:
            return None
        module, attribute, _ = COMMANDS[cmd_name]
        command: click.Command = getattr(importlib.import_module(f"flows.cli.{module}"), attribute)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: D102 - click's own contract
        with formatter.section("Commands"):
            formatter.write_dl([(name, about) for name, (_, _, about) in COMMANDS.items()])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--home", metavar="DIR", help="The monitor's folder; else SINOSCOPE_HOME, else found upwards.")
@click.option("-v", "--verbose", is_flag=True, help="Also name each failing feed; let Prefect talk.")
@click.option("-q", "--quiet", is_flag=True, help="Say only errors on stderr.")
@click.version_option(package_name="sinoscope", prog_name="sinoscope")
@click.pass_context
def cli(ctx: click.Context, home: str | None, verbose: bool, quiet: bool) -> None:
    """AI-and-China news: feeds in, stories and trends in DuckDB out."""
    ctx.obj = {"home": home, "verbose": verbose, "quiet": quiet}


def home_of(ctx: click.Context) -> Home:
    """The home this command works on. Raises ConfigError when there is none."""
    return find_home(ctx.find_root().obj["home"], os.environ, Path.cwd())


def main() -> None:
    """Run the command line and end the process with the contract's exit code."""
    try:
        code = cli.main(standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        code = 2
    except click.ClickException as error:
        error.show()
        if isinstance(error, click.NoSuchOption) and error.option_name == "--home":
            print("--home DIR stands before the command: sinoscope --home DIR status", file=sys.stderr)  # noqa: T201 - stderr
        code = error.exit_code
    except (click.Abort, KeyboardInterrupt):
        code = interrupted()
    except SinoscopeError as error:
        print(f"Error: {error}", file=sys.stderr)  # noqa: T201 - stderr
        code = error.exit_code
    except BrokenPipeError:  # the reader went away (`… | head`): nothing to say, and nobody to say it to
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    except Exception as error:  # noqa: BLE001 - the last line of defence: a bug is shown whole and ends with its own code
        if str(error) == "Query interrupted":  # what DuckDB makes of Ctrl-C during a query
            code = interrupted()
        else:
            traceback.print_exc()
            code = 1
    sys.exit(code if isinstance(code, int) else 0)


def interrupted() -> int:
    """Say that nothing is lost; answers with the exit code."""
    print("Interrupted; nothing is lost, the next run goes on from here.", file=sys.stderr)  # noqa: T201 - stderr
    return 130
