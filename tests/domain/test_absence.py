"""Sentences that say that something is not known are told from their look-alikes, in the languages articles are in."""

from __future__ import annotations

import time

import pytest

from monitor.domain.absence import absence_in, answered_by
from monitor.domain.identifiers import Identifier, pubmed
from monitor.domain.records import GuidelineDocument, Publication, Trial

FRAGILE = {
    "en": (
        "No trials have assessed radiographic progression",
        "There is no evidence that it works",
        "It has not been studied in children",
        "Children have never been studied",
        "Long-term safety remains unknown",
        "Evidence is lacking",
        "Evidence in pregnancy is insufficient",
        "There are no randomised trials of acupuncture",
        "No randomized controlled trials have compared the two",
        "No trial enrolled children",
        "Insufficient evidence supports its use",
        "Whether it helps remains largely unclear",
        "It is unclear if it helps",
        "Data in older adults are lacking",
        "No head-to-head trials exist",
        "No studies were identified",
        "Unknown long-term risks related to therapies",
        "There is a lack of high-quality evidence",
        "Its efficacy has not yet been established",
        "Little is known about its safety",
    ),
    "de": (
        "Für diese Gruppe liegen keine Studien vor",
        "Die Wirkung wurde bisher nicht untersucht",
        "Es fehlen randomisierte Studien",
        "Ob es hilft, ist unklar",
        "Die Evidenz ist unzureichend",
    ),
    "fr": (
        "Aucune étude n'a évalué cet effet",
        "Il n'existe pas d'essais randomisés",
        "L'effet n'a pas été étudié",
        "L'innocuité reste inconnue",
        "Les preuves sont insuffisantes",
    ),
    "es": (
        "Ningún ensayo ha evaluado este efecto",
        "No hay evidencia de que funcione",
        "No se ha estudiado en niños",
        "Se desconoce su seguridad",
        "Faltan estudios",
    ),
    "zh": (
        "未见研究评估影像学进展",
        "尚无随机对照试验",
        "目前没有证据表明其有效",
        "长期安全性尚不清楚",
        "其疗效尚未得到证实",
        "证据不足",
    ),
    "ar": (
        "لا توجد دراسات",
        "لا يوجد دليل على فعاليته",
        "لم تُقيّم أي دراسة التأثير",
        "لا تزال السلامة طويلة الأمد غير معروفة",
        "الأدلة غير كافية",
    ),
}
LOOK_ALIKE = {
    "en": (
        "No adverse events occurred",
        "No difference was found between groups",
        "It not only relieves pain but also restores function",
        "No trial participant died",
        "No study drug was given",
        "No trials were excluded",
        "No trial reported serious adverse events",
        "Patients with no evidence of disease were followed",
        "A cancer of unknown primary",
        "If the diagnosis remains unclear, refer",
        "In patients whose HIV status is unknown, test",
        "Data were missing for 12 patients",
        "Patients who have not been tested",
        "There is no standardized stem cell product",
        "Absence of FDA approval or oversight",
        "Most trials are small and at high risk of bias",
        "Do not use stem cells",
    ),
    "de": (
        "Keine unerwünschten Ereignisse traten auf",
        "Kein Studienteilnehmer starb",
        "Es fand sich kein Unterschied",
    ),
    "fr": ("Aucun effet indésirable n'a été observé", "Aucune différence n'a été constatée"),
    "es": ("No hubo eventos adversos", "Pacientes sin evidencia de enfermedad"),
    "zh": ("未见明显不良反应", "无研究对象死亡", "没有发现差异"),
    "ar": ("لم تحدث أي آثار جانبية", "لم يمت أي مشارك"),
}


@pytest.mark.parametrize("text", [text for texts in FRAGILE.values() for text in texts])
def test_a_sentence_that_says_that_nothing_is_known_is_fragile(text: str) -> None:
    assert absence_in(text)


@pytest.mark.parametrize("text", [text for texts in LOOK_ALIKE.values() for text in texts])
def test_what_only_looks_like_it_is_not(text: str) -> None:
    assert absence_in(text) == ""


CLAIM = "No trials have assessed radiographic progression, leaving the regenerative effects on cartilage unproven"
HEADINGS = ("Stem Cell Therapy for Knee Osteoarthritis", "The Evidence Quality Gap")
TRIAL = Publication(
    identifier=pubmed("900"),
    title="Radiographic progression after stem cell injections: a randomised trial",
    abstract="Adults with osteoarthritis of the knee were followed for two years.",
)


def test_a_new_record_about_it_answers_it_and_the_shared_words_are_shown() -> None:
    answered = answered_by(CLAIM, HEADINGS, TRIAL)

    assert answered is not None
    assert answered.shared == ("radiographic", "progression", "Stem", "Cell", "Knee", "Osteoarthritis")
    assert answered.because == (
        "the article says “No trials have assessed radiographic progression”; this may be one "
        "(both speak of radiographic, progression, Stem, Cell, Knee, Osteoarthritis)"
    )


@pytest.mark.parametrize(
    ("claim", "record"),
    [
        (CLAIM, Publication(identifier=pubmed("1"), title="Pain after stem cell injections for knee osteoarthritis")),
        (CLAIM, Publication(identifier=pubmed("1"), title="Progression of kidney disease")),
        ("Trials have assessed radiographic progression", TRIAL),
    ],
    ids=["only the headings' words", "one word alone", "a sentence that is not fragile"],
)
def test_a_record_about_something_else_answers_nothing(claim: str, record: Publication) -> None:
    assert answered_by(claim, HEADINGS, record) is None


def test_a_registered_trial_speaks_by_its_outcomes_and_a_guideline_by_its_title() -> None:
    trial = Trial(
        identifier=Identifier.parse("nct:NCT01234567"), title="Cells", primary_outcomes=("Radiographic progression",)
    )
    guideline = GuidelineDocument(
        identifier=Identifier.parse("guideline:acr/oa"), title="Cartilage regeneration in osteoarthritis"
    )

    assert answered_by(CLAIM, HEADINGS, trial) is not None
    assert answered_by(CLAIM, HEADINGS, guideline) is not None


@pytest.mark.parametrize("run", ["no ", "no trials ", "没有", "لا توجد ", "keine ", "has not been ", "if "])
def test_a_long_text_is_judged_at_once(run: str) -> None:
    start = time.process_time()
    absence_in((run * 100_000)[:100_000])

    assert time.process_time() - start < 1
