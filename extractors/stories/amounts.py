"""Turns the numbers of a text into amounts and days that read the same in English and Chinese.

3.1亿元 and 310 million yuan are both 310000000, 3月5日 and March 5 both the day 3-5. Small whole numbers without a unit (to 12)
are left out: they stand in every text.
"""

import re

SMALL = 12
GROUPED = r"\d(?:\d{0,2}(?:,\d{3})+(?:\.\d+)?|\d*(?:\.\d+)?)"
ENGLISH_UNITS = {
    "hundred": 1e2,
    "thousand": 1e3,
    "million": 1e6,
    "billion": 1e9,
    "trillion": 1e12,
    "k": 1e3,
    "m": 1e6,
    "mn": 1e6,
    "bn": 1e9,
}
CHINESE_UNITS = {"十": 1e1, "百": 1e2, "千": 1e3, "万": 1e4, "亿": 1e8, "兆": 1e12}
CHINESE_DIGITS = {digit: value for value, digit in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
TEENS = "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen"
WORDS = {
    word: value for value, word in enumerate(f"zero one two three four five six seven eight nine {TEENS}".split())
} | {
    word: value * 10
    for value, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), start=2)
}
MONTHS = {
    month: number for number, month in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), start=1)
}
MONTH = (
    r"(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)"
)
ENGLISH_DAY = re.compile(rf"\b{MONTH}\.? (\d{{1,2}})\b|\b(\d{{1,2}}) {MONTH}\b")
CHINESE_DAY = re.compile(r"(\d{1,2})月(\d{1,2})[日号]")
UNIT = "hundred|thousand|million|billion|trillion"
ENGLISH_DIGITS = re.compile(rf"({GROUPED})(?:[ -]?({UNIT}|bn|mn|m|k))?\b")  # apart from words: both look half as long
ENGLISH_WORDS = re.compile(rf"\b({'|'.join(sorted(WORDS, key=len, reverse=True))})(?:[ -]({UNIT}))?\b")
CHINESE = re.compile(
    rf"({GROUPED})\s*[多余]?\s*([十百千万]?[万亿兆]|[百千])?|([一二三四五六七八九两十百千零〇]+)(万?亿|万)?"
)


def amounts_of(text: str, chinese: bool) -> frozenset[str]:
    """Amounts as plain numbers and days as month-day, of a text in one width and one script."""
    return frozenset(chinese_amounts(text) if chinese else english_amounts(text))


def english_amounts(text: str) -> set[str]:
    """Of an English text: digits and words, with thousand to trillion."""
    found, text = set(), text.lower()  # a pattern that ignores case takes twice the time
    for before, day, day_first, after in ENGLISH_DAY.findall(text):
        found.add(f"{MONTHS[(before or after)[:3]]}-{int(day or day_first)}")
    values = [(float(digits.replace(",", "")), unit) for digits, unit in ENGLISH_DIGITS.findall(text)]
    values += [(WORDS[word], unit) for word, unit in ENGLISH_WORDS.findall(text)]
    return (found | {printed(value * ENGLISH_UNITS.get(unit, 1), bool(unit)) for value, unit in values}) - {""}


def chinese_amounts(text: str) -> set[str]:
    """Of a Chinese text: digits and characters, with 百 to 兆."""
    found = {f"{int(month)}-{int(day)}" for month, day in CHINESE_DAY.findall(text)}
    for digits, units, characters, unit in CHINESE.findall(text):
        value = float(digits.replace(",", "")) if digits else spelled(characters)
        for each in units or unit:
            value *= CHINESE_UNITS[each]
        found.add(printed(value, bool(units or unit)))
    return found - {""}


def spelled(characters: str) -> float:
    """三百二十 -> 320."""
    total, digit = 0.0, 0.0
    for character in characters:
        if character in CHINESE_UNITS:
            total, digit = total + (digit or 1) * CHINESE_UNITS[character], 0.0
        else:
            digit = CHINESE_DIGITS[character]
    return total + digit


def printed(value: float, has_unit: bool) -> str:
    """The same words for the same amount; nothing for a small bare number."""
    if value <= SMALL and not has_unit:
        return ""
    return format(value, ".6g")
