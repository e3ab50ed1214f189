"""Topics: filed where the headline, the opening or several sentences say so; sections apart, and rolled up."""

import pytest
from hypothesis import given, strategies as st

from extractors.tags.signs import Marks
from extractors.tags.topic_weights import BIASES, WEIGHTS
from extractors.tags.topics import (
    MAX_TOPICS,
    Unit,
    article_unit,
    features_of,
    headed_sections,
    probabilities,
    section_units,
)
from tests.extractors.rulebook import rules, scan, tags

PADDING = "China's AI firms met in Beijing. The talks went on all day. Nobody said much."


def filed(title: str, text: str) -> list[str]:
    """The article's topics, likeliest first."""
    return [topic.topic for topic in tags(title, text).topics if topic.section_no is None]


def filed_by_section(title: str, text: str) -> dict[int, set[str]]:
    found: dict[int, set[str]] = {}
    for topic in tags(title, text).topics:
        if topic.section_no is not None:
            found.setdefault(topic.section_no, set()).add(topic.topic)
    return found


def unit(title: str, text: str) -> Unit:
    read = scan(title, text)
    entities = rules().vocabulary.lexicon.entities
    return article_unit(read, entities, Marks(read, entities).about())


@pytest.mark.parametrize(
    ("topic", "title", "text"),
    [
        (
            "export-controls",
            "US tightens export controls on AI chips for China",
            "The entity list grows by nine firms.",
        ),
        ("open-weights", "China's DeepSeek makes its model open source", "The weights are under an MIT license."),
        (
            "low-cost-pricing",
            "AI price war in China: Alibaba cuts prices",
            "Training costs fall. It is cheaper than before.",
        ),
        (
            "robotics-autonomy",
            "Humanoid robots run a race in Beijing",
            "China's robot makers cheered. A robot dog won.",
        ),
        (
            "markets-investment",
            "Chinese AI firm Zhipu plans an IPO",
            "Investors expect a valuation of billions in Hong Kong.",
        ),
        ("military-cyber", "China's military tests AI drone swarms", "The People's Liberation Army showed weapons."),
        ("censorship-info-control", "Chinese AI chatbot refuses to answer on Tiananmen", "Censorship is built in."),
        ("regulation-law", "中国发布生成式人工智能管理办法", "网信办征求意见稿要求备案,违者罚款。"),
        ("official-policy", "国务院印发人工智能行动计划", "行动方案提出到2030年的目标,各地出台补贴。"),
        ("research-talent", "清华大学人工智能团队发表论文", "研究团队的论文入选顶会,博士生为第一作者。"),
        ("chips-compute", "华为昇腾芯片支撑国产算力集群", "万卡集群建成,数据中心改用国产芯片。"),
        ("governance-safety", "中国专家呼吁加强人工智能安全治理", "深度伪造与伦理问题需要安全评估。"),
    ],
)
def test_an_article_is_filed_where_a_reader_would_file_it(topic: str, title: str, text: str) -> None:
    assert topic in filed(title, text)


def test_a_word_in_passing_is_no_topic() -> None:
    war = "Alibaba cut prices of its AI models again. The price war hurts."
    text = f"{war} {PADDING} " * 5 + "One guest came by robotaxi. " + f"{PADDING} {war} " * 2
    assert filed("China's AI price war goes on", text) == ["low-cost-pricing"]


def test_the_same_word_in_the_headline_is_one() -> None:
    assert "robotics-autonomy" in filed("China's AI firms meet about the robotaxi", PADDING)


def test_without_any_cue_there_is_no_topic() -> None:
    assert filed("Oslo", "Rain fell.") == []


def test_an_article_has_at_most_five_topics_of_its_own() -> None:
    everything = (
        "IPO. Export controls. Open source. Price war. Humanoid robots. Censorship. Court. Military. Hollywood. Papers."
    )
    assert len(filed("China AI " + everything, everything * 3)) <= MAX_TOPICS


def test_sentences_that_join_ai_and_china_count_for_more() -> None:
    together = features_of(unit("News", "China's AI firm plans an IPO. Rain fell. Snow fell. Hail fell."))
    apart = features_of(unit("News", "A bakery plans an IPO. Rain fell. Snow fell. China's AI firm slept."))
    assert together["markets-investment"]["about_strong"] > apart["markets-investment"]["about_strong"]


def test_only_the_topic_that_has_the_headline_to_itself_is_alone() -> None:
    found = features_of(unit("Humanoid robots from China", "An IPO is near. Robots walk."))
    assert found["robotics-autonomy"]["title_alone"] == 1
    assert found["markets-investment"]["title_others"] == 1


def test_each_section_is_filed_by_its_own_words() -> None:
    text = (
        f"{PADDING}\n## Export controls\nThe US adds Chinese chip firms to the entity list. Export licences are refused.\n"
        "## Humanoid robots\nChina's humanoid robots walk. Robots with AI dance."
    )
    sections = filed_by_section("China AI week", text)
    assert "export-controls" in sections[1]
    assert "robotics-autonomy" in sections[2]
    assert "robotics-autonomy" not in sections[1]


def test_an_article_without_headings_has_no_sections_of_its_own() -> None:
    assert filed_by_section("China's humanoid robots", "Robots with AI walk in Beijing.") == {}


def test_a_list_of_takeaways_is_no_section() -> None:
    text = "China's AI.\n## Robots\nHumanoid robots walk.\n## Key Takeaways\n- Humanoid robots walk."
    assert headed_sections(scan("News", text)) == [1]


def long_page(last: str) -> str:
    """Six sections about China's AI, the last with words of its own."""
    rest = "".join(
        f"## Part {number}\nChina's AI firms met. AI in China grew. They cut prices.\n" for number in range(5)
    )
    return f"{PADDING}\n{rest}{last}"


def test_the_topics_of_many_sections_are_rolled_up_to_the_article() -> None:
    last = "## Soldiers\nChina's military uses AI. The People's Liberation Army has AI weapons."
    assert "military-cyber" in filed("China's AI price war", long_page(last))


def test_a_page_of_unrelated_items_has_the_topics_of_none_of_its_sections() -> None:
    last = "## Soldiers\nThe army has weapons. China's AI helps. China's AI helps. China's AI helps.\n"
    weather = "## Weather\nRain fell in Oslo. Snow fell in Bergen. Hail fell in Bodo."
    assert "military-cyber" in filed("China's AI price war", long_page(last))
    assert "military-cyber" not in filed("China's AI price war", long_page(last + weather))


def test_a_section_is_filed_by_strong_cues_only() -> None:
    text = (
        f"{PADDING}\n## Humanity\nChina's AI and humanity. Its narrative has influence. Countries hear the narrative."
    )
    assert "soft-power-influence" not in filed_by_section("China AI week", text).get(1, set())


def test_one_word_of_a_section_must_be_surer_than_two() -> None:
    once = (
        "## Landscape\nChina's AI labs met. The talks were about AI censorship in China and censors."
        " Nobody asked for cheap models. It rained."
    )
    assert filed_by_section("China AI week", f"{PADDING}\n{once}")[1] == {"censorship-info-control"}
    twice = once.replace("It rained", "Prices fell")
    assert "low-cost-pricing" in filed_by_section("China AI week", f"{PADDING}\n{twice}")[1]


def test_a_section_about_something_else_is_not_rolled_up() -> None:
    about, apart = "China's AI helps.", "Rain fell in Oslo. Snow fell in Bergen."
    rolled = filed("China's AI price war", long_page(f"## Soldiers\nThe army has weapons. {about} {about} {about}"))
    left = filed("China's AI price war", long_page(f"## Soldiers\nThe army has weapons. {apart} {apart} {apart}"))
    assert ("military-cyber" in rolled, "military-cyber" in left) == (True, False)


def test_every_tag_has_cues_that_stand_where_it_says() -> None:
    found = tags("China's AI price war", long_page("## Robots\nChina's humanoid robots with AI walk.")).topics
    assert found
    for topic in found:
        assert topic.spans
        assert topic.section_no is None or all(span.section_no == topic.section_no for span in topic.spans)


def test_a_section_is_weighed_by_its_own_sentences() -> None:
    whole = unit("News", f"{PADDING}\n## Rain\nRain fell. Snow fell.\n## AI\nChina's AI grew. AI in China slept.")
    assert [each.about_share for each in section_units(whole)] == [0, 1]


def test_every_feature_has_a_weight_and_every_weight_a_feature() -> None:
    found = next(iter(features_of(unit("China's AI price war", PADDING)).values()))
    assert set(found) == set(WEIGHTS)


def test_every_topic_has_a_bias() -> None:
    assert set(BIASES) == {topic.id for topic in rules().vocabulary.topics}


CUES = ["IPO", "robots", "China", "AI", "court", "open source", "rain", "export controls", "price war", "论文", "芯片"]


@given(st.lists(st.sampled_from(CUES), max_size=30), st.lists(st.sampled_from(CUES), max_size=6))
def test_probabilities_are_probabilities_and_the_same_each_time(words: list[str], title: list[str]) -> None:
    text = ". ".join(words)
    found = probabilities(unit(" ".join(title), text))
    assert all(0 <= value <= 1 for value in found.values())
    assert found == probabilities(unit(" ".join(title), text))


@given(st.lists(st.sampled_from(CUES), min_size=1, max_size=12))
def test_repeating_a_text_adds_no_topic_without_a_cue(words: list[str]) -> None:
    once, twice = unit("", ". ".join(words)), unit("", ". ".join(words * 2))
    assert set(once.by_topic) == set(twice.by_topic)
