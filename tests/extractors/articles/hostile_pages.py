"""Hostile and odd pages of our own making: bytes, headers, and what must become of them (a reason, or None for an article)."""

# ruff: noqa: E501 - a page is one line
import json
from collections.abc import Mapping
from typing import NamedTuple

from extractors.records import Reason

SAY = (
    "The sample council said on Monday that it would publish a catalogue of public models before the end of the year. "
)
MORE = (
    "Engineers of four laboratories measured what every answer costs, and described in detail what they had left out. "
)
SAGT = "示例委员会周一表示,将在年底前公布一份公开模型目录,并说明每个模型由哪家机构维护、用于哪些公共服务场景。"
MEHR = "来自四家示例实验室的工程师介绍了他们怎样计算每次回答的成本,以及哪些费用没有计入,预计明年春天再测一次。"
BODY = f"<article><h1>Catalogue of models</h1><p>{SAY}</p><p>{MORE}</p></article>"
BODY_ZH = f"<article><h1>公开模型目录</h1><p>{SAGT}</p><p>{MEHR}</p></article>"


class Odd(NamedTuple):
    """A page, and the reason it must be dropped with; None for a page whose text must come out."""

    body: bytes
    reason: Reason | None = None
    headers: Mapping[str, str] = {}


def page(inner: str, head: str = "<meta charset=utf-8>") -> bytes:
    return f"<html><head>{head}<title>Catalogue of models</title></head><body>{inner}</body></html>".encode()


def typed(kind: str) -> Mapping[str, str]:
    return {"content-type": kind}


FILES = {
    "empty": Odd(b"", Reason.NO_TEXT),
    "white space": Odd(b" \n\t\r\n ", Reason.NO_TEXT),
    "pdf": Odd(b"%PDF-1.7\n1 0 obj", Reason.NOT_HTML),
    "pdf said to be html": Odd(b"%PDF-1.4 <html>", Reason.NOT_HTML, typed("text/html")),
    "png": Odd(b"\x89PNG\r\n\x1a\n\0\0\0", Reason.NOT_HTML),
    "jpeg": Odd(b"\xff\xd8\xff\xe0\0\x10JFIF", Reason.NOT_HTML),
    "gif": Odd(b"GIF89a\x01\0", Reason.NOT_HTML),
    "webp": Odd(b"RIFF\x24\0\0\0WEBPVP8 ", Reason.NOT_HTML),
    "avif": Odd(b"\0\0\0\x20ftypavif\0\0", Reason.NOT_HTML),
    "mp4": Odd(b"\0\0\0\x18ftypmp42\0\0", Reason.NOT_HTML),
    "webm": Odd(b"\x1aE\xdf\xa3\x01\0", Reason.NOT_HTML),
    "avi": Odd(b"RIFF\x24\0\0\0AVI LIST", Reason.NOT_HTML),
    "mp3": Odd(b"ID3\x04\0\0", Reason.NOT_HTML),
    "zip": Odd(b"PK\x03\x04\x14\0", Reason.NOT_HTML),
    "word": Odd(b"\xd0\xcf\x11\xe0\xa1\xb1", Reason.NOT_HTML),
    "gzip inside": Odd(b"\x1f\x8b\x08\0\0", Reason.NOT_HTML),
    "font": Odd(b"wOF2\0\x01", Reason.NOT_HTML),
    "program": Odd(b"\x7fELF\x02\x01", Reason.NOT_HTML),
    "unknown bytes said to be an image": Odd(b"\x01\x02\x03\x04", Reason.NOT_HTML, typed("image/heif")),
    "unknown bytes said to be a download": Odd(b"\x01\x02\x03\x04", Reason.NOT_HTML, typed("application/octet-stream")),
    "json": Odd(json.dumps({"text": SAY * 9}).encode(), Reason.NOT_HTML),
    "json list": Odd(json.dumps([SAY] * 9).encode(), Reason.NOT_HTML),
    "rss": Odd(
        f"<?xml version='1.0'?><rss><channel><item><description>{SAY}</description></item></channel></rss>".encode(),
        Reason.NOT_HTML,
    ),
    "atom": Odd(
        f"<feed xmlns='http://www.w3.org/2005/Atom'><entry><summary>{SAY}</summary></entry></feed>".encode(),
        Reason.NOT_HTML,
    ),
    "sitemap": Odd(b"<?xml version='1.0'?><urlset><url><loc>https://e.example/</loc></url></urlset>", Reason.NOT_HTML),
    "svg": Odd(f"<svg xmlns='http://www.w3.org/2000/svg'><text>{SAY}</text></svg>".encode(), Reason.NOT_HTML),
    "plain text": Odd((SAY * 9).encode(), Reason.NOT_HTML, typed("text/html")),
}
STUBS = {
    "short": Odd(page("<p>Short.</p>"), Reason.TOO_SHORT),
    "no body": Odd(b"<html><head><title>x</title></head></html>", Reason.NO_TEXT),
    "frameset": Odd(b"<html><frameset cols='20%,80%'><frame src=a><frame src=b></frameset></html>", Reason.NO_TEXT),
    "meta refresh": Odd(
        b'<meta http-equiv="refresh" content="0; url=https://e.example/new"><p>Moved.</p>', Reason.REDIRECT_STUB
    ),
    "script that leads elsewhere": Odd(b"<script>window.location.href = '/new'</script>", Reason.REDIRECT_STUB),
    "next data": Odd(b'<div id="__next"></div><script id="__NEXT_DATA__">{}</script>', Reason.NEEDS_SCRIPT),
    "empty app": Odd(b'<div id="app"></div><script src="/main.js"></script>', Reason.NEEDS_SCRIPT),
    "wish for javascript": Odd(
        page(
            "<div id=root></div><p>You need to enable JavaScript to run this app, since all of it is built in your browser.</p>"
        ),
        Reason.NEEDS_SCRIPT,
    ),
    "wish for javascript in Chinese": Odd(
        page(
            "<div id=app></div><p>请开启JavaScript以继续浏览本网站的全部内容,谢谢您的理解与支持,如有问题请联系客服人员处理。</p>"
        ),
        Reason.NEEDS_SCRIPT,
    ),
    "just a moment": Odd(
        b"<title>Just a moment...</title><p>Checking your browser before accessing news.example. This process is automatic and takes five seconds.</p>",
        Reason.BOT_WALL,
    ),
    "attention required": Odd(
        b"<title>Attention Required! | Guard</title><p>Sorry, you have been blocked. You are unable to access news.example, please email the owner.</p>",
        Reason.BOT_WALL,
    ),
    "press and hold": Odd(
        page(
            "<p>Before we continue, press and hold to confirm you are a human and not a bot, reference number 1234 of today.</p>"
        ),
        Reason.BOT_WALL,
    ),
    "Chinese captcha": Odd(
        page("<p>您的访问过于频繁,请完成安全验证后继续访问,拖动滑块完成拼图即可,如多次失败请联系网站管理员处理。</p>"),
        Reason.BOT_WALL,
    ),
    "Chinese wall by its title": Odd(
        "<title>百度安全验证</title><p>网络不给力,请稍后重试,返回首页,问题反馈,网络不给力,请稍后重试,返回首页。</p>".encode(),
        Reason.BOT_WALL,
    ),
    "only hidden text": Odd(page(f"<div hidden>{SAY * 3}</div><div style='display:none'>{SAY}</div>"), Reason.NO_TEXT),
    "only links": Odd(
        page("".join(f"<li><a href='/{n}'>A sample headline of number {n}</a></li>" for n in range(60))),
        Reason.LIST_PAGE,
    ),
}
HUGE = {
    "a million line breaks": Odd(page(f"<p>{SAY}{'<br>' * 1_000_000}</p>"), Reason.TOO_BIG),
    "a million tags": Odd(page("<b></b>" * 500_000 + SAY), Reason.TOO_BIG),
    "twenty megabytes": Odd(page(f"<p>{SAY}</p>" * 170_000), Reason.TOO_BIG),
    "a ten megabyte attribute": Odd(page(f"<p title='{'x' * 10_000_000}'>{SAY}</p>"), Reason.TOO_BIG),
    "a link farm": Odd(page("".join(f"<a href='/{n}'>link number {n}</a> " for n in range(90_000))), Reason.NO_TEXT),
    "forty thousand paragraphs": Odd(page(f"<p>{SAY}</p>" * 30_000)),
    "a paragraph of two megabytes": Odd(page(f"<p>{'word' * 500_000}</p>")),
    "a hundred thousand nested boxes": Odd(page("<div>" * 100_000 + SAY), Reason.TOO_DEEP),
    "a data address of four megabytes": Odd(page(f"<img src='data:image/png;base64,{'A' * 4_000_000}'>{BODY}")),
    "unclosed paragraphs": Odd(page(f"<p>{SAY}" * 30_000)),
    "white space without end": Odd(page(f"<p>{' ' * 3_000_000}{SAY * 2}</p>")),
    "a title without end": Odd(page(BODY, f"<meta charset=utf-8><title>{'t' * 1_000_000}</title>")),
    "five hundred nested tables": Odd(page("<table><tr><td>" * 500 + SAY * 5 + "</td></tr></table>" * 500)),
    "a huge colspan": Odd(page(f"<table><tr><td colspan=100000000>{SAY}</td></tr><tr><td>{MORE}</td></tr></table>")),
    "entities upon entities": Odd(
        b"<!DOCTYPE html [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;&a;&a;'>]>" + page(BODY + "&b;" * 9)
    ),
    "a thousand classes that say author": Odd(page("<div class='author meta info'>" * 900 + SAY * 9)),
}
ODD = {
    "no html element": Odd(f"<p>{SAY}</p><p>{MORE}</p>".encode()),
    "upper case tags": Odd(page(f"<P>{SAY}<P>{MORE}")),
    "nul and control bytes": Odd(page(BODY).replace(b"said", b"s\0aid\x01\x08")),
    "utf-8 with a bom": Odd(b"\xef\xbb\xbf" + page(BODY)),
    "utf-16 with a bom": Odd(page(BODY).decode().encode("utf-16")),
    "utf-16 without a bom": Odd(page(BODY).decode().encode("utf-16-le")),
    "gb18030 that is not declared": Odd(page(BODY_ZH, "").decode().encode("gb18030")),
    "gbk said to be utf-8": Odd(page(BODY_ZH).decode().encode("gbk")),
    "gbk declared as gb2312 in the header": Odd(
        page(BODY_ZH, "").decode().encode("gbk"), None, typed("text/html; charset=gb2312")
    ),
    "gb18030 with one bad byte": Odd(
        page(BODY_ZH, "<meta charset=gb18030>")
        .decode()
        .encode("gb18030")
        .replace("工程师".encode("gb18030"), "工程".encode("gb18030") + b"\xff")
    ),
    "windows-1252 quotes": Odd(
        page(BODY, "<meta charset=windows-1252>").decode().replace("said", "“said”").encode("cp1252")
    ),
    "a charset that nobody has": Odd(page(BODY, "<meta charset=klingon-1>")),
    "a charset that is no charset": Odd(page(BODY, "<meta charset=rot13>")),
    "broken json-ld": Odd(page(BODY, "<script type='application/ld+json'>{'a':</script>")),
    "json-ld of arrays in arrays": Odd(
        page(BODY, f"<script type='application/ld+json'>{'[' * 5000}{']' * 5000}</script>")
    ),
    "json-ld with numbers for names": Odd(
        page(
            BODY,
            '<script type="application/ld+json">{"@type":"NewsArticle","author":[1,{"name":2}],"datePublished":3,"headline":null}</script>',
        )
    ),
    "a hundred comments before everything": Odd(b"<!-- a -- b -->\n" * 900 + page(BODY)),
    "a comment that never ends": Odd(page(BODY + "<!-- ")),
    "conditional comments": Odd(
        page(f"<!--[if IE]><p>old</p><![endif]-->{BODY}<!--[if !IE]>--><p>x</p><!--<![endif]-->")
    ),
    "text streamed in a hidden box": Odd(page(f"<div id=root>Loading</div><div hidden id='S:0'>{BODY}</div>")),
    "text that a script unhides": Odd(page(f"<div style='display:none'>{BODY * 5}</div>")),
    "custom elements": Odd(page(f"<x-shell><x-story>{BODY}</x-story></x-shell>")),
    "navigation that is never closed": Odd(page(f"<nav><a href=/>Home</a>{BODY}")),
    "processing instructions": Odd(page("<?php echo 1 ?>" + BODY)),
    "a form around everything": Odd(page(f"<form action=/>{BODY}<input name=q></form>")),
    "bad dates everywhere": Odd(
        page(
            f"<time datetime='99999-99-99'>x</time><p>2026-13-45</p>{BODY}",
            "<meta name=date content='31/02/20266 25:61'>",
        )
    ),
    "lone surrogates": Odd(page(BODY + "<p>&#xD800;&#xDFFF;&#x110000;</p>")),
    "right to left marks": Odd(page(BODY.replace("said", "s\u202eaid\u200b"))),
    "text in a details element": Odd(page(f"<details open><summary>More</summary>{BODY}</details>")),
}
PAGES = FILES | STUBS | HUGE | ODD
