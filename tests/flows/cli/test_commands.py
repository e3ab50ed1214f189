"""The command line: stdout is data, exit codes and JSON names are a contract."""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from flows import cli
from flows.home import Home
from tests.conftest import Ended

Sinoscope = Callable[..., Ended]


def test_help_lists_every_command(sinoscope: Sinoscope) -> None:
    from flows.cli import COMMANDS

    ended = sinoscope("--help")
    assert ended.code == 0
    for name in COMMANDS:
        assert f"  {name}" in ended.out


def test_run_json_is_one_object_alone_on_stdout(own_home: Home, sinoscope: Sinoscope) -> None:
    payload = sinoscope("--home", own_home.root, "run", "--direct", "--json", "--now", "2026-11-25T12:01:00Z").json()
    assert list(payload) == "schema run_id now exit polls entries pages stages articles stories published".split()
    assert list(payload["stages"]) == "poll parse seen gate fetch extract relevance duplicates tag load".split()
    assert payload["polls"]["due"] == 0
    assert payload["published"] == "data/published.duckdb"


def test_status_json_has_the_contract_s_names(finished_home: Home, sinoscope: Sinoscope) -> None:
    payload = sinoscope("--home", finished_home.root, "status", "--json").json()
    assert list(payload) == "schema last_run next_run feeds warehouse coverage".split()
    assert {"feed_id", "cause", "since_at"} == set(payload["feeds"]["failing"][0])
    assert {"feed_id", "since_at", "usual_gap_hours"} == set(payload["feeds"]["silent"][0])
    assert set(payload["warehouse"]) == {"articles", "stories", "bytes"}


def test_status_check_ends_with_4_while_a_feed_fails(finished_home: Home, sinoscope: Sinoscope) -> None:
    ended = sinoscope("--home", finished_home.root, "status", "--check")
    assert (ended.code, ended.out) == (4, "")


def test_status_for_a_person_names_failing_and_silent_feeds(finished_home: Home, sinoscope: Sinoscope) -> None:
    out = sinoscope("--home", finished_home.root, "status").out
    assert "gone-bulletin: gone since" in out
    assert "silent-weekly: nothing new since" in out


def test_queries_are_listed_with_question_and_unit(finished_home: Home, sinoscope: Sinoscope) -> None:
    payload = sinoscope("--home", finished_home.root, "query", "--list", "--json").json()
    assert len(payload["queries"]) >= 8
    assert all(set(query) == {"name", "question", "unit", "parameters"} for query in payload["queries"])


def test_a_query_answers_as_json_csv_and_parquet(finished_home: Home, sinoscope: Sinoscope, tmp_path: Path) -> None:
    words = ("--home", finished_home.root, "query", "attention", "--days", "14")
    payload = sinoscope(*words, "--json").json()
    assert list(payload) == "schema name parameters columns rows published_at".split()
    assert payload["parameters"] == {"days": 14}
    assert len(payload["rows"]) == 14
    rows = list(csv.DictReader(io.StringIO(sinoscope(*words, "--csv").out)))
    assert [row["day_on"] for row in rows] == [row["day_on"] for row in payload["rows"]]
    assert sinoscope(*words, "--parquet", tmp_path / "out.parquet").code == 0
    assert (tmp_path / "out.parquet").stat().st_size > 0


def test_a_query_shows_the_sql_it_runs(finished_home: Home, sinoscope: Sinoscope) -> None:
    out = sinoscope("--home", finished_home.root, "query", "attention", "--sql").out
    assert "FROM trends.daily_total" in out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("query", "atention"), "no query 'atention'"),
        (("query", "atention"), "did you mean 'attention'?"),
        (("query", "attention", "--dayz", "3"), "no parameter dayz"),
        (("query", "attention", "--days", "many"), "is no value like"),
        (("query", "attention", "--days"), "needs a value"),
        (("query", "attention", "--days", "-5"), "out of bounds"),
        (("query", "attention", "--days", "99999999999"), "from 0 to 1,000,000"),
        (("status", "--home", "x"), "--home DIR stands before the command"),
        (("schema", "core.nothing"), "no table"),
        (("sql", "SELEKT 1"), "SELEKT"),
        (("sql", "DELETE FROM core.articles"), "read-only"),
        (("why", "https://example.org/never-seen"), "never seen"),
        (("feeds", "why", "nobody"), "no feed 'nobody'"),
    ],
)
def test_a_wrong_question_is_answered_with_its_remedy(
    finished_home: Home, sinoscope: Sinoscope, words: tuple[str, ...], said: str
) -> None:
    ended = sinoscope("--home", finished_home.root, *words)
    assert ended.code == 2
    assert said in ended.err
    assert "Traceback" not in ended.err


def test_sql_answers_as_json(finished_home: Home, sinoscope: Sinoscope) -> None:
    payload = sinoscope("--home", finished_home.root, "sql", "SELECT 1 AS one", "--json").json()
    assert payload["rows"] == [{"one": 1}]


def test_trends_draw_a_line_per_topic(finished_home: Home, sinoscope: Sinoscope) -> None:
    out = sinoscope("--home", finished_home.root, "trends").out
    assert "Distillation and intellectual property" in out
    assert "feeds complete" in out
    for by in ("--entity", "--source"):
        assert sinoscope("--home", finished_home.root, "trends", by, "--normalise").code == 0


def test_why_shows_the_sentences_that_decided(finished_home: Home, sinoscope: Sinoscope) -> None:
    statement = "SELECT url FROM core.articles WHERE grade = 'core' LIMIT 1"
    listed = sinoscope("--home", finished_home.root, "sql", statement, "--json")
    url = listed.json()["rows"][0]["url"]
    out = sinoscope("--home", finished_home.root, "why", url).out
    assert "judged core" in out
    assert "“" in out
    assert "topics:" in out
    payload = sinoscope("--home", finished_home.root, "why", url, "--json").json()
    assert payload["article"]["grade"] == "core"
    assert "text" not in payload["article"]


def test_feeds_are_listed_and_explained(finished_home: Home, sinoscope: Sinoscope) -> None:
    payload = sinoscope("--home", finished_home.root, "feeds", "list", "--json").json()
    states = {feed["id"]: feed["state"] for feed in payload["feeds"]}
    assert states["gone-bulletin"] == "gone"
    assert states["harbour-post"] == "ok"
    why = sinoscope("--home", finished_home.root, "feeds", "why", "busy-ticker").out
    assert "rate_limited" in why
    assert "HTTP 429" in why


def test_feeds_check_names_each_verdict(fresh_home: Home, sinoscope: Sinoscope) -> None:
    payload = sinoscope("--home", fresh_home.root, "feeds", "check", "--json").json()
    verdicts = {feed["id"]: feed["verdict"] for feed in payload["feeds"]}
    assert len(verdicts) == 35
    assert verdicts["dead-gazette"] == "refused"
    assert verdicts["html-herald"] == "not_a_feed"
    assert verdicts["silent-weekly"] == "silent"
    assert verdicts["harbour-post"] == "ok"


def test_a_feed_is_added_once_and_comments_stay(fresh_home: Home, sinoscope: Sinoscope) -> None:
    words = ("--home", fresh_home.root, "feeds", "add", "https://www.example.org/feed.xml", "--language", "en")
    words += ("--unseen",)
    assert sinoscope(*words, "--dry-run").code == 0
    assert "example.org" not in (fresh_home.config / "feeds.yaml").read_text()
    assert sinoscope(*words).code == 0
    text = (fresh_home.config / "feeds.yaml").read_text()
    assert text.startswith("# The outlets of the embedded newsroom")
    again = sinoscope(*words)
    assert again.code == 3
    assert "stands at line" in again.err
    assert (fresh_home.config / "feeds.yaml").read_text() == text


def test_opml_goes_out_and_comes_back(fresh_home: Home, sinoscope: Sinoscope, tmp_path: Path) -> None:
    exported = sinoscope("--home", fresh_home.root, "feeds", "export-opml").out
    assert exported.count("<outline") == 35
    changed = exported.replace("harbour-post.newsroom.example/rss.xml", "other.example/rss.xml")
    (tmp_path / "feeds.opml").write_text(changed)
    ended = sinoscope("--home", fresh_home.root, "feeds", "import-opml", tmp_path / "feeds.opml")
    assert ended.out == "added other-example: http://other.example/rss.xml\n"


def test_what_is_no_opml_is_refused(fresh_home: Home, sinoscope: Sinoscope, tmp_path: Path) -> None:
    (tmp_path / "no.opml").write_text("nothing of the kind")
    assert sinoscope("--home", fresh_home.root, "feeds", "import-opml", tmp_path / "no.opml").code == 3


def test_config_check_finds_everything_at_once(fresh_home: Home, sinoscope: Sinoscope) -> None:
    assert sinoscope("--home", fresh_home.root, "config", "check").code == 0
    settings, topics = fresh_home.config / "settings.yaml", fresh_home.config / "topics.yaml"
    settings.write_text(settings.read_text().replace("feed_seconds: 0", "feed_seconds: soon"))
    topics.write_text(topics.read_text().replace("group: technology", "group: technologie", 1))
    ended = sinoscope("--home", fresh_home.root, "config", "check")
    assert ended.code == 3
    assert "config/settings.yaml:" in ended.out
    assert "config/topics.yaml:" in ended.out


def test_config_show_tells_origins(fresh_home: Home, sinoscope: Sinoscope) -> None:
    out = sinoscope("--home", fresh_home.root, "config", "show", "--origin").out
    assert "config/settings.yaml:" in out
    assert "default" in out


def test_schemas_are_written_for_editors(fresh_home: Home, sinoscope: Sinoscope, tmp_path: Path) -> None:
    assert sinoscope("--home", fresh_home.root, "config", "schema", "--out", tmp_path / "schema").code == 0
    assert "properties" in json.loads((tmp_path / "schema" / "feeds.schema.json").read_text())


def test_doctor_warns_of_a_missing_contact(finished_home: Home, sinoscope: Sinoscope) -> None:
    ended = sinoscope("--home", finished_home.root, "doctor")
    assert ended.code == 0
    assert "warn config/settings.yaml: network.contact names nobody" in ended.out


def test_init_makes_the_home_that_is_named_before_it(tmp_path: Path, sinoscope: Sinoscope) -> None:
    assert sinoscope("--home", tmp_path / "lab", "init").code == 0
    assert (tmp_path / "lab" / "config" / "feeds.yaml").is_file()


def test_a_mistake_in_config_is_said_in_a_line_before_the_flow_starts(fresh_home: Home, sinoscope: Sinoscope) -> None:
    feeds = fresh_home.root / "config" / "feeds.yaml"
    feeds.write_text(feeds.read_text(encoding="utf-8").replace("url:", "ulr:", 1), encoding="utf-8")
    ended = sinoscope("--home", fresh_home.root, "run")
    assert ended.code == 3
    assert ended.err.strip().splitlines()[0].startswith("Error: config/feeds.yaml:")
    assert "Prefect" not in ended.err


def test_init_refuses_a_folder_that_is_a_home(fresh_home: Home, sinoscope: Sinoscope) -> None:
    ended = sinoscope("init", fresh_home.root)
    assert ended.code == 3
    assert "exists already" in ended.err


def test_db_publishes_backs_up_migrates_and_checks(own_home: Home, sinoscope: Sinoscope) -> None:
    for word in ("publish", "backup", "migrate", "check"):
        assert sinoscope("--home", own_home.root, "db", word).code == 0
    assert len(list(own_home.data.glob("backup-*.duckdb"))) == 1


def test_reprocess_reads_the_archive_again_and_changes_nothing(own_home: Home, sinoscope: Sinoscope) -> None:
    query = (
        "--home",
        own_home.root,
        "sql",
        "SELECT article_id, story_id, grade FROM core.articles ORDER BY ALL",
        "--json",
    )
    before = sinoscope(*query).json()["rows"]
    payload = sinoscope("--home", own_home.root, "reprocess", "--json").json()
    assert payload["pages"] > 150
    assert sinoscope(*query).json()["rows"] == before
    assert sinoscope("--home", own_home.root, "db", "check").code == 0


def test_extract_reads_a_page_from_a_file(sinoscope: Sinoscope, tmp_path: Path) -> None:
    page = "<html><head><title>A title</title></head><body><article><h1>A title</h1>" + "<p>Words of a page. </p>" * 20
    (tmp_path / "page.html").write_text(page)
    payload = sinoscope("extract", tmp_path / "page.html", "--json").json()
    assert payload["ok"]
    assert payload["title"] == "A title"
    assert set(payload) >= set(
        "id ok title subtitle authors section published_at published_from language sections text extractor".split()
    )


def test_batch_extract_keeps_order_and_survives_any_line(sinoscope: Sinoscope, tmp_path: Path) -> None:
    page = "<html><body><article>" + "<p>Words of a page about nothing much. </p>" * 20 + "</article></body></html>"
    lines = [
        json.dumps({"id": 1, "url": "https://example.org/1", "html": page}),
        "this is no JSON",
        json.dumps({"id": 3, "html_base64": "%%%"}),
        json.dumps({"id": 4}),
        json.dumps({"id": 5, "html": ""}),
        json.dumps({"id": 6, "html": page}),
    ]
    (tmp_path / "in.jsonl").write_text("\n".join(lines) + "\n")
    assert sinoscope("extract", "--jsonl", tmp_path / "in.jsonl", tmp_path / "out.jsonl").code == 0
    rows = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    assert [row["id"] for row in rows] == [1, None, 3, 4, 5, 6]
    assert [row["ok"] for row in rows] == [True, False, False, False, False, True]
    assert all(row.get("reason") for row in rows if not row["ok"])


def test_batch_tag_answers_each_line_in_the_contract_s_shape(sinoscope: Sinoscope, tmp_path: Path) -> None:
    lines = [
        {
            "id": "a",
            "title": "DeepSeek releases a new open-source AI model in China",
            "text": "The Chinese AI lab said so.",
        },
        {"id": "b", "title": "Rain in Lisbon", "text": "It will rain.", "lang": "en", "published": "2026-11-01"},
        {"id": "c", "title": None, "text": "\ud800\x00 broken"},
    ]
    (tmp_path / "in.jsonl").write_text("\n".join(json.dumps(line) for line in lines) + "\n[]\n")
    assert sinoscope("tag", "--jsonl", tmp_path / "in.jsonl", tmp_path / "out.jsonl").code == 0
    rows = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    assert [row["id"] for row in rows] == ["a", "b", "c", None]
    names = (
        "id relevant grade score reason topics entities cited_sources attributions years takeaways flags items".split()
    )
    assert list(rows[0]) == names
    assert rows[0]["relevant"]
    assert not rows[1]["relevant"]
    assert rows[3]["ok"] is False


def test_sources_that_stay_unnamed_are_attributions_and_no_cited_sources(sinoscope: Sinoscope, tmp_path: Path) -> None:
    text = "Reuters reported that China's AI grew. Industry analysts expect more, Reuters said."
    (tmp_path / "in.jsonl").write_text(json.dumps({"id": "a", "title": "China's AI", "text": text}) + "\n")
    assert sinoscope("tag", "--jsonl", tmp_path / "in.jsonl", tmp_path / "out.jsonl").code == 0
    row = json.loads((tmp_path / "out.jsonl").read_text())
    assert [(source["name"], source["kind"]) for source in row["cited_sources"]] == [("Reuters", "publication")]
    assert {source["kind"] for source in row["attributions"]} == {"publication", "anonymous"}


def test_batch_stories_fold_copies(sinoscope: Sinoscope, tmp_path: Path) -> None:
    text = "The ministry set out a plan for computing centres in four provinces by 2030, with cheaper power. " * 6
    lines = [
        {"id": "a", "title": "A plan for computing", "text": text, "published": "2026-11-01T08:00:00Z"},
        {"id": "b", "title": "Computing plan announced", "text": text, "published": "2026-11-01T10:00:00Z"},
        {"id": "c", "title": "Rain in Lisbon", "text": "It rained on the old town all day and nobody minded. " * 6},
        {"no": "id"},
    ]
    (tmp_path / "in.jsonl").write_text("\n".join(json.dumps(line) for line in lines) + "\n")
    assert sinoscope("stories", "--jsonl", tmp_path / "in.jsonl", tmp_path / "out.jsonl").code == 0
    first, second, third, nameless = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    assert list(first) == ["id", "duplicate_of", "kind", "score", "why", "story"]
    assert (second["duplicate_of"], second["kind"], second["story"]) == ("a", "exact", first["story"])
    assert third["story"] != first["story"]
    assert nameless["ok"] is False


def test_maintain_runs_every_check(own_home: Home, sinoscope: Sinoscope) -> None:
    ended = sinoscope("--home", own_home.root, "maintain", "--json")
    assert ended.code == 0
    assert all(rows == [] for rows in ended.json()["checks"].values())


@pytest.mark.parametrize(("words", "code"), [("Query interrupted", 130), ("Something else", 1)])
def test_an_interrupt_inside_a_query_is_an_interrupt_and_no_bug(
    words: str, code: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(**_: object) -> None:
        raise RuntimeError(words)

    monkeypatch.setattr(cli.cli, "main", interrupted)
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == code
    assert ("nothing is lost" in capsys.readouterr().err) == (code == 130)
