"""The names that others rely on stand as written: tables, columns, settings, keys of feeds, fields of JSON, options."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import duckdb
import pytest

from extractors.words import DuplicateKind, FeedKind, FetchPolicy, Grade, Reason, Scope, SourceKind, Stage
from flows.cli import cli
from flows.home import Home
from flows.settings import FeedEntry, Settings
from tests.conftest import Ended
from warehouse.connection import Connection
from warehouse.migrations import migrate

Sinoscope = Callable[..., Ended]

TABLES = {
    "core.feeds": "feed_id url configured_url title publisher language home scope kind source_kind enabled state cause"
    " failing_since_at next_poll_at",
    "core.polls": "run_id feed_id polled_at url final_url status bytes ms entries new cause next_poll_at why",
    "core.entries": "entry_id feed_id guid url link title summary published_at published_from published_claim first_seen_at"
    " last_seen_at versions outcome reason page_id",
    "core.pages": "page_id url final_url status fetched_at cause warc_file warc_offset warc_length body_sha256 robots_state"
    " tdm_reserved tries",
    "core.articles": "article_id entry_id page_id parent_article_id url publisher language script title title_is_question"
    " subtitle section authors published_at published_from first_seen_at text chars grade score story_id duplicate_of"
    " rules_version extractor",
    "core.sections": "article_id section_no heading text",
    "core.topics": "article_id section_no topic score evidence rules_version",
    "core.entities": "entity_id name name_zh type parent_id country",
    "core.mentions": "article_id entity_id mentions in_title in_lead is_main score",
    "core.attributions": "article_id source_id source_name kind count linked",
    "core.takeaways": "article_id takeaway_no text",
    "core.years": "article_id year kind section_no",
    "core.flags": "article_id flag evidence",
    "core.quotes": "article_id quote_no text speaker verb",
    "core.places": "article_id place_id side",
    "core.cues": "article_id cue count",
    "core.evidence": "article_id facet key section_no start_char end_char words score rules_version",
    "core.stories": "story_id title representative_id first_at last_at articles publishers",
    "core.story_members": "story_id article_id duplicate_of kind score why",
    "core.lineage": "article_id origin_article_id kind confidence hours",
    "core.runs": "run_id started_at finished_at exit_code ledger",
    "core.outcomes": "run_id stage outcome reason count",
    "core.quarantine": "run_id stage subject traceback page_id",
    "trends.daily_topic": "day_on topic stories articles share is_complete",
    "trends.daily_total": "day_on",
    "trends.daily_entity": "day_on",
    "trends.daily_source": "day_on",
    "trends.calendar": "day_on",
}
OPTIONS = {
    "init": "--demo",
    "status": "--json --check",
    "run": "--only --since --now --direct --dry-run --strict --force --json",
    "serve": "--every --cron",
    "trigger": "--only --since",
    "feeds list": "--json",
    "feeds check": "--json",
    "trends": "--topic --entity --source --days --normalise",
    "query": "--list --sql --csv --json --parquet",
    "sql": "--json",
    "why": "--json",
    "extract": "--json --jsonl",
    "tag": "--jsonl",
    "stories": "--jsonl",
    "reprocess": "--quarantine --since",
}


@pytest.fixture(scope="module")
def columns() -> Iterator[dict[str, set[str]]]:
    """The columns of every table of the newest schema."""
    connection: Connection = duckdb.connect()
    migrate(connection)
    found: dict[str, set[str]] = {}
    for table, column in connection.execute(
        "SELECT schema_name || '.' || table_name, column_name FROM duckdb_columns() WHERE NOT internal"
    ).fetchall():
        found.setdefault(table, set()).add(column)
    yield found
    connection.close()


@pytest.mark.parametrize("table", TABLES)
def test_a_table_of_the_contract_has_its_columns(columns: dict[str, set[str]], table: str) -> None:
    assert [name for name in TABLES[table].split() if name not in columns.get(table, set())] == []


def test_settings_have_their_defaults() -> None:
    settings = Settings()
    network = settings.network
    assert settings.config_version == 1
    assert (network.allow_private, network.resolve) == ((), {})
    assert (network.feed_seconds, network.page_seconds, network.per_host) == (1, 5, 2)
    assert (network.total_seconds, network.run_seconds, network.tdm) == (30, 300, "keep")
    assert (settings.run.first_days, settings.run.failed_share) == (14, 0.5)


def test_a_feed_has_its_keys() -> None:
    keys = "id url title publisher language home scope kind source_kind every_minutes fetch select enabled note"
    assert [key for key in keys.split() if key not in FeedEntry.model_fields] == []
    assert [name for name, info in FeedEntry.model_fields.items() if info.is_required()] == ["id", "url"]


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        (Stage, "poll parse seen gate fetch extract relevance duplicates tag load"),
        (FeedKind, "auto feed json_feed news_sitemap list_page google_news"),
        (SourceKind, "media state_media party_media think_tank government company lab newsletter aggregator"),
        (Scope, "domestic global"),
        (FetchPolicy, "all likely none"),
        (Grade, "core secondary not"),
        (DuplicateKind, "exact near truncated rewrite same_story"),
    ],
)
def test_a_closed_set_has_its_words_in_order(kind: type, told: str) -> None:
    assert [str(word) for word in kind] == told.split()  # type: ignore[attr-defined]


def test_the_causes_of_a_failed_poll_have_their_words() -> None:
    causes = (
        "dns refused tls timeout blocked_address redirect forbidden not_found gone rate_limited server_error too_big"
        " not_a_feed unparseable empty"
    )
    assert set(causes.split()) <= {str(reason) for reason in Reason}


@pytest.mark.parametrize("spoken", OPTIONS)
def test_a_command_has_its_options(spoken: str) -> None:
    command: click.Command | None = cli
    with click.Context(cli) as context:
        for word in spoken.split():
            assert isinstance(command, click.Group)
            command = command.get_command(context, word)
    assert command is not None
    known = {name for parameter in command.params for name in parameter.opts}
    takes_any = command.context_settings.get("ignore_unknown_options", False)
    assert takes_any or [name for name in OPTIONS[spoken].split() if name not in known] == []


def test_every_error_has_the_exit_code_of_the_contract() -> None:
    from extractors import errors

    codes = {name: error.exit_code for name, error in vars(errors).items() if hasattr(error, "exit_code")}
    assert codes["ConfigError"] == 3
    assert codes["NetworkError"] == 5
    assert codes["LockedError"] == 6
    assert codes["StorageError"] == 7
    assert codes["SchemaError"] == 8


@pytest.mark.parametrize(
    ("spoken", "fields"),
    [
        ("status --json", "schema last_run next_run feeds warehouse coverage"),
        ("query --list --json", "schema queries"),
        ("query attention --json", "schema name parameters columns rows published_at"),
        ("feeds list --json", "schema feeds"),
        ("config check --json", "schema mistakes warnings"),
        ("db check --json", "schema checks"),
    ],
)
def test_a_json_answer_is_one_object_with_its_fields(
    finished_home: Home, sinoscope: Sinoscope, spoken: str, fields: str
) -> None:
    ended = sinoscope("--home", finished_home.root, *spoken.split())
    payload = json.loads(ended.out)
    assert payload["schema"] == 1
    assert [name for name in fields.split() if name not in payload] == []


def test_extract_answers_with_its_fields(sinoscope: Sinoscope, tmp_path: Path) -> None:
    body = "<p>" + "</p><p>".join(
        f"A plain paragraph, number {n}, long enough to be text of an article." for n in range(9)
    )
    page = f"<html><head><title>Plain</title></head><body><article><h1>Plain</h1>{body}</p></article></body></html>"
    lines = [{"id": "a", "url": "https://news.example.com/a", "html": page}, {"id": "b", "url": "x", "html": ""}]
    (tmp_path / "in").write_text("\n".join(map(json.dumps, lines)) + "\n")
    assert sinoscope("extract", "--jsonl", "in", "out").code == 0
    read, refused = map(json.loads, (tmp_path / "out").read_text().splitlines())
    fields = "id ok title subtitle authors section published_at published_from language sections text extractor"
    assert [name for name in fields.split() if name not in read] == []
    assert {"heading", "text"} == set(read["sections"][0])
    assert (refused["id"], refused["ok"]) == ("b", False)
    assert refused["reason"]


def test_tag_answers_with_its_fields(sinoscope: Sinoscope, tmp_path: Path) -> None:
    text = "DeepSeek, a Chinese AI lab in Hangzhou, released a language model. Reuters reported it in 2025."
    (tmp_path / "in").write_text(json.dumps({"id": "a", "title": "DeepSeek releases a model", "text": text}) + "\n")
    assert sinoscope("tag", "--jsonl", "in", "out").code == 0
    (answer,) = map(json.loads, (tmp_path / "out").read_text().splitlines())
    fields = "id relevant grade score reason topics entities cited_sources years takeaways flags items"
    assert [name for name in fields.split() if name not in answer] == []
    assert {"id", "name", "mentions", "main"} <= set(answer["entities"][0])
    assert {"name", "kind", "count", "linked"} <= set(answer["cited_sources"][0])


def test_stories_answers_with_its_fields(sinoscope: Sinoscope, tmp_path: Path) -> None:
    (tmp_path / "in").write_text(json.dumps({"id": "a", "title": "t", "text": "words of an article " * 30}) + "\n")
    assert sinoscope("stories", "--jsonl", "in", "out").code == 0
    (answer,) = map(json.loads, (tmp_path / "out").read_text().splitlines())
    assert [name for name in "id duplicate_of kind score why story".split() if name not in answer] == []
