"""What our reader makes of whole documents: of every era, of none, cut, foreign or hostile."""

from __future__ import annotations

import io
import re
from xml.sax.saxutils import escape, quoteattr

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.sources.pubmed import UnreadableXml, read_articles, read_recording, read_set
from monitor.sources.pubmed.reader import read_records
from tests.contract.test_pubmed_reader import PROLOG, article

LISTED = {
    "RefType": "AssociatedDataset AssociatedPublication CommentIn CommentOn CorrectedandRepublishedIn "
    "CorrectedandRepublishedFrom ErratumIn ErratumFor ExpressionOfConcernIn ExpressionOfConcernFor RepublishedIn "
    "RepublishedFrom RetractedandRepublishedIn RetractedandRepublishedFrom RetractionIn RetractionOf UpdateIn UpdateOf "
    "SummaryForPatientsIn OriginalReportIn ReprintIn ReprintOf Cites",
    "Status": "Completed In-Process PubMed-not-MEDLINE In-Data-Review Publisher MEDLINE OLDMEDLINE",
    "Owner": "NLM NASA PIP KIE HSR HMD NOTNLM",
    "IndexingMethod": "Automated Curated Manual",
    "PubStatus": "received accepted epublish ppublish revised aheadofprint retracted ecollection pmc pmcr pubmed "
    "pubmedr premedline medline medliner entrez pmc-release",
}
"""The values that the document type of 2025 names."""


def test_what_is_new_about_a_document_is_reported_and_no_reason_to_stop() -> None:
    body = article(inside="<Aura>blue</Aura>", attributes='Status="MEDLINE" Owner="ACME" IndexingMethod="Oracular"')
    newer = body.replace(b"pubmed_260101.dtd", b"pubmed_310101.dtd").replace(b"PubmedArticleSet", b"PubmedRecordSet")

    assert set(read_set(body).unknown) == {
        ("element", "Article/Aura"),
        ("Owner", "ACME"),
        ("IndexingMethod", "Oracular"),
    }
    assert {("document element", "PubmedRecordSet"), ("document type", "pubmed_310101.dtd")} <= set(
        read_set(newer).unknown
    )


@pytest.mark.parametrize(("field", "value"), [(field, one) for field, all_ in LISTED.items() for one in all_.split()])
def test_every_value_that_the_document_type_names_is_known(field: str, value: str) -> None:
    attributes = {"Status": "MEDLINE"} | ({field: value} if field in ("Status", "Owner", "IndexingMethod") else {})
    kind = value if field == "RefType" else "UpdateIn"
    step = value if field == "PubStatus" else "entrez"
    body = article(
        attributes=" ".join(f'{name}="{text}"' for name, text in attributes.items()),
        citation=f'<CommentsCorrectionsList><CommentsCorrections RefType="{kind}"><RefSource>x</RefSource>'
        "</CommentsCorrections></CommentsCorrectionsList>",
        data=f'<History><PubMedPubDate PubStatus="{step}"><Year>2026</Year><Month>1</Month><Day>5</Day>'
        "</PubMedPubDate></History>",
    )
    read = read_set(body)

    assert read.unknown == ()
    assert [link.ref_type for link in read.publications[0].links] == [kind]
    assert [entry.status for entry in read.publications[0].history] == [step]


@pytest.mark.parametrize(
    "name", ["pubmed_100101.dtd", "pubmed_190101.dtd", "pubmed_260101.dtd", "nlmmedlinecitationset_150101.dtd"]
)
def test_the_document_types_of_all_these_years_are_known(name: str) -> None:
    assert read_set(article().replace(b"pubmed_260101.dtd", name.encode())).unknown == ()


def test_old_roots_deletions_and_versions_are_read() -> None:
    body = (
        b'<MedlineCitationSet><MedlineCitation Status="MEDLINE"><PMID Version="3">5</PMID></MedlineCitation>'
        b"<DeleteCitation><PMID>6</PMID><PMID>7</PMID></DeleteCitation></MedlineCitationSet>"
    )
    read = read_set(body)

    assert [(record.pmid, record.version) for record in read.publications] == [("5", 3)]
    assert read.deleted == ("6", "7")


def test_an_empty_set_is_an_answer() -> None:
    assert read_set(b"<PubmedArticleSet></PubmedArticleSet>").publications == ()


def test_records_stream_from_an_open_file() -> None:
    assert [record.pmid for record in read_articles(io.BytesIO(article()))] == ["101"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"   ",
        PROLOG.encode(),
        article()[:-1],
        article()[:-40],
        article() + b"<PubmedArticleSet/>",
        b"<html><head><title>NCBI - WWW Error 500 Diagnostic</title></head><body/></html>",
        b"<!DOCTYPE html><html><br></html>",
        b'{"error":"API rate limit exceeded"}',
        b"Unable to route request!",
        b"<eFetchResult><ERROR>Search Backend failed</ERROR></eFetchResult>",
        b"<PubmedArticleSet><ERROR>nothing</ERROR></PubmedArticleSet>",
        b"<PubmedArticleSet>TXCLIENT::readAll EOF</PubmedArticleSet>",
        b"<PubmedArticleSet><PubmedArticle/></PubmedArticleSet>",
        article(pmid=""),
        article(pmid="PMC1"),
        article().replace(b"</PubmedArticleSet>", b"Exception: oops</PubmedArticleSet>"),
        article(inside="<ArticleTitle>\x01</ArticleTitle>"),
    ],
)
def test_a_body_that_is_no_whole_set_is_never_read_as_an_answer(body: bytes) -> None:
    """P22, P25: cut, foreign or an error in words, whatever its status was."""
    with pytest.raises(UnreadableXml):
        read_set(body)


@pytest.mark.parametrize("cut", range(1, 10))
def test_a_cut_body_is_never_read_as_an_answer(cut: int) -> None:
    body = article(inside="<ArticleTitle>Knees</ArticleTitle>")

    with pytest.raises(UnreadableXml):
        read_records(body[: len(body) * cut // 10])


def test_entities_that_would_grow_are_refused_and_files_are_not_opened() -> None:
    """P48."""
    lol = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    bomb = f'<!DOCTYPE x [<!ENTITY l0 "lol">{lol}]>'
    thief = '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>'

    with pytest.raises(UnreadableXml):
        read_recording(article(inside="<ArticleTitle>&l9;</ArticleTitle>").replace(PROLOG.encode(), bomb.encode()))
    stolen = article(inside="<ArticleTitle>&f;</ArticleTitle>").replace(PROLOG.encode(), thief.encode())
    assert read_recording(stolen).title == "&f;"


def test_one_recording_is_one_record() -> None:
    two = article().replace(b"</PubmedArticleSet>", article(pmid="102").partition(b"<PubmedArticleSet>")[2])

    with pytest.raises(UnreadableXml, match="here are 2"):
        read_recording(two)


def test_what_is_kept_of_a_record_reads_back_as_the_same_record() -> None:
    """Also its entities, which only the document type declares."""
    body = article(inside="<ArticleTitle>&beta; &amp; <i>B</i></ArticleTitle>", data="<ArticleIdList/>")
    (kept,) = read_records(body)

    assert read_recording(kept.raw) == kept.publication
    assert kept.publication.title == "β & B"


@given(
    st.binary(max_size=200) | st.builds(lambda at, new: spoilt(at, new), st.integers(0, 10_000), st.binary(max_size=6))
)
def test_any_bytes_give_records_or_a_refusal(body: bytes) -> None:
    """P49."""
    try:
        read_set(body)
    except UnreadableXml:
        return


def spoilt(at: int, new: bytes) -> bytes:
    """A whole record with some bytes overwritten."""
    body = article(
        inside="<ArticleTitle>Knees</ArticleTitle><ELocationID EIdType='doi'>10.1234/x</ELocationID>",
        data="<History><PubMedPubDate PubStatus='entrez'><Year>2020</Year><Month>5</Month></PubMedPubDate></History>",
    )
    start = at % len(body)
    return body[:start] + new + body[start + len(new) :]


WORDS = st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S", "Zs"]), min_size=1, max_size=30)


@given(
    title=WORDS, label=WORDS, spaces=st.sampled_from(["", " ", "\n\t"]), numbered=st.booleans(), turned=st.booleans()
)
def test_spaces_entities_and_the_order_of_attributes_do_not_change_a_record(
    title: str, label: str, spaces: str, numbered: bool, turned: bool
) -> None:
    def spelled(text: str) -> str:
        return "".join(f"&#{ord(char)};" for char in text) if numbered else escape(text)

    plain = article(
        attributes='Status="MEDLINE" Owner="NLM"',
        inside=f"<ArticleTitle>{escape(title)}</ArticleTitle><Abstract><AbstractText Label={quoteattr(label)} "
        f'NlmCategory="AIM">{escape(title)}</AbstractText></Abstract>',
    )
    other = article(
        attributes='Owner="NLM" Status="MEDLINE"' if turned else 'Status="MEDLINE" Owner="NLM"',
        inside=f"<ArticleTitle>{spelled(title)}</ArticleTitle>{spaces}<Abstract>{spaces}<AbstractText "
        f'NlmCategory="AIM" Label={quoteattr(label)}>{spelled(title)}</AbstractText>{spaces}</Abstract>',
    )

    assert read_recording(re.sub(rb"(?<=</PMID>)|(?<=<PubmedData>)", spaces.encode(), other)) == read_recording(plain)
