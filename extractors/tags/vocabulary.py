"""Tags an article: topics, entities, places, sources, quotations, years, takeaways, framing words and quality flags."""

from collections.abc import Sequence
from typing import Any

from extractors.records import Article, PlacedArticle, TaggedArticle, Tags
from extractors.tags.attributions import attributions_of
from extractors.tags.cues import cues_of
from extractors.tags.entities import mentions_of, places_of
from extractors.tags.files import Topic
from extractors.tags.flags import flags_of
from extractors.tags.lexicon import Lexicon, Scan
from extractors.tags.quotes import quotes_of
from extractors.tags.signs import marks_of
from extractors.tags.takeaways import takeaways_of
from extractors.tags.topics import topics_of
from extractors.tags.years import years_of


class Vocabulary:
    """The tagger. `version` names the rules that made a tag; re-tagging under the same version changes nothing."""

    def __init__(self, lexicon: Lexicon, topics: Sequence[Topic], version: str) -> None:
        self.lexicon = lexicon
        self.topics = tuple(topic for topic in topics if topic.enabled)
        self.version = version

    def tag(self, placed: PlacedArticle) -> TaggedArticle:
        """A placed article with all its tags."""
        return TaggedArticle(placed, self.tags_of(placed.judged.article))

    def tags_of(self, article: Article) -> Tags:
        """All tags of an article."""
        return self.tags_from(self.lexicon.scan(article))

    def tags_from(self, scan: Scan) -> Tags:
        """The same on a scan that was made already."""
        entities = self.lexicon.entities
        attributions = attributions_of(scan, entities)
        about = marks_of(scan, entities).about()
        return Tags(
            topics=topics_of(scan, entities, about),
            mentions=mentions_of(scan, entities, about),
            attributions=attributions,
            takeaways=takeaways_of(scan),
            years=years_of(scan),
            flags=flags_of(scan, attributions),
            quotes=quotes_of(scan, entities),
            places=places_of(scan, entities),
            cues=cues_of(scan),
            title_is_question=scan.article.title.rstrip().endswith(("?", "\uff1f")),
            rules_version=self.version,
        )

    def topic_rows(self) -> list[dict[str, Any]]:
        """The topics as rows of core.topic_list."""
        return [
            {
                "topic": topic.id,
                "name": topic.name,
                "name_zh": topic.name_zh,
                "topic_group": topic.group,
                "definition": topic.definition,
            }
            for topic in self.topics
        ]

    def entity_rows(self) -> list[dict[str, Any]]:
        """The entities as rows of core.entities."""
        return [
            {
                "entity_id": entity.id,
                "name": entity.name,
                "name_zh": entity.name_zh,
                "type": entity.type,
                "parent_id": entity.parent or None,
                "country": entity.country,
            }
            for entity in self.lexicon.entities.values()
        ]
