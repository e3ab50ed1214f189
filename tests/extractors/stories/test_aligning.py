"""Two texts side by side: kept, dropped, added and reworded sentences."""

from hypothesis import given, strategies as st

from extractors.stories.aligning import align, amounts_shared
from tests.extractors.stories.test_near import CHINESE, TEXT, TRADITIONAL

SENTENCES = TEXT.split(". ")


def test_the_same_text_keeps_every_sentence() -> None:
    found = align(TEXT, TEXT)
    assert (found.kept_share, found.dropped, found.added, found.reworded) == (1.0, (), (), ())


def test_another_script_and_other_quotes_change_nothing() -> None:
    assert align(CHINESE, TRADITIONAL).kept_share >= 0.8
    assert align('He said "yes, we will come".', "He said “yes, we will come”.").kept_share == 1.0


def test_a_sentence_that_went_is_dropped_and_a_new_one_is_added() -> None:
    shorter = ". ".join(SENTENCES[:3]) + ". Investors from Oslo cheered loudly."
    found = align(TEXT, shorter)
    assert any("second hall" in passage for passage in found.dropped)
    assert found.added == ("Investors from Oslo cheered loudly.",)
    assert 0 < found.kept_share < 1


def test_a_moved_paragraph_is_neither_dropped_nor_added() -> None:
    moved = ". ".join([*SENTENCES[3:], *SENTENCES[:3]])
    found = align(TEXT, moved)
    assert found.dropped == ()
    assert found.added == ()


def test_a_changed_figure_or_word_is_reworded_and_not_lost() -> None:
    found = align(
        "The plant cost 310 million yuan and employs 460 people.", "The plant cost 290 million yuan and has 460 staff."
    )
    assert found.reworded == (
        (
            "The plant cost 310 million yuan and employs 460 people.",
            "The plant cost 290 million yuan and has 460 staff.",
        ),
    )
    assert found.dropped == found.added == ()


def test_each_new_sentence_takes_the_place_of_one_old_one_at_most() -> None:
    found = align("Wen said it works well today. Wen said it works badly today.", "Wen said it works fairly today.")
    assert len(found.reworded) == 1
    assert len(found.dropped) == 1


def test_an_empty_text_has_nothing_to_lose() -> None:
    assert align("", "Something new came up here.").kept_share == 1.0
    assert align("Something old was here once.", "").dropped == ("Something old was here once.",)


PARTS = st.lists(st.sampled_from([*SENTENCES, *CHINESE.split("。"), "", "12"]), max_size=8)


@given(PARTS, PARTS)
def test_every_passage_stands_in_one_text_and_counts_once(one: list[str], other: list[str]) -> None:
    found = align("。".join(one), "。".join(other))
    assert 0 <= found.kept_share <= 1
    assert not set(found.dropped) & {old for old, _ in found.reworded}
    assert not set(found.added) & {new for _, new in found.reworded}
    assert len(set(found.dropped)) == len(found.dropped)


@given(PARTS, PARTS)
def test_what_one_direction_drops_the_other_adds(one: list[str], other: list[str]) -> None:
    there, back = align("\n".join(one), "\n".join(other)), align("\n".join(other), "\n".join(one))
    assert {*there.dropped, *(old for old, _ in there.reworded)} == {*back.added, *(new for _, new in back.reworded)}


def test_amounts_and_days_that_both_texts_give_are_named_in_either_language() -> None:
    english = "On March 5 the company raised 310 million yuan and hired 40 people."
    chinese = "3月5日，该公司融资3.1亿元，另有55人加入。"
    assert amounts_shared(english, chinese) == ("3-5", "310,000,000")
    assert amounts_shared(english, "没有数字。") == ()
