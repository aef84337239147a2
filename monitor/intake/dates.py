"""Dates as pages write them. What could be read two ways is not read at all."""

from __future__ import annotations

import re
from datetime import date

_MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
_NAMES = "|".join(f"{name[:3]}(?:{name[3:]})?" if name != "september" else "sept?(?:ember)?" for name in _MONTHS)
_ELSEWHERE = {
    "januar": 1, "jänner": 1, "janvier": 1, "enero": 1, "gennaio": 1, "janeiro": 1, "januari": 1,
    "februar": 2, "février": 2, "febrero": 2, "febbraio": 2, "fevereiro": 2, "februari": 2,
    "märz": 3, "mars": 3, "marzo": 3, "março": 3, "maart": 3,
    "avril": 4, "abril": 4, "aprile": 4,
    "mai": 5, "mayo": 5, "maggio": 5, "maio": 5, "mei": 5, "maj": 5,
    "juni": 6, "juin": 6, "junio": 6, "giugno": 6, "junho": 6,
    "juli": 7, "juillet": 7, "julio": 7, "luglio": 7, "julho": 7,
    "août": 8, "agosto": 8, "augustus": 8, "augusti": 8,
    "septembre": 9, "septiembre": 9, "settembre": 9, "setembro": 9,
    "oktober": 10, "octobre": 10, "octubre": 10, "ottobre": 10, "outubro": 10,
    "novembre": 11, "noviembre": 11, "novembro": 11,
    "dezember": 12, "décembre": 12, "diciembre": 12, "dicembre": 12, "dezembro": 12, "december": 12,
}  # fmt: skip
"""Months in German, French, Spanish, Italian, Portuguese, Dutch and Swedish, where English does not know them."""
_FORMS = (
    re.compile(r"(?<!\d)(?P<y>\d{4})\s?年\s?(?P<m>\d{1,2})\s?月\s?(?P<d>\d{1,2})\s?日"),
    re.compile(
        rf"(?<!\d)(?P<d>\d{{1,2}})\.?(?:\s+de)?\s+(?P<month>{'|'.join(_ELSEWHERE)})(?:\s+de)?\s+(?P<y>\d{{4}})(?!\d)",
        re.I,
    ),
    re.compile(r"(?<!\d)(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})(?!\d)"),
    re.compile(r"(?<!\d)(?P<y>\d{4})/(?P<m>\d{1,2})/(?P<d>\d{1,2})(?!\d)"),
    re.compile(rf"\b(?P<name>{_NAMES})\.?\s+(?P<d>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<y>\d{{4}})(?!\d)", re.I),
    re.compile(
        rf"(?<!\d)(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\.?[\s-]+(?P<name>{_NAMES})\.?,?[\s-]+(?P<y>\d{{4}})(?!\d)", re.I
    ),
    re.compile(r"(?<!\d)(?P<d>\d{1,2})\.\s?(?P<m>\d{1,2})\.\s?(?P<y>\d{4})(?!\d)"),
    re.compile(r"(?<!\d)(?P<a>\d{1,2})/(?P<b>\d{1,2})/(?P<y>\d{4})(?!\d)"),
)


def date_in(text: str) -> date | None:
    """The first date in a text. ``3/4/2025`` is none, for nobody knows which is the month; ``25/4/2025`` is one."""
    found = [(match.start(), order, match) for order, form in enumerate(_FORMS) if (match := form.search(text))]
    for _, _, match in sorted(found, key=lambda item: item[:2]):
        if (day := _date(match)) is not None:
            return day
    return None


def _date(match: re.Match[str]) -> date | None:
    parts = match.groupdict()
    try:
        return date(int(parts["y"]), *_month_and_day(parts))
    except ValueError:
        return None


def _month_and_day(parts: dict[str, str]) -> tuple[int, int]:
    """Raises ValueError where the order of day and month cannot be told."""
    if "name" in parts:
        return [name[:3] for name in _MONTHS].index(parts["name"][:3].lower()) + 1, int(parts["d"])
    if "month" in parts:
        return _ELSEWHERE[parts["month"].lower()], int(parts["d"])
    if "m" in parts:
        return int(parts["m"]), int(parts["d"])
    first, second = int(parts["a"]), int(parts["b"])
    if first <= 12 and second <= 12 and first != second:
        raise ValueError(f"{first}/{second} can be read two ways")
    return (second, first) if first > 12 else (first, second)
