"""The recorded world is sound by itself: well-formed, consistent, as rich as promised. Read with the stdlib alone."""

from __future__ import annotations

import html
import json
import re
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from monitor.domain.articles import Freshness
from monitor.domain.kinds import EventKind, Severity

WORLD = Path(__file__).resolve().parents[2] / "monitor" / "replay" / "world"
LAST_DAY = 0
FIRST_DAY = -30
BEGINNING = -10_000
TOKEN = re.compile(r"\{\{day-(\d{1,3})(\|(?:%-?[YmdBbs][ ,/-]*)+)?\}\}")
BACK_LINKS = {
    "RetractionOf": "RetractionIn",
    "ExpressionOfConcernFor": "ExpressionOfConcernIn",
    "ErratumFor": "ErratumIn",
    "UpdateOf": "UpdateIn",
    "CommentOn": "CommentIn",
}
"""RefType on a notice → the RefType it must meet on the record it names."""


def test_every_record_is_one_well_formed_article_with_its_own_identifiers() -> None:
    for path, citation in _records():
        pmid = citation.findtext("MedlineCitation/PMID")
        listed = {item.get("IdType"): item.text for item in citation.iterfind("PubmedData/ArticleIdList/ArticleId")}

        assert path.stem == pmid, path
        assert listed["pubmed"] == pmid, path
        assert listed.get("doi") == citation.findtext("MedlineCitation/Article/ELocationID[@EIdType='doi']"), path
        assert citation.find("PubmedData/History/PubMedPubDate[@PubStatus='entrez']") is not None, path
        assert citation.findtext("MedlineCitation/Article/ArticleTitle"), path


def test_the_world_is_as_rich_as_promised() -> None:
    publications = {path.stem for path, _ in _records()}
    trials = {path.stem for path in WORLD.rglob("clinicaltrials/*.json")}
    guidelines = {path.parent.name for path in WORLD.rglob("guidelines/*/*/index.html")}

    assert len(publications) >= 64
    assert len(trials) >= 5
    assert len(guidelines) >= 3
    assert len(_articles()) >= 6


def test_a_record_has_one_version_a_day() -> None:
    seen = Counter((_day(path), path.stem) for path, _ in _records())
    seen.update((_day(path), path.stem) for path in WORLD.rglob("clinicaltrials/*.json"))

    assert [key for key, count in seen.items() if count > 1] == []


@pytest.mark.parametrize("suffix", [".xml", ".json", ".html", ".txt", ".md", ".csv"])
def test_every_date_token_can_be_read(suffix: str) -> None:
    for path in _contents(suffix):
        text = path.read_text(encoding="utf-8")

        assert "{{" not in TOKEN.sub("", text), path


def test_what_happens_on_a_day_is_not_dated_after_it() -> None:
    for suffix in (".xml", ".json", ".html", ".csv"):
        for path in _contents(suffix):
            if "articles" in path.relative_to(WORLD).parts:
                continue
            written = [-int(match[1]) for match in TOKEN.finditer(path.read_text(encoding="utf-8"))]

            assert all(day <= _day(path) for day in written), path


def test_a_record_that_appears_within_the_thirty_days_enters_pubmed_on_that_day() -> None:
    for pmid, versions in _versions().items():
        day, citation = versions[0]
        if day == BEGINNING:
            continue
        entered = citation.find("PubmedData/History/PubMedPubDate[@PubStatus='entrez']")

        assert entered is not None, pmid
        assert entered.findtext("Year") == f"{{{{day{day}|%Y}}}}", pmid


def test_every_notice_meets_its_back_link_in_the_end() -> None:
    final = {pmid: versions[-1][1] for pmid, versions in _versions().items()}
    for pmid, citation in final.items():
        for ref_type, named in _links(citation):
            if (back := BACK_LINKS.get(ref_type)) is None:
                continue

            assert (back, pmid) in _links(final[named]), f"{pmid} {ref_type} {named}"


def test_every_back_link_names_a_notice_that_links_forward() -> None:
    forward = {back: ref_type for ref_type, back in BACK_LINKS.items()}
    final = {pmid: versions[-1][1] for pmid, versions in _versions().items()}
    for pmid, citation in final.items():
        for ref_type, named in _links(citation):
            assert ref_type in BACK_LINKS or (forward[ref_type], pmid) in _links(final[named]), f"{pmid} {ref_type}"


def test_the_retraction_notice_comes_days_before_the_paper_itself_is_marked() -> None:
    notice_day = _versions()["34092875"][0][0]
    (first, before), (marked_day, after) = _versions()["31031480"]

    assert first == BEGINNING
    assert "RetractionIn" not in {ref_type for ref_type, _ in _links(before)}
    assert "D016441" not in _types(before)
    assert notice_day == -9
    assert marked_day == -4
    assert "D016441" in _types(after)


def test_nothing_known_to_be_wrong_stands_at_the_start_but_the_one_cited_retraction() -> None:
    cited = {finding["record"] for entry in _expected().values() for finding in entry["findings"]}
    wrong = {
        pmid
        for pmid, versions in _versions().items()
        if versions[0][0] == BEGINNING
        and {"RetractionIn", "ExpressionOfConcernIn"} & {ref_type for ref_type, _ in _links(versions[0][1])}
    }

    assert wrong == {"32743968"}
    assert "pubmed:32743968" in cited


def test_a_trial_file_is_a_study_of_its_own_number() -> None:
    for path in WORLD.rglob("clinicaltrials/*.json"):
        protocol = json.loads(path.read_text(encoding="utf-8"))["protocolSection"]

        assert protocol["identificationModule"]["nctId"] == path.stem, path
        assert protocol["statusModule"]["overallStatus"], path
        assert ("whyStopped" in protocol["statusModule"]) == (protocol["statusModule"]["overallStatus"] == "WITHDRAWN")


def test_every_guideline_page_shows_title_edition_and_recommendations() -> None:
    for path in WORLD.rglob("guidelines/*/*/index.html"):
        text = path.read_text(encoding="utf-8")

        assert text.count("<h1>") == 1, path
        assert re.search(r"Version \d\.\d – (?:20\d\d|\{\{day-\d+\|%Y\}\})", text), path
        assert text.count('<span class="strength">') >= 3, path
        assert "Last reviewed" in text, path


def test_the_index_lists_every_guideline_and_says_whose_words_it_shows() -> None:
    for index in WORLD.rglob("guidelines/index.html"):
        listed = set(re.findall(r'href="/guidelines/([^"]+)/"', index.read_text(encoding="utf-8")))

        assert listed == {"MH/mdd", "Pain/lbp", "Rehab/oa"}, index
        assert "Pages written for a replay" in index.read_text(encoding="utf-8"), index


def test_only_an_edition_changes_what_a_guideline_recommends() -> None:
    editions: dict[str, dict[str, tuple[str, ...]]] = {}
    for path in WORLD.rglob("guidelines/*/*/index.html"):
        text = path.read_text(encoding="utf-8")
        edition = re.findall(r'<p class="version">(.*?)</p>', text)[0]
        found = tuple(_words(item) for item in re.findall(r"<li [^>]*recommendation[^>]*>(.*?)</li>", text, re.DOTALL))
        known = editions.setdefault(path.parent.name, {}).setdefault(edition, found)

        assert known == found, path
    assert len(editions["oa"]) == 2


def test_every_article_states_its_date_and_lists_its_references() -> None:
    for path in _articles():
        text = path.read_text(encoding="utf-8")
        body, _, references = text.partition("References")

        assert re.search(r"Last updated: (?:<time[^>]*>)?\{\{day-\d+\|%B %d, %Y\}\}", body), path
        assert "?" in body, path
        assert len(re.findall(r"^(?:\d+\. |Research$|Guideline$|\s*<li>)", references, re.MULTILINE)) >= 3, path


def test_identifiers_written_in_an_article_are_records_of_this_world() -> None:
    pmids, dois, trials = set(_versions()), _dois(), {path.stem for path in WORLD.rglob("clinicaltrials/*.json")}
    for path in _articles():
        text = html.unescape(path.read_text(encoding="utf-8"))
        written = re.findall(r"PMID: (\d+)|pubmed\.ncbi\.nlm\.nih\.gov/(\d+)", text)

        assert {first or second for first, second in written} <= pmids, path
        assert {doi.lower() for doi in re.findall(r"doi: ?(10\.[^\s<\"]+)", text)} <= dois, path
        assert set(re.findall(r"NCT\d{8}", text)) <= trials, path


def test_an_entry_without_an_identifier_has_a_title_of_this_world_or_is_an_in_house_overview() -> None:
    titles = {_words(citation.findtext("MedlineCitation/Article/ArticleTitle") or "") for _, citation in _records()}
    for path in WORLD.glob("articles/*.txt"):
        references = path.read_text(encoding="utf-8").partition("References\n")[2]
        blocks = [block.strip() for block in references.split("\n\n") if block.strip()]
        for title, source in zip(blocks[1::3], blocks[2::3], strict=True):
            assert _words(title) in titles or "Advisory Board" in source, f"{path}: {title}"


def test_every_article_has_an_expected_end_and_is_stale_only_for_a_finding() -> None:
    assert set(_expected()) == {path.stem for path in _articles()}
    for name, entry in _expected().items():
        assert (entry["freshness"] == "stale") == bool(entry["findings"]), name


def test_expected_findings_speak_of_records_and_kinds_that_exist() -> None:
    for name, entry in _expected().items():
        Freshness(entry["freshness"])
        for finding in entry["findings"]:
            EventKind(finding["kind"])
            Severity(finding["severity"])

            assert FIRST_DAY <= finding["day"] <= finding.get("latest_day", finding["day"]) <= LAST_DAY, name
            assert _exists(finding["record"]), finding


def test_every_expected_finding_is_caused_on_its_day() -> None:
    for entry in _expected().values():
        for finding in entry["findings"]:
            if finding["day"] == FIRST_DAY:
                continue
            changed = (WORLD / f"day-{-finding['day']:02d}").rglob("*")
            texts = [path.read_text(encoding="utf-8") for path in changed if path.is_file()]
            word = finding["record"].partition(":")[2].removeprefix("va-dod/hip-knee-oa") or "Osteoarthritis"

            assert any(word in text for text in texts), finding


def test_the_story_tells_every_event_and_marks_what_is_invented() -> None:
    story = (WORLD / "STORY.md").read_text(encoding="utf-8")
    for entry in _expected().values():
        for finding in entry["findings"]:
            assert f"`{finding['kind']}`" in story
    for path in _articles():
        assert f"`{path.name}`" in story

    made_up = {pmid for pmid in _versions() if int(pmid) >= 99_000_000}
    numbered = {str(number) for number in range(99_930_001, 99_930_038)}
    assert made_up == {"99913342"} | numbered
    assert re.search(r"\*\*Invented\*\*: PMID 99913342", story)
    assert "PMIDs 99930001 to 99930037" in story


def test_the_story_has_a_row_for_each_day_and_mostly_noise() -> None:
    story = (WORLD / "STORY.md").read_text(encoding="utf-8")
    told = {-int(number) for number in re.findall(r"^\| −(\d+) \|", story, re.MULTILINE)}
    dated = {_day(folder) for folder in WORLD.iterdir() if folder.is_dir() and folder.name.startswith("day")}

    noise = re.findall(r"^\| −\d+ \|", story.partition("## Noise")[2], re.MULTILINE)

    assert told == dated
    assert all(FIRST_DAY <= day <= LAST_DAY for day in dated)
    assert len(noise) >= 12


def _records() -> Iterator[tuple[Path, ET.Element]]:
    for path in sorted(WORLD.rglob("*.xml")):
        root = ET.parse(path).getroot()  # noqa: S314 - files of our own repository
        yield from ((path, article) for article in root.iterfind("PubmedArticle"))


def _versions() -> dict[str, list[tuple[int, ET.Element]]]:
    found: dict[str, list[tuple[int, ET.Element]]] = {}
    for path, citation in _records():
        found.setdefault(path.stem, []).append((_day(path), citation))
    return {pmid: sorted(versions, key=lambda version: version[0]) for pmid, versions in found.items()}


def _day(path: Path) -> int:
    """The day of a path in the world; content outside dated folders is from the beginning."""
    match = re.fullmatch(r"day-(\d{2})", path.relative_to(WORLD).parts[0])
    return -int(match[1]) if match else BEGINNING


def _links(citation: ET.Element) -> set[tuple[str, str]]:
    path = "MedlineCitation/CommentsCorrectionsList/CommentsCorrections"
    return {(link.get("RefType") or "", link.findtext("PMID") or "") for link in citation.iterfind(path)}


def _types(citation: ET.Element) -> set[str | None]:
    return {kind.get("UI") for kind in citation.iterfind("MedlineCitation/Article/PublicationTypeList/PublicationType")}


def _dois() -> set[str]:
    path = "PubmedData/ArticleIdList/ArticleId[@IdType='doi']"
    return {(citation.findtext(path) or "").lower() for _, citation in _records()}


def _contents(suffix: str) -> list[Path]:
    return [path for path in WORLD.rglob(f"*{suffix}") if path.name not in {"README.md", "STORY.md"}]


def _articles() -> list[Path]:
    return sorted((WORLD / "articles").iterdir())


def _expected() -> dict[str, dict[str, Any]]:
    articles: dict[str, dict[str, Any]] = json.loads((WORLD / "expected.json").read_text(encoding="utf-8"))["articles"]
    return articles


def _exists(record: str) -> bool:
    scheme, _, value = record.partition(":")
    if scheme == "pubmed":
        return value in _versions()
    if scheme == "nct":
        return (WORLD / "clinicaltrials" / f"{value}.json").is_file()
    return value == "va-dod/hip-knee-oa"


def _words(text: str) -> str:
    plain = re.sub(r"<[^>]+>", " ", html.unescape(text))
    return " ".join(re.findall(r"\w+", plain.casefold()))
