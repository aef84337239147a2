"""How the E-utilities are asked, and that nothing they send in place of an answer is read as one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from monitor.clock import SystemClock
from monitor.domain.outcomes import Throttled, Unreachable, Unreadable
from monitor.net import Client
from monitor.sources.pubmed import Eutils
from monitor.sources.pubmed.answers import Found, HistoryKey, read_build, read_found, read_posted
from tests.contract.faulty_server import (
    FaultyServer,
    HandClock,
    Heard,
    Reply,
    drip,
    faulty_server,
    page,
    raw,
    reset,
    status,
)

FAILURES = (Throttled, Unreachable, Unreadable)
XML = '<?xml version="1.0" encoding="UTF-8" ?>\n'
SEARCH_TYPE = (
    '<!DOCTYPE eSearchResult PUBLIC "-//NLM//DTD esearch 20060628//EN" '
    '"https://eutils.ncbi.nlm.nih.gov/eutils/dtd/20060628/esearch.dtd">\n'
)
POST_TYPE = (
    '<!DOCTYPE ePostResult PUBLIC "-//NLM//DTD epost 20090526//EN" '
    '"https://eutils.ncbi.nlm.nih.gov/eutils/dtd/20090526/epost.dtd">\n'
)
INFO_TYPE = (
    '<!DOCTYPE eInfoResult PUBLIC "-//NLM//DTD einfo 20190110//EN" '
    '"https://eutils.ncbi.nlm.nih.gov/eutils/dtd/20190110/einfo.dtd">\n'
)
FOUND = (
    "<eSearchResult><Count>2</Count><RetMax>2</RetMax><RetStart>0</RetStart><QueryKey>1</QueryKey>"
    "<WebEnv>MCID_1</WebEnv><IdList><Id>20</Id><Id>10</Id></IdList><TranslationSet/>"
    "<QueryTranslation>knee[Title]</QueryTranslation></eSearchResult>"
)
NOTHING = (
    "<eSearchResult><Count>0</Count><RetMax>0</RetMax><RetStart>0</RetStart><IdList/><TranslationSet/>"
    "<QueryTranslation>(abcXYZ[All Fields])</QueryTranslation><ErrorList><PhraseNotFound>abcXYZ</PhraseNotFound>"
    "</ErrorList><WarningList><OutputMessage>No items found.</OutputMessage></WarningList></eSearchResult>"
)
VERBS = ("esearch.fcgi", "epost.fcgi", "efetch.fcgi", "einfo.fcgi", "esummary.fcgi", "ecitmatch.cgi")
CALLS: dict[str, Callable[[Eutils], object]] = {
    "esearch.fcgi": lambda eutils: eutils.search("knee[ti]"),
    "epost.fcgi": lambda eutils: eutils.post(["10", "20"]),
    "efetch.fcgi": lambda eutils: eutils.fetch(["10", "20"]),
    "einfo.fcgi": lambda eutils: eutils.build(),
    "esummary.fcgi": lambda eutils: eutils.not_held(["10"]),
    "ecitmatch.cgi": lambda eutils: eutils.match_citations({"k": ("j knees", "2020", "7", "33", "smith a")}),
}
RATE = b'{"error":"API rate limit exceeded","api-key":"1.2.3.4","count":"4","limit":"3"}'


def xml(text: str, *, code: int = 200) -> Reply:
    return status(code, text.encode(), Content_Type="text/xml; charset=UTF-8")


def error(text: str) -> Reply:
    return xml(f"{XML}{SEARCH_TYPE}<eSearchResult><ERROR>{text}</ERROR></eSearchResult>")


FAULTS: dict[str, Reply] = {
    "rate limit, 429": status(429, RATE, Content_Type="application/json"),
    "rate limit, 200": status(200, RATE, Content_Type="application/json"),
    "bad key": status(400, b'{"error":"API key invalid","api-key":"sesame-0123456789","type":"invalid"}'),
    "search backend": error("Search Backend failed: Database is not supported: pubmed"),
    "no connection": error("Search Backend failed: Unable to open connection to #PMQuerySrv?"),
    "no address": error("Couldn't resolve #PMQuerySrv_2_0?dbaf=pubmed, the address table is empty."),
    "past the cap": error("Exception: 'retstart' cannot be larger than 9998. For PubMed, ESearch can only retrieve"),
    "lost history": xml(f"{XML}<eFetchResult><ERROR>Unable to obtain query #1</ERROR></eFetchResult>", code=400),
    "too long": status(414, b"<html><title>414 Request-URI Too Long</title></html>", Content_Type="text/html"),
    "bad gateway": status(502, b"<html><title>502 Bad Gateway</title></html>", Content_Type="text/html"),
    "blocked, 403": status(403, b"<html><title>NCBI - WWW Error Blocked Diagnostic</title></html>"),
    "no ids": status(200, b'{"esummaryresult":["Empty id list - nothing todo"]}'),
    "json error": status(200, b'{"esearchresult":{"ERROR":"Invalid db name specified: fleegle"}}'),
    "router": status(200, b"Unable to route request! service name: /http/service/ratecontrol"),
    "unavailable": status(503, b"<html><title>Service unavailable</title></html>"),
    "error page, 500": status(500, b"<html><title>NCBI/eutils202 - WWW Error 500 Diagnostic</title></html>"),
    "error page, 200": page("NCBI/eutils202 - WWW Error 500 Diagnostic"),
    "blocked": page("NCBI - WWW Error Blocked Diagnostic"),
    "maintenance": page("Scheduled work on our servers"),
    "cut": xml(f"{XML}{SEARCH_TYPE}{FOUND[:60]}"),
    "prolog only": xml(f"{XML}{SEARCH_TYPE}"),
    "trace": status(200, b"TXCLIENT::readAll EOF"),
    "trace in xml": xml(f"{XML}<PubmedArticleSet>Exception: TXCLIENT</PubmedArticleSet>"),
    "not found": status(404, b"gone"),
    "not modified": status(304),
    "cut connection": raw(b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n<?xml version='1.0'?>"),
    "closed": raw(b""),
    "reset": reset,
    "another answer": xml("<rss><channel/></rss>"),
}


@pytest.fixture
def server() -> Iterator[FaultyServer]:
    with faulty_server() as ncbi:
        yield ncbi


def eutils(server: FaultyServer, *, key: SecretStr | str | None = None) -> Eutils:
    client = Client(clock=HandClock(), contact="ops@example.org")
    return Eutils(client, server.url("/eutils/"), email="ops@example.org", api_key=key)


def asked(heard: Heard) -> dict[str, list[str]]:
    query = urlsplit(heard.target).query or heard.body.decode()
    return parse_qs(query, keep_blank_values=True)


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("fault", FAULTS)
def test_what_comes_in_place_of_an_answer_is_never_read_as_one(server: FaultyServer, verb: str, fault: str) -> None:
    """P25; upstreams 2.7: every line of the catalogue, for every verb."""
    server.on(f"/eutils/{verb}", FAULTS[fault])

    outcome = CALLS[verb](eutils(server))

    assert isinstance(outcome, FAILURES), outcome
    assert "sesame" not in repr(outcome)


@pytest.mark.parametrize("verb", VERBS)
def test_a_trickle_ends_at_the_deadline(server: FaultyServer, verb: str) -> None:
    """P23."""
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n\r\n"
    server.on(f"/eutils/{verb}", drip(head + XML.encode(), every=0.05))
    hasty = Eutils(
        Client(clock=SystemClock(), contact="ops@example.org"),
        server.url("/eutils"),
        email="ops@example.org",
        deadline_seconds=0.3,
    )

    assert isinstance(CALLS[verb](hasty), Unreachable)


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ("rate limit, 429", Throttled),
        ("rate limit, 200", Throttled),
        ("bad key", Unreadable),
        ("search backend", Unreachable),
        ("no address", Unreachable),
        ("router", Unreachable),
        ("trace", Unreachable),
        ("json error", Unreadable),
        ("blocked", Unreadable),
        ("prolog only", Unreadable),
    ],
)
def test_an_outage_a_limit_and_a_wrong_question_are_told_apart(server: FaultyServer, fault: str, kind: type) -> None:
    server.on("/eutils/esearch.fcgi", FAULTS[fault])

    assert isinstance(eutils(server).search("knee"), kind)


def test_a_refused_key_is_named_as_the_cause(server: FaultyServer) -> None:
    server.on("/eutils/esearch.fcgi", FAULTS["bad key"])

    assert eutils(server).search("x") == Unreadable(reason="NCBI does not accept the API key")


def test_tool_and_address_are_on_every_request_and_a_key_only_when_there_is_one(server: FaultyServer) -> None:
    for verb in VERBS:
        CALLS[verb](eutils(server, key=SecretStr("secret-key")))
        CALLS[verb](eutils(server, key=" "))
        CALLS[verb](eutils(server))
    sent = [asked(heard) for heard in server.heard]

    assert {(*params["tool"], *params["email"]) for params in sent} == {("freshness-monitor", "ops@example.org")}
    assert [params.get("api_key") for params in sent] == [["secret-key"], None, None] * len(VERBS)


@pytest.mark.parametrize(("key", "gap"), [(None, 0.36), ("k", 0.11)])
def test_the_pace_is_ncbis_with_and_without_a_key(server: FaultyServer, key: str | None, gap: float) -> None:
    """P61."""
    server.on("/eutils/esearch.fcgi", xml(f"{XML}{SEARCH_TYPE}{FOUND}"))
    clock = HandClock()
    ncbi = Eutils(
        Client(clock=clock, contact="o@example.org"), server.url("/eutils"), email="o@example.org", api_key=key
    )
    for _ in range(3):
        ncbi.search("x")

    assert clock.monotonic() == pytest.approx(2 * gap, abs=0.05)


def test_many_ids_go_by_post_and_few_by_get(server: FaultyServer) -> None:
    server.on("/eutils/efetch.fcgi", xml("<PubmedArticleSet/>"))
    eutils(server).fetch([str(pmid) for pmid in range(30_000_000, 30_000_200)])
    eutils(server).fetch(["1", "2"])

    assert [heard.method for heard in server.heard] == ["POST", "GET"]
    assert len(asked(server.heard[0])["id"][0].split(",")) == 200


def test_a_search_tells_its_count_its_window_and_how_it_was_understood(server: FaultyServer) -> None:
    server.on("/eutils/esearch.fcgi", xml(f"{XML}{SEARCH_TYPE}{FOUND}"))

    assert eutils(server).search("knee[ti]", keep=True) == Found(
        count=2,
        pmids=("20", "10"),
        translation="knee[Title]",
        history=HistoryKey(webenv="MCID_1", query_key="1"),
    )
    assert asked(server.heard[0])["usehistory"] == ["y"]


def test_what_pubmed_did_not_understand_is_part_of_the_answer() -> None:
    found = read_found(f"{XML}{SEARCH_TYPE}{NOTHING}".encode())

    assert isinstance(found, Found)
    assert (found.count, found.pmids, found.complaints) == (0, (), ("PhraseNotFound abcXYZ",))


@pytest.mark.parametrize(
    "doctype",
    [
        SEARCH_TYPE.replace("esearch.dtd", "esearch_991231.dtd"),
        SEARCH_TYPE.replace("esearch.dtd", "../../etc/passwd"),
        SEARCH_TYPE.replace("esearch.dtd", ".dtd"),
        SEARCH_TYPE.replace(">", ' [<!ENTITY x SYSTEM "http://127.0.0.1/x">]>'),
        "",
    ],
)
def test_an_answer_whose_document_type_is_not_shipped_is_unreadable_and_nothing_is_downloaded(doctype: str) -> None:
    """Biopython would fetch the missing one in mid-parse, and keep whatever came."""
    assert isinstance(read_found(f"{XML}{doctype}{FOUND}".encode()), Unreadable)


def test_the_document_type_that_is_missing_is_named() -> None:
    outcome = read_found(f"{XML}{SEARCH_TYPE.replace('esearch.dtd', 'esearch_991231.dtd')}{FOUND}".encode())

    assert isinstance(outcome, Unreadable)
    assert "esearch_991231.dtd" in outcome.reason


def test_posted_ids_and_the_build_are_read() -> None:
    post = f"{XML}{POST_TYPE}<ePostResult><QueryKey>1</QueryKey><WebEnv>MCID_2</WebEnv></ePostResult>"
    info = (
        f"{XML}{INFO_TYPE}<eInfoResult><DbInfo><DbName>pubmed</DbName><DbBuild>Build-2026.01.05</DbBuild>"
        "<LastUpdate>2026/01/05 06:33</LastUpdate></DbInfo></eInfoResult>"
    )

    assert read_posted(post.encode()) == HistoryKey(webenv="MCID_2", query_key="1")
    assert read_build(info.encode()) == "Build-2026.01.05"


@pytest.mark.parametrize("text", ["Empty ID list; Nothing to store", "Some IDs have invalid value and were omitted."])
def test_ids_that_were_not_all_taken_were_not_posted(text: str) -> None:
    answer = f"{XML}{POST_TYPE}<ePostResult><ERROR>{text}</ERROR><QueryKey>1</QueryKey><WebEnv>M</WebEnv></ePostResult>"

    assert isinstance(read_posted(answer.encode()), Unreadable)


@pytest.mark.parametrize(
    ("answer", "gone"),
    [
        ('{"result":{"uids":["10"],"10":{"uid":"10","title":"x"}}}', frozenset()),
        ('{"result":{"uids":["10"],"10":{"uid":"10","error":"cannot get document summary"}}}', {"10"}),
        ('{"result":{"uids":[]}}', {"10"}),
        ('{"result":{"uids":["10"]}}', frozenset()),
        ('{"result":{"uids":["10"],"10":{"uid":"10","error":"cannot get document summary \\t\\n"}}}', {"10"}),
        ('{"result":{"uids":["10"],"10":{"uid":"10","error":"timeout"}}}', frozenset()),
    ],
)
def test_only_what_pubmed_says_it_does_not_hold_is_gone(server: FaultyServer, answer: str, gone: object) -> None:
    server.on("/eutils/esummary.fcgi", status(200, answer.encode(), Content_Type="application/json"))

    assert eutils(server).not_held(["10"]) == gone


def test_citations_are_joined_by_their_key_and_ambiguous_ones_bring_their_list(server: FaultyServer) -> None:
    lines = (
        "other|1990|1|1|x|k2|999\n"
        "j knees|2020|7|33||k|AMBIGUOUS 10,20\n"
        "fake journal|2000|1|1||k3|NOT_FOUND;INVALID_JOURNAL\n"
        "j knees|2020||||k4|AMBIGUOUS (783 citations)\n"
    )
    server.on("/eutils/ecitmatch.cgi", status(200, lines.encode()))
    ncbi = eutils(server)

    found = ncbi.match_citations(dict.fromkeys(("k", "k3", "k4", "k5"), ("j|knees", "2020", "7", "33", "")))

    assert found == {"k": ("10", "20"), "k3": (), "k4": ()}
    assert asked(server.heard[0])["bdata"] == [
        "\r".join(f"j knees|2020|7|33||{key}|" for key in ("k", "k3", "k4", "k5"))
    ]


@given(st.binary(max_size=80), st.integers(0, len(FOUND)))
def test_no_bytes_make_an_answer_raise(new: bytes, at: int) -> None:
    """P49."""
    body = f"{XML}{SEARCH_TYPE}{FOUND}".encode()
    spoilt = body[: len(body) - at] + new + body[len(body) - at + len(new) :]

    assert isinstance(read_found(spoilt), (Found, *FAILURES))
    assert isinstance(read_found(new), FAILURES)
