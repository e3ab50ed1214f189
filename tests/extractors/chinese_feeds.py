"""25 ways in which Chinese feeds are encoded, and lie about it: made here, so that nobody's feed is copied."""

from collections.abc import Callable
from dataclasses import dataclass

SIMPLE = (
    "人工智能治理新规将于明年生效",
    "芯片企业表示欢迎，股价上涨",
    "专家称：算力仍是瓶颈（图）",
    "大模型价格战再起",
    "“东数西算”工程提速",
)
WIDE = ("朱镕基谈往事", "镕鎔公司上市", "喆啓科技發布", "囍事临门：峯会开幕", "一〇〇个问题")
RARE = ("𠮷野家与𪚥字", "㐀㐁㐂三字", "𠀀字怎么读", "鿏与鿔入字典", "朱镕基")
COMPLEX = (
    "人工智慧治理新規將於明年生效",
    "晶片企業表示歡迎，股價上漲",
    "專家稱：算力仍是瓶頸（圖）",
    "大模型價格戰再起",
    "「東數西算」工程提速",
)
HONG_KONG = ("嘅喺咗嚟㗎", "佢哋話唔知點算", "冚唪唥都係假嘅", "啲嘢好貴", "嗰個𨋢壞咗")

Spoil = Callable[[bytes], bytes]


def whole(body: bytes) -> bytes:
    """Nothing is wrong."""
    return body


def bad_byte(body: bytes) -> bytes:
    """One byte that no Chinese charset has, before the third title."""
    at = body.index(b"<item>", body.index(b"<item>", body.index(b"<item>") + 1) + 1) + len(b"<item><title>")
    return body[:at] + b"\xff" + body[at:]


def torn(body: bytes) -> bytes:
    """A character cut short: the last of its three bytes is gone, at the start of the first title."""
    at = body.index(b"<item><title>") + len(b"<item><title>")
    return body[: at + 2] + body[at + 3 :]


@dataclass(frozen=True, slots=True)
class Case:
    """Titles as written, the charset of the bytes, what declaration and header claim, and what spoils the bytes."""

    name: str
    titles: tuple[str, ...]
    charset: str
    declared: str = ""
    header: str = ""
    spoil: Spoil = whole

    @property
    def body(self) -> bytes:
        """The bytes of the feed."""
        declaration = f'<?xml version="1.0" encoding="{self.declared}"?>' if self.declared else ""
        items = "".join(
            f"<item><title>{title}</title><link>http://zh.example/{number}</link></item>"
            for number, title in enumerate(self.titles)
        )
        text = f'{declaration}<rss version="2.0"><channel><title>中文</title>{items}</channel></rss>'
        return self.spoil(text.encode(self.charset))

    @property
    def content_type(self) -> str:
        """The header that comes with it."""
        return f"text/xml; charset={self.header}" if self.header else "application/rss+xml"

    def is_right(self, titles: list[str]) -> bool:
        """Whether these are its titles, but for one sign in place of what is spoiled."""
        if self.spoil is whole:
            return titles == list(self.titles)
        differing = [(read, meant) for read, meant in zip(titles, self.titles, strict=False) if read != meant]
        return (
            len(titles) == len(self.titles)
            and len(differing) == 1
            and differing[0][0].count("\ufffd") == 1
            and differing[0][1].endswith(differing[0][0].replace("\ufffd", "")[1:])
        )


CASES = (
    Case("utf-8, nothing said", SIMPLE, "utf-8"),
    Case("utf-8 as declared", SIMPLE, "utf-8", "utf-8"),
    Case("utf-8 with a mark, gbk and big5 claimed", SIMPLE, "utf-8-sig", "big5", "gbk"),
    Case("utf-8 declared as gb2312", SIMPLE, "utf-8", "gb2312"),
    Case("utf-8 behind a header of gbk", SIMPLE, "utf-8", "", "gbk"),
    Case("utf-8 behind a header of latin-1", SIMPLE, "utf-8", "", "iso-8859-1"),
    Case("utf-8 with characters beyond 16 bits", RARE, "utf-8", "gb2312"),
    Case("utf-8 with a bad byte", SIMPLE, "utf-8", "utf-8", "", bad_byte),
    Case("utf-8 with a torn character", COMPLEX, "utf-8", "", "", torn),
    Case("gb2312 as declared", SIMPLE, "gb2312", "gb2312"),
    Case("gbk declared as gb2312", WIDE, "gbk", "gb2312"),
    Case("gbk, said by the header alone", SIMPLE, "gbk", "", "GBK"),
    Case("gbk, nothing said", SIMPLE, "gbk"),
    Case("gbk declared as utf-8", SIMPLE, "gbk", "utf-8"),
    Case("gbk as declared, utf-8 in the header", SIMPLE, "gbk", "gbk", "utf-8"),
    Case("gbk as declared, latin-1 in the header", SIMPLE, "gbk", "gb2312", "iso-8859-1"),
    Case("gb18030 of four bytes as declared", RARE, "gb18030", "gb18030"),
    Case("gb18030 of four bytes declared as gb2312", RARE, "gb18030", "gb2312"),
    Case("gb18030 with a bad byte", SIMPLE, "gb18030", "gb2312", "", bad_byte),
    Case("big5 as declared", COMPLEX, "big5", "big5"),
    Case("big5, said by the header alone", COMPLEX, "big5", "", "Big5"),
    Case("big5, nothing said", COMPLEX, "big5"),
    Case("big5 of Hong Kong declared as big5", HONG_KONG, "big5hkscs", "big5"),
    Case("utf-16 with a mark", SIMPLE, "utf-16", "utf-16"),
    Case("utf-16 without a mark", COMPLEX, "utf-16-be", "utf-16"),
)
