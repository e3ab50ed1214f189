"""Loads the rules of every stage from config/: the shipped files, with a home's own entries laid over them."""

import gc
import hashlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from extractors.articles import Extractor
from extractors.errors import ConfigError
from extractors.relevance import Relevance, RelevanceFile
from extractors.stories import CommonTerms, Duplicates
from extractors.tags import EntitiesFile, Lexicon, TopicsFile, Vocabulary
from extractors.tags.lexicon import topic_meanings
from flows.home import shipped_config
from flows.yaml_files import YamlFile, read_yaml, suggestion, validated

VERSION_CHARS = 12
# Who loads rules goes on to make records by the hundred thousand, hardly any in cycles: the collector looks through them all
# far less often than by default, which saves a twentieth of the time of tagging an archive again.
COLLECTED_AT = (10_000, 50, 50)


@dataclass(frozen=True)
class Rules:
    """What the stages decide by. Each part knows its version."""

    extractor: Extractor
    relevance: Relevance
    duplicates: Duplicates
    vocabulary: Vocabulary

    @cached_property
    def topic_count(self) -> int:
        """Topics that are on."""
        return len(self.vocabulary.topics)

    @cached_property
    def entity_count(self) -> int:
        """Entities that are on."""
        return len(self.vocabulary.lexicon.entities)


def load_rules(root: Path, topics_file: Path | None = None) -> Rules:
    """The rules of a home, with `topics_file` under another topics.yaml. Raises ConfigError with every mistake of all files."""
    mistakes: list[str] = []
    parts = {
        "topics": read(root, "topics", TopicsFile, "topics", mistakes, topics_file),
        "entities": read(root, "entities", EntitiesFile, "entities", mistakes),
        "relevance": read(root, "relevance", RelevanceFile, None, mistakes),
        "duplicates": read(root, "duplicates", Duplicates, None, mistakes),
        "common_terms": read(root, "common_terms", CommonTerms, None, mistakes),
    }
    if mistakes:
        raise ConfigError(mistakes)
    topics, entities, relevance = parts["topics"], parts["entities"], parts["relevance"]
    lexicon = Lexicon([*topic_meanings(topics.topics), *relevance.meanings()], entities.entities)
    version = version_of(topics, entities, relevance)
    gc.set_threshold(*COLLECTED_AT)
    return Rules(
        Extractor(),
        Relevance(relevance, lexicon, version),
        parts["duplicates"]
        .naming((each.id, each.aliases) for each in entities.entities if each.enabled)
        .expecting(parts["common_terms"]),
        Vocabulary(lexicon, topics.topics, version),
    )


def read(
    root: Path, name: str, model: type[BaseModel], entries: str | None, mistakes: list[str], draft: Path | None = None
) -> Any:
    """One rule file as its model: the draft or the home's, over the shipped one where it is a list of entries."""
    own_path, shipped_path = draft or root / "config" / f"{name}.yaml", shipped_config() / f"{name}.yaml"
    path = own_path if own_path.is_file() else shipped_path
    file, found = read_yaml(path, path.name if draft else f"config/{name}.yaml")
    if not found and entries and path == own_path and own_path.read_bytes() != shipped_path.read_bytes():
        shipped = read_yaml(shipped_path, f"config/{name}.yaml")[0]
        found += off_without_one(file, shipped, entries)
        file = merged(file, shipped, entries)
    parsed, more = validated(model, file) if not found else (None, [])
    mistakes += found + more
    return parsed


def merged(own: YamlFile, shipped: YamlFile, entries: str) -> YamlFile:
    """The home's entries, and behind them the shipped ones whose id it does not have: lines stay those of the home."""
    if not isinstance(own.data, dict) or not isinstance(own.data.get(entries), list):
        return own
    by_id = {entry["id"]: entry for entry in shipped.data[entries]}
    mine = [by_id.get(entry["id"], {}) | entry if is_switch(entry) else entry for entry in own.data[entries]]
    ids = {entry.get("id") for entry in mine if isinstance(entry, dict)}
    taken = {alias for entry in mine if isinstance(entry, dict) for alias in aliases_of(entry)}
    rest = [without_aliases(entry, taken) for entry in shipped.data[entries] if entry["id"] not in ids]
    return YamlFile(own.name, own.data | {entries: mine + [entry for entry in rest if entry]}, own.lines)


def is_switch(entry: Any) -> bool:
    """Whether an entry only switches a shipped one on or off: `{id: x, enabled: false}`."""
    return isinstance(entry, dict) and entry.keys() == {"id", "enabled"} and isinstance(entry["id"], str)


def off_without_one(own: YamlFile, shipped: YamlFile, entries: str) -> list[str]:
    """Switches of entries that do not ship."""
    known = [entry["id"] for entry in shipped.data[entries]]
    mine = own.data.get(entries) if isinstance(own.data, dict) else None
    return [
        own.mistake(
            (entries, number, "id"),
            f"nothing that ships has the id {entry['id']!r}" + suggestion(entry["id"], known),
        )
        for number, entry in enumerate(mine if isinstance(mine, list) else ())
        if is_switch(entry) and entry["id"] not in known
    ]


def aliases_of(entry: dict[str, Any]) -> set[str]:
    """The aliases of an entity's entry, as far as it is well formed; topics have none."""
    aliases = entry.get("aliases")
    if not isinstance(aliases, dict):
        return set()
    return {str(alias) for words in aliases.values() if isinstance(words, list) for alias in words}


def without_aliases(entry: dict[str, Any], taken: set[str]) -> dict[str, Any] | None:
    """A shipped entity without the aliases that the home gave to its own; None when nothing is left to find it by.

    Without this an upgrade that moves an alias to a new entity would break every home that still has the old one.
    """
    if not taken & aliases_of(entry):
        return entry
    aliases = {
        language: [alias for alias in words if alias not in taken] for language, words in entry["aliases"].items()
    }
    rules = [rule for rule in entry.get("ambiguous", []) if rule["alias"] not in taken]
    return entry | {"aliases": aliases, "ambiguous": rules} if any(aliases.values()) else None


def version_of(*models: BaseModel) -> str:
    """A hash over what the rules say, the same wherever they are loaded; it stands in every row they made."""
    text = "\n".join(model.model_dump_json() for model in models)
    return hashlib.sha256(text.encode()).hexdigest()[:VERSION_CHARS]
