"""The words that say what a sentence is about, and those that two texts share: an overlap that can be shown."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

STEM = 7
"""Longer words are the same when so many letters are: ``progression`` and ``progressive``, ``Arthroskopie`` too."""

_LATIN = re.compile(r"[^\W\d_]{3,}")
_CHINESE = re.compile(r"[\u3400-\u9fff]+")
_ARABIC_MARKS = re.compile(r"[\u064b-\u065f\u0670\u0640]")
_ARABIC = re.compile(r"^(?:و|ف|ب|ل|ك)?(?:ال|لل)(?=\w{3})")

SAY_NOTHING = frozenset(
    """
    about adequate adequately after against all also although among analysis and any are article articles assess
    assessed associated available based because been before between both but can cannot clinical clinically
    combined compared comparing comparison conclusion conclusions conducted controlled could current currently
    data despite different does done due during each early effect effective effectiveness effects efficacy
    established evaluate evaluated evaluating evaluation evidence examined examining exist existing exists few
    finding findings following for found from further had has have high however improve improved improvement
    include included including inconclusive insufficient into investigated investigating its known lack lacking
    large largely leading leaving limited little low made may measured meta method methods more most much nor
    not objective only other our out outcome outcomes over participants patients people potential practice
    primary proven published quality question randomised randomized rather recent recommendation recommendations
    recommended regarding remain remains report reported reporting research result results review reviews risk
    risks sample secondary several showed shown shows significant significantly since small some still studied
    studies study such sufficient suggest suggests systematic than that the their them then there these they
    this those to treated treatment treatments trial trials type uncertain unclear under unknown unproven until
    use used using very was well were what when whether which while who will with within without would year
    years yet
    aber als auch auf aus bei bisher bislang das dass dem den der des die durch ein eine einem einen einer eines
    es evidenz fehlen für haben hat ist kein keine keinen mit nach nicht noch nur ob oder patienten sich sind
    studie studien unbekannt und unklar untersucht von vor war werden wird wirksamkeit wurde wurden zum zur
    zwischen über
    aucun aucune avec cette chez dans des données elle essai essais est les leur mais montré non nous ont par
    pas plus pour preuve preuves que qui sans ses son sont sur une étude études été
    con datos del desconoce desde ensayo ensayos entre esta este estudio estudios está evidencia existen han hay
    las los más ninguna ningún para pero por que se sido sin sobre son una uno
    أدلة التي الذي تجارب تجربة توجد دراسات دراسة دليل على غير كان كانت هذا هذه يوجد
    """.split()  # noqa: SIM905 (A list of a hundred lines would not be read.)
)
"""Words of research and of grammar: to share them is to share nothing."""

_CHINESE_NOTHING = frozenset(
    "研究 试验 证据 数据 患者 治疗 临床 随机 对照 尚无 没有 未见 缺乏 目前 评估 关于 对于 可能 以及 进行 效果".split()  # noqa: SIM905
)


def content_words(text: str) -> dict[str, str]:
    """The words a text is about: how each is compared → how it is written. Chinese is compared by pairs of letters."""
    words: dict[str, str] = {}
    folded = _ARABIC_MARKS.sub("", unicodedata.normalize("NFKC", text))
    for written in _LATIN.findall(_CHINESE.sub(" ", folded)):
        word = _ARABIC.sub("", written.casefold())
        if word not in SAY_NOTHING:
            words.setdefault(_stem(word), written)
    for run in _CHINESE.findall(folded):
        for pair in (run[at : at + 2] for at in range(len(run) - 1)):
            if pair not in _CHINESE_NOTHING:
                words.setdefault(pair, pair)
    return words


def shared_words(text: str, others: Iterable[str]) -> tuple[str, ...]:
    """The content words of a text that any of the others holds, as the text writes them, in its order."""
    known = {stem for other in others for stem in content_words(other)}
    return tuple(written for stem, written in content_words(text).items() if stem in known)


def _stem(word: str) -> str:
    bare = "".join(mark for mark in unicodedata.normalize("NFD", word) if not unicodedata.combining(mark))
    if bare.isascii():
        bare = bare.replace("ae", "e").replace("oe", "e")
    if len(bare) > STEM:
        return bare[:STEM]
    return bare[:-1] if len(bare) > 3 and bare.endswith("s") else bare
