"""Turns an article into its tags: one scan for every known word, then arithmetic on the hits."""

from extractors.tags.files import EntitiesFile, TopicsFile
from extractors.tags.lexicon import Lexicon
from extractors.tags.vocabulary import Vocabulary

__all__ = ["EntitiesFile", "Lexicon", "TopicsFile", "Vocabulary"]
