"""What placing articles costs: `python benchmarks/stories_cost.py [--stored 20000,100000,1000000] [--new 1000] [--many 50000]`.

First the same new articles against archives of several sizes (the shape of years of news: a fixed number a day, so that a
larger archive is a longer one), then as many near-identical articles as different ones, which must not take twice as long.
Texts are drawn from a made-up vocabulary; without arguments small sizes run, in about a minute.
"""

import argparse
import itertools
import multiprocessing
import platform
import random
import resource
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb

from extractors.records import Article, Feed, Fingerprint, Grade, JudgedArticle, Reason, Section
from extractors.stories import Duplicates, Placement
from extractors.stories.placing import candidate_of
from extractors.stories.reading import MARKS, read
from flows.home import shipped_config
from flows.monitor import placement_of
from flows.rules import Rules, load_rules
from warehouse.store import Warehouse

NOW = datetime(2026, 11, 2, 8, tzinfo=UTC)
A_DAY = 400  # stored articles a day
SKETCH, WORDS = 42, 220
# What each new article shares with stored ones: hashes, telling terms, and whether that is within the story window. On the
# public pairs, placed in batches of 200, an article has 3.8 such relatives, these are the quantiles of the hashes shared,
# two in five are in the window, and 2.0 of them have to be read; here 3: two for what they tell, one for what it shares
RELATIVES = ((3, 8, True), (21, 8, True), (2, 0, False), (4, 0, False), (6, 0, False))
LONG_AGO = 14_000  # stored articles later than those relatives that are not in the window: 35 days
POOL = 100_000  # values that stored hashes are drawn from now and then: one is held by 60 in a million
# Different terms in an archive by Heaps' law (1978): 250,000 in 3,765 public articles of both languages, the exponent
# falling from .8 to .4
TERMS, TERMS_IN, TERMS_GROW = 250_000, 3_765, 0.6
Relatives = list[tuple[tuple[int, ...], bool]]  # hashes that a stored article is to have, and whether it is recent
LETTERS = str.maketrans("0123456789", "abcdefghij")  # words, not numbers
FEED = Feed("wire", "https://wire.example/", publisher="wire.example", language="en")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--stored", default="20000,100000")
    parser.add_argument("--new", type=int, default=200)
    parser.add_argument("--many", type=int, default=1_000)
    wanted = parser.parse_args()
    rules = load_rules(shipped_config().parent)
    print(f"Python {platform.python_version()}, DuckDB {duckdb.__version__}")
    head = ("stored", 10), ("hash s", 8), ("copies s", 10), ("over hash", 11), ("whole s", 9), ("over hash", 11)
    print("".join(f"{name:>{width}}" for name, width in (*head, ("growth", 8), ("candidates", 12), ("peak GB", 9))))
    first = None
    for stored in map(int, wanted.stored.split(",")):
        hashing, copies, whole, candidates = placing(rules, stored, wanted.new)
        first = first or whole
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
        over = [seconds / hashing - 1 for seconds in (copies, whole)]  # all but the hashing, in units of the hashing
        row = f"{stored:>10,}{hashing:>8.2f}{copies:>10.2f}{over[0]:>11.1f}{whole:>9.2f}{over[1]:>11.1f}"
        print(f"{row}{whole / first:>8.2f}{candidates:>12,}{peak:>9.2f}", flush=True)
    different = many(rules, [words(number, WORDS) for number in range(wanted.many)])
    base = words(1, WORDS)
    alike = many(rules, [[*base[:100], f"edit{number}", *base[101:]] for number in range(wanted.many)])
    print(f"{wanted.many:,} different: {different:.1f} s, near-identical: {alike:.1f} s, ratio {alike / different:.2f}")


def words(seed: int, count: int) -> list[str]:
    """Made-up words, the first ones frequent as in a language (Zipf 1949); one in eight is a number."""
    chance = random.Random(seed)  # noqa: S311 - texts, no secret
    drawn = [int(chance.paretovariate(0.7)) for _ in range(count)]
    return [str(number) if at % 8 == 7 else f"word{number}".translate(LETTERS) for at, number in enumerate(drawn)]


def judged(number: int, text: list[str]) -> JudgedArticle:
    name = f"new{number:07}"
    article = Article(
        article_id=name,
        entry_id=name,
        page_id=name,
        url=f"https://wire.example/{name}",
        feed=FEED,
        title=" ".join(text[:9]),
        sections=(Section("", " ".join(text)),),
        first_seen_at=NOW,
        published_at=NOW - timedelta(minutes=number % 600),
        language="en",
    )
    return JudgedArticle(article, Grade.CORE, 1.0, Reason.JOIN, (), "v")


class CopiesAlone:
    """The rules of duplicates for articles that tell no event: what finds and judges copies, and no stories."""

    def __init__(self, rules: Duplicates) -> None:
        self.rules, self.story_days, self.copy_days = rules, rules.story_days, rules.copy_days

    def fingerprint(self, article: Article) -> Fingerprint:
        """Without the terms that lead to stories."""
        return replace(self.rules.fingerprint(article), telling=())


def placing(rules: Rules, stored: int, new: int) -> tuple[float, float, float, int]:
    """Seconds of hashing alone, of finding and judging copies, and of the whole step with the stories; candidates found.

    What was read is forgotten between the three; hashing is part of the second and the third.
    """
    arriving = [judged(number, words(10**7 + number, WORDS)) for number in range(new)]
    articles = [each.article for each in arriving]
    shared = relatives_of([rules.duplicates.fingerprint(article) for article in articles])
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        filling = multiprocessing.get_context("spawn").Process(target=fill, args=(Path(folder), stored, shared))
        filling.start()  # in a process of its own, whose memory does not count
        filling.join()
        if filling.exitcode:
            sys.exit(f"the archive of {stored} articles could not be filled: exit {filling.exitcode}")
        warehouse = stack.enter_context(Warehouse.open_live(Path(folder), NOW))
        with stopwatch() as hashing:
            for article in articles:
                rules.duplicates.fingerprint(article)
        with stopwatch() as copies:
            found = warehouse.candidates(articles, CopiesAlone(rules.duplicates))
            placement = Placement(rules.duplicates, [replace(each, tells=False) for each in found])
            for article in articles:
                placement.copied(candidate_of(article, rules.duplicates.fingerprint(article)))
        with stopwatch() as whole:
            placement = placement_of(articles, rules, warehouse)
            for each in arriving:
                placement.place(each)
        return hashing[0], copies[0], whole[0], len(found)


@contextmanager
def stopwatch() -> Iterator[list[float]]:
    """The seconds of what stands within, once it is left; nothing that was read before is known."""
    read.cache_clear()
    seconds = list[float]()
    began = time.perf_counter()
    yield seconds
    seconds.append(time.perf_counter() - began)


def relatives_of(prints: list[Fingerprint]) -> Relatives:
    """What stored articles are to share with new ones: of each the rarest hashes, for what all share finds nothing."""
    held = Counter(itertools.chain.from_iterable((*each.sketch, *each.telling) for each in prints))
    return [
        (
            (*sorted(each.sketch, key=held.__getitem__)[:hashes], *sorted(each.telling, key=held.__getitem__)[:terms]),
            is_recent,
        )
        for each in prints
        for hashes, terms, is_recent in RELATIVES
    ]


def fill(data: Path, stored: int, shared: Relatives) -> None:
    """A data folder with an archive made in DuckDB's own words, A_DAY articles a day up to NOW.

    Some are relatives of the new ones and share some hashes and terms with them; of the other hashes of all, one in seven is
    drawn from a pool that holds those of the new ones too, so that some are shared by chance.
    """
    with Warehouse.open_live(data, NOW) as warehouse:
        warehouse.connection.execute(
            "SET enable_progress_bar = false; SET memory_limit = '3GB'"
        )  # not what is measured
        fill_tables(warehouse.connection, stored, shared)


def fill_tables(connection: duckdb.DuckDBPyConnection, stored: int, shared: Relatives) -> None:
    """The rows of `fill`."""
    values = {"stored": stored, "now": NOW, "a_day": A_DAY}
    connection.execute(
        """
        INSERT INTO core.articles (article_id, story_id, url, publisher, language, title, text, published_at, first_seen_at)
        SELECT printf('old%08d', n), printf('s%08d', n), printf('old%08d', n), 'wire.example', 'en', 'Title ' || n,
               'Text of ' || n || repeat(' wordb wordc wordd', 60), moment, moment
        FROM (SELECT n, $now::TIMESTAMPTZ - to_days((n // $a_day)::INTEGER) AS moment
              FROM (SELECT unnest(range($stored::BIGINT)) AS n))
        """,
        values,
    )
    recent, old = itertools.count(), itertools.count(LONG_AGO)
    rows = [
        (number, k, value)
        for values, is_recent in shared
        for number in [next(recent if is_recent else old)]
        for k, value in enumerate(values)
    ]
    given = {"numbers": [row[0] for row in rows], "ks": [row[1] for row in rows], "values": [row[2] for row in rows]}
    connection.execute(
        """
        CREATE TEMP TABLE own AS
        SELECT unnest($numbers::BIGINT[]) AS n, unnest($ks::BIGINT[]) AS k, unnest($values::BIGINT[]) AS value
        """,
        given,
    )
    connection.execute(
        "CREATE TEMP TABLE pool AS SELECT value FROM own UNION SELECT unnest(range($others::BIGINT))",
        {"others": POOL - len({value for _, _, value in rows})},
    )
    connection.execute(
        """
        CREATE TEMP TABLE hashes AS
        SELECT a.published_at::DATE AS day_on, a.article_id,
               coalesce(o.value, CASE WHEN r.k % 7 = 0 THEN p.value END, (hash(a.article_id, r.k) >> 1)::BIGINT) AS hash
        FROM (SELECT *, substr(article_id, 4)::BIGINT AS n FROM core.articles) AS a
        CROSS JOIN (SELECT unnest(range($size::BIGINT)) AS k) AS r
        LEFT JOIN own AS o ON o.n = a.n AND o.k = r.k
        LEFT JOIN pool AS p ON p.rowid = hash(a.article_id, r.k, 7) % (SELECT count(*) FROM pool)
        """,
        {"size": SKETCH},
    )
    connection.execute("SET VARIABLE english = $mark::BIGINT", {"mark": MARKS[False]})
    terms = round(TERMS * (stored / TERMS_IN) ** TERMS_GROW)
    connection.execute("SET VARIABLE terms = $terms::BIGINT", {"terms": terms})
    for statement in (
        "INSERT INTO core.story_members (story_id, article_id) SELECT story_id, article_id FROM core.articles",
        "INSERT INTO core.stories SELECT story_id, title, article_id, published_at, published_at, 1, 1 FROM core.articles",
        "INSERT INTO core.sketches SELECT day_on, article_id, hash FROM hashes ORDER BY day_on",
        "INSERT INTO core.story_terms SELECT day_on, article_id, hash FROM hashes ORDER BY day_on",
        """
        INSERT INTO core.term_counts
        SELECT hash, count(*) AS held FROM hashes GROUP BY hash ORDER BY held DESC, hash LIMIT getvariable('terms')
        """,
        "INSERT INTO core.term_counts SELECT getvariable('english'), count(*) FROM core.articles",
        """
        INSERT INTO core.fingerprints BY NAME
        SELECT article_id, min(day_on) AS day_on, sha256(article_id) AS text_sha256, list(hash) AS sketch
        FROM hashes
        GROUP BY article_id
        ORDER BY day_on
        """,
        "DROP TABLE hashes",
        "CHECKPOINT live",
    ):
        connection.execute(statement)


def many(rules: Rules, texts: list[list[str]]) -> float:
    """Seconds to place texts one after the other, as `stories --jsonl` does."""
    placement = Placement(rules.duplicates, ())
    began = time.perf_counter()
    for number, text in enumerate(texts):
        placement.place(judged(number, text))
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
