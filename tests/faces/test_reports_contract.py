"""The JSON report is law: other programs read it key by key."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime

import pytest

from monitor.domain.articles import Freshness
from monitor.reports import render_json, report_values
from monitor.reports.values import utc
from tests.faces import views

ARTICLE_KEYS = [
    "id",
    "title",
    "url",
    "last_updated",
    "review_status",
    "freshness",
    "stale_since",
    "severity",
    "watched",
    "findings",
]
FINDING_KEYS = [
    "id",
    "kind",
    "severity",
    "record",
    "title",
    "witnesses",
    "references",
    "claims",
    "because",
    "suggested_action",
    "relevance",
    "happened_on",
    "detected_at",
    "url",
    "diff",
    "status",
]


def test_the_report_has_exactly_the_keys_of_the_contract_in_its_order() -> None:
    values = json.loads(render_json(views.report()))

    assert list(values) == ["generated_at", "as_of", "coverage", "articles", "attribution"]
    assert [list(item) for item in values["coverage"]] == [["source", "last_success", "data_version", "status"]] * 3
    assert [list(item) for item in values["articles"]] == [ARTICLE_KEYS] * 4
    assert list(values["articles"][0]["watched"]) == ["references", "resolved", "unresolved", "oldest_check"]


def test_a_finding_has_exactly_the_keys_of_the_contract_in_its_order() -> None:
    found = json.loads(render_json(views.report(views.KNEE)))["articles"][0]["findings"]

    assert [list(item) for item in found] == [FINDING_KEYS] * 4
    assert list(found[0]["witnesses"][0]) == ["source", "seen_at", "notice"]
    assert list(found[0]["references"][0]) == ["number", "text"]
    assert list(found[0]["claims"][0]) == ["text", "markers", "affected"]
    assert list(found[2]["diff"][0]) == ["field", "before", "after"]


def test_moments_end_in_z_and_days_are_iso_dates() -> None:
    values = report_values(views.report(views.KNEE))

    assert values["as_of"] == "2026-11-20T12:00:00Z"
    assert values["articles"][0]["last_updated"] == "2025-12-03"
    assert values["articles"][0]["findings"][0]["happened_on"] == "2026-11-18"
    assert values["articles"][0]["findings"][0]["detected_at"] == "2026-11-19T12:00:00Z"


def test_a_moment_without_a_zone_is_refused_rather_than_guessed() -> None:
    with pytest.raises(ValueError, match="needs a zone"):
        utc(datetime(2026, 1, 1))  # noqa: DTZ001 - the naive moment is the point


def test_what_is_not_known_is_null_and_never_an_empty_word() -> None:
    vertigo = report_values(views.report(views.VERTIGO))["articles"][0]

    assert [vertigo[key] for key in ("url", "last_updated", "stale_since", "severity")] == [None] * 4
    assert vertigo["watched"]["oldest_check"] is None


def test_evidence_named_in_the_prose_only_has_no_number() -> None:
    found = report_values(views.report(views.KNEE))["articles"][0]["findings"][1]

    assert found["references"] == [{"number": None, "text": "a Cochrane review named in the text"}]


def test_an_unverified_article_is_never_reported_as_fresh() -> None:
    words = {item["id"]: item["freshness"] for item in report_values(views.report())["articles"]}

    assert words == {"knee": "stale", "hip": "stale", "vertigo": "unverified", "gout": "fresh"}


def test_an_unreachable_source_is_not_ok_in_the_report() -> None:
    states = {item["source"]: item["status"] for item in report_values(views.report())["coverage"]}

    assert states == {"pubmed": "ok", "clinicaltrials": "unreachable", "guideline:va-dod": "late"}


def test_an_address_that_is_no_web_address_is_left_out() -> None:
    """P51: a link from upstream may be a script."""
    bad = replace(views.RETRACTED, url="javascript:alert(1)")
    values = report_values(views.report(views.row("a", Freshness.STALE, url="data:text/html,x", findings=(bad,))))

    assert values["articles"][0]["url"] is None
    assert values["articles"][0]["findings"][0]["url"] is None


def test_the_report_credits_its_sources() -> None:
    credits = report_values(views.report())["attribution"]

    assert [item["source"] for item in credits] == [
        "PubMed",
        "ClinicalTrials.gov",
        "Crossref and Retraction Watch",
        "Guideline publishers",
    ]
    assert credits[0]["url"] == "https://www.ncbi.nlm.nih.gov/home/about/policies/"
