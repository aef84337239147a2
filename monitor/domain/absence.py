"""Claims that something is not known: "no trials have assessed …". One new study is enough to make them wrong.

The tables are regular expressions, one line each, by language. A sentence is fragile when a line of :data:`ABSENT`
matches what is left of it once the look-alikes are taken out. Every repetition is bounded.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from monitor.domain.content_words import content_words, shared_words
from monitor.domain.kinds import EventKind
from monitor.domain.records import GuidelineDocument, Publication, Record, Trial

BRINGS_EVIDENCE = frozenset(
    {
        EventKind.NEW_EVIDENCE,
        EventKind.TRIAL_RESULTS_POSTED,
        EventKind.TRIAL_REGISTERED,
        EventKind.GUIDELINE_PUBLISHED,
    }
)
"""Kinds of events that bring what a fragile claim says is missing."""

SHARED_AT_LEAST = 2
"""A new record is about a claim when they share so many content words that are the claim's own, and not its headings':
a whole article is about its headings. Where a claim has fewer words of its own, its headings help out."""

_STUDIES = (
    r"(?:trials?|RCTs?|stud(?:y|ies)|reviews?|meta-analys[ei]s|data|evidence|research|investigations?|literature"
    r"|guidelines?|comparisons?|reports?)"
)
_DONE = (
    r"(?:assess|evaluat|examin|investigat|address|compar|measur|test|studi|explor|report|look|analy[sz]|includ|enroll?"
    r"|follow|determin|establish|demonstrat|confirm|prov|show|support|recruit)(?:ed|en|s|n)?"
)
_ANY = r"(?:[\w’'-]+ ){0,4}"
_ADVERBS = "yet|ever|so far|to date|currently|previously|directly|specifically|adequately|formally|well|been"
_YET = rf"(?:(?:{_ADVERBS}) ){{0,4}}"

LOOK_ALIKES: dict[str, tuple[str, ...]] = {
    "en": (
        r"\b(?:no|without|lack of|absence of) (?:\w+ ){0,2}evidence of (?:\w+ ){0,2}(?:disease|recurren\w+"
        r"|progression|metasta\w+|relapse"
        r"|malignan\w+|cancer|tumou?r\w*|infection|bleeding|disorder|heterogeneity|bias)",
        r"\b(?:trial|study|research|review) (?:participants?|patients?|subjects?|persons?|drugs?|medications?"
        r"|arms?|groups?"
        r"|sites?|cent(?:er|re)s?|visits?|staff|nurses?|authors?)\b",
        r"\bno (?:trials?|stud(?:y|ies)) (?:was|were) (?:\w+ )?(?:excluded|stopped|terminated|retracted|rated"
        r"|judged|at)\b",
        r"\bno (?:trials?|stud(?:y|ies)) (?:\w+ )?(?:reported|showed|found|recorded) (?:any |a |an "
        r"|\w+ )?(?:serious|severe|adverse|deaths?"
        r"|harms?|side effects?|complications?|difference)\b",
        r"\bunknown (?:primary|origin|a?etiology|cause)\b|\b(?:cause|origin|status|allerg\w+) (?:is |are "
        r"|was |were )?(?:not known|unknown)\b",
        r"\bnot only\b",
        r"\b(?:who|patients?|women|men|people|persons?|partners?|contacts?) (?:has|have|had|was|were|is"
        r"|are) not (?:\w+ ){0,2}(?:tested|examined|confirmed|evaluated|assessed)\b",
        r"\b(?:if|when|where|in case) [^.;,]{0,60}?(?:unclear|uncertain|unknown|not known|not been \w+)",
        r"\b(?:diagnosis|history|cause|status) remains? (?:\w+ )?(?:unclear|uncertain|unknown)\b",
        r"\bdata (?:were|was) (?:\w+ )?missing\b|\bdata (?:are |were )?not shown\b",
        r"\bno (?:\w+ )?(?:data|information) (?:were|was) (?:lost|missing|shared)\b",
    ),
    "de": (
        r"\bkein(?:e|en|em)? (?:\w+ )?(?:Evidenz|Hinweis\w*|Nachweis) (?:für|auf) (?:ein\w* "
        r"|d\w\w )?(?:Tumor\w*|Rezidiv\w*|Metastasen"
        r"|Erkrankung|Infektion)",
        r"\bunbekannte[rnms]? (?:Ursache|Herkunft|Primär\w+)",
        r"\bkeine Studien? (?:wurden?|ist|sind) (?:ausgeschlossen|abgebrochen)",
    ),
    "fr": (r"\b(?:sans|aucun) (?:signe|preuve) de (?:maladie|récidive|tumeur)", r"\bd['’]origine inconnue"),
    "es": (r"\bsin evidencia de (?:la )?(?:enfermedad|recidiva|recurrencia|tumor)", r"\bde origen desconocido"),
    "zh": (
        r"(?:研究|试验)(?:对象|参与者|者|组|人员|药物)",
        r"(?:无|未见)[^，。；]{0,4}不良(?:反应|事件)",
        r"原因不明",
        r"不仅",
    ),
    "ar": (r"دليل على (?:وجود )?(?:ال)?(?:مرض|ورم|عدوى|انتكاس)", r"غير معروف(?:ة)? (?:ال)?(?:سبب|مصدر)"),
}
"""What looks like it and is none: an outcome that did not occur, a finding in a patient, a person in a trial."""

ABSENT: dict[str, tuple[str, ...]] = {
    "en": (
        rf"\bno {_ANY}{_STUDIES} (?:have |has |had |was |were |that |which )?{_YET}{_DONE}\b",
        r"\b(?:there (?:is|are|was|were|have been|has been)|we found|we identified|with|has|have"
        rf"|had) (?:currently |still |as yet )?no {_ANY}{_STUDIES}\b",
        rf"\bno {_ANY}{_STUDIES} (?:exists?|(?:is|are|was|were) (?:\w+ )?(?:available|found|identified"
        rf"|conducted|published|done|performed))\b",
        rf"\bno {_ANY}(?:evidence|data|trials?|studies|research) (?:that|to support|to show|on|for|about"
        rf"|regarding|from|comparing|in)\b",
        r"\bno (?:\w+ ){0,3}evidence of (?:an? |any |its |their |\w+ )?(?:benefit|effect|efficacy"
        r"|effectiveness|safety|superiority|harm|improvement)",
        r"\b(?:has|have|had) (?:not|never) (?:\w+ ){0,3}(?:studied|assessed|evaluated|tested|examined|investigated"
        r"|compared|established|proven|proved|demonstrated|determined|confirmed|shown|researched|explored)\b",
        r"\b(?:was|were|is|are) (?:not|never) (?:\w+ ){0,2}(?:studied|evaluated|investigated|established|proven"
        r"|demonstrated)\b",
        r"\bremains? (?:\w+ ){0,2}(?:unknown|unclear|uncertain|unproven|untested|unstudied|unexplored"
        r"|undetermined|to be \w+)\b",
        r"\b(?:is|are) (?:\w+ ){0,2}(?:unknown|unproven|untested|unstudied|not known|not yet known)\b"
        r"|\bunproven\b|^unknown\b",
        r"\b(?:not known|unclear|uncertain|unknown) (?:whether|if|how|which)\b",
        rf"\b(?:lack|lacks|lacking|absence|paucity|dearth|scarcity) (?:of )?{_ANY}(?:evidence|data|trials"
        rf"|studies|research)\b",
        r"\b(?:evidence|data|trials|studies|research) (?:\w+ ){0,4}?(?:is|are|remains?|was"
        r"|were) (?:\w+ ){0,2}?(?:lacking|insufficient"
        r"|inadequate|absent|missing|unavailable|scarce|not available)\b",
        r"\b(?:insufficient|inadequate|not enough|too little) (?:\w+ ){0,3}(?:evidence|data|trials|studies"
        r"|research)\b",
        r"\b(?:little|nothing|not much) is known\b|\byet to be \w+\b|\bnot yet (?:been )?\w+(?:ed|n)\b",
    ),
    "de": (
        r"\bkeine[nr]?\b (?:[\w-]+ ){0,4}(?:Studien?|Daten|Evidenz|Untersuchung(?:en)?|Belege?|Nachweise?"
        r"|Erkenntnisse|RCTs?)\b",
        r"\b(?:nicht|nie|kaum) (?:[\w-]+ ){0,3}(?:untersucht|geprüft|erforscht|belegt|bewiesen|nachgewiesen"
        r"|gesichert|bekannt|evaluiert)\b",
        r"\b(?:bleibt|bleiben|ist|sind) (?:[\w-]+ ){0,4}(?:unbekannt|unklar|ungeklärt|ungewiss|unerforscht)\b",
        r"\b(?:fehlt|fehlen|fehlend\w*|mangelnd\w*|unzureichend\w*|ungenügend\w*) (?:[\w-]+ ){0,4}(?:Studien"
        r"|Daten|Evidenz|Datenlage|Belege|Nachweise?)\b",
        r"\b(?:Studien|Daten|Evidenz|Belege|Datenlage) (?:[\w-]+ ){0,5}(?:fehlt|fehlen|unzureichend"
        r"|nicht ausreichend)\b",
        r"\b(?:Mangel|Fehlen) (?:an|von) (?:[\w-]+ ){0,3}(?:Studien|Daten|Evidenz|Belegen)\b",
    ),
    "fr": (
        r"\baucune? (?:[\w’'-]+ ){0,3}(?:étude|essai|donnée|preuve|recherche)s?\b",
        r"\b(?:pas|guère|peu) (?:encore )?(?:d['’]|de )(?:[\w-]+ ){0,2}(?:études?|essais?|données?|preuves?"
        r"|recherches?)\b",
        r"\bn['’](?:a|ont) (?:pas|jamais) (?:encore )?été (?:[\w-]+ ){0,2}(?:étudié|évalué|testé|démontré"
        r"|prouvé|établi|examiné|comparé)",
        r"\breste(?:nt)? (?:[\w-]+ ){0,2}(?:inconnu|incertain|indéterminé|à (?:démontrer|établir|prouver))",
        r"\b(?:manque|absence|insuffisance) (?:d['’]|de )(?:[\w-]+ ){0,2}(?:études?|essais?|données?|preuves?)\b",
        r"\b(?:preuves?|données?) (?:[\w-]+ ){0,3}(?:insuffisantes?|manquantes?|manquent|absentes?)\b|\bon ignore\b",
    ),
    "es": (
        r"\bning(?:ún|una) (?:[\w-]+ ){0,2}(?:estudio|ensayo|evidencia|dato|investigación)\b",
        r"\bno (?:hay|existen?|se dispone de|se encontr(?:ó|aron)) (?:[\w-]+ ){0,3}(?:estudios?|ensayos?"
        r"|evidencias?|datos|pruebas?)\b",
        r"\bno (?:se ha|se han|ha sido|han sido) (?:[\w-]+ ){0,2}(?:estudiad|evaluad|investigad|demostrad"
        r"|comparad|probad|establecid|determinad)",
        r"\bse desconoce\b|\b(?:sigue|siguen|permanece|es) (?:siendo )?(?:desconocid|incierto|incierta)"
        r"|\bse ignora\b",
        r"\b(?:falta|faltan|carencia|ausencia|escasez) (?:de )?(?:[\w-]+ ){0,2}(?:estudios?|ensayos?"
        r"|evidencia|datos|pruebas)\b",
        r"\b(?:evidencia|datos|pruebas) (?:[\w-]+ ){0,3}(?:insuficientes?|inexistentes?)\b"
        r"|\binsuficiente evidencia\b",
    ),
    "zh": (
        r"(?:未见|尚无|尚未有|没有|暂无|缺乏|缺少|未有|并无|无)[^，。；,;]{0,16}?(?:研究|试验|证据|数据|资料|报道|报告)",
        r"(?:尚未|未曾|从未|未被|未经|还没有)[^，。；,;]{0,10}?(?:研究|评估|评价|证实|明确|确定|检验|探讨|比较|开展)",
        r"(?:尚|仍|还|目前|依然)?(?:不清楚|不明确|未明|未知)|(?:证据|数据|资料|研究)(?:仍然|仍|尚|明显)?(?:不足|缺乏|匮乏|有限且不足)",
    ),
    "ar": (
        r"(?:لا|لم) (?:توجد|يوجد|توجد حاليا|تتوفر|تتوافر|يتوفر) (?:\w+ ){0,2}?(?:دراسات|دراسة|تجارب|تجربة"
        r"|أدلة|دليل|بيانات|أبحاث)",
        r"لم (?:ت|ي)(?:جر|قيم|بحث|درس|تناول|ختبر|قارن|فحص|قم) (?:\w+ ){0,2}?(?:دراسة|دراسات|تجربة|تجارب|أبحاث)",
        r"لم (?:تتم|يتم|تجر|يجر) (?:\w+ ){0,1}?(?:دراسة|دراست\w+|تقييم\w*|اختبار\w*|بحث\w*)|لم (?:يدرس|تدرس"
        r"|تقيم|يقيم|تثبت|يثبت)\b",
        r"(?:لا (?:يزال|تزال)|ما (?:زال|زالت)|يبقى|تبقى|يظل) (?:\w+ ){0,4}?(?:غير (?:معروف|واضح|مؤكد)|مجهول)"
        r"|غير معروف",
        r"(?:أدلة|الأدلة|بيانات|البيانات) (?:\w+ ){0,2}?(?:غير كافية|ناقصة|محدودة للغاية)|(?:نقص|غياب"
        r"|عدم وجود|عدم كفاية|قلة) (?:في )?"
        r"(?:ال)?(?:أدلة|دراسات|بيانات|تجارب)",
    ),
}
"""What says that nothing is known, by language."""

LONGEST = 3000
"""No sentence is longer."""

LONGEST_QUOTE = 160

_MARKS = re.compile(r"[\u064b-\u065f\u0670\u0640]")


def _joined(table: dict[str, tuple[str, ...]]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{line})" for lines in table.values() for line in lines), re.I)


_LOOK_ALIKE, _ABSENT = _joined(LOOK_ALIKES), _joined(ABSENT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """A fragile claim that a new record may make wrong: what it says, and the content words they share."""

    quote: str
    shared: tuple[str, ...]

    @property
    def because(self) -> str:
        """As it is told after the reason of a finding."""
        return f"the article says “{self.quote}”; this may be one (both speak of {', '.join(self.shared)})"


def absence_in(text: str) -> str:
    """The words by which a sentence says that something is not known; nothing where it does not."""
    shown = _MARKS.sub("", unicodedata.normalize("NFC", " ".join(text[:LONGEST].split())))
    match = _ABSENT.search(_LOOK_ALIKE.sub(lambda found: "\ue000" * len(found.group()), shown))
    return shown[match.start() : match.end()] if match else ""


def answered_by(text: str, headings: Iterable[str], record: Record) -> Answered | None:
    """What of a fragile claim a new record is about; None where the claim is not fragile or about something else."""
    phrase = absence_in(text)
    if not phrase:
        return None
    about, above = [said_by(record)], content_words(" ".join(headings))
    own = {stem: word for stem, word in content_words(text).items() if stem not in above}
    shared_own = shared_words(" ".join(own.values()), about)
    shared = (*shared_own, *shared_words(" ".join(above.values()), about))
    if len(shared) < SHARED_AT_LEAST or len(shared_own) < min(SHARED_AT_LEAST, len(own)):
        return None
    return Answered(quote=_quoted(text, phrase), shared=shared)


def _quoted(text: str, phrase: str) -> str:
    """The clause that begins with the words of absence; the whole sentence where it cannot be told."""
    shown = " ".join(text.split())
    start = max(shown.find(phrase), 0)
    clause = re.split(r"[,.;:—，。；،]", shown[start + len(phrase) :], maxsplit=1)[0]
    quote = shown[start : start + len(phrase) + len(clause)].strip()
    return quote if len(quote) <= LONGEST_QUOTE else f"{quote[:LONGEST_QUOTE].rsplit(' ', 1)[0]} …"


def said_by(record: Record) -> str:
    """The words of a record that tell what it is about."""
    match record:
        case Publication():
            return " ".join((record.title, record.abstract, *record.keywords, *(item.name for item in record.mesh)))
        case Trial():
            parts = (record.conditions, record.interventions, record.primary_outcomes)
            return " ".join((record.title, record.official_title, *(word for words in parts for word in words)))
        case GuidelineDocument():
            return " ".join((record.title, *(item.text for item in record.recommendations)))
        case _:
            return record.title
