"""Finding the record a citation means: over the replayed PubMed, as strict about its rules as the real one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from monitor.clock import SystemClock
from monitor.domain.articles import Resolution
from monitor.domain.citations import Citation
from monitor.domain.identifiers import Identifier, pubmed
from monitor.domain.outcomes import Throttled, Unreachable, Unreadable
from monitor.domain.records import Publication
from monitor.domain.resolution import judge
from monitor.net import Client
from monitor.replay.serving import Servers
from monitor.replay.world import World
from monitor.sources.pubmed import Eutils, PubMed
from monitor.sources.pubmed.words import rarest_first, title_words
from tests.contract.test_replay_world import make_world, record, record_set, served

REVIEW = "Stem cell injections for osteoarthritis of the knee"
IN_PMC = '<ArticleId IdType="pmc">PMC777</ArticleId>'
TRIAL = "Mesenchymal signalling in knee osteoarthritis: a randomised trial of cells versus saline"


def printed(first_page: str, author: str) -> str:
    authors = f"<AuthorList><Author><LastName>{author}</LastName><Initials>A</Initials></Author></AuthorList>"
    return f"<Pagination><MedlinePgn>{first_page}-99</MedlinePgn></Pagination>{authors}"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    records = record_set(
        record(11, REVIEW, entrez="2018-03-01"),
        record(12, REVIEW, entrez="2025-04-02").replace("</ArticleIdList>", f"{IN_PMC}</ArticleIdList>"),
        record(21, TRIAL, article=printed("33", "Smith")),
        record(22, "Comment on cells for the knee", article=printed("41", "Jones")),
        *(record(100 + number, "Cells versus saline in knee trial reports") for number in range(60)),
    )
    return make_world(tmp_path_factory.mktemp("citations"), {"pubmed/all.xml": records})


@pytest.fixture
def servers(world: World) -> Iterator[Servers]:
    with served(world) as running:
        yield running


def source(servers: Servers) -> PubMed:
    client = Client(clock=SystemClock(), contact="ops@example.org")
    url = servers.urls["MONITOR_EUTILS_URL"]
    return PubMed(Eutils(client, url, email="ops@example.org", api_key="test-key", pace_seconds=0.0))


def candidates(servers: Servers, **parts: object) -> set[Identifier]:
    found = source(servers).candidates(citation(**parts))
    assert isinstance(found, tuple), found
    assert not servers.violations
    return {record.identifier for record in found}


def citation(**parts: object) -> Citation:
    return Citation(key="1", text="as written", **parts)  # type: ignore[arg-type]  # Parts by name, checked by the class.


def test_a_written_pmid_is_the_record(servers: Servers) -> None:
    assert candidates(servers, identifiers=(pubmed("21"),), title=REVIEW) == {pubmed("21")}


def test_a_written_doi_is_the_record_whose_own_doi_it_is(servers: Servers) -> None:
    """The search matches parts of identifiers: 10.5555/rec.1 finds rec.11 and others, and they are not it."""
    assert candidates(servers, identifiers=(Identifier.parse("doi:10.5555/REC.12"),)) == {pubmed("12")}
    assert candidates(servers, identifiers=(Identifier.parse("doi:10.5555/rec.1"),)) == set()


def test_a_number_of_pubmed_central_is_the_record_whose_own_number_it_is(servers: Servers) -> None:
    assert candidates(servers, identifiers=(Identifier.parse("pmc:PMC777"),)) == {pubmed("12")}
    assert candidates(servers, identifiers=(Identifier.parse("pmc:PMC77"),)) == set()


def test_an_identifier_that_leads_nowhere_gives_way_to_the_title(servers: Servers) -> None:
    assert candidates(servers, identifiers=(pubmed("999"),), title=TRIAL, year=2025) == {pubmed("21")}


def test_journal_volume_and_page_find_a_record_without_its_title(servers: Servers) -> None:
    place = {"journal": "J Knees", "year": 2025, "volume": "7", "first_page": "33", "first_author": "Smith"}

    assert candidates(servers, **place) == {pubmed("21")}


def test_a_review_without_volume_is_found_by_title_and_year(servers: Servers) -> None:
    assert candidates(servers, title=f"{REVIEW}.", journal="J Knees", year=2025) == {pubmed("12")}


def test_all_versions_of_a_review_are_candidates_when_no_year_tells_them_apart(servers: Servers) -> None:
    assert candidates(servers, title=REVIEW) == {pubmed("11"), pubmed("12")}


def test_a_wrong_year_does_not_hide_the_record(servers: Servers) -> None:
    assert pubmed("21") in candidates(servers, title=TRIAL, year=1999)


def test_a_title_with_a_wrong_word_is_found_by_its_rare_words(servers: Servers) -> None:
    title = TRIAL.replace("cells versus", "marrow against")

    assert candidates(servers, title=title, year=2025) == {pubmed("21")}


def test_a_title_in_many_records_brings_no_more_than_can_be_compared(servers: Servers) -> None:
    assert len(candidates(servers, title="Cells versus saline in knee trial reports")) == 40


def test_nothing_to_search_by_is_nothing_found(servers: Servers) -> None:
    assert candidates(servers) == set()
    assert candidates(servers, title="of the and", identifiers=(Identifier.parse("nct:NCT00000001"),)) == set()


def test_a_found_record_resolves_the_citation(servers: Servers) -> None:
    wanted = citation(title=TRIAL, year=2025, journal="J Knees", volume="7", first_page="33", first_author="Smith")
    found = source(servers).candidates(wanted)
    assert isinstance(found, tuple)

    resolved = judge(wanted, found)

    assert (resolved.status, resolved.identifiers) == (Resolution.RESOLVED, (pubmed("21"),))


def test_many_citations_are_asked_for_together_and_each_gets_what_is_its_own(servers: Servers) -> None:
    asked = [
        Citation(key="by number", text="", identifiers=(pubmed("21"),)),
        Citation(key="by DOI", text="", identifiers=(Identifier.parse("doi:10.5555/rec.12"),)),
        Citation(key="by a part of a DOI", text="", identifiers=(Identifier.parse("doi:10.5555/rec.1"),)),
        Citation(key="by a number of PMC", text="", identifiers=(Identifier.parse("pmc:PMC777"),)),
        Citation(key="by place", text="", journal="J Knees", year=2025, volume="7", first_page="41"),
        Citation(key="by title", text="", title=REVIEW),
        *(Citation(key=f"other {at}", text="", identifiers=(pubmed(str(100 + at)),)) for at in range(50)),
    ]
    before = len(servers.requests)

    found = source(servers).candidates_of(asked)

    assert isinstance(found, dict), found
    own = {key: {record.pmid for record in records} for key, records in found.items() if not key.startswith("other")}
    assert own == {"by number": {"21"}, "by DOI": {"12"}, "by a number of PMC": {"12"}, "by place": {"22"}}
    assert len(found) == 54
    assert len(servers.requests) - before <= 10
    assert not servers.violations


FAULTS = ("429", "503", "html", "error", "cut", "prolog", "reset")
CUT_LINES = ("ecitmatch", "cut")
"""A list of lines does not tell that it was cut; whatever it names is compared with the citation all the same."""


@pytest.mark.parametrize(
    ("path", "fault"),
    [(path, fault) for path in ("esearch", "efetch", "ecitmatch") for fault in FAULTS if (path, fault) != CUT_LINES],
)
def test_a_fault_is_never_read_as_nothing_found(servers: Servers, path: str, fault: str) -> None:
    """Else an article's evidence would be called unresolvable because of one bad minute."""
    servers.inject("pubmed", fault, times=None, path=path)
    place = {"journal": "J Knees", "volume": "7"} if path == "ecitmatch" else {}

    found = source(servers).candidates(citation(title=TRIAL, year=2025, **place))

    assert isinstance(found, Throttled | Unreachable | Unreadable), found


def test_the_words_asked_for_are_plain_and_each_once() -> None:
    assert title_words("The β-cell’s role in Crohn's disease: a café study of the CELL") == (
        "cell",
        "role",
        "crohn",
        "disease",
        "cafe",
        "study",
    )


def test_words_in_many_titles_come_last() -> None:
    assert rarest_first(("trial", "knee", "2019", "mesenchymal"))[:2] == ["mesenchymal", "knee"]


def test_records_are_handed_over_whole(servers: Servers) -> None:
    found = source(servers).candidates(citation(identifiers=(pubmed("21"),)))

    assert isinstance(found, tuple)
    assert isinstance(found[0], Publication)
    assert found[0].title == TRIAL
