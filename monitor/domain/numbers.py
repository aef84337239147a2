"""Numbers as texts spell them: grouped or not, with a point or a comma, in digits of any script, or as a word."""

from __future__ import annotations

import re
from decimal import Decimal
from types import MappingProxyType

DIGITS = r"(?:\d{1,3}(?:[ ,.']\d{3}){1,3}|\d{1,9})(?:[.,]\d{1,6})?|\.\d{1,6}"
"""A number without its sign, in a text that :func:`plain` has prepared."""

_PLAIN = str.maketrans(
    {
        **{chr(0xFF10 + digit): str(digit) for digit in range(10)},
        **{chr(0x0660 + digit): str(digit) for digit in range(10)},
        **{chr(0x06F0 + digit): str(digit) for digit in range(10)},
        **dict.fromkeys("−‐‑–﹣－", "-"),
        **dict.fromkeys("·．٫", "."),
        **dict.fromkeys("，٬،", ","),
        **dict.fromkeys("％٪", "%"),
        **dict.fromkeys("’ʼ", "'"),
        **dict(zip("＝＜＞≤≥（）：；", "=<><>():;", strict=True)),
    }
)
_GROUPED = re.compile(r"\d{1,3}(?:([.,])\d{3})(?:\1\d{3})*")


def plain(text: str) -> str:
    """The text letter for letter with digits, signs and brackets of any script in their plain form."""
    return text.translate(_PLAIN)


def whole(written: str) -> Decimal | None:
    """A count: ``1,341``, ``1 341`` and ``1.341`` are the same. None for what has decimals."""
    bare = re.sub(r"[ ']", "", plain(written))
    if _GROUPED.fullmatch(bare):
        bare = re.sub(r"[.,]", "", bare)
    return Decimal(bare) if bare.isdecimal() else None


def measured(written: str) -> Decimal | None:
    """A measured value: ``0.85`` and ``0,85`` are the same, ``1,341`` and ``1.341,0`` are thousands."""
    bare = re.sub(r"[ ']", "", plain(written))
    points, commas = bare.count("."), bare.count(",")
    if points and commas:
        group, decimal = (",", ".") if bare.rfind(".") > bare.rfind(",") else (".", ",")
        bare = bare.replace(group, "").replace(decimal, ".")
    elif points > 1 or commas > 1 or (commas and _GROUPED.fullmatch(bare) and not bare.startswith("0")):
        bare = re.sub(r"[.,]", "", bare)
    bare = bare.replace(",", ".")
    return Decimal(bare) if re.fullmatch(r"[-+]?(?:\d{1,12}\.?\d{0,6}|\.\d{1,6})", bare) else None


def places(value: Decimal) -> int:
    """How many decimals a value was given with."""
    exponent = value.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


_SMALL = (
    "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen "
    "nineteen",
    "zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn siebzehn achtzehn "
    "neunzehn",
    "deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize dix-sept dix-huit dix-neuf",
    "dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis diecisiete dieciocho "
    "diecinueve veinte veintiún veintidós veintitrés veinticuatro veinticinco veintiséis veintisiete veintiocho "
    "veintinueve",
    "二 三 四 五 六 七 八 九 十 十一 十二 十三 十四 十五 十六 十七 十八 十九",
    "اثنان ثلاثة أربعة خمسة ستة سبعة ثمانية تسعة عشرة",
    "اثنتان ثلاث أربع خمس ست سبع ثماني تسع عشر",
)
"""The words for 2, 3, 4 and so on, a language a line. "One" is left out: it is an article as often."""

_LARGE = (
    ("twenty thirty forty fifty sixty seventy eighty ninety", "one two three four five six seven eight nine", "{}-{}"),
    (
        "zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig",
        "ein zwei drei vier fünf sechs sieben acht neun",
        "{1}und{0}",
    ),
    ("vingt trente quarante cinquante soixante", "et-un deux trois quatre cinq six sept huit neuf", "{}-{}"),
    ("二十 三十 四十 五十 六十 七十 八十 九十", "一 二 三 四 五 六 七 八 九", "{}{}"),
)
"""The words for 20, 30 and so on, those for 1 to 9 in a number made of both, and how the two are joined."""


def _all_spelled() -> dict[str, int]:
    words = {word.casefold(): number for line in _SMALL for number, word in enumerate(line.split(), start=2)}
    for tens, ones, joined in _LARGE:
        for ten, word in enumerate(tens.casefold().split(), start=2):
            words[word] = 10 * ten
            words |= {joined.format(word, one): 10 * ten + at for at, one in enumerate(ones.split(), start=1)}
    return words


TENS = "|".join(word for tens, _, joined in _LARGE if joined == "{}-{}" for word in tens.split())
"""Words that another may follow: "twenty five" is one number."""

SPELLED = MappingProxyType({**_all_spelled(), "两": 2})
"""Numbers as words, as far as articles spell them."""


def spelled(word: str) -> Decimal | None:
    """The number that a word names, or None."""
    number = SPELLED.get(word.casefold().replace(" ", "-"))
    return Decimal(number) if number is not None else None
