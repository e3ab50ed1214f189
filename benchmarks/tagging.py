"""Articles a core judges and tags per second, and how often that is the bare scan: `python -m benchmarks.tagging [SECONDS]`.

English articles of 4,000 characters and Chinese ones of 440, cut from the sample newsroom's (a short one is repeated). The
bare scan is the automaton alone on the folded text, in the same run: other machines compare by the ratio.
"""

import sys
import time
from collections.abc import Callable, Sequence
from typing import Any

from ahocorasick_rs import AhoCorasick

from benchmarks.fit_logistic import labelled
from extractors.records import Article
from extractors.tags.folding import fold
from extractors.tags.lexicon import Lexicon, parts_of
from flows.cli.tag import article_from
from flows.home import shipped_config
from flows.rules import Rules, load_rules

CHARS = {"en": 4_000, "zh": 440}


def articles(language: str) -> list[Article]:
    """The newsroom's articles of a language, all of one length."""
    size = CHARS[language]
    return [
        article_from(record | {"text": (record["text"] * 40)[:size]})
        for record in labelled([])
        if str(record["lang"]).startswith(language)
    ]


def per_second(step: Callable[[Any], object], records: Sequence[Any], seconds: float) -> float:
    """How many records a step takes per second of this process's own time."""
    done, began = 0, time.process_time()
    while time.process_time() - began < seconds:
        for record in records:
            step(record)
        done += len(records)
    return done / (time.process_time() - began)


def bare_scan(lexicon: Lexicon) -> Callable[[str], object]:
    """The automaton alone."""
    automaton = AhoCorasick(lexicon.patterns())
    return lambda folded: automaton.find_matches_as_indexes(folded, overlapping=True)


def tag_whole(rules: Rules) -> Callable[[Article], object]:
    """Scan, verdict and all tags."""

    def step(article: Article) -> object:
        scan = rules.vocabulary.lexicon.scan(article)
        return rules.relevance.judge_scan(scan), rules.vocabulary.tags_from(scan)

    return step


def main(seconds: float) -> None:
    rules = load_rules(shipped_config().parent)
    print("language  characters  articles/s  bare scans/s  ratio")
    for language, size in CHARS.items():
        some = articles(language)
        whole = per_second(tag_whole(rules), some, seconds)
        scans = per_second(bare_scan(rules.vocabulary.lexicon), [fold(parts_of(each)[0]) for each in some], seconds)
        print(f"{language:8}  {size:10,}  {whole:10,.0f}  {scans:12,.0f}  {scans / whole:5.1f}")


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 3)
