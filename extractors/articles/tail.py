"""Tells boilerplate from text at the ends of an article, and says what it cut and why."""

import re
from collections.abc import Sequence
from functools import lru_cache

from extractors.articles.lines import Line
from extractors.records import Removed

# a line that begins the tail: everything from here on is furniture, if it stands in the last two thirds
CUTS = re.compile(
    r"^(related (posts|articles|stories|news|reading)( .{0,30})?"
    r"|(.{0,30} )?you (may|might) also like|read (more|next)|more (from|on|stories)\b.{0,40}"
    r"|leave a (comment|reply)|comments?( \(\d+\))?|recommended (for you|stories)|share this( article)?|subscribe to .{0,60}"
    r"|sign up (for|to) .{0,80}|most (read|popular)|popular (posts|now)|trending( now)?|about the author|latest (news|stories)"
    r"|(相关(阅读|新闻|推荐|文章|报道)|延伸阅读|推荐阅读|热门(推荐|文章|新闻)|猜你喜欢|更多(精彩|新闻|阅读).{0,20}|发表评论|网友评论"
    r"|版权(声明|所有).*|免责(声明|條款|条款).*|責任編輯.*|责任编辑.*|編輯:.*|相關(新聞|文章|報導|閱讀)|延伸閱讀|精選文章|熱門新聞))[\s:\uff1a»>….]*$",
    re.IGNORECASE,
)
# a line that is furniture wherever it stands
ALWAYS = re.compile(
    r"^(?:\d+ comments?|no comments(?: yet)?|share(?: on .{0,40})?|tweet|facebook|twitter|linkedin|whatsapp|weibo|e-?mail|print"
    r"|advertisement|continue reading(?: …)?|(?:also|read more|see also|read also|related)\s*[:\uff1a].{3,160}"
    r"|photo(?:graph)?(?: credit)?\s*[:\uff1a].{0,120}"
    r"|(?:扫|掃)(?:码|碼|一扫|一掃).{0,60}|.{0,10}(?:长按|微信扫|扫描二维码|关注公众号|點擊|点击).{0,40}"
    r"|[\uff08(]?(?:责任编辑|責任編輯|编辑|編輯|校对|审核)[:\uff1a].{0,40}"
    r"|原标题[:\uff1a].{0,120}|(?:分享(?:到|至)|打印|收藏|举报).{0,20}|本文(?:来源|來源)[:\uff1a].{0,60}"
    r"|(?:版权|版權)(?:声明|聲明|所有).{0,200}|(?:免责|免責)(?:声明|聲明).{0,200}"
    r"|(?:返回|回到)(?:首页|頂部|顶部|搜狐).{0,20}|继续阅读全文.{0,3}|繼續閱讀全文.{0,3})$",
    re.IGNORECASE,
)
# a short line with one of these words is furniture: (words, most characters the line may have)
WORDS = (
    (re.compile(r"责任编辑|責任編輯|责\s*编\s*[:\uff1a]"), 40),
    (re.compile(r"[上下]一篇|发表评论|網友評論|网友评论|我要评论|关闭窗口|返回顶部|返回首页|点击查看|阅读原文"), 40),
    (re.compile(r"版权所有|版权声明|版權所有|免责声明|举报电话|京ICP备|未经授权|转载请注明|登录后"), 90),
    (re.compile(r"^(?:copyright|©|\(c\))|all rights reserved|版权所有 ", re.IGNORECASE), 300),
    (re.compile(r"^(?:延伸阅读|延伸閱讀|推荐阅读|相关阅读|相关新闻)[:\uff1a\s]"), 80),
    (re.compile(r"^(?:skip advertisement|skip to (?:main )?content|back to top|advertisement\b)", re.IGNORECASE), 40),
    (re.compile(r"^(?:share this article|share on \w+|you (?:might|may) also like\s*:)", re.IGNORECASE), 80),
    (re.compile(r"^(?:sign up for|subscribe to) (?:our|the) .*newsletter", re.IGNORECASE), 120),
)
BYLINE = re.compile(
    r"^(by|作者|記者|记者|文)[\s:\uff1a/／|]+.{1,80}$|^.{0,40}(本报|本報)?(记者|記者)\s?.{1,20}$", re.IGNORECASE
)
DATELINE = re.compile(
    r"^[\W\d]*(?:\d{4}[-/年.]\d{1,2}[-/月.]\d{1,2}日?|\d{1,2} [A-Z][a-z]+ \d{4}|[A-Z][a-z]+ \d{1,2}, \d{4})"
    r"[\s\d:\uff1aAPMUTCapm|,·-]*(?:来源.{0,20})?$"
)
HEAD_SHARE = 1 / 3
SHORT_TAIL_CHARS = 400
FURNITURE_CHARS = 300


def without_tail(lines: Sequence[Line]) -> tuple[list[Line], tuple[Removed, ...]]:
    """The lines without boilerplate, and what was removed by which rule.

    A cut mark counts only after the first third of the text (a careless rule once cost a page .94 of its words).
    """
    total = sum(len(line.text) for line in lines) or 1
    kept, removed, before = list[Line](), list[Removed](), 0
    for number, line in enumerate(lines):
        if before >= HEAD_SHARE * total and CUTS.match(line.text) and is_furniture(lines[number + 1 :], total):
            removed += [Removed(cut.text, "tail after a closing mark") for cut in lines[number:]]
            break
        if is_furniture_line(line.text):
            removed.append(Removed(line.text, "furniture line"))
        else:
            kept.append(line)
        before += len(line.text)
    return without_open_headings(kept, removed)


@lru_cache(maxsize=4_096)  # every candidate asks about the same lines
def is_furniture_line(text: str) -> bool:
    """Whether a line is furniture wherever it stands."""
    if len(text) > FURNITURE_CHARS:
        return False
    return bool(
        ALWAYS.match(text)
        or DATELINE.match(text)
        or any(len(text) <= most and words.search(text) for words, most in WORDS)
    )


def is_furniture(rest: Sequence[Line], total: int) -> bool:
    """Whether what follows a closing mark looks like lists and links, not like text going on."""
    plain = sum(line.plain_chars for line in rest if not line.level and line.plain_chars > 80)
    return plain <= max(SHORT_TAIL_CHARS, total / 5)


def without_open_headings(kept: list[Line], removed: list[Removed]) -> tuple[list[Line], tuple[Removed, ...]]:
    """Headings at the very end have lost their text; they go."""
    while kept and kept[-1].level:
        removed.append(Removed(kept.pop().text, "heading without text"))
    return kept, tuple(removed)


def is_byline(text: str, authors: Sequence[str]) -> bool:
    """Whether a line only says who wrote the article."""
    if len(text) > 120:
        return False
    return bool(BYLINE.match(text)) and (len(text) < 40 or any(author in text for author in authors))
