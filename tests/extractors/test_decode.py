"""Charsets: the bytes decide, then what is declared; one bad byte costs one sign."""

import pytest
from hypothesis import given, strategies as st

from extractors.decode import decode, decode_xml, known_charset
from tests.extractors.feed_bodies import document

SIMPLE = "人工智能治理：新规将于明年生效，企业表示欢迎。"
COMPLEX = "人工智慧治理：新規將於明年生效，企業表示歡迎。"
LATIN = "Café society: l'été à Genève, où l'on débat des règles"
RSS = "<rss><channel><title>t</title><item><title>{}</title><link>https://a.example/1</link></item></channel></rss>"


def feed(text: str, charset: str, declared: str = "") -> bytes:
    declaration = f'<?xml version="1.0" encoding="{declared}"?>\n' if declared else ""
    return (declaration + RSS.format(text)).encode(charset)


@pytest.mark.parametrize(
    ("text", "charset", "declared", "header"),
    [
        (SIMPLE, "utf-8", "", ""),
        (SIMPLE, "utf-8-sig", "gb2312", "gbk"),
        (SIMPLE, "utf-8", "gb2312", ""),
        (SIMPLE, "utf-8", "", "iso-8859-1"),
        (SIMPLE, "utf-16", "utf-16", ""),
        (SIMPLE, "utf-16-le", "utf-16", ""),
        (SIMPLE, "utf-16-be", "", "utf-16"),
        (SIMPLE, "utf-32", "", ""),
        (SIMPLE, "gb2312", "gb2312", ""),
        (SIMPLE + "䶮㐂镕", "gb18030", "gb2312", ""),
        (SIMPLE, "gbk", "", "GBK"),
        (SIMPLE, "gb18030", "", ""),
        (SIMPLE, "gb18030", "utf-8", ""),
        (SIMPLE, "gb18030", "utf-8", "utf-8"),
        (SIMPLE, "gb18030", "gb2312", "iso-8859-1"),
        (SIMPLE, "gb18030", "gb2312", "utf-8"),
        (SIMPLE, "gb18030", "no-such-charset", ""),
        (COMPLEX, "big5", "big5", ""),
        (COMPLEX, "big5", "", "big5"),
        (COMPLEX + "嘅喺", "big5hkscs", "big5", ""),
        (LATIN, "cp1252", "iso-8859-1", ""),
        (LATIN, "cp1252", "", "windows-1252"),
        (LATIN, "cp1252", "", ""),
        ("“Quoted” – with dashes", "cp1252", "iso-8859-1", ""),
        ("Новости: правила", "koi8-r", "koi8-r", ""),
        ("人工知能の規則", "shift_jis", "Shift_JIS", ""),
        ("인공지능 규칙", "euc-kr", "euc-kr", ""),
    ],
)
def test_a_title_is_read_in_the_charset_it_was_written_in(text: str, charset: str, declared: str, header: str) -> None:
    content_type = f"text/xml; charset={header}" if header else "text/xml"
    assert document(feed(text, charset, declared), content_type).entries[0].title == text


@pytest.mark.parametrize(("charset", "declared"), [("utf-8", ""), ("utf-8", "utf-8"), ("gb18030", "gb2312")])
def test_one_bad_byte_costs_one_sign(charset: str, declared: str) -> None:
    body = feed(SIMPLE * 3, charset, declared)
    cut = body.index("新规".encode(charset))
    title = document(body[:cut] + b"\xff" + body[cut:]).entries[0].title
    assert title.count("\ufffd") == 1
    assert title.replace("\ufffd", "") == SIMPLE * 3


def test_undeclared_gb18030_with_bad_bytes_still_reads_as_chinese() -> None:
    body = feed(SIMPLE * 3, "gb18030")
    cut = body.index("新规".encode("gb18030"))
    assert SIMPLE in document(body[:cut] + b"\xff" + body[cut:]).entries[0].title


def test_the_feeds_language_settles_what_the_bytes_do_not() -> None:
    body = "价 \xff\xff\xff\xff".encode("latin-1", "ignore") + "“涨”".encode("gb18030") + b"\xff" * 20
    assert "涨" in decode(body, [], "zh-CN")
    assert "涨" not in decode(body, [], "fr")


@pytest.mark.parametrize("name", ["rot13", "hex", "", "no such", "idna\0", "undefined", "punycode"])
def test_a_name_that_is_no_charset_is_passed_over(name: str) -> None:
    assert decode("é".encode(), [name]) == "é"


def test_names_mean_the_wider_charset_that_sites_use() -> None:
    assert known_charset(" 'GB2312' ") == "gb18030"
    assert known_charset("ISO-8859-1") == "cp1252"


def test_what_xml_forbids_and_the_declaration_are_taken_out() -> None:
    assert decode_xml(b'<?xml version="1.0" encoding="utf-8"?>\n<a>\x00\x08b\xef\xbf\xbf</a>', {}) == "\n<a>b</a>"


@given(st.binary(max_size=200), st.lists(st.sampled_from(["utf-8", "gbk", "utf-16", "utf-7", "x", "idna", "punycode"])))
def test_decoding_never_raises(body: bytes, declared: list[str]) -> None:
    assert isinstance(decode(body, declared), str)


@given(st.text(max_size=200))
def test_valid_utf8_is_never_read_as_anything_else(text: str) -> None:
    body = text.encode("utf-8", "ignore")
    if b"\0" not in body:
        assert decode(body, ["gbk", "big5"]) == body.decode().lstrip("\ufeff")


@pytest.mark.parametrize("charset", ["gb18030", "big5hkscs"])
def test_a_server_that_puts_latin_1_on_everything_is_not_believed_of_a_chinese_feed(charset: str) -> None:
    text = "<title>人工智慧的發展與模型</title>"
    assert decode(text.encode(charset), ["iso-8859-1"], "zh") == text
    assert decode(text.encode(charset), ["iso-8859-1"], "fr") != text


def test_latin_1_in_a_chinese_feed_stays_latin_1() -> None:
    text = "<title>Café à Genève: déjà vu</title>"
    assert decode(text.encode("latin-1"), ["iso-8859-1"], "zh") == text
