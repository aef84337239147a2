"""One notice seen by several sources is one finding with its witnesses, in whichever order they come.

Each row of the table is a paper's story: what each source says of it, and what its article's editor has to find in the
end. Every row is lived through in every order of arrival.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterable

import pytest

from monitor.domain.kinds import EventKind, Severity
from monitor.domain.policy import Policy
from monitor.domain.read_models import FindingView
from tests.pipeline.scene import Stage
from tests.pipeline.witnesses import (
    Paper,
    Statement,
    at_crossref,
    hint,
    live,
    marked_on_pubmed,
    notice_on_pubmed,
    on_pubmed,
    row,
)

MOST_ORDERS = 24
"""All orders of four statements; of more, so many drawn by chance."""


Expected = tuple[EventKind, Severity, frozenset[str]]


def told(kind: EventKind, severity: Severity, *sources: str) -> Expected:
    return kind, severity, frozenset(sources)


RETRACTED, CONCERN, CORRECTED = EventKind.RETRACTED, EventKind.CONCERN_RAISED, EventKind.CORRECTED
LIFTED, REPUBLISHED, WITHDRAWN = EventKind.RETRACTION_LIFTED, EventKind.REPUBLISHED, EventKind.PUBLICATION_WITHDRAWN
CRITICAL, MAJOR, MINOR, INFO = Severity.CRITICAL, Severity.MAJOR, Severity.MINOR, Severity.INFO
PUBMED, CROSSREF, WATCH = "pubmed", "crossref", "retraction_watch"

TABLE: dict[str, tuple[tuple[Statement, ...], tuple[Expected, ...]]] = {
    "one witness, PubMed's own record": (
        (on_pubmed("RetractionIn"),),
        (told(RETRACTED, CRITICAL, PUBMED),),
    ),
    "one witness, PubMed's notice before the paper's record": (
        (notice_on_pubmed("RetractionOf"),),
        (told(RETRACTED, CRITICAL, PUBMED),),
    ),
    "one witness, Crossref": (
        (at_crossref(("retraction", 1, "2026-06-03", "publisher")),),
        (told(RETRACTED, CRITICAL, CROSSREF),),
    ),
    "one witness, Retraction Watch by DOI": (
        (row("Retraction", by="doi"),),
        (told(RETRACTED, CRITICAL, WATCH),),
    ),
    "one witness, Retraction Watch by PMID": (
        (row("Retraction", by="pmid"),),
        (told(RETRACTED, CRITICAL, WATCH),),
    ),
    "all three name the notice": (
        (on_pubmed("RetractionIn"), at_crossref(("retraction", 1, "2026-06-03", "publisher")), row("Retraction")),
        (told(RETRACTED, CRITICAL, PUBMED, CROSSREF, WATCH),),
    ),
    "each names it in its own scheme only": (
        (
            on_pubmed("RetractionIn"),
            at_crossref(("retraction", 1, "2026-06-20", "publisher")),
            row("Retraction", by="pmid", notice=""),
        ),
        (told(RETRACTED, CRITICAL, PUBMED, CROSSREF, WATCH),),
    ),
    "a mark without a notice, and a notice elsewhere": (
        (marked_on_pubmed, at_crossref(("retraction", 1, "2026-06-03", "publisher"))),
        (told(RETRACTED, CRITICAL, PUBMED, CROSSREF),),
    ),
    "in place at Crossref, named at PubMed": (
        (at_crossref(("retraction", None, "2026-06-03", "publisher")), on_pubmed("RetractionIn")),
        (told(RETRACTED, CRITICAL, PUBMED, CROSSREF),),
    ),
    "Crossref asserts it twice, publisher and Retraction Watch": (
        (
            at_crossref(
                ("retraction", 1, "2026-06-03", "publisher"), ("retraction", 1, "2026-06-05", "retraction-watch")
            ),
            row("Retraction", day="2026-06-05"),
        ),
        (told(RETRACTED, CRITICAL, CROSSREF, WATCH),),
    ),
    "CR-2746: Crossref appends the new nature of a row and keeps the old one": (
        (
            at_crossref(
                ("expression_of_concern", 1, "2026-06-03", "retraction-watch"),
                ("retraction", 1, "2026-06-03", "retraction-watch"),
            ),
            row("Retraction"),
        ),
        (told(RETRACTED, CRITICAL, CROSSREF, WATCH),),
    ),
    "the sources disagree about one notice: the strongest kind wins": (
        (on_pubmed("ErratumIn"), at_crossref(("retraction", 1, "2026-06-03", "publisher")), row("Correction")),
        (told(RETRACTED, CRITICAL, PUBMED, CROSSREF, WATCH),),
    ),
    "a concern here, a retraction by the same notice there": (
        (on_pubmed("ExpressionOfConcernIn"), row("Retraction")),
        (told(RETRACTED, CRITICAL, PUBMED, WATCH),),
    ),
    "a withdrawal here, a retraction there": (
        (at_crossref(("withdrawal", None, "2026-06-03", "publisher")), row("Retraction", notice="")),
        (told(RETRACTED, CRITICAL, CROSSREF, WATCH),),
    ),
    "a concern and later a retraction, by two notices": (
        (
            notice_on_pubmed("ExpressionOfConcernFor", 1, day="2025-01-10"),
            notice_on_pubmed("RetractionOf", 2, day="2026-06-03"),
            row("Expression of concern", 1, day="2025-01-10"),
            row("Retraction", 2, day="2026-06-03"),
        ),
        (told(RETRACTED, CRITICAL, PUBMED, WATCH), told(CONCERN, MAJOR, PUBMED, WATCH)),
    ),
    "two corrections, each by two witnesses": (
        (
            notice_on_pubmed("ErratumFor", 1, day="2026-02-01", with_doi=False),
            notice_on_pubmed("ErratumFor", 2, day="2026-05-20", with_doi=False),
            at_crossref(
                ("correction", 1, "2026-02-03", "publisher"),
                ("correction", 2, "2026-05-18", "publisher"),
            ),
        ),
        (told(CORRECTED, MAJOR, PUBMED, CROSSREF), told(CORRECTED, MAJOR, PUBMED, CROSSREF)),
    ),
    "two corrections far apart, each with one witness, stay two": (
        (
            notice_on_pubmed("ErratumFor", 1, day="2026-05-20", with_doi=False),
            row("Correction", 2, day="2026-08-20", notice="doi"),
        ),
        (told(CORRECTED, MAJOR, PUBMED), told(CORRECTED, MAJOR, WATCH)),
    ),
    "a notice that turns out to have both names": (
        (
            on_pubmed("ExpressionOfConcernIn"),
            at_crossref(("expression_of_concern", 1, "2026-12-03", "publisher")),
            notice_on_pubmed("ExpressionOfConcernFor"),
        ),
        (told(CONCERN, MAJOR, PUBMED, CROSSREF),),
    ),
    "reinstated after the retraction, though PubMed still shows it": (
        (
            on_pubmed("RetractionIn"),
            row("Retraction", 1),
            row("Reinstatement", 2, day="2026-07-01"),
        ),
        (told(LIFTED, MAJOR, PUBMED, WATCH),),
    ),
    "reinstated once, and retracted again": (
        (
            row("Retraction", 1, day="2026-01-03"),
            row("Reinstatement", 2, day="2026-03-01"),
            row("Retraction", 3, day="2026-06-03"),
        ),
        (told(RETRACTED, CRITICAL, WATCH), told(LIFTED, MAJOR, WATCH)),
    ),
    "retracted and replaced": (
        (on_pubmed("RetractedandRepublishedIn"), row("Retraction", reasons=("Retract and Replace",))),
        (told(REPUBLISHED, CRITICAL, PUBMED, WATCH),),
    ),
    "a hint alone": (
        (hint("europepmc", 8),),
        (told(RETRACTED, MINOR, "europepmc"),),
    ),
    "a source that is not believed at all": (
        (hint("openalex", 9),),
        (told(RETRACTED, INFO, "openalex"),),
    ),
    "a hint that a witness confirms": (
        (hint("europepmc", 8), hint("openalex", 9), row("Retraction")),
        (told(RETRACTED, CRITICAL, "europepmc", "openalex", WATCH),),
    ),
    "an addendum weighs less than a correction": (
        (at_crossref(("addendum", 1, "2026-06-03", "publisher")),),
        (told(CORRECTED, MINOR, CROSSREF),),
    ),
}


@pytest.fixture(scope="module")
def database_url(tmp_path_factory: pytest.TempPathFactory) -> str:
    """One database for the whole table: each order has a paper and an article of its own."""
    return f"sqlite:///{tmp_path_factory.mktemp('witnesses') / 'monitor.db'}"


@pytest.fixture(scope="module")
def stage(database_url: str) -> Iterable[Stage]:
    opened = Stage(database_url, policy=Policy())
    Stage.opened.remove(opened)
    opened.store.upgrade()
    yield opened
    opened.store.close()


def _shape(findings: Iterable[FindingView]) -> list[tuple[str, str, list[str]]]:
    return sorted(
        (finding.kind.value, finding.severity.value, sorted({witness.source for witness in finding.witnesses}))
        for finding in findings
    )


def _orders(statements: tuple[Statement, ...]) -> list[tuple[Statement, ...]]:
    orders = list(itertools.permutations(statements))
    return orders if len(orders) <= MOST_ORDERS else random.Random(5).sample(orders, MOST_ORDERS)  # noqa: S311 - which orders are tried is no secret.


_NUMBERS = itertools.count(10)


@pytest.mark.parametrize("story", TABLE)
def test_in_every_order_of_arrival_the_editor_finds_the_same(stage: Stage, story: str) -> None:
    statements, expected = TABLE[story]
    wanted = sorted((kind.value, severity.value, sorted(sources)) for kind, severity, sources in expected)

    for order in _orders(statements):
        assert _shape(live(stage, Paper(next(_NUMBERS)), order)) == wanted, [statements.index(one) for one in order]


def test_what_is_said_twice_is_no_news(stage: Stage) -> None:
    statements, _ = TABLE["all three name the notice"]

    once = live(stage, Paper(next(_NUMBERS)), statements)
    twice = live(stage, Paper(next(_NUMBERS)), statements * 2)

    assert _shape(once) == _shape(twice)
