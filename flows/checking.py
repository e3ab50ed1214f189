"""Looks through all of config/ at once: settings, feeds, rules and the home's own queries."""

from pathlib import Path
from typing import Any

from pydantic import BaseModel

from extractors.errors import ConfigError
from extractors.relevance import RelevanceFile
from extractors.stories import CommonTerms, Duplicates
from extractors.tags import EntitiesFile, TopicsFile
from flows.rules import load_rules
from flows.settings import FeedsFile, Settings, load_config
from warehouse.queries import find_queries

MODELS: dict[str, type[BaseModel]] = {
    "settings": Settings,
    "feeds": FeedsFile,
    "topics": TopicsFile,
    "entities": EntitiesFile,
    "relevance": RelevanceFile,
    "duplicates": Duplicates,
    "common_terms": CommonTerms,
}


def mistakes_in(root: Path) -> tuple[list[str], list[str]]:
    """Every mistake, and every warning."""
    mistakes: list[str] = []
    warnings: tuple[str, ...] = ()
    try:
        warnings = load_config(root).warnings
    except ConfigError as error:
        mistakes += error.mistakes
    for look in (lambda: load_rules(root), lambda: find_queries(root / "config" / "queries")):
        try:
            look()
        except ConfigError as error:
            mistakes += error.mistakes
    return mistakes, list(warnings)


def schemas() -> dict[str, Any]:
    """A JSON Schema per file."""
    return {name: model.model_json_schema() for name, model in MODELS.items()}
