"""Pages in the clothes of real templates, in our own words: text and its parts come out, what stands around does not."""

# ruff: noqa: E501 - a template is one line
from datetime import UTC, datetime
from typing import Any

import pytest

from extractors.articles import ExtractedPage, read_page
from extractors.records import Dropped, Reason, sections_to_text

URL = "https://news.example/2026/11/02/story"
EN = [
    "The example council said on Monday that it would publish a catalogue of public models before the end of the year.",
    "Engineers from four sample laboratories described how they measured the cost of every answer, and what they left out.",
    "A second round of measurements is planned for the spring, when the new machines of the region are expected to run.",
]
ZH = [
    "示例委员会周一表示,将在年底前公布一份公开模型目录,并说明每个模型由哪家机构维护、用于哪些公共服务场景。",
    "来自四家示例实验室的工程师介绍了他们怎样计算每次回答的成本,以及哪些费用没有计入,预计明年春天再测一次。",
    "该地区的新机房届时应已投入运行,委员会希望测试结果能帮助小企业选择合适的模型,而不只是看排行榜的名次。",
]
LINKS = "".join(f'<li><a href="/{n}">Another sample headline number {n} of the day</a></li>' for n in range(8))
LINKS_ZH = "".join(f'<li><a href="/{n}">又一条示例新闻标题第{n}号</a></li>' for n in range(8))


def paragraphs(lines: list[str]) -> str:
    return "".join(f"<p>{line}</p>" for line in lines)


def english(inner: str, head: str = "") -> str:
    return f"<html lang=en><head><meta charset=utf-8><title>Catalogue of models | Sample Times</title>{head}</head><body>{inner}</body></html>"


def chinese(inner: str, head: str = "") -> str:
    return f"<html lang=zh><head><meta charset=utf-8><title>公开模型目录_示例网</title>{head}</head><body>{inner}</body></html>"


H1, H1_ZH = "<h1>Catalogue of models</h1>", "<h1>公开模型目录</h1>"
BODY, BODY_ZH = paragraphs(EN), paragraphs(ZH)
PAGES = {
    "semantic": english(
        f"<nav>{LINKS}</nav><main><article>{H1}{BODY}</article></main><footer>© Sample. All rights reserved.</footer>"
    ),
    "blog with sidebar": english(
        f"<div id=header>{LINKS}</div><div class=post>{H1}<div class=entry-content>{BODY}</div></div><div id=sidebar><h3>Popular posts</h3>{LINKS}</div>"
    ),
    "newsletter": english(f"<table width=600><tr><td>{H1}{BODY}<p>Subscribe to our newsletter</p></td></tr></table>"),
    "live page in divs": english(
        f"<div class=a><div class=b>{H1}"
        + "".join(f"<div>{line}</div>" for line in EN)
        + f"</div></div><div class=related><h3>Related articles</h3><ul>{LINKS}</ul></div>"
    ),
    "line breaks": english(f"<div>{H1}<div id=text>{'<br><br>'.join(EN)}</div></div><ul>{LINKS}</ul>"),
    "comments below": english(
        f"<article>{H1}{BODY}</article><div id=comments><h3>2 comments</h3><p>reader: fine piece</p><p>cat: I read all of it</p><p>Leave a comment</p></div>"
    ),
    "share bar inside": english(
        f"<article>{H1}<p>Share on Facebook</p><p>Tweet</p>{BODY}<p>Advertisement</p><h3>You may also like</h3><ul>{LINKS}</ul></article>"
    ),
    "portal table": chinese(
        f"<table><tr><td>{LINKS_ZH}</td></tr></table><table><tr><td>{H1_ZH}<div id=content>{BODY_ZH}</div><p>(责任编辑:示例)</p><p>版权声明:示例文字</p><h3>相关阅读</h3><ul>{LINKS_ZH}</ul></td></tr></table>"
    ),
    "tech site": chinese(
        f"<article>{H1_ZH}<section>{BODY_ZH}</section><p>扫一扫,关注我们</p></article><aside><h3>热门推荐</h3>{LINKS_ZH}</aside>"
    ),
    "wire": chinese(
        f"<div class=main>{H1_ZH}<div class=article>{BODY_ZH}<p>【发表评论】【关闭窗口】</p></div></div><div>Copyright © 示例网 版权所有</div>"
    ),
    "full-width indents": chinese(
        f"<div>{H1_ZH}<div>"
        + "<br>".join(f"　　{line}" for line in ZH)
        + f"<br>责编:示例</div></div><p>上一篇 下一篇</p><ul>{LINKS_ZH}</ul>"
    ),
    "hidden copy": chinese(
        f"<div style='display:none'>隐藏的文字不应出现</div><div hidden>也不应出现</div><article>{H1_ZH}{BODY_ZH}</article>"
    ),
}
FURNITURE = (
    "rights reserved", "Popular posts", "newsletter", "Related", "comment", "Facebook", "Tweet", "Advertisement", "also like", "Another sample",
    "责任编辑", "责编", "版权", "相关阅读", "热门推荐", "发表评论", "下一篇", "扫一扫", "又一条", "隐藏", "不应出现",
)  # fmt: skip


def read(markup: str, **headers: str) -> ExtractedPage:
    page = read_page(markup.encode(), URL, headers)
    assert isinstance(page, ExtractedPage), page
    return page


@pytest.mark.parametrize("name", PAGES)
def test_the_text_is_whole_and_nothing_around_it_is_in(name: str) -> None:
    page = read(PAGES[name])
    text = sections_to_text(page.sections)
    lines = ZH if page.language == "zh" else EN
    assert [line for line in lines if line not in text] == []
    assert [word for word in FURNITURE if word in text] == []
    assert page.title == ("公开模型目录" if page.language == "zh" else "Catalogue of models")
    assert page.title not in text.splitlines()


def test_headings_begin_sections_and_lists_stay_lists() -> None:
    page = read(
        english(f"<article>{H1}<p>{EN[0]}</p><h2>What it costs</h2><p>{EN[1]}</p><ul><li>{EN[2]}</li></ul></article>")
    )
    assert [section.heading for section in page.sections] == ["", "What it costs"]
    assert page.sections[1].text == f"{EN[1]}\n- {EN[2]}"


BYLINES = [
    (
        english(f"<article>{H1}<p class=byline>By Ada Sample and Bo Muster</p>{BODY}</article>"),
        ("Ada Sample", "Bo Muster"),
    ),
    (chinese(f"{H1_ZH}<div>本报记者 张示例 李样本</div><div>{BODY_ZH}</div>"), ("张示例", "李样本")),
    (chinese(f"{H1_ZH}<div>作者:王示例 来源:示例网</div><div>{BODY_ZH}</div>"), ("王示例",)),
    (chinese(f"{H1_ZH}<div>{BODY_ZH}<p>记者近日从该委员会了解到,目录已经编好,正等待公布。</p></div>"), ()),
]


@pytest.mark.parametrize(("markup", "authors"), BYLINES)
def test_authors_are_read_where_they_are_printed_and_nowhere_else(markup: str, authors: tuple[str, ...]) -> None:
    assert read(markup).authors == authors


def test_the_page_s_moment_comes_with_its_origin() -> None:
    head = '<meta property="article:published_time" content="2026-11-02T08:00:00+08:00">'
    page = read(english(f"<article>{H1}{BODY}</article>", head))
    assert (page.published_at, page.published_from) == (datetime(2026, 11, 2, tzinfo=UTC), "meta")
    assert read(english(f"<article>{H1}{BODY}</article>")).published_from == "url"


REFUSED: list[tuple[Any, Reason]] = [
    (b"", Reason.NO_TEXT),
    (b"%PDF-1.7 ...", Reason.NOT_HTML),
    (b"\x89PNG\r\n", Reason.NOT_HTML),
    (b"<html><title>Just a moment...</title><body>Checking</body></html>", Reason.BOT_WALL),
    (b'<meta http-equiv="refresh" content="0;url=/x"><body>moved</body>', Reason.REDIRECT_STUB),
    (b'<body><div id=root></div><script id="__NEXT_DATA__">{}</script></body>', Reason.NEEDS_SCRIPT),
    (b"<div>" * 2_500 + b"x", Reason.TOO_DEEP),
    (b"<p>Short.</p>", Reason.TOO_SHORT),
    (b"a" * 5_000_001, Reason.TOO_BIG),
]


@pytest.mark.parametrize(
    ("body", "reason"), REFUSED, ids=[str(reason) + str(n) for n, (_, reason) in enumerate(REFUSED)]
)
def test_what_is_no_article_says_why(body: bytes, reason: Reason) -> None:
    page = read_page(body, URL, {})
    assert isinstance(page, Dropped)
    assert page.reason is reason


@pytest.mark.parametrize("charset", ["gb18030", "utf-16"])
def test_chinese_is_read_in_its_own_charsets(charset: str) -> None:
    page = read_page(PAGES["wire"].replace("utf-8", charset).encode(charset), URL, {})
    assert isinstance(page, ExtractedPage)
    assert ZH[0] in sections_to_text(page.sections)


@pytest.mark.parametrize("end", ["</noscript>", ""])
def test_an_article_that_stands_in_a_noscript_alone_is_read(end: str) -> None:
    read = read_page(english(f"<noscript>{H1}{BODY * 3}{end}").encode(), URL, {})
    assert isinstance(read, ExtractedPage)
    assert sections_to_text(read.sections).splitlines()[:3] == EN


def test_a_request_to_switch_scripts_on_is_no_article() -> None:
    read = read_page(english(f"<noscript>{BODY}</noscript>").encode(), URL, {})
    assert isinstance(read, Dropped)


def test_a_noscript_beside_the_article_stays_out() -> None:
    read = read_page(
        english(f"<article>{H1}{BODY}</article><noscript>{'Another text. ' * 200}</noscript>").encode(), URL, {}
    )
    assert isinstance(read, ExtractedPage)
    assert "Another" not in sections_to_text(read.sections)
