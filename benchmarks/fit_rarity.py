"""Counts which words are common: `python -m benchmarks.fit_rarity FILE... [--write]`.

Each FILE holds articles of the field as lines {title, text}, gzipped. Prints how many words came under each share; with
--write puts them into config/common_terms.yaml. Only words that at least seven in a hundred articles hold are kept.
"""

import gzip
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

from extractors.stories.reading import Reading
from flows.home import shipped_config
from flows.rules import load_rules

SHARES = (0.9, 0.7, 0.5, 0.35, 0.25, 0.18, 0.13, 0.1, 0.07)  # a word is listed under the next lower one
ARTICLES, LEAST_CHARS, LINE_CHARS = 300, 400, 110
LANGUAGES = (("en", False), ("zh", True))
HEAD = """\
# Words by the share of AI-and-China articles that hold them; in Chinese pairs of characters. `n:` amounts, `l:` Latin words,
# `e:` names, as English and Chinese reports are compared. A new archive knows by it which words are common; it counts for so
# many articles. Counted by benchmarks/fit_rarity.py over {english} English and {chinese} Chinese news articles.
"""


def main(arguments: list[str]) -> None:
    read = load_rules(shipped_config().parent).duplicates.read
    readings = [read(each["title"], each["text"]) for each in articles_in(name for name in arguments if name[0] != "-")]
    found = {
        language: by_share([each for each in readings if each.chinese == chinese]) for language, chinese in LANGUAGES
    }
    for language, shares in found.items():
        print(language, {share: len(words) for share, words in shares.items()})
    if "--write" in arguments:
        chinese = sum(each.chinese for each in readings)
        lines = [HEAD.format(english=len(readings) - chinese, chinese=chinese) + f"articles: {ARTICLES}"]
        for language, shares in found.items():
            lines += [f"{language}:", *(line for share, words in shares.items() for line in folded(share, words))]
        (shipped_config() / "common_terms.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")


def articles_in(files: Iterable[str]) -> Iterator[dict[str, str]]:
    """Each article once, short ones left out."""
    titles = set[str]()
    for name in files:
        with gzip.open(name, "rt", encoding="utf-8") as lines:
            for record in map(json.loads, lines):
                if len(record["text"]) >= LEAST_CHARS and record["title"] not in titles:
                    titles.add(record["title"])
                    yield record


def by_share(readings: list[Reading]) -> dict[float, list[str]]:
    """Words under the share of these articles that hold them, the most common first."""
    counts = Counter(word for each in readings for word in {*each.weights, *each.anchor_words})
    shares = defaultdict[float, list[str]](list)
    for word, count in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        share = next((share for share in SHARES if count >= share * len(readings)), None)
        if share is not None:
            shares[share].append(word)
    return dict(shares)


def folded(share: float, words: Iterable[str]) -> Iterator[str]:
    """A block of YAML."""
    yield f"  {share}: >-"
    line = ""
    for word in words:
        if len(line) + len(word) > LINE_CHARS:
            yield f"    {line}"
            line = ""
        line = f"{line} {word}".strip()
    yield f"    {line}"


if __name__ == "__main__":
    main(sys.argv[1:])
