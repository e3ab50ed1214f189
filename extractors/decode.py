"""Turns bytes into text by what they are, then by what they claim: BOM, UTF-8, declared charset, Chinese guesses.

One bad byte must cost one U+FFFD: feedparser falls through to Latin-1 and turns a whole Chinese feed into mojibake.
"""

import codecs
import re
import sys
from collections.abc import Mapping, Sequence

BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# what sites mean by these names: the wider charset that contains the named one (WHATWG encoding standard)
WIDER = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "gb_2312-80": "gb18030",
    "x-gbk": "gb18030",
    "big5": "big5hkscs",
    "big5-hkscs": "big5hkscs",
    "iso-8859-1": "cp1252",
    "latin-1": "cp1252",
    "ascii": "cp1252",
    "us-ascii": "cp1252",
    "shift_jis": "cp932",
    "sjis": "cp932",
    "ks_c_5601-1987": "cp949",
    "euc-kr": "cp949",
}
PYTHON_ONLY = frozenset({"idna", "punycode", "unicode-escape", "raw-unicode-escape", "undefined", "mbcs", "oem"})
LATIN = "cp1252"
GUESSES = ("gb18030", "big5hkscs")
FIRST_LEVEL = {"gb18030": (0xB0, 0xD7), "big5hkscs": (0xA4, 0xC6)}  # lead bytes of the characters in daily use
SAMPLE_CHARS = 20_000
HAN_SHARE = 0.2  # of the non-ASCII characters: text in the wrong charset shows rare signs instead
BAD_SHARE = 0.01  # undecodable characters that still count as damage and not as the wrong charset
XML_DECLARATION = re.compile(r"^\s*<\?xml\b[^>]*>")
XML_CHARSET = re.compile(rb"^\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w.:-]+)[\"']")
CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")

CHARACTER_REFERENCE = re.compile(r"&#([xX][0-9a-fA-F]{1,8}|[0-9]{1,10});")


def decode(body: bytes, declared: Sequence[str], language: str = "") -> str:
    """The text of a body. `declared` are charset names, most believed first; names no codec has are passed over.

    `language` (BCP 47) tips the scale for bodies that declare nothing.
    """
    for bom, charset in BOMS:
        if body.startswith(bom):
            return body.decode(charset, "replace").lstrip("\ufeff")
    if utf16 := bare_utf16(body):
        return body.decode(utf16, "replace")
    names = believed(declared)
    for charset in ("utf-8", *names):
        if charset == LATIN and language.startswith("zh") and (text := guess_chinese(body)):
            return text  # many a server puts Latin-1 on everything, and everything decodes as Latin-1
        try:
            return body.decode(charset)
        except UnicodeDecodeError:
            continue
    return decode_damaged(body, names, language)


def believed(declared: Sequence[str]) -> list[str]:
    """The codecs for declared charsets, in order; Latin-1 last: careless servers put it on everything."""
    names = [name for name in (known_charset(each) for each in declared) if name]
    return sorted(names, key=lambda name: name == LATIN)


def decode_damaged(body: bytes, names: Sequence[str], language: str) -> str:
    """The text of a body that no charset decodes cleanly: the believed one with U+FFFD, or a Chinese guess."""
    if not names and (text := guess_chinese(body)):
        return text
    for charset in (*names, "utf-8"):
        text = body.decode(charset, "replace")
        if text.count("\ufffd") <= BAD_SHARE * len(text) + 2:
            return text
    for charset in GUESSES:
        text = body.decode(charset, "replace")
        if mostly_han(text):
            return text
    fallback = GUESSES[0] if language.startswith("zh") else LATIN
    return body.decode(names[0] if names else fallback, "replace")


def guess_chinese(body: bytes) -> str | None:
    """The text in gb18030 or Big5, if one decodes without fault and reads as Chinese; if both do, the more common words."""
    read = dict[str, str]()
    for charset in GUESSES:
        try:
            read[charset] = body.decode(charset)
        except UnicodeDecodeError:
            continue
    chinese = [charset for charset, text in read.items() if mostly_han(text)]
    return read[max(chinese, key=lambda charset: common_share(read[charset], charset))] if chinese else None


def common_share(text: str, charset: str) -> float:
    """Of all characters beyond ASCII, the share in the first level of their charset: Chinese characters in daily use.

    Big5 read as gb18030 often decodes without fault, into characters hardly anybody uses, or that are nobody's.
    """
    least, most = FIRST_LEVEL[charset]
    leads = [
        encoded[0] for char in text[:SAMPLE_CHARS] if char > "\x7f" and (encoded := char.encode(charset, "ignore"))
    ]
    return sum(least <= lead <= most for lead in leads) / len(leads) if leads else 0.0


def is_han(char: str) -> bool:
    """Whether a character is Chinese."""
    return "\u4e00" <= char <= "\u9fff"


def mostly_han(text: str) -> bool:
    """Whether a fifth or more of the non-ASCII characters are Chinese, and few of them are broken."""
    beyond = [char for char in text[:SAMPLE_CHARS] if char > "\x7f"]
    han = sum(1 for char in beyond if is_han(char))
    return bool(beyond) and han >= HAN_SHARE * len(beyond) and beyond.count("\ufffd") <= 0.05 * len(beyond)


def bare_utf16(body: bytes) -> str | None:
    """UTF-16 without a BOM shows as `<` beside a NUL."""
    if body.startswith(b"<\0"):
        return "utf-16-le"
    return "utf-16-be" if body.startswith(b"\0<") else None


def known_charset(name: str) -> str | None:
    """The codec for a charset name as sites mean it, or None for a name that no codec has."""
    plain = name.strip().strip("\"'").lower()
    wider = WIDER.get(plain, plain)
    try:
        codec = codecs.lookup(wider).name
        b"\0\0\0\0".decode(wider)  # refuses what is no charset (rot13), unlike codecs.lookup
    except (LookupError, ValueError):
        return None
    return None if codec in PYTHON_ONLY else wider


def header_charset(content_type: str) -> list[str]:
    """The charset of a Content-Type header, as a list of none or one."""
    match = re.search(r"charset\s*=\s*[\"']?([\w.:-]+)", content_type, re.IGNORECASE)
    return [match[1]] if match else []


def decode_xml(body: bytes, headers: Mapping[str, str], language: str = "") -> str:
    """The text of an XML body without its declaration, which may lie now, and without what XML forbids."""
    match = XML_CHARSET.match(body[:1_000])
    declared = header_charset(headers.get("content-type", "")) + ([match[1].decode("ascii")] if match else [])
    text = XML_DECLARATION.sub("", decode(body, declared, language), count=1)
    return without_controls(CHARACTER_REFERENCE.sub(allowed_reference, text))


def allowed_reference(match: re.Match[str]) -> str:
    """A numeric character reference, or nothing in place of one that stands for what XML forbids."""
    code = int(match[1][1:], 16) if match[1][0] in "xX" else int(match[1])
    return match[0] if code <= sys.maxunicode and not CONTROLS.match(chr(code)) else ""


def without_controls(text: str) -> str:
    """Text without control characters, lone surrogates and non-characters."""
    return CONTROLS.sub("", text)
