"""Finds the story an article belongs to: copies and rewrites first, then the same event told by others."""

from extractors.stories.events import CommonTerms, Rarity
from extractors.stories.near import Duplicates
from extractors.stories.placing import Placement, in_time_order

__all__ = ["CommonTerms", "Duplicates", "Placement", "Rarity", "in_time_order"]
