"""A home's rules over the shipped ones: its own entries win, upgrades do not break it."""

import shutil
from pathlib import Path

import pytest
import yaml

from extractors.errors import ConfigError
from flows.home import shipped_config
from flows.rules import load_rules


@pytest.fixture
def home(tmp_path: Path) -> Path:
    shutil.copytree(shipped_config(), tmp_path / "config")
    return tmp_path


def write(home: Path, name: str, entries: list[dict[str, object]]) -> None:
    text = yaml.safe_dump({name: entries}, allow_unicode=True)
    (home / "config" / f"{name}.yaml").write_text(text, encoding="utf-8")


def test_the_same_files_give_the_same_version(home: Path) -> None:
    assert load_rules(home).vocabulary.version == load_rules(home).vocabulary.version


def test_an_entity_of_the_home_s_own_is_added_to_the_shipped_ones(home: Path) -> None:
    shipped = load_rules(home)
    write(
        home,
        "entities",
        [{"id": "example-ai", "name": "Example AI", "type": "company", "aliases": {"en": ["Example AI"]}}],
    )
    own = load_rules(home)
    assert own.entity_count == shipped.entity_count + 1
    assert own.vocabulary.version != shipped.vocabulary.version


def test_an_alias_that_the_home_gave_away_is_taken_from_the_shipped_entity(home: Path) -> None:
    write(home, "entities", [{"id": "mine", "name": "Mine", "type": "model", "aliases": {"en": ["DeepSeek"]}}])
    entities = load_rules(home).vocabulary.lexicon.entities
    assert "DeepSeek" in set(entities["mine"].aliases)
    assert "DeepSeek" not in set(entities["deepseek"].aliases)


def test_a_shipped_topic_can_be_switched_off(home: Path) -> None:
    topics = yaml.safe_load((shipped_config() / "topics.yaml").read_text(encoding="utf-8"))["topics"]
    write(home, "topics", [topics[0] | {"enabled": False}])
    assert load_rules(home).topic_count == len(topics) - 1


def test_a_topic_of_the_home_s_own_needs_no_code(home: Path) -> None:
    topic = {"id": "quantum", "name": "Quantum", "group": "technology", "definition": "Quantum computers."}
    write(home, "topics", [topic | {"strong": {"en": ["qubit*"]}}])
    rules = load_rules(home)
    assert "quantum" in {topic.id for topic in rules.vocabulary.topics}


@pytest.mark.parametrize("name", ["topics", "entities", "relevance", "duplicates"])
def test_a_mistake_in_any_rule_file_is_named_with_its_line(home: Path, name: str) -> None:
    path = home / "config" / f"{name}.yaml"
    path.write_text(path.read_text(encoding="utf-8") + "\nnonsense: true\n", encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load_rules(home)
    assert f"config/{name}.yaml:" in str(caught.value)
    assert "nonsense: unknown key" in str(caught.value)
