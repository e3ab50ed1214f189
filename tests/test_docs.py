"""The docs are tested: what they tell exists, what exists is told, and what they say to type works."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from extractors import words
from flows.cli import COMMANDS, cli, reference
from flows.home import Home
from flows.settings import FeedEntry, Settings
from tests.conftest import Ended
from warehouse.connection import open_published

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
ALL_TEXT = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
INTERNAL = {
    "network.connect_seconds",
    "network.read_seconds",
    "network.at_once",
    "network.body_bytes",
    "network.wire_bytes",
}


def said_commands() -> Iterator[tuple[str, list[str]]]:
    """Every `sinoscope …` that a page tells to type, as page and words; placeholders stand in capitals."""
    for page in PAGES:
        for line in re.findall(
            r"(?:^|`|\s|/)(sinoscope (?:--home \S+ )?[a-z][^`\n]*)", page.read_text(encoding="utf-8")
        ):
            spoken = re.split(r"\s+#|  |,|;|\)", line)[0]
            try:
                yield page.name, shlex.split(re.sub(r"[\[\]|…]", " ", spoken))[1:]
            except ValueError:  # a quotation mark of the sentence around it
                yield page.name, re.sub(r"[\[\]|…\"']", " ", spoken).split()[1:]


def command_of(spoken: list[str]) -> tuple[click.Command | None, list[str]]:
    """The command that words lead to, and the words behind it."""
    rest = spoken[2:] if spoken[:1] == ["--home"] else spoken
    found: click.Command | None = cli
    with click.Context(cli) as context:
        while rest and isinstance(found, click.Group):
            found, rest = found.get_command(context, rest[0]), rest[1:]
    return found, rest


@pytest.mark.parametrize(("page", "spoken"), list(said_commands()), ids=lambda value: str(value)[:60])
def test_a_command_that_a_page_tells_to_type_exists_with_its_options(page: str, spoken: list[str]) -> None:
    command, rest = command_of(spoken)
    assert command is not None, f"{page}: sinoscope {' '.join(spoken)}"
    known = {name for parameter in command.params for name in parameter.opts}
    takes_any = command.context_settings.get("ignore_unknown_options", False)
    options = [word.split("=")[0] for word in rest if word.startswith("--")]
    assert takes_any or [name for name in options if name not in known] == [], page


def test_the_pages_tell_enough_commands_to_be_worth_the_test() -> None:
    assert len(list(said_commands())) > 40


def leaves(group: click.Group, context: click.Context, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            yield from leaves(command, context, (*path, name))
        else:
            yield (*path, name)


def test_every_command_and_its_subcommands_have_a_chapter() -> None:
    page = reference.reference()
    with click.Context(cli) as context:
        found = [" ".join(path) for path in leaves(cli, context)]
    assert len(found) > len(COMMANDS)
    assert [path for path in found if f"\n## sinoscope {path}\n" not in page] == []
    assert page.count("\n## ") == len(found)


def test_every_command_has_a_sentence_of_help() -> None:
    with click.Context(cli) as context:
        for path in leaves(cli, context):
            command, _ = command_of(list(path))
            assert command is not None
            assert (command.help or "").rstrip().endswith((".", "?")), path
            for parameter in command.params:
                if isinstance(parameter, click.Option) and parameter.name != "help":
                    assert parameter.help, f"{path}: {parameter.opts}"


def flat(model: Any, before: str = "") -> Iterator[str]:
    for name, info in model.model_fields.items():
        inner = info.annotation
        if hasattr(inner, "model_fields"):
            yield from flat(inner, f"{before}{name}.")
        else:
            yield before + name


def test_every_setting_has_its_line() -> None:
    page = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    assert [name for name in flat(Settings) if name not in INTERNAL and f"| `{name}` |" not in page] == []


def test_the_settings_page_tells_no_setting_that_is_none_and_the_true_default() -> None:
    page = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    values = Settings().model_dump(mode="json")
    for name, told in re.findall(r"^\| `([a-z_.]+)` \| (\S+) \|", page, re.MULTILINE):
        value: Any = values
        for part in name.split("."):
            value = value[part]
        told_value = None if told == "none" else yaml.safe_load(told)
        if name != "schedule.every":  # two hours unless a cron line is given
            assert told_value == value or not (told_value or value), name


def test_every_key_of_a_feed_is_told() -> None:
    page = (ROOT / "docs" / "add-a-feed.md").read_text(encoding="utf-8")
    assert [name for name in FeedEntry.model_fields if f"`{name}" not in page and f"{name}:" not in page] == []


@pytest.mark.parametrize(
    "kind",
    ["Reason", "Stage", "FeedKind", "SourceKind", "Scope", "FetchPolicy", "Grade", "DuplicateKind", "RobotsState"],
)
def test_every_word_that_rows_carry_is_explained(kind: str) -> None:
    page = (ROOT / "docs" / "words.md").read_text(encoding="utf-8")
    assert [str(word) for word in getattr(words, kind) if f"`{word}`" not in page] == []


def test_the_page_of_words_explains_no_word_that_is_none() -> None:
    page = (ROOT / "docs" / "words.md").read_text(encoding="utf-8")
    told = re.findall(r"^\| `([a-z_-]+)` \|", page, re.MULTILINE)
    assert len(told) == len(set(told))
    assert set(told) == {str(reason) for reason in words.Reason}


def links() -> Iterator[tuple[Path, str]]:
    for page in PAGES:
        for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
            if "://" not in target:
                yield page, target


def test_every_link_between_pages_leads_somewhere() -> None:
    found = list(links())
    assert len(found) >= 8
    assert [f"{page.name}: {target}" for page, target in found if not (page.parent / target).exists()] == []


def test_every_file_that_a_page_names_exists() -> None:
    named = re.compile(
        r"`((?:flows|extractors|warehouse|tests|config|benchmarks|docs)/[A-Za-z0-9_/.-]+\.(?:py|sql|yaml|md|json))`"
    )
    found = {(page.name, name) for page in PAGES for name in named.findall(page.read_text(encoding="utf-8"))}
    assert found
    written_by_hand = {"config/alerts.yaml", "config/settings.yaml", "config/feeds.yaml"}
    missing = sorted(
        f"{page}: {name}" for page, name in found if not (ROOT / name).exists() and name not in written_by_hand
    )
    assert missing == []


def test_the_make_targets_that_the_readme_names_exist() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in set(re.findall(r"\bmake ([a-z]+)\b", ALL_TEXT)) - {"it", "the", "a", "sure", "their"}:
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_ci_runs_the_test_command_of_the_readme() -> None:
    assert "make test" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert re.search(r"^make test ", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE)


def test_the_sql_of_the_pages_runs(finished_home: Home) -> None:
    statements = re.findall(r'sinoscope sql "([^"]+)"', ALL_TEXT) + re.findall(r"```sql\n(.*?)```", ALL_TEXT, re.DOTALL)
    assert statements
    connection = open_published(finished_home.published)
    for statement in statements:
        if not re.search(r"[$…]", statement):
            connection.execute(statement).fetchall()
    connection.close()


def test_the_queries_of_the_pages_answer(finished_home: Home, sinoscope: Any) -> None:
    examples = [
        line.removeprefix("-- example: sinoscope ").strip()
        for path in sorted((ROOT / "warehouse" / "queries").glob("*.sql"))
        for line in path.read_text(encoding="utf-8").splitlines()
        if line.startswith("-- example: ")
    ]
    assert len(examples) >= 8
    ended: Ended = sinoscope("--home", finished_home.root, *shlex.split(examples[0]), "--json")
    assert ended.code == 0, ended.err
    assert ended.json()["name"]
