"""The third durable stop: articles with their tags and stories, and what became of each entry."""

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from extractors.records import (
    Attribution,
    Cue,
    DuplicateKind,
    Flag,
    Grade,
    Mention,
    Place,
    Quote,
    Reason,
    Section,
    Span,
    Stage,
    TaggedArticle,
    Tags,
    Takeaway,
    TopicTag,
    YearTag,
)
from tests.warehouse.builders import (
    ALPHA,
    BETA,
    DAY,
    GAMMA,
    HOUR,
    NOW,
    article,
    copy_of,
    digest_of,
    dropped,
    judged,
    loaded,
    not_relevant,
    page,
    rows,
    seen_and_archived,
    surprised,
    tagged,
    value,
    waiting,
)
from warehouse.checks import run_checks
from warehouse.store import Warehouse

TABLES = [
    "core.articles",
    "core.sections",
    "core.topics",
    "core.mentions",
    "core.attributions",
    "core.takeaways",
    "core.years",
    "core.flags",
    "core.quotes",
    "core.places",
    "core.cues",
    "core.evidence",
    "core.lineage",
    "core.stories",
    "core.story_members",
    "core.fingerprints",
    "core.sketches",
]
SHARED = settings(deadline=None, max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
HEAD = Span("title", None, 0, 5, "Title")
WORD = Span("text", 0, 0, 7, "Beijing")
ALL_TAGS = Tags(
    topics=(TopicTag("models", None, 3.0, (HEAD, WORD, WORD)), TopicTag("models", 0, 2.0, (WORD,))),
    mentions=(Mention("huawei", "Huawei", 2, True, False, True, 0.8, (WORD,)),),
    attributions=(Attribution("xinhua", "Xinhua", "publication", 1, True, (WORD,)),),
    takeaways=(Takeaway("Beijing has a plan", WORD), Takeaway("Huawei trains", WORD)),
    years=(YearTag(2030, "target", WORD), YearTag(2030, "target", WORD), YearTag(2024, "past", HEAD)),
    flags=(Flag("single-source", "one source", WORD), Flag("teaser-only", "ends in …")),
    quotes=(Quote("a plan", "Li", "said", WORD),),
    places=(Place("china", "china", (WORD,)),),
    cues=(Cue("challenge", 1, (WORD,)),),
    title_is_question=True,
    rules_version="rules-7",
)


def content(warehouse: Warehouse) -> dict[str, list[tuple[object, ...]]]:
    """Everything that was loaded, in an order of its own."""
    return {table: sorted(rows(warehouse, f"FROM {table}"), key=repr) for table in TABLES}


def outcome(warehouse: Warehouse, key: str) -> tuple[str, str | None]:
    (found,) = rows(warehouse, "SELECT outcome, reason FROM core.entries WHERE entry_id = ?", [f"e-{key}"])
    return found  # type: ignore[return-value]


def broken(warehouse: Warehouse) -> list[str]:
    """The promises that are broken."""
    return [name for name, found in run_checks(warehouse.connection).items() if found]


# --- an article and its tags -----------------------------------------------------------------------------------------


def test_an_article_is_stored_with_all_it_says(warehouse: Warehouse) -> None:
    entry = waiting("one")
    sections = (Section("", "Before."), Section("A heading", "After it."))
    own = article(entry, sections=sections, subtitle="Second", authors=("Li", "Wang"), section="Tech", script="latn")
    loaded(warehouse, tagged(own))
    (row,) = rows(
        warehouse,
        "SELECT article_id, entry_id, page_id, feed_id, publisher, title, subtitle, section, authors, text, chars, grade,"
        " reason, score, story_id, rules_version, extractor, published_at, first_seen_at, loaded_at FROM core.articles",
    )
    text = "Before.\n\n## A heading\n\nAfter it."
    assert row[:8] == ("a-one", "e-one", "p-one", "alpha", "alpha.example", "Title of one", "Second", "Tech")
    assert row[8:14] == (["Li", "Wang"], text, len(text), "core", "join", 0.9)
    assert row[14:] == ("s-a-one", "rules-1", "test 1", NOW - HOUR, NOW, NOW)
    assert rows(warehouse, "SELECT section_no, heading, text FROM core.sections ORDER BY section_no") == [
        (0, None, "Before."),
        (1, "A heading", "After it."),
    ]


def test_every_tag_becomes_a_row(warehouse: Warehouse) -> None:
    loaded(warehouse, tagged(waiting("one"), tags=ALL_TAGS))
    topics = rows(warehouse, "SELECT section_no, topic, score, evidence, rules_version FROM core.topics ORDER BY score")
    assert topics == [(0, "models", 2.0, "Beijing", "rules-7"), (None, "models", 3.0, "Title; Beijing", "rules-7")]
    assert rows(warehouse, "FROM core.mentions") == [("a-one", "huawei", 2, True, False, True, 0.8)]
    assert rows(warehouse, "FROM core.attributions") == [("a-one", "xinhua", "Xinhua", "publication", 1, True)]
    assert [row[1:] for row in sorted(rows(warehouse, "FROM core.takeaways"))] == [
        (1, "Beijing has a plan"),
        (2, "Huawei trains"),
    ]
    assert sorted(rows(warehouse, "FROM core.years")) == [("a-one", 2024, "past", None), ("a-one", 2030, "target", 0)]
    assert len(rows(warehouse, "FROM core.flags")) == 2
    assert rows(warehouse, "FROM core.quotes") == [("a-one", 1, "a plan", "Li", "said")]
    assert rows(warehouse, "FROM core.places") == [("a-one", "china", "china")]
    assert rows(warehouse, "FROM core.cues") == [("a-one", "challenge", 1)]
    assert value(warehouse, "SELECT title_is_question FROM core.articles") is True


def test_every_tag_has_its_proof_with_the_place_in_the_text(warehouse: Warehouse) -> None:
    loaded(warehouse, tagged(waiting("one"), tags=ALL_TAGS))
    found = Counter(facet for (facet,) in rows(warehouse, "SELECT facet FROM core.evidence"))
    assert found == {
        "relevance": 1,
        "topic": 2,  # the article's own proof in the title, and the section's
        "entity": 1,
        "attribution": 1,
        "takeaway": 2,
        "year": 3,
        "flag": 1,
        "quote": 1,
        "place": 1,
        "cue": 1,
    }
    assert "spans_match_text" not in broken(warehouse)


@given(text=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30), data=st.data())
@SHARED
def test_a_proof_stands_where_it_says_in_any_script(warehouse: Warehouse, text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    proof = Span("text", 0, start, end, text[start:end])
    own = replace(judged(article(waiting("one"))), evidence=(proof,))
    own = replace(own, article=replace(own.article, sections=(Section("", text),)))
    base = tagged(waiting("one"), tags=Tags())
    loaded(warehouse, replace(base, placed=replace(base.placed, judged=own)))
    assert run_checks(warehouse.connection)["spans_match_text"] == []


def test_an_article_judged_not_relevant_is_kept_without_story_or_tags(warehouse: Warehouse) -> None:
    seen_and_archived(warehouse, waiting("one"))
    loaded(warehouse, left=[not_relevant(waiting("one"), Reason.CHINA_ONLY)])
    found = rows(warehouse, "SELECT grade, reason, story_id FROM core.articles")
    assert found == [("not", "china-only", None)]
    assert outcome(warehouse, "one") == ("dropped", "china-only")
    assert value(warehouse, "SELECT count(*) FROM core.topics") == 0
    assert rows(warehouse, "SELECT facet, key FROM core.evidence") == [("relevance", "not")]


def test_a_loaded_entry_is_loaded_and_one_that_left_says_why(warehouse: Warehouse) -> None:
    seen_and_archived(warehouse, *(waiting(key) for key in ("one", "two", "three")))
    left = [
        dropped(page(waiting("two")), Reason.TOO_SHORT, Stage.EXTRACT),
        surprised(page(waiting("three")), Stage.EXTRACT),
    ]
    ledger = loaded(warehouse, tagged(waiting("one")), left=left)
    assert outcome(warehouse, "one") == ("loaded", None)
    assert outcome(warehouse, "two") == ("dropped", "too_short")
    assert outcome(warehouse, "three") == ("quarantined", None)
    assert ledger.stages[Stage.LOAD].passed == 1
    assert ledger.take_left() == []


@pytest.mark.parametrize(
    ("stage", "record"),
    [
        (Stage.EXTRACT, page(waiting("one"))),
        (Stage.RELEVANCE, article(waiting("one"))),
        (Stage.DUPLICATES, judged(article(waiting("one")))),
        (Stage.TAG, tagged(waiting("one")).placed),
    ],
)
def test_a_surprise_at_any_stage_is_kept_with_its_page_and_traceback(
    warehouse: Warehouse, stage: Stage, record: object
) -> None:
    seen_and_archived(warehouse, waiting("one"))
    loaded(warehouse, left=[surprised(record, stage)])
    (found,) = rows(warehouse, "SELECT run_id, stage, subject, page_id, traceback FROM core.quarantine")
    assert found[:4] == ("run-1", str(stage), "e-one", "p-one")
    assert "ValueError: odd" in found[4]
    assert outcome(warehouse, "one") == ("quarantined", None)


# --- once, and whole -------------------------------------------------------------------------------------------------


def batch() -> list[TaggedArticle]:
    first = tagged(waiting("one"), tags=ALL_TAGS)
    return [first, copy_of(waiting("two", BETA), first), tagged(waiting("three", GAMMA))]


def test_loading_twice_is_loading_once(warehouse: Warehouse) -> None:
    seen_and_archived(warehouse, *(waiting(key) for key in ("one", "two", "three", "four")))
    loaded(warehouse, *batch(), left=[not_relevant(waiting("four"))])
    before = content(warehouse)
    loaded(warehouse, *batch(), left=[not_relevant(waiting("four"))])
    assert content(warehouse) == before
    assert warehouse.story_counts() == (2, 0)


@given(st.lists(st.sampled_from("abcdef"), min_size=1, max_size=6, unique=True), st.integers(1, 5))
@SHARED
def test_a_batch_cut_in_two_loads_the_same(warehouse: Warehouse, keys: list[str], cut: int) -> None:
    for table in TABLES:
        warehouse.connection.execute(f"DELETE FROM {table}")  # noqa: S608 - ours
    articles = [tagged(waiting(key), "s-shared" if key < "d" else "") for key in keys]
    loaded(warehouse, *articles[:cut])
    loaded(warehouse, *articles[cut:])
    apart = content(warehouse)
    loaded(warehouse, *articles)
    assert content(warehouse) == apart


def test_an_exception_in_the_middle_of_a_load_leaves_nothing(warehouse: Warehouse) -> None:
    seen_and_archived(warehouse, waiting("one"), waiting("two"))
    before = content(warehouse)
    bad = tagged(waiting("two"), sketch=(object(),))
    with pytest.raises(AttributeError):
        loaded(warehouse, tagged(waiting("one")), bad)
    assert content(warehouse) == before
    assert outcome(warehouse, "one") == ("waiting", None)
    assert warehouse.story_counts() == (0, 0)


def test_an_empty_batch_changes_nothing(warehouse: Warehouse) -> None:
    before = content(warehouse)
    loaded(warehouse)
    assert content(warehouse) == before


def test_an_article_read_again_has_its_new_tags_only(warehouse: Warehouse) -> None:
    loaded(warehouse, tagged(waiting("one"), tags=ALL_TAGS))
    loaded(warehouse, tagged(waiting("one"), tags=Tags(topics=(TopicTag("chips", None, 1.0, (HEAD,)),))))
    assert rows(warehouse, "SELECT topic FROM core.topics") == [("chips",)]
    for table in ("core.mentions", "core.takeaways", "core.years", "core.flags", "core.quotes", "core.places"):
        assert rows(warehouse, f"FROM {table}") == []


# --- read again, with another end ------------------------------------------------------------------------------------


def test_an_article_no_longer_relevant_leaves_its_story_to_the_others(warehouse: Warehouse) -> None:
    one, two = waiting("one"), waiting("two", BETA)
    seen_and_archived(warehouse, one, two)
    first = tagged(one)
    loaded(warehouse, first, copy_of(two, first))
    loaded(warehouse, left=[not_relevant(two)])
    assert rows(warehouse, "SELECT article_id FROM core.story_members") == [("a-one",)]
    assert rows(warehouse, "SELECT articles, publishers FROM core.stories") == [(1, 1)]
    assert rows(warehouse, "SELECT story_id FROM core.articles WHERE article_id = 'a-two'") == [(None,)]
    assert rows(warehouse, "FROM core.lineage") == []
    assert broken(warehouse) == []


def test_a_story_that_loses_its_last_article_goes(warehouse: Warehouse) -> None:
    seen_and_archived(warehouse, waiting("one"))
    loaded(warehouse, tagged(waiting("one")))
    loaded(warehouse, left=[not_relevant(waiting("one"))])
    assert rows(warehouse, "FROM core.stories") == []
    assert rows(warehouse, "FROM core.story_members") == []
    assert broken(warehouse) == []


@pytest.mark.parametrize("surprise", [True, False])
def test_a_page_that_no_longer_gives_an_article_takes_the_old_one_with_it(warehouse: Warehouse, surprise: bool) -> None:
    one = waiting("one")
    seen_and_archived(warehouse, one)
    loaded(warehouse, tagged(one, tags=ALL_TAGS))
    how = surprised(page(one), Stage.EXTRACT) if surprise else dropped(page(one), Reason.LIST_PAGE, Stage.EXTRACT)
    loaded(warehouse, left=[how])
    assert {table: found for table, found in content(warehouse).items() if found} == {}
    assert broken(warehouse) == []


def test_an_article_moves_to_another_story(warehouse: Warehouse) -> None:
    seen_and_archived(warehouse, waiting("one"), waiting("two"))
    loaded(warehouse, tagged(waiting("one")), tagged(waiting("two")))
    loaded(warehouse, tagged(waiting("two"), "s-a-one"))
    assert rows(warehouse, "SELECT story_id, articles FROM core.stories") == [("s-a-one", 2)]
    assert broken(warehouse) == []


# --- digests ---------------------------------------------------------------------------------------------------------


def test_a_digest_joins_no_story_its_items_do(warehouse: Warehouse) -> None:
    entry = waiting("daily")
    seen_and_archived(warehouse, entry)
    parent, items = digest_of(entry, ["First item", "Second item"])
    loaded(warehouse, *items, left=[parent])
    found = rows(warehouse, "SELECT article_id, parent_article_id, reason, story_id FROM core.articles ORDER BY 1")
    assert found == [
        ("a-daily", None, "digest", None),
        ("a-daily-0", "a-daily", "join", "s-a-daily-0"),
        ("a-daily-1", "a-daily", "join", "s-a-daily-1"),
    ]
    assert outcome(warehouse, "daily") == ("loaded", None)
    assert broken(warehouse) == []


def test_a_digest_without_a_relevant_item_is_dropped_as_one(warehouse: Warehouse) -> None:
    entry = waiting("daily")
    seen_and_archived(warehouse, entry)
    parent, items = digest_of(entry, ["Off topic"])
    loaded(warehouse, left=[parent, not_relevant(items[0].placed.judged.article)])
    assert outcome(warehouse, "daily") == ("dropped", "digest")
    assert broken(warehouse) == []


def test_a_digest_read_again_is_the_same_digest_and_its_stories_are_not_new(warehouse: Warehouse) -> None:
    entry = waiting("daily")
    seen_and_archived(warehouse, entry)
    parent, items = digest_of(entry, ["First item", "Second item"])
    loaded(warehouse, *items, left=[parent])
    before = content(warehouse)
    warehouse._new_stories.clear()
    loaded(warehouse, *items, left=[parent])
    assert content(warehouse) == before
    assert warehouse.story_counts() == (0, 2)


def test_a_digest_that_is_cut_otherwise_loses_the_items_it_no_longer_has(warehouse: Warehouse) -> None:
    entry = waiting("daily")
    seen_and_archived(warehouse, entry)
    parent, items = digest_of(entry, ["First item", "Second item", "Third item"])
    loaded(warehouse, *items, left=[parent])
    loaded(warehouse, *items[:1], left=[parent])
    assert rows(warehouse, "SELECT article_id FROM core.articles ORDER BY 1") == [("a-daily",), ("a-daily-0",)]
    assert rows(warehouse, "SELECT representative_id FROM core.stories") == [("a-daily-0",)]
    assert broken(warehouse) == []


def test_a_digest_with_an_item_that_met_a_surprise_is_quarantined_unless_another_is_loaded(
    warehouse: Warehouse,
) -> None:
    entry = waiting("daily")
    seen_and_archived(warehouse, entry)
    parent, items = digest_of(entry, ["First item", "Second item", "Third item"])
    odd = surprised(items[1].placed.judged, Stage.DUPLICATES)
    loaded(warehouse, left=[parent, odd, not_relevant(items[2].placed.judged.article)])
    assert outcome(warehouse, "daily") == ("quarantined", None)
    loaded(warehouse, items[0], left=[parent, odd])
    assert outcome(warehouse, "daily") == ("loaded", None)


# --- stories ---------------------------------------------------------------------------------------------------------


def story(warehouse: Warehouse) -> dict[str, object]:
    """The only story."""
    names = ("title", "representative_id", "first_at", "last_at", "articles", "publishers")
    (found,) = rows(warehouse, f"SELECT {', '.join(names)} FROM core.stories")  # noqa: S608 - ours
    return dict(zip(names, found, strict=True))


def test_a_story_is_as_big_as_its_members_and_as_old_as_the_first(warehouse: Warehouse) -> None:
    one = tagged(waiting("one", published_at=NOW - DAY))
    two = copy_of(waiting("two", BETA, published_at=NOW - HOUR), one)
    three = copy_of(waiting("three", BETA, published_at=None), one)
    loaded(warehouse, one, two, three)
    assert story(warehouse) == {
        "title": "Title of one",
        "representative_id": "a-one",
        "first_at": NOW - DAY,
        "last_at": NOW,
        "articles": 3,
        "publishers": 2,
    }


def test_the_earliest_full_text_stands_for_a_story(warehouse: Warehouse) -> None:
    teaser = tagged(article(waiting("teaser", published_at=NOW - 3 * HOUR), "Short."))
    full = copy_of(waiting("full", BETA, published_at=NOW - 2 * HOUR), teaser, DuplicateKind.TRUNCATED)
    later = copy_of(waiting("later", GAMMA, published_at=NOW - HOUR), teaser)
    loaded(warehouse, teaser)
    assert story(warehouse)["representative_id"] == "a-teaser"
    loaded(warehouse, full, later)
    assert story(warehouse)["representative_id"] == "a-full"
    assert story(warehouse)["title"] == "Title of full"


def test_a_story_begun_and_grown_in_one_run_counts_as_new_and_an_older_one_as_updated(warehouse: Warehouse) -> None:
    one = tagged(waiting("one"))
    loaded(warehouse, one)
    loaded(warehouse, copy_of(waiting("two"), one))
    assert warehouse.story_counts() == (1, 0)
    with_next = Warehouse(warehouse.data, warehouse.connection, warehouse._archive, NOW + HOUR)
    loaded(with_next, copy_of(waiting("three"), one), tagged(waiting("four")))
    assert with_next.story_counts() == (1, 1)


@given(st.lists(st.tuples(st.sampled_from("abcde"), st.sampled_from(["s-1", "s-2", "s-3", None])), max_size=8))
@SHARED
def test_stories_add_up_however_articles_come_move_and_leave(
    warehouse: Warehouse, moves: list[tuple[str, str | None]]
) -> None:
    for table in TABLES:
        warehouse.connection.execute(f"DELETE FROM {table}")  # noqa: S608 - ours
    for key, place in moves:
        entry = waiting(key)
        if place:
            loaded(warehouse, tagged(entry, place))
        else:
            loaded(warehouse, left=[not_relevant(entry)])
    last = {key: place for key, place in moves if place} | dict(moves)
    expected = Counter(place for place in last.values() if place)
    assert dict(rows(warehouse, "SELECT story_id, articles FROM core.stories")) == expected  # type: ignore[arg-type]
    assert broken(warehouse) == []


# --- lineage ---------------------------------------------------------------------------------------------------------


def test_who_copied_whom_and_how_many_hours_later(warehouse: Warehouse) -> None:
    one = tagged(waiting("one", published_at=NOW - 5 * HOUR))
    two = copy_of(waiting("two", BETA, published_at=NOW - 2 * HOUR), one, DuplicateKind.REWRITE)
    loaded(warehouse, one, two)
    assert rows(warehouse, "FROM core.lineage") == [("a-two", "a-one", "rewrite", 0.97, 3.0)]
    assert rows(warehouse, "SELECT duplicate_of, kind, score, why FROM core.story_members ORDER BY article_id") == [
        (None, None, 0.0, ""),
        ("a-one", "rewrite", 0.97, "97 % of the words"),
    ]


def test_the_same_event_is_no_lineage(warehouse: Warehouse) -> None:
    one = tagged(waiting("one"))
    loaded(warehouse, one, copy_of(waiting("two", BETA), one, DuplicateKind.SAME_STORY))
    assert rows(warehouse, "FROM core.lineage") == []


def test_hours_are_unknown_without_both_times(warehouse: Warehouse) -> None:
    one = tagged(waiting("one", ALPHA, published_at=None))
    loaded(warehouse, one, copy_of(waiting("two", BETA), one))
    assert rows(warehouse, "SELECT hours FROM core.lineage") == [(None,)]


# --- the books -------------------------------------------------------------------------------------------------------


def test_a_finished_run_has_its_ledger_as_json_and_as_rows(warehouse: Warehouse) -> None:
    ledger = loaded(
        warehouse,
        tagged(waiting("one")),
        left=[
            not_relevant(waiting("two")),
            not_relevant(waiting("three")),
            surprised(page(waiting("x")), Stage.EXTRACT),
        ],
    )
    warehouse.finish_run(NOW + HOUR, 4, ledger)
    found = rows(warehouse, "SELECT run_id, started_at, finished_at, exit_code FROM core.runs")
    assert found == [("run-1", NOW, NOW + HOUR, 4)]
    assert rows(warehouse, "SELECT ledger ->> '$.relevance.reasons.ai-only' FROM core.runs") == [("2",)]
    assert rows(warehouse, "SELECT stage, outcome, reason, count FROM core.outcomes ORDER BY stage") == [
        ("extract", "quarantined", "", 1),
        ("load", "passed", "", 1),
        ("relevance", "dropped", "ai-only", 2),
    ]
    assert "ledgers_add_up" not in broken(warehouse)


def test_a_run_that_was_killed_shows_as_unfinished(warehouse: Warehouse) -> None:
    assert rows(warehouse, "SELECT finished_at, exit_code, ledger FROM core.runs") == [(None, None, None)]


def test_a_secondary_article_counts_like_a_core_one(warehouse: Warehouse) -> None:
    seen_and_archived(warehouse, waiting("one"))
    base = tagged(waiting("one"))
    loaded(
        warehouse, replace(base, placed=replace(base.placed, judged=replace(base.placed.judged, grade=Grade.SECONDARY)))
    )
    assert rows(warehouse, "SELECT grade, story_id FROM core.articles") == [("secondary", "s-a-one")]
    assert broken(warehouse) == []
