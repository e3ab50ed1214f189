"""Pages of our own making in the clothes of real templates: 30 English and 30 Chinese shells around the same kind of text."""

# ruff: noqa: E501 - a template is one line
from typing import NamedTuple

TITLE, TITLE_ZH = "Council publishes a catalogue of models", "示例委员会公布公开模型目录"
HEADINGS, HEADINGS_ZH = ("What it costs", "Who keeps it"), ("费用怎样计算", "由谁来维护")
TEXT = [
    "The sample council said on Monday that it would publish a catalogue of public models before the end of the year, with the name of the body that keeps each of them.",
    "Engineers from four laboratories described how they measured the cost of every answer, and which expenses they had left out of the account for the time being.",
    "A second round of measurements is planned for the spring, when the new machines of the region are expected to run at their full rate for the first time.",
    "The catalogue will be open to small firms and schools, the council added, and every entry is to carry a date, a licence and the address of somebody who answers.",
    "Two members voted against the plan because the figures are given by the makers themselves, and asked for an independent laboratory to repeat a share of the tests.",
]
TEXT_ZH = [
    "示例委员会周一表示,将在年底前公布一份公开模型目录,并说明每个模型由哪家机构维护、用于哪些公共服务场景。",
    "来自四家示例实验室的工程师介绍了他们怎样计算每次回答的成本,以及哪些费用暂时没有计入,预计明年春天再测一次。",
    "该地区的新机房届时应已投入运行,委员会希望测试结果能帮助小企业选择合适的模型,而不只是看排行榜的名次。",
    "目录将向中小企业和学校开放,每个条目都要写明日期、许可方式和负责答复的联系人,委员会每季度核对一次。",
    "两名委员对方案投了反对票,理由是数据由开发方自行提供,他们要求由独立实验室抽取一部分测试重新做一遍。",
]
MENU = "".join(f"<li><a href='/{n}'>Desk {n}</a></li>" for n in range(12))
MENU_ZH = "".join(f"<li><a href='/{n}'>频道{n}</a></li>" for n in range(12))
MORE = "".join(f"<li><a href='/s{n}'>Another sample headline, number {n}, of the day before</a></li>" for n in range(8))
MORE_ZH = "".join(f"<li><a href='/s{n}'>又一条示例新闻的标题,编号为{n}</a></li>" for n in range(8))


class Words(NamedTuple):
    """The parts of a page in one language."""

    title: str
    text: list[str]
    headings: tuple[str, str]
    menu: str
    more: str
    site: str

    def body(self, tag: str = "p", heading: str = "h2") -> str:
        """The text with its two headings, paragraphs in `tag`."""
        parts = [f"<{tag}>{line}</{tag}>" for line in self.text]
        heads = [f"<{heading}>{line}</{heading}>" for line in self.headings]
        return parts[0] + parts[1] + heads[0] + parts[2] + parts[3] + heads[1] + parts[4]

    def broken(self, sign: str = "") -> str:
        """The text in one element, lines divided by breaks."""
        return "<br><br>".join(sign + line for line in self.text)


EN = Words(TITLE, TEXT, HEADINGS, MENU, MORE, "Sample Times")
ZH = Words(TITLE_ZH, TEXT_ZH, HEADINGS_ZH, MENU_ZH, MORE_ZH, "示例网")
# the shells: {t} headline, {b} text with headings, {d} the same in boxes, {l} lines with breaks, {m} menu, {r} more headlines
SHELLS = {
    "article element": "<header><nav><ul>{m}</ul></nav></header><main><article><h1>{t}</h1>{b}</article></main><footer>{f}</footer>",
    "blog with sidebar": "<div id=header><ul>{m}</ul></div><div id=main><div class='post hentry'><h1 class=entry-title>{t}</h1><div class=entry-content>{b}</div></div><div id=sidebar><ul>{r}</ul></div></div>",
    "boxes only": "<div class=a><div class=b><h1>{t}</h1>{d}</div><div class=c><ul>{r}</ul></div></div>",
    "layout tables": "<table width=900><tr><td><ul>{m}</ul></td></tr></table><table><tr><td width=600><h1>{t}</h1>{b}</td><td><ul>{r}</ul></td></tr></table><table><tr><td>{f}</td></tr></table>",
    "related inside": "<article><h1>{t}</h1>{b}<h3>{rel}</h3><ul>{r}</ul></article>",
    "related in the middle of the page": "<div class=content><h1>{t}</h1><div class=article-body>{b}</div><div class=related><h3>{rel}</h3><ul>{r}</ul></div></div><div class=footer>{f}</div>",
    "share bar": "<div class=story><h1>{t}</h1><ul class=share><li><a href=#>Facebook</a></li><li><a href=#>Twitter</a></li><li><a href=#>微博</a></li></ul><div class=text>{b}</div></div><ul>{r}</ul>",
    "comments": "<div class=post><h1>{t}</h1><div class=content>{b}</div></div><div id=comments class=comments><h3>{com}</h3><div class=comment><p>{c}</p></div><div class=comment><p>{c}</p></div></div>",
    "asp form": "<form action=/x.aspx id=form1><div id=top><ul>{m}</ul></div><div id=article><h1>{t}</h1><div id=zoom>{b}</div></div><div id=bottom>{f}</div></form>",
    "amp": "<amp-sidebar><ul>{m}</ul></amp-sidebar><article><h1>{t}</h1><amp-img src=x></amp-img>{b}</article><amp-ad></amp-ad>",
    "print page": "<h1>{t}</h1>{b}<p>{f}</p>",
    "cookie banner": "<div class=cookie-banner role=dialog><p>{cookie}</p><button>OK</button></div><main><article><h1>{t}</h1>{b}</article></main>",
    "hidden copy": "<div style='display:none'><p>{hidden}</p></div><div class=news><h1>{t}</h1><div class=news-content>{b}</div></div><ul>{r}</ul>",
    "sections": "<main><section><h1>{t}</h1></section><section class=body>{b}</section><section class=teasers><ul>{r}</ul></section></main>",
    "itemprop": "<div itemscope itemtype='https://schema.org/NewsArticle'><h1 itemprop=headline>{t}</h1><div itemprop=articleBody>{b}</div></div><aside><ul>{r}</ul></aside>",
    "old fonts": "<center><font size=5><b><h1>{t}</h1></b></font></center><hr><font size=3>{b}</font><hr><center><font size=2>{f}</font></center>",
    "captions": "<article><h1>{t}</h1><figure><img src=a.jpg></figure>{b}</article><div class=most-read><ul>{r}</ul></div>",
    "deep boxes": "<div><div><div><div><div><h1>{t}</h1><div><div>{b}</div></div></div></div></div></div></div><div><ul>{r}</ul></div>",
    "custom elements": "<x-app><x-head><ul>{m}</ul></x-head><x-story><h1>{t}</h1>{b}</x-story><x-foot>{f}</x-foot></x-app>",
    "subscribe box": "<article><h1>{t}</h1>{b}<p>{sub}</p></article><div><ul>{r}</ul></div>",
    "unclosed paragraphs": "<div class=main><h1>{t}</h1><div class=txt>{u}</div></div><div class=list><ul>{r}</ul></div>",
    "line breaks": "<div class=main><h1>{t}</h1><div class=txt>{l}</div></div><div class=list><ul>{r}</ul></div>",
    "line breaks in a table": "<table><tr><td><h1>{t}</h1></td></tr><tr><td>{l}</td></tr></table><table><tr><td><ul>{r}</ul></td></tr></table>",
    "spans": "<div class=main><h1>{t}</h1><div class=txt>{s}</div></div><div class=list><ul>{r}</ul></div>",
    "next and previous": "<div class=wrap><h1>{t}</h1><div class=article>{b}</div><div class=pages><a href=/1>{prev}</a> <a href=/2>{next}</a></div></div><ul>{r}</ul>",
    "rights at the end": "<div class=wrap><h1>{t}</h1><div class=article>{b}<p>{f}</p></div></div><ul>{r}</ul>",
    "streamed by React": "<div id=root></div><div hidden id='S:0'><main><h1>{t}</h1>{b}</main></div>",
    "navigation never closed": "<nav><ul><li><a href=/>Home</a></ul><div class=page><h1>{t}</h1><div class=text>{b}</div></div>",
    "teasers before the text": "<div class=teasers><ul>{r}</ul></div><div class=article><h1>{t}</h1><div class=content>{b}</div></div><div>{f}</div>",
    "lead in a box of its own": "<div class=article><h1>{t}</h1><div class=lead></div><div class=content>{b}</div><div class=tags><a href=/a>AI</a> <a href=/b>China</a></div></div><ul>{r}</ul>",
}
AROUND = {
    "en": {"f": "Copyright Sample Times. All rights reserved.", "rel": "Related articles", "com": "2 comments", "c": "A reader says: fine piece.", "cookie": "We use cookies to make this site work.",
           "hidden": "This hidden copy must not be seen by anybody.", "sub": "Sign up for our daily newsletter", "prev": "Previous story", "next": "Next story"},
    "zh": {"f": "版权所有 示例网 京ICP备00000000号", "rel": "相关阅读", "com": "网友评论", "c": "某读者:写得不错。", "cookie": "本站使用必要的缓存文件。",
           "hidden": "这段隐藏的文字不应被任何人看到。", "sub": "扫一扫,关注我们的公众号", "prev": "上一篇", "next": "下一篇"},
}  # fmt: skip
FURNITURE = [words for language in AROUND.values() for words in language.values()]


def page_of(shell: str, words: Words, language: str) -> str:
    """A page: a shell filled with the words of a language."""
    inner = SHELLS[shell].format(
        t=words.title,
        b=words.body(),
        d=words.body("div"),
        l=words.broken("　　" if language == "zh" else ""),
        u="".join(f"<p>{line}" for line in words.text),
        s="".join(f"<div><span>{line}</span></div>" for line in words.text),
        m=words.menu,
        r=words.more,
        **AROUND[language],
    )
    return f"<!doctype html><html lang={language}><head><meta charset=utf-8><title>{words.title} - {words.site}</title></head><body>{inner}</body></html>"


PAGES = {
    f"{language}: {shell}": page_of(shell, words, language)
    for language, words in (("en", EN), ("zh", ZH))
    for shell in SHELLS
}
