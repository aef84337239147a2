"""Where one sentence ends and the next begins, with citation markers counted to the sentence before them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from monitor.intake.lines import LINKED

ABBREVIATIONS = frozenset(
    re.findall(
        r"\S+",
        "vs e.g i.e eg ie al dr prof fig figs approx no nos p pp vol ed eds st mr mrs ms ca cf resp incl ref refs tab"
        " sect dept univ est max min sci int jr sr inc ltd suppl ch eq viz "
        " med phil rer nat habil dipl"
        " abb bd bzw evtl ggf usw vgl z.b d.h u.a o.ä i.d.r z.t v.a s.o s.u u.u o.g sog nr mio mrd std tgl bsp inkl"
        " exkl einschl allg mind zw sek durchschn jh hr abs art aufl hrsg kap lt m.e n.chr v.chr "
        " p.ej p.ex ej sra dra aprox núm pág págs ee.uu etc env c.-à-d cad éd réf tél mme mlle "
        " bijv o.a d.w.z nl blz resp dhr mevr f.eks bl.a t.ex dvs ca. т.е т.д т.п рис табл г см стр",
    )
)
"""Words whose full stop ends no sentence."""

_LETTER = re.compile(r"[^\W\d_]|(?:[^\W\d_]\.)+[^\W\d_]")
"""A letter alone, or letters with a full stop each: an initial, or short for a word (z. B., U.S.)."""
_CLOSES = "\"”’'»«)）」』】"
_OPENS = "\"“„‚‘'(（«»「『【[•¿¡"
_OPENERS = re.compile(rf"\s+[{re.escape(_OPENS)}]*(?P<first>[^\W_])")
_MONTH = re.compile(
    r"\s(?:jan|feb|mär|mar|apr|ma[ijy]|jun|jul|aug|sep|o[kc]t|nov|de[zc]|januar|jänner|styczn|lut|märz)\w*", re.I
)
_ORDINAL_BEFORE = re.compile(
    r"(?:^|\s)(?:am|im|der|die|das|dem|den|des|vom|zum|zur|beim|ab|bis|seit|und)\s\d{1,3}$",
    re.I,
)
"""German, and others, write "the 2nd phase" as ``der 2. Phase``."""


def sentences(text: str, closing: str) -> Iterator[str]:
    """The sentences of a paragraph, in order, each a piece of the text as it stands.

    ``closing`` is the pattern of a marker that may follow the full stop.
    """
    ends = re.compile(
        rf"(?:[.!?…؟۔।]{{1,3}}[{re.escape(_CLOSES)}]{{0,2}}(?P<mark>(?:{closing}|{LINKED.pattern}){{0,9}})(?=\s|$))"
        rf"|[。！？．｡][{re.escape(_CLOSES)}]{{0,2}}(?:{closing}|{LINKED.pattern}){{0,9}}"
    )
    begin = 0
    for match in ends.finditer(text):
        if not _ends_here(text, match):
            continue
        if piece := text[begin : match.end()].strip():
            yield piece
        begin = match.end()
    if rest := text[begin:].strip():
        yield rest


def _ends_here(text: str, match: re.Match[str]) -> bool:
    sign = match.group()[0]
    if sign in "。！？｡":
        return True
    if sign == "．":
        return not text[match.end() : match.end() + 1].isdigit()
    if match.end() < len(text):
        following = _OPENERS.match(text, match.end())
        if following is None or following["first"].islower():
            return False
    if match["mark"] or sign != ".":
        return True
    return not _is_short(text, match.start())


def _is_short(text: str, stop: int) -> bool:
    """Whether a full stop belongs to a word or number that is written with one."""
    before = text[max(0, stop - 24) : stop]
    if re.search(r"(?<!\d)\d{1,3}$", before):
        return bool(_MONTH.match(text, stop + 1) or _ORDINAL_BEFORE.search(before))
    word = re.search(r"[\w.-]+$", before)
    if word is None:
        return False
    return word.group().casefold() in ABBREVIATIONS or _LETTER.fullmatch(word.group()) is not None
