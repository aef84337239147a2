"""Evidence named in prose that is not English: what it is, who issued it, when, and how much it rests on."""

from __future__ import annotations

import re
from collections.abc import Iterator

from monitor.domain.articles import Claim, Mention, ReferenceKind
from monitor.intake.prose.organisations import ACRONYMS

_KINDS = (
    (
        ReferenceKind.SYSTEMATIC_REVIEW,
        r"systematische[nrs]?\s(?:übersicht\w*|review\w*)|cochrane-(?:übersicht\w*|reviews?|analysen?)|meta-?analysen?\b"
        r"|revues?\s(?:systématiques?|cochrane)|méta-analyses?|revisi(?:ón|ones)\s(?:sistemáticas?|cochrane)|metaanálisis"
        r"|revisão\ssistemática|revisione\ssistematica|metanalisi|系统评价|系统综述|系統性?回顧|荟萃分析|meta分析|cochrane综述"
        r"|システマティックレビュー|メタ解析|メタアナリシス|مراجعة (?:منهجية|كوكرين)|المراجعة المنهجية|تحليل تلوي"
        r"|систематический обзор",
    ),
    (
        ReferenceKind.GUIDELINE,
        r"(?:s[123][ke]?-)?leitlinien?\b|behandlungsempfehlung(?:en)?|lignes\sdirectrices|recommandations\sde"
        r"|guías?\s(?:de\spráctica\s)?clínicas?|linee\sguida|diretrizes?|richtlijn(?:en)?\b|指南|专家共识|ガイドライン"
        r"|إرشادات|دليل إرشادي|المبادئ التوجيهية|клинические рекомендации",
    ),
    (
        ReferenceKind.TRIAL,
        r"randomisierte[nr]?\s(?:kontrollierte[nr]?\s)?studie|essai\s(?:contrôlé\s)?randomisé"
        r"|ensayo\s(?:clínico\s)?aleatorizado|随机对照试验|ランダム化比較試験|تجربة (?:سريرية )?عشوائية",
    ),
)
_WORDS = tuple((kind, re.compile(words, re.I)) for kind, words in _KINDS)
_COCHRANE = {"cochrane": "Cochrane", "كوكرين": "Cochrane", "科克伦": "Cochrane", "考科蓝": "Cochrane"}
_ACRONYM = "|".join(sorted(ACRONYMS, key=len, reverse=True))
_BODY = re.compile(rf"(?<![A-Za-z/])(?:(?:{_ACRONYM})(?:/(?:{_ACRONYM}))*)(?![A-Za-z/])|(?i:{'|'.join(_COCHRANE)})")
_YEAR = re.compile(r"(?<!\d)\d{4}(?!\d)")
_COUNT = re.compile(
    r"(?<![\d.,])(?P<figure>\d{1,3}(?:[.,\u202f\u00a0 ]\d{3})+|\d{1,7})\s?"
    r"(?:(?P<trials>(?:randomisierten?\s)?studien\b|essais?\b|ensayos?\b|estudios?\b|项(?:随机对照)?(?:试验|研究)|件の試験)"
    r"|(?P<participants>teilnehme\w+|patient\w+|proband\w+|personen\b|participantes?\b|pacientes\b"
    r"|[名例]?(?:受试者|患者|参与者|参加者)))",
    re.I,
)
_NEAR = 60
_LONGEST = 3000


def mentions_abroad(claim: Claim) -> Iterator[tuple[int, int, Mention]]:
    """What a claim names in another language, with where it stands. A body or a year must be near, as in English."""
    text = claim.text[:_LONGEST]
    for kind, words in _WORDS:
        for match in words.finditer(text):
            body, year = _nearest(_BODY, text, match), _year(text, match)
            if body is None and (year is None or kind is ReferenceKind.GUIDELINE):
                continue
            parts = [match, *(part for part in (body, year) if part is not None)]
            start, end = min(part.start() for part in parts), max(part.end() for part in parts)
            yield (
                start,
                end,
                Mention(
                    claim_position=claim.position,
                    text=text[start:end],
                    kind=kind,
                    organisation="" if body is None else _COCHRANE.get(body.group().casefold(), body.group()),
                    year=int(year.group()) if year is not None else None,
                    counts=_counts(text, end),
                ),
            )


def _nearest(pattern: re.Pattern[str], text: str, match: re.Match[str]) -> re.Match[str] | None:
    found = pattern.finditer(text, max(0, match.start() - _NEAR), min(len(text), match.end() + _NEAR))
    return min(found, key=lambda one: max(one.start() - match.end(), match.start() - one.end()), default=None)


def _year(text: str, match: re.Match[str]) -> re.Match[str] | None:
    found = _nearest(_YEAR, text, match)
    return found if found is not None and 1950 <= int(found.group()) <= 2100 else None


def _counts(text: str, begin: int) -> tuple[tuple[str, int], ...]:
    counts: dict[str, int] = {}
    for match in _COUNT.finditer(text, begin):
        unit = "trials" if match["trials"] else "participants"
        counts.setdefault(unit, int(re.sub(r"\D", "", match["figure"])))
    return tuple(counts.items())
