"""The played E-utilities: windows and their cap, the history, empty and broken answers, and manners."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from datetime import date
from urllib.parse import quote

import pytest

from monitor.replay.serving import Servers, serve
from monitor.replay.world import World
from tests.contract.test_replay_world import LAST_DAY, Reply, ask, make_world, record, record_set, served

CONTACT = "tool=monitor&email=ops@example.org&api_key=test-key"
MANY = 10_050


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    authors = "<AuthorList><Author><LastName>Smith</LastName><Initials>A</Initials></Author></AuthorList>"
    paged = f"<Pagination><MedlinePgn>33-41</MedlinePgn></Pagination>{authors}"
    files = {
        "pubmed/a.xml": record_set(
            record(10, "Knee trial", article=paged), record(20, "Knee cells"), record(30, "Hip trial", article=paged)
        ),
        "day-2/pubmed/a.xml": record_set(
            record(10, "Knee trial", types=("Retracted Publication",), links=(("RetractionIn", "40"),)),
            record(40, "Retraction", links=(("RetractionOf", "10"),)),
        ),
    }
    return make_world(tmp_path_factory.mktemp("eutils"), files)


@pytest.fixture
def servers(world: World) -> Iterator[Servers]:
    world.move_to(LAST_DAY)
    with served(world) as running:
        yield running


@pytest.fixture(scope="module")
def crowd(tmp_path_factory: pytest.TempPathFactory) -> World:
    tiny = "".join(
        f"<PubmedArticle><MedlineCitation><PMID>{pmid}</PMID></MedlineCitation></PubmedArticle>"
        for pmid in range(1, MANY + 1)
    )
    return make_world(tmp_path_factory.mktemp("crowd"), {"pubmed/many.xml": record_set(tiny)})


def call(servers: Servers, verb: str, query: str = "", *, form: str | None = None, contact: str = CONTACT) -> Reply:
    return ask(f"{servers.urls['MONITOR_EUTILS_URL']}{verb}?{contact}&{query}", form=form)


def esearch(servers: Servers, term: str, more: str = "") -> Reply:
    return call(servers, "esearch.fcgi", f"db=pubmed&term={quote(term)}&{more}")


def parsed(reply: Reply) -> ET.Element:
    return ET.fromstring(reply.body)  # noqa: S314 - our own server's answer


def pmids(reply: Reply) -> list[str]:
    return [element.text or "" for element in parsed(reply).iterfind(".//MedlineCitation/PMID")]


def kept(reply: Reply) -> str:
    root = parsed(reply)
    return f"WebEnv={root.findtext('WebEnv')}&query_key={root.findtext('QueryKey')}"


def test_a_search_answers_in_xml_with_the_document_type_of_the_recordings(servers: Servers) -> None:
    reply = esearch(servers, "knee[ti]")

    root = parsed(reply)
    assert b'"-//NLM//DTD esearch 20060628//EN"' in reply.body
    assert [element.tag for element in root] == [
        "Count", "RetMax", "RetStart", "IdList", "TranslationSet", "QueryTranslation",
    ]  # fmt: skip
    assert [element.text for element in root.iterfind("IdList/Id")] == ["20", "10"]
    assert reply.headers["Content-Type"].startswith("text/xml")


def test_every_number_of_a_json_search_is_a_string(servers: Servers) -> None:
    result = esearch(servers, "knee[ti]", "retmode=json&retmax=1&retstart=1").json["esearchresult"]

    assert (result["count"], result["retmax"], result["retstart"], result["idlist"]) == ("2", "1", "1", ["10"])
    assert "errorlist" not in result
    assert "warninglist" not in result


def test_a_misspelt_tag_is_http_200_with_a_count_above_zero(servers: Servers) -> None:
    """A watch query has to be rejected when either list is there; the status says nothing."""
    json_reply = esearch(servers, "knee[titel]", "retmode=json")
    xml_reply = esearch(servers, "knee[titel]")

    assert json_reply.status == xml_reply.status == 200
    assert json_reply.json["esearchresult"]["errorlist"] == {"phrasesnotfound": [], "fieldsnotfound": ["titel"]}
    assert int(json_reply.json["esearchresult"]["count"]) > 0
    assert parsed(xml_reply).findtext("ErrorList/FieldNotFound") == "titel"


def test_an_empty_result_says_no_items_found(servers: Servers) -> None:
    plain = esearch(servers, "elbow").text
    unknown = esearch(servers, "abcXYZ").text

    assert "<Count>0</Count><RetMax>0</RetMax><RetStart>0</RetStart><IdList/>" in plain
    assert "<WarningList><OutputMessage>No items found.</OutputMessage></WarningList>" in plain
    assert "ErrorList" not in plain
    assert "<ErrorList><PhraseNotFound>abcXYZ</PhraseNotFound></ErrorList>" in unknown


def test_count_alone_can_be_asked_for(servers: Servers) -> None:
    assert "<eSearchResult><Count>2</Count></eSearchResult>" in esearch(servers, "knee[ti]", "rettype=count").text


def test_an_unknown_database_and_an_empty_term_are_errors_with_http_200(servers: Servers) -> None:
    wrong = call(servers, "esearch.fcgi", "db=fleegle&term=x&retmode=json")
    empty = call(servers, "esearch.fcgi", "db=pubmed&term=")

    assert (wrong.status, empty.status) == (200, 200)
    assert wrong.json["esearchresult"] == {"ERROR": "Invalid db name specified: fleegle"}
    assert "<ERROR>Empty term and query_key - nothing todo</ERROR>" in empty.text


def test_dates_beside_the_term_limit_only_in_pairs(servers: Servers) -> None:
    both = esearch(servers, "knee OR retraction", "datetype=crdt&mindate=2026/03/01&maxdate=2026/03/13")
    one = esearch(servers, "knee[ti]", "datetype=crdt&mindate=2026/03/01")
    recent = esearch(servers, "knee OR retraction", "datetype=crdt&reldate=5")

    assert re.findall(r"<Id>(\d+)", both.text) == ["40"]
    assert re.findall(r"<Id>(\d+)", one.text) == ["20", "10"]
    assert re.findall(r"<Id>(\d+)", recent.text) == ["40"]


def test_a_search_reaches_9999_records_and_tells_the_true_count(crowd: World) -> None:
    with served(crowd) as servers:
        reply = esearch(servers, "1:99999[uid]", "retmode=json&retmax=10000")

    result = reply.json["esearchresult"]
    assert (result["count"], len(result["idlist"])) == (str(MANY), 9999)
    assert result["warninglist"]["outputmessages"] == ["Restrictions achieved. start and count adjusted to 0, 9999"]


def test_a_start_past_the_cap_is_an_error_with_http_200(crowd: World) -> None:
    with served(crowd) as servers:
        last = esearch(servers, "1:99999[uid]", "retmode=json&retstart=9998&retmax=50")
        past = esearch(servers, "1:99999[uid]", "retmode=json&retstart=9999")

    assert len(last.json["esearchresult"]["idlist"]) == 1
    assert past.status == 200
    assert "'retstart' cannot be larger than 9998" in past.json["esearchresult"]["ERROR"]


def test_a_fetch_that_crosses_the_cap_is_silently_cut(crowd: World) -> None:
    with served(crowd) as servers:
        history = kept(esearch(servers, "1:99999[uid]", "usehistory=y&retmax=0"))
        crossing = call(servers, "efetch.fcgi", f"db=pubmed&retmode=xml&{history}&retstart=9500&retmax=500")
        past = call(servers, "efetch.fcgi", f"db=pubmed&retmode=xml&{history}&retstart=9999&retmax=10")

    assert (crossing.status, len(pmids(crossing))) == (200, 499)
    assert past.status == 400


def test_a_fetch_names_the_2026_document_type_and_leaves_out_what_is_missing(servers: Servers) -> None:
    """Order is not as asked, and a missing record is simply absent: match by PMID, never by position."""
    reply = call(servers, "efetch.fcgi", "db=pubmed&id=10,999,40,20&retmode=xml")

    assert b'"-//NLM//DTD PubMedArticle, 1st January 2026//EN"' in reply.body
    assert b"pubmed_260101.dtd" in reply.body
    assert pmids(reply) == ["40", "20", "10"]


def test_a_fetch_of_unknown_records_is_an_empty_set(servers: Servers) -> None:
    reply = call(servers, "efetch.fcgi", "db=pubmed&id=998,999&retmode=xml")

    assert reply.status == 200
    assert "<PubmedArticleSet></PubmedArticleSet>" in reply.text


def test_a_fetch_shows_the_record_of_the_day(servers: Servers) -> None:
    servers.world.move_to(date(2026, 3, 10))
    before = call(servers, "efetch.fcgi", "db=pubmed&id=10,40&retmode=xml")
    servers.world.move_to(date(2026, 3, 11))
    after = call(servers, "efetch.fcgi", "db=pubmed&id=10,40&retmode=xml")

    assert pmids(before) == ["10"]
    assert "Retracted Publication" not in before.text
    assert pmids(after) == ["40", "10"]
    assert "Retracted Publication" in after.text


def test_posted_ids_are_fetched_and_searched_from_the_history(servers: Servers) -> None:
    posted = call(servers, "epost.fcgi", form="db=pubmed&id=10,20,30")
    fetched = call(servers, "efetch.fcgi", f"db=pubmed&retmode=xml&{kept(posted)}&retmax=2")
    changed = esearch(servers, "#1 AND 2026/03/10:2026/03/13[mdat]", kept(posted).split("&")[0])

    assert b'"-//NLM//DTD epost 20090526//EN"' in posted.body
    assert pmids(fetched) == ["20", "10"]
    assert re.findall(r"<Id>(\d+)", changed.text) == ["10"]


def test_searches_of_one_environment_are_numbered(servers: Servers) -> None:
    first = kept(esearch(servers, "knee[ti]", "usehistory=y"))
    environment = first.split("&")[0]
    second = esearch(servers, "trial[ti]", f"usehistory=y&{environment}")
    both = esearch(servers, "#1 AND #2", environment)

    assert "<QueryKey>2</QueryKey>" in second.text
    assert re.findall(r"<Id>(\d+)", both.text) == ["10"]


def test_a_stored_result_does_not_change_with_the_day(servers: Servers) -> None:
    servers.world.move_to(date(2026, 3, 10))
    history = kept(esearch(servers, "trial[ti] OR retraction[ti]", "usehistory=y"))
    servers.world.move_to(LAST_DAY)

    assert pmids(call(servers, "efetch.fcgi", f"db=pubmed&retmode=xml&{history}")) == ["30", "10"]


def test_an_expired_history_is_an_error_and_no_empty_set(servers: Servers) -> None:
    history = kept(esearch(servers, "knee[ti]", "usehistory=y"))
    servers.expire_history()

    fetched = call(servers, "efetch.fcgi", f"db=pubmed&retmode=xml&{history}")
    searched = esearch(servers, "#1 AND knee", f"{history.split('&')[0]}&retmode=json")
    assert fetched.status == 400
    assert "<ERROR>Unable to obtain query #1</ERROR>" in fetched.text
    assert "ERROR" in searched.json["esearchresult"]


def test_an_empty_post_has_two_errors_with_http_200(servers: Servers) -> None:
    reply = call(servers, "epost.fcgi", form="db=pubmed&id=abc")

    errors = [element.text or "" for element in parsed(reply).iterfind("ERROR")]
    assert reply.status == 200
    assert [error.split()[0] for error in errors] == ["Empty", "Some"]


def test_summaries_tell_what_is_missing(servers: Servers) -> None:
    in_json = call(servers, "esummary.fcgi", "db=pubmed&id=10,999&retmode=json").json["result"]
    in_xml = call(servers, "esummary.fcgi", "db=pubmed&id=10,999").text
    nothing = call(servers, "esummary.fcgi", "db=pubmed").text

    assert in_json["uids"] == ["10", "999"]
    assert in_json["10"]["pubtype"] == ["Retracted Publication"]
    assert in_json["999"] == {"uid": "999", "error": "cannot get document summary"}
    assert "<ERROR>UID=999: cannot get document summary</ERROR>" in in_xml
    assert "<ERROR>Neither query_key nor id specified</ERROR>" in nothing


def test_information_tells_the_build_of_the_day(servers: Servers) -> None:
    in_xml = parsed(call(servers, "einfo.fcgi", "db=pubmed"))
    servers.world.move_to(date(2026, 3, 2))
    in_json = call(servers, "einfo.fcgi", "db=pubmed&retmode=json").json["einforesult"]["dbinfo"][0]

    assert in_xml.findtext("DbInfo/DbBuild") == "Build-2026.03.13.06.33"
    assert in_xml.findtext("DbInfo/Count") == "4"
    assert "CRDT" in [name.text for name in in_xml.iterfind(".//Field/Name")]
    assert (in_json["dbbuild"], in_json["lastupdate"]) == ("Build-2026.03.02.06.33", "2026/03/02 06:33")


def match(servers: Servers, *citations: str) -> list[str]:
    lines = quote("\r".join(citations))
    return call(servers, "ecitmatch.cgi", f"db=pubmed&retmode=xml&bdata={lines}").text.splitlines()


def test_citation_matching_is_tolerant_of_author_and_year(servers: Servers) -> None:
    """Journal, volume and page decide, so whoever asks has to check author and year of the hit."""
    servers.world.move_to(date(2026, 3, 1))

    assert match(servers, "j knees|1901|7|33|nobody x|a|") == ["j knees|1901|7|33|nobody x|a|AMBIGUOUS 10,30"]


def test_citation_misses_are_told_apart_and_may_lose_the_author(servers: Servers) -> None:
    answered = match(servers, "fake journal|2025|7|33|smith a|k1|", "no citation", "j knees|1901|9|999|smith a|k2|")

    assert answered == ["fake journal|2025|7|33||k1|NOT_FOUND;INVALID_JOURNAL", "j knees|1901|9|999||k2|NOT_FOUND"]


def test_citation_matching_stops_at_a_line_without_a_journal(servers: Servers) -> None:
    answered = match(servers, "j knees|2025|7|33|smith a|k1|", "|1901|99|999||k2|", "j knees|2025|7|33|smith a|k3|")

    assert [line.split("|")[5] for line in answered] == ["k1"]


def test_a_blank_key_is_refused_like_a_wrong_one_and_the_wrong_one_is_echoed(world: World) -> None:
    with serve(world) as servers:
        blank = call(servers, "einfo.fcgi", "db=pubmed", contact="tool=t&email=e&api_key=")
        wrong = call(servers, "einfo.fcgi", "db=pubmed", contact="tool=t&email=e&api_key=sesame")

    assert (blank.status, wrong.status) == (400, 400)
    assert wrong.json == {"error": "API key invalid", "api-key": "sesame", "type": "invalid", "status": "unknown"}
    assert any("blank api_key" in violation for violation in servers.violations)


def test_a_fourth_request_in_a_second_is_refused_without_a_key(world: World) -> None:
    with serve(world) as servers:
        replies = [call(servers, "einfo.fcgi", "db=pubmed", contact="tool=t&email=e") for _ in range(4)]

    assert [reply.status for reply in replies] == [200, 200, 200, 429]
    assert replies[3].json["error"] == "API rate limit exceeded"
    assert any("more than 3 requests" in violation for violation in servers.violations)


def test_a_key_allows_ten_requests_in_a_second(world: World) -> None:
    contact = "tool=t&email=e&api_key=replay-key"
    with serve(world) as servers:
        statuses = [call(servers, "einfo.fcgi", "db=pubmed", contact=contact).status for _ in range(11)]

    assert statuses == [200] * 10 + [429]


def test_a_request_without_contact_is_answered_and_noted(servers: Servers) -> None:
    reply = call(servers, "einfo.fcgi", "db=pubmed", contact="api_key=test-key")

    assert reply.status == 200
    assert [violation.rsplit(": ")[-1] for violation in servers.violations] == ["no tool is named", "no email is named"]


def test_good_manners_leave_no_violation(servers: Servers) -> None:
    esearch(servers, "knee[ti]", "usehistory=y")

    assert servers.violations == []


def test_many_ids_need_a_post(servers: Servers) -> None:
    ids = ",".join(map(str, range(1, 202)))
    long_term = quote(" OR ".join(["osteoarthritis[tiab]"] * 250))

    got = call(servers, "efetch.fcgi", f"db=pubmed&id={ids}")
    long = call(servers, "esearch.fcgi", f"db=pubmed&term={long_term}")
    posted = call(servers, "efetch.fcgi", form=f"db=pubmed&retmode=xml&id={ids}")

    assert (got.status, long.status, posted.status) == (414, 414, 200)
    assert len(servers.violations) == 2


def test_an_unknown_utility_is_a_page_for_people(servers: Servers) -> None:
    reply = call(servers, "nothing.fcgi")

    assert reply.status == 404
    assert reply.headers["Content-Type"].startswith("text/html")
