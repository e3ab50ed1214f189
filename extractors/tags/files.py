"""The models of config/topics.yaml and config/entities.yaml: what an entry may say."""

import difflib
from collections.abc import Iterator
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from extractors.errors import Misplaced
from extractors.tags.folding import fold

ID = r"^[a-z0-9][a-z0-9-]*$"
Place = tuple[tuple[str | int, ...], str]
EntityType = Literal["company", "lab", "model", "product", "agency", "person", "organisation", "media", "place"]


class Strict(BaseModel):
    """Unknown keys are mistakes."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Words(Strict):
    """Words by language; a Latin word with a trailing * also begins longer words."""

    en: tuple[str, ...] = ()
    zh: tuple[str, ...] = ()

    def __iter__(self) -> Iterator[str]:  # type: ignore[override]
        """All of them."""
        yield from self.en
        yield from self.zh


class Topic(Strict):
    """A topic. `strong` cues count alone, `cues` need company where there are strong ones.

    `enabled: false` switches a shipped one off.
    """

    id: str = Field(pattern=ID)
    name: str
    name_zh: str = ""
    group: Literal["technology", "business", "rules", "states"]
    definition: str
    strong: Words = Words()
    cues: Words = Words()
    enabled: bool = True


class TopicsFile(Strict):
    """config/topics.yaml."""

    topics: tuple[Topic, ...]

    @model_validator(mode="after")
    def no_cue_is_shadowed(self) -> "TopicsFile":
        """A cue that a topic lists twice, strong and weak, would never count as weak."""
        for topic in self.topics:
            strong = {fold(word) for word in topic.strong}
            shadowed = sorted(word for word in topic.cues if fold(word) in strong)
            if shadowed:
                raise ValueError(f"topic {topic.id}: {', '.join(shadowed)} under both strong and cues; keep one")
        return self


class Rule(Strict):
    """What an ambiguous alias needs in the same article, and what may not stand right before or behind it."""

    alias: str
    needs: tuple[str, ...] = ()
    not_before: tuple[str, ...] = ()
    not_after: tuple[str, ...] = ()


class Entity(Strict):
    """Somebody or something that is named. `ai`: the name alone is a sign of AI; `brand`: it says little about China's AI."""

    id: str = Field(pattern=ID)
    name: str
    name_zh: str = ""
    type: EntityType
    parent: str = ""
    country: str = Field(default="", pattern=r"^([A-Z]{2})?$")
    ai: bool = False
    brand: bool = False
    aliases: Words = Words()
    ambiguous: tuple[Rule, ...] = ()
    wikidata: str = Field(default="", pattern=r"^(Q\d+)?$")
    enabled: bool = True

    @model_validator(mode="after")
    def rules_are_about_aliases(self) -> "Entity":
        """A rule for a name that is no alias would never apply."""
        missing = sorted({rule.alias for rule in self.ambiguous} - set(self.aliases))
        if missing:
            raise ValueError(f"entity {self.id}: rule for {', '.join(missing)}, which is no alias of it")
        return self


class EntitiesFile(Strict):
    """config/entities.yaml."""

    entities: tuple[Entity, ...]

    @model_validator(mode="after")
    def names_are_clear(self) -> "EntitiesFile":
        """No alias belongs to two entities, no id comes twice, every parent is there."""
        places = [*self.repeated_ids(), *self.shared_aliases(), *self.lost_parents()]
        if places:
            raise Misplaced(places)
        return self

    def repeated_ids(self) -> Iterator[Place]:
        """Entities after the first with an id."""
        seen = set[str]()
        for number, entity in enumerate(self.entities):
            if entity.id in seen:
                yield ("entities", number, "id"), f"{entity.id!r} comes twice; keep one"
            seen.add(entity.id)

    def shared_aliases(self) -> Iterator[Place]:
        """Aliases that an earlier entity has."""
        owners: dict[str, str] = {}
        for number, entity in enumerate(self.entities):
            for alias in entity.aliases:
                owner = owners.setdefault(alias if alias.isascii() else fold(alias), entity.id)
                if owner != entity.id:
                    words = f"{alias!r} is claimed by {owner} and {entity.id}; keep it in one of them"
                    yield ("entities", number, "aliases"), words

    def lost_parents(self) -> Iterator[Place]:
        """Parents that are no entity of the file."""
        ids = [entity.id for entity in self.entities]
        for number, entity in enumerate(self.entities):
            if entity.parent and entity.parent not in ids:
                close = difflib.get_close_matches(entity.parent, ids, n=1)
                remedy = f'did you mean "{close[0]}"?' if close else "add it or leave the parent out"
                yield ("entities", number, "parent"), f"{entity.parent!r} is no entity of this file; {remedy}"
