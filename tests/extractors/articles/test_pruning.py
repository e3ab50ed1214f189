"""What is cut before any candidate looks: menus, hidden boxes and small asides; never the article."""

import pytest

from extractors.articles.lines import lines_of, without_false_asides
from extractors.articles.pruning import cut_code, menus_in, prune, reveal
from extractors.articles.reading import tree_of

SAY = "The sample council said on Monday that it would publish a catalogue of public models before the end of the year."
LINKS = "".join(f"<li><a href=/{n}>A headline of number {n}</a></li>" for n in range(6))


def pruned(inner: str) -> str:
    tree = tree_of(f"<html><body>{inner}</body></html>")
    prune(tree)
    return " ".join("".join(tree.itertext()).split())


@pytest.mark.parametrize("tag", ["ul", "div", "table", "nav", "section", "aside", "td"])
def test_a_box_of_links_goes(tag: str) -> None:
    shell = f"<table><tr><td>{LINKS}</td></tr></table>" if tag == "td" else f"<{tag}>{LINKS}</{tag}>"
    assert pruned(f"<p>{SAY}</p>{shell}") == SAY


def test_cards_that_describe_what_they_lead_to_stay() -> None:
    words = "arranges its children in lines and starts another one where there is no more room for the next of them"
    cards = "".join(f"<a href=/{n}><h3>Part {n}</h3><p>Part {n} {words}</p></a>" for n in range(6))
    assert "Part 5 arranges" in pruned(f"<p>{SAY}</p><div>{cards}</div>")


def test_a_few_links_stay() -> None:
    assert "second" in pruned(f"<p>{SAY}</p><ul><li><a href=/1>first</a></li><li><a href=/2>second</a></li></ul>")


def test_a_paragraph_with_many_links_stays() -> None:
    words = " ".join(f"<a href=/{n}>word{n}</a> and some plain words that follow it" for n in range(8))
    assert "word7" in pruned(f"<div><p>{words}</p></div>")


def test_a_list_of_links_with_a_sentence_each_stays() -> None:
    items = "".join(
        f"<li><a href=/{n}>Source {n}</a>: a sentence that explains at length why it is here.</li>" for n in range(6)
    )
    assert "explains" in pruned(f"<p>{SAY}</p><ul>{items}</ul>")


@pytest.mark.parametrize(
    "box", ["<div hidden>{}</div>", "<div style='display: none'>{}</div>", "<p style='VISIBILITY:hidden'>{}</p>"]
)
def test_what_the_page_hides_goes(box: str) -> None:
    assert pruned(f"<p>{SAY}</p>{box.format('secret words')}") == SAY


def test_code_goes_before_dates_are_looked_for_and_structured_data_stays() -> None:
    tree = tree_of(f"<p>{SAY}<script>2001</script><style>x</style><script type='application/ld+json'>1</script>")
    cut_code(tree)
    assert [element.tag for element in tree.iter("script", "style")] == ["script"]


@pytest.mark.parametrize("tag", ["img", "input", "meta", "link"])
def test_what_has_no_text_goes_and_what_stands_behind_it_stays(tag: str) -> None:
    tree = tree_of(f"<html><body><p>{SAY}<{tag} src=x> tail</p></body></html>")
    prune(tree)
    assert (next(tree.iter("p")).text, list(tree.iter(tag))) == (f"{SAY} tail", [])


@pytest.mark.parametrize("tag", ["script", "style", "noscript", "template", "svg", "iframe"])
def test_what_nobody_reads_goes_and_its_tail_stays(tag: str) -> None:
    assert pruned(f"<p>{SAY}<{tag}>x</{tag}> tail</p>") == f"{SAY} tail"


def test_a_small_aside_goes() -> None:
    assert pruned(f"<p>{SAY * 5}</p><aside>A word from us.</aside>") == SAY * 5


def test_an_aside_with_most_of_the_text_stays() -> None:
    assert SAY in pruned(f"<p>Short.</p><aside><p>{SAY}</p></aside>")


def test_the_text_behind_a_menu_stays() -> None:
    assert pruned(f"<div><ul>{LINKS}</ul>{SAY}</div>") == SAY


def test_a_body_of_nothing_but_links_is_left_standing() -> None:
    tree = tree_of(f"<html><body><ul>{LINKS}</ul></body></html>")
    prune(tree)
    assert tree.find("body") is not None


def test_a_page_without_boxes_has_no_menus() -> None:
    assert menus_in(tree_of(f"<html><body><p>{SAY}</p></body></html>")) == []


def test_text_that_is_all_hidden_is_revealed() -> None:
    tree = tree_of(f"<html><body><div style='display:none'>{SAY * 20}</div></body></html>")
    assert reveal(tree)
    assert lines_of(tree)[0].text.startswith(SAY)


def test_a_little_hidden_text_stays_hidden() -> None:
    tree = tree_of(f"<html><body><div hidden>{SAY}</div></body></html>")
    assert not reveal(tree)
    assert lines_of(tree) == []


def test_a_navigation_that_is_never_closed_hides_nothing() -> None:
    tree = tree_of(f"<html><body><nav><a href=/>Home</a><p>{SAY}</p></body></html>")
    assert not any(line.aside for line in without_false_asides(lines_of(tree)))


def test_a_real_navigation_is_aside() -> None:
    tree = tree_of(f"<html><body><nav><a href=/>Home</a></nav><p>{SAY}</p></body></html>")
    assert [line.aside for line in without_false_asides(lines_of(tree))] == [True, False]
